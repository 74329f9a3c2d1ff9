/*
 * lock_walk.c - trees of locks by number, and the walk through one that /proc/locks makes in steps.
 *
 * Locks: the tree's owner's.      Context: any task; no sleep.     Tests: tests/abi/procfs/locks*.c.
 */
#include "lock_walk.h"

#define LEVELS_LOOKED_AT 64u                     /* of those who wait for a lock: what stands behind more of them is told as if it did not */

static bool is_before(const struct told *e, uint64_t nr, uint64_t waiter)
{
	return e->nr < nr || (e->nr == nr && e->waiter < waiter);
}

struct told *told_find(const struct told_tree *t, uint64_t nr, uint64_t waiter)
{
	struct rbnode *n = t->tree.root;
	struct told *found = NULL;

	while (n) {
		struct told *e = container_of(n, struct told, node);

		if (is_before(e, nr, waiter)) {
			n = n->right;
		} else {
			found = e;
			n = n->left;
		}
	}
	return found;
}

void told_insert_slow(struct told_tree *t, struct told *e)
{
	struct rbnode **at = &t->tree.root, *parent = NULL;

	while (*at) {
		parent = *at;
		at = is_before(container_of(parent, struct told, node), e->nr, e->waiter) ? &parent->right : &parent->left;
	}
	rbtree_insert(&t->tree, &e->node, parent, at);
}

void told_add_waiter(struct told_tree *t, struct told_waiter *w, uint64_t nr)
{
	w->told.nr = nr;
	if (!w->told.waiter)
		w->told.waiter = ++t->last_waiter;
	w->changes = t->changes;
	told_insert_slow(t, &w->told);
}

/* Behind which of those who came before it a waiter stands, who have been through here already. */
static void level_set(const struct told_tree *t, struct told_waiter *w, const struct told_ops *ops)
{
	struct told *e = told_find(t, w->told.nr, 1);

	w->level = 1;
	w->under = 0;
	for (unsigned n = 0; e != &w->told && n < LEVELS_LOOKED_AT; e = told_next(e), n++) {
		const struct told_waiter *other = container_of(e, struct told_waiter, told);

		if (other->changes != t->changes || other->under != w->under || !ops->is_conflict(other, w))
			continue;
		w->under = e->waiter;           /* those behind it came later */
		w->level = other->level + 1;
	}
}

static void tell(const struct told_tree *t, struct told *e, struct told_step *s, const struct told_ops *ops, const void *arg)
{
	struct told_waiter *w = e->waiter ? container_of(e, struct told_waiter, told) : NULL;
	struct file_lock_info *out = &s->out[s->n];

	if (w && w->changes != t->changes)      /* I2 */
		return;
	ops->info_of(e, arg, out);
	if (w) {
		level_set(t, w, ops);
		out->level = w->level;
	}
	s->n++;
}

bool told_walk(const struct told_tree *t, struct file_lock_walk *w, struct told_step *s, const struct told_ops *ops, const void *arg)
{
	struct told *e = told_find(t, w->lock, w->waiter);

	for (; e && s->left && s->n < s->max; e = told_next(e), s->left--) {
		if (!e->waiter)
			w->last_told = e->nr;
		if (e->nr == w->last_told)      /* I1 */
			tell(t, e, s, ops, arg);
	}
	if (!e)
		return true;
	w->lock = e->nr;
	w->waiter = e->waiter;
	return false;
}
