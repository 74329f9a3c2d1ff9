# fuzz.mk - system calls at random, in a guest, under an oracle (tests/fuzz/README.md).
#
#   fuzz           our fuzzer for SECONDS (60) at CPUS (4), debug kernel     make fuzz SECONDS=600 SEED=17 BUILD_NAME=gcc
#   fuzz-trinity   Debian's trinity the same way
#   fuzz-program   one program again, by the name of the process that a panic tells     make fuzz-program PROGRAM=5e41ab087439611
#   fuzz-corpus    reproducers of what was found before
#   fuzz-exact     one task, instructions counted: prints a digest that must repeat

# bash sets SECONDS by itself; only what is typed counts.
FUZZ_SECONDS := $(if $(findstring command line,$(origin SECONDS)),$(SECONDS),60)
FUZZ_CPUS    := $(if $(findstring command line,$(origin CPUS)),$(CPUS),4)
BUILD_NAME   ?= gcc-debug
FUZZ_ARGS    ?=
FUZZ          = tests/fuzz/fuzz.py --seconds $(FUZZ_SECONDS) --cpus $(FUZZ_CPUS) --build $(BUILD_NAME) $(if $(SEED),--seed $(SEED)) $(FUZZ_ARGS)

.PHONY: fuzz fuzz-trinity fuzz-program fuzz-corpus fuzz-exact fuzz-kernel
fuzz-kernel: init
	@$(MAKE) --no-print-directory $(if $(findstring clang,$(BUILD_NAME)),CC=clang) $(if $(findstring debug,$(BUILD_NAME)),DEBUG=1) kernel
fuzz: fuzz-kernel
	@$(FUZZ) --verbose
fuzz-trinity: fuzz-kernel
	@$(FUZZ) --trinity
fuzz-program: fuzz-kernel
	@$(FUZZ) --program $(PROGRAM)
fuzz-corpus: fuzz-kernel
	@$(FUZZ) --corpus
fuzz-exact: fuzz-kernel
	@$(FUZZ) --exact 20 --cpus 1
