/* unit: src/lib/rbtree.c */
/* Random insertions and removals; after each the invariants I1, I2 and the order are checked. */
#include <lib/rbtree.h>
#include <stdio.h>
#include <stdlib.h>

struct item { struct rbnode node; int key; bool in; };
#define N 300
static struct item items[N];
static struct rbtree tree;

static void fail(const char *what) { fprintf(stderr, "rbtree: %s\n", what); exit(1); }

/* Black height of n, checking colours and parents. */
static int check(struct rbnode *n, struct rbnode *parent)
{
	if (!n)
		return 1;
	bool black = n->parent_color & 1;
	if ((struct rbnode *)(n->parent_color & ~1ul) != parent)
		fail("wrong parent");
	if (!black && ((n->left && !(n->left->parent_color & 1)) || (n->right && !(n->right->parent_color & 1))))
		fail("red node with red child");
	int l = check(n->left, n), r = check(n->right, n);
	if (l != r)
		fail("black heights differ");
	return l + black;
}

static void insert(struct item *it)
{
	struct rbnode **link = &tree.root, *parent = NULL;

	while (*link) {
		parent = *link;
		link = it->key < container_of(parent, struct item, node)->key ? &parent->left : &parent->right;
	}
	rbtree_insert(&tree, &it->node, parent, link);
}

static void check_order(int expected)
{
	int count = 0, last = -1;

	for (struct rbnode *n = rbtree_first(&tree); n; n = rbtree_next(n), count++) {
		int key = container_of(n, struct item, node)->key;
		if (key <= last)
			fail("order");
		last = key;
	}
	if (count != expected)
		fail("count forward");
	for (struct rbnode *n = rbtree_last(&tree); n; n = rbtree_prev(n))
		count--;
	if (count)
		fail("count backward");
}

int main(void)
{
	int present = 0;

	srand(1);
	for (int i = 0; i < N; i++)
		items[i].key = i;
	for (int step = 0; step < 20000; step++) {
		struct item *it = &items[rand() % N];
		if (it->in)
			rbtree_remove(&tree, &it->node), present--;
		else
			insert(it), present++;
		it->in = !it->in;
		if (tree.root && !(tree.root->parent_color & 1))
			fail("red root");
		check(tree.root, NULL);
		check_order(present);
	}
	return 0;
}
