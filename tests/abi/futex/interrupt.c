/* A signal while waiting: which waits go on after the handler, and what becomes of the timeout. */
#include "futex.h"

static volatile uint32_t word;
static volatile int handled;

static void handler(int sig) { (void)sig; handled++; }

static void probe(const char *what, int flags, int op, struct timespec *t)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };
	struct itimerval once = { { 0, 0 }, { 0, 60000 } };
	int64_t begin = now_ns();

	handled = 0;
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &once, NULL);
	show(what, futex(&word, op, 0, t, NULL, ~0u));
	say("  handlers run: %d\n", handled);
	judge("  ended with its time", within(now_ns() - begin, 150000000, 2000000000));
}

int main(void)
{
	struct timespec rel = { 0, 200000000 }, abs;

	probe("relative, no SA_RESTART", 0, FUTEX_WAIT_PRIVATE, &rel);
	probe("relative, SA_RESTART", SA_RESTART, FUTEX_WAIT_PRIVATE, &rel);
	clock_gettime(CLOCK_MONOTONIC, &abs);
	abs.tv_sec += 1;
	probe("absolute, no SA_RESTART", 0, FUTEX_WAIT_BITSET_PRIVATE, &abs);
	clock_gettime(CLOCK_MONOTONIC, &abs);
	abs.tv_nsec += 200000000;
	if (abs.tv_nsec >= 1000000000) {
		abs.tv_sec++;
		abs.tv_nsec -= 1000000000;
	}
	probe("absolute, SA_RESTART", SA_RESTART, FUTEX_WAIT_BITSET_PRIVATE, &abs);
	probe("no timeout, no SA_RESTART", 0, FUTEX_WAIT_PRIVATE, NULL);
}
