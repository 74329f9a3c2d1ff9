/*
 * sole.h - owner-guided elision: a sole owner needs neither lock nor reference count.
 *
 * A structure counts its users. While the count is 1, the only user may read and
 * change it, and borrow what it holds, without synchronisation:
 *
 *   if (sole_is(&t->users)) ...plain access...; else ...lock, count...;
 *
 * The rule that makes it right: only a user makes another user (sole_join), and a
 * user does so in no moment at which it relies on being alone. So a user that saw 1
 * stays alone until its own next sole_join(). Others who come without being users
 * (procfs, say) read under RCU, count what they take, and change nothing.
 * The way back from 2 to 1 is sole_leave() of the other: its release pairs with the
 * acquire here, so all that it did to the structure is seen.
 * Cost: sole_is() is one load. Users: descriptor tables (fs/fdtable.c).
 */
#pragma once
#include <base/atomic.h>

typedef struct { atomic_uint n; } sole_t;

static inline void sole_init(sole_t *s) { store_relaxed(&s->n, 1); }
/* The caller, a user, is the only one. */
static inline bool sole_is(const sole_t *s) { return load_acquire(&s->n) == 1; }    /* A, pairs with B */
/* The caller, a user, makes another. relaxed: the new user starts by way of something that orders. */
static inline void sole_join(sole_t *s) { fetch_add_relaxed(&s->n, 1); }
/* True for the last user: it frees. acq_rel: pairs with A, and with itself for the last. */
static inline bool __must_check sole_leave(sole_t *s) { return fetch_sub_acq_rel(&s->n, 1) == 1; }      /* B */
static inline unsigned sole_users(const sole_t *s) { return load_relaxed(&s->n); }  /* a statistic */
