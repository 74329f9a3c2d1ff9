/*
 * rbtree.h - intrusive red-black tree. The caller searches and compares; exclusion is the caller's.
 *
 * A lock-free reader under a sequence count may walk child pointers: they are
 * stored with single stores, a walk always ends (no cycles appear), but may
 * miss nodes while a rotation is under way; hence the sequence count.
 */
#pragma once
#include <base/compiler.h>

struct rbnode { uintptr_t parent_color; struct rbnode *left, *right; };
struct rbtree { struct rbnode *root; };

/* Link n as the child at *link of parent, then rebalance. */
void rbtree_insert(struct rbtree *t, struct rbnode *n, struct rbnode *parent, struct rbnode **link);
void rbtree_remove(struct rbtree *t, struct rbnode *n);
/* Where a tree often has one node at most: the same for that, inline. */
static inline bool rbtree_insert_only(struct rbtree *t, struct rbnode *n)
{
	if (t->root)
		return false;
	*n = (struct rbnode){ .parent_color = 1 };      /* black, no parent */
	t->root = n;
	return true;
}
static inline bool rbtree_remove_only(struct rbtree *t, struct rbnode *n)
{
	if (t->root != n || n->left || n->right)
		return false;
	t->root = (struct rbnode *)0;
	return true;
}
struct rbnode *rbtree_first(const struct rbtree *t);
struct rbnode *rbtree_last(const struct rbtree *t);
struct rbnode *rbtree_next(const struct rbnode *n);
struct rbnode *rbtree_prev(const struct rbnode *n);
