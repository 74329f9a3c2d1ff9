# Exact guest instruction counts: `make measure` prints kernel instructions per operation for both kernels.

build/tools/insn.so: tools/plugin/insn.c
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter -fPIC -shared -fvisibility=hidden -o $@ $<
build/tests/measure/path: tests/measure/path.c
	@mkdir -p $(@D)
	$(Q)musl-gcc -std=gnu11 -O2 -static -o $@ $<

# `make test` prints these, too.
.PHONY: measure
measure: kernel init build/tools/insn.so build/tests/measure/path
	$(Q)tests/measure/run
