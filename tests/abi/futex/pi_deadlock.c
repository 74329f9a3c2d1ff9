/* Circles of owners are refused to who would close them. */
#include "futex.h"

static volatile uint32_t w[4];

static void link_in(struct peer *p)             /* owns w[nr], waits for w[nr + 1] */
{
	futex(&w[p->nr], FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	p->step = 1;
	PEER_CALL(p, futex(&w[p->nr + 1], FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	futex(&w[p->nr + 1], FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	futex(&w[p->nr], FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}

int main(void)
{
	static struct peer p[3] = { { .nr = 0 }, { .nr = 1 }, { .nr = 2, .prio = 7 } };

	futex(&w[3], FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	for (int i = 2; i >= 0; i--) {
		peer_start(&p[i], link_in);
		while (!p[i].step || stat_field(p[i].tid, 3) != 'S')
			sleep_ms(1);
	}
	for (int i = 2; i >= 0; i--) {
		say("a circle of %d: ", 4 - i);
		show("lock", futex(&w[i], FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
		say("  %s\n", pi_word(w[i], p[i].tid));
		show("  trylock", futex(&w[i], FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	}
	futex(&w[3], FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	for (int i = 2; i >= 0; i--)
		peer_show("link", &p[i]);
	for (int i = 0; i < 4; i++)
		say("%d: %s\n", i, pi_word(w[i], 0));
}
