/*
 * rwlock.c - the contended side of rwlocks.
 *
 *   count:   31 ...... 9       8         7 ... 0
 *            | readers | WAITING | WRITER |
 *
 *   I1  WRITER is set by compare-and-exchange from "no reader, no writer" only
 *   I2  WAITING is set by who holds `queue`, and is gone when it lets go
 *   I3  a reader that counted itself in while WRITER or WAITING stood has no right to be
 *       in: it takes itself out again, and enters as the head of the queue
 *
 * The head of the queue waits for the section to empty: as a reader only for the
 * writer to leave, as a writer with WAITING set, which keeps newcomers out.
 * The writer leaves by a byte store, which does not touch the readers' count (arch/fence.h).
 */
#include <sync/rwlock.h>
#include <sync/debug.h>
#include <arch/cpu.h>

void rw_init(struct rwlock *l, enum lock_rank rank)
{
	*l = (struct rwlock)RWLOCK_INIT(rank);
}

#ifdef CONFIG_DEBUG
/* A lock of the same name and rank stands for both kinds of holders. */
static struct spinlock *as_spinlock(struct rwlock *l) { return &l->queue; }
void rw_debug_acquire(struct rwlock *l) { spin_debug_acquire(as_spinlock(l), (enum lock_rank)l->rank, false); }
void rw_debug_release(struct rwlock *l) { spin_debug_release(as_spinlock(l)); }
#endif

void rw_read_lock_slow(struct rwlock *l)
{
	fetch_sub_relaxed(&l->count, RW_READER);        /* relaxed: we have read nothing */
	spin_take_(&l->queue);
	fetch_add_relaxed(&l->count, RW_READER);        /* relaxed: the load below acquires */
	spin_until(!(load_acquire(&l->count) & RW_WRITER));     /* pairs with rw_write_unlock(); WAITING cannot stand: I2 */
	clear_low_byte_release(&l->queue.word);        /* as spin_give_(): no debug record was made for it */
}

void rw_write_lock_slow(struct rwlock *l)
{
	unsigned v;

	spin_take_(&l->queue);
	fetch_or_relaxed(&l->count, RW_WAITING);        /* relaxed: a request */
	do {
		spin_until(load_relaxed(&l->count) == RW_WAITING);
		v = RW_WAITING;
	} while (!cas_acquire(&l->count, &v, RW_WRITER));       /* pairs with both unlocks; clears WAITING */
	clear_low_byte_release(&l->queue.word);        /* as spin_give_(): no debug record was made for it */
}
