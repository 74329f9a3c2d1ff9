/*
 * remap.c - mremap: resizing a mapping, in place or by moving its entries.
 *
 * A move takes the old VMA out of the tree, makes tables at the new place for
 * those that the old one has, moves the entries, and only then shows the new VMA:
 * no fault can put anything in the way, nor anything where no table waits for it.
 * The new VMA stands behind the old one in map->vmas, so that truncation passing
 * by finds an entry at the one or the other.
 * Locks: s->lock.  Context: task, may sleep.
 */
#include "space_priv.h"
#include <arch/usercopy.h>
#include <base/err.h>
#include <linux/mman.h>

struct remap {
	uint64_t old, old_len, new_len, new_addr;
	unsigned flags;
	bool may_map_low;
	uint64_t result;
	struct vma *dead;
};

static int remap_check(struct remap *r)
{
	if (r->flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP))
		return -EINVAL;
	if ((r->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) && !(r->flags & MREMAP_MAYMOVE))
		return -EINVAL;
	if ((r->flags & MREMAP_DONTUNMAP) && r->old_len != r->new_len)
		return -EINVAL;
	if (r->old & ~PAGE_MASK)
		return -EINVAL;
	r->old_len = ALIGN_UP(r->old_len, PAGE_SIZE);
	r->new_len = ALIGN_UP(r->new_len, PAGE_SIZE);
	if (!r->new_len)
		return -EINVAL;
	return 0;
}

/* MREMAP_FIXED and MREMAP_DONTUNMAP: the new place, looked at after the old mapping was found. */
static int remap_check_place(const struct remap *r)
{
	if ((r->new_addr & ~PAGE_MASK) || r->new_len > USER_END || r->new_addr > USER_END - r->new_len)
		return -EINVAL;
	if (r->old + r->old_len > r->new_addr && r->new_addr + r->new_len > r->old)
		return -EINVAL;
	return 0;
}

/* The VMA that r is about, if it may grow by `more`. */
/* In whole huge pages, and never more of them. 0, -EINVAL. */
static __noinline int remap_round_huge(struct remap *r, const struct vma *v)
{
	uint64_t size = vma_huge_size(v);

	r->old_len = ALIGN_UP(r->old_len, size);
	r->new_len = ALIGN_UP(r->new_len, size);
	return ((r->old | r->new_addr) & (size - 1)) || r->new_len > r->old_len ? -EINVAL : 0;
}

static int remap_find(struct space *s, struct remap *r, struct vma **out)
{
	struct vma *v = vma_find(s, r->old);
	uint64_t more = r->new_len > r->old_len ? r->new_len - r->old_len : 0, second;

	if (!v || v->start > r->old)
		return -EFAULT;
	if (unlikely(v->flags & VMA_HUGETLB) && remap_round_huge(r, v))
		return -EINVAL;
	if (r->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) {
		int err = remap_check_place(r);

		if (err)
			return err;
	}
	if (!r->old_len && !(v->flags & VMA_SHARED))
		return -EINVAL;
	if ((r->flags & MREMAP_DONTUNMAP) && (v->flags & VMA_FIXED))
		return -EINVAL;
	if (r->old_len > v->end - r->old || (more && (v->flags & VMA_SPECIAL)))
		return -EFAULT;
	if (more && v->map) {
		uint64_t pgoff = v->pgoff + ((r->old - v->start) >> PAGE_SHIFT);

		if (pgoff + (r->new_len >> PAGE_SHIFT) < pgoff)
			return -EINVAL;
	}
	if (r->new_len > USER_END)
		return -ENOMEM;
	if ((v->flags & VMA_LOCKED) && !within_lock_limit(s, more >> PAGE_SHIFT))
		return -EAGAIN;
	second = (r->flags & MREMAP_DONTUNMAP ? r->new_len : more) >> PAGE_SHIFT;      /* what stays is counted twice, but locked once */
	if (!within_limits(s, second, v->flags))
		return -ENOMEM;
	if (commit_is_accounted(v->flags) && !commit_may(s, second))
		return -ENOMEM;
	*out = v;
	return 0;
}

/* Tables at the new place for every table there is at the old one. */
static int tables_prepare(struct space *s, uint64_t from, uint64_t to, uint64_t len)
{
	uint64_t addr = from;

	while (pt_next(s, &addr, from + len)) {
		uint64_t stop = MIN(ALIGN_DOWN(addr, HUGE_SIZE) + HUGE_SIZE, from + len);
		struct page *pt;

		if (pt_make(s, to + (addr - from), &pt) || pt_make(s, to + (stop - from) - PAGE_SIZE, &pt))
			return -ENOMEM;
		addr = stop;
	}
	return 0;
}

static void free_old_tables(struct space *s, uint64_t start, uint64_t end)
{
	struct vma *prev = vma_before(s, start), *next = vma_find(s, start);
	struct zap z;

	zap_begin(&z, s);
	zap_tables(&z, start, end, prev ? prev->end : 0, next ? next->start : 1ul << 47);
	zap_end(&z);
	place_freed(s, MIN(next ? next->start : ~0ul, s->layout.mmap_base));
}

/* Move [old, old + old_len), a part of v, to new_addr, where it is new_len long. The target is free. */
static int remap_move(struct space *s, struct remap *r, struct vma *v, uint64_t to)
{
	bool keep = r->flags & MREMAP_DONTUNMAP || !r->old_len;
	uint64_t len = MIN(r->old_len, r->new_len);
	struct vma *n;
	int err;

	err = r->old_len ? vma_isolate(s, r->old, r->old + r->old_len) : 0;
	if (err)
		return err;
	v = vma_find(s, r->old);
	if (s->nr_vmas >= (unsigned)map_count_max)
		return -ENOMEM;
	n = vma_dup(s, v);
	if (!n)
		return -ENOMEM;
	if (n->map)
		n->pgoff += (r->old - v->start) >> PAGE_SHIFT;
	n->start = to;
	n->end = to + r->new_len;
	if (n->map)
		vma_link_map(n, v);
	if (!keep)
		vma_remove_tree(s, v);          /* what a fault enters from now on is refused: it sees the version */
	fence_seq_cst();                        /* as in zap_begin(): before tables are looked for */
	err = tables_prepare(s, r->old, to, len);
	if (err) {
		vma_free_unlinked(n);
		if (!keep)
			vma_insert_tree(s, v);
		return err;
	}
	if (len)
		move_range(s, v, r->old, to, len);
	if ((r->flags & MREMAP_DONTUNMAP) && (v->flags & VMA_LOCKED))
		vma_set_flags(s, v, v->flags & ~(VMA_LOCKED | VMA_LOCKONFAULT));
	vma_insert_tree(s, n);
	vma_merge(s, n);
	if (keep) {
		vma_merge(s, vma_find(s, r->old));
	} else {
		vma_chain(&r->dead, v);
		free_old_tables(s, r->old, r->old + r->old_len);
		if (v->map)
			vma_unlink_map(v);
	}
	r->result = to;
	return 0;
}

/* As mmap(2): what the kernel would read through a null pointer of its own is not for programs to write. */
static bool is_too_low(const struct remap *r) { return r->new_addr < MMAP_MIN_ADDR && !r->may_map_low; }

static int remap_fixed(struct space *s, struct remap *r)
{
	struct vma *v;
	int err = unmap_locked(s, r->new_addr, r->new_addr + r->new_len, &r->dead);

	if (!err && r->old_len > r->new_len) {
		err = unmap_locked(s, r->old + r->new_len, r->old + r->old_len, &r->dead);
		r->old_len = r->new_len;
	}
	if (!err)
		err = remap_find(s, r, &v);
	if (!err && is_too_low(r))
		err = -EPERM;
	return err ? err : remap_move(s, r, v, r->new_addr);
}

/* Shrinking is no more than munmap(2), whatever stands there. */
static int remap_shrink(struct space *s, struct remap *r)
{
	struct vma *v = vma_find(s, r->old);

	if (!v || v->start > r->old)
		return -EFAULT;
	if (unlikely(v->flags & VMA_HUGETLB) && remap_round_huge(r, v))
		return -EINVAL;
	r->result = r->old;
	if (r->old_len == r->new_len)
		return 0;
	if (r->old + r->new_len > USER_END || r->old_len - r->new_len > USER_END - (r->old + r->new_len))
		return -EINVAL;
	return unmap_locked(s, r->old + r->new_len, r->old + r->old_len, &r->dead);
}

static int remap_locked(struct space *s, struct remap *r)
{
	struct vma *v;
	uint64_t to;
	int err;

	if (!(r->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) && r->old_len >= r->new_len)
		return remap_shrink(s, r);
	err = remap_find(s, r, &v);
	if (err)
		return err;
	if (r->flags & MREMAP_FIXED)
		return remap_fixed(s, r);
	if (unlikely(v->flags & VMA_HUGETLB))
		return remap_shrink(s, r);      /* rounded, there is nothing to add */
	if (!(r->flags & MREMAP_DONTUNMAP)) {
		r->result = r->old;
		if (r->old_len && r->old + r->old_len == v->end && !(v->flags & VMA_GROWSDOWN) &&
		    r->old + r->new_len <= USER_END && place_is_free(s, v->end, r->new_len - r->old_len)) {
			vma_grow(s, v, v->start, r->old + r->new_len);
			vma_merge(s, v);
			return 0;
		}
	}
	if (!(r->flags & MREMAP_MAYMOVE))
		return -ENOMEM;
	to = 0;
	if (r->new_addr && (r->flags & MREMAP_DONTUNMAP) && !(r->new_addr & ~PAGE_MASK) &&
	    r->new_addr <= USER_END - r->new_len && place_is_free(s, r->new_addr, r->new_len))
		to = r->new_addr;
	if (to && is_too_low(r))
		return -EPERM;
	if (!to)
		to = place_find(s, r->new_len);
	if (!to)
		return -ENOMEM;
	err = remap_move(s, r, v, to);
	if (err)
		place_reset(s);
	return err;
}

int space_remap(struct space *s, uint64_t old, uint64_t old_len, uint64_t new_len, unsigned flags, uint64_t new_addr,
		bool may_map_low, uint64_t *out)
{
	struct remap r = { .old = old, .old_len = old_len, .new_len = new_len, .new_addr = new_addr, .flags = flags,
			   .may_map_low = may_map_low };
	struct vma *v;
	bool locked = false;
	int err = remap_check(&r);

	if (err)
		return err;
	mutex_lock(&s->lock);
	err = remap_locked(s, &r);
	if (!err) {
		v = vma_find(s, r.result);
		locked = v && (v->flags & (VMA_LOCKED | VMA_LOCKONFAULT)) == VMA_LOCKED && r.new_len > r.old_len;
	}
	mutex_unlock(&s->lock);
	vma_release_chain(r.dead);
	if (err)
		return err;
	if (locked)
		(void)!space_populate(s, r.result + r.old_len, r.new_len - r.old_len, true);
	*out = r.result;
	return 0;
}
