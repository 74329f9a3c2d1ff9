/*
 * rbtree.c - red-black trees (Guibas, Sedgewick 1978; deletion after Cormen et al.).
 *
 *   I1  a red node has no red child
 *   I2  every path from a node to a leaf holds the same number of black nodes
 *
 * The colour is bit 0 of parent_color: 0 red, 1 black; NULL counts as black.
 * Child pointers are changed by single relaxed stores, in an order in which no
 * cycle ever appears, so that a reader under a sequence count always ends.
 * Tests: tests/unit/lib/rbtree.c checks I1 and I2 after every step.
 */
#include <lib/rbtree.h>
#include <base/atomic.h>

#define BLACK 1ul

static inline struct rbnode *parent_of(const struct rbnode *n) { return (struct rbnode *)(n->parent_color & ~BLACK); }
static inline bool is_black(const struct rbnode *n) { return !n || (n->parent_color & BLACK); }
static inline bool is_red(const struct rbnode *n) { return !is_black(n); }
static inline void set_parent(struct rbnode *n, struct rbnode *p)
{
	n->parent_color = (uintptr_t)p | (n->parent_color & BLACK);
}
static inline void set_black(struct rbnode *n) { n->parent_color |= BLACK; }
static inline void set_red(struct rbnode *n) { n->parent_color &= ~BLACK; }
static inline void copy_color(struct rbnode *to, const struct rbnode *from)
{
	to->parent_color = (to->parent_color & ~BLACK) | (from->parent_color & BLACK);
}

/* Put `to` in the place of `from` under from's parent. */
static void replace_child(struct rbtree *t, struct rbnode *from, struct rbnode *to)
{
	struct rbnode *p = parent_of(from);

	if (!p)
		store_release(&t->root, to);
	else if (p->left == from)
		store_release(&p->left, to);
	else
		store_release(&p->right, to);
}

static void rotate_left(struct rbtree *t, struct rbnode *x)
{
	struct rbnode *y = x->right;

	store_relaxed(&x->right, y->left);      /* first cut, then hang over: no cycle in between */
	if (y->left)
		set_parent(y->left, x);
	replace_child(t, x, y);
	store_release(&y->left, x);
	set_parent(y, parent_of(x));
	set_parent(x, y);
}

static void rotate_right(struct rbtree *t, struct rbnode *x)
{
	struct rbnode *y = x->left;

	store_relaxed(&x->left, y->right);
	if (y->right)
		set_parent(y->right, x);
	replace_child(t, x, y);
	store_release(&y->right, x);
	set_parent(y, parent_of(x));
	set_parent(x, y);
}

static void insert_fix(struct rbtree *t, struct rbnode *n)
{
	struct rbnode *p, *g, *uncle;

	while ((p = parent_of(n)) && is_red(p)) {
		g = parent_of(p);               /* exists: the root is black */
		uncle = p == g->left ? g->right : g->left;
		if (is_red(uncle)) {
			set_black(p);
			set_black(uncle);
			set_red(g);
			n = g;
			continue;
		}
		if (p == g->left) {
			if (n == p->right) {
				rotate_left(t, p);
				p = n;
			}
			set_black(p);
			set_red(g);
			rotate_right(t, g);
		} else {
			if (n == p->left) {
				rotate_right(t, p);
				p = n;
			}
			set_black(p);
			set_red(g);
			rotate_left(t, g);
		}
		break;
	}
	set_black(t->root);
}

void rbtree_insert(struct rbtree *t, struct rbnode *n, struct rbnode *parent, struct rbnode **link)
{
	n->parent_color = (uintptr_t)parent;
	n->left = n->right = NULL;
	store_release(link, n);                 /* a reader that sees n sees its NULL children */
	insert_fix(t, n);
}

/* n (maybe NULL), child of p, lacks one black on its paths. */
static void remove_fix(struct rbtree *t, struct rbnode *n, struct rbnode *p)
{
	while (n != t->root && is_black(n)) {
		bool left = n == p->left;
		struct rbnode *s = left ? p->right : p->left;

		if (is_red(s)) {
			set_black(s);
			set_red(p);
			left ? rotate_left(t, p) : rotate_right(t, p);
			s = left ? p->right : p->left;
		}
		if (is_black(s->left) && is_black(s->right)) {
			set_red(s);
			n = p;
			p = parent_of(n);
			continue;
		}
		if (left && is_black(s->right)) {
			set_black(s->left);
			set_red(s);
			rotate_right(t, s);
			s = p->right;
		} else if (!left && is_black(s->left)) {
			set_black(s->right);
			set_red(s);
			rotate_left(t, s);
			s = p->left;
		}
		copy_color(s, p);
		set_black(p);
		set_black(left ? s->right : s->left);
		left ? rotate_left(t, p) : rotate_right(t, p);
		n = t->root;
	}
	if (n)
		set_black(n);
}

void rbtree_remove(struct rbtree *t, struct rbnode *n)
{
	struct rbnode *child, *parent;
	bool was_black;

	if (!n->left || !n->right) {
		child = n->left ? n->left : n->right;
		parent = parent_of(n);
		was_black = is_black(n);
		replace_child(t, n, child);
		if (child)
			set_parent(child, parent);
	} else {
		struct rbnode *next = n->right;

		while (next->left)
			next = next->left;
		child = next->right;
		was_black = is_black(next);
		if (parent_of(next) == n) {
			parent = next;
		} else {
			parent = parent_of(next);
			store_relaxed(&parent->left, child);
			if (child)
				set_parent(child, parent);
			store_relaxed(&next->right, n->right);
			set_parent(n->right, next);
		}
		store_relaxed(&next->left, n->left);
		set_parent(n->left, next);
		replace_child(t, n, next);
		next->parent_color = n->parent_color;
	}
	if (was_black)
		remove_fix(t, child, parent);
}

struct rbnode *rbtree_first(const struct rbtree *t)
{
	struct rbnode *n = t->root;

	while (n && n->left)
		n = n->left;
	return n;
}

struct rbnode *rbtree_last(const struct rbtree *t)
{
	struct rbnode *n = t->root;

	while (n && n->right)
		n = n->right;
	return n;
}

struct rbnode *rbtree_next(const struct rbnode *n)
{
	if (n->right) {
		n = n->right;
		while (n->left)
			n = n->left;
		return (struct rbnode *)n;
	}
	struct rbnode *p = parent_of(n);

	while (p && n == p->right) {
		n = p;
		p = parent_of(n);
	}
	return p;
}

struct rbnode *rbtree_prev(const struct rbnode *n)
{
	if (n->left) {
		n = n->left;
		while (n->right)
			n = n->right;
		return (struct rbnode *)n;
	}
	struct rbnode *p = parent_of(n);

	while (p && n == p->left) {
		n = p;
		p = parent_of(n);
	}
	return p;
}
