/*
 * mempolicy.c - system calls on nodes of memory: policies of tasks and ranges, and where pages are. There is one node, 0.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/mempolicy.h>
#include <mm/policy.h>
#include <proc/ptrace.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/inspect.h>
#include <task/pid.h>
#include <task/process.h>
#include <task/signal.h>
#include <task/task.h>

#ifndef MPOL_F_NUMA_BALANCING                   /* later than the headers */
#define MPOL_F_NUMA_BALANCING (1 << 13)
#endif
#define MPOL_WEIGHTED_INTERLEAVE (MPOL_PREFERRED_MANY + 1u)
#define MODE_FLAGS ((unsigned)(MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES | MPOL_F_NUMA_BALANCING))
#define MASK_BITS_MAX (PAGE_SIZE * 8)
#define NR_NODES 1u

/* ---- masks of nodes ---- */

/* One word of the user's mask. */
static int mask_word(uaddr_t mask, uint64_t bit, uint64_t *out)
{
	return user_read(out, uaddr_add(mask, bit / 64 * sizeof *out)) ? -EFAULT : 0;
}

/* What lies beyond the nodes that there can be must be zero. It is looked at from its end, as Linux does. */
static int mask_check_rest(uaddr_t mask, uint64_t *nr)
{
	uint64_t word;

	while (*nr > NODES_MAX) {
		if (mask_word(mask, *nr - 1, &word))
			return -EFAULT;
		*nr = *nr - MIN(*nr, 64ul) >= NODES_MAX ? *nr - 64 : NODES_MAX;
		if (word)
			return -EINVAL;
	}
	return 0;
}

/* A mask of `max` - 1 bits. 0, -EINVAL, -EFAULT. */
static int mask_read(uaddr_t mask, uint64_t max, struct nodemask *out)
{
	uint64_t nr = max - 1;
	int err;

	memset(out, 0, sizeof *out);
	if (!nr || uaddr_is_null(mask))
		return 0;
	if (nr > MASK_BITS_MAX)
		return -EINVAL;
	err = mask_check_rest(mask, &nr);
	if (err)
		return err;
	if (user_copy_in(out->bits, mask, DIV_ROUND_UP(nr, 64) * sizeof out->bits[0]))
		return -EFAULT;
	if (nr % 64)
		out->bits[nr / 64] &= (1ul << nr % 64) - 1;
	return 0;
}

/* The words that hold the nodes there are, then zeroes. */
static int mask_write(uaddr_t mask, uint64_t max, const struct nodemask *m)
{
	uint64_t len = ALIGN_UP(max - 1, 64) / 8, used = DIV_ROUND_UP(NR_NODES, 64) * sizeof m->bits[0];

	if (len > used) {
		if (len > PAGE_SIZE)
			return -EINVAL;
		if (user_zero(uaddr_add(mask, used), len - used))
			return -EFAULT;
		len = used;
	}
	return user_copy_out(mask, m->bits, len) ? -EFAULT : 0;
}

/* ---- policies ---- */

/* A mode and its flags apart. */
static int mode_split(int word, unsigned *mode, unsigned *flags)
{
	*flags = (unsigned)word & MODE_FLAGS;
	*mode = (unsigned)word & ~MODE_FLAGS;
	if (*mode > MPOL_WEIGHTED_INTERLEAVE)
		return -EINVAL;
	if ((*flags & MPOL_F_STATIC_NODES) && (*flags & MPOL_F_RELATIVE_NODES))
		return -EINVAL;
	if ((*flags & MPOL_F_NUMA_BALANCING) && *mode != MPOL_BIND && *mode != MPOL_PREFERRED_MANY)
		return -EINVAL;
	return 0;
}

SYSCALL(set_mempolicy, int word, uaddr_t mask, uint64_t max)
{
	struct task *t = task_current();
	struct mempolicy *p, *old;
	struct nodemask nodes;
	unsigned mode, flags;
	int err = mode_split(word, &mode, &flags);

	if (!err)
		err = mask_read(mask, max, &nodes);
	if (!err)
		err = mempolicy_alloc(mode, flags, &nodes, &p);
	if (err)
		return err;
	spin_lock(&t->lock);
	old = t->mempolicy;
	t->mempolicy = p;
	spin_unlock(&t->lock);
	mempolicy_put(old);
	return 0;
}

/* MPOL_F_NODE: where the page at addr is, or where the task's next page comes from. */
static int node_of(const struct mempolicy *p, uint64_t addr, unsigned long flags, int *out)
{
	struct page *page;

	*out = 0;
	if (flags & MPOL_F_ADDR) {
		if (space_get_page(task_current()->space, addr, false, &page))
			return -EFAULT;
		page_put(page);
		return 0;
	}
	return p && (p->mode == MPOL_INTERLEAVE || p->mode == MPOL_WEIGHTED_INTERLEAVE) ? 0 : -EINVAL;
}

static int policy_ask(uint64_t addr, unsigned long flags, int *mode, struct nodemask *nodes)
{
	struct mempolicy *p;
	int err = 0;

	memset(nodes, 0, sizeof *nodes);
	*mode = 0;
	if (flags & ~(unsigned long)(MPOL_F_NODE | MPOL_F_ADDR | MPOL_F_MEMS_ALLOWED))
		return -EINVAL;
	if (flags & MPOL_F_MEMS_ALLOWED) {
		nodes->bits[0] = 1;
		return flags & (MPOL_F_NODE | MPOL_F_ADDR) ? -EINVAL : 0;
	}
	if (!(flags & MPOL_F_ADDR) && addr)
		return -EINVAL;
	if (flags & MPOL_F_ADDR)
		err = space_policy_at(task_current()->space, addr, &p);
	else
		p = mempolicy_get(task_current()->mempolicy);
	if (err)
		return err;
	if (flags & MPOL_F_NODE)
		err = node_of(p, addr, flags, mode);
	else if (p)
		*mode = p->mode | p->flags;
	mempolicy_nodes(p, nodes);
	mempolicy_put(p);
	return err;
}

SYSCALL(get_mempolicy, uaddr_t mode_out, uaddr_t mask, uint64_t max, uint64_t addr, unsigned long flags)
{
	struct nodemask nodes;
	int mode, err;

	if (!uaddr_is_null(mask) && max < NR_NODES)
		return -EINVAL;
	err = policy_ask(addr, flags, &mode, &nodes);
	if (err)
		return err;
	if (!uaddr_is_null(mode_out) && user_write(mode_out, &mode))
		return -EFAULT;
	return uaddr_is_null(mask) ? 0 : mask_write(mask, max, &nodes);
}

/* The range of mbind(2) and set_mempolicy_home_node(2). 1: empty; 0, -EINVAL. */
static int range_check(uint64_t start, uint64_t len, uint64_t *end)
{
	*end = start + ALIGN_UP(len, PAGE_SIZE);
	return *end < start ? -EINVAL : *end == start;
}

SYSCALL(mbind, uint64_t start, uint64_t len, int word, uaddr_t mask, uint64_t max, unsigned flags)
{
	struct nodemask nodes;
	struct mempolicy *p;
	unsigned mode, mode_flags;
	uint64_t end;
	int err = mode_split(word, &mode, &mode_flags);

	if (!err)
		err = mask_read(mask, max, &nodes);
	if (err)
		return err;
	if (flags & ~(unsigned)(MPOL_MF_STRICT | MPOL_MF_MOVE | MPOL_MF_MOVE_ALL))
		return -EINVAL;
	if ((flags & MPOL_MF_MOVE_ALL) && !capable(CAP_SYS_NICE))
		return -EPERM;
	if (start & ~PAGE_MASK)
		return -EINVAL;
	err = range_check(start, len, &end);
	if (err)
		return MIN(err, 0);
	err = mempolicy_alloc(mode, mode_flags, &nodes, &p);
	if (err)
		return err;
	err = space_set_policy(task_current()->space, start, end, p, &nodes, flags);
	mempolicy_put(p);
	return err;
}

SYSCALL(set_mempolicy_home_node, uint64_t start, uint64_t len, uint64_t node, uint64_t flags)
{
	uint64_t end;
	int err;

	if ((start & ~PAGE_MASK) || flags || node >= NR_NODES)
		return -EINVAL;
	err = range_check(start, len, &end);
	return err ? MIN(err, 0) : space_set_home_node(task_current()->space, start, end);
}

/* ---- where pages are ---- */

/* The memory of a process that we may look into. 0, -ESRCH, -EPERM, -EINVAL (it has none any more). */
static int target_space(int pid, struct space **out)
{
	struct task *t = pid ? task_lookup(pid) : task_current();
	int err;

	if (!t)
		return -ESRCH;
	err = task_inspect_space(t, false, out);
	if (!err && !*out)
		err = task_may_inspect(t, false) ? -EINVAL : -EPERM;
	else if (err)
		err = -EPERM;
	if (pid)
		task_put(t);
	return err;
}

static bool may_read_target(int pid, int *err)
{
	struct task *t = pid ? task_lookup(pid) : task_current();

	*err = !t ? -ESRCH : task_may_inspect(t, false) ? 0 : -EPERM;
	if (t && pid)
		task_put(t);
	return !*err;
}

SYSCALL(migrate_pages, int pid, uint64_t max, uaddr_t from, uaddr_t to)
{
	struct nodemask old, fresh, here;
	struct space *s;
	int err = mask_read(from, max, &old);

	if (!err)
		err = mask_read(to, max, &fresh);
	if (err || !may_read_target(pid, &err))
		return err;
	here = fresh;
	here.bits[0] &= ~1ul;
	if (!nodemask_is_empty(&here) && !capable(CAP_SYS_NICE))
		return -EPERM;
	if (!nodemask_has(&fresh, 0))
		return -EINVAL;
	err = target_space(pid, &s);
	if (err)
		return err;
	space_put_user(s);
	return 0;                               /* all pages are where they are to go */
}

/* nodes: a null pointer, or where page i is to go. 0, -EFAULT, -ENODEV. */
static int page_status(struct space *s, uaddr_t pages, uaddr_t nodes, uaddr_t status, uint64_t i)
{
	uint64_t addr;
	int node, r;

	if (user_read(&addr, uaddr_add(pages, i * sizeof addr)))
		return -EFAULT;
	if (!uaddr_is_null(nodes)) {
		if (user_read(&node, uaddr_add(nodes, i * sizeof node)))
			return -EFAULT;
		if (node < 0 || node >= (int)NR_NODES)
			return -ENODEV;
	}
	r = space_page_node(s, addr);
	return user_write(uaddr_add(status, i * sizeof r), &r) ? -EFAULT : 0;
}

SYSCALL(move_pages, int pid, uint64_t n, uaddr_t pages, uaddr_t nodes, uaddr_t status, int flags)
{
	struct space *s;
	int err;

	if (flags & ~(MPOL_MF_MOVE | MPOL_MF_MOVE_ALL))
		return -EINVAL;
	if ((flags & MPOL_MF_MOVE_ALL) && !capable(CAP_SYS_NICE))
		return -EPERM;
	err = target_space(pid, &s);
	if (err)
		return err;
	for (uint64_t i = 0; i < n && !err; i++)
		err = signal_is_fatal_pending() ? -EINTR : page_status(s, pages, nodes, status, i);
	space_put_user(s);
	return err;
}
