# host.mk - the kernel's lock-free code on host threads: stress under sanitizers, and beside liburcu.
#
#   host-build     build all stress tests, each with ThreadSanitizer, with Address- and UBSan, and plain
#   host-test      run them, HOST_MS ms each
#   host-bench     throughput beside liburcu, one run, with the ratio
#   costs          atomic instructions of each primitive, counted in the built kernel
#
# A test is tests/host/NAME.c, linked with all of HOST_SOURCES. It exits 0 and says one line, or it has failed.

HOST_CC      ?= gcc
HOST_MS      ?= 1000
HOST_BUILD   := build/host$(if $(findstring clang,$(HOST_CC)),-clang)
HOST_SOURCES := src/arch/host/port.c src/arch/host/threads.c $(wildcard src/sync/*.c) \
	src/percpu/counter.c src/percpu/ref.c src/percpu/xcall.c src/ipc/futex_bucket.c
HOST_TESTS   := $(patsubst tests/host/%.c,%,$(wildcard tests/host/*.c))
HOST_KINDS   := tsan asan plain
HOST_CFLAGS  := -std=gnu11 -g -O2 -Wall -Wextra -Wno-unused-parameter -fwrapv -fno-strict-aliasing -pthread \
	-Isrc/arch/host/include -Iinclude
# Loops at the same place in their lines on both sides: where they happen to fall is worth a factor of two.
HOST_plain   := -falign-functions=64 -falign-loops=64
HOST_tsan    := -fsanitize=thread -DHOST_CHECKS $(if $(findstring clang,$(HOST_CC)),,-Wno-tsan)
HOST_asan    := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DHOST_CHECKS -DCONFIG_DEBUG

define host_kind
$(HOST_BUILD)/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	@$$(HOST_CC) $$(HOST_CFLAGS) $$(HOST_$(1)) -MMD -MP -MF $$@.d -c -o $$@ $$<
$(HOST_BUILD)/$(1)/%: $(HOST_BUILD)/$(1)/tests/host/%.o $(HOST_SOURCES:%.c=$(HOST_BUILD)/$(1)/%.o)
	@$$(HOST_CC) $$(HOST_CFLAGS) $$(HOST_$(1)) -o $$@ $$^ $$(HOST_LIBS)
endef
$(foreach k,$(HOST_KINDS),$(eval $(call host_kind,$(k))))
ifneq ($(filter host-% $(HOST_BUILD)/%,$(MAKECMDGOALS)),)
-include $(shell find $(HOST_BUILD) -name '*.d' 2>/dev/null)
endif

.PHONY: host-build host-test host-bench
host-build: $(foreach k,$(HOST_KINDS),$(HOST_TESTS:%=$(HOST_BUILD)/$(k)/%))

host-test: host-build
	@for k in $(HOST_KINDS); do for t in $(HOST_TESTS); do \
		echo "$$k: `$(HOST_BUILD)/$$k/$$t $(HOST_MS)`" || exit 1; done; done

# Beside liburcu. BENCH_BAR: the least ratio that passes.
BENCH_ROUNDS ?= 15
BENCH_BAR    ?= 0
BENCH_OBJS   := $(patsubst %.c,$(HOST_BUILD)/plain/%.o,$(wildcard tests/host/bench/*.c) $(HOST_SOURCES))
$(HOST_BUILD)/urcu: $(BENCH_OBJS)
	@$(HOST_CC) $(HOST_CFLAGS) -o $@ $^ -lurcu-memb -lurcu-qsbr -lurcu-cds -lurcu-common -lm

host-bench: $(HOST_BUILD)/urcu
	@$< $(BENCH_ROUNDS) $(BENCH_BAR)

# What the primitives cost in the built kernel, in atomic instructions.
PROBES := $(BUILD)/tests/host/costs/probes.c.o $(BUILD)/tests/host/costs/hand.asm.o
-include $(PROBES:.o=.d)
.PHONY: costs
costs: $(KERNEL) $(PROBES)
	@tests/host/costs/count.py $(PROBES) $(KERNEL).debug
