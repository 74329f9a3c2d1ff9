# measure.mk - what repeats exactly: instructions and cache lines, counted by a plugin of QEMU's.
#
#   bench-insn     kernel instructions per operation: build/bench/insn.json     make bench-insn NAMES="getpid stat*"
#   conflicts      cache lines that several CPUs touch: build/bench/conflicts.json   make conflicts NAMES=open_close CPUS=4
#   profile        functions, call chains and flame graph of one operation      make profile BENCH=stat KERNELS=percival
#   bench-budgets  write bench/budgets, which make test holds the kernel to
#   check-budgets  hold it to them now
#   measure        a few instruction counts on the terminal
#
# MEASURE_ARGS is handed on (tools/measure --help).

BENCH        ?=
KERNEL_NAMES  = $(or $(KERNELS),percival linux)
MEASURE_ARGS ?=

PLUGIN_SOURCES := tools/plugin/guest.c tools/plugin/decode.c tools/plugin/count.c tools/plugin/profile.c tools/plugin/conflicts.c tools/plugin/memory.c
MEASURE_TYPED  := $(strip make $(filter bench-insn conflicts,$(MAKECMDGOALS)) \
	$(foreach v,NAMES CPUS KERNELS MEASURE_ARGS,$(if $($(v)),$(v)="$($(v))")))

build/tools/guest.so: $(PLUGIN_SOURCES) tools/plugin/guest.h mk/measure.mk
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden -pthread -o $@.new $(PLUGIN_SOURCES) && mv $@.new $@
build/tools/job: tools/plugin/job.c mk/measure.mk
	@mkdir -p $(@D)
	$(Q)$(MUSL_GCC) -std=gnu11 -Os -static -s -Wall -Wextra -Werror -o $@ $<

# A stand-in for the benchmark program, for the suite insn.
build/tests/insn/known: tests/insn/known.c mk/measure.mk
	@mkdir -p $(@D)
	$(Q)$(MUSL_GCC) -std=gnu11 -O1 -static -Wall -Wextra -Werror -o $@ $<

.PHONY: measure-tools bench-insn bench-budgets check-budgets conflicts profile measure
measure-tools: kernel init bench-program build/tools/guest.so build/tools/job build/tests/insn/known

bench-insn: measure-tools
	@MEASURE_COMMAND='$(MEASURE_TYPED)' tools/measure insn --kernels '$(KERNEL_NAMES)' $(MEASURE_ARGS) $(NAMES)
conflicts: measure-tools
	@MEASURE_COMMAND='$(MEASURE_TYPED)' tools/measure conflicts --kernels '$(KERNEL_NAMES)' $(if $(CPUS),--cpus '$(CPUS)') $(MEASURE_ARGS) $(NAMES)
profile: measure-tools
	@tools/measure profile --kernels '$(KERNEL_NAMES)' $(MEASURE_ARGS) $(BENCH)
bench-budgets: measure-tools
	@tools/measure budgets write $(MEASURE_ARGS)
check-budgets: measure-tools
	@tools/measure budgets check $(MEASURE_ARGS)
measure: measure-tools
	@tools/measure insn --kernels '$(KERNEL_NAMES)' getpid read_null stat open_close pipe mmap_munmap fork_exit
