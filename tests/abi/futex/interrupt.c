/* A signal while waiting: which waits go on after the handler, and what becomes of the timeout. */
#include "futex.h"

#define LONG 5           /* s, which none of these waits lasts */

static volatile uint32_t word;
static volatile int handled;

static void handler(int sig) { (void)sig; handled++; }

static int waiter;

/* The signal comes when the waiter is asleep, not at a time: it has as long as it needs to get there. */
static void interrupter(struct peer *p)
{
	while (!p->step)
		sleep_ms(1);
	await_sleep(waiter);
	syscall(SYS_tgkill, getpid(), waiter, SIGUSR1);
}

static void probe(const char *what, int flags, int op, struct timespec *t)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };
	struct peer p = { 0 };
	int64_t begin;

	handled = 0;
	sigaction(SIGUSR1, &sa, NULL);
	peer_start(&p, interrupter);
	begin = now_ns();
	p.step = 1;
	show(what, futex(&word, op, 0, t, NULL, ~0u));
	say("  handlers run: %d\n", handled);
	judge("  ended with its time", t && now_ns() - begin >= LONG * 1000000000ll);
	peer_join(&p);
}

int main(void)
{
	struct timespec rel = { LONG, 0 }, abs;

	waiter = own_tid();
	probe("relative, no SA_RESTART", 0, FUTEX_WAIT_PRIVATE, &rel);
	probe("relative, SA_RESTART", SA_RESTART, FUTEX_WAIT_PRIVATE, &rel);
	clock_gettime(CLOCK_MONOTONIC, &abs);
	abs.tv_sec += LONG;
	probe("absolute, no SA_RESTART", 0, FUTEX_WAIT_BITSET_PRIVATE, &abs);
	clock_gettime(CLOCK_MONOTONIC, &abs);
	abs.tv_sec += LONG;
	probe("absolute, SA_RESTART", SA_RESTART, FUTEX_WAIT_BITSET_PRIVATE, &abs);
	probe("no timeout, no SA_RESTART", 0, FUTEX_WAIT_PRIVATE, NULL);
}
