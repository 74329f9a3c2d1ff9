/*
 * lock_walk.h - locks in the order of their numbers, for /proc/locks: flock.c, flock_record.c and lease.c to lock_walk.c.
 *
 * Each lock stands in a tree by a number that it keeps; who waits for it stands behind it, by a number of his own. So a walk
 * that remembers the number it came to goes on behind it, whatever has come and gone meanwhile: what stays is told once.
 *   I1  the entry of a waiter may outlive that of the lock it names: it is told behind that lock only
 *   I2  locks have changed, and all who wait are woken, since a waiter of other `changes` was added: until it has looked again it
 *       waits for nobody, and is not told
 * Exclusion is the tree's owner's: place->lock, place_list->lock, lease_lock.
 */
#pragma once
#include <fs/file.h>
#include <lib/rbtree.h>

struct told { struct rbnode node; uint64_t nr, waiter; };       /* by nr, then waiter; waiter 0: the lock itself */
struct told_tree { struct rbtree tree; uint64_t last_nr, last_waiter, changes; };
struct told_waiter {
	struct told told;                       /* .waiter: 0 until it waits for the first time, then kept */
	uint64_t changes;                       /* of the tree when it was added: I2 */
	unsigned level;                         /* as told last: 1 waits for the lock alone, more for another waiter that is in its way, too */
	uint64_t under;                         /* that one's number, or 0 */
};
struct told_ops {
	void (*info_of)(const struct told *e, const void *arg, struct file_lock_info *out);     /* out->level is told_walk()'s */
	bool (*is_conflict)(const struct told_waiter *a, const struct told_waiter *b);          /* does b have to wait for a, too? */
};

/* The first at or behind (nr, waiter); NULL: none. */
struct told *told_find(const struct told_tree *t, uint64_t nr, uint64_t waiter);
static inline struct told *told_next(const struct told *e)
{
	struct rbnode *n = rbtree_next(&e->node);

	return n ? container_of(n, struct told, node) : NULL;
}
void told_insert_slow(struct told_tree *t, struct told *e);
/* With the next number. */
static inline void told_add(struct told_tree *t, struct told *e)
{
	e->nr = ++t->last_nr;
	e->waiter = 0;
	if (unlikely(!rbtree_insert_only(&t->tree, &e->node)))
		told_insert_slow(t, e);
}
/* Behind lock nr and who waits for that already. */
void told_add_waiter(struct told_tree *t, struct told_waiter *w, uint64_t nr);
static inline void told_remove(struct told_tree *t, struct told *e)
{
	if (unlikely(!rbtree_remove_only(&t->tree, &e->node)))
		rbtree_remove(&t->tree, &e->node);
}

/* What a step of a walk tells, and may look at yet. */
struct told_step { struct file_lock_info *out; unsigned n, max, left; };
/* As far in one tree of locks as the step goes. True: to its end. */
bool told_walk(const struct told_tree *t, struct file_lock_walk *w, struct told_step *s, const struct told_ops *ops, const void *arg);
/* The same for all leases (lease.c). */
bool lease_walk(struct file_lock_walk *w, struct told_step *s);
