/*
 * generation.h - may a cached result still be used? A counter that costs nothing while nobody caches.
 *
 * Who caches announces itself (gen_watch), reads the generation, then looks at the
 * state, and keeps the result under that number. Who changes the state bumps, after
 * the change: one load when nobody watches, else one atomic.
 *
 *   the changer                              the watcher
 *   change the state            (A)          nr_watchers + 1, a full fence      (C)
 *   [a full fence or RMW]       (B)          g = gen_read()   acquire           (D)
 *   nr_watchers == 0 ? done                  look at the state                  (E)
 *   generation + 1, release     (F)          later: gen_read() == g ? the result stands
 *
 * B and C: the changer sees the watcher, or the watcher's look E sees the change.
 * F and D: who reads the new number looks at the state anew and sees the change.
 * A change that is not yet bumped may be missed: its bump comes, and with it the
 * wake-up that belongs to the change.
 * The number 0 means "not maintained: look each time"; gen_init() starts at 1.
 * gen_bump_ordered(): B was the caller's read-modify-write, as with waitq_wake_*_ordered().
 * Cost without watchers: a load, 0 atomic instructions. Users: pollables (fs/poll.h) and epoll.
 */
#pragma once
#include <base/atomic.h>

struct generation {
	atomic_uint nr_watchers;                /* a */
	atomic_ulong value;                     /* a: grows while watched */
};

static inline void gen_init(struct generation *g)
{
	store_relaxed(&g->nr_watchers, 0);
	store_relaxed(&g->value, 1);
}
static inline void gen_watch(struct generation *g) { fetch_add_relaxed(&g->nr_watchers, 1); fence_seq_cst(); }  /* C */
static inline void gen_unwatch(struct generation *g) { fetch_sub_relaxed(&g->nr_watchers, 1); }  /* relaxed: too high a count costs a bump */
/* relaxed: ordered by B */
static inline bool gen_is_watched(const struct generation *g) { return load_relaxed(&g->nr_watchers) != 0; }
static inline unsigned long gen_read(const struct generation *g) { return load_acquire(&g->value); }  /* D, pairs with F */
static inline void gen_bump_always(struct generation *g) { fetch_add_release(&g->value, 1); }    /* F */
static inline void gen_bump_ordered(struct generation *g)
{
	fence_after_rmw();                      /* B, pairs with C */
	if (unlikely(gen_is_watched(g)))
		gen_bump_always(g);
}
static inline void gen_bump(struct generation *g) { fence_seq_cst(); gen_bump_ordered(g); }      /* B */
