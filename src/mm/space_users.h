/*
 * space_users.h - the sole user of a space frees at once what others may only free a grace period later.
 *
 *   who takes something out                      who comes to walk (ptrace, procfs)
 *   unlink it                                    users + 1, unless 0
 *   a full fence                     (A)         a full fence                     (B)
 *   users == 1 ? free it : later     (D)         walk, under RCU
 *                                                users - 1                        (C)
 *
 * A and B: one of both sees the other. C and D: who finds himself alone comes behind all that walkers did.
 * A new user that is no walker needs the only one's task to be made. Tests: tests/model/space_users.c.
 */
#pragma once
#include <base/atomic.h>

static inline bool users_try_get(atomic_uint *users)
{
	unsigned n = load_relaxed(users);       /* relaxed: the exchange checks it */

	do {
		if (!n)
			return false;
	} while (!cas_relaxed(users, &n, n + 1));
	fence_after_rmw();                      /* B, pairs with A */
	return true;
}
/* True for the last: all users' accesses happen before the end. */
static inline bool users_put(atomic_uint *users) { return fetch_sub_acq_rel(users, 1) == 1; }  /* C, pairs with D and itself */
/* Of something taken out just now. */
static inline void users_unlinked(void) { fence_seq_cst(); }    /* A, pairs with B */
static inline bool users_is_alone(const atomic_uint *users) { return load_acquire(users) == 1; }        /* D, pairs with C */
