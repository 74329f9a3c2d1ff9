# bench.mk - measure against Linux on the same virtual machine.
#
#   bench          boot Percival and Linux in turn, compare: build/bench/results.json, results.csv, report.html
#                  make bench NAMES="getpid stat*" ROUNDS=7 CPUS=2 KERNELS="percival linux linux-default"
#   bench-report   make build/bench/report.html anew from the JSON files
#   bench-docs     write docs/performance.md from the last full run
#   bench-program  build/bench/bench, which runs on any Linux ABI
#
# BENCH_ARGS is handed on: make bench BENCH_ARGS='--time 20' (tools/bench --help).

NAMES   ?=
ROUNDS  ?=
CPUS    ?=
KERNELS ?=
BENCH_ARGS ?=

BENCH_SOURCES := $(sort $(wildcard bench/*.c))
BENCH_HEADERS := $(sort $(wildcard bench/*.h))
# What the user typed, for the report.
BENCH_TYPED := $(strip make bench $(foreach v,NAMES ROUNDS CPUS KERNELS BENCH_ARGS,$(if $($(v)),$(v)="$($(v))")))

.PHONY: bench bench-program bench-report bench-docs
bench-program: build/bench/bench

build/bench/bench: $(BENCH_SOURCES) $(BENCH_HEADERS) mk/bench.mk | $(UAPI)
	@mkdir -p $(@D)
	$(Q)$(MUSL_GCC) -std=gnu11 -O2 -static -Wall -Wextra -Werror -idirafter $(UAPI) -o $@ $(BENCH_SOURCES)

# tools/bench itself says what to do without Linux: its own figures still come.
bench: kernel init bench-program
	@tools/setup build run
	@BENCH_COMMAND='$(BENCH_TYPED)' tools/bench run $(if $(NAMES),--names '$(NAMES)') $(if $(ROUNDS),--rounds '$(ROUNDS)') \
		$(if $(CPUS),--cpus '$(CPUS)') $(if $(KERNELS),--kernels '$(KERNELS)') $(BENCH_ARGS)

bench-report:
	@tools/bench report

bench-docs:
	@tools/bench docs
