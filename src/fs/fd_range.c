/*
 * fd_range.c - many descriptors at once: close_range(2), and what exec closes.
 *
 * User mode decides how large a table is. Files are closed one by one, with the lock for none of them; bits are set some
 * words at a time. Others may open and close meanwhile: what they do counts as before or after.
 * Lock: the table's, unless there is one user.     Context: task, may sleep.
 * Tests: tests/abi/file/close_range, tests/sys/descriptors.
 */
#include <fs/file.h>
#include <lib/bitmap.h>
#include <task/task.h>
#include "fdtable_priv.h"

#define CLOEXEC_WORDS 256u                      /* under the lock at a time */

/* The next used descriptor in [from, to], or ~0. */
static unsigned table_next(struct fdtable *t, unsigned from, unsigned to, const unsigned long *(*map)(struct fdarray *))
{
	bool locked = table_lock(t);
	struct fdarray *a = t->array;
	unsigned fd = from < a->size ? (unsigned)bitmap_find_set(map(a), a->size, from) : from;

	if (fd >= a->size || fd > to)
		fd = ~0u;
	table_unlock(t, locked);
	return fd;
}
static const unsigned long *map_open(struct fdarray *a) { return a->open; }
static const unsigned long *map_cloexec(struct fdarray *a) { return a->cloexec; }

void fd_close_range(unsigned from, unsigned to)
{
	struct fdtable *t = task_current()->files;

	for (unsigned fd = from; (fd = table_next(t, fd, to, map_open)) != ~0u; fd++)
		(void)!fd_close((int)fd);              /* reserved by another thread: stays */
}

/* Of the bits of word w those from `from` to `to`. */
static unsigned long bits_between(unsigned w, unsigned from, unsigned to)
{
	unsigned first = w * BITS_PER_LONG;
	unsigned long bits = ~0ul;

	if (from > first)
		bits &= ~0ul << (from - first);
	if (to - first < BITS_PER_LONG - 1)
		bits &= ~0ul >> (BITS_PER_LONG - 1 - (to - first));
	return bits;
}

/* Some words at a time: a table may be large, and its lock is held. */
void fd_cloexec_range(unsigned from, unsigned to)
{
	struct fdtable *t = task_current()->files;
	unsigned w = from / BITS_PER_LONG, longs;

	do {
		bool locked = table_lock(t);
		struct fdarray *a = t->array;           /* it may have grown */

		longs = MIN(a->size / BITS_PER_LONG, to / BITS_PER_LONG + 1);
		for (unsigned stop = MIN(longs, w + CLOEXEC_WORDS); w < stop; w++)
			if (a->open[w])
				a->cloexec[w] |= a->open[w] & bits_between(w, from, to);
		table_unlock(t, locked);
	} while (w < longs);
}

/* exec: the table is private by then (fdtable_unshare()). */
void fdtable_close_on_exec(void)
{
	struct fdtable *t = task_current()->files;

	for (unsigned fd = 0; (fd = table_next(t, fd, ~0u, map_cloexec)) != ~0u; fd++)
		(void)!fd_close((int)fd);
}
