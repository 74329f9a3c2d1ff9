# Percival: the kernel, its ISO, and the targets of mk/*.mk.
#
#   make              the kernel            -> build/gcc/percival
#   make CC=clang     the same with clang   -> build/clang/percival
#   make DEBUG=1      lock ranks, poisoning, assertions -> build/gcc-debug/percival
#   make iso          GRUB image with the default root  -> build/gcc/percival.iso
#   make run          interactive shell in a 4-vCPU guest
#   make test         everything that is checked before a change lands
#   make objs DIR=src/mm   compile one room only
#   make help         all targets

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := kernel
.SECONDARY:
.DELETE_ON_ERROR:

ifeq ($(origin CC),default)
CC := gcc
endif
CC_NAME := $(if $(findstring clang,$(CC)),clang,gcc)
BUILD := build/$(CC_NAME)$(if $(DEBUG),-debug)
KERNEL := $(BUILD)/percival

# The UAPI headers of linux-libc-dev, and nothing else of /usr/include.
UAPI := build/uapi
ARCH_INC := -Isrc/arch/x86/include
GCC_INC = $(shell $(CC) -print-file-name=include)

CFLAGS := -std=gnu11 -O2 -g -ffreestanding -nostdinc -mcmodel=kernel -mno-red-zone -mgeneral-regs-only \
	-fno-pic -fno-pie -fno-stack-protector -fno-strict-aliasing -fno-asynchronous-unwind-tables -fno-common \
	$(if $(DEBUG),-fno-omit-frame-pointer,-fomit-frame-pointer) -fwrapv -fno-delete-null-pointer-checks -fcf-protection=none -ffunction-sections \
	-Wall -Wextra -Werror -Wno-unused-parameter -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	$(ARCH_INC) -Iinclude -I$(BUILD) -isystem $(GCC_INC) -isystem $(UAPI)
ifeq ($(CC_NAME),gcc)
CFLAGS += -fno-ipa-icf -Wno-address-of-packed-member -falign-functions=16
else
CFLAGS += -Wno-address-of-packed-member -Wno-gnu-variable-sized-type-not-at-end -mno-implicit-float
endif
ifdef DEBUG
CFLAGS += -DCONFIG_DEBUG
endif
ASFLAGS := -f elf64 -g -F dwarf -I$(BUILD)/ -Isrc/arch/x86/ -w+all
LDFLAGS := -nostdlib -static -z max-page-size=4096 -z noexecstack --no-warn-rwx-segments --build-id=none --gc-sections

CSRC := $(shell find src -name '*.c' -not -path 'src/arch/host/*' -not -path 'src/arch/x86/vdso/*' -not -path 'src/arch/model/*' -not -name offsets.c | sort)
ASRC := $(shell find src -name '*.asm' | sort)
# With the suffix kept, start.asm and start.c may stand side by side.
OBJS := $(CSRC:%=$(BUILD)/%.o) $(ASRC:%=$(BUILD)/%.o) $(BUILD)/syscall_names.c.o
DEPS := $(OBJS:.o=.d) $(BUILD)/vdso.d
GENERATED := $(BUILD)/offsets.inc $(BUILD)/syscall_table.inc

ifneq ($(V),1)
Q := @
say = @printf '  %-5s %s\n' '$(1)' '$(2)'
endif

.PHONY: kernel objs iso clean help compile_commands check
kernel: $(KERNEL)

# What boots; gdb finds the lines of the source through the link to percival.debug beside it.
$(KERNEL): $(KERNEL).debug
	$(Q)objcopy --strip-debug --add-gnu-debuglink=$< $< $@.new && mv $@.new $@
# Two links: the second carries the table of symbols taken from the first.
$(KERNEL).debug: $(BUILD)/percival.pass1 $(BUILD)/symbols.c.o src/arch/x86/kernel.ld
	$(call say,LD,$@)
	$(Q)ld $(LDFLAGS) -T src/arch/x86/kernel.ld -o $@ $(OBJS) $(BUILD)/symbols.c.o
$(BUILD)/percival.pass1: $(OBJS) $(BUILD)/symbols-empty.c.o src/arch/x86/kernel.ld
	$(call say,LD,$@)
	$(Q)ld $(LDFLAGS) -T src/arch/x86/kernel.ld -o $@ $(OBJS) $(BUILD)/symbols-empty.c.o
$(BUILD)/symbols.c: $(BUILD)/percival.pass1 tools/gen-symbols
	$(Q)nm -n $< | tools/gen-symbols > $@
$(BUILD)/symbols-empty.c: tools/gen-symbols | $(BUILD)
	$(Q)tools/gen-symbols < /dev/null > $@

$(BUILD)/%.c.o: %.c | $(UAPI)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -MF $(@:.o=.d) -c -o $@ $<
$(BUILD)/%.c.o: $(BUILD)/%.c | $(UAPI)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -MF $(@:.o=.d) -c -o $@ $<
$(BUILD)/%.asm.o: %.asm $(GENERATED)
	$(call say,NASM,$<)
	@mkdir -p $(@D)
	$(Q)nasm $(ASFLAGS) -MD $(@:.o=.d) -o $@ $<

$(BUILD)/offsets.inc: src/arch/x86/offsets.c tools/gen-offsets $(wildcard include/*/*.h) | $(UAPI)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -g0 -S -o $(BUILD)/offsets.s $< && tools/gen-offsets < $(BUILD)/offsets.s > $@.new
	$(Q)cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(BUILD)/syscall_table.inc: src/syscall/syscalls.tbl tools/gen-syscalls | $(BUILD)
	$(Q)tools/gen-syscalls asm $< > $@
$(BUILD)/syscall_names.c: src/syscall/syscalls.tbl tools/gen-syscalls | $(BUILD)
	$(Q)tools/gen-syscalls names $< > $@

# The vDSO: code for user mode, linked by itself and put into the image whole.
VDSO_CFLAGS := -std=gnu11 -O2 -g0 -ffreestanding -nostdinc -fPIC -mgeneral-regs-only -fno-stack-protector -fno-strict-aliasing \
	-fasynchronous-unwind-tables -fvisibility=hidden -fno-builtin -fcf-protection=none -Wall -Wextra -Werror -Iinclude -isystem $(GCC_INC) -isystem $(UAPI)
VDSO_LDFLAGS := -shared -Bsymbolic -soname=linux-vdso.so.1 --hash-style=both --eh-frame-hdr --build-id=none --no-undefined \
	-z max-page-size=4096 -z noexecstack -T src/arch/x86/vdso/vdso.ld
$(BUILD)/vdso.o: src/arch/x86/vdso/vdso.c | $(UAPI)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(VDSO_CFLAGS) -MMD -MP -MF $(@:.o=.d) -c -o $@ $<
$(BUILD)/vdso.so: $(BUILD)/vdso.o src/arch/x86/vdso/vdso.ld
	$(call say,LD,$@)
	$(Q)ld $(VDSO_LDFLAGS) -o $@ $<
	$(Q)if readelf -rW $@ | grep -q R_X86; then echo "$@ wants relocations"; rm $@; exit 1; fi
$(BUILD)/src/arch/x86/vdso_image.asm.o: $(BUILD)/vdso.so

$(BUILD):
	@mkdir -p $@
$(UAPI):
	@mkdir -p $@
	$(Q)ln -sfn /usr/include/linux $@/linux
	$(Q)ln -sfn /usr/include/x86_64-linux-gnu/asm $@/asm
	$(Q)ln -sfn /usr/include/asm-generic $@/asm-generic

objs: $(filter $(BUILD)/$(DIR)%,$(OBJS))

# The ISO holds the default root; a command line of its own boots that root's init on the serial console.
iso: $(KERNEL) init
	$(call say,ISO,$(KERNEL).iso)
	$(Q)tools/mkcpio -o $(BUILD)/root.cpio
	$(Q)tools/mkiso $(KERNEL) $(BUILD)/root.cpio "console=ttyS0 rdinit=/.percival/init session=ttyS1:10" $(KERNEL).iso

compile_commands: compile_commands.json
compile_commands.json: Makefile
	$(Q)tools/gen-compile-commands '$(CC)' '$(CFLAGS)' $(CSRC) > $@

check: check-floors check-headers check-docs
.PHONY: check-floors check-headers
check-floors:
	$(Q)tools/check-floors

# Each header compiles alone, so that includes may stand in any order.
HEADERS = $(shell find include src -name '*.h' -not -path 'src/arch/host/*' -not -path 'src/arch/model/*' -not -path 'src/arch/x86/vdso/*' | sort -u)
check-headers: $(HEADERS:%=$(BUILD)/alone/%)
$(BUILD)/alone/%: % | $(UAPI)
	@mkdir -p $(@D)
	$(Q)echo '#include "$<"' | $(CC) $(CFLAGS) -I. -MMD -MP -MT $@ -MF $@.d -fsyntax-only -x c - && touch $@
ifneq ($(filter check%,$(MAKECMDGOALS)),)
-include $(wildcard $(HEADERS:%=$(BUILD)/alone/%.d))
endif

# Pages that are made from the source, and the check that nobody forgot to make them.
.PHONY: docs check-docs
docs:
	$(Q)tools/gen-syscalls doc src/syscall/syscalls.tbl > docs/syscalls.md
check-docs:
	$(Q)tools/gen-syscalls doc src/syscall/syscalls.tbl | cmp -s - docs/syscalls.md || \
		{ echo "docs/syscalls.md is not of this source: run make docs"; exit 1; }

clean:
	$(Q)rm -rf build compile_commands.json

help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' Makefile
	@for part in mk/*.mk; do echo; sed -n '1,/^$$/{s/^# \{0,1\}//p;}' $$part | sed '1s:.*: & :; /^$$/d; 1s/^ [a-z]*\.mk - \(.*\) $$/\1/'; done

-include $(wildcard mk/*.mk)
ifeq ($(filter clean help,$(MAKECMDGOALS)),)
-include $(wildcard $(DEPS))
endif
