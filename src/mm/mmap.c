/*
 * mmap.c - making and removing mappings: mmap, munmap, brk.
 *
 * Limits are those of the caller's process; promises of memory: commit.c.
 * Locks: s->lock.  Context: task, may sleep.
 */
#include "space_priv.h"
#include <arch/usercopy.h>
#include <base/err.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include "mm_priv.h"

#define TABLES_END (1ul << 47)              /* end of the user half, for tables */

/* ---- limits ---- */

bool within_limits(struct space *s, uint64_t pages, uint32_t flags)
{
	uint64_t as = limit_of(RLIMIT_AS) >> PAGE_SHIFT, data = limit_of(RLIMIT_DATA) >> PAGE_SHIFT;

	if (s->total_pages + pages > as)
		return false;
	return !vma_is_data(flags) || s->data_pages + pages <= data;
}

bool within_lock_limit(struct space *s, uint64_t pages)
{
	return s->locked_pages + pages <= limit_of(RLIMIT_MEMLOCK) >> PAGE_SHIFT || (space_may_lock && space_may_lock());
}

static bool overcommits(struct space *s, uint64_t pages, uint32_t flags)
{
	return commit_is_accounted(flags) && !commit_may(s, pages);
}

/* ---- munmap ---- */

int unmap_locked(struct space *s, uint64_t start, uint64_t end, struct vma **dead)
{
	struct vma *v = vma_find(s, start), *prev, *dead_before = *dead;
	uint64_t floor, ceiling;
	struct zap z;
	int err;

	if (!v || v->start >= end)
		return 0;
	if (v->start < start || v->end != end) {
		err = vma_isolate(s, start, end);
		if (err)
			return err;
		v = vma_find(s, start);
	}
	prev = vma_prev(v);
	floor = prev ? prev->end : 0;
	start = v->start;
	while (v && v->start < end) {
		struct vma *next = vma_next(v);

		vma_remove_tree(s, v);
		vma_chain(dead, v);
		v = next;
	}
	ceiling = v ? v->start : TABLES_END;
	zap_begin(&z, s);
	zap_range(&z, start, end);
	zap_tables(&z, start, end, floor, ceiling);
	zap_end(&z);
	/* A truncation that found them later would take pages from what is mapped here next. */
	for (v = *dead; v != dead_before; v = vma_chained(v))
		if (v->map)
			vma_unlink_map(v);
	place_freed(s, MIN(ceiling, s->layout.mmap_base));
	return 0;
}

static int range_check(uint64_t addr, uint64_t *len)
{
	if ((addr & ~PAGE_MASK) || addr > USER_END || *len > USER_END - addr)
		return -EINVAL;
	*len = ALIGN_UP(*len, PAGE_SIZE);
	return *len ? 0 : -EINVAL;
}

#define HIWATER_LOOK (1ul << 20)            /* unmapping more than this may lower the resident size noticeably */

int space_unmap(struct space *s, uint64_t addr, uint64_t len)
{
	struct vma *dead = NULL;
	struct space_rss rss;
	int err = range_check(addr, &len);

	if (err)
		return err;
	if (len >= HIWATER_LOOK)
		space_rss_read(s, &rss);        /* raises the high-water mark */
	mutex_lock(&s->lock);
	err = unmap_locked(s, addr, addr + len, &dead);
	mutex_unlock(&s->lock);
	vma_release_chain(dead);
	return err;
}

/* ---- mmap ---- */

struct region {                             /* what is to be mapped */
	uint64_t start, len, pgoff;
	uint32_t flags;
	struct filemap *map;
	struct file *file;
	const char *name;
};

static uint32_t flags_of(unsigned prot, unsigned mflags, uint32_t extra)
{
	uint32_t f = extra;

	f |= prot & PROT_READ ? VMA_READ : 0;
	f |= prot & PROT_WRITE ? VMA_WRITE : 0;
	f |= prot & PROT_EXEC ? VMA_EXEC : 0;
	if (!(extra & (VMA_MAYREAD | VMA_MAYWRITE | VMA_MAYEXEC)))
		f |= VMA_MAYREAD | VMA_MAYWRITE | VMA_MAYEXEC;
	if ((mflags & MAP_TYPE) != MAP_PRIVATE)
		f |= VMA_SHARED;
	f |= mflags & MAP_GROWSDOWN ? VMA_GROWSDOWN : 0;
	f |= mflags & MAP_STACK ? VMA_NOHUGE : 0;       /* as Linux: the stacks of threads are touched in few places */
	f |= (mflags & MAP_NORESERVE) && load_relaxed(&commit_mode) != COMMIT_NEVER ? VMA_NORESERVE : 0;     /* relaxed: a setting */
	f |= mflags & MAP_LOCKED ? VMA_LOCKED : 0;
	return f;
}

/* As region_place(), which checked, for a mapping of huge pages: at the border of one. */
static __noinline int region_place_huge(struct space *s, struct region *r, uint64_t addr)
{
	uint64_t size = 1ul << r->map->huge_shift, at;

	addr = ALIGN_DOWN(addr, size);
	if (addr && addr <= USER_END - r->len && place_is_free(s, addr, r->len)) {
		r->start = addr;
		return 0;
	}
	at = place_find(s, r->len + size - PAGE_SIZE);
	place_reset(s);                         /* not all of it is used */
	r->start = at ? ALIGN_DOWN(at + size - PAGE_SIZE, size) : 0;
	return at ? 0 : -ENOMEM;
}

/* An address for r: fixed, hinted or found. 0, -ENOMEM, -EEXIST, -EINVAL. */
static int region_place(struct space *s, struct region *r, uint64_t addr, unsigned mflags)
{
	if (mflags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
		if (addr & ~PAGE_MASK)
			return -EINVAL;
		if (addr > USER_END - r->len)
			return -ENOMEM;
		if (mflags & MAP_FIXED_NOREPLACE) {
			struct vma *v = vma_find(s, addr);

			if (v && v->start < addr + r->len)
				return -EEXIST;
		}
		r->start = addr;
		return 0;
	}
	addr = ALIGN_DOWN(addr, PAGE_SIZE);
	if (addr && !(mflags & MAP_HUGETLB)) {
		addr = MAX(addr, MMAP_MIN_ADDR);
		if (addr <= USER_END - r->len && place_is_free(s, addr, r->len)) {
			r->start = addr;
			return 0;
		}
	}
	if (unlikely(mflags & (MAP_32BIT | MAP_HUGETLB))) {
		if (mflags & MAP_HUGETLB)
			return region_place_huge(s, r, addr);
		r->start = place_find_low(s, r->len);
	} else {
		r->start = place_find(s, r->len);
	}
	return r->start ? 0 : -ENOMEM;
}

int space_map_check(struct space *s, uint64_t addr, uint64_t len, unsigned mflags, uint64_t pgoff, bool may_map_low)
{
	struct region r = { .len = ALIGN_UP(len, PAGE_SIZE) };
	int err = 0;

	if (!len)
		return -EINVAL;
	if (r.len < len)
		return -ENOMEM;
	if (pgoff + (r.len >> PAGE_SHIFT) < pgoff)
		return -EOVERFLOW;
	if (likely(!(mflags & (MAP_FIXED | MAP_FIXED_NOREPLACE))))
		return r.len > USER_END - MMAP_MIN_ADDR ? -ENOMEM : 0;
	if (r.len > USER_END)
		return -ENOMEM;
	if (addr > USER_END - r.len)
		return -ENOMEM;
	if (addr & ~PAGE_MASK)
		return -EINVAL;
	if (addr < MMAP_MIN_ADDR && !may_map_low)
		return -EPERM;
	if (unlikely(mflags & MAP_FIXED_NOREPLACE)) {
		mutex_lock(&s->lock);
		err = region_place(s, &r, addr, mflags);
		mutex_unlock(&s->lock);
	}
	return err;
}

/* Join r to a neighbour that has the same attributes and touches it; NULL when there is none. */
static struct vma *region_join(struct space *s, const struct region *r)
{
	struct vma probe = { .start = r->start, .end = r->start + r->len, .flags = r->flags, .map = r->map,
			     .file = r->file, .pgoff = r->pgoff, .name = r->name };
	struct vma *prev = vma_before(s, probe.start), *next;

	if (prev && vma_can_follow(prev, &probe)) {
		vma_grow(s, prev, prev->start, probe.end);
		return vma_merge(s, prev);
	}
	next = vma_find(s, probe.start);
	if (next && vma_can_follow(&probe, next)) {
		vma_grow(s, next, probe.start, next->end);
		return next;
	}
	return NULL;
}

/* The range is free. 0 or -ENOMEM. */
static int region_insert(struct space *s, const struct region *r)
{
	struct vma *v;

	if (region_join(s, r))
		return 0;
	if (s->nr_vmas > (unsigned)map_count_max)
		return -ENOMEM;
	v = vma_alloc(s, r->start, r->start + r->len, r->flags);
	if (!v)
		return -ENOMEM;
	v->name = r->name;
	vma_set_file(v, r->map, r->file, r->pgoff);
	vma_insert(s, v);
	return 0;
}

/* Would r be within the limits if it takes the place of what stands there? */
static bool fits_in_place(struct space *s, const struct region *r, uint64_t addr, unsigned mflags)
{
	uint64_t pages = r->len >> PAGE_SHIFT, there = 0;

	if (!(mflags & MAP_FIXED) || addr > USER_END - r->len)
		return false;
	for (struct vma *v = vma_find(s, addr); v && v->start < addr + r->len; v = vma_next(v))
		there += (MIN(v->end, addr + r->len) - MAX(v->start, addr)) >> PAGE_SHIFT;
	return within_limits(s, pages - there, r->flags);
}

static __always_inline int map_locked(struct space *s, struct region *r, uint64_t addr, unsigned mflags, struct vma **dead)
{
	int err;

	if (!within_limits(s, r->len >> PAGE_SHIFT, r->flags) && !fits_in_place(s, r, addr, mflags))
		return -ENOMEM;
	if (overcommits(s, r->len >> PAGE_SHIFT, r->flags))
		return -ENOMEM;
	r->flags |= s->default_flags;
	if (unlikely(r->flags & VMA_LOCKED)) {
		if (!within_lock_limit(s, r->len >> PAGE_SHIFT))
			return -EAGAIN;
		if (r->flags & VMA_NEVER_LOCKED)
			r->flags &= ~(VMA_LOCKED | VMA_LOCKONFAULT);
	}
	err = region_place(s, r, addr, mflags);
	if (err)
		return err;
	if (mflags & MAP_FIXED) {
		err = unmap_locked(s, r->start, r->start + r->len, dead);
		if (err)
			return err;
	}
	err = region_insert(s, r);
	if (err)
		place_reset(s);
	return err;
}

int space_map_special(struct space *s, struct filemap *map, const struct space_part *parts, unsigned n, uint64_t *addr)
{
	struct region r = { .map = map };
	uint64_t total = 0;
	int err = 0;

	for (unsigned i = 0; i < n; i++)
		total += parts[i].len;
	mutex_lock(&s->lock);
	*addr = r.start = place_find(s, total);
	if (!r.start)
		err = -ENOMEM;
	for (unsigned i = 0; i < n && !err; i++) {
		r.len = parts[i].len;
		r.flags = parts[i].flags | VMA_SPECIAL;
		r.name = parts[i].name;
		err = region_insert(s, &r);
		r.start += r.len;
		r.pgoff += r.len >> PAGE_SHIFT;
	}
	if (err)
		place_reset(s);
	mutex_unlock(&s->lock);
	return err;
}

/*
 * r, at addr if fixed, maps a file of huge pages: it takes whole ones, and none can be set aside for it. Where that fails, what
 * stood there is gone, as on Linux. 0, -ENOMEM, -EINVAL.
 */
static __noinline int region_make_huge(struct space *s, struct region *r, uint64_t addr, unsigned mflags)
{
	uint64_t mask = (1ul << r->map->huge_shift) - 1, len = (r->len + mask) & ~mask;
	int err = 0;

	if (len < r->len || len > USER_END)
		return -ENOMEM;
	if ((mflags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) && (addr & mask))
		return -EINVAL;
	r->len = len;
	r->flags |= VMA_HUGETLB | VMA_NORESERVE;        /* no promise of other memory either */
	if ((r->pgoff << PAGE_SHIFT) & mask)
		err = -EINVAL;
	else if (!(mflags & MAP_NORESERVE))
		err = -ENOMEM;
	if (err && (mflags & MAP_FIXED) && addr <= USER_END - len)
		(void)!space_unmap(s, addr, len);
	return err;
}

int space_map(struct space *s, uint64_t addr, uint64_t len, unsigned prot, unsigned mflags,
	      uint32_t extra, struct filemap *map, struct file *file, uint64_t pgoff, uint64_t *addr_out)
{
	struct region r = { .map = map, .file = file, .pgoff = map ? pgoff : 0 };
	struct vma *dead = NULL;
	struct filemap *share = NULL;
	unsigned type = mflags & MAP_TYPE;
	int err;

	if (!len)
		return -EINVAL;
	if (type != MAP_PRIVATE && type != MAP_SHARED && type != MAP_SHARED_VALIDATE)
		return -EINVAL;
	r.len = ALIGN_UP(len, PAGE_SIZE);
	if (r.len < len || r.len > USER_END)
		return -ENOMEM;
	if (r.pgoff + (r.len >> PAGE_SHIFT) < r.pgoff)
		return -EOVERFLOW;
	r.flags = flags_of(prot, mflags, extra);
	if (unlikely(mflags & MAP_HUGETLB)) {
		err = region_make_huge(s, &r, addr, mflags);
		if (err)
			return err;
	}
	if ((mflags & MAP_GROWSDOWN) && (r.flags & VMA_SHARED))
		return -EINVAL;
	if (!map && (r.flags & VMA_SHARED)) {
		if (overcommits(s, r.len >> PAGE_SHIFT, VMA_WRITE | (r.flags & VMA_NORESERVE)))
			return -ENOMEM;
		err = share_alloc(r.len, !(r.flags & VMA_NORESERVE), &share);
		if (err)
			return err;
		r.map = share;
		r.name = "/dev/zero (deleted)";
	}
	if (unlikely((r.flags & (VMA_WRITE | VMA_EXEC | VMA_STACK)) == (VMA_WRITE | VMA_EXEC)) && load_relaxed(&s->mdwe)) {
		if (share)
			share_put(share);
		return -EACCES;
	}
	mutex_lock(&s->lock);
	err = map_locked(s, &r, addr, mflags, &dead);
	mutex_unlock(&s->lock);
	vma_release_chain(dead);
	if (share)
		share_put(share);                       /* the VMA holds it now, or nobody */
	if (err)
		return err;
	*addr_out = r.start;
	if ((r.flags & (VMA_LOCKED | VMA_LOCKONFAULT)) == VMA_LOCKED || (mflags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE)
		(void)!space_populate(s, r.start, r.len, (r.flags & (VMA_WRITE | VMA_SHARED)) == VMA_WRITE);
	return 0;
}

/* ---- remap_file_pages ---- */

/* May [start, end) show other pages of its file? It lies in mappings like v, one behind the other. */
static bool is_alike(const struct vma *v, uint64_t end)
{
	for (const struct vma *n = v; n->end < end; ) {
		const struct vma *prev = n;

		n = vma_next(n);
		if (!n || n->start != prev->end || n->map != v->map || n->file != v->file || n->flags != v->flags)
			return false;
	}
	return true;
}

/* A new mapping of huge pages would set some aside; as region_make_huge(). -EINVAL, -ENOMEM. */
static int map_other_huge(struct space *s, const struct vma *v, const struct region *r, uint64_t start, struct vma **dead)
{
	uint64_t mask = vma_huge_size(v) - 1;
	int err = (start | r->len) & mask ? -EINVAL : unmap_locked(s, start, start + r->len, dead);

	if (err)
		return err;
	return (r->pgoff << PAGE_SHIFT) & mask ? -EINVAL : -ENOMEM;
}

int space_map_other_pages(struct space *s, uint64_t start, uint64_t len, uint64_t pgoff, bool populate)
{
	struct vma *dead = NULL, *v;
	struct region r = { .len = len, .pgoff = pgoff };
	int err = -EINVAL;

	mutex_lock(&s->lock);
	v = vma_find(s, start);
	if (v && v->start <= start && v->map && (v->flags & (VMA_SHARED | VMA_SPECIAL)) == VMA_SHARED && is_alike(v, start + len)) {
		r.flags = v->flags;
		r.map = v->map;
		r.file = v->file;
		r.name = v->name;
		if (unlikely(v->flags & VMA_HUGETLB))
			err = map_other_huge(s, v, &r, start, &dead);
		else
			err = map_locked(s, &r, start, MAP_FIXED, &dead);      /* the old mapping's references last until dead is released */
	}
	mutex_unlock(&s->lock);
	vma_release_chain(dead);
	if (!err && populate)
		(void)!space_populate(s, start, len, false);
	return err;
}

/* ---- brk ---- */

#define HEAP_FLAGS (VMA_READ | VMA_WRITE | VMA_MAYREAD | VMA_MAYWRITE | VMA_MAYEXEC | VMA_HEAP)

static int brk_grow(struct space *s, uint64_t from, uint64_t to)
{
	struct region r = { .start = from, .len = to - from, .flags = HEAP_FLAGS | s->default_flags, .name = "[heap]" };

	/* One page of distance to whatever stands above. */
	if (to < from || to > USER_END || !place_is_free(s, from, r.len + PAGE_SIZE))
		return -ENOMEM;
	if (!within_limits(s, r.len >> PAGE_SHIFT, r.flags) || overcommits(s, r.len >> PAGE_SHIFT, r.flags))
		return -ENOMEM;
	if ((r.flags & VMA_LOCKED) && !within_lock_limit(s, r.len >> PAGE_SHIFT))
		return -EAGAIN;
	return region_insert(s, &r);
}

static bool brk_within_limit(const struct space *s, uint64_t brk)
{
	uint64_t limit = limit_of(RLIMIT_DATA);

	return limit == ~0ul || brk - s->layout.start_brk + (s->layout.end_data - s->layout.start_data) <= limit;
}

uint64_t space_brk(struct space *s, uint64_t brk)
{
	struct space_layout *l = &s->layout;
	struct vma *dead = NULL;
	uint64_t old_end, new_end, now, grown = 0;

	mutex_lock(&s->lock);
	old_end = ALIGN_UP(l->brk, PAGE_SIZE);
	new_end = ALIGN_UP(brk, PAGE_SIZE);
	if (brk < l->start_brk || !brk_within_limit(s, brk))
		goto out;
	if (new_end == old_end) {
		l->brk = brk;
	} else if (brk < l->brk) {
		struct vma *v = vma_find(s, new_end);

		/* A heap that is not there does not shrink. */
		if (v && v->start < old_end && !unmap_locked(s, new_end, old_end, &dead))
			l->brk = brk;
	} else if (!brk_grow(s, old_end, new_end)) {
		l->brk = brk;
		if ((s->default_flags & (VMA_LOCKED | VMA_LOCKONFAULT)) == VMA_LOCKED)
			grown = new_end - old_end;
	}
out:
	now = l->brk;
	mutex_unlock(&s->lock);
	vma_release_chain(dead);
	if (grown)
		(void)!space_populate(s, old_end, grown, true);
	return now;
}
