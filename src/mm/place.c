/*
 * place.c - where a new mapping goes: the highest hole that fits below mmap_base.
 *
 * Holes above s->hole_from were all looked at since; the largest of them has
 * s->hole_max bytes. So a request larger than that starts at hole_from, any
 * other at the top, and the answer is exactly that of a full search while the
 * usual search looks at one hole.
 * Locks: s->lock held by all but space_mmap_base().
 */
#include "space_priv.h"
#include <arch/usercopy.h>
#include <linux/resource.h>

#define RANDOM_STACK_ROOM (16ul << 30)      /* the stack's own random offset, as Linux reserves it */
#define GAP_MIN (128ul << 20)
#define GAP_MAX (USER_END / 6 * 5)

uint64_t limit_of(unsigned resource) { return space_rlimit ? space_rlimit(resource) : ~0ul; }

uint64_t space_mmap_base(uint64_t rnd)
{
	uint64_t gap = limit_of(RLIMIT_STACK), pad = STACK_GUARD_GAP + RANDOM_STACK_ROOM;

	if (gap + pad > gap)
		gap += pad;
	gap = MIN(MAX(gap, GAP_MIN), GAP_MAX);
	return ALIGN_DOWN(USER_END - gap - (rnd & 0xfffffff) * PAGE_SIZE, PAGE_SIZE);   /* 28 bits of pages */
}

static uint64_t base_of(struct space *s)
{
	if (!s->layout.mmap_base)
		s->layout.mmap_base = space_mmap_base(0);
	return s->layout.mmap_base;
}

void place_reset(struct space *s)
{
	s->hole_from = ~0ul;
	s->hole_max = 0;
}

void place_freed(struct space *s, uint64_t gap_end)
{
	if (s->hole_from < gap_end)
		s->hole_from = gap_end;
}

/* Lowest address that what stands at or above v keeps for itself. */
static uint64_t start_with_gap(const struct vma *v)
{
	if (!(v->flags & VMA_GROWSDOWN))
		return v->start;
	return v->start > STACK_GUARD_GAP ? v->start - STACK_GUARD_GAP : 0;
}

bool place_is_free(struct space *s, uint64_t addr, uint64_t len)
{
	struct vma *v = vma_find(s, addr);

	return !v || addr + len <= start_with_gap(v);
}

/* Highest hole of len bytes in [bottom, top); 0: none. *largest: the largest hole passed over. */
static uint64_t search_down(struct space *s, uint64_t len, uint64_t top, uint64_t bottom, uint64_t *largest)
{
	struct vma *above = vma_find(s, top), *v = vma_before(s, top);

	if (above && above->start < top)
		top = above->start;
	if (v == above && v)
		v = vma_prev(v);
	for (;;) {
		uint64_t high = above ? MIN(top, start_with_gap(above)) : top;
		uint64_t low = v ? MAX(v->end, bottom) : bottom;

		if (high > low && high - low >= len)
			return high - len;
		if (high > low)
			*largest = MAX(*largest, high - low);
		if (!v || v->start <= bottom)
			return 0;
		above = v;
		top = v->start;
		v = vma_prev(v);
	}
}

uint64_t place_find(struct space *s, uint64_t len)
{
	uint64_t base = base_of(s), addr, unused = 0;

	if (len <= s->hole_max || s->hole_from > base) {
		s->hole_from = base;
		s->hole_max = 0;
	}
	addr = search_down(s, len, s->hole_from, MMAP_MIN_ADDR, &s->hole_max);
	if (addr) {
		s->hole_from = addr;
		return addr;
	}
	s->hole_from = MMAP_MIN_ADDR;
	return search_down(s, len, USER_END, base, &unused);
}

/* MAP_32BIT: the second GiB. */
uint64_t place_find_low(struct space *s, uint64_t len)
{
	uint64_t unused = 0;

	return search_down(s, len, 0x80000000ul, 0x40000000ul, &unused);
}
