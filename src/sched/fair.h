/*
 * fair.h - the fair class: earliest eligible virtual deadline first. Pure: no lock, no CPU, no clock.
 * The caller holds the run queue's lock. `curr` is the running entity if it is of this class, else NULL:
 * it takes part in the averages without standing in the tree.
 */
#pragma once
#include <sched/thread.h>

#define FAIR_SLICE_NS 3000000ull

struct fair_rq {
	struct rbtree tree;                     /* by deadline */
	unsigned nr;
	uint64_t load;                          /* sum of weights in the tree                 */
	int64_t avg_sum;                        /* sum of weight * (vruntime - base) in the tree */
	uint64_t base;                          /* near every vruntime; differences stay small */
};

uint32_t fair_weight(unsigned policy, int nice);
/* Put se, which comes from elsewhere, at the place that its lag earns. Sets vruntime, deadline, weight. */
void fair_place(struct fair_rq *q, struct sched_entity *se, const struct sched_entity *curr, uint64_t now);
/* Remember the lag of se, which is about to leave: still in the tree, or curr itself. */
void fair_leave(struct fair_rq *q, struct sched_entity *se, const struct sched_entity *curr, uint64_t now);
void fair_insert(struct fair_rq *q, struct sched_entity *se);
void fair_remove(struct fair_rq *q, struct sched_entity *se);
/* The next to run, still in the tree; NULL when empty. Nobody runs. */
struct sched_entity *fair_pick(const struct fair_rq *q);
/* In order of deadline, for thieves. */
struct sched_entity *fair_first(const struct fair_rq *q);
struct sched_entity *fair_next(const struct sched_entity *se);
/* se ran for ns. Returns true when its slice is used up. */
bool fair_charge(struct fair_rq *q, struct sched_entity *se, uint64_t ns);
/* Give up the rest of the slice. */
void fair_yield(struct sched_entity *se);
/* Should se, in the tree, run before curr goes on? */
bool fair_preempts(const struct fair_rq *q, const struct sched_entity *se, const struct sched_entity *curr);
