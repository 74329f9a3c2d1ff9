/*
 * policy.h - memory policies: from which nodes a task, or a range of its memory, wants its pages.
 *
 * There is one node, number 0, so a policy decides nothing: it is kept, inherited, split and shown as Linux does.
 * A policy never changes once made. Lifetime: counted; tasks, VMAs and ranges of shared memory hold one reference each. NULL is the default one.
 */
#pragma once
#include <mm/space.h>
#include <sync/refcount.h>

#define NODES_MAX 1024u                     /* that masks have room for */
struct nodemask { unsigned long bits[NODES_MAX / 64]; };
static inline bool nodemask_has(const struct nodemask *m, unsigned node) { return m->bits[node / 64] >> (node % 64) & 1; }
bool nodemask_is_empty(const struct nodemask *m);

struct mempolicy {
	refcount_t refs;
	uint16_t mode, flags;                   /* MPOL_*, MPOL_F_* */
	bool has_node;                          /* node 0 is among its nodes; else it has none */
	bool has_home;                          /* set_mempolicy_home_node(2): 0 */
	struct nodemask user;                   /* as it was asked for, if there are flags */
};

/* From MPOL_* with flags, known ones, and the nodes asked for. *out may be NULL (MPOL_DEFAULT). 0, -EINVAL, -ENOMEM. */
__must_check int mempolicy_alloc(unsigned mode, unsigned flags, const struct nodemask *nodes, struct mempolicy **out);
static inline struct mempolicy *mempolicy_get(struct mempolicy *p)
{
	if (p)
		refcount_get(&p->refs);
	return p;
}
void mempolicy_put(struct mempolicy *p);    /* NULL is fine */
bool mempolicy_equal(const struct mempolicy *a, const struct mempolicy *b);
void mempolicy_nodes(const struct mempolicy *p, struct nodemask *out);        /* as get_mempolicy(2) tells them */

/*
 * mbind(2) on [start, end), page aligned: p, whose reference stays the caller's, asked for with these nodes.
 * flags: MPOL_MF_*. 0, -EFAULT (a hole), -EIO (MPOL_MF_STRICT: a page is elsewhere), -ENOMEM. May sleep.
 */
__must_check int space_set_policy(struct space *s, uint64_t start, uint64_t end, struct mempolicy *p, const struct nodemask *nodes,
				  unsigned flags);
/* set_mempolicy_home_node(2). 0, -ENOENT (no policy there), -EOPNOTSUPP, -ENOMEM. May sleep. */
__must_check int space_set_home_node(struct space *s, uint64_t start, uint64_t end);
/* What holds for the page at addr in v: counted, NULL for the default. The space's lock held; may sleep. */
struct mempolicy *vma_policy_get(const struct vma *v, uint64_t addr);
/* The policy of the VMA at addr, counted, maybe NULL. 0, -EFAULT: no VMA. May sleep. */
__must_check int space_policy_at(struct space *s, uint64_t addr, struct mempolicy **out);
/* The node of the page at addr: 0; -ENOENT: no page; -EFAULT: no VMA, or only zeroes. May sleep. */
__must_check int space_page_node(struct space *s, uint64_t addr);
