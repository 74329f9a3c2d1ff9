# test.mk - the targets that test. tests/run does the work and the counting.
#
#   test           everything that is checked before a change lands
#   test-full      the same at full length; all recordings held against Linux anew
#   record         record on Linux what busybox, sys and abi must print     make record TEST_ARGS='--suite debian'
#   test-unit      only the unit tests, on the host
#
# TEST_ARGS is handed on: make test TEST_ARGS='--filter job --cpus 4'.

TEST_ARGS ?=

# A unit test tests/unit/ROOM/NAME.c names the sources it needs in its first
# lines, /* unit: src/lib/string.c ... */, and is built with the sanitizers. It
# prints nothing on standard error and exits 0, or it has failed. UNIT_CC=clang has its own folder.
UNIT_CC     ?= gcc
UNIT_BUILD  := build/unit$(if $(findstring clang,$(UNIT_CC)),-clang)
UNIT_WARNINGS := -Wall -Wextra -Wno-unused-parameter -Wno-unused-function
UNIT_SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
UNIT_CFLAGS := -std=gnu11 -g -O1 $(UNIT_WARNINGS) $(UNIT_SANITIZERS) -Isrc/arch/host/include -Iinclude -pthread
UNIT_TESTS  := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*/*.c))
UNIT_GOALS  := test test-full test-unit unit-build

define unit_rule
$(UNIT_BUILD)/$(1): tests/unit/$(1).c $(2) mk/test.mk
	@mkdir -p $$(@D)
	@rm -f $$@
	@$$(UNIT_CC) $$(UNIT_CFLAGS) -MMD -MP -MF $$@.d -o $$@ $$< $(2)
endef

ifneq ($(filter $(UNIT_GOALS) $(UNIT_BUILD)/%,$(MAKECMDGOALS)),)
$(foreach t,$(UNIT_TESTS),$(eval $(call unit_rule,$(t),$(shell \
	sed -n '1,5s:.*/\* unit\: *\(.*[^ ]\) *\*/.*:\1:p' tests/unit/$(t).c))))
-include $(UNIT_TESTS:%=$(UNIT_BUILD)/%.d)
endif

.PHONY: test test-full record test-unit unit-build test-kernels setup-test
setup-test:
	@tools/setup build run iso test

unit-build: $(UNIT_TESTS:%=$(UNIT_BUILD)/%)

# The kernels that the boot matrix wants beside the one under test.
test-kernels: kernel init measure-tools
	@$(MAKE) --no-print-directory CC=clang kernel
	@$(MAKE) --no-print-directory CC=gcc DEBUG=1 kernel

test: setup-test
	@$(MAKE) --no-print-directory test-kernels linux-kernel
	@tests/run --resample 10% --debug 50% $(TEST_ARGS)

test-full: setup-test
	@$(MAKE) --no-print-directory test-kernels linux-kernel
	@tests/run --full --debug all $(TEST_ARGS)

record: setup-test
	@$(MAKE) --no-print-directory init linux-kernel
	@tests/run --record --suite busybox,sys,abi $(TEST_ARGS)

test-unit:
	@tests/run --suite unit $(TEST_ARGS)
