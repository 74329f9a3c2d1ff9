/*
 * memory.c - the memory that is watched: who touched which byte when, the blocks that are allocated, races.
 *
 * Each byte has a cell: for each thread and kind of access the clock of the last one. An access is a race when a cell
 * has one of a conflicting kind that the running thread's clock does not cover.
 *
 * Memory always holds, of the stores executed, the last in the order of their
 * location. So a plain load, being ordered behind all stores that it may see, reads it.
 * A plain store begins a new epoch of its bytes: as there is no race, everything
 * before it is over, and its value is what the epoch's loads find first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <emmintrin.h>
#include "runtime.h"
#include "model/model.h"

#define BASE       0x100000000000ul
#define HEAP_SIZE  65536ul
#define AREA_SIZE  32768ul
#define CPUS       8
#define REDZONE    32ul

/* ---- memory that is watched ---- */

enum { DATA, BSS, AREAS, STACKS, HEAP, REGIONS };
static struct region { uintptr_t from, to; struct cell *cells; char *image; } regions[REGIONS];
uint32_t run;

extern char __start_model_data[], __stop_model_data[], __start_model_bss[] __attribute__((weak)), __stop_model_bss[] __attribute__((weak));
extern char __start_percpu_vars[], __stop_percpu_vars[];

static inline struct cell *fresh(struct cell *c)
{
	if (c->run != run) {
		memset(c, 0, sizeof *c);
		c->run = run;
	}
	return c;
}
static inline struct region *region_of(uintptr_t a)
{
	for (int i = 0; i < REGIONS; i++)
		if (a - regions[i].from < regions[i].to - regions[i].from)
			return &regions[i];
	return NULL;
}
struct cell *cell_of(uintptr_t a)
{
	struct region *r = region_of(a);

	return r ? fresh(&r->cells[a - r->from]) : NULL;
}

struct chunk { uintptr_t from, size; bool live, percpu; uintptr_t pc, free_pc; int tid, n; };
#define CHUNKS 512
static struct chunk chunks[CHUNKS];
static int nr_chunks;
static uintptr_t heap_top[THREADS + 1], area_top;

static struct chunk *chunk_of(uintptr_t a)
{
	for (int i = 0; i < nr_chunks; i++)
		if (a >= chunks[i].from && a < chunks[i].from + chunks[i].size)
			return &chunks[i];
	return NULL;
}

static uintptr_t area_of(unsigned cpu) { return regions[AREAS].from + cpu * AREA_SIZE; }
uintptr_t stack_low(int t) { return regions[STACKS].from + (uintptr_t)t * STACK_SIZE; }

void describe(uintptr_t a, char *buf, size_t size)
{
	struct chunk *c = chunk_of(a);

	if (c && !c->percpu)
		snprintf(buf, size, "block %d of %s%c+%lu", c->n, c->tid == MAIN ? "setup" : "T", c->tid == MAIN ? ' ' : '0' + c->tid, a - c->from);
	else if (a >= regions[AREAS].from && a < regions[AREAS].to) {
		unsigned cpu = (unsigned)((a - regions[AREAS].from) / AREA_SIZE);
		uintptr_t off = (a - regions[AREAS].from) % AREA_SIZE - (uintptr_t)__start_percpu_vars % 64;

		if (off < (uintptr_t)(__stop_percpu_vars - __start_percpu_vars))
			snprintf(buf, size, "{a:%lx} of CPU %u", (uintptr_t)__start_percpu_vars + off, cpu);
		else
			snprintf(buf, size, "cell %lx of CPU %u", off, cpu);
	} else if (a >= regions[STACKS].from && a < regions[STACKS].to)
		snprintf(buf, size, "T%lu's stack -%lu", (a - regions[STACKS].from) / STACK_SIZE, STACK_SIZE - (a - regions[STACKS].from) % STACK_SIZE);
	else
		snprintf(buf, size, "{a:%lx}", a);
}

/* ---- races ---- */

static const char *const access_names[] = { "plain store", "plain load", "atomic store", "atomic load" };

struct accessed { uintptr_t addr, pc; uint16_t when; uint8_t tid, kind, size; };
static struct accessed accesses[8192];          /* the last plain ones, for the report */
static unsigned nr_accesses;

static uintptr_t find_access(uintptr_t a, int tid, int kind, unsigned when)
{
	for (unsigned i = nr_accesses; i-- > 0 && i + 8192 > nr_accesses;) {
		struct accessed *x = &accesses[i % 8192];

		if (x->tid == tid && x->kind == kind && x->when == when && a >= x->addr && a < x->addr + x->size)
			return x->pc;
	}
	return 0;
}

/* Is there any access of the kinds that is not before us? All threads at once, two kinds a step: saturating differences. */
union clocks { __m128i v[2]; uint64_t kind[ACCESSES]; };
static inline bool any_unordered(const struct cell *c, const union clocks *here, const union clocks *mask)
{
	__m128i late = _mm_setzero_si128();

	for (int i = 0; i < 2; i++) {
		__m128i when = _mm_loadu_si128((const __m128i *)c->when + i);

		late = _mm_or_si128(late, _mm_and_si128(_mm_subs_epu16(when, here->v[i]), mask->v[i]));
	}
	return _mm_movemask_epi8(_mm_cmpeq_epi8(late, _mm_setzero_si128())) != 0xffff;
}

/* The first thread whose access of one of the kinds to that byte is not before us. */
static int unordered(const struct cell *c, unsigned kinds, int *kind)
{
	for (int t = 0; t < THREADS; t++)
		if (t != me)
			for (int k = 0; k < ACCESSES; k++)
				if (kinds >> k & 1 && c->when[k][t] > now[me].t[t]) {
					*kind = k;
					return t;
				}
	return -1;
}

static void check_stack(uintptr_t a, uintptr_t pc)
{
	int owner = (int)((a - regions[STACKS].from) / STACK_SIZE);
	struct thread_state *t = &threads[owner];

	if (owner == me)
		return;
	if (state[owner] == ENDED || a < (uintptr_t)t->sp)
		fail("use after free", "T%d at {p:%lx}: T%d has returned from the function whose variable this is", me, pc, owner);
	if (t->nr_remote == 256)
		out_of_bounds("too many accesses to another thread's stack");
	t->remote[t->nr_remote].addr = a;
	t->remote[t->nr_remote].tid = me;
	t->remote[t->nr_remote++].when = (uint16_t)(now[me].t[me] + 1);
}

void touch(uintptr_t a, size_t size, int kind, uintptr_t pc)
{
	unsigned against = kind == PLAIN_WRITE ? 0xf : kind == PLAIN_READ ? 1u << PLAIN_WRITE | 1u << ATOMIC_WRITE :
		kind == ATOMIC_WRITE ? 1u << PLAIN_WRITE | 1u << PLAIN_READ : 1u << PLAIN_WRITE;
	struct region *r = region_of(a);
	bool heap = r == &regions[HEAP];
	union clocks here, mask;
	struct cell *c;
	char where[128];

	if (!r || size > r->to - a)
		return;
	if (kind <= PLAIN_READ) {
		struct accessed *x = &accesses[nr_accesses++ % 8192];

		*x = (struct accessed){ a, pc, me == MAIN ? 0 : (uint16_t)(now[me].t[me] + 1), (uint8_t)me, (uint8_t)kind, (uint8_t)(size < 255 ? size : 255) };
	}
	if (me != MAIN) {
		if (r == &regions[STACKS])
			check_stack(a, pc);
		else if (kind == PLAIN_WRITE)
			threads[me].fenced = false;
		for (int k = 0; k < ACCESSES; k++) {
			memcpy(&here.kind[k], &now[me], sizeof here.kind[k]);
			mask.kind[k] = against >> k & 1 ? ~(0xffffull << 16 * me) : 0;
		}
	}
	c = &r->cells[a - r->from];
	for (size_t i = 0; i < size; i++, c++) {
		int other, k;

		fresh(c);
		if (heap && c->heap != HEAP_LIVE) {
			struct chunk *ch = chunk_of(a + i);

			describe(a + i, where, sizeof where);
			if (ch)
				fail("use after free", "T%d, %s at {p:%lx} of %s; it was freed at {p:%lx}", me, access_names[kind], pc, where, ch->free_pc);
			fail("out of bounds", "T%d, %s at {p:%lx} of {a:%lx}, which is in no block", me, access_names[kind], pc, a + i);
		}
		if (kind == PLAIN_WRITE)
			c->epoch++;
		if (me == MAIN)
			continue;
		if (any_unordered(c, &here, &mask) && (other = unordered(c, against, &k)) >= 0) {
			uintptr_t first = k <= PLAIN_READ ? find_access(a + i, other, k, c->when[k][other]) : 0;

			describe(a + i, where, sizeof where);
			if (first)
				fail("data race", "T%d, %s at {p:%lx} of %s, and T%d, %s at {p:%lx}, in no order", me, access_names[kind], pc, where, other, access_names[k], first);
			fail("data race", "T%d, %s at {p:%lx} of %s, and T%d, %s after its step %d, in no order", me, access_names[kind], pc, where, other,
			     access_names[k], c->when[k][other] - 1);
		}
		c->when[kind][me] = (uint16_t)(now[me].t[me] + 1);
	}
}

/* ---- heap ---- */

static uintptr_t take_chunk(uintptr_t from, size_t size, bool percpu, uintptr_t pc)
{
	int n = 0;

	if (nr_chunks == CHUNKS)
		out_of_bounds("more than %d allocations", CHUNKS);
	for (int i = 0; i < nr_chunks; i++)
		n += chunks[i].tid == me;
	chunks[nr_chunks++] = (struct chunk){ from, size, true, percpu, pc, 0, me, n };
	return from;
}

void *model_alloc(size_t size)
{
	uintptr_t from = heap_top[me] + REDZONE, pc = (uintptr_t)__builtin_return_address(0);

	size = size ? size : 1;
	if (size > HEAP_SIZE || from + size + REDZONE > regions[HEAP].from + (uintptr_t)(me + 1) * HEAP_SIZE)
		out_of_bounds("a thread allocates more than %lu bytes, at {p:%lx}", HEAP_SIZE, pc);
	heap_top[me] = (from + size + 15) & ~15ul;
	take_chunk(from, size, false, pc);
	for (size_t i = 0; i < size; i++)
		cell_of(from + i)->heap = HEAP_LIVE;
	memset((void *)from, 0xa5, size);
	return (void *)from;
}

void model_free(void *p)
{
	struct chunk *c = chunk_of((uintptr_t)p);
	uintptr_t pc = (uintptr_t)__builtin_return_address(0);
	char where[128];

	if (!p)
		return;
	if (!c || c->from != (uintptr_t)p || c->percpu)
		fail("bad free", "T%d at {p:%lx}: {a:%lx} was not allocated", me, pc, (uintptr_t)p);
	describe(c->from, where, sizeof where);
	if (!c->live)
		fail("double free", "T%d at {p:%lx} frees %s, which was freed at {p:%lx}", me, pc, where, c->free_pc);
	for (size_t i = 0; i < c->size; i++) {
		struct cell *x = cell_of(c->from + i);
		int k, other = me == MAIN ? -1 : unordered(x, 0xf, &k);

		if (other >= 0) {
			uintptr_t first = k <= PLAIN_READ ? find_access(c->from + i, other, k, x->when[k][other]) : 0;

			if (first)
				fail("use after free", "T%d at {p:%lx} frees %s beside T%d's %s at {p:%lx}, in no order", me, pc, where, other, access_names[k], first);
			fail("use after free", "T%d at {p:%lx} frees %s beside T%d's %s after its step %d, in no order", me, pc, where, other,
			     access_names[k], x->when[k][other] - 1);
		}
		x->heap = HEAP_FREED;
		x->epoch++;
	}
	c->live = false;
	c->free_pc = pc;
}

/* Per-CPU memory: the same place in every area, zeroed; returned as distance from an area's start. */
size_t model_percpu_alloc(size_t size, size_t align)
{
	uintptr_t at = (area_top + align - 1) & ~(align - 1);

	if (at + size > AREA_SIZE)
		out_of_bounds("too much per-CPU memory");
	area_top = at + size;
	take_chunk(regions[AREAS].from + at, size, true, (uintptr_t)__builtin_return_address(0));
	for (unsigned c = 0; c < CPUS; c++)
		memset((void *)(area_of(c) + at), 0, size);
	return at;
}
void model_percpu_free(size_t at)
{
	struct chunk *c = chunk_of(regions[AREAS].from + at);

	if (!c || !c->live)
		fail("double free", "T%d at {p:%lx}: per-CPU memory", me, (uintptr_t)__builtin_return_address(0));
	c->live = false;
}
uintptr_t model_area(unsigned cpu) { return area_of(cpu) + (uintptr_t)__start_percpu_vars % 64; }
uintptr_t model_percpu_start(void) { return (uintptr_t)__start_percpu_vars; }

/* ---- a run ---- */

static void *map(uintptr_t at, size_t size)
{
	void *p = mmap((void *)at, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (at ? MAP_FIXED_NOREPLACE : 0), -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	return p;
}

void memory_init(void)
{
	regions[DATA] = (struct region){ .from = (uintptr_t)__start_model_data, .to = (uintptr_t)__stop_model_data };
	regions[BSS] = (struct region){ .from = (uintptr_t)__start_model_bss, .to = (uintptr_t)__stop_model_bss };
	regions[AREAS] = (struct region){ .from = BASE, .to = BASE + CPUS * AREA_SIZE };
	regions[STACKS] = (struct region){ .from = BASE + 0x10000000, .to = BASE + 0x10000000 + THREADS * STACK_SIZE };
	regions[HEAP] = (struct region){ .from = BASE + 0x20000000, .to = BASE + 0x20000000 + (THREADS + 1) * HEAP_SIZE };
	for (int i = 0; i < REGIONS; i++) {
		struct region *r = &regions[i];
		size_t size = r->to - r->from;

		if (i >= AREAS)
			map(r->from, size);
		r->cells = map(0, (size + 1) * sizeof(struct cell));
		if (i < AREAS) {
			r->image = malloc(size + 1);
			memcpy(r->image, (void *)r->from, size);
		}
	}
}

void memory_begin_run(void)
{
	run++;
	nr_accesses = 0;
	for (int i = DATA; i <= BSS; i++)
		memcpy((void *)regions[i].from, regions[i].image, regions[i].to - regions[i].from);
	nr_chunks = 0;
	area_top = (uintptr_t)__start_percpu_vars % 64 + (uintptr_t)(__stop_percpu_vars - __start_percpu_vars);
	for (int i = 0; i <= THREADS; i++)
		heap_top[i] = regions[HEAP].from + (uintptr_t)i * HEAP_SIZE;
	for (unsigned c = 0; c < CPUS; c++)
		memcpy((void *)model_area(c), __start_percpu_vars, (size_t)(__stop_percpu_vars - __start_percpu_vars));
}

void memory_check_leaks(void)
{
	char where[128];

	for (int i = 0; i < nr_chunks; i++)
		if (chunks[i].live) {
			describe(chunks[i].from, where, sizeof where);
			fail("leak", "%s, allocated at {p:%lx}, was not freed", where, chunks[i].pc);
		}
}
