/*
 * sigframe.h - the frame of a signal handler on the user's stack: Linux's struct rt_sigframe.
 *
 * Task context, interrupts on, full user frame of the running thread (see
 * frame.h). Both may fault in user pages, hence sleep.
 */
#pragma once
#include <arch/switch.h>
#include <linux/signal.h>

/* What the handler is to see, and what rt_sigreturn(2) will restore. */
struct sigframe_args {
	int sig;                                /* number given to the handler                         */
	const siginfo_t *info;                  /* copied when sa_flags has SA_SIGINFO                 */
	uint64_t handler, sa_flags, restorer;   /* of struct sigaction; SA_RESTORER is required        */
	uint64_t oldmask;                       /* mask that rt_sigreturn restores                     */
	uint64_t altstack_base, altstack_size;  /* sigaltstack(2); size 0 = none                       */
	uint32_t altstack_flags;                /* as set: 0 or SS_AUTODISARM, or SS_DISABLE           */
	unsigned trap_nr, trap_error;           /* of the last synchronous fault: sigcontext trapno, err, cr2 */
	uint64_t trap_addr;
};

/*
 * Push the frame and turn *f so that user mode goes on in the handler. 0, or
 * -EFAULT when the stack cannot be written (or SA_RESTORER is missing): *f is
 * unchanged, the caller forces SIGSEGV. After success the caller disarms the
 * alternate stack when its flags have SS_AUTODISARM.
 */
__must_check int sigframe_push(struct user_frame *f, struct context *c, const struct sigframe_args *a);

#define SIGFRAME_TRAP_SELECTOR 13               /* #GP */
struct sigframe_restored {
	uint64_t mask;                          /* to be in force again                                */
	uint64_t altstack_base, altstack_size;  /* to be set as by sigaltstack(2), errors but EFAULT ignored */
	uint32_t altstack_flags;
	bool fpu_is_lost;                       /* its FPU state could not be loaded: SIGSEGV, and no alternate stack */
	int bad_selector;                       /* -1, or what user mode cannot be entered with: SIGSEGV, as by #GP with that error */
};
/*
 * rt_sigreturn(2): restore *f, the FPU state, and report mask and alternate
 * stack. 0, or -EFAULT, nothing done: the caller forces SIGSEGV. Everything that
 * user mode could have forged is sanitised. The caller sets WORK_FULL_RESTORE.
 */
__must_check int sigframe_pop(struct user_frame *f, struct context *c, struct sigframe_restored *out);
/* Bytes that a frame may take at most: AT_MINSIGSTKSZ and the check of sigaltstack(2). */
size_t sigframe_max_size(void);
