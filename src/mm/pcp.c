/*
 * pcp.c - page_alloc() and page_put(): per-CPU lists of free pages in front of the buddy.
 *
 * Three lists per CPU: 4 KiB pages of unknown contents, 4 KiB pages of zeroes
 * (filled by the idle CPU and by freed page tables), 2 MiB blocks. Pages move
 * between a list and the buddy in batches, so that the buddy's locks are taken
 * once per batch.
 *   I1  a list is touched by its own CPU only, with preemption off; interrupt
 *       handlers neither allocate nor free
 *   I2  a list holds at most `high` pages when preemption comes on again
 *   I3  a page in the zeroed list has PG_ZEROED and holds zeroes
 * Nothing that fails here sleeps; faults that find no memory call
 * mm_drain_request() and mm_oom_kill themselves (fault.c).
 */
#include <mm/commit.h>
#include "mm_priv.h"
#include <arch/cpu.h>
#include <lib/string.h>
#include <percpu/preempt.h>
#include <trace/klog.h>

enum { PCP_DIRTY, PCP_ZEROED, PCP_HUGE, PCP_LISTS };
#define HUGE_ORDER (HUGE_SHIFT - PAGE_SHIFT)
#define BATCH_MAX  32

struct pcp_list { struct page *head; unsigned nr; };
struct pcp {                                /* own CPU, preemption off; nr read by statistics */
	struct pcp_list lists[PCP_LISTS];
	unsigned drained;                       /* drain_gen that was obeyed */
};
DEFINE_PERCPU_ALIGNED(struct pcp, pcp);
DEFINE_PERCPU(struct mm_counters, mm_counters);

bool mm_is_up __ro_after_init;
uint64_t mm_total_pages;
bool (*mm_oom_kill)(void);
struct oom_settings mm_oom_settings;
atomic_ulong mm_oom_kills;
bool (*mm_shed)(void);
static unsigned high[PCP_LISTS] __ro_after_init, batch[PCP_LISTS] __ro_after_init;
static uint64_t reserve_pages __ro_after_init;   /* kept from user memory; half of it from other non-atomic use */
static atomic_uint drain_gen;               /* raised when memory is short: CPUs empty their lists */

static const uint8_t list_order[PCP_LISTS] = { 0, 0, HUGE_ORDER };

/* ---- lists ---- */

static inline struct page *list_pop(struct pcp_list *l)
{
	struct page *p = l->head;

	if (likely(p)) {
		l->head = p->owner;             /* free pages are chained through owner */
		l->nr--;
	}
	return p;
}

static inline void list_push_page(struct pcp_list *l, struct page *p)
{
	p->owner = l->head;
	l->head = p;
	l->nr++;
}

static void drain_list(struct pcp *c, unsigned which, unsigned keep)
{
	struct pcp_list *l = &c->lists[which];
	struct page *out[BATCH_MAX];

	while (l->nr > keep) {
		unsigned n = 0;

		while (n < BATCH_MAX && l->nr > keep)
			out[n++] = list_pop(l);
		buddy_give(out, n, list_order[which]);
	}
}

static void drain_all(struct pcp *c)
{
	for (unsigned i = 0; i < PCP_LISTS; i++)
		drain_list(c, i, 0);
}

static inline void obey_drain_request(struct pcp *c)
{
	unsigned gen = load_relaxed(&drain_gen);     /* relaxed: obeyed soon is enough */

	if (unlikely(c->drained != gen)) {
		c->drained = gen;
		drain_all(c);
	}
}

static void mm_drain_request(void)
{
	fetch_add_relaxed(&drain_gen, 1);       /* relaxed: a hint */
	for_each_cpu(cpu)
		if (cpu != cpu_id())
			ipi_send_resched(cpu);  /* an idle CPU then runs mm_idle_work() */
}

/* ---- allocation ---- */

static uint64_t reserve_for(unsigned flags)
{
	if (flags & ALLOC_ATOMIC)
		return 0;
	return flags & ALLOC_USER ? reserve_pages : reserve_pages / 2;
}

/* Fill the list with a batch from the buddy and take one. */
static __noinline struct page *refill(struct pcp *c, unsigned which, unsigned flags)
{
	struct page *got[BATCH_MAX];
	unsigned n;

	obey_drain_request(c);
	n = buddy_take(list_order[which], MAX(batch[which], 1u), got, reserve_for(flags));
	if (!n)
		return NULL;
	while (n > 1) {
		struct page *p = got[--n];

		p->kind = PAGE_PCP;
		list_push_page(&c->lists[which], p);
	}
	return got[0];
}

static inline struct page *take_small(struct pcp *c, unsigned flags)
{
	unsigned first = flags & ALLOC_ZERO ? PCP_ZEROED : PCP_DIRTY;
	struct page *p = list_pop(&c->lists[first]);

	if (likely(p))
		return p;
	if (first == PCP_ZEROED && (p = list_pop(&c->lists[PCP_DIRTY])))
		return p;
	p = refill(c, PCP_DIRTY, flags);
	return p || first == PCP_ZEROED ? p : list_pop(&c->lists[PCP_ZEROED]);
}

static struct page *take_large(struct pcp *c, unsigned order, unsigned flags)
{
	struct page *p;

	if (order == HUGE_ORDER) {
		p = list_pop(&c->lists[PCP_HUGE]);
		if (p || (p = refill(c, PCP_HUGE, flags)))
			return p;
	}
	if (buddy_take(order, 1, &p, reserve_for(flags)))
		return p;
	if (flags & ALLOC_TRY)
		return NULL;
	drain_all(c);                           /* our own small pages may complete a block */
	return buddy_take(order, 1, &p, reserve_for(flags)) ? p : NULL;
}

#ifdef CONFIG_DEBUG
#define POISON 0xa5
static void poison(struct page *p, unsigned order) { memset(page_address(p), POISON, PAGE_SIZE << order); }
static void zeroed_check(const struct page *p)
{
	const uint64_t *words = page_address(p);

	for (unsigned i = 0; i < PAGE_SIZE / 8; i++)
		if (words[i])
			panic("mm: page at %lx said to be zeroed has %lx at %u", (unsigned long)page_address(p), words[i], i * 8);
}
#else
static inline void poison(struct page *p, unsigned order) { (void)p, (void)order; }
static inline void zeroed_check(const struct page *p) { (void)p; }
#endif

struct page *page_alloc(unsigned order, unsigned flags, enum page_kind kind)
{
	struct pcp *c;
	struct page *p;
	bool zeroed;

	assert(!in_interrupt() && order <= PAGE_MAX_ORDER);
	preempt_disable();
	c = this_cpu_ptr(pcp);
	p = likely(!order) ? take_small(c, flags) : take_large(c, order, flags);
	if (unlikely(!p)) {
		preempt_enable();
		return NULL;
	}
	this_cpu_add(mm_counters.kind[kind], 1l << order);
	preempt_enable();

	zeroed = p->flags & PG_ZEROED;
	assert(load_relaxed(&p->refs) == 0);
	p->kind = kind;
	p->order = order;
	p->flags = 0;
	p->owner = NULL;
	p->priv = 0;
	page_refs_begin(p);
	if (zeroed)
		zeroed_check(p);
	if ((flags & ALLOC_ZERO) && !zeroed)
		words_zero(page_address(p), PAGE_SIZE << order);
	else if (!(flags & ALLOC_ZERO))
		poison(p, order);
	return p;
}

/* ---- release ---- */

static void page_free(struct page *p, bool zeroed)
{
	unsigned order = p->order, which;
	struct pcp *c;

	assert(!in_interrupt() && p->kind != PAGE_PCP && p->kind != PAGE_FREE && p->kind != PAGE_RESERVED);
	if (zeroed)
		zeroed_check(p);
	else
		poison(p, order);
	preempt_disable();
	c = this_cpu_ptr(pcp);
	this_cpu_sub(mm_counters.kind[p->kind], 1l << order);
	p->flags = zeroed ? PG_ZEROED : 0;
	p->kind = PAGE_PCP;
	if (likely(!order))
		which = zeroed ? PCP_ZEROED : PCP_DIRTY;
	else if (order == HUGE_ORDER && high[PCP_HUGE])
		which = PCP_HUGE;
	else {
		buddy_give(&p, 1, order);
		preempt_enable();
		return;
	}
	list_push_page(&c->lists[which], p);
	if (unlikely(c->lists[which].nr > high[which])) {
		drain_list(c, which, high[which] - batch[which]);
		obey_drain_request(c);
	}
	preempt_enable();
}

void page_put(struct page *p)
{
	if (page_refs_drop(p))
		page_free(p, false);
}

void page_put_zeroed(struct page *p)
{
	if (page_refs_drop(p))                  /* a stale lookup may hold it a moment longer, and frees it then */
		page_free(p, p->order == 0);
}

void page_zero(struct page *p) { words_zero(page_address(p), PAGE_SIZE); }
void page_copy(struct page *dst, const struct page *src) { words_copy(page_address(dst), page_address(src), PAGE_SIZE); }

/* ---- idle work, draining, statistics ---- */

/* Move one page of the dirty list, zeroed, to the other; false when there is nothing to do. */
static bool zero_one(void)
{
	bool done = false;
	struct pcp *c;
	struct page *p;

	preempt_disable();
	c = this_cpu_ptr(pcp);
	obey_drain_request(c);
	if (c->lists[PCP_ZEROED].nr < high[PCP_ZEROED] / 2 && buddy_nr_free() > 2 * reserve_pages) {
		p = list_pop(&c->lists[PCP_DIRTY]);
		if (!p)
			p = refill(c, PCP_DIRTY, ALLOC_USER);
		if (p) {
			page_zero(p);
			p->kind = PAGE_PCP;
			p->flags = PG_ZEROED;
			list_push_page(&c->lists[PCP_ZEROED], p);
			done = true;
		}
	}
	preempt_enable();
	return done;
}

bool mm_idle_work(void)
{
	for (unsigned i = 0; i < 4; i++)
		if (!zero_one())
			return false;
	return true;
}

void mm_drain_cpu(void)
{
	slab_drain_cpu();
	preempt_disable();
	drain_all(this_cpu_ptr(pcp));
	preempt_enable();
}

/* Memory for a user page is gone. True: try again; false: the current task is dying. Sleeps in the hook. */
bool mm_out_of_memory(void)
{
	mm_drain_request();
	mm_drain_cpu();
	if (buddy_nr_free() > reserve_pages || (mm_shed && mm_shed()))
		return true;
	if (!mm_oom_kill)
		panic("out of memory, and no process to kill");
	return mm_oom_kill();
}

uint64_t pcp_nr_cached(void)
{
	uint64_t n = 0;

	for_each_cpu(cpu) {
		struct pcp *c = cpu_ptr(pcp, cpu);      /* remote: counts only, an estimate beside changes */

		for (unsigned i = 0; i < PCP_LISTS; i++)
			n += (uint64_t)load_relaxed(&c->lists[i].nr) << list_order[i];
	}
	return n;
}

void pcp_init(void)
{
	uint64_t share = buddy_nr_free() / (nr_cpus * 128ul);

	high[PCP_DIRTY] = high[PCP_ZEROED] = MIN(MAX(share, 16ul), 256ul);
	batch[PCP_DIRTY] = batch[PCP_ZEROED] = MIN(high[PCP_DIRTY] / 4, (unsigned)BATCH_MAX);
	high[PCP_HUGE] = MIN(share >> HUGE_ORDER, 4ul);
	batch[PCP_HUGE] = high[PCP_HUGE] ? 1 : 0;
	reserve_pages = MIN(MAX(buddy_nr_free() / 128, 64ul), 2048ul);
	mm_total_pages = buddy_nr_free();
	mm_is_up = true;
}
