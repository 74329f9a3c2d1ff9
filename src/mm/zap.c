/*
 * zap.c - removing, restricting and moving entries of a range, with one flush per batch.
 *
 * A page or a table goes back to the allocator only after every CPU dropped its
 * translations. Cached file pages are not counted by entries, so truncation must
 * know of entries that are cleared but not yet flushed: tlb_pending.h.
 * While a space has one user, which is the caller, none of that matters: no
 * other thread runs in it, and the caller flushes before it returns to user mode.
 * Locks: s->lock held by callers (zap_filemap_vma: m->lock), table locks one at a time.
 */
#include "space_priv.h"
#include <base/err.h>
#include <trace/klog.h>

/* Only the calling task can use s: nobody reads through stale translations before the flush. */
static bool caller_alone(struct space *s)
{
	return users_is_alone(&s->users) && this_cpu_read(loaded_space) == s;
}

static void zap_init(struct zap *z, struct space *s)
{
	z->s = s;
	z->from = ~0ul;
	z->to = 0;
	z->nr = 0;
	z->tables = NULL;
	z->file_only = false;
	z->truncating = false;
	z->alone = false;
}

void zap_begin(struct zap *z, struct space *s)
{
	zap_init(z, s);
	z->alone = caller_alone(s);
	if (!z->alone)
		tlb_pending_begin(&s->tlb_pending);
	fence_seq_cst();                        /* versions raised before tables are looked at; pairs with table locks in faults */
}

static void table_free(struct page *t)
{
	if (unlikely(t->flags & PG_COMPANION))
		page_put_zeroed(t->ptr);
	page_put_zeroed(t);
}

static void table_free_rcu(struct rcu_head *h) { table_free(container_of(h, struct page, rcu)); }

/* Walkers hold RCU: free at once only when nobody but the caller can walk. */
static void tables_free(struct zap *z)
{
	users_unlinked();
	while (z->tables) {
		struct page *t = z->tables;

		z->tables = (struct page *)t->rcu.next;
		if (caller_alone(z->s))
			table_free(t);
		else
			rcu_call(&t->rcu, table_free_rcu);
	}
}

static void zap_flush(struct zap *z)
{
	if (z->from < z->to || z->tables)
		tlb_flush_range(z->s, MIN(z->from, z->to), z->to, z->tables != NULL);
	z->from = ~0ul;
	z->to = 0;
	while (z->nr)
		page_put(z->pages[--z->nr]);
	tables_free(z);
}

void zap_end(struct zap *z)
{
	zap_flush(z);
	if (!z->alone)
		tlb_pending_end(&z->s->tlb_pending);
}

static inline void zap_note(struct zap *z, uint64_t addr)
{
	z->from = MIN(z->from, addr);
	z->to = MAX(z->to, addr + PAGE_SIZE);
}

/* Clear entries [i, last) of pt, whose entry 0 maps base. Returns where it stopped: the batch may be full. Lock held. */
static unsigned zap_entries(struct zap *z, struct page *pt, uint64_t base, unsigned i, unsigned last)
{
	if (unlikely(pt->used == TABLE_DEAD))
		return TABLE_ENTRIES;           /* under RCU alone: it was unlinked meanwhile, hence empty */
	i = MAX(i, (unsigned)pt->lo);
	last = MIN(last, (unsigned)pt->hi);
	for (; i < last && !pt_is_empty(pt); i++) {
		pte_t e = table_entries(pt)[i];
		bool anon = pte_kind_of(e) == PTE_KIND_ANON;

		if (!e || (z->file_only && anon))
			continue;
		if (anon && !z->alone && z->nr == ZAP_BATCH)
			return i;
		pt_clear(pt, i);
		zap_note(z, base + i * PAGE_SIZE);
		if (!anon)
			continue;
		if (z->alone)
			page_put(pte_page(e));
		else
			z->pages[z->nr++] = pte_page(e);
	}
	return TABLE_ENTRIES;
}

/*
 * pt is huge: let go of the block as a whole, or have it broken. Returns the entry to go on with: i itself if the
 * batch is full or the entries are to be looked at now. Lock held.
 */
static unsigned zap_huge(struct zap *z, struct page *pt, uint64_t base, unsigned i, unsigned last)
{
	struct page *block;

	if (z->truncating)
		return TABLE_ENTRIES;           /* an anonymous mapping: it came after the one that is truncated */
	if (i || last < TABLE_ENTRIES) {
		huge_break(z->s, pt, base);
		return i;
	}
	if (!z->alone && z->nr == ZAP_BATCH)
		return i;
	block = huge_take(z->s, pt, base);
	zap_note(z, base);
	if (z->alone)
		page_put(block);
	else
		z->pages[z->nr++] = block;
	return TABLE_ENTRIES;
}

void zap_range(struct zap *z, uint64_t start, uint64_t end)
{
	uint64_t addr = start;
	struct page *pt;

	while ((pt = pt_next(z->s, &addr, end))) {
		uint64_t base = ALIGN_DOWN(addr, HUGE_SIZE), stop = MIN(base + HUGE_SIZE, end);
		unsigned i = (addr - base) >> PAGE_SHIFT, last = (stop - base) >> PAGE_SHIFT;

		while (i < last) {
			spin_lock(&pt->lock);
			if (pt_is_huge(pt))
				i = zap_huge(z, pt, base, i, last);
			else
				i = zap_entries(z, pt, base, i, last);
			spin_unlock(&pt->lock);
			if (z->nr == ZAP_BATCH)
				zap_flush(z);
		}
		addr = stop;
	}
}

/* ---- protection ---- */

/* The entry that flags, which give these bits, allow in place of e. Never grants PTE_W except to pages of tmpfs shared writable: those need no note. */
static inline pte_t entry_restrict(pte_t e, uint32_t flags, pte_t bits)
{
	pte_t keep = e & (PTE_ADDR | PTE_KIND | PTE_ZERO | PTE_D | PTE_W | PTE_OWN);

	if (!(flags & VMA_WRITE))
		keep = (keep & ~PTE_W) | (e & PTE_W) * (PTE_OWN / PTE_W);      /* of files, too: who looks asks for the kind */
	else if ((flags & VMA_SHARED) && pte_kind_of(e) == PTE_KIND_SHMEM)
		keep |= PTE_W;
	return keep | bits;
}

static bool entry_lost_rights(pte_t old, pte_t new)
{
	return (old & PTE_P) && (!(new & PTE_P) || (old & PTE_W & ~new) || (new & PTE_NX & ~old));
}

/* The same for a huge entry: its block is this space's alone, so that rights may come back. Lock held. */
static void protect_huge(struct zap *z, uint64_t base, uint32_t flags)
{
	pte_t *e = huge_entry(z->s, base), old = *e, new = old & (PTE_ADDR | PTE_KIND | PTE_PS | PTE_D);

	new |= pte_bits_of(flags) | (flags & VMA_WRITE ? PTE_W : 0);
	store_relaxed(e, new);                  /* relaxed: whole entry; the flush orders it */
	if (entry_lost_rights(old, new))
		zap_note(z, base);
}

void protect_range(struct space *s, uint64_t start, uint64_t end, uint32_t flags)
{
	const pte_t bits = pte_bits_of(flags);
	struct zap z;
	struct page *pt;
	uint64_t addr = start;

	zap_begin(&z, s);
	while ((pt = pt_next(s, &addr, end))) {
		uint64_t base = ALIGN_DOWN(addr, HUGE_SIZE), stop = MIN(base + HUGE_SIZE, end);
		unsigned i, last;

		spin_lock(&pt->lock);
		if (pt_is_huge(pt)) {
			if (addr == base && stop == base + HUGE_SIZE) {
				protect_huge(&z, base, flags);
				spin_unlock(&pt->lock);
				addr = stop;
				continue;
			}
			huge_break(s, pt, base);
		}
		i = MAX((addr - base) >> PAGE_SHIFT, (uint64_t)pt->lo);
		last = MIN((stop - base) >> PAGE_SHIFT, (uint64_t)pt->hi);
		for (; i < last; i++) {
			pte_t *e = &table_entries(pt)[i], old = *e, new;

			if (!old || unlikely(old & PTE_FAILED))
				continue;
			new = entry_restrict(old, flags, bits);
			if (new == old)
				continue;
			store_relaxed(e, new);          /* relaxed: whole entry; the flush orders it */
			if (entry_lost_rights(old, new))
				zap_note(&z, base + i * PAGE_SIZE);
		}
		spin_unlock(&pt->lock);
		addr = stop;
	}
	zap_end(&z);
}

/* ---- moving ---- */

#define MOVE_BATCH 32

/* A file page that truncation removed while it was in nobody's table must not come back. */
static bool entry_still_good(struct vma *v, pte_t e, uint64_t offset)
{
	unsigned kind = pte_kind_of(e);

	if (kind != PTE_KIND_FILE && kind != PTE_KIND_SHMEM)
		return true;
	return filemap_holds(v->map, v->pgoff + (offset >> PAGE_SHIFT), pte_page(e));
}

static void move_batch(struct space *s, struct vma *v, uint64_t from, uint64_t to, unsigned n)
{
	struct page *pt = pt_find(s, from), *to_pt = pt_find(s, to);
	unsigned first = table_index(from, 1), to_first = table_index(to, 1), i;
	pte_t moved[MOVE_BATCH];
	bool any = false;

	if (!pt || !to_pt)
		return;                                 /* without a table to go to: it was empty when tables were made */
	spin_lock(&pt->lock);
	if (pt_is_huge(pt))
		huge_break(s, pt, from);
	for (i = 0; i < n; i++) {
		moved[i] = table_entries(pt)[first + i];
		if (moved[i]) {
			pt_clear(pt, first + i);
			any = true;
		}
	}
	spin_unlock(&pt->lock);
	if (!any)
		return;
	tlb_flush_range(s, from, from + n * PAGE_SIZE, false);
	spin_lock(&to_pt->lock);
	for (i = 0; i < n; i++)
		if (moved[i] && entry_still_good(v, moved[i], from + i * PAGE_SIZE - v->start))
			pt_set(to_pt, to_first + i, moved[i]);
	spin_unlock(&to_pt->lock);
}

void move_range(struct space *s, struct vma *v, uint64_t from, uint64_t to, uint64_t len)
{
	tlb_pending_begin(&s->tlb_pending);
	fence_seq_cst();                        /* as in zap_begin() */
	while (len) {
		uint64_t n = MIN(len, HUGE_SIZE - (from & (HUGE_SIZE - 1)));

		n = MIN(n, HUGE_SIZE - (to & (HUGE_SIZE - 1)));
		n = MIN(n, MOVE_BATCH * PAGE_SIZE);
		move_batch(s, v, from, to, n >> PAGE_SHIFT);
		from += n, to += n, len -= n;
	}
	tlb_pending_end(&s->tlb_pending);
}

/* ---- truncation ---- */

uint64_t zap_filemap_vma(struct vma *v, uint64_t first, uint64_t last, bool file_only, int *budget)
{
	uint64_t pages = (v->end - v->start) >> PAGE_SHIFT, from, to, addr;
	struct space *s = v->space;
	struct zap z;

	*budget -= ZAP_COST_VMA;
	if (first >= v->pgoff + pages || last <= v->pgoff)
		return last;
	from = v->start + (MAX(first, v->pgoff) - v->pgoff) * PAGE_SIZE;
	to = v->start + (MIN(last, v->pgoff + pages) - v->pgoff) * PAGE_SIZE;
	zap_init(&z, s);                        /* not counted as pending: only a truncation of m would care, and we hold m->lock */
	z.file_only = file_only;
	z.truncating = true;
	fence_seq_cst();                        /* PG_CACHED cleared before tables are looked at */
	addr = from;
	rcu_read_lock();                        /* tables may be unlinked beside us */
	while (*budget > 0 && pt_next(s, &addr, to)) {
		uint64_t stop = MIN(ALIGN_DOWN(addr, HUGE_SIZE) + HUGE_SIZE, to);

		zap_range(&z, addr, stop);
		addr = stop;
		*budget -= ZAP_COST_TABLE;
	}
	rcu_read_unlock();
	/* Somebody cleared entries here and has not flushed: do it for them, their pages are about to go. */
	if (tlb_is_pending(&s->tlb_pending))
		tlb_flush_range(s, from, to, false);
	zap_flush(&z);
	return *budget > 0 ? last : v->pgoff + ((addr - v->start) >> PAGE_SHIFT);
}
