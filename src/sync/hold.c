/*
 * hold.c - what a spinlock guards, kept for a long walk; the rules are in hold.h.
 *
 * Lock order: a hold's mutex (two: by address), the spinlock.     Context: task, may sleep.
 * Tests: tests/model/hold.c, tests/model/futex_steps.c, tests/abi/futex/many.
 */
#include <sync/hold.h>
#include <sync/mutex.h>

#define NR_MUTEXES 64u                          /* a power of two */

static struct mutex mutexes[NR_MUTEXES];

/* Holds lie in objects of a cache line and more. */
static struct mutex *mutex_of(const struct hold *h) { return &mutexes[((uintptr_t)h >> 6 ^ (uintptr_t)h >> 12) % NR_MUTEXES]; }

static void set_held(struct hold *h, struct spinlock *l, bool on)
{
	spin_lock(l);
	h->is_held = on;
	spin_unlock(l);
}

void hold_wait_slow(struct hold *h, struct spinlock *l) __no_lock_analysis
{
	struct mutex *m = mutex_of(h);

	spin_unlock(l);
	mutex_lock(m);
	spin_lock(l);                           /* with the mutex: there is no holder now, nor another before we are done */
	mutex_unlock(m);
}

void hold_begin(struct hold *h, struct spinlock *l) __no_lock_analysis
{
	mutex_lock(mutex_of(h));
	set_held(h, l, true);
}

void hold_end(struct hold *h, struct spinlock *l) __no_lock_analysis
{
	set_held(h, l, false);
	mutex_unlock(mutex_of(h));
}

void hold_begin_pair(struct hold *x, struct spinlock *lx, struct hold *y, struct spinlock *ly) __no_lock_analysis
{
	struct mutex *first = MIN(mutex_of(x), mutex_of(y)), *second = MAX(mutex_of(x), mutex_of(y));

	mutex_lock(first);
	if (first != second)
		mutex_lock_nested(second, RANK_HOLD_NESTED);
	set_held(x, lx, true);
	set_held(y, ly, true);
}

void hold_end_pair(struct hold *x, struct spinlock *lx, struct hold *y, struct spinlock *ly) __no_lock_analysis
{
	set_held(x, lx, false);
	set_held(y, ly, false);
	mutex_unlock(mutex_of(x));
	if (mutex_of(x) != mutex_of(y))
		mutex_unlock(mutex_of(y));
}

void hold_init(void)
{
	for (unsigned i = 0; i < NR_MUTEXES; i++)
		mutex_init(&mutexes[i], RANK_HOLD);
}
