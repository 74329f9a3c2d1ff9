/* raw.h - signal calls past the C library: its own signals, masks and restorer stay out of the way. */
#ifndef RAW_H
#define RAW_H
#include "../show.h"
#include <ucontext.h>

#define BIT_OF(sig) (1ul << ((sig) - 1))

struct ksigaction { void *handler; unsigned long flags; void (*restorer)(void); uint64_t mask; };
#define SA_RESTORER_ 0x04000000ul

void restore_rt(void);
__asm__(".text\n.globl restore_rt\nrestore_rt:\n\tmov $15, %eax\n\tsyscall\n");

static inline long raw_action(int sig, const struct ksigaction *act, struct ksigaction *old) { return syscall(SYS_rt_sigaction, sig, act, old, 8); }
static inline long raw_mask(int how, uint64_t set, uint64_t *old) { return syscall(SYS_rt_sigprocmask, how, &set, old, 8); }
static inline uint64_t mask_now(void) { uint64_t m = 0; syscall(SYS_rt_sigprocmask, 0, NULL, &m, 8); return m; }
static inline uint64_t pending_now(void) { uint64_t m = 0; syscall(SYS_rt_sigpending, &m, 8); return m; }

/* Handle sig; flags besides SA_RESTORER. */
static inline void on(int sig, void *fn, unsigned long flags, uint64_t mask)
{
	struct ksigaction a = { fn, flags | SA_RESTORER_, restore_rt, mask };

	if (raw_action(sig, &a, NULL))
		fatal("rt_sigaction");
}
#endif
