/* A contended word: it goes from hand to hand in order of priority, then of arrival; plain operations on it are refused. */
#include "futex.h"

static volatile uint32_t word, other;
static char order[5][96];
static int nr_given;
static long again;

static void locker(struct peer *p)
{
	PEER_CALL(p, futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	snprintf(order[nr_given++], sizeof order[0], "%d (priority %d): %s", p->nr, p->prio,
		 (int)(word & FUTEX_TID_MASK) == p->tid ? "its own" : "not its own");
	if (p->nr == 2)
		again = futex(&word, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0) ? errno : 0;
	errno = 0;
	if (futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0))
		say("unlock: %s\n", errno_name(errno));
}

int main(void)
{
	static struct peer p[5] = { { .nr = 0 }, { .nr = 1, .prio = 5 }, { .nr = 2, .prio = 9 }, { .nr = 3, .prio = 5 }, { .nr = 4 } };

	show("lock", futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	for (int i = 0; i < 5; i++) {
		peer_start(&p[i], locker);
		peer_sleeps(&p[i]);
	}
	say("%s\n", pi_word(word, own_tid()));
	show("FUTEX_WAKE", futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
	show("FUTEX_REQUEUE away", futex2(&word, FUTEX_REQUEUE_PRIVATE, 1, 1, &other, 0));
	show("FUTEX_CMP_REQUEUE_PI away", futex2(&word, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, 1, &other, word));
	show("unlock", futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	for (int i = 0; i < 5; i++)
		peer_join(&p[i]);
	for (int i = 0; i < 5; i++)
		say("%s; %d: %ld\n", order[i], i, p[i].result);
	say("trylock of one's own: %s\n", errno_name((int)again));
	say("%s\n", pi_word(word, own_tid()));
}
