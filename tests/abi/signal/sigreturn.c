/* What a handler may change in its context, and what rt_sigreturn(2) refuses. */
#include "raw.h"

static int what;

static void handler(int sig, siginfo_t *si, void *u)
{
	ucontext_t *uc = u;

	(void)sig, (void)si;
	switch (what) {
	case 0:
		uc->uc_mcontext.gregs[REG_RIP] += 2;            /* past ud2 */
		uc->uc_mcontext.gregs[REG_RAX] = 1234;
		break;
	case 1:
		uc->uc_mcontext.gregs[REG_EFL] = ~0l;           /* most bits are not ours to set */
		uc->uc_mcontext.gregs[REG_EFL] &= ~0x100l;
		uc->uc_mcontext.gregs[REG_RIP] += 2;
		break;
	case 2: {
		uint64_t m = ~0ul;

		memcpy(&uc->uc_sigmask, &m, 8);
		uc->uc_mcontext.gregs[REG_RIP] += 2;
		break;
	}
	case 3:
		uc->uc_mcontext.gregs[REG_RIP] = (long)NON_CANONICAL;
		break;
	case 4:
		uc->uc_mcontext.gregs[REG_CSGSFS] = 0x10;       /* the kernel's code segment */
		break;
	case 5:
		uc->uc_mcontext.fpregs = (void *)16;
		break;
	case 6:
		uc->uc_mcontext.fpregs->mxcsr = ~0u;
		break;
	case 7:
		uc->uc_mcontext.fpregs = NULL;
		uc->uc_mcontext.gregs[REG_RIP] += 2;
		break;
	}
}

static void run(void)
{
	long rax = 1, flags;

	on(SIGILL, handler, SA_SIGINFO, 0);
	on(SIGFPE, handler, SA_SIGINFO, 0);
	__asm__ volatile("ud2; pushfq; pop %1; push $2; popfq" : "+a"(rax), "=r"(flags) :: "cc", "memory");
	say("rax %ld flags %#lx blocked %#lx\n", rax, flags & ~0x8d5l, mask_now());
}

int main(void)
{
	for (what = 0; what < 8; what++) {
		char text[32];

		snprintf(text, sizeof text, "case %d", what);
		pid_t pid = fork();
		int status;

		if (!pid) {
			alarm(1);
			run();
			_exit(0);
		}
		waitpid(pid, &status, 0);
		say("%s: %s\n", text, ending(status & ~0x80));
	}
}
