/*
 * fault.c - page faults.
 *
 * A try (fault_once) runs under RCU and never sleeps: it takes a snapshot of the
 * VMA, finds or makes the level-1 table, takes its lock, checks that the VMA's
 * version is still the one it saw, and changes one entry. Whoever changes a VMA
 * raises its version, then takes the same table locks; so either the fault sees
 * the new version and tries again, or the change finds the entry:
 *
 *     fault: lock table                    unmap/protect: version++ ; fence
 *            version as seen? set entry                   lock table, clear entry
 *            unlock                                       unlock, flush
 *
 * A missing table is no gap: making one is a locked instruction before the
 * version is read, the other side's fence stands between its two steps.
 * What needs sleeping - reading a page in, growing a stack, waiting for a change
 * under way - drops everything, does that, and tries again.
 *
 * Copy on write: an anonymous page with one reference belongs to its entry and
 * becomes writable in place, as does one that only mprotect took the right to write
 * from (PTE_OWN): pipes that count it are to see what is written. Else the entry is cleared, flushed on every CPU,
 * the page copied, the copy entered: under the table's lock, so that no stale
 * writable translation (a fork under way) can write to the old page after it
 * was copied.
 */
#include "space_priv.h"
#include <arch/cpu.h>
#include <arch/frame.h>
#include <arch/upcall.h>
#include <arch/usercopy.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <base/err.h>
#include <linux/resource.h>
#include <percpu/preempt.h>
#include <trace/klog.h>
#include "mm_priv.h"

#define FAULT_AROUND 16                     /* pages of a file mapped by one read fault */
#define RFLAGS_IF 0x200u
#define RFLAGS_AC 0x40000u

enum { AGAIN = 100, FILL, GROW, WAIT, BLOCK };     /* beyond enum fault_result: what fault_once() wants done */

struct fault {
	struct space *s;
	uint64_t addr;                          /* page aligned */
	unsigned access;
	struct vma_view v;
	struct page *pt;
	unsigned idx;
	struct page *fresh;                     /* allocated, not yet used */
	bool fresh_is_zero;
	bool small_only;                        /* no block for a huge entry, or no place for one */
	struct page *block;                     /* 2 MiB of zeroes, not yet used */
	bool is_major;                          /* something was read in */
};

static inline pte_t *entry_of(struct fault *f) { return &table_entries(f->pt)[f->idx]; }
static inline bool is_write(const struct fault *f) { return f->access & FAULT_WRITE; }

static bool access_allowed(const struct fault *f)
{
	if (is_write(f) && (f->access & FAULT_FORCE))   /* a debugger may write where the program may only read */
		return (f->v.flags & VMA_ACCESS) && (f->v.flags & (VMA_MAYWRITE | VMA_SHARED)) == VMA_MAYWRITE;
	if (is_write(f))
		return f->v.flags & VMA_WRITE;
	if (f->access & FAULT_EXEC)
		return f->v.flags & VMA_EXEC;
	return f->v.flags & VMA_ACCESS;
}

/* Have a page at hand that is to become anonymous memory. */
static bool fresh_get(struct fault *f, bool zero)
{
	if (!f->fresh) {
		f->fresh = page_alloc(0, ALLOC_USER | (zero ? ALLOC_ZERO : 0), PAGE_ANON);
		f->fresh_is_zero = zero;
	}
	if (zero && !f->fresh_is_zero && f->fresh) {
		page_zero(f->fresh);
		f->fresh_is_zero = true;
	}
	return f->fresh;
}

/* Enter the fresh page, writable. Lock held, entry empty. */
static void enter_fresh(struct fault *f)
{
	pte_t bits = pte_bits_of(f->v.flags) | PTE_D | (pte_t)PTE_KIND_ANON << PTE_KIND_SHIFT;

	if (f->v.flags & VMA_WRITE)
		bits |= PTE_W;
	pt_set(f->pt, f->idx, pte_make(page_to_pfn(f->fresh), bits));
	f->fresh = NULL;
}

/* Take the table's lock with the VMA as it was seen and the entry as expected, in use; else false, unlocked. */
static bool lock_entry(struct fault *f, pte_t expected)
{
	spin_lock(&f->pt->lock);
	if (likely(vma_view_holds(&f->v) && *entry_of(f) == expected && !pt_is_huge(f->pt)))
		return true;
	spin_unlock(&f->pt->lock);
	return false;
}

static int table_get(struct fault *f)
{
	int err = f->pt ? 0 : pt_make(f->s, f->addr, &f->pt);

	return err == -ENOMEM ? FAULT_NOMEM : err ? AGAIN : FAULT_DONE;
}

/* ---- 2 MiB at once ---- */

/* Could a huge entry serve f, which found nothing mapped? */
static __noinline bool could_be_huge(const struct fault *f)
{
	uint64_t base = ALIGN_DOWN(f->addr, HUGE_SIZE);

	if (!is_write(f) || f->small_only || !(f->v.flags & VMA_WRITE) || !huge_wanted(f->s, f->v.flags))
		return false;
	if (base < f->v.start || base + HUGE_SIZE > f->v.end)
		return false;
	return !f->pt || pt_is_empty(f->pt);    /* unlocked look: looked at again */
}

/* Enter the block, unless something came in its way: then small pages will do. */
static int fault_huge(struct fault *f)
{
	int r = table_get(f);

	if (r)
		return r;
	if (!huge_prepare(f->s, f->addr)) {
		f->small_only = true;
		return AGAIN;
	}
	spin_lock(&f->pt->lock);
	if (!vma_view_holds(&f->v) || !pt_may_become_huge(f->s, f->pt)) {
		f->small_only = vma_view_holds(&f->v);
		spin_unlock(&f->pt->lock);
		return AGAIN;
	}
	huge_enter(f->s, f->pt, f->addr, f->block, pte_bits_of(f->v.flags) | PTE_D | PTE_W);
	spin_unlock(&f->pt->lock);
	f->block = NULL;
	return FAULT_DONE;
}

/* The table is huge, or was when we looked. */
static __noinline int fault_in_huge(struct fault *f)
{
	int r = AGAIN;
	pte_t *e;

	spin_lock(&f->pt->lock);
	if (!pt_is_huge(f->pt) || !vma_view_holds(&f->v))
		goto out;
	e = huge_entry(f->s, f->addr);
	if (!(*e & PTE_P) || ((f->access & FAULT_EXEC) && (*e & PTE_NX))) {
		r = WAIT;                       /* as in fault_present() */
	} else if (!is_write(f) || (*e & PTE_W)) {
		tlb_flush_page_local(f->addr);
		r = FAULT_DONE;
	} else if (f->v.flags & VMA_WRITE) {
		store_relaxed(e, *e | PTE_W | PTE_D);   /* relaxed: whole entry; the block is ours alone */
		r = FAULT_DONE;
	} else {
		huge_break(f->s, f->pt, f->addr);       /* a debugger writes to one page */
	}
out:
	spin_unlock(&f->pt->lock);
	return r;
}

/* ---- nothing mapped yet ---- */

static int fault_anon(struct fault *f)
{
	int r;

	if (unlikely(load_relaxed(&huge_mode)) && could_be_huge(f))     /* relaxed: a setting */
		return f->block ? fault_huge(f) : BLOCK;
	if (is_write(f) && !fresh_get(f, true))
		return FAULT_NOMEM;
	r = table_get(f);
	if (r)
		return r;
	if (!lock_entry(f, 0))
		return AGAIN;
	if (is_write(f))
		enter_fresh(f);
	else
		pt_set(f->pt, f->idx, pte_make(page_to_pfn(zero_page), pte_bits_of(f->v.flags) | PTE_ZERO));
	spin_unlock(&f->pt->lock);
	return FAULT_DONE;
}

/* Entry of a cached page. Only tmpfs pages are writable before the first write: others must note that they get dirty. */
static pte_t file_entry(const struct fault *f, const struct page *p)
{
	bool shmem = f->v.map->is_shmem;
	pte_t e = pte_make(page_to_pfn(p), pte_bits_of(f->v.flags));

	e |= (pte_t)(shmem ? PTE_KIND_SHMEM : PTE_KIND_FILE) << PTE_KIND_SHIFT;
	if ((f->v.flags & VMA_SHARED) && (f->v.flags & VMA_WRITE) && (shmem || is_write(f)))
		e |= PTE_W | PTE_D;
	return e;
}

/* Map the resident neighbours of index as well, within the VMA, the table and an aligned window. Lock held. */
static void fault_around(struct fault *f, uint64_t index, struct page **slots, uint64_t base, unsigned n, uint64_t end)
{
	uint64_t from = MAX(ALIGN_DOWN(index, (uint64_t)FAULT_AROUND), base);
	uint64_t to = MIN(MIN(from + FAULT_AROUND, base + n), end);

	from = MAX(from, f->v.pgoff);
	from = MAX(from, index - MIN(index, (uint64_t)f->idx));
	to = MIN(to, f->v.pgoff + ((f->v.end - f->v.start) >> PAGE_SHIFT));
	to = MIN(to, index + TABLE_ENTRIES - f->idx);
	for (uint64_t i = from; i < to; i++) {
		unsigned at = f->idx + i - index;
		struct page *p;

		if (i == index || table_entries(f->pt)[at])
			continue;
		p = load_acquire(&slots[i - base]);         /* pairs with filemap's insertion */
		if (p && filemap_holds(f->v.map, i, p))
			pt_set(f->pt, at, file_entry(f, p));
	}
}

static int fault_file(struct fault *f)
{
	struct filemap *m = f->v.map;
	uint64_t index = f->v.pgoff + ((f->addr - f->v.start) >> PAGE_SHIFT), base = 0, end = ~0ul;
	bool copy = is_write(f) && !(f->v.flags & VMA_SHARED);
	struct page **slots, *p;
	unsigned n = 0;
	int r;

	if (m->size)
		end = DIV_ROUND_UP(load_relaxed(m->size), PAGE_SIZE);  /* relaxed: a truncation after this look unmaps what we map */
	if (index >= end)
		return FAULT_BUSERR;
	slots = filemap_peek_leaf(m, index, &base, &n);
	p = slots ? load_acquire(&slots[index - base]) : NULL;     /* pairs with filemap's insertion */
	if (!p || !filemap_holds(m, index, p))
		return FILL;
	if (copy && !fresh_get(f, false))
		return FAULT_NOMEM;
	r = table_get(f);
	if (r)
		return r;
	if (!lock_entry(f, 0))
		return AGAIN;
	if (unlikely(!filemap_holds(m, index, p))) {       /* under the lock: truncation comes after us or has come */
		spin_unlock(&f->pt->lock);
		return AGAIN;
	}
	if (copy) {
		store_relaxed(&f->v.vma->has_anon, true);  /* relaxed: read under s->lock by fork, see there */
		f->fresh_is_zero = false;
		page_copy(f->fresh, p);
		enter_fresh(f);
	} else {
		if (is_write(f))
			fetch_or_relaxed(&p->flags, PG_DIRTY);  /* relaxed: the table's lock orders it */
		pt_set(f->pt, f->idx, file_entry(f, p));
		if (!is_write(f))
			fault_around(f, index, slots, base, n, end);
	}
	spin_unlock(&f->pt->lock);
	return FAULT_DONE;
}

/* ---- something mapped ---- */

/* Replace the entry by the fresh page, a copy of `from` (NULL: zeroes). Lock held; the lock is dropped. */
static void replace_entry(struct fault *f, const struct page *from)
{
	pt_clear(f->pt, f->idx);
	tlb_flush_range(f->s, f->addr, f->addr + PAGE_SIZE, false);
	if (from) {
		f->fresh_is_zero = false;
		page_copy(f->fresh, from);
	}
	enter_fresh(f);
	spin_unlock(&f->pt->lock);
}

static int fault_write_anon(struct fault *f, pte_t e)
{
	struct page *p = pte_page(e);

	for (;;) {
		if (!lock_entry(f, e))
			return AGAIN;
		if (load_acquire(&p->refs) == 1 || (e & PTE_OWN)) {     /* pairs with page_put(): the other holders are done with it */
			/* relaxed: whole entry; stale translations only fault again */
			store_relaxed(entry_of(f), e | (f->v.flags & VMA_WRITE ? PTE_W | PTE_D : PTE_D));
			spin_unlock(&f->pt->lock);
			return FAULT_DONE;
		}
		if (f->fresh)
			break;
		spin_unlock(&f->pt->lock);
		if (!fresh_get(f, false))
			return FAULT_NOMEM;
	}
	replace_entry(f, p);
	page_put(p);
	return FAULT_DONE;
}

static int fault_write_file(struct fault *f, pte_t e)
{
	struct page *p = pte_page(e);
	bool shared = f->v.flags & VMA_SHARED;

	if (!shared && !fresh_get(f, false))
		return FAULT_NOMEM;
	if (!lock_entry(f, e))
		return AGAIN;
	if (shared) {
		fetch_or_relaxed(&p->flags, PG_DIRTY);      /* relaxed: the table's lock orders it */
		store_relaxed(entry_of(f), e | PTE_W | PTE_D);
		spin_unlock(&f->pt->lock);
		return FAULT_DONE;
	}
	store_relaxed(&f->v.vma->has_anon, true);       /* relaxed: see fault_file() */
	replace_entry(f, p);                            /* p stays cached: its truncation needs our lock */
	return FAULT_DONE;
}

static int fault_write_zero(struct fault *f, pte_t e)
{
	if (!fresh_get(f, true))
		return FAULT_NOMEM;
	if (!lock_entry(f, e))
		return AGAIN;
	replace_entry(f, NULL);
	return FAULT_DONE;
}

static int fault_present(struct fault *f, pte_t e)
{
	if (unlikely(e & PTE_FAILED))
		return FAULT_FAILED;
	if (!(e & PTE_P) || ((f->access & FAULT_EXEC) && (e & PTE_NX)))
		return WAIT;                            /* the VMA allows what the entry does not yet: mprotect is under way */
	if (!is_write(f) || (e & PTE_W)) {
		tlb_flush_page_local(f->addr);          /* stale translation: another CPU was faster */
		return FAULT_DONE;
	}
	switch (pte_kind_of(e)) {
	case PTE_KIND_ANON: return fault_write_anon(f, e);
	case PTE_KIND_ZERO: return fault_write_zero(f, e);
	default:            return fault_write_file(f, e);
	}
}

/* ---- driving it ---- */

/* One try, under RCU. */
static int fault_once(struct fault *f)
{
	pte_t e = 0;

	if (unlikely(!vma_snapshot(f->s, f->addr, &f->v)))
		return GROW;
	if (unlikely(!access_allowed(f)))
		return FAULT_ACCERR;
	f->pt = pt_find(f->s, f->addr);
	f->idx = table_index(f->addr, 1);
	if (f->pt)
		e = load_relaxed(entry_of(f));          /* relaxed: looked at again under the lock */
	if (e)
		return fault_present(f, e);
	if (f->pt && pt_is_huge(f->pt))
		return fault_in_huge(f);
	return f->v.map ? fault_file(f) : fault_anon(f);
}

/* Read the page of a file in, or make it. The file is held meanwhile, s->lock is not. */
static int fault_fill(struct fault *f)
{
	struct vma *v;
	struct filemap *m;
	struct file *file;
	struct page *p;
	uint64_t index;
	bool share;
	int err;

	mutex_lock(&f->s->lock);
	v = vma_find(f->s, f->addr);
	if (!v || v->start > f->addr || !v->map) {
		mutex_unlock(&f->s->lock);
		return AGAIN;
	}
	m = v->map;
	file = v->file;
	share = !file && share_is(m);
	index = v->pgoff + ((f->addr - v->start) >> PAGE_SHIFT);
	if (file)
		vma_file_ops->get(file);
	else if (share)
		share_get(m);
	mutex_unlock(&f->s->lock);

	err = filemap_get_mapped(m, index, &p);
	if (!err)
		page_put(p);
	if (m->ops && m->ops->read_page) {
		this_cpu_inc(mm_counters.major_faults);
		f->is_major = true;
	}
	if (file)
		vma_file_ops->put(file);
	else if (share)
		share_put(m);
	return !err ? AGAIN : err == -ENOMEM ? FAULT_NOMEM : err == -EHWPOISON ? FAULT_FAILED : FAULT_BUSERR;
}

/* Let v, a stack above addr, reach down to it. */
static int stack_grow(struct space *s, struct vma *v, uint64_t addr)
{
	struct vma *prev = vma_prev(v);
	uint64_t size = v->end - addr, pages = (v->start - addr) >> PAGE_SHIFT;

	if (addr < MMAP_MIN_ADDR || size > limit_of(RLIMIT_STACK))
		return FAULT_MAPERR;
	if (prev && !(prev->flags & VMA_GROWSDOWN) && (prev->flags & VMA_ACCESS) && prev->end + STACK_GUARD_GAP > addr)
		return FAULT_MAPERR;
	if (!within_limits(s, pages, v->flags) || !commit_may(s, pages) || ((v->flags & VMA_LOCKED) && !within_lock_limit(s, pages)))
		return FAULT_MAPERR;
	vma_grow(s, v, addr, v->end);
	return AGAIN;
}

/* No VMA was found: decide for good, with changes locked out. */
static int fault_no_vma(struct fault *f)
{
	struct vma *v;
	int r = FAULT_MAPERR;

	mutex_lock(&f->s->lock);
	v = vma_find(f->s, f->addr);
	if (v && v->start <= f->addr)
		r = AGAIN;
	else if (v && (v->flags & VMA_GROWSDOWN))
		r = stack_grow(f->s, v, f->addr);
	mutex_unlock(&f->s->lock);
	return r;
}

static void wait_for_change(struct space *s)
{
	mutex_lock(&s->lock);
	mutex_unlock(&s->lock);
}

static enum fault_result fault_serve(struct fault *f)
{
	int r;

	this_cpu_inc(mm_counters.faults);
	do {
		rcu_read_lock();
		r = fault_once(f);
		rcu_read_unlock();
		if (likely(r < AGAIN))
			break;
		if (r == FILL)
			r = fault_fill(f);
		else if (r == GROW)
			r = fault_no_vma(f);
		else if (r == WAIT)
			wait_for_change(f->s);
		else if (r == BLOCK && !(f->block = page_alloc(HUGE_SHIFT - PAGE_SHIFT, ALLOC_USER | ALLOC_ZERO | ALLOC_TRY, PAGE_ANON)))
			f->small_only = true;
	} while (r >= AGAIN);
	if (unlikely(f->block))
		page_put(f->block);
	if (unlikely(f->fresh)) {
		if (f->fresh_is_zero)
			page_put_zeroed(f->fresh);
		else
			page_put(f->fresh);
	}
	return r;
}

enum fault_result space_fault(struct space *s, uint64_t addr, unsigned access)
{
	struct fault f = { .s = s, .addr = ALIGN_DOWN(addr, PAGE_SIZE), .access = access };

	return fault_serve(&f);
}

/* May a fault in kernel mode be served: was it an access to user memory, where sleeping is allowed? */
static bool kernel_fault_ok(const struct user_frame *frame, const struct space *s)
{
	if (cpu_features.smap && !(frame->rflags & RFLAGS_AC))
		return false;                           /* not from usercopy: a bug */
	return !preempt_is_off() && (frame->rflags & RFLAGS_IF) && s != &kernel_space;
}

enum fault_served fault_handle(struct user_frame *frame, vaddr_t addr, unsigned error, int *sig, int *code)
{
	struct space *s = this_cpu_read(loaded_space);
	struct fault f = { .s = s, .addr = ALIGN_DOWN(addr, PAGE_SIZE), .access = error & (FAULT_WRITE | FAULT_EXEC) };
	bool user = error & FAULT_USER;

	*sig = SIGSEGV;
	*code = SEGV_MAPERR;
	if (unlikely(addr >= USER_END))
		return FAULT_REFUSED;
	if (unlikely(!user && !kernel_fault_ok(frame, s)))
		return FAULT_REFUSED;
	switch (fault_serve(&f)) {
	case FAULT_DONE:
		return f.is_major ? FAULT_MAJOR : FAULT_MINOR;
	case FAULT_ACCERR:
		*code = SEGV_ACCERR;
		return FAULT_REFUSED;
	case FAULT_BUSERR:
		*sig = SIGBUS;
		*code = BUS_ADRERR;
		return FAULT_REFUSED;
	case FAULT_FAILED:
		*sig = SIGBUS;
		*code = BUS_MCEERR_AR;
		return FAULT_REFUSED;
	case FAULT_NOMEM:
		/* Retried by running the instruction again; a dying task does that on the way to its signal. */
		return mm_out_of_memory() || user ? FAULT_MINOR : FAULT_REFUSED;
	default:
		return FAULT_REFUSED;
	}
}
