/*
 * spinlock.c (model) - what src/sync/spinlock.c promises, and no more: for tests of what stands on spinlocks.
 *
 * The queue is checked by tests/model/spinlock.c, and by the small tests of each
 * primitive above. With three threads it multiplies every search by its own paths;
 * those tests link this file instead: who finds the lock taken waits until it is free.
 * Nothing is promised about who comes next, so nothing is here.
 */
#include <sync/spinlock.h>
#include <arch/cpu.h>

void spin_init(struct spinlock *l, enum lock_rank rank)
{
	*l = (struct spinlock)SPINLOCK_INIT(rank);
}

void spin_lock_slow(struct spinlock *l)
{
	unsigned free;

	do {
		spin_until(!load_relaxed(&l->word));
		free = 0;
	} while (!cas_acquire(&l->word, &free, 1u));    /* pairs with spin_give_() */
}

bool spin_trylock(struct spinlock *l)
{
	unsigned free = 0;

	return cas_acquire(&l->word, &free, 1u);
}
