/*
 * shared_policy.c - memory policies of what shared memory is made of: files of tmpfs, System V segments, shared anonymous memory.
 *
 * Such a policy holds for pages of the object, whoever maps them and in whatever way; it lives as long as the object.
 *   I1  ranges are not empty, do not overlap, and stand in the tree in their order
 * An object that never had one has no tree (m->policies is NULL); once made, it stays until filemap_fini().
 * Locks: ->lock, inside space->lock.   Context: task, may sleep.   Tests: tests/abi/mem/mempolicy_shared.c
 */
#include <base/err.h>
#include <mm/policy.h>
#include <mm/slab.h>
#include "space_priv.h"

struct shared_policy {
	struct mutex lock;
	struct rbtree ranges;                   /* lock */
};

struct policy_range {                       /* pages [first, end) of the object */
	struct rbnode node;
	uint64_t first, end;
	struct mempolicy *policy;               /* counted */
};

static struct policy_range *range_of(struct rbnode *n) { return n ? container_of(n, struct policy_range, node) : NULL; }

/* The first range that ends behind index, or NULL. */
static struct policy_range *range_find(const struct shared_policy *p, uint64_t index)
{
	struct policy_range *found = NULL;

	for (struct rbnode *n = p->ranges.root; n;) {
		struct policy_range *r = range_of(n);

		if (r->end > index) {
			found = r;
			n = n->left;
		} else {
			n = n->right;
		}
	}
	return found;
}

static void range_insert(struct shared_policy *p, struct policy_range *new)
{
	struct rbnode **link = &p->ranges.root, *parent = NULL;

	while (*link) {
		parent = *link;
		link = new->first < range_of(parent)->first ? &parent->left : &parent->right;
	}
	rbtree_insert(&p->ranges, &new->node, parent, link);
}

static void range_free(struct policy_range *r)
{
	if (!r)
		return;
	mempolicy_put(r->policy);
	kfree(r);
}

static void range_remove(struct shared_policy *p, struct policy_range *r)
{
	rbtree_remove(&p->ranges, &r->node);
	range_free(r);
}

/* Nothing has a policy in [first, end) any more. *spare is for the rest of a range that the hole splits; taken if used. */
static void ranges_clear(struct shared_policy *p, uint64_t first, uint64_t end, struct policy_range **spare)
{
	struct policy_range *r = range_find(p, first), *next;

	for (; r && r->first < end; r = next) {
		next = range_of(rbtree_next(&r->node));
		if (r->first < first && r->end > end) {
			struct policy_range *rest = *spare;

			*spare = NULL;
			rest->first = end;
			rest->end = r->end;
			rest->policy = mempolicy_get(r->policy);
			r->end = first;
			range_insert(p, rest);
			return;
		}
		if (r->first < first)
			r->end = first;
		else if (r->end > end)
			r->first = end;
		else
			range_remove(p, r);
	}
}

/* The ranges of m, made when missing; NULL without memory. */
static struct shared_policy *policies_make(struct filemap *m)
{
	struct shared_policy *p = load_acquire(&m->policies), *new;     /* pairs with the cas */

	if (p)
		return p;
	new = kzalloc(sizeof *new);
	if (!new)
		return NULL;
	mutex_init(&new->lock, RANK_MUTEX_LEAF);
	if (cas_acq_rel(&m->policies, &p, new))                         /* another space may have been first */
		return new;
	kfree(new);
	return p;
}

int shared_policy_set(struct filemap *m, uint64_t first, uint64_t end, struct mempolicy *policy)
{
	struct policy_range *new = NULL, *spare;
	struct shared_policy *p;

	if (!policy && !load_acquire(&m->policies))     /* pairs with policies_make() */
		return 0;
	p = policies_make(m);
	spare = kzalloc(sizeof *spare);
	if (policy)
		new = kzalloc(sizeof *new);
	if (!p || !spare || (policy && !new)) {
		kfree(spare);
		kfree(new);
		return -ENOMEM;
	}
	mutex_lock(&p->lock);
	ranges_clear(p, first, end, &spare);
	if (policy) {
		new->first = first;
		new->end = end;
		new->policy = mempolicy_get(policy);
		range_insert(p, new);
	}
	mutex_unlock(&p->lock);
	kfree(spare);
	return 0;
}

struct mempolicy *shared_policy_get(struct filemap *m, uint64_t index)
{
	struct shared_policy *p = load_acquire(&m->policies);   /* pairs with policies_make() */
	struct mempolicy *found = NULL;
	struct policy_range *r;

	if (!p)
		return NULL;
	mutex_lock(&p->lock);
	r = range_find(p, index);
	if (r && r->first <= index)
		found = mempolicy_get(r->policy);
	mutex_unlock(&p->lock);
	return found;
}

void shared_policy_fini(struct filemap *m)
{
	struct shared_policy *p = m->policies;
	struct rbnode *n;

	while ((n = rbtree_first(&p->ranges)))
		range_remove(p, range_of(n));
	kfree(p);
}
