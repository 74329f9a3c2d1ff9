/*
 * fd_slot.h - the file of a descriptor, found and counted without a lock.
 *
 * A table's array of slots is replaced when it grows; a file that is closed stays a struct file for ever, with a count
 * of zero, or as another file. So who got a reference by a slot looks whether the slot still says so:
 *
 *   the reader, under RCU                        who closes, under the table's lock
 *   array, slot                      (A)         slot = NULL
 *   count + 1, unless 0              (B)         count - 1; at 0 it may become another file: count = 1    (D)
 *   array, slot again                (C)
 *
 * B reads a count of before D, or D's, which is behind the slot's change: then C sees the change. If C finds f all the
 * same, it stands there again, as another file, and C's acquire shows it whole.
 * Tests: tests/model/fd_slot.c.
 */
#pragma once
#include <arch/cpu.h>
#include <sync/defer.h>
#include <sync/refcount.h>

struct file;
/* Replaced as a whole when the table grows, the old one freed after a grace period. */
struct fdarray {
	unsigned size;                          /* slots; a multiple of 64 */
	struct file **files;                    /* r: readers under RCU */
	unsigned long *open;                    /* bitmap: in use or reserved; t */
	unsigned long *cloexec;                 /* bitmap; t */
	struct defer retired;
};

/*
 * Under RCU: the file in slot fd with a reference, or NULL. False: that file left the slot at the same moment, and
 * may be another one by now; the caller gives the reference back, which may sleep, and looks again.
 */
static __always_inline bool fd_slot_get(struct fdarray **array, unsigned fd, refcount_t *(*refs_of)(struct file *), struct file **out)
{
	for (;;) {
		struct fdarray *a = rcu_load(*array);           /* A */
		struct file *f;

		*out = NULL;
		if (fd >= a->size)
			return true;
		f = rcu_load(a->files[fd]);                     /* A */
		if (!f)
			return true;
		if (!refcount_try_get(refs_of(f))) {            /* B. It was taken out before, or a grown table is in use */
			cpu_relax();
			continue;
		}
		*out = f;
		return load_relaxed(array) == a && load_acquire(&a->files[fd]) == f;    /* C; relaxed: B orders */
	}
}
