/*
 * futex2.c - futex_waitv(2), and futex_wake(2), futex_wait(2), futex_requeue(2): futexes by calls of their own.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <ipc/futex.h>
#include <linux/futex.h>
#include <linux/time.h>
#include <mm/slab.h>
#include <syscall/define.h>
#include "futex_priv.h"

#ifndef FUTEX2_SIZE_MASK                        /* later than the headers */
#define FUTEX2_SIZE_MASK 3u
#define FUTEX2_SIZE_U32 FUTEX_32
#define FUTEX2_PRIVATE FUTEX_PRIVATE_FLAG
#endif

/* Words of 32 bits, and values that fit. */
static bool flags_are_valid(uint32_t flags)
{
	return !(flags & ~(FUTEX2_SIZE_MASK | FUTEX2_PRIVATE)) && (flags & FUTEX2_SIZE_MASK) == FUTEX2_SIZE_U32;
}

static bool value_fits(uint64_t v) { return v <= UINT32_MAX; }

/* An absolute time on one of two clocks, or none. */
static int deadline_read(uaddr_t timeout, int clockid, struct futex_deadline *out)
{
	if (!uaddr_is_null(timeout) && clockid != CLOCK_REALTIME && clockid != CLOCK_MONOTONIC)
		return -EINVAL;
	return futex_deadline_read(timeout, FUTEX_WAIT_BITSET, clockid == CLOCK_REALTIME, out);
}

/* Element i of the user's array. */
static int wanted_read(uaddr_t array, unsigned i, struct futex_wanted *out)
{
	struct futex_waitv v;

	if (user_read(&v, uaddr_add(array, i * sizeof v)))
		return -EFAULT;
	if (!flags_are_valid(v.flags) || v.__reserved || !value_fits(v.val))
		return -EINVAL;
	*out = (struct futex_wanted){ .word = UADDR(v.uaddr), .value = (uint32_t)v.val, .is_private = v.flags & FUTEX2_PRIVATE };
	return 0;
}

SYSCALL(futex_waitv, uaddr_t array, unsigned n, unsigned flags, uaddr_t timeout, int clockid)
{
	struct futex_wanted *wanted;
	struct futex_deadline deadline;
	long r;

	if (flags || !n || n > FUTEX_WAITV_MAX || uaddr_is_null(array))
		return -EINVAL;
	r = deadline_read(timeout, clockid, &deadline);
	if (r)
		return r;
	wanted = kmalloc(n * sizeof *wanted, 0);
	if (!wanted)
		return -ENOMEM;
	for (unsigned i = 0; i < n && !r; i++)
		r = wanted_read(array, i, &wanted[i]);
	if (!r)
		r = futex_wait_any(wanted, n, deadline);
	kfree(wanted);
	return r;
}

SYSCALL(futex_wake, uaddr_t word, uint64_t mask, int n, unsigned flags)
{
	if (!flags_are_valid(flags) || !value_fits(mask))
		return -EINVAL;
	return futex_wake(word, flags & FUTEX2_PRIVATE, n >= 0 ? (unsigned)n : 1, (uint32_t)mask);
}

SYSCALL(futex_wait, uaddr_t word, uint64_t value, uint64_t mask, unsigned flags, uaddr_t timeout, int clockid)
{
	struct futex_deadline deadline;
	int err;

	if (!flags_are_valid(flags) || !value_fits(value) || !value_fits(mask))
		return -EINVAL;
	err = deadline_read(timeout, clockid, &deadline);
	return err ? err : futex_wait(word, flags & FUTEX2_PRIVATE, (uint32_t)value, deadline, (uint32_t)mask);
}

SYSCALL(futex_requeue, uaddr_t array, unsigned flags, int n_wake, int n_move)
{
	struct futex_wanted w[2];
	int err;

	if (flags || uaddr_is_null(array))
		return -EINVAL;
	for (unsigned i = 0; i < 2; i++) {
		err = wanted_read(array, i, &w[i]);
		if (err)
			return err;
	}
	if (w[0].is_private != w[1].is_private || n_wake < 0 || n_move < 0)
		return -EINVAL;
	return futex_requeue(w[0].word, w[1].word, w[0].is_private, (unsigned)n_wake, (unsigned)n_move, &w[0].value);
}
