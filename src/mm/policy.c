/*
 * policy.c - memory policies, and those of VMAs.
 *
 *   I1  v->policy is not NULL if and only if v->flags has VMA_POLICY: so VMAs with and without one never merge,
 *       and whoever knows the flags need not look at the pointer
 * v->policy changes with s->lock held; faults do not look at it. Of shared memory it only tells what was asked for by this
 * mapping; what holds for its pages is the object's (shared_policy.c).
 * Locks: s->lock, then a page table's.   Context: task, may sleep.   Tests: tests/abi/mem/mempolicy*.c, move_pages.c
 */
#include <mm/policy.h>
#include <base/err.h>
#include <lib/string.h>
#include <linux/mempolicy.h>
#include <mm/slab.h>
#include "space_priv.h"

#define PLACES_MATTER (MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES)    /* which nodes, not only which there are */

bool nodemask_is_empty(const struct nodemask *m)
{
	for (unsigned i = 0; i < ARRAY_SIZE(m->bits); i++)
		if (m->bits[i])
			return false;
	return true;
}

/* Which mode it really is, once the nodes are known. 0, -EINVAL. */
static int mode_settle(unsigned *mode, unsigned flags, bool no_nodes)
{
	switch (*mode) {
	case MPOL_DEFAULT:
		return no_nodes ? 0 : -EINVAL;
	case MPOL_PREFERRED:
		if (no_nodes && (flags & PLACES_MATTER))
			return -EINVAL;
		if (no_nodes)
			*mode = MPOL_LOCAL;
		return 0;
	case MPOL_LOCAL:
		return no_nodes && !(flags & PLACES_MATTER) ? 0 : -EINVAL;
	default:
		return no_nodes ? -EINVAL : 0;
	}
}

int mempolicy_alloc(unsigned mode, unsigned flags, const struct nodemask *nodes, struct mempolicy **out)
{
	bool no_nodes = nodemask_is_empty(nodes), has_node;
	struct mempolicy *p;
	int err = mode_settle(&mode, flags, no_nodes);

	if (err)
		return err;
	*out = NULL;
	if (mode == MPOL_DEFAULT)
		return 0;
	/* Relative nodes are folded onto those there are. */
	has_node = flags & MPOL_F_RELATIVE_NODES ? !no_nodes : nodemask_has(nodes, 0);
	if (mode != MPOL_LOCAL && !has_node)
		return -EINVAL;
	p = kzalloc(sizeof *p);
	if (!p)
		return -ENOMEM;
	refcount_set(&p->refs, 1);
	p->mode = (uint16_t)mode;
	p->flags = (uint16_t)flags;
	p->has_node = mode != MPOL_LOCAL;
	if (flags)
		p->user = *nodes;
	*out = p;
	return 0;
}

void mempolicy_put(struct mempolicy *p)
{
	if (p && refcount_put(&p->refs))
		kfree(p);
}

bool mempolicy_equal(const struct mempolicy *a, const struct mempolicy *b)
{
	if (a == b || !a || !b)
		return a == b;
	return a->mode == b->mode && a->flags == b->flags && a->has_node == b->has_node && a->has_home == b->has_home &&
	       !memcmp(&a->user, &b->user, sizeof a->user);
}

void mempolicy_nodes(const struct mempolicy *p, struct nodemask *out)
{
	memset(out, 0, sizeof *out);
	if (!p)
		return;
	if (p->flags)
		*out = p->user;
	else
		out->bits[0] = p->has_node;
}

/* ---- of VMAs ---- */

/* Do the pages of v get their policy from the object that it shows? Also private mappings of one, as on Linux. */
static bool policy_is_shared(const struct vma *v) { return v->map && v->map->is_shmem && !(v->flags & VMA_HUGETLB); }

static void vma_replace_policy(struct space *s, struct vma *v, struct mempolicy *p)
{
	struct mempolicy *old = v->policy;

	v->policy = mempolicy_get(p);
	vma_set_flags(s, v, p ? v->flags | VMA_POLICY : v->flags & ~VMA_POLICY);
	mempolicy_put(old);
}

struct mempolicy *vma_policy_get(const struct vma *v, uint64_t addr)
{
	if (policy_is_shared(v))
		return shared_policy_get(v->map, v->pgoff + ((addr - v->start) >> PAGE_SHIFT));
	return mempolicy_get(v->policy);
}

/* The part [start, end) of v gets p; *next: the VMA behind. s->lock held. 0, -ENOMEM. */
static int vma_bind(struct space *s, struct vma *v, uint64_t start, uint64_t end, struct mempolicy *p)
{
	int err;

	start = MAX(start, v->start);
	end = MIN(end, v->end);
	if (mempolicy_equal(v->policy, p))
		return 0;
	err = vma_isolate(s, start, end);
	if (err)
		return err;
	v = vma_find(s, start);
	vma_replace_policy(s, v, p);
	v = vma_merge(s, v);
	/* As Linux does, of all that the mapping is now: where its neighbours asked for the same, their part gets it anew. */
	return policy_is_shared(v) ? shared_policy_set(v->map, v->pgoff, v->pgoff + ((v->end - v->start) >> PAGE_SHIFT), p) : 0;
}

/* The entry of addr, as a snapshot: 0, -ENOENT, or -EFAULT for the page of zeroes. s->lock held. */
static int entry_node(struct space *s, uint64_t addr)
{
	struct page *pt;
	int r = -ENOENT;
	pte_t e;

	rcu_read_lock();
	pt = pt_find(s, addr);
	if (pt && pt_is_huge(pt)) {
		r = 0;
	} else if (pt) {
		e = load_relaxed(&table_entries(pt)[table_index(addr, 1)]);     /* relaxed: a snapshot */
		if (e)
			r = pte_kind_of(e) == PTE_KIND_ZERO ? -EFAULT : 0;
	}
	rcu_read_unlock();
	return r;
}

static bool range_has_pages(struct space *s, uint64_t addr, uint64_t end)
{
	while (addr < end) {
		uint64_t at = addr;
		bool any;

		rcu_read_lock();
		any = pt_next(s, &at, end) != NULL;
		rcu_read_unlock();
		if (!any)
			return false;
		for (addr = MAX(addr, at); addr < MIN(ALIGN_DOWN(at, HUGE_SIZE) + HUGE_SIZE, end); addr += PAGE_SIZE)
			if (!entry_node(s, addr))
				return true;
	}
	return false;
}

/*
 * May the range get a policy? Without holes, unless it is to lose one; with nothing but holes, never.
 * elsewhere: with any page in it, it may not. 0, -EFAULT, -EIO.
 */
static int range_check(struct space *s, uint64_t start, uint64_t end, bool holes_allowed, bool elsewhere)
{
	struct vma *v = vma_find(s, start);

	if (!v || v->start >= end || (!holes_allowed && v->start > start))
		return -EFAULT;
	for (; v && v->start < end; v = vma_next(v)) {
		const struct vma *next = vma_next(v);

		if (!holes_allowed && v->end < end && (!next || v->end < next->start))
			return -EFAULT;
		if (elsewhere && range_has_pages(s, MAX(v->start, start), MIN(v->end, end)))
			return -EIO;
	}
	return 0;
}

int space_set_policy(struct space *s, uint64_t start, uint64_t end, struct mempolicy *p, const struct nodemask *nodes, unsigned flags)
{
	bool elsewhere = (flags & (MPOL_MF_STRICT | MPOL_MF_MOVE | MPOL_MF_MOVE_ALL)) == MPOL_MF_STRICT && !nodemask_has(nodes, 0);
	int err;

	mutex_lock(&s->lock);
	err = range_check(s, start, end, !p, p && elsewhere);
	for (uint64_t at = start; at < end && !err;) {
		struct vma *v = vma_find(s, at);

		if (!v || v->start >= end)
			break;
		at = v->end;
		err = vma_bind(s, v, start, end, p);
	}
	mutex_unlock(&s->lock);
	return err;
}

/* The part of v in [start, end) that has a policy. s->lock held. -ENOENT: it has none. */
static int vma_set_home(struct space *s, struct vma *v, uint64_t start, uint64_t end)
{
	const struct mempolicy *old = v->policy;
	struct mempolicy *p;
	int err;

	if (!old)
		return -ENOENT;
	if (old->mode != MPOL_BIND && old->mode != MPOL_PREFERRED_MANY)
		return -EOPNOTSUPP;
	p = kzalloc(sizeof *p);
	if (!p)
		return -ENOMEM;
	*p = *old;
	refcount_set(&p->refs, 1);
	p->has_home = true;
	err = vma_bind(s, v, start, end, p);
	mempolicy_put(p);
	return err;
}

int space_set_home_node(struct space *s, uint64_t start, uint64_t end)
{
	int err = -ENOENT;

	mutex_lock(&s->lock);
	for (uint64_t at = start; at < end && (!err || err == -ENOENT);) {
		struct vma *v = vma_find(s, at);
		int one;

		if (!v || v->start >= end)
			break;
		at = v->end;
		one = vma_set_home(s, v, start, end);
		if (one != -ENOENT)
			err = one;
	}
	mutex_unlock(&s->lock);
	return err;
}

int space_policy_at(struct space *s, uint64_t addr, struct mempolicy **out)
{
	struct vma *v;
	int err = -EFAULT;

	mutex_lock(&s->lock);
	v = vma_find(s, addr);
	if (v && v->start <= addr) {
		*out = vma_policy_get(v, addr);
		err = 0;
	}
	mutex_unlock(&s->lock);
	return err;
}

int space_page_node(struct space *s, uint64_t addr)
{
	struct vma *v;
	int r = -EFAULT;

	mutex_lock(&s->lock);
	v = vma_find(s, addr);
	if (v && v->start <= addr)
		r = entry_node(s, addr);
	mutex_unlock(&s->lock);
	return r;
}
