/*
 * fair.c - sharing a CPU by weight: earliest eligible virtual deadline first
 * (Stoica, Abdel-Wahab 1995).
 *
 * Everybody's virtual time advances by ns * 1024 / weight while it runs. V, the
 * average of all virtual times by weight, is where everybody would be if the
 * CPU were shared perfectly.
 *   lag       V - vruntime: what the queue owes the entity. The lags sum to zero.
 *   eligible  lag >= 0: not ahead of its share
 *   deadline  vruntime at the slice's begin + slice / weight
 * Among the eligible the earliest deadline runs. So shares follow weights, and
 * who asks for little gets it soon.
 *
 * V is kept as base + avg_sum / load, with all distances from base; base is
 * moved to V when the distances grow, so that products fit 64 bits:
 *   I1  load, avg_sum sum over exactly the entities in the tree
 *   I2  |vruntime - base| stays within a few slices for everybody in the tree
 * An entity that leaves takes its lag along, within one slice, and gets it
 * back where it comes to run; debts fade while it sleeps.
 *
 * The tree is ordered by deadline. Picking walks from the left to the first
 * eligible one: with equal slices the leftmost nearly always is.
 * Tests: tests/unit/sched/fair.c (shares, order, bounded lag).
 */
#include "fair.h"

#define WEIGHT_NICE_0 1024
#define WEIGHT_IDLE   3
#define REBASE_SHIFT  22                        /* base follows V when it is some 4 ms behind */

/* 1024 / 1.25^nice: one step of nice is about 10 % of a shared CPU. */
static const uint32_t nice_weight[40] = {
	88818, 71054, 56843, 45475, 36380, 29104, 23283, 18626, 14901, 11921,
	9537, 7629, 6104, 4883, 3906, 3125, 2500, 2000, 1600, 1280,
	1024, 819, 655, 524, 419, 336, 268, 215, 172, 137,
	110, 88, 70, 56, 45, 36, 29, 23, 18, 15,
};

uint32_t fair_weight(unsigned policy, int nice)
{
	return policy == SCHED_CLASS_IDLE ? WEIGHT_IDLE : nice_weight[nice + 20];
}

static inline struct sched_entity *entity(const struct rbnode *n)
{
	return n ? container_of(n, struct sched_entity, node) : NULL;
}

static inline uint64_t to_virtual(uint64_t ns, uint32_t weight)
{
	return likely(weight == WEIGHT_NICE_0) ? ns : ns * WEIGHT_NICE_0 / weight;
}

static inline uint64_t virtual_slice(const struct sched_entity *se)
{
	return to_virtual(FAIR_SLICE_NS, se->weight);
}

static inline int64_t key(const struct fair_rq *q, const struct sched_entity *se)
{
	return (int64_t)(se->vruntime - q->base);
}

/* Sums over tree and curr. */
static inline int64_t total(const struct fair_rq *q, const struct sched_entity *curr, uint64_t *load)
{
	*load = q->load;
	if (!curr)
		return q->avg_sum;
	*load += curr->weight;
	return q->avg_sum + key(q, curr) * curr->weight;
}

static uint64_t average(const struct fair_rq *q, const struct sched_entity *curr)
{
	uint64_t load;
	int64_t sum = total(q, curr, &load);

	return load ? q->base + (uint64_t)(sum / (int64_t)load) : q->base;
}

static bool is_eligible(const struct fair_rq *q, const struct sched_entity *se, const struct sched_entity *curr)
{
	uint64_t load;
	int64_t sum = total(q, curr, &load);

	return key(q, se) * (int64_t)load <= sum;
}

static void rebase(struct fair_rq *q)
{
	uint64_t distance = (uint64_t)(q->avg_sum < 0 ? -q->avg_sum : q->avg_sum);
	int64_t step;

	if (likely(distance >> REBASE_SHIFT <= q->load))
		return;
	step = q->avg_sum / (int64_t)q->load;
	q->base += (uint64_t)step;
	q->avg_sum -= step * (int64_t)q->load;
}

/* ---- the tree ---- */

void fair_insert(struct fair_rq *q, struct sched_entity *se)
{
	struct rbnode **link = &q->tree.root, *parent = NULL;

	while (*link) {
		parent = *link;
		/* Equal deadlines: first come, first served. */
		link = (int64_t)(se->deadline - entity(parent)->deadline) < 0 ? &parent->left : &parent->right;
	}
	rbtree_insert(&q->tree, &se->node, parent, link);
	q->nr++;
	q->load += se->weight;
	q->avg_sum += key(q, se) * se->weight;
	rebase(q);
}

void fair_remove(struct fair_rq *q, struct sched_entity *se)
{
	rbtree_remove(&q->tree, &se->node);
	q->nr--;
	q->load -= se->weight;
	q->avg_sum -= key(q, se) * se->weight;
	if (!q->nr)
		q->base = se->vruntime;             /* sums are zero now: any base near us is right */
}

struct sched_entity *fair_first(const struct fair_rq *q) { return entity(rbtree_first(&q->tree)); }
struct sched_entity *fair_next(const struct sched_entity *se) { return entity(rbtree_next(&se->node)); }

struct sched_entity *fair_pick(const struct fair_rq *q)
{
	struct sched_entity *first = fair_first(q), *se;

	if (q->nr <= 1)
		return first;
	for (se = first; se; se = fair_next(se))
		if (is_eligible(q, se, NULL))
			return se;
	return first;                           /* not reached: the least vruntime is never above average */
}

/* ---- coming, running, leaving ---- */

static int64_t clamp_lag(const struct sched_entity *se, int64_t lag)
{
	int64_t limit = (int64_t)virtual_slice(se);

	return lag > limit ? limit : lag < -limit ? -limit : lag;
}

void fair_place(struct fair_rq *q, struct sched_entity *se, const struct sched_entity *curr, uint64_t now)
{
	uint64_t load = q->load + (curr ? curr->weight : 0);
	int64_t lag = se->lag;

	se->weight = fair_weight(se->policy, se->nice);
	if (lag < 0 && now > se->slept_at) {    /* what it overdrew is forgiven as time passes */
		lag += (int64_t)MIN(to_virtual(now - se->slept_at, se->weight), (uint64_t)-lag);
	}
	lag = clamp_lag(se, lag);
	/* Joining moves V towards se by weight / (load + weight): lag is stretched so that it is kept. */
	if (lag && load)
		lag = lag * (int64_t)(load + se->weight) / (int64_t)load;
	se->vruntime = average(q, curr) - (load ? (uint64_t)lag : 0);
	se->deadline = se->vruntime + virtual_slice(se);
}

void fair_leave(struct fair_rq *q, struct sched_entity *se, const struct sched_entity *curr, uint64_t now)
{
	se->lag = clamp_lag(se, (int64_t)(average(q, curr) - se->vruntime));
	se->slept_at = now;
}

bool fair_charge(struct fair_rq *q, struct sched_entity *se, uint64_t ns)
{
	se->vruntime += to_virtual(ns, se->weight);
	if (!q->nr)
		q->base = se->vruntime;             /* alone: the origin runs along */
	if ((int64_t)(se->vruntime - se->deadline) < 0)
		return false;
	se->deadline = se->vruntime + virtual_slice(se);
	return true;
}

void fair_yield(struct sched_entity *se) { se->deadline = se->vruntime + virtual_slice(se); }

bool fair_preempts(const struct fair_rq *q, const struct sched_entity *se, const struct sched_entity *curr)
{
	return (int64_t)(se->deadline - curr->deadline) < 0 && is_eligible(q, se, curr);
}
