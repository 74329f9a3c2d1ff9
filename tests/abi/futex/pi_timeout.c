/* FUTEX_LOCK_PI waits by the real time of day, FUTEX_LOCK_PI2 by either clock; a signal does not end it. */
#include "futex.h"

static volatile uint32_t word;
static volatile int handled;

static void handler(int sig) { (void)sig; handled++; }

static void owner(struct peer *p)
{
	PEER_CALL(p, futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	p->step = 1;
	while (p->step == 1)
		sleep_ms(1);
	futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}

static void timed(const char *what, int op, clockid_t clock, int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };
	struct itimerval once = { { 0, 0 }, { 0, 20000 } };
	int64_t begin = now_ns();
	struct timespec t;

	sigaction(SIGALRM, &sa, NULL);
	clock_gettime(clock, &t);
	t.tv_nsec += 60000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	handled = 0;
	setitimer(ITIMER_REAL, &once, NULL);
	show(what, futex(&word, op | FUTEX_PRIVATE_FLAG, 0, &t, NULL, 0));
	judge("  in time", within(now_ns() - begin, 58000000, 2000000000));
	say("  handlers: %d; %s\n", handled, word & FUTEX_WAITERS ? "waiters" : "no waiters");
}

int main(void)
{
	static struct peer p;

	peer_start(&p, owner);
	while (!p.step)
		sleep_ms(1);
	timed("LOCK_PI", FUTEX_LOCK_PI, CLOCK_REALTIME, 0);
	timed("LOCK_PI, SA_RESTART", FUTEX_LOCK_PI, CLOCK_REALTIME, SA_RESTART);
	timed("LOCK_PI2", FUTEX_LOCK_PI2, CLOCK_MONOTONIC, 0);
	timed("LOCK_PI2 realtime", FUTEX_LOCK_PI2 | FUTEX_CLOCK_REALTIME, CLOCK_REALTIME, 0);
	p.step = 2;
	peer_join(&p);
	say("%s\n", pi_word(word, 0));
	show("lock", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
}
