/*
 * area.c - the memory behind per-CPU variables, and its dynamic part.
 *
 * All areas have the same size, the stride, and stand side by side:
 *
 *   area of CPU 0      area of CPU 1      ...        chunk: a copy of the row elsewhere
 *   | section | dyn |  | section | dyn |             | dyn      |  | dyn      | ...
 *   <--- stride --->
 *
 * A handle is a key: key + percpu_bases[cpu] is the object of that CPU. Because
 * every row has the same stride, a further chunk needs no second base: its key
 * is merely further away. So the dynamic part grows without moving anything.
 *   I1  a set bit in chunk->used is a granule that is handed out
 *   I2  chunks are never given back; the list only grows
 * Lock: percpu_lock (leaf), held for the bitmap search only.
 * Context: percpu_alloc() and percpu_free() in task context.
 */
#include <percpu/percpu.h>
#include <percpu/preempt.h>
#include <arch/percpu.h>
#include <lib/bitmap.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <sync/spinlock.h>
#include <trace/klog.h>

#define DYN_SIZE   8192ul                   /* dynamic bytes beside the section, at least */
#define GRANULE    8ul

struct chunk {
	struct chunk *next;                     /* percpu_lock */
	uintptr_t key;                          /* of its first granule */
	size_t nr_granules;
	unsigned long used[];                   /* bitmap; percpu_lock */
};

extern char __percpu_start[], __percpu_end[];

DEFINE_PERCPU(uintptr_t, percpu_base) = 0;
DEFINE_PERCPU(unsigned, cpu_number) = 0;
DEFINE_PERCPU_ALIGNED(atomic_bool, cpu_online) = false;     /* a line of its own, that others read */
DEFINE_PERCPU(uint32_t, preempt_count) = PREEMPT_NO_RESCHED;

static uintptr_t boot_base[1];              /* the section itself is CPU 0's first area */
unsigned nr_cpus = 1;
uintptr_t *percpu_bases = boot_base;
void *(*percpu_grow)(size_t size);

static struct spinlock percpu_lock = SPINLOCK_INIT(RANK_LEAF);
static struct chunk *chunks;
static size_t stride;

/* ---- dynamic memory ---- */

/* First run of n clear bits aligned to `align` bits; nr_granules when there is none. */
static size_t find_run(const struct chunk *c, size_t n, size_t align)
{
	size_t at = 0;

	for (;;) {
		size_t end;

		at = bitmap_find_clear(c->used, c->nr_granules, at);
		/* Alignment is that of the key, not of the bit number. */
		while ((c->key / GRANULE + at) % align)
			at++;
		if (at + n > c->nr_granules)
			return c->nr_granules;
		end = bitmap_find_set(c->used, c->nr_granules, at);
		if (end >= at + n)
			return at;
		at = end;
	}
}

static percpu_dyn_t chunk_take_locked(struct chunk *c, size_t n, size_t align)
{
	size_t at = find_run(c, n, align);

	if (at >= c->nr_granules)
		return NULL;
	for (size_t i = 0; i < n; i++)
		bitmap_set(c->used, at + i);
	return (percpu_dyn_t)(c->key + at * GRANULE);
}

static percpu_dyn_t take(size_t n, size_t align)
{
	percpu_dyn_t p = NULL;

	spin_lock(&percpu_lock);
	for (struct chunk *c = chunks; c && !p; c = c->next)
		p = chunk_take_locked(c, n, align);
	spin_unlock(&percpu_lock);
	return p;
}

static struct chunk *chunk_place(void *mem, uintptr_t key, size_t nr_granules)
{
	struct chunk *c = mem;

	c->key = key;
	c->nr_granules = nr_granules;
	return c;
}

/* Another row of areas. Its descriptor and bitmap stand behind the row. */
static bool grow(void)
{
	size_t granules = stride / GRANULE, row = stride * nr_cpus;
	struct chunk *c;
	char *mem;

	if (!percpu_grow)
		return false;
	mem = percpu_grow(row + sizeof(*c) + BITMAP_LONGS(granules) * sizeof(long));
	if (!mem)
		return false;
	c = chunk_place(mem + row, (uintptr_t)mem - percpu_bases[0], granules);
	spin_lock(&percpu_lock);
	c->next = chunks;
	chunks = c;
	spin_unlock(&percpu_lock);
	return true;
}

percpu_dyn_t percpu_alloc(size_t size, size_t align)
{
	size_t n = DIV_ROUND_UP(size, GRANULE);
	percpu_dyn_t p;

	if (!size || size > stride || align > PAGE_SIZE)
		return NULL;
	align = MAX(align / GRANULE, (size_t)1);
	p = take(n, align);
	if (!p && grow())
		p = take(n, align);
	if (p)
		for_each_cpu(cpu)
			memset(percpu_dyn_ptr(p, cpu), 0, size);
	return p;
}

static bool chunk_has(const struct chunk *c, uintptr_t key)
{
	return key >= c->key && key - c->key < c->nr_granules * GRANULE;
}

void percpu_free(percpu_dyn_t p, size_t size)
{
	uintptr_t key = (uintptr_t)p;
	struct chunk *c;

	if (!p)
		return;
	spin_lock(&percpu_lock);
	for (c = chunks; c && !chunk_has(c, key); c = c->next)
		;
	bug_on(!c);
	for (size_t i = 0; i < DIV_ROUND_UP(size, GRANULE); i++) {
		assert(bitmap_test(c->used, (key - c->key) / GRANULE + i));
		bitmap_clear(c->used, (key - c->key) / GRANULE + i);
	}
	spin_unlock(&percpu_lock);
}

/* ---- bring-up ---- */

static void dynamic_init(size_t section)
{
	size_t from = ALIGN_UP(section, CACHELINE), granules = (stride - from) / GRANULE;
	size_t bytes = sizeof(struct chunk) + BITMAP_LONGS(granules) * sizeof(long);

	chunks = chunk_place(boot_alloc(bytes, 8), (uintptr_t)__percpu_start + from, granules);
}

void percpu_init(unsigned n)
{
	size_t section = __percpu_end - __percpu_start;
	irqflags_t flags;
	char *row;

	bug_on((uintptr_t)__percpu_start % CACHELINE);
	stride = ALIGN_UP(section + DYN_SIZE, PAGE_SIZE);
	row = boot_alloc(stride * n, PAGE_SIZE);
	uintptr_t *bases = boot_alloc(n * sizeof(*bases), 8);
	for (unsigned cpu = 0; cpu < n; cpu++)
		bases[cpu] = (uintptr_t)row + cpu * stride - (uintptr_t)__percpu_start;
	dynamic_init(section);

	/* From the copy to the switch nothing may change a per-CPU word: no interrupt, no lock. */
	flags = irq_save();
	for (unsigned cpu = 0; cpu < n; cpu++)
		memcpy(row + cpu * stride, __percpu_start, section);
	percpu_bases = bases;
	nr_cpus = n;
	for_each_cpu(cpu) {
		*cpu_ptr(percpu_base, cpu) = bases[cpu];
		*cpu_ptr(cpu_number, cpu) = cpu;
		*cpu_ptr(preempt_count, cpu) = PREEMPT_NO_RESCHED;
	}
	*cpu_ptr(preempt_count, 0) = this_cpu_read(preempt_count);
	*cpu_ptr(cpu_online, 0) = true;         /* plain, as all above: no other CPU is up */
	arch_set_percpu_base(bases[0]);
	irq_restore(flags);
}

size_t percpu_area_bytes(void) { return stride; }
