/*
 * conflicts.c - mode=conflicts: cache lines that one vCPU writes and another touches.
 *
 * In its window every access of a vCPU's kernel code is recorded by physical line, instruction,
 * kind (read or write), and whether it was made by the handler of an interrupt. Device memory
 * is left out. At the end of a set, for the lines that several vCPUs touched and one wrote:
 *   "cpu N BASE"                     of vCPU N's per-CPU data: BASE + link address
 *   "line PHYSICAL VIRTUAL"          then what lies there (memory.c), and all accesses to it:
 *   "at CPU ADDRESS r|w IRQ COUNT"   IRQ: 1 in the handler of an interrupt
 *   "in CPU ENTRIES"                 how many entries into the kernel touched it, interrupts apart
 * Each vCPU writes its own table; the set ends when all windows are closed.
 */
#include "guest.h"

#define LINE_SHIFT 6

/* Of a line by one instruction; with pc 0, of a line by one vCPU, count being the entries into the kernel. */
struct touch {
	uint64_t line, pc, vaddr;
	uint32_t count, last_entry;
	bool is_write, is_irq;
	uint16_t cpu;
};

static struct touches { struct touch *slots; size_t size, nr; } touches[MAX_CPUS];     /* open addressing; count 0: free */
static struct { uint64_t base; bool is_known; } areas[MAX_CPUS];

static struct touch *touch_find(const struct touches *t, const struct touch *key)
{
	size_t i = (key->line * 0x9e3779b97f4a7c15ull ^ key->pc * 0xc2b2ae3d27d4eb4full) >> 20;

	for (;; i++) {
		struct touch *s = &t->slots[i & (t->size - 1)];

		if (!s->count || (s->line == key->line && s->pc == key->pc && s->is_write == key->is_write && s->is_irq == key->is_irq))
			return s;
	}
}

static void touches_grow(struct touches *t)
{
	struct touches old = *t;

	t->size = old.size ? 2 * old.size : 1 << 12;
	t->slots = need(calloc(t->size, sizeof *t->slots));
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i].count)
			*touch_find(t, &old.slots[i]) = old.slots[i];
	free(old.slots);
}

/* The touch that `key` tells of, a new one with count 0 if there is none. */
static struct touch *touch_get(unsigned cpu, const struct touch *key)
{
	struct touches *t = &touches[cpu];
	struct touch *s;

	if (2 * t->nr >= t->size)
		touches_grow(t);
	s = touch_find(t, key);
	if (!s->count) {
		*s = *key;
		t->nr++;
	}
	return s;
}

static void touched(unsigned cpu, uint64_t line, uint64_t vaddr, uint64_t pc, bool written)
{
	const struct window *w = &windows[cpu];
	struct touch *s;

	touch_get(cpu, &(struct touch){
		.line = line, .pc = pc, .vaddr = vaddr, .is_write = written, .is_irq = w->irq_depth, .cpu = (uint16_t)cpu })->count++;
	if (w->irq_depth)
		return;
	s = touch_get(cpu, &(struct touch){ .line = line, .vaddr = vaddr, .cpu = (uint16_t)cpu });
	if (!s->count || s->last_entry != w->entries)
		s->count++;
	s->last_entry = w->entries;
}

static void access_memory(unsigned cpu, mem_info info, uint64_t vaddr, void *data)
{
	const struct place *p = data;
	const struct qemu_plugin_hwaddr *at;
	uint64_t first, size = 1ull << qemu_plugin_mem_size_shift(info);

	if (!windows[cpu].open)
		return;
	at = qemu_plugin_get_hwaddr(info, vaddr);
	if (!at || qemu_plugin_hwaddr_is_io(at))
		return;
	first = qemu_plugin_hwaddr_phys_addr(at);
	touched(cpu, first >> LINE_SHIFT, vaddr, p->pc, is_write(info));
	/* The second half of an access that straddles two lines of a page. */
	if ((first + size - 1) >> LINE_SHIFT != first >> LINE_SHIFT && (vaddr + size - 1) >> 12 == vaddr >> 12)
		touched(cpu, (first + size - 1) >> LINE_SHIFT, vaddr, p->pc, is_write(info));
}

/* gs:[X] was found at vaddr: that tells where this vCPU's per-CPU data lies. data: X. */
static void access_percpu(unsigned cpu, mem_info info, uint64_t vaddr, void *data)
{
	(void)info;
	areas[cpu].base = vaddr - (uintptr_t)data;
	areas[cpu].is_known = true;
}

static void translate(struct qemu_plugin_insn *insn, struct place *p, const struct decoded *d, bool is_first)
{
	(void)is_first;
	if (!is_kernel(p->pc))
		return;
	qemu_plugin_register_vcpu_mem_cb(insn, access_memory, CB_NO_REGS, MEM_BOTH, p);
	if (d->is_percpu)
		qemu_plugin_register_vcpu_mem_cb(insn, access_percpu, CB_NO_REGS, MEM_BOTH, (void *)(uintptr_t)d->percpu);
}

static void discard(void)
{
	for (unsigned c = 0; c < MAX_CPUS; c++) {
		free(touches[c].slots);
		touches[c] = (struct touches){ 0 };
	}
}

static int by_line(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	return x->line != y->line ? (x->line < y->line ? -1 : 1) : x->pc != y->pc ? (x->pc < y->pc ? -1 : 1) : x->cpu - y->cpu;
}

/* t[0..n): all touches of one line. Did one vCPU write what another touched? */
static bool is_conflict(const struct touch *t, size_t n)
{
	bool several = false, written = false;

	for (size_t i = 0; i < n; i++) {
		several |= t[i].cpu != t[0].cpu;
		written |= t[i].is_write;
	}
	return several && written;
}

static void line_print(const struct touch *t, size_t n)
{
	fprintf(out, "line %lx %lx\n", t->line << LINE_SHIFT, t->vaddr);
	memory_describe(t->line << LINE_SHIFT, t->vaddr);
	for (size_t i = 0; i < n; i++)
		if (t[i].pc)
			fprintf(out, "at %u %lx %c %d %u\n", t[i].cpu, t[i].pc, t[i].is_write ? 'w' : 'r', t[i].is_irq, t[i].count);
		else
			fprintf(out, "in %u %u\n", t[i].cpu, t[i].count);
}

static void set_end(void)
{
	struct touch *all;
	size_t nr = 0, from, to;

	for (unsigned c = 0; c < MAX_CPUS; c++) {
		nr += touches[c].nr;
		if (areas[c].is_known)
			fprintf(out, "cpu %u %lx\n", c, areas[c].base);
	}
	all = need(malloc((nr + 1) * sizeof *all));
	nr = 0;
	for (unsigned c = 0; c < MAX_CPUS; c++)
		for (size_t i = 0; i < touches[c].size; i++)
			if (touches[c].slots[i].count)
				all[nr++] = touches[c].slots[i];
	qsort(all, nr, sizeof *all, by_line);
	for (from = 0; from < nr; from = to) {
		for (to = from; to < nr && all[to].line == all[from].line; to++)
			;
		if (is_conflict(all + from, to - from))
			line_print(all + from, to - from);
	}
	free(all);
	discard();
}

const struct mode mode_conflicts = { .translate = translate, .set_end = set_end, .discard = discard };
