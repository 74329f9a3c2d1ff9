/* abort.c - a sequence that is interrupted starts at its abort address: by preemption, by a signal, or not at all. */
#include "rseq.h"
#include <sched.h>

static struct area a;
static struct cs cs;
static volatile int handled, aborted_in_handler;
extern char seq_start[], seq_end[], seq_abort[];

/* Spin in a sequence until `count` reaches 0; returns 1 when it was aborted. */
long sequence(struct area *area, struct cs *cs, unsigned long count);
__asm__(
"	.text\n"
"	.globl	sequence\n"
"sequence:\n"
"	mov	%rsi, 8(%rdi)\n"
"seq_start:\n"
"1:	dec	%rdx\n"
"	jnz	1b\n"
"seq_end:\n"
"	xor	%eax, %eax\n"
"	ret\n"
"	.byte	0x0f, 0xb9, 0x3d\n"
"	.long	0x53053053\n"
"seq_abort:\n"
"	mov	$1, %eax\n"
"	ret\n"
"	.globl	seq_start, seq_end, seq_abort\n");

static void handler(int sig)
{
	(void)sig;
	handled++;
	aborted_in_handler = a.cs == 0;
}

static void prepare(void)
{
	cs = (struct cs){ .start_ip = (uintptr_t)seq_start, .post_commit_offset = seq_end - seq_start, .abort_ip = (uintptr_t)seq_abort };
	show("register", rseq(&a, 32, 0, SIG));
}

static void by_signal(void)
{
	prepare();
	signal(SIGALRM, handler);
	tick_every(20);
	while (!handled)                        /* preemption may come first */
		sequence(&a, &cs, 1ul << 60);
	tick_every(0);
	judge("handler ran, area was cleared before", handled && aborted_in_handler);
	say("cs %lu\n", (long)a.cs);
}

static void by_preemption(void)
{
	pid_t pid = fork();
	int aborted = 0;

	if (!pid)
		for (;;)
			sched_yield();
	prepare();
	for (int i = 0; i < 5 && !aborted; i++)
		aborted = sequence(&a, &cs, 20000000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	/* With CPUs enough nobody preempts: then it ran through. */
	judge("one or the other", aborted == 0 || aborted == 1);
}

static void quietly(void)
{
	prepare();
	say("aborted %ld\n", sequence(&a, &cs, 10));
	sleep_ms(1);
	say("aborted %ld\n", sequence(&a, &cs, 10));
}

static void with_cs(const struct cs *bad)
{
	prepare();
	cs = *bad;
	signal(SIGALRM, handler);
	tick_every(10);
	say("aborted %ld\n", sequence(&a, &cs, 1ul << 60));
	tick_every(0);
}

static struct cs good(void)
{
	return (struct cs){ .start_ip = (uintptr_t)seq_start, .post_commit_offset = seq_end - seq_start, .abort_ip = (uintptr_t)seq_abort };
}

static void bad_version(void) { struct cs c = good(); c.version = 1; with_cs(&c); }
static void bad_flags(void) { struct cs c = good(); c.flags = 1; with_cs(&c); }
static void bad_signature(void) { struct cs c = good(); c.abort_ip++; with_cs(&c); }
static void abort_inside(void) { struct cs c = good(); c.abort_ip = c.start_ip + 1; with_cs(&c); }
static void bad_end(void) { struct cs c = good(); c.post_commit_offset = -1ul; with_cs(&c); }
static void kernel_abort(void) { struct cs c = good(); c.abort_ip = -4096ul; with_cs(&c); }

static void bad_pointer(void)
{
	prepare();
	signal(SIGALRM, handler);
	signal(SIGSEGV, handler);               /* cannot be delivered, either */
	a.cs = 8;
	tick_every(10);
	for (;;)
		;
}

static void area_gone(void)
{
	struct area *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	show("register", rseq(p, 32, 0, SIG));
	munmap(p, PAGE);
	raise(SIGCHLD);
	signal(SIGALRM, handler);
	tick_every(10);
	for (;;)
		;
}

int main(void)
{
	in_child("by a signal", by_signal);
	in_child("quietly", quietly);
	in_child("version", bad_version);
	in_child("flags", bad_flags);
	in_child("signature", bad_signature);
	in_child("abort inside", abort_inside);
	in_child("end", bad_end);
	in_child("kernel address", kernel_abort);
	in_child("pointer", bad_pointer);
	in_child("area gone", area_gone);
	in_child("by preemption", by_preemption);
	return 0;
}
