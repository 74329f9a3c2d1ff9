/*
 * hold.h - keeping what a spinlock guards for longer than a spinlock may be held.
 *
 * Some lists are as long as a user makes them. Who walks one takes the hold: from then on others who come with the
 * spinlock in order to change the list, or to rely on its order, wait, asleep. So the holder may let go of the spinlock
 * after some steps and find all as it was; to everybody else the whole walk is one step.
 *
 *   the holder                              others
 *   hold_begin(h, l)                        spin_lock_unheld(l, h)    sleeps while h is held
 *   spin_lock(l); some steps; spin_unlock   change the list
 *   hold_end(h, l)                          spin_unlock(l)
 *
 *   I1  is_held is set and cleared under the spinlock, by who has the hold's mutex
 *
 * Who waits goes on with the spinlock before the next holder: nobody starves behind many walks. Holds share some mutexes,
 * by their addresses: a waiter may wait for another's walk, too.
 * Cost: without a holder, a load and a jump behind the spinlock. Context: task, may sleep; not under RCU.
 */
#pragma once
#include <sync/debug.h>
#include <sync/spinlock.h>

struct hold { bool is_held; };                  /* I1 */

/* Let the holder finish. The spinlock is held again on return. */
void hold_wait_slow(struct hold *h, struct spinlock *l);
static __always_inline void spin_lock_unheld(struct spinlock *l, struct hold *h) __acquires(*l) __no_lock_analysis
{
	might_sleep();
	spin_lock(l);
	if (unlikely(h->is_held))
		hold_wait_slow(h, l);
}

void hold_begin(struct hold *h, struct spinlock *l);
void hold_end(struct hold *h, struct spinlock *l);
/* Two at once, each with its spinlock; x may be y. */
void hold_begin_pair(struct hold *x, struct spinlock *lx, struct hold *y, struct spinlock *ly);
void hold_end_pair(struct hold *x, struct spinlock *lx, struct hold *y, struct spinlock *ly);
void hold_init(void);                           /* bring-up */
