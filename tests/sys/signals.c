/*
 * signals.c - masks, pending sets, what a handler is told, alternate stack,
 * restart or EINTR, sigsuspend, sigwait, order, nesting, exec and fork.
 */
#include "show.h"
#include <sched.h>
#include <sys/resource.h>
#include <ucontext.h>

static volatile int count, order[64], nr_order;
static siginfo_t info;
static void counting(int sig) { (void)sig; count++; }
static void ordering(int sig) { order[nr_order++ & 63] = sig; }
static void informing(int sig, siginfo_t *si, void *c) { (void)sig, (void)c; info = *si; count++; }

static void handle(int sig, void *f, int flags)
{
	struct sigaction sa = { .sa_flags = flags };

	sa.sa_sigaction = f;
	if (sigaction(sig, &sa, NULL))
		fatal("sigaction");
}

static void block(int how, int sig)
{
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, sig);
	sigprocmask(how, &s, NULL);
}

static void masks(void)
{
	sigset_t s;

	handle(SIGUSR1, counting, 0);
	count = 0;
	block(SIG_BLOCK, SIGUSR1);
	for (int i = 0; i < 5; i++)
		raise(SIGUSR1);
	show("blocked", count);
	sigpending(&s);
	show("pending", sigismember(&s, SIGUSR1));
	block(SIG_UNBLOCK, SIGUSR1);
	show("five of one kind arrive as", count);
	sigfillset(&s);
	sigprocmask(SIG_SETMASK, &s, NULL);
	sigprocmask(SIG_BLOCK, NULL, &s);
	say("KILL and STOP cannot be blocked: %d %d\n", sigismember(&s, SIGKILL), sigismember(&s, SIGSTOP));
	sigemptyset(&s);
	sigprocmask(SIG_SETMASK, &s, NULL);
	signal(SIGUSR2, SIG_IGN);
	block(SIG_BLOCK, SIGUSR2);
	raise(SIGUSR2);
	sigpending(&s);
	show("ignored and blocked, pending", sigismember(&s, SIGUSR2));
	block(SIG_UNBLOCK, SIGUSR2);
	signal(SIGUSR2, SIG_DFL);
	say("survived\n");
}

static void queue(void)
{
	union sigval v;

	handle(SIGRTMIN + 1, informing, SA_SIGINFO);
	count = 0;
	block(SIG_BLOCK, SIGRTMIN + 1);
	for (int i = 0; i < 5; i++) {
		v.sival_int = i;
		sigqueue(getpid(), SIGRTMIN + 1, v);
	}
	block(SIG_UNBLOCK, SIGRTMIN + 1);
	say("real-time signals: %d, last value %d, code %d\n", count, info.si_value.sival_int, info.si_code);
	for (int sig = SIGRTMIN + 5; sig >= SIGRTMIN + 1; sig--)
		handle(sig, ordering, 0);
	handle(SIGUSR1, ordering, 0);
	handle(SIGTERM, ordering, 0);
	sigset_t all, old;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	raise(SIGRTMIN + 3), raise(SIGTERM), raise(SIGRTMIN + 1), raise(SIGUSR1);
	struct sigaction sa = { .sa_handler = ordering };

	sigfillset(&sa.sa_mask);
	int sigs[] = { SIGRTMIN + 3, SIGTERM, SIGRTMIN + 1, SIGUSR1 };

	for (int i = 0; i < 4; i++)
		sigaction(sigs[i], &sa, NULL);
	nr_order = 0;
	sigprocmask(SIG_SETMASK, &old, NULL);
	say("delivered in the order %d %d %d+ %d+\n", order[0], order[1], order[2] - SIGRTMIN, order[3] - SIGRTMIN);
}

static void infos(void)
{
	pid_t pid;

	handle(SIGUSR1, informing, SA_SIGINFO);
	kill(getpid(), SIGUSR1);
	say("kill: code %d, pid %s, uid %d\n", info.si_code, info.si_pid == getpid() ? "right" : "WRONG", info.si_uid);
	raise(SIGUSR1);
	say("raise: code %d\n", info.si_code);
	pid = fork();
	if (pid == 0) {
		if (setuid(0) || kill(getppid(), SIGUSR1))
			_exit(1);
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) != pid)
		;                       /* its signal may interrupt this */
	say("from a child: pid %s\n", info.si_pid == pid ? "right" : "WRONG");
	handle(SIGALRM, informing, SA_SIGINFO);
	tick_every(20);
	pause();
	tick_every(0);
	say("alarm: code %d\n", info.si_code);
}

static void restarts(void)
{
	static const int flags[] = { 0, SA_RESTART };
	char b;

	for (int i = 0; i < 2; i++) {
		const char *kind = flags[i] ? "with SA_RESTART" : "without";
		int p[2];

		(void)!pipe(p);
		handle(SIGALRM, counting, flags[i]);
		say("-- %s\n", kind);
		if (fork() == 0) {
			sleep_ms(400);
			(void)!write(p[1], "x", 1);
			_exit(0);
		}
		tick_every(30);
		show("read", read(p[0], &b, 1));
		show_ok("wait", waitpid(-1, NULL, 0));
		tick_every(0);
		while (waitpid(-1, NULL, 0) > 0)
			;
		tick_every(20);
		show("sleep", usleep(300000));
		show("pause", pause());
		tick_every(0);
	}
}

static void suspends(void)
{
	sigset_t none, one, s;
	struct timespec t = { 0, 20000000 };
	siginfo_t si;

	handle(SIGUSR1, counting, 0);
	block(SIG_BLOCK, SIGUSR1);
	count = 0;
	raise(SIGUSR1);
	sigemptyset(&none);
	show("sigsuspend", sigsuspend(&none));
	show("handled", count);
	sigprocmask(SIG_BLOCK, NULL, &s);
	show("mask is back", sigismember(&s, SIGUSR1));
	sigemptyset(&one);
	sigaddset(&one, SIGUSR1);
	raise(SIGUSR1);
	show("sigwaitinfo", sigwaitinfo(&one, &si));
	say("signal %d, code %d, handled %d\n", si.si_signo, si.si_code, count);
	show("sigtimedwait, none", sigtimedwait(&one, &si, &t));
	if (fork() == 0) {
		sleep_ms(30);
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	t.tv_sec = 5;
	show("sigtimedwait, one comes", sigtimedwait(&one, &si, &t));
	wait(NULL);
	block(SIG_UNBLOCK, SIGUSR1);
}

static char *alt;
static void on_alt(int sig)
{
	char here;
	stack_t ss;

	(void)sig;
	sigaltstack(NULL, &ss);
	say("on the alternate stack: %s, flags %d\n", &here >= alt && &here < alt + 65536 ? "yes" : "NO", ss.ss_flags);
}

static void overflow_handler(int sig) { say("stack overflow: signal %d\n", sig); _exit(3); }
static int deep(int n) { volatile char b[4096]; b[0] = n; return n < 1 << 30 ? deep(n + 1) + b[0] : 0; }
static void overflow(void)
{
	handle(SIGSEGV, overflow_handler, SA_ONSTACK);
	deep(0);
}

static void overflow_without(void)
{
	stack_t off = { .ss_flags = SS_DISABLE };

	sigaltstack(&off, NULL);
	handle(SIGSEGV, overflow_handler, 0);
	deep(0);
}

static void stacks(void)
{
	stack_t ss, small = { .ss_size = 100 };

	alt = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ss = (stack_t){ .ss_sp = alt, .ss_size = 65536 };
	show("sigaltstack", sigaltstack(&ss, NULL));
	handle(SIGUSR1, on_alt, SA_ONSTACK);
	raise(SIGUSR1);
	small.ss_sp = alt;
	show("too small a stack", sigaltstack(&small, NULL));
	in_child("overflow, alternate stack", overflow);
	in_child("overflow, none", overflow_without);
}

static void nested(int sig)
{
	order[nr_order++ & 63] = sig;
	if (sig == SIGUSR1 && nr_order < 3)
		raise(SIGUSR2), raise(SIGUSR1);
	order[nr_order++ & 63] = -sig;
}

static void nesting(void)
{
	nr_order = 0;
	handle(SIGUSR1, nested, 0);
	handle(SIGUSR2, nested, 0);
	raise(SIGUSR1);
	for (int i = 0; i < nr_order; i++)
		say("%d ", order[i]);
	nr_order = 0;
	handle(SIGUSR1, nested, SA_NODEFER);
	raise(SIGUSR1);
	for (int i = 0; i < nr_order; i++)
		say("%d ", order[i]);
	say("\n");
	handle(SIGUSR1, counting, SA_RESETHAND);
	raise(SIGUSR1);
	struct sigaction sa;

	sigaction(SIGUSR1, NULL, &sa);
	judge("SA_RESETHAND resets", sa.sa_handler == SIG_DFL);
}

/* A handler that changes where the code goes on. */
static void skip(int sig, siginfo_t *si, void *context)
{
	(void)sig, (void)si;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;   /* over the ud2 */
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RBX] = 1234;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] |= 1;
	sigaddset(&((ucontext_t *)context)->uc_sigmask, SIGUSR2);
}

static void contexts(void)
{
	long rbx = 1;
	unsigned char carry = 0;
	sigset_t s;

	handle(SIGILL, skip, SA_SIGINFO);
	__asm__ volatile("clc; ud2; setc %1" : "+b"(rbx), "=r"(carry));
	say("after ud2: rbx %ld, carry %d\n", rbx, carry);
	sigprocmask(SIG_BLOCK, NULL, &s);
	show("mask changed by the frame", sigismember(&s, SIGUSR2));
	block(SIG_UNBLOCK, SIGUSR2);
	signal(SIGILL, SIG_DFL);
}

static void single_step(int sig, siginfo_t *si, void *c)
{
	(void)sig, (void)si;
	((ucontext_t *)c)->uc_mcontext.gregs[REG_EFL] &= ~0x100l;
	count++;
}

static void traps(void)
{
	handle(SIGTRAP, single_step, SA_SIGINFO);
	count = 0;
	__asm__ volatile("int3");
	show("int3", count);
	__asm__ volatile("pushf; orl $0x100, (%%rsp); popf; nop; nop" : : : "memory", "cc");
	show("single step", count);
	signal(SIGTRAP, SIG_DFL);
}

static void bad_frame(void)
{
	__asm__ volatile("mov $0x1000, %%rsp; mov $15, %%eax; syscall" : : : "memory");
}

static void bad_return_address(int sig, siginfo_t *si, void *c)
{
	(void)sig, (void)si;
	((ucontext_t *)c)->uc_mcontext.gregs[REG_RIP] = 0xffffffff80000000;
}

static void bad_segment(int sig, siginfo_t *si, void *c)
{
	(void)sig, (void)si;
	((ucontext_t *)c)->uc_mcontext.gregs[REG_CSGSFS] = 0x8;
}

static void non_canonical(int sig, siginfo_t *si, void *c)
{
	(void)sig, (void)si;
	((ucontext_t *)c)->uc_mcontext.gregs[REG_RIP] = 0x0000800000000000;
}

static void iopl(int sig, siginfo_t *si, void *c)
{
	(void)sig, (void)si;
	((ucontext_t *)c)->uc_mcontext.gregs[REG_EFL] |= 0x3000;
}

static void return_to_kernel(void) { handle(SIGUSR1, bad_return_address, SA_SIGINFO); raise(SIGUSR1); }
static void return_to_ring0(void) { handle(SIGUSR1, bad_segment, SA_SIGINFO); raise(SIGUSR1); }
static void return_non_canonical(void) { handle(SIGUSR1, non_canonical, SA_SIGINFO); raise(SIGUSR1); }
static void return_with_iopl(void)
{
	handle(SIGUSR1, iopl, SA_SIGINFO);
	raise(SIGUSR1);
	__asm__ volatile("outb %%al, $0x80" : : "a"(0));
}

static void exec_and_fork(void)
{
	char line[256];
	FILE *f;

	signal(SIGUSR1, SIG_IGN);
	handle(SIGUSR2, counting, 0);
	block(SIG_BLOCK, SIGTERM);
	raise(SIGTERM);
	if (fork() == 0) {
		sigset_t s;

		sigpending(&s);
		show("a child starts with no pending signal", sigismember(&s, SIGTERM));
		execl("/bin/busybox", "grep", "-E", "^(SigPnd|ShdPnd|SigBlk|SigIgn|SigCgt)", "/proc/self/status", NULL);
	}
	wait(NULL);
	f = fopen("/proc/self/status", "r");
	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, "ShdPnd", 6) || !strncmp(line, "SigPnd", 6))
			say("here %s", line);
	signal(SIGTERM, SIG_IGN);
	block(SIG_UNBLOCK, SIGTERM);
}

static void storm(void)
{
	pid_t pid[3];
	int64_t end;
	volatile double x = 1.0;
	long bad = 0;

	handle(SIGUSR1, counting, SA_RESTART);
	handle(SIGUSR2, counting, 0);
	count = 0;
	for (int i = 0; i < 3; i++)
		if ((pid[i] = fork()) == 0)
			for (;;) {
				if (kill(getppid(), i % 2 ? SIGUSR2 : SIGUSR1))
					_exit(0);
				sched_yield();
			}
	end = now_ns() + 500000000;
	while (now_ns() < end) {
		for (int i = 1; i < 1000; i++)
			x = x * i / i;
		bad += x != 1.0;
		bad += getppid() <= 0;
	}
	for (int i = 0; i < 3; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	note("%d signals in half a second\n", count);
	say("storm: %s, wrong results %ld\n", count > 10 ? "handled" : "FEW", bad);
}

int main(void)
{
	masks();
	queue();
	infos();
	restarts();
	suspends();
	stacks();
	nesting();
	contexts();
	traps();
	in_child("sigreturn without a frame", bad_frame);
	in_child("return to the kernel", return_to_kernel);
	in_child("return to ring 0", return_to_ring0);
	in_child("return to a non-canonical address", return_non_canonical);
	in_child("return with I/O rights", return_with_iopl);
	exec_and_fork();
	storm();
	return 0;
}
