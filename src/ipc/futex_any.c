/*
 * futex_any.c - waiting on several user words at once.
 *
 * One waiter per word, each in its own bucket, all of the same thread. They are queued one after the other; a wake-up
 * of an earlier one while a later one is being queued is found when all leave.
 *   I1  a waiter is queued, or woken, from its futex_waiter_enqueue() until futex_waiter_leave()
 * Locks: one bucket at a time.   Context: task, may sleep.   Tests: tests/abi/futex/waitv*.c
 */
#include <ipc/futex.h>
#include <mm/slab.h>
#include <base/err.h>
#include <sched/sched.h>
#include <sync/waitq.h>
#include <linux/futex.h>
#include "futex_priv.h"

/* Out of the buckets. The last one that was woken, or -1. */
static long leave_all(struct futex_waiter *w, unsigned n)
{
	long woken = -1;

	for (unsigned i = 0; i < n; i++)
		if (futex_waiter_is_woken(&w[i]) || futex_waiter_leave(&w[i]))
			woken = i;
	return woken;
}

struct any { const struct futex_waiter *w; unsigned n; };

static bool any_is_woken(const void *arg)
{
	const struct any *a = arg;

	for (unsigned i = 0; i < a->n; i++)
		if (futex_waiter_is_woken(&a->w[i]))
			return true;
	return false;
}

/* A bad address anywhere is an error before any word is looked at. */
static int check_words(const struct futex_wanted *wanted, unsigned n)
{
	struct futex_key key;
	int err = 0;

	for (unsigned i = 0; i < n && !err; i++)
		err = futex_key_get(wanted[i].word, wanted[i].is_private, &key);
	return err;
}

long futex_wait_any(const struct futex_wanted *wanted, unsigned n, struct futex_deadline deadline)
{
	struct thread *t = thread_current();
	uint8_t prio = (uint8_t)sched_effective_prio(t);
	struct futex_waiter *w;
	unsigned queued = 0;
	long woken;
	int err = check_words(wanted, n);

	if (err)
		return err;
	w = kmalloc(n * sizeof *w, ALLOC_ZERO);
	if (!w)
		return -ENOMEM;
	for (; queued < n && !err; queued += !err) {
		struct futex_waiter *one = &w[queued];

		one->thread = t;
		one->bitset = FUTEX_BITSET_MATCH_ANY;
		one->prio = prio;
		err = futex_waiter_enqueue(one, wanted[queued].word, wanted[queued].is_private, wanted[queued].value);
	}
	if (!err)
		err = futex_sleep(any_is_woken, &(struct any){ w, n }, deadline);
	woken = leave_all(w, queued);
	kfree(w);
	return woken >= 0 ? woken : err;
}
