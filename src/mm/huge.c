/*
 * huge.c - anonymous memory mapped by 2 MiB.
 *
 * A huge entry stands for a level-1 table: the table is made first and kept, with its lock, as what the entry breaks
 * into; so breaking needs no memory and cannot fail. `deposits` of the level-2 table, an array made with its first huge
 * entry, finds the tables behind huge entries.
 *   H1  while a table is TABLE_HUGE, the level-2 entry has PTE_PS, the table's entries are zero, and counts says 512
 *       anonymous pages. All three change together under the table's lock; an entry of 0 never becomes a huge one
 *   H2  the block behind has one reference, the entry's: whoever wants one page of it (another space, a debugger)
 *       breaks it first. Broken, it is 512 pages with a reference each
 *   H3  a table becomes huge only empty, and while nobody may have translations of what was in it: before its first
 *       entry, or after a huge entry that was flushed
 * A walker reaches the table through pt_find() and friends, takes its lock and asks pt_is_huge(). That a CPU may still
 * know the table of an entry that became huge does no harm: it finds no page there and faults.
 * Locks: the table's.  Context: as fault.c and zap.c.  Tests: tests/abi/mem/huge_*.c.
 */
#include "space_priv.h"
#include <base/err.h>
#include <lib/string.h>
#include <trace/klog.h>
#include "mm_priv.h"

#define HUGE_ORDER (HUGE_SHIFT - PAGE_SHIFT)
#define FULL_COUNT TABLE_ENTRIES

int huge_mode;

/* ---- finding ---- */

/* The table behind entry idx of a level-2 table, which was huge a moment ago. */
struct page *pt_behind_huge(const pte_t *table, unsigned idx)
{
	const struct page *t = virt_to_page(table);

	for (;;) {
		pte_t e = load_acquire(&table[idx]);    /* pairs with huge_leave() */
		struct page *pt;

		if (!(e & PTE_PS))
			return e ? pte_page(e) : NULL;
		pt = load_acquire(&t->deposits[idx]);   /* pairs with huge_enter() */
		if (pt)
			return pt;
	}
}

/* The level-2 table over addr, where there is a level-1 table. */
static struct page *upper_of(struct space *s, uint64_t addr)
{
	const pte_t *table = s->root;

	for (unsigned level = 4; level > 2; level--)
		table = phys_to_virt(pte_to_paddr(load_acquire(&table[table_index(addr, level)])));
	return virt_to_page(table);
}

/* The huge entry that covers addr. Its table's lock is held. */
pte_t *huge_entry(struct space *s, uint64_t addr) { return &table_entries(upper_of(s, addr))[table_index(addr, 2)]; }

/* ---- who may have one ---- */

bool huge_wanted(const struct space *s, uint32_t flags)
{
	int mode = load_relaxed(&huge_mode);    /* relaxed: a setting */

	if (load_relaxed(&s->no_huge) || (flags & (VMA_NOHUGE | VMA_GROWSDOWN | VMA_STACK | VMA_SPECIAL | VMA_SHARED)))
		return false;
	return mode == HUGE_ALWAYS || (mode == HUGE_MADVISE && (flags & VMA_HUGE));
}

bool space_vma_may_be_huge(const struct vma *v)
{
	return !v->map && huge_wanted(v->space, v->flags) && ALIGN_UP(v->start, HUGE_SIZE) + HUGE_SIZE <= v->end;
}

/* ---- coming and going ---- */

/* Room in level-2 table `up` to note the tables behind its huge entries. */
static bool deposits_make(struct page *up)
{
	struct page *p;

	if (load_relaxed(&up->deposits))        /* relaxed: only asked whether it is there */
		return true;
	p = page_alloc(0, ALLOC_ZERO, PAGE_TABLE);
	if (!p)
		return false;
	p->flags |= PG_COMPANION;
	p->ptr = up;
	spin_lock(&up->lock);
	if (up->used != TABLE_DEAD && !up->deposits) {
		store_relaxed(&up->deposits, (struct page **)page_address(p));   /* relaxed: a huge entry comes later, see huge_enter() */
		p = NULL;
	}
	spin_unlock(&up->lock);
	if (p)
		page_put_zeroed(p);             /* another was faster, or the VMA is gone: the version tells */
	return true;
}

bool huge_prepare(struct space *s, uint64_t addr)
{
	struct page *up;

	return !pt_make_level(s, addr, 2, &up) && deposits_make(up);
}

bool pt_may_become_huge(struct space *s, const struct page *pt)
{
	if (pt->used || !pt_is_empty(pt) || pt->lo < pt->hi)
		return false;
	return pt->lo == TABLE_ENTRIES || !tlb_is_pending(&s->tlb_pending);        /* as a truncation: behind the zap by the lock */
}

void huge_enter(struct space *s, struct page *pt, uint64_t addr, struct page *block, pte_t bits)
{
	struct page *up = upper_of(s, addr);
	unsigned idx = table_index(addr, 2);

	assert(!pt->used && pt_is_empty(pt) && block->order == HUGE_ORDER);
	pt->counts[PTE_KIND_ANON] = FULL_COUNT;
	store_relaxed(&pt->used, TABLE_HUGE);   /* relaxed: looked at again under the lock */
	store_release(&up->deposits[idx], pt);  /* before the entry; pairs with pt_behind_huge() */
	store_release(&table_entries(up)[idx], pte_make(page_to_pfn(block), bits | PTE_PS | (pte_t)PTE_KIND_ANON << PTE_KIND_SHIFT));
	this_cpu_inc(mm_counters.huge_blocks);
}

/* The table takes its place again. */
static void huge_leave(struct page *up, unsigned idx, struct page *pt)
{
	store_relaxed(&pt->used, 0);            /* relaxed: as in huge_enter() */
	store_release(&table_entries(up)[idx], pte_make(page_to_pfn(pt), TABLE_LINK));     /* its entries first; pairs with walkers */
	store_release(&up->deposits[idx], NULL);        /* after the entry: who saw it huge looks again */
	this_cpu_dec(mm_counters.huge_blocks);
}

void huge_break(struct space *s, struct page *pt, uint64_t addr)
{
	uint64_t base = ALIGN_DOWN(addr, HUGE_SIZE);
	struct page *up = upper_of(s, addr), *block;
	unsigned idx = table_index(addr, 2);
	pte_t *entries = table_entries(pt), huge = table_entries(up)[idx], own = huge & PTE_W ? 0 : PTE_OWN;    /* H2 */

	assert(pt->used == TABLE_HUGE && (huge & PTE_PS));
	block = pte_page(huge);
	/* No CPU may know both sizes. Who faults meanwhile waits for our lock. */
	store_relaxed(&table_entries(up)[idx], huge & ~PTE_P);     /* relaxed: the flush orders it */
	tlb_flush_range(s, base, base + PAGE_SIZE, false);
	block->order = 0;
	for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
		struct page *p = block + i;

		if (i) {
			p->kind = PAGE_ANON;
			p->order = 0;
			p->flags = 0;
			p->owner = NULL;
			p->priv = 0;
			page_refs_begin(p);
		}
		entries[i] = pte_make(page_to_pfn(p), own | (huge & ~(PTE_ADDR | PTE_PS)));
	}
	pt->lo = 0;
	pt->hi = TABLE_ENTRIES;
	huge_leave(up, idx, pt);
}

struct page *huge_take(struct space *s, struct page *pt, uint64_t addr)
{
	struct page *up = upper_of(s, addr);
	unsigned idx = table_index(addr, 2);
	struct page *block = pte_page(table_entries(up)[idx]);

	assert(pt->used == TABLE_HUGE);
	pt->counts[PTE_KIND_ANON] = 0;
	pt->lo = pt->hi = 0;                    /* empty, but not new: H3 */
	huge_leave(up, idx, pt);
	return block;
}

void huge_free(struct page *up, unsigned idx)
{
	struct page *pt = up->deposits[idx];

	page_put(pte_page(table_entries(up)[idx]));
	table_entries(up)[idx] = 0;
	up->deposits[idx] = NULL;
	memset(pt->counts, 0, sizeof pt->counts);
	this_cpu_dec(mm_counters.huge_blocks);
	page_put_zeroed(pt);
}

/* ---- settings ---- */

void space_huge_init(void)
{
#ifdef CONFIG_DEBUG
	huge_mode = HUGE_ALWAYS;                /* makes the rare common */
#else
	/* As Linux: not where memory is scarce. */
	huge_mode = mm_total_pages < 512ul << (20 - PAGE_SHIFT) ? HUGE_NEVER : HUGE_ALWAYS;
#endif
}
