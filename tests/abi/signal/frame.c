/* The frame of a handler: context of a fault, masks, the extended state and its magic numbers. */
#include "raw.h"
#include <setjmp.h>

static sigjmp_buf back;
static uint64_t reported[4];

static void on_fault(int sig, siginfo_t *si, void *u)
{
	ucontext_t *uc = u;

	(void)sig, (void)si;
	say("trapno %lld err %#llx cr2 %s, oldmask %#llx\n", (long long)uc->uc_mcontext.gregs[REG_TRAPNO],
	    (long long)uc->uc_mcontext.gregs[REG_ERR], uc->uc_mcontext.gregs[REG_CR2] == (long)reported[0] ? "as expected" : "other",
	    (long long)uc->uc_mcontext.gregs[REG_OLDMASK]);
	siglongjmp(back, 1);
}

static void on_usr(int sig, siginfo_t *si, void *u)
{
	ucontext_t *uc = u;
	const char *fp = (const char *)uc->uc_mcontext.fpregs;
	const uint32_t *sw = (const uint32_t *)(fp + 464);
	uint64_t mask, xfeatures, csgsfs = (uint64_t)uc->uc_mcontext.gregs[REG_CSGSFS], rsp = (uint64_t)uc;
	uint32_t tail;

	(void)sig, (void)si;
	memcpy(&mask, &uc->uc_sigmask, 8);
	say("uc_flags %#lx uc_link %p mask %#lx\n", uc->uc_flags, (void *)uc->uc_link, mask);
	say("now blocked %#lx\n", mask_now());
	say("cs %#lx gs %#lx fs %#lx ss %#lx\n", csgsfs & 0xffff, csgsfs >> 16 & 0xffff, csgsfs >> 32 & 0xffff, csgsfs >> 48);
	judge("fpregs aligned to 64", !((uintptr_t)fp & 63));
	judge("siginfo before or behind the context", (uintptr_t)si > rsp);
	judge("frame aligned as after a call", ((uintptr_t)__builtin_frame_address(0) & 15) == 0);
	say("magic1 %#x\n", sw[0]);
	judge("extended size is that of the state and its tail", sw[1] == sw[4] + 4);
	memcpy(&xfeatures, sw + 2, 8);
	judge("x87 and sse in the features", (xfeatures & 3) == 3);
	memcpy(&tail, fp + sw[4], 4);
	say("magic2 %#x\n", tail);
	memcpy(&xfeatures, fp + 512, 8);
	say("mxcsr %#x xmm5 %#llx\n", uc->uc_mcontext.fpregs->mxcsr, *(const unsigned long long *)&uc->uc_mcontext.fpregs->_xmm[5]);
	*(unsigned long long *)&uc->uc_mcontext.fpregs->_xmm[5] = 0x1111;
	uc->uc_mcontext.gregs[REG_R12] = 77;
	__asm__ volatile("pxor %%xmm5, %%xmm5; pxor %%xmm6, %%xmm6" ::: "xmm5", "xmm6");
}

static __attribute__((noinline)) void registers(int pid)
{
	register long r12 __asm__("r12") = 5;
	unsigned long long x5, x6, in = 0xabcdef;

	__asm__ volatile("movq %3, %%xmm5; movq %3, %%xmm6; syscall; movq %%xmm5, %0; movq %%xmm6, %1"
			 : "=r"(x5), "=r"(x6), "+r"(r12) : "r"(in), "a"(SYS_kill), "D"(pid), "S"(SIGUSR1)
			 : "rcx", "r11", "xmm5", "xmm6", "memory");
	say("xmm5 %#llx xmm6 %#llx r12 %ld, blocked %#lx\n", x5, x6, r12, mask_now());
}

int main(void)
{
	char *edge = page_edge();

	raw_mask(SIG_SETMASK, BIT_OF(SIGHUP), NULL);
	on(SIGSEGV, on_fault, SA_SIGINFO, BIT_OF(SIGUSR2));
	on(SIGFPE, on_fault, SA_SIGINFO, 0);
	on(SIGUSR1, on_usr, SA_SIGINFO, BIT_OF(SIGTERM));
	reported[0] = (uint64_t)edge;
	if (!sigsetjmp(back, 1))
		*(volatile char *)edge;
	if (!sigsetjmp(back, 1))
		*(volatile char *)edge = 1;
	raw_mask(SIG_SETMASK, BIT_OF(SIGHUP), NULL);
	if (!sigsetjmp(back, 1))
		*(volatile char *)NON_CANONICAL;
	if (!sigsetjmp(back, 1))
		__asm__ volatile("int $0x99");
	if (!sigsetjmp(back, 1))
		__asm__ volatile("xor %%ecx, %%ecx; idiv %%ecx" ::: "eax", "ecx", "edx");
	raw_mask(SIG_SETMASK, BIT_OF(SIGHUP), NULL);
	registers(getpid());
}
