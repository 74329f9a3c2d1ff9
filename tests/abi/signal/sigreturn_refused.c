/* What rt_sigreturn(2) finds too late to refuse: the program is back in its context, with SIGSEGV, and its vector registers are reset. */
#include "raw.h"

struct area {                           /* XSAVE's, standard format, with the words for signal frames */
	char legacy[464];
	uint32_t magic1, extended_size;
	uint64_t wanted;
	uint32_t size, padding[7];
	uint64_t components, compaction, reserved[6];
};

static unsigned which;
extern char after_ud2[];

static void segments(ucontext_t *uc, unsigned cs, unsigned ss)
{
	uint16_t *s = (uint16_t *)&uc->uc_mcontext.gregs[REG_CSGSFS];

	s[0] = (uint16_t)cs;
	s[3] = (uint16_t)ss;
}

static const struct { const char *name; unsigned cs, ss; } selectors[] = {
	{ "as they were", 0x33, 0x2b }, { "no privilege", 0x30, 0x28 }, { "stack: null", 0x33, 0 }, { "stack: null 3", 0x33, 3 },
	{ "stack: code", 0x33, 0x33 }, { "stack: kernel's", 0x33, 0x18 }, { "stack: beyond", 0x33, 0xfff3 }, { "stack: local", 0x33, 0x2f },
	{ "code: null", 0, 0x2b }, { "code: data", 0x2b, 0x2b }, { "code: beyond", 0xfff3, 0x2b }, { "code: local", 0x37, 0x2b },
};

static const char *change(unsigned what, ucontext_t *uc)
{
	struct area *x = (void *)uc->uc_mcontext.fpregs;

	switch (what) {
	case 0: return "nothing";
	case 1: x->components |= 1ul << 62; return "component 62";
	case 2: x->components |= 1ul << 63; return "component 63";
	case 3: x->compaction = 1; return "compacted 0";
	case 4: x->compaction = 1ul << 63; return "compacted 63";
	case 5: x->reserved[0] = 1; return "reserved 1";
	case 6: x->components |= 1ul << 62; x->magic1 = 0; return "component 62, no magic";
	case 7: x->components |= 1ul << 62; x->size = 0; return "component 62, no size";
	case 8: x->components |= 1ul << 62; x->wanted = 0; return "component 62, none wanted";
	case 9: uc->uc_mcontext.fpregs = (void *)16; return "area nowhere";
	case 10: uc->uc_mcontext.fpregs = (void *)((char *)x + 8); return "area not aligned";
	case 11: uc->uc_mcontext.fpregs = NON_CANONICAL; return "area not canonical";
	case 12: x->components = 0; return "no component";
	}
	if (what < 13 + sizeof selectors / sizeof *selectors) {
		segments(uc, selectors[what - 13].cs, selectors[what - 13].ss);
		return selectors[what - 13].name;
	}
	return NULL;
}

static void on_ill(int sig, siginfo_t *si, void *u)
{
	ucontext_t *uc = u;

	(void)sig, (void)si;
	uc->uc_mcontext.gregs[REG_RIP] = (long)after_ud2;
	uc->uc_mcontext.gregs[REG_RBX] = 77;
	uc->uc_mcontext.gregs[REG_RAX] = 55;
	((uint64_t *)&uc->uc_sigmask)[0] = BIT_OF(SIGUSR2);
	change(which, uc);
}

static void on_segv(int sig, siginfo_t *si, void *u)
{
	ucontext_t *uc = u;
	greg_t *g = uc->uc_mcontext.gregs;

	say("  signal %d code %d addr %d trap %d err %#lx, at %s, rax %ld rbx %ld, mask %#lx now %#lx\n", sig, si->si_code, si->si_addr != NULL,
	    (int)g[REG_TRAPNO], (unsigned long)g[REG_ERR], g[REG_RIP] == (long)after_ud2 ? "the goal" : g[REG_RIP] == (long)restore_rt + 7 ? "the call" : "?",
	    (long)g[REG_RAX], g[REG_RBX] == 77 ? 77l : 0l, ((unsigned long *)&uc->uc_sigmask)[0], mask_now());
	_exit(3);
}

static void run(void)
{
	uint64_t low;
	long rbx = 1;

	on(SIGILL, on_ill, SA_SIGINFO, 0);
	on(SIGSEGV, on_segv, SA_SIGINFO, 0);
	on(SIGBUS, on_segv, SA_SIGINFO, 0);
	__asm__ volatile("mov $0x1234, %%eax; movq %%rax, %%xmm7; ud2; .globl after_ud2; after_ud2: movq %%xmm7, %0" : "=r"(low), "+b"(rbx) :: "rax", "xmm7", "memory");
	say("  back, rbx %ld, xmm7 %#lx, mask %#lx\n", rbx, low, mask_now());
	_exit(0);
}

int main(void)
{
	ucontext_t uc = { 0 };
	static struct area x;
	const char *name;

	uc.uc_mcontext.fpregs = (void *)&x;
	for (which = 0; uc.uc_mcontext.fpregs = (void *)&x, (name = change(which, &uc)); which++) {
		int status;
		pid_t pid;

		say("%s\n", name);
		pid = fork();
		if (!pid) {
			alarm(1);
			run();
		}
		waitpid(pid, &status, 0);
		if (!WIFEXITED(status))
			say("  %s\n", ending(status & ~0x80));
	}
}
