# run.mk - what runs: init, the reference kernel, the guest on the console.
#
# Part of the top-level Makefile, and usable alone (make -f mk/run.mk init).
#   run            boot the kernel with an interactive shell
#   init           build/user/init, process 1 of every guest
#   linux-kernel   fetch the reference kernel into build/linux
#   setup          install what is missing (SETUP_GROUPS says for what)

# One init for all compilers, where tools/vm looks for it.
INIT_BUILD   ?= build
SETUP_GROUPS ?= build run iso test
MUSL_GCC     ?= musl-gcc

INIT_SOURCES := $(wildcard user/init/*.c)
INIT_HEADERS := $(wildcard user/init/*.h)
INIT_CFLAGS  := -std=gnu11 -Os -static -s -Wall -Wextra -Werror -Wno-unused-result \
                -fno-stack-protector -ffunction-sections -Wl,--gc-sections

.PHONY: run init linux-kernel setup

init: $(INIT_BUILD)/user/init

$(INIT_BUILD)/user/init: $(INIT_SOURCES) $(INIT_HEADERS) mk/run.mk
	@mkdir -p $(@D)
	$(MUSL_GCC) $(INIT_CFLAGS) -o $@.tmp $(INIT_SOURCES)
	@mv $@.tmp $@

# `kernel` is the top-level Makefile's name for the kernel image.
# The shell's own exit status is not a failure of make; the runner's are (2, 124, 125).
run: setup-run kernel init
	@tools/vm; case $$? in 2|124|125) exit 1;; esac

.PHONY: setup-run
setup-run:
	@tools/setup build run

linux-kernel:
	tools/fetch-linux

setup:
	@tools/setup $(SETUP_GROUPS)
