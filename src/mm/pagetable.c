/*
 * pagetable.c - the user half's tables: finding, making, freeing them.
 *
 * A table is a page of kind PAGE_TABLE. Its struct page holds the lock of its
 * entries, their number by kind (level 1) or in all (`used`, above), and bounds
 * [lo, hi) of the entries in use, so that a walk looks only where something is.
 *   I1  entries change under their table's lock; an upper entry once set is
 *       cleared only with s->lock held and no VMA over its range
 *   I2  an unlinked table has used == TABLE_DEAD (set under its lock), holds
 *       zeroes, and is freed after a grace period if anybody could be walking.
 *       Its rcu head lies over counts and bounds; `used` is the upper half of
 *       rcu.fn, which for any function of the kernel is TABLE_DEAD as well, so
 *       that a late walker still recognises it under the lock
 *   I3  bounds only widen while a table lives
 * Walking down needs no lock: RCU, s->lock, or being the last user.
 */
#include "space_priv.h"
#include <base/err.h>
#include <lib/string.h>
#include <trace/klog.h>

static_assert(offsetof(struct page, used) == offsetof(struct page, rcu.fn) + 4 && KERNEL_IMAGE_BASE >> 32 == TABLE_DEAD,
	      "an unlinked table's rcu.fn reads as TABLE_DEAD in used");

static inline struct page *root_page(const struct space *s) { return pfn_to_page(paddr_to_pfn(s->root_pa)); }

pte_t pte_bits_of(uint32_t flags)
{
	if (!(flags & VMA_ACCESS))
		return PTE_U | PTE_A | pte_nx;          /* not present: PROT_NONE, the frame is kept */
	return PTE_P | PTE_U | PTE_A | (flags & VMA_EXEC ? 0 : pte_nx);
}

struct page *table_alloc(void)
{
	struct page *t = page_alloc(0, ALLOC_ZERO, PAGE_TABLE);

	if (!t)
		return NULL;
	memset(t->counts, 0, sizeof t->counts);
	t->lo = TABLE_ENTRIES;
	t->hi = 0;
	t->used = 0;
	spin_init(&t->lock, RANK_PTE);
	return t;
}

void table_link(struct page *parent, unsigned idx, struct page *child)
{
	/* Pairs with the walkers' load_acquire: the child is initialised. */
	store_release(&table_entries(parent)[idx], pte_make(page_to_pfn(child), TABLE_LINK));
	parent->used++;
	parent->lo = MIN(parent->lo, (uint16_t)idx);
	parent->hi = MAX(parent->hi, (uint16_t)(idx + 1));
}

struct page *pt_find(struct space *s, uint64_t addr)
{
	const pte_t *table = s->root;

	for (unsigned level = 4;; level--) {
		pte_t e = load_acquire(&table[table_index(addr, level)]);   /* pairs with table_link() */

		if (!e)
			return NULL;
		if (level == 2)
			return likely(!(e & PTE_PS)) ? pte_page(e) : pt_behind_huge(table, table_index(addr, 2));
		table = phys_to_virt(pte_to_paddr(e));
	}
}

struct page *pt_next(struct space *s, uint64_t *addr, uint64_t end)
{
	uint64_t a = *addr;

	while (a < end) {
		const pte_t *table = s->root;
		unsigned level = 4;
		uint64_t size;
		pte_t e;

		while ((e = load_acquire(&table[table_index(a, level)])) && level > 2) {   /* pairs with table_link() */
			table = phys_to_virt(pte_to_paddr(e));
			level--;
		}
		if (e) {
			*addr = a;
			return likely(!(e & PTE_PS)) ? pte_page(e) : pt_behind_huge(table, table_index(a, 2));
		}
		size = 1ul << level_shift(level);
		a = ALIGN_DOWN(a, size) + size;
	}
	return NULL;
}

/* Give parent a child at idx unless somebody else did or the parent is dead. 0, -ENOMEM, -EAGAIN. */
static int table_extend(struct space *s, struct page *parent, unsigned idx)
{
	struct page *child = table_alloc();
	int err = 0;

	if (!child)
		return -ENOMEM;
	spin_lock(&parent->lock);
	if (parent->used == TABLE_DEAD) {
		err = -EAGAIN;
	} else if (!table_entries(parent)[idx]) {
		table_link(parent, idx, child);
		child = NULL;
	}
	spin_unlock(&parent->lock);
	if (child)
		page_put_zeroed(child);
	else
		fetch_add_relaxed(&s->nr_tables, 1);    /* relaxed: a statistic */
	return err;
}

int pt_make_level(struct space *s, uint64_t addr, unsigned want, struct page **out)
{
	struct page *t = root_page(s);

	for (unsigned level = 4; level > want; level--) {
		unsigned idx = table_index(addr, level);
		pte_t e = load_acquire(&table_entries(t)[idx]);    /* pairs with table_link() */

		if (!e) {
			int err = table_extend(s, t, idx);

			if (err)
				return err;
			e = load_acquire(&table_entries(t)[idx]);
			if (!e)
				return -EAGAIN;         /* linked and unlinked meanwhile */
		}
		t = likely(!(e & PTE_PS)) ? pte_page(e) : pt_behind_huge(table_entries(t), idx);
	}
	*out = t;
	return 0;
}

int pt_make(struct space *s, uint64_t addr, struct page **out) { return pt_make_level(s, addr, 1, out); }

/* ---- freeing ---- */

/* level: the parent's. A table of level 2 may have a companion, and is freed with it. */
static void table_unlink(struct zap *z, struct page *parent, unsigned idx, unsigned level)
{
	struct page *child = pte_page(table_entries(parent)[idx]);

	spin_lock(&parent->lock);
	store_relaxed(&table_entries(parent)[idx], 0);     /* relaxed: the flush orders it */
	parent->used--;
	spin_unlock(&parent->lock);
	spin_lock(&child->lock);
	child->used = TABLE_DEAD;
	spin_unlock(&child->lock);
	fetch_sub_relaxed(&z->s->nr_tables, 1);            /* relaxed: a statistic */
	if (level == 3 && unlikely(child->deposits))
		child = virt_to_page(child->deposits);     /* nothing lies over child->deposits: late walkers may still look there */
	child->rcu.next = (struct rcu_head *)z->tables;    /* over the counts, see I2 */
	z->tables = child;
}

static void unlink_level(struct zap *z, struct page *t, unsigned level, uint64_t start, uint64_t end,
			 uint64_t floor, uint64_t ceiling)
{
	uint64_t size = 1ul << level_shift(level), a = ALIGN_DOWN(start, size);

	for (; a < end; a += size) {
		unsigned idx = table_index(a, level);
		pte_t e = table_entries(t)[idx];

		if (!e)
			continue;
		if (level > 2)
			unlink_level(z, pte_page(e), level - 1, MAX(start, a), MIN(end, a + size), floor, ceiling);
		/* A fault that came too late may have left an empty table below: then this one stays until the end. */
		if (a >= floor && a + size <= ceiling && (level == 2 || !load_relaxed(&pte_page(e)->used)))
			table_unlink(z, t, idx, level);
	}
}

void zap_tables(struct zap *z, uint64_t start, uint64_t end, uint64_t floor, uint64_t ceiling)
{
	/* Cheap answer for most: the gap holds no whole table. */
	if (ALIGN_UP(floor, HUGE_SIZE) + HUGE_SIZE > ceiling)
		return;
	/* Tables that only began or ended in the range may have become free, too. */
	start = MAX(ALIGN_DOWN(start, HUGE_SIZE), floor);
	end = MIN(ALIGN_UP(end, HUGE_SIZE), ceiling);
	unlink_level(z, root_page(z->s), 4, start, end, floor, ceiling);
}

/* Drop a level-1 table and the pages it counts. */
static void leaf_free(struct page *pt)
{
	pte_t *entries = table_entries(pt);
	unsigned anon = pt->counts[PTE_KIND_ANON], lo = pt->lo, hi = pt->hi;

	for (unsigned i = lo; anon; i++) {
		pte_t e = entries[i];

		if (pte_kind_of(e) != PTE_KIND_ANON)
			continue;
		anon--;
		page_put(pte_page(e));
	}
	if (lo < hi)
		memset(&entries[lo], 0, (hi - lo) * sizeof *entries);
	page_put_zeroed(pt);
}

/* What a level-2 table names, of entries [lo, hi). Returns the resident pages that the tables counted. */
static uint64_t leaves_free(struct page *t)
{
	pte_t *entries = table_entries(t);
	uint64_t rss = 0;

	for (unsigned i = t->lo, last = t->hi; i < last; i++) {
		pte_t e = entries[i];
		struct page *child = pte_page(e);

		if (!e)
			continue;
		if (unlikely(e & PTE_PS)) {
			huge_free(t, i);
			rss += TABLE_ENTRIES;
			continue;
		}
		entries[i] = 0;
		rss += child->counts[PTE_KIND_ANON] + child->counts[PTE_KIND_FILE] + child->counts[PTE_KIND_SHMEM];
		leaf_free(child);
	}
	if (unlikely(t->deposits))
		page_put_zeroed(virt_to_page(t->deposits));
	return rss;
}

static uint64_t free_level(struct page *t, unsigned level)
{
	pte_t *entries = table_entries(t);
	uint64_t rss = 0;

	for (unsigned i = t->lo, last = t->hi; i < last; i++) {
		struct page *child = pte_page(entries[i]);

		if (!entries[i])
			continue;
		entries[i] = 0;
		rss += level > 3 ? free_level(child, level - 1) : leaves_free(child);
		page_put_zeroed(child);
	}
	return rss;
}

uint64_t pt_free_all(struct space *s)
{
	struct page *root = root_page(s);
	uint64_t rss = free_level(root, 4);

	root->lo = TABLE_ENTRIES;
	root->hi = 0;
	root->used = 0;
	s->nr_tables = 0;
	return rss;
}

/* ---- resident pages ---- */

/* A table may be unlinked while we look: its counts are believed only while its parent still names it. */
static void rss_add(struct space_rss *r, const pte_t *entry)
{
	pte_t e = load_acquire(entry);                      /* pairs with table_link() */
	struct page *pt = pte_page(e);
	uint64_t all;
	uint16_t counts[4];

	if (unlikely(e & PTE_PS)) {
		r->anon += TABLE_ENTRIES;
		return;
	}
	all = load_relaxed((const uint64_t *)(const void *)pt->counts);   /* one load, so the four belong together */
	fence_acquire();                        /* counts before the second look at the entry */
	if (load_relaxed(entry) != e)
		return;
	__builtin_memcpy(counts, &all, sizeof counts);
	r->anon += counts[PTE_KIND_ANON];
	r->file += counts[PTE_KIND_FILE];
	r->shmem += counts[PTE_KIND_SHMEM];
}

static void rss_level(struct space_rss *r, const struct page *t, unsigned level)
{
	const pte_t *entries = table_entries(t);
	/* Relaxed: a table linked just now may be missed; the bounds of an unlinked one are wild, its entries zero. */
	unsigned i = load_relaxed(&t->lo), last = MIN((unsigned)load_relaxed(&t->hi), level == 4 ? TABLE_ENTRIES / 2u : TABLE_ENTRIES);

	for (; i < last; i++) {
		pte_t e = load_acquire(&entries[i]);            /* pairs with table_link() */

		if (!e)
			continue;
		if (level == 2)
			rss_add(r, &entries[i]);
		else
			rss_level(r, pte_page(e), level - 1);
	}
}

void space_rss_read(struct space *s, struct space_rss *out)
{
	uint64_t sum, high;

	*out = (struct space_rss){ 0 };
	rcu_read_lock();
	rss_level(out, root_page(s), 4);
	rcu_read_unlock();
	sum = out->anon + out->file + out->shmem;
	high = load_relaxed(&s->hiwater_rss);
	while (sum > high && !cas_relaxed(&s->hiwater_rss, &high, sum))   /* relaxed: a statistic */
		;
}

uint64_t space_hiwater_rss(struct space *s)
{
	struct space_rss r;

	space_rss_read(s, &r);
	return load_relaxed(&s->hiwater_rss);
}
