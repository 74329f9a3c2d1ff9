/*
 * advise.c - madvise, msync, mincore: hints about a range, and what is resident.
 *
 * Hints that need no support for being harmless (read-ahead, cold pages,
 * merging) are accepted, as a Linux accepts them whose feature finds nothing to do.
 * Locks: s->lock.  Context: task, may sleep.
 */
#include "space_priv.h"
#include <arch/usercopy.h>
#include <base/err.h>
#include <linux/mman.h>
#include <mm/filemap.h>

/* ---- madvise ---- */

static void range_zap(struct space *s, uint64_t start, uint64_t end)
{
	struct zap z;

	zap_begin(&z, s);
	zap_range(&z, start, end);
	zap_end(&z);
}

static int flags_change(struct space *s, struct vma *v, uint64_t start, uint64_t end, uint32_t set, uint32_t clear)
{
	uint32_t flags = (v->flags | set) & ~clear;
	int err;

	if (flags == v->flags)
		return 0;
	err = vma_isolate(s, start, end);
	if (err)
		return err == -ENOMEM ? -EAGAIN : err;  /* as madvise(2) has it for its own needs */
	v = vma_find(s, start);
	vma_set_flags(s, v, flags);
	vma_merge(s, v);
	return 0;
}

/* [vvar]: pages that are nobody's to drop. */
static bool vma_is_device(const struct vma *v) { return (v->flags & (VMA_SPECIAL | VMA_MAYWRITE)) == VMA_SPECIAL; }

/* Pages of a pool are dropped whole, from the first byte of one on, and are never cold. */
static bool refuses_huge(const struct vma *v, uint64_t start, int advice)
{
	if (!(v->flags & VMA_HUGETLB))
		return false;
	return advice == MADV_COLD || advice == MADV_PAGEOUT || (start & (vma_huge_size(v) - 1));
}

/* Advice for the part [start, end) of v; s->lock held. */
static int advise_vma(struct space *s, struct vma *v, uint64_t start, uint64_t end, int advice)
{
	switch (advice) {
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
		if (unlikely(refuses_huge(v, start, advice)))
			return -EINVAL;
		if (vma_is_device(v) || (advice == MADV_DONTNEED && (v->flags & VMA_LOCKED)))
			return -EINVAL;
		range_zap(s, start, end);
		return 0;
	case MADV_FREE:                         /* freed now: a later read may see zeroes at any time */
		if (v->map || (v->flags & VMA_LOCKED))
			return -EINVAL;
		range_zap(s, start, end);
		return 0;
	case MADV_DONTFORK:
		return flags_change(s, v, start, end, VMA_DONTFORK, 0);
	case MADV_DOFORK:
		return vma_is_device(v) ? -EINVAL : flags_change(s, v, start, end, 0, VMA_DONTFORK);
	case MADV_WIPEONFORK:
		if (v->map)
			return -EINVAL;
		return flags_change(s, v, start, end, VMA_WIPEONFORK, 0);
	case MADV_KEEPONFORK:
		return v->flags & VMA_DROPPABLE ? -EINVAL : flags_change(s, v, start, end, 0, VMA_WIPEONFORK);
	case MADV_DONTDUMP:
		return flags_change(s, v, start, end, VMA_DONTDUMP, 0);
	case MADV_DODUMP:
		return v->flags & (VMA_SPECIAL | VMA_DROPPABLE) ? -EINVAL : flags_change(s, v, start, end, 0, VMA_DONTDUMP);
	case MADV_HUGEPAGE:
		return flags_change(s, v, start, end, VMA_HUGE, VMA_NOHUGE);
	case MADV_NOHUGEPAGE:
		return flags_change(s, v, start, end, VMA_NOHUGE, VMA_HUGE);
	case MADV_COLLAPSE:
		return -EINVAL;                 /* what is mapped by small pages stays so */
	case MADV_COLD:
	case MADV_PAGEOUT:
		return (v->flags & VMA_LOCKED) || vma_is_device(v) || refuses_huge(v, start, advice) ? -EINVAL : 0;
	default:
		return 0;
	}
}

/* MADV_REMOVE: a hole in the file behind a shared mapping that may be written to, if the file lets itself be punched. Drops s->lock. */
static int advise_remove(struct space *s, struct vma *v, uint64_t start, uint64_t end)
{
	struct filemap *m = v->map;
	struct file *file = v->file;
	uint64_t from;
	bool share;
	int err = 0;

	if ((v->flags & VMA_LOCKED) || !m) {
		mutex_unlock(&s->lock);
		return -EINVAL;
	}
	if ((v->flags & (VMA_SHARED | VMA_MAYWRITE)) != (VMA_SHARED | VMA_MAYWRITE)) {
		mutex_unlock(&s->lock);
		return -EACCES;
	}
	share = !file && share_is(m);
	if (file)
		vma_file_ops->get(file);
	else if (share)
		share_get(m);
	from = (v->pgoff << PAGE_SHIFT) + (start - v->start);
	mutex_unlock(&s->lock);
	if (file && !share_is(m))
		err = vma_file_ops->punch(file, from, end - start);
	else
		filemap_punch(m, from, from + (end - start));
	if (file)
		vma_file_ops->put(file);
	else if (share)
		share_put(m);
	return err;
}

static bool advice_known(int advice)
{
	switch (advice) {
	case MADV_NORMAL: case MADV_RANDOM: case MADV_SEQUENTIAL: case MADV_WILLNEED: case MADV_DONTNEED:
	case MADV_FREE: case MADV_REMOVE: case MADV_DONTFORK: case MADV_DOFORK: case MADV_HUGEPAGE:
	case MADV_NOHUGEPAGE: case MADV_DONTDUMP: case MADV_DODUMP: case MADV_WIPEONFORK: case MADV_KEEPONFORK:
	case MADV_COLLAPSE:
	case MADV_MERGEABLE: case MADV_UNMERGEABLE:
	case MADV_COLD: case MADV_PAGEOUT: case MADV_POPULATE_READ: case MADV_POPULATE_WRITE: case MADV_DONTNEED_LOCKED:
		return true;
	default:
		return false;
	}
}

/* One VMA at a time: what comes before a hole, or before a mapping that forbids the access, is populated. */
static int advise_populate(struct space *s, uint64_t start, uint64_t end, bool write)
{
	int err = 0;

	while (start < end && !err) {
		uint64_t stop = end;
		struct vma *v;

		mutex_lock(&s->lock);
		v = vma_find(s, start);
		if (!v || v->start > start)
			err = -ENOMEM;
		else if (!(v->flags & (write ? VMA_WRITE : VMA_READ)))
			err = -EINVAL;
		else
			stop = MIN(v->end, end);
		mutex_unlock(&s->lock);
		if (!err)
			err = space_populate(s, start, stop - start, write);
		start = stop;
	}
	return err;
}

int space_advise(struct space *s, uint64_t addr, uint64_t len, int advice)
{
	uint64_t end = addr + ALIGN_UP(len, PAGE_SIZE);
	int err = 0;
	bool hole = false;

	if (!advice_known(advice) || (addr & ~PAGE_MASK) || end < addr || (len && ALIGN_UP(len, PAGE_SIZE) == 0))
		return -EINVAL;
	if (addr == end)
		return 0;
	if (advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE)
		return advise_populate(s, addr, end, advice == MADV_POPULATE_WRITE);
	mutex_lock(&s->lock);
	while (addr < end && !err) {
		struct vma *v = vma_find(s, addr);
		uint64_t stop;

		if (!v || v->start > addr)
			hole = true;
		if (!v || v->start >= end)
			break;
		addr = MAX(addr, v->start);
		stop = MIN(v->end, end);
		if (advice == MADV_REMOVE) {
			err = advise_remove(s, v, addr, stop);
			mutex_lock(&s->lock);
		} else {
			err = advise_vma(s, v, addr, stop, advice);
		}
		addr = stop;
	}
	mutex_unlock(&s->lock);
	return err ? err : hole ? -ENOMEM : 0;
}

/* Whoever still touches what is gone, on its way out, finds zeroes. */
void space_reap(struct space *s)
{
	mutex_lock(&s->lock);
	for (struct vma *v = vma_first(s); v; v = vma_next(v))
		if (!(v->flags & (VMA_SHARED | VMA_SPECIAL)))
			range_zap(s, v->start, v->end);
	mutex_unlock(&s->lock);
}

/* ---- msync ---- */

int space_msync(struct space *s, uint64_t addr, uint64_t len, int flags)
{
	uint64_t end = addr + ALIGN_UP(len, PAGE_SIZE);
	bool hole = false;
	int err = 0;

	if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) || (addr & ~PAGE_MASK))
		return -EINVAL;
	if ((flags & MS_ASYNC) && (flags & MS_SYNC))
		return -EINVAL;
	if (end < addr)
		return -ENOMEM;
	mutex_lock(&s->lock);
	while (addr < end && !err) {
		struct vma *v = vma_find(s, addr);

		if (!v || v->start > addr)
			hole = true;
		if (!v || v->start >= end)
			break;
		if ((flags & MS_INVALIDATE) && (v->flags & VMA_LOCKED))
			err = -EBUSY;
		addr = v->end;
	}
	mutex_unlock(&s->lock);
	return err ? err : hole ? -ENOMEM : 0;
}

/* ---- mincore ---- */

/* Is the page at addr of v resident: mapped here, or cached for its file? RCU or s->lock held. */
static bool is_resident(struct space *s, const struct vma *v, uint64_t addr)
{
	struct page *pt = pt_find(s, addr), *p, **slots;
	uint64_t index, base;
	unsigned n;

	if (pt && (pt_is_huge(pt) || load_relaxed(&table_entries(pt)[table_index(addr, 1)])))    /* relaxed: a snapshot */
		return true;
	if (!v->map)
		return false;
	if (v->file && !vma_file_ops->may_write(v->file))
		return true;                    /* what others read of it is not theirs to know */
	index = v->pgoff + ((addr - v->start) >> PAGE_SHIFT);
	slots = filemap_peek_leaf(v->map, index, &base, &n);
	p = slots ? load_acquire(&slots[index - base]) : NULL;     /* pairs with filemap's insertion */
	return p && filemap_holds(v->map, index, p);
}

#define MINCORE_CHUNK 256u

int space_mincore(struct space *s, uint64_t addr, uint64_t len, uaddr_t vec)
{
	uint64_t pages = DIV_ROUND_UP(len, PAGE_SIZE);
	uint8_t out[MINCORE_CHUNK];

	if (addr & ~PAGE_MASK)
		return -EINVAL;
	if (!user_range_ok(UADDR(addr), len))
		return -ENOMEM;
	if (!user_range_ok(vec, pages))
		return -EFAULT;
	while (pages) {
		unsigned n = MIN(pages, (uint64_t)MINCORE_CHUNK), i;

		mutex_lock(&s->lock);
		for (i = 0; i < n; i++) {
			struct vma *v = vma_find(s, addr + i * PAGE_SIZE);

			if (!v || v->start > addr + i * PAGE_SIZE)
				break;
			rcu_read_lock();
			out[i] = is_resident(s, v, addr + i * PAGE_SIZE);
			rcu_read_unlock();
		}
		mutex_unlock(&s->lock);
		if (i && user_copy_out(vec, out, i))
			return -EFAULT;
		if (i < n)
			return -ENOMEM;
		pages -= n;
		addr += n * PAGE_SIZE;
		vec = uaddr_add(vec, n);
	}
	return 0;
}
