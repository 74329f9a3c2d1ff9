# model.mk - the kernel's lock-free code through every interleaving (docs/sync.md).
#
#   model          all tests of tests/model, and the litmus shapes of tests/litmus in both memory models
#                  make model NAMES="mutex_two spin*" MODEL_ARGS="--mode tso"
#   model-short    the part that `make test` runs
#   model-mutants  weaken each atomic access and remove each fence, one at a time: who notices?
#
# One failure again: tools/model/run --replay build/model/NAME.fail [--gdb]. All tests: tools/model/run --list.

MODEL_ARGS ?=

.PHONY: model model-short model-mutants
model:
	@tools/model/run $(NAMES) $(MODEL_ARGS)
model-short:
	@tools/model/run --short $(NAMES) $(MODEL_ARGS)
model-mutants:
	@tools/model/run --mutants $(NAMES) $(MODEL_ARGS)
