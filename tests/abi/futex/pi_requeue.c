/* FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI: a condition variable whose mutex has an owner. */
#include "futex.h"

static volatile uint32_t cond, mutex, other;
static char order[16][64];
static volatile int nr_given;

static void waiter(struct peer *p)
{
	struct timespec t, *timeout = NULL;

	if (p->arg) {
		clock_gettime(CLOCK_MONOTONIC, &t);
		t.tv_sec += 1;
		timeout = &t;
	}
	PEER_CALL(p, futex(&cond, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 0, timeout, &mutex, 0));
	if (!p->result) {
		snprintf(order[nr_given], sizeof order[0], "%d (priority %d): %s", p->nr, p->prio,
			 (int)(mutex & FUTEX_TID_MASK) == p->tid ? "its own" : "not its own");
		nr_given++;
		futex(&mutex, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	}
}

static void round_of(const char *what, bool locked, uint32_t n_move)
{
	static struct peer p[4];
	long moved;

	say("%s\n", what);
	nr_given = 0;
	memset(p, 0, sizeof p);
	if (locked)
		futex(&mutex, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	for (int i = 0; i < 4; i++) {
		p[i].nr = i;
		p[i].prio = i == 2 ? 11 : 0;
		peer_start(&p[i], waiter);
		peer_sleeps(&p[i]);
	}
	show("other value", futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, n_move, &mutex, 1));
	show("to another word", futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, n_move, &other, 0));
	show("plain requeue", futex2(&cond, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &mutex, 0));
	show("plain wake", futex(&cond, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
	moved = show("requeue", futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, n_move, &mutex, 0));
	if (locked) {
		say("ours: %s, runs at %ld\n", pi_word(mutex, own_tid()), stat_field(own_tid(), 18));
		futex(&mutex, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	}
	while (moved < 4) {
		long n = futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, 0, &mutex, 0);

		if (n < 0)
			fatal("requeue");
		moved += n;
		sleep_ms(5);
	}
	for (int i = 0; i < 4; i++)
		peer_show("waiter", &p[i]);
	for (int i = 0; i < 4; i++)
		say("%s\n", order[i]);
	say("%s\n", pi_word(mutex, 0));
}

int main(void)
{
	static struct peer late = { .arg = "" };

	show("same word", futex(&cond, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 0, NULL, &cond, 0));
	show("other value", futex(&cond, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 1, NULL, &mutex, 0));
	show("bad second word", futex(&cond, FUTEX_WAIT_REQUEUE_PI, 0, NULL, NULL, 0));
	show("onto itself", futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, 1, &cond, 0));
	show("wake two", futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 2, 1, &mutex, 0));
	show("wake none", futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 0, 1, &mutex, 0));
	show("nobody waits", futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, 1, &mutex, 0));
	round_of("mutex locked, all move", true, INT32_MAX);
	round_of("mutex free, one by one", false, 0);
	peer_start(&late, waiter);
	peer_sleeps(&late);
	peer_show("never moved", &late);
	futex(&mutex, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	late = (struct peer){ .arg = "" };
	peer_start(&late, waiter);
	peer_sleeps(&late);
	show("move it", futex2(&cond, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, 0, &mutex, 0));
	peer_show("moved, but the owner keeps it", &late);
	show("unlock", futex(&mutex, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	say("%s\n", pi_word(mutex, 0));
}
