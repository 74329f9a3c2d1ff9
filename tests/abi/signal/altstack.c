/* sigaltstack(2): sizes, flags, use, and the stack one stands on. */
#include "raw.h"
#include <setjmp.h>

#define SS_AUTODISARM_ (1u << 31)
#define SIZE 65536

static char *alt;
static sigjmp_buf back;

static void state(const char *what)
{
	stack_t s;

	syscall(SYS_sigaltstack, NULL, &s);
	say("%s: %s size %zu flags %#x\n", what, s.ss_sp == alt ? "ours" : s.ss_sp ? "another" : "none", s.ss_size, (unsigned)s.ss_flags);
}

static void set(const char *what, void *sp, size_t size, unsigned flags)
{
	stack_t s = { .ss_sp = sp, .ss_size = size, .ss_flags = (int)flags };

	show(what, syscall(SYS_sigaltstack, &s, NULL));
}

static bool is_on(void) { char c; char *volatile p = &c; return p >= alt && p < alt + SIZE; }

static void handler(int sig, siginfo_t *si, void *u)
{
	ucontext_t *uc = u;

	(void)si;
	judge("on the stack", is_on());
	say("uc_stack: %s size %zu flags %#x\n", uc->uc_stack.ss_sp == alt ? "ours" : "another", uc->uc_stack.ss_size,
	    (unsigned)uc->uc_stack.ss_flags);
	state("inside");
	set("change inside", alt, SIZE / 2, 0);
	if (sig == SIGUSR1) {
		raw_mask(SIG_UNBLOCK, BIT_OF(SIGUSR2), NULL);
		say("nested\n");
		raise(SIGUSR2);
	}
}
static void overflow(int sig) { (void)sig; judge("overflow handled on the stack", is_on()); siglongjmp(back, 1); }
static int eat(int n) { volatile char page[4096]; page[0] = (char)n; return n ? eat(n + 1) + page[0] : 0; }

int main(void)
{
	char *edge = page_edge();

	alt = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	state("at first");
	set("too small", alt, 2047, 0);
	set("MINSIGSTKSZ", alt, 2048, 0);
	state("then");
	set("flags 4", alt, SIZE, 4);
	set("SS_ONSTACK", alt, SIZE, SS_ONSTACK);
	state("then");
	set("SS_DISABLE | SS_ONSTACK", alt, SIZE, SS_DISABLE | SS_ONSTACK);
	set("disable", alt, 1, SS_DISABLE);
	state("then");
	set("unmapped", (void *)16, SIZE, 0);
	show("bad pointer", syscall(SYS_sigaltstack, edge, NULL));
	show("bad old", syscall(SYS_sigaltstack, NULL, edge));
	set("ours", alt, SIZE, 0);
	on(SIGUSR1, handler, SA_SIGINFO | SA_ONSTACK, 0);
	on(SIGUSR2, handler, SA_SIGINFO | SA_ONSTACK, 0);
	raise(SIGUSR1);
	state("after");
	set("disarming", alt, SIZE, SS_AUTODISARM_);
	state("then");
	on(SIGUSR1, handler, SA_SIGINFO | SA_ONSTACK, 0);
	raise(SIGUSR2);
	state("after");
	set("ours", alt, SIZE, 0);
	on(SIGSEGV, overflow, SA_ONSTACK, 0);
	if (!sigsetjmp(back, 1))
		eat(1);
	pid_t pid = fork();

	if (!pid) {
		state("after fork");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	say("no room on the stack\n");
	fflush(stdout);
	pid = fork();
	int status;

	if (!pid) {
		char *low = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		set("a stack one cannot write", low, 4096, 0);
		raise(SIGUSR1);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	say("%s\n", ending(status & ~0x80));
}
