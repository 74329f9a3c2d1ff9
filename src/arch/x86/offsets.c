/*
 * offsets.c - numbers that assembly needs from C, taken by the compiler itself.
 *
 * Compiled to assembly only; tools/gen-offsets turns every line `->NAME $value`
 * of it into a definition of offsets.inc.
 */
#include "arch_priv.h"
#include <sched/thread.h>
#include <arch/usercopy.h>
#include <base/err.h>

#define DEFINE(name, value) __asm__ volatile("\n.ascii \"->" #name " %0\"" :: "i"((long)(value)))
#define FRAME(NAME, field) DEFINE(FRAME_##NAME, offsetof(struct user_frame, field))

void offsets(void);
void offsets(void)
{
	FRAME(R15, r15); FRAME(R14, r14); FRAME(R13, r13); FRAME(R12, r12); FRAME(RBP, rbp); FRAME(RBX, rbx);
	FRAME(R11, r11); FRAME(R10, r10); FRAME(R9, r9); FRAME(R8, r8); FRAME(RAX, rax); FRAME(RCX, rcx);
	FRAME(RDX, rdx); FRAME(RSI, rsi); FRAME(RDI, rdi); FRAME(ORIG_RAX, orig_rax);
	FRAME(RIP, rip); FRAME(CS, cs); FRAME(RFLAGS, rflags); FRAME(RSP, rsp); FRAME(SS, ss);
	DEFINE(FRAME_SIZE, sizeof(struct user_frame));

	DEFINE(TSS_RSP0, offsetof(struct tss, rsp[0]));
	DEFINE(CONTEXT_RSP, offsetof(struct context, rsp));
	DEFINE(THREAD_WORK, offsetof(struct thread, work));
	DEFINE(WORK_RESCHED, WORK_RESCHED);
	DEFINE(WORK_SIGNAL, WORK_SIGNAL);
	DEFINE(WORK_NOTIFY, WORK_NOTIFY);
	DEFINE(WORK_FULL_RESTORE, WORK_FULL_RESTORE);
	DEFINE(WORK_TRACE, WORK_TRACE);

	DEFINE(USER_END, USER_END);
	DEFINE(EFAULT, EFAULT);
	DEFINE(ENOSYS, ENOSYS);
	DEFINE(ENAMETOOLONG, ENAMETOOLONG);
	DEFINE(SEL_USER_CS, USER_CS);
	DEFINE(SEL_USER_DS, USER_DS);
	DEFINE(SEL_KERNEL_CS, KERNEL_CS);
	DEFINE(SEL_KERNEL_DS, KERNEL_DS);
	DEFINE(NR_TRAPS, NR_TRAPS);
	DEFINE(TRAP_STUB_SIZE, TRAP_STUB_SIZE);
}
