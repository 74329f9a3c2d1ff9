/*
 * tlb.c - loading address spaces, and flushing translations on the CPUs that hold them.
 *
 * Generations: every flush of a space first raises s->tlb_gen. A CPU remembers,
 * for the space it has loaded and for each PCID slot, up to which generation
 * its translations are good (`seen`).
 *   I1  a CPU's bit in s->cpus is set before it loads s and cleared after it
 *       loaded another space
 *   I2  slot.seen <= s->tlb_gen; translations older than `seen` are gone
 * No flush is lost: the flusher changes entries, raises tlb_gen (full fence, A)
 * and reads s->cpus; the loader sets its bit (full fence, B) and reads tlb_gen.
 * Either the flusher sees the bit and interrupts, or the loader sees the new
 * generation, and with it (no PCID: by loading CR3) drops what is stale.
 *
 * PCIDs are per CPU: a few slots, each naming a space by its number, which is
 * never used again. PCID 0 is the kernel's own root.
 * Context: flushes as in tlb.h; tlb_load() with interrupts off.
 */
#include <arch/tlb.h>
#include <arch/cpu.h>
#include <arch/irq.h>
#include <lib/bitmap.h>
#include <mm/space.h>
#include <percpu/xcall.h>
#include <sched/thread.h>
#include <trace/klog.h>

#define PCID_SLOTS    6
#define CR3_NOFLUSH   (1ul << 63)
#define CR4_PGE       (1ul << 7)
#define FLUSH_PAGES_MAX 32                  /* more: drop everything of the space instead */

struct pcid_slot { uint64_t space_id; uint64_t seen; };
struct tlb_cpu {                            /* own CPU, interrupts off */
	struct pcid_slot slots[PCID_SLOTS];
	unsigned cur;                           /* slot of loaded_space                    */
	unsigned next;                          /* slot to take next                       */
};
DEFINE_PERCPU(struct tlb_cpu, tlb_cpu);
DEFINE_PERCPU(struct space *, loaded_space);

static inline void cr3_write(uint64_t v) { __asm__ volatile("mov %0, %%cr3" :: "r"(v) : "memory"); }
static inline void invlpg(uint64_t addr) { __asm__ volatile("invlpg (%0)" :: "r"(addr) : "memory"); }

void tlb_flush_page_local(uint64_t addr) { invlpg(addr); }

/* ---- loading ---- */

/* The slot of s, and whether its translations are still good up to gen. */
static unsigned slot_find(struct tlb_cpu *t, struct space *s, uint64_t gen, bool *fresh)
{
	unsigned i;

	for (i = 0; i < PCID_SLOTS; i++) {
		if (t->slots[i].space_id == s->id) {
			*fresh = t->slots[i].seen == gen;
			t->slots[i].seen = gen;
			return i;
		}
	}
	i = t->next;
	t->next = (i + 1) % PCID_SLOTS;
	t->slots[i] = (struct pcid_slot){ .space_id = s->id, .seen = gen };
	*fresh = false;
	return i;
}

void tlb_load(struct space *s)
{
	struct tlb_cpu *t = this_cpu_ptr(tlb_cpu);
	struct space *old = this_cpu_read(loaded_space);
	unsigned cpu = cpu_id();
	uint64_t gen;
	bool fresh;

	if (old == s)
		return;
	if (s->cpus)
		fetch_or_acq_rel(&s->cpus[cpu / BITS_PER_LONG], BIT(cpu % BITS_PER_LONG));   /* B */
	this_cpu_write(loaded_space, s);
	if (s == &kernel_space) {
		cr3_write(s->root_pa.v);
	} else {
		gen = load_acquire(&s->tlb_gen);        /* after B; pairs with A */
		t->cur = slot_find(t, s, gen, &fresh);
		if (cpu_features.pcid)
			cr3_write(s->root_pa.v | (t->cur + 1) | (fresh ? CR3_NOFLUSH : 0));
		else
			cr3_write(s->root_pa.v);
	}
	if (old && old->cpus)
		fetch_and_acq_rel(&old->cpus[cpu / BITS_PER_LONG], ~BIT(cpu % BITS_PER_LONG));
}

void space_switch(struct space *prev, struct space *s)
{
	(void)prev;                             /* what is loaded may be older than prev: kernel threads load nothing */
	tlb_load(s);
}

/* ---- flushing a space ---- */

struct flush {
	struct space *s;
	uint64_t start, end, gen;
	bool all;
};

static void flush_local_all(struct space *s, struct tlb_cpu *t)
{
	uint64_t gen = load_acquire(&s->tlb_gen);   /* before the flush: what comes later is not covered */

	cr3_write(s->root_pa.v | (cpu_features.pcid ? t->cur + 1 : 0));
	t->slots[t->cur].seen = gen;
}

/* Interrupts off. The loaded space is f->s. */
static void flush_local(const struct flush *f)
{
	struct tlb_cpu *t = this_cpu_ptr(tlb_cpu);
	struct pcid_slot *slot = &t->slots[t->cur];

	if (slot->seen >= f->gen)
		return;                             /* a wider flush has covered it */
	if (f->all || slot->seen + 1 != f->gen) {
		flush_local_all(f->s, t);
		return;
	}
	for (uint64_t a = f->start; a < f->end; a += PAGE_SIZE)
		invlpg(a);
	slot->seen = f->gen;
}

static bool cpu_is_lazy(struct space *s)
{
	struct thread *t = thread_current();

	return !t || t->space != s;
}

static void flush_remote(void *arg)
{
	struct flush *f = arg;

	if (this_cpu_read(loaded_space) != f->s)
		return;
	if (cpu_is_lazy(f->s))
		tlb_load(&kernel_space);
	else
		flush_local(f);
}

static bool cpu_has_space(unsigned cpu, void *arg)
{
	struct space *s = arg;

	return cpu != cpu_id() && (load_relaxed(&s->cpus[cpu / BITS_PER_LONG]) >> cpu % BITS_PER_LONG & 1);
}

bool tlb_is_shared(const struct space *s)
{
	unsigned cpu = cpu_id();

	for (unsigned i = 0; i < BITMAP_LONGS(nr_cpus); i++) {
		unsigned long m = load_relaxed(&s->cpus[i]);   /* relaxed: callers fence before, see tlb_gen */

		if (i == cpu / BITS_PER_LONG)
			m &= ~BIT(cpu % BITS_PER_LONG);
		if (m)
			return true;
	}
	return false;
}

void tlb_flush_range(struct space *s, uint64_t start, uint64_t end, bool tables)
{
	struct flush f = { .s = s, .start = start, .end = end };
	irqflags_t flags;

	f.all = tables || end - start > FLUSH_PAGES_MAX * PAGE_SIZE;
	preempt_disable();
	f.gen = fetch_add_acq_rel(&s->tlb_gen, 1) + 1;         /* A: a locked instruction orders entries before cpus */
	if (this_cpu_read(loaded_space) == s) {
		flags = irq_save();
		flush_local(&f);
		irq_restore(flags);
	}
	if (unlikely(tlb_is_shared(s)))
		xcall_run_many(cpu_has_space, s, flush_remote, &f);
	preempt_enable();
}

static void leave_remote(void *arg)
{
	if (this_cpu_read(loaded_space) == arg)
		tlb_load(&kernel_space);
}

void tlb_retire(struct space *s)
{
	irqflags_t flags;

	preempt_disable();
	flags = irq_save();
	leave_remote(s);
	irq_restore(flags);
	fence_seq_cst();                        /* pairs with B: nobody loads s any more, only lazy CPUs still have it */
	if (tlb_is_shared(s))
		xcall_run_many(cpu_has_space, s, leave_remote, s);
	preempt_enable();
}

/* ---- kernel addresses ---- */

struct kernel_flush { vaddr_t start, end; };

/* INVLPG drops global translations of the address under every PCID; all of them go by toggling PGE. */
static void flush_kernel_local(void *arg)
{
	struct kernel_flush *f = arg;
	uint64_t cr4, cr3;

	if (f->end - f->start <= FLUSH_PAGES_MAX * PAGE_SIZE) {
		for (vaddr_t a = f->start; a < f->end; a += PAGE_SIZE)
			invlpg(a);
	} else if (cpu_features.pge) {
		__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
		__asm__ volatile("mov %0, %%cr4" :: "r"(cr4 & ~CR4_PGE) : "memory");
		__asm__ volatile("mov %0, %%cr4" :: "r"(cr4) : "memory");
	} else {
		__asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
		cr3_write(cr3);
	}
}

void tlb_flush_kernel(vaddr_t start, vaddr_t end)
{
	struct kernel_flush f = { start, end };
	irqflags_t flags;

	preempt_disable();
	flags = irq_save();
	flush_kernel_local(&f);
	irq_restore(flags);
	if (nr_cpus_online > 1)
		xcall_run_many(NULL, NULL, flush_kernel_local, &f);
	preempt_enable();
}
