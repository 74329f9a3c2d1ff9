/*
 * trace.h - what an observed thread has beside its registers: system calls that are looked at
 * on the way in and out, debug registers, no time-stamp counter; and all its registers as ptrace(2) shows them.
 *
 * A thread without any of it pays nothing: entry.asm compares the call's number with a
 * per-CPU limit anyway, which is 0 while such a thread runs; a switch compares two words.
 * Context: own thread, or another's that is parked and off its CPU.
 */
#pragma once
#include <arch/switch.h>

struct context_watch;                       /* allocated at first need, freed with the context */

/* Look at every system call of this context (or no longer). 0, -ENOMEM (only when on and never on before). */
__must_check int context_watch_calls(struct context *c, bool on);
/* Reading the time-stamp counter in user mode is a fault, SIGSEGV (or no longer). As above. */
__must_check int context_deny_tsc(struct context *c, bool on);
bool context_denies_tsc(const struct context *c);
/* So that context_watch_calls() on this context, running or not, cannot fail. 0, -ENOMEM. */
__must_check int context_watch_prepare(struct context *c);
/* The same thread's child gets none of the debug registers; its calls are watched if `calls`. 0, -ENOMEM. */
__must_check int context_watch_fork(struct context *to, bool calls);
void context_watch_free(struct context *c);
void context_watch_drop_debug(struct context *c);       /* exec */

/* Debug register nr of 0..7 as user mode's own. -EINVAL: not a value that user mode may have; -ENOMEM. */
uint64_t context_get_debug(const struct context *c, unsigned nr);
__must_check int context_set_debug(struct context *c, unsigned nr, uint64_t value);

/*
 * Registers in the layout of struct user_regs_struct (<sys/user.h>), word by word: USER_REGS words.
 * Setting: values that user mode cannot have are refused (-EIO) or masked, as Linux does.
 */
#define USER_REGS 27
uint64_t user_reg_get(struct user_frame *f, struct context *c, unsigned word);
__must_check int user_reg_set(struct user_frame *f, struct context *c, unsigned word, uint64_t value);

/* FXSAVE part, and the whole XSAVE area in standard format, of a thread that does not run. */
size_t fpu_area_size(bool whole);
/* What a reader of the part or the whole finds from pos on (below its size), while the thread stays parked: *len bytes in one run. */
const void *fpu_area_run(struct context *c, bool whole, size_t pos, size_t *len);
/* Replace the first len bytes, one of the two sizes, by what `area` holds; reserved bits: -EINVAL. */
__must_check int fpu_area_set(struct context *c, const void *area, size_t len);

/* The running thread's: bring its area up to date. */
void fpu_sync(struct context *c);
/* Where the XSAVE area holds what beyond the FXSAVE part and its header, as a core dump tells it. How many. */
#define FPU_COMPONENTS 16
struct fpu_component { uint32_t number, size, offset, flags; };
unsigned fpu_components(struct fpu_component out[FPU_COMPONENTS]);

/* entry.asm, a watched system call: before (returns the number to run, or ~0: frame->rax is the result) and after. */
uint64_t syscall_watched_enter(struct user_frame *f);
void syscall_watched_exit(struct user_frame *f);
