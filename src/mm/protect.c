/*
 * protect.c - changing what a range of VMAs is: mprotect, mlock.
 *
 * Both walk the VMAs of the range, cut those at its ends, give each its new
 * flags, and join what has become alike. A hole ends the walk with -ENOMEM; what
 * came before it stays changed, as on Linux.
 * Locks: s->lock.  Context: task, may sleep.
 */
#include "space_priv.h"
#include <arch/usercopy.h>
#include <base/err.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include "mm_priv.h"

/* ---- mprotect ---- */

static int protect_check(struct space *s, const struct vma *v, uint64_t start, uint64_t end, uint32_t flags)
{
	uint64_t pages = (end - start) >> PAGE_SHIFT;

	if (flags & VMA_ACCESS & ~(flags >> 4))     /* VMA_MAY* stand four bits above */
		return -EACCES;
	if (unlikely(load_relaxed(&s->mdwe)) && (flags & VMA_EXEC) && ((flags & VMA_WRITE) || !(v->flags & VMA_EXEC)))
		return -EACCES;                 /* relaxed: set once, and threads that race with it may come first */
	if (vma_is_data(flags) && !vma_is_data(v->flags)) {
		if (s->data_pages + pages > limit_of(RLIMIT_DATA) >> PAGE_SHIFT)
			return -ENOMEM;
	}
	if (commit_is_accounted(flags) && !commit_is_accounted(v->flags) && !commit_may(s, pages))
		return -ENOMEM;
	return 0;
}

static int protect_locked(struct space *s, uint64_t start, uint64_t end, uint32_t access, uint64_t grows)
{
	struct vma *v = vma_find(s, start);

	if (!v)
		return -ENOMEM;
	if (grows == PROT_GROWSUP)              /* no stack here grows upwards */
		return v->start > start ? -ENOMEM : -EINVAL;
	if (grows) {
		if (v->start >= end || !(v->flags & VMA_GROWSDOWN))
			return v->start >= end ? -ENOMEM : -EINVAL;
		start = v->start;
	}
	while (start < end) {
		uint32_t flags;
		uint64_t stop;
		int err;

		if (!v || v->start > start)
			return -ENOMEM;
		stop = MIN(v->end, end);
		flags = (v->flags & ~VMA_ACCESS) | access;
		err = protect_check(s, v, start, stop, flags);
		if (err)
			return err;
		if (flags != v->flags) {
			err = vma_isolate(s, start, stop);
			if (err)
				return err;
			v = vma_find(s, start);
			vma_set_flags(s, v, flags);
			protect_range(s, start, stop, flags);
			v = vma_merge(s, v);
		}
		start = stop;
		v = vma_find(s, start);
	}
	return 0;
}

int space_protect(struct space *s, uint64_t addr, uint64_t len, uint64_t prot)
{
	uint64_t grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
	uint32_t access = 0;
	uint64_t end;
	int err;

	prot &= ~(PROT_GROWSDOWN | PROT_GROWSUP);
	if (grows == (PROT_GROWSDOWN | PROT_GROWSUP) || (addr & ~PAGE_MASK))
		return -EINVAL;
	if (!len)
		return 0;
	end = addr + ALIGN_UP(len, PAGE_SIZE);
	if (end <= addr)
		return -ENOMEM;
	if ((prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM)))
		return -EINVAL;
	access |= prot & PROT_READ ? VMA_READ : 0;
	access |= prot & PROT_WRITE ? VMA_WRITE : 0;
	access |= prot & PROT_EXEC ? VMA_EXEC : 0;
	mutex_lock(&s->lock);
	err = protect_locked(s, addr, end, access, grows);
	mutex_unlock(&s->lock);
	return err;
}

/* ---- mlock ---- */

#define LOCK_FLAGS (VMA_LOCKED | VMA_LOCKONFAULT)

static int lock_locked(struct space *s, uint64_t start, uint64_t end, uint32_t lock)
{
	while (start < end) {
		struct vma *v = vma_find(s, start);
		uint64_t stop;
		uint32_t flags;
		int err;

		if (!v || v->start > start)
			return -ENOMEM;
		stop = MIN(v->end, end);
		flags = (v->flags & ~LOCK_FLAGS) | lock;
		if (flags != v->flags && !(v->flags & VMA_NEVER_LOCKED)) {
			err = vma_isolate(s, start, stop);
			if (err)
				return err;
			v = vma_find(s, start);
			vma_set_flags(s, v, flags);
			vma_merge(s, v);
		}
		start = stop;
	}
	return 0;
}

/* Fault a locked range in, all that can be (all) or up to what cannot; errors as mlock(2) names them. */
static int lock_populate(struct space *s, uint64_t start, uint64_t end, bool all)
{
	int err = 0;

	while (start < end && (!err || (all && err == -EFAULT))) {
		struct vma *v;
		uint64_t from, stop;
		bool write;

		mutex_lock(&s->lock);
		v = vma_find(s, start);
		from = v ? MAX(v->start, start) : end;
		stop = v ? MIN(v->end, end) : end;
		write = v && (v->flags & (VMA_WRITE | VMA_SHARED)) == VMA_WRITE;
		err = v && !(v->flags & VMA_ACCESS) ? -EFAULT : 0;
		mutex_unlock(&s->lock);
		if (!err && from < stop)
			err = space_populate(s, from, stop - from, write);
		start = stop;
	}
	return err == -EFAULT ? -ENOMEM : err == -ENOMEM ? -EAGAIN : err;
}

/* Pages of the range that are locked already. */
static uint64_t locked_within(struct space *s, uint64_t start, uint64_t end)
{
	uint64_t n = 0;

	for (struct vma *v = vma_find(s, start); v && v->start < end; v = vma_next(v))
		if (v->flags & VMA_LOCKED)
			n += (MIN(v->end, end) - MAX(v->start, start)) >> PAGE_SHIFT;
	return n;
}

int space_lock_range(struct space *s, uint64_t addr, uint64_t len, uint32_t lock)
{
	uint64_t start = ALIGN_DOWN(addr, PAGE_SIZE), end = ALIGN_UP(addr + len, PAGE_SIZE);
	int err = 0;

	mutex_lock(&s->lock);
	if (lock && !within_lock_limit(s, (end - start) >> PAGE_SHIFT) &&
	    !within_lock_limit(s, ((end - start) >> PAGE_SHIFT) - locked_within(s, start, end)))
		err = -ENOMEM;                  /* before anything is said of the range */
	else if (end < start)
		err = -EINVAL;
	else
		err = lock_locked(s, start, end, lock);
	mutex_unlock(&s->lock);
	return err || lock != VMA_LOCKED ? err : lock_populate(s, start, end, false);
}

int space_lock_all(struct space *s, uint32_t current_ones, uint32_t future_ones)
{
	uint64_t at = 0;
	int err = 0;

	mutex_lock(&s->lock);
	if (current_ones && s->total_pages > limit_of(RLIMIT_MEMLOCK) >> PAGE_SHIFT && !(space_may_lock && space_may_lock()))
		err = -ENOMEM;
	if (!err)
		s->default_flags = future_ones;
	for (struct vma *v; !err && (v = vma_find(s, at)); at = v->end) {
		uint32_t flags = (v->flags & ~LOCK_FLAGS) | current_ones;

		/* Setting future mappings alone leaves the present ones as they are. */
		if (flags == v->flags || (v->flags & VMA_NEVER_LOCKED) || (!current_ones && future_ones))
			continue;
		vma_set_flags(s, v, flags);
		v = vma_merge(s, v);
	}
	mutex_unlock(&s->lock);
	if (!err && current_ones == VMA_LOCKED)
		(void)!lock_populate(s, 0, USER_END, true);
	return err;
}
