/*
 * fpu_state.c - x87, SSE and AVX registers belong to a thread: they survive
 * context switches, system calls, faults and signal handlers, a signal frame
 * carries them, a handler may change the frame, and a new program starts clean.
 * AVX only where CPUID and XCR0 have it; the facts printed are the same without.
 */
#include "show.h"
#include <cpuid.h>
#include <sched.h>
#include <ucontext.h>

static bool has_avx(void)
{
	unsigned a, b, c, d, low, high;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 27)) || !(c & (1u << 28)))
		return false;
	__asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (low & 6) == 6;
}

/* 16 registers of 32 bytes; without AVX only the low halves are real. */
struct vectors { uint8_t r[16][32]; };

#define EACH16(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

__attribute__((target("avx"), noinline))
static void load_avx(const struct vectors *v)
{
#define X(n) __asm__ volatile("vmovdqu %0, %%ymm" #n : : "m"(v->r[n]));
	EACH16(X)
#undef X
}

__attribute__((target("avx"), noinline))
static void store_avx(struct vectors *v)
{
#define X(n) __asm__ volatile("vmovdqu %%ymm" #n ", %0" : "=m"(v->r[n]));
	EACH16(X)
#undef X
}

static void load_sse(const struct vectors *v)
{
#define X(n) __asm__ volatile("movdqu %0, %%xmm" #n : : "m"(v->r[n]));
	EACH16(X)
#undef X
}

static void store_sse(struct vectors *v)
{
#define X(n) __asm__ volatile("movdqu %%xmm" #n ", %0" : "=m"(v->r[n]));
	EACH16(X)
#undef X
}

static bool avx;

static void fill(struct vectors *v, int seed)
{
	for (int i = 0; i < 16; i++)
		for (int j = 0; j < 32; j++)
			v->r[i][j] = j < 16 || avx ? seed * 31 + i * 7 + j : 0;
}

static void load(const struct vectors *v) { avx ? load_avx(v) : load_sse(v); }
static void store(struct vectors *v)
{
	memset(v, 0, sizeof *v);
	avx ? store_avx(v) : store_sse(v);
}

/*
 * Hold a pattern while doing what lets others run; return how often it was
 * found changed. The wait is inline assembly: C code would use the registers.
 */
static int hold(int seed, int rounds, long spin, long nr)
{
	struct vectors want, got;
	int bad = 0;

	fill(&want, seed);
	for (int i = 0; i < rounds; i++) {
		long n = spin, ret;

		load(&want);
		__asm__ volatile("1: dec %0; jnz 1b" : "+r"(n));
		if (nr >= 0)
			__asm__ volatile("syscall" : "=a"(ret) : "0"(nr)
					 : "rcx", "r11", "memory");
		store(&got);
		bad += memcmp(&want, &got, sizeof want) != 0;
	}
	return bad;
}

static void switches(void)
{
	int bad = 0, status;

	for (int i = 0; i < 6; i++)
		if (fork() == 0)
			_exit(hold(i + 1, i % 2 ? 200 : 20, i % 2 ? 1000 : 2000000,
				   i % 2 ? SYS_sched_yield : SYS_getppid) != 0);
	while (wait(&status) > 0)
		bad += status != 0;
	show("processes whose registers changed", bad);
}

static volatile int nr_signals;
static struct vectors handler_pattern;

static void clobber(int sig)
{
	(void)sig;
	nr_signals++;
	load(&handler_pattern);
}

static void signals(void)
{
	pid_t parent = getpid(), pid;
	int bad;

	fill(&handler_pattern, 99);
	signal(SIGUSR1, clobber);
	pid = fork();
	if (pid == 0)
		for (;;) {
			if (kill(parent, SIGUSR1))
				_exit(0);
			usleep(500);
		}
	bad = 0;
	while (nr_signals < 50)
		bad += hold(5, 20, 100000, -1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	show("registers changed by signal handlers", bad);
}

/* A handler changes xmm0 in the frame: the interrupted code sees it. */
static void edit_frame(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;

	(void)sig, (void)si;
	judge("frame has floating-point state", uc->uc_mcontext.fpregs != NULL);
	if (uc->uc_mcontext.fpregs)
		memset(uc->uc_mcontext.fpregs->_xmm[3].element, 0x5a, 16);
	judge("frame holds the interrupted xmm0",
	      uc->uc_mcontext.fpregs && uc->uc_mcontext.fpregs->_xmm[0].element[0] == 0x11111111);
}

static void frame_edited(void)
{
	struct sigaction sa = { .sa_sigaction = edit_frame, .sa_flags = SA_SIGINFO };
	long ret, pid = getpid();
	uint8_t in[16], out[16], want[16];

	sigaction(SIGUSR2, &sa, NULL);
	memset(in, 0x11, 16);
	memset(want, 0x5a, 16);
	__asm__ volatile("movdqu %2, %%xmm0; syscall; movdqu %%xmm3, %1"
			 : "=a"(ret), "=m"(out)
			 : "m"(in), "0"((long)SYS_kill), "D"(pid), "S"((long)SIGUSR2)
			 : "rcx", "r11", "memory", "xmm0", "xmm3");
	judge("a change to the frame reaches the register", !memcmp(out, want, 16));
}

static void control_words(void)
{
	uint32_t mxcsr = 0x1f80 | 0x6000, got;
	uint16_t cw = 0x0f7f, gotcw;

	__asm__ volatile("ldmxcsr %0; fldcw %1" : : "m"(mxcsr), "m"(cw));
	sched_yield();
	sleep_ms(5);
	raise(SIGUSR1);
	__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(got), "=m"(gotcw));
	say("mxcsr %#x, x87 control word %#x\n", got & 0xffc0, gotcw);
	if (fork() == 0) {
		__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(got), "=m"(gotcw));
		say("in the child: mxcsr %#x, control word %#x\n", got & 0xffc0, gotcw);
		_exit(0);
	}
	wait(NULL);
	if (fork() == 0) {
		execl("/proc/self/exe", "x", "fresh", NULL);
		_exit(1);
	}
	wait(NULL);
	mxcsr = 0x1f80;
	cw = 0x37f;
	__asm__ volatile("ldmxcsr %0; fldcw %1" : : "m"(mxcsr), "m"(cw));
}

/* A child inherits the registers of the fork. */
static void inherited(void)
{
	struct vectors want, got;
	long pid;
	int status;

	fill(&want, 77);
	load(&want);
	__asm__ volatile("syscall" : "=a"(pid) : "0"((long)SYS_fork) : "rcx", "r11", "memory");
	store(&got);
	if (pid == 0)
		_exit(memcmp(&want, &got, sizeof want) != 0);
	waitpid(pid, &status, 0);
	judge("fork hands the registers on", status == 0 && !memcmp(&want, &got, sizeof want));
}

static void divide(int sig, siginfo_t *si, void *context)
{
	(void)context;
	say("signal %d, code %d\n", sig, si->si_code);
	_exit(0);
}

static void traps(void)
{
	struct sigaction sa = { .sa_sigaction = divide, .sa_flags = SA_SIGINFO };
	uint32_t mxcsr = 0x1f80 & ~(1u << 9);

	sigaction(SIGFPE, &sa, NULL);
	if (fork() == 0) {
		__asm__ volatile("ldmxcsr %0; pxor %%xmm0, %%xmm0; pxor %%xmm1, %%xmm1;"
				 "pcmpeqd %%xmm1, %%xmm1; pslld $25, %%xmm1; psrld $2, %%xmm1;"
				 "divps %%xmm0, %%xmm1" : : "m"(mxcsr) : "xmm0", "xmm1");
		say("no trap from SSE\n");
		_exit(0);
	}
	wait(NULL);
	if (fork() == 0) {
		volatile int zero = 0, x = 1;

		x = x / zero;
		_exit(1);
	}
	wait(NULL);
}

int main(int argc, char **argv)
{
	(void)argv;
	avx = has_avx();
	if (argc > 1) {
		uint32_t mxcsr;
		uint16_t cw;
		struct vectors v;
		int set = 0;

		store(&v);
		for (int i = 8; i < 16; i++)
			for (int j = 0; j < 32; j++)
				set += v.r[i][j] != 0;
		__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(mxcsr), "=m"(cw));
		say("a new program: mxcsr %#x, control word %#x, registers %s\n",
		    mxcsr & 0xffc0, cw, set ? "NOT CLEAN" : "clean");
		return 0;
	}
	note("AVX: %s\n", avx ? "yes" : "no");
	switches();
	signals();
	frame_edited();
	control_words();
	inherited();
	traps();
	return 0;
}
