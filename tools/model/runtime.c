/*
 * runtime.c - what the instrumented code calls.
 *
 * The sources are compiled with -fsanitize=thread and linked with this instead of
 * its library. Atomics and fences become events (explore.c); plain accesses are held
 * against the clocks of everything that touched the same bytes.
 *
 * Threads are coroutines with stacks of their own. setup() and finish() run on the
 * engine's stack with nobody beside them: their accesses are direct.
 *
 * Memory always holds, of the stores executed, the last in the order of their
 * location. So a plain load, being ordered behind all stores that it may see, reads it.
 * A plain store begins a new epoch of its bytes: as there is no race, everything
 * before it is over, and its value is what the epoch's loads find first.
 *
 * Loops: code calls cpu_relax() when it found nothing to do. Then the thread either
 * waits for ever for one of its last loads to read something else (it needs no waking:
 * other graphs, by revisits, have it so), or goes on unchanged: repeated loads return what
 * they did, without new events, until it does something else. A loop that goes on unchanged
 * for LOOP_LIMIT rounds has no other way out; that is remembered.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <emmintrin.h>
#include "engine.h"
#include "model/model.h"

#define BASE       0x100000000000ul
#define STACK_SIZE 65536ul
#define HEAP_SIZE  65536ul
#define AREA_SIZE  32768ul
#define CPUS       8
#define REDZONE    32ul
#define LOOP_LIMIT 300
#define DEFAULT_SPINS 1

int me = MAIN, state[THREADS];
const char *verdict;
char verdict_text[1024];

static const struct model_test *test;

/* ---- memory that is watched ---- */

enum { PLAIN_WRITE, PLAIN_READ, ATOMIC_WRITE, ATOMIC_READ, ACCESSES };
enum { HEAP_NONE, HEAP_LIVE, HEAP_FREED };

struct cell {                               /* a byte */
	uint16_t when[ACCESSES][THREADS];       /* clock of the thread plus 1; 0 never */
	uint32_t run, epoch;
	uint8_t heap;
};
enum { DATA, BSS, AREAS, STACKS, HEAP, REGIONS };
static struct region { uintptr_t from, to; struct cell *cells; char *image; } regions[REGIONS];
static uint32_t run;

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
static struct cell *cell_of(uintptr_t a)
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
static uintptr_t stack_low(int t) { return regions[STACKS].from + (uintptr_t)t * STACK_SIZE; }

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

/* ---- threads ---- */

struct thread_state {
	void *sp;
	bool parked, definite;                  /* why blocked; nothing else would have been tried */
	int nr_loads;                           /* since the last store: what a loop may wait for */
	struct load { int id; uintptr_t addr, pc; uint64_t value; int size; } loads[64];
	bool unchanged;                         /* repeats what it did */
	bool fenced;                            /* x86: every shared store of it is ordered before what it loads now */
	bool partly;                            /* this round of its loop began so: what it waits for is not all in loads[] */
	uintptr_t loop;                         /* its cpu_relax() */
	unsigned rounds;
	struct { uintptr_t site; unsigned n; } gone_on[32];
	int depth;
	uintptr_t frames[256];
	uintptr_t hash[256];
	bool choosing;
	unsigned cpu;
	int nr_remote;
	struct { uintptr_t addr; int tid; uint16_t when; } remote[256];     /* others' accesses to its stack */
};
static struct thread_state threads[THREADS + 1];
#define LOOP_LOADS 64
static struct { uintptr_t site; uintptr_t pcs[LOOP_LOADS]; int n; bool whole, endless; } loops[256];     /* whole: pcs[] is of a full round */
static int nr_loops;

static void *engine_sp;
void model_switch(void **save, void *to);
__asm__(".text\nmodel_switch:\n"
	"push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
	"mov %rsp, (%rdi); mov %rsi, %rsp\n"
	"pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\nret\n");

static void leave(void)                     /* to the scheduler */
{
	struct thread_state *t = &threads[me];

	me = MAIN;
	model_switch(&t->sp, engine_sp);
}
static bool abandoned;
void abandon(void)
{
	abandoned = true;
	for (;;)
		leave();
}
void fail(const char *v, const char *fmt, ...)
{
	va_list ap;

	verdict = v;
	va_start(ap, fmt);
	vsnprintf(verdict_text, sizeof verdict_text, fmt, ap);
	va_end(ap);
	if (me == MAIN) {
		extern void verdict_in_main(void) __attribute__((noreturn));
		verdict_in_main();
	}
	for (;;)
		leave();
}
void out_of_bounds(const char *fmt, ...)
{
	va_list ap;

	verdict = "incomplete";
	va_start(ap, fmt);
	vsnprintf(verdict_text, sizeof verdict_text, fmt, ap);
	va_end(ap);
	if (me == MAIN) {
		extern void verdict_in_main(void) __attribute__((noreturn));
		verdict_in_main();
	}
	for (;;)
		leave();
}

void wait_for_turn(void)
{
	struct thread_state *t = &threads[me];
	int self = me;

	me = MAIN;
	model_switch(&t->sp, engine_sp);
	me = self;
}

int lowest_runnable(void)
{
	for (int i = 0; i < THREADS; i++)
		if (state[i] == RUNNABLE)
			return i;
	return -1;
}

static int entering;
static void thread_main(void)
{
	int self = entering;

	me = self;
	test->threads[self]();
	me = self;
	state[self] = ENDED;
	for (;;)
		leave();
}

static void block(bool parked, bool definite)
{
	threads[me].parked = parked;
	threads[me].definite = definite;
	state[me] = BLOCKED;
	for (;;)
		leave();
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

static void touch(uintptr_t a, size_t size, int kind, uintptr_t pc)
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

/* ---- plain accesses ---- */

#define PC ((uintptr_t)__builtin_return_address(0))
#define PLAIN(n) \
void __tsan_read##n(void *p) { touch((uintptr_t)p, n, PLAIN_READ, PC); } \
void __tsan_write##n(void *p) { touch((uintptr_t)p, n, PLAIN_WRITE, PC); } \
void __tsan_unaligned_read##n(void *p) { touch((uintptr_t)p, n, PLAIN_READ, PC); } \
void __tsan_unaligned_write##n(void *p) { touch((uintptr_t)p, n, PLAIN_WRITE, PC); } \
void __tsan_volatile_read##n(void *p) { touch((uintptr_t)p, n, PLAIN_READ, PC); } \
void __tsan_volatile_write##n(void *p) { touch((uintptr_t)p, n, PLAIN_WRITE, PC); } \
void __tsan_unaligned_volatile_read##n(void *p) { touch((uintptr_t)p, n, PLAIN_READ, PC); } \
void __tsan_unaligned_volatile_write##n(void *p) { touch((uintptr_t)p, n, PLAIN_WRITE, PC); }
PLAIN(1) PLAIN(2) PLAIN(4) PLAIN(8) PLAIN(16)
void __tsan_read_range(void *p, size_t n) { touch((uintptr_t)p, n, PLAIN_READ, PC); }
void __tsan_write_range(void *p, size_t n) { touch((uintptr_t)p, n, PLAIN_WRITE, PC); }
void __tsan_init(void) { }
void __tsan_vptr_update(void *p, void *v) { (void)p; (void)v; }
void __tsan_vptr_read(void *p) { (void)p; }

void *model_memset(void *p, int c, size_t n) { touch((uintptr_t)p, n, PLAIN_WRITE, PC); return memset(p, c, n); }
void *model_memcpy(void *to, const void *from, size_t n)
{
	touch((uintptr_t)from, n, PLAIN_READ, PC);
	touch((uintptr_t)to, n, PLAIN_WRITE, PC);
	return memcpy(to, from, n);
}
void *model_memmove(void *to, const void *from, size_t n)
{
	touch((uintptr_t)from, n, PLAIN_READ, PC);
	touch((uintptr_t)to, n, PLAIN_WRITE, PC);
	return memmove(to, from, n);
}

/* Frames: a function's variables are gone when it returns. */
void __tsan_func_entry(void *pc)
{
	struct thread_state *t = &threads[me];

	if (me == MAIN)
		return;
	if (t->depth >= 255)
		out_of_bounds("functions call each other too deep");
	t->depth++;
	t->frames[t->depth] = (uintptr_t)__builtin_frame_address(0);
	t->hash[t->depth] = (t->hash[t->depth - 1] ^ (uintptr_t)pc) * 0x9e3779b97f4a7c15ul;
}
void __tsan_func_exit(void)
{
	struct thread_state *t = &threads[me];
	uintptr_t alive;

	if (me == MAIN || !t->depth)
		return;
	t->depth--;
	alive = t->depth ? t->frames[t->depth] : stack_low(me) + STACK_SIZE;
	for (int i = 0; i < t->nr_remote; i++)
		if (t->remote[i].addr < alive) {
			if (t->remote[i].when > now[me].t[t->remote[i].tid])
				fail("use after free", "T%d returns at {p:%lx} from a function whose variable T%d touches after its step %d, in no order",
				     me, (uintptr_t)__builtin_return_address(0), t->remote[i].tid, t->remote[i].when - 1);
			t->remote[i--] = t->remote[--t->nr_remote];
		}
}

/* ---- atomics ---- */

#define PLACES 4096
static struct place { uint32_t run, epoch; uintptr_t addr; int size, last; uint64_t initial, value; } places[PLACES];

static uint64_t peek(uintptr_t a, int size)
{
	uint64_t v = 0;

	memcpy(&v, (void *)a, (size_t)size);
	return v;
}
static void poke(uintptr_t a, int size, uint64_t v) { memcpy((void *)a, &v, (size_t)size); }
static uint64_t cut(uint64_t v, int size) { return size == 8 ? v : v & ((1ull << size * 8) - 1); }

/* The place as it is now; a store that we were not told of is a plain one. */
static struct place *place_of(uintptr_t a, int size, uintptr_t pc)
{
	struct place *p = &places[(a >> 0) * 0x9e3779b97f4a7c15ul >> 52];
	struct cell *c = cell_of(a);

	if (!c)
		out_of_bounds("atomic access at {p:%lx} to {a:%lx}, which is not the test's memory", pc, a);
	while (p->run == run && p->addr != a)
		p = p == &places[PLACES - 1] ? places : p + 1;
	if (p->run == run && p->epoch == c->epoch && p->value != peek(a, p->size))
		c->epoch++;
	if (p->run != run || p->epoch != c->epoch) {
		*p = (struct place){ run, c->epoch, a, size, -1, 0, 0 };
		p->initial = p->value = peek(a, size);
	}
	if (p->size != size)
		out_of_bounds("{a:%lx} accessed with %d and with %d bytes, at {p:%lx}", a, p->size, size, pc);
	return p;
}

static void stop_repeating(struct thread_state *t)
{
	if (t->unchanged) {
		t->unchanged = false;
		t->nr_loads = 0;
		t->partly = true;
	}
}

/* The load at pc is part of that loop. */
static void in_loop(uintptr_t site, uintptr_t pc)
{
	for (int l = 0; l < nr_loops; l++)
		if (loops[l].site == site) {
			int k = 0;

			while (k < loops[l].n && loops[l].pcs[k] != pc)
				k++;
			if (k == LOOP_LOADS)
				out_of_bounds("a loop of more than %d loads", LOOP_LOADS);
			if (k == loops[l].n)
				loops[l].pcs[loops[l].n++] = pc;
		}
}

static uint64_t do_load(uintptr_t a, int size, int order, int fail_order, int rmw, uint64_t expected, uintptr_t pc, bool *exclusive)
{
	struct thread_state *t = &threads[me];
	struct event e = { .kind = KIND_READ, .size = (uint8_t)size, .order = (uint8_t)order, .fail_order = (uint8_t)fail_order,
			   .rmw = (uint8_t)rmw, .addr = a, .pc = pc, .expected = expected };
	struct place *p;
	int id;

	if (t->unchanged) {
		for (int i = t->nr_loads; i-- > 0;)
			if (t->loads[i].addr == a && t->loads[i].size == size && rmw != RMW_ALWAYS && !(rmw == RMW_CAS && t->loads[i].value == expected)) {
				in_loop(t->loop, pc);
				/* The compiler may have made two of the loop's beginning. */
				for (int k = 0; k < t->nr_loads; k++)
					if (t->loads[k].addr == a)
						in_loop(t->loop, t->loads[k].pc);
				*exclusive = false;
				return t->loads[i].value;
			}
		stop_repeating(t);
	}
	p = place_of(a, size, pc);
	e.epoch = p->epoch;
	e.value = p->initial;
	touch(a, (size_t)size, ATOMIC_READ, pc);
	id = explore_step(&e);
	*exclusive = e.exclusive;
	if (rmw != RMW_NO)
		t->fenced = true;                       /* one that fails is a locked instruction as well */
	if (!e.exclusive) {
		if (t->nr_loads == 64) {
			memmove(t->loads, t->loads + 1, sizeof t->loads - sizeof t->loads[0]);
			t->nr_loads--;
		}
		t->loads[t->nr_loads++] = (struct load){ id, a, pc, e.value, size };
	}
	return e.value;
}

static void do_store(uintptr_t a, int size, uint64_t v, int order, bool exclusive, uintptr_t pc)
{
	struct thread_state *t = &threads[me];
	struct place *p;
	struct event e = { .kind = KIND_WRITE, .size = (uint8_t)size, .order = (uint8_t)order, .exclusive = exclusive, .addr = a, .pc = pc };
	int id;

	stop_repeating(t);
	t->nr_loads = 0;
	t->partly = false;
	t->fenced = exclusive || order == __ATOMIC_SEQ_CST;
	p = place_of(a, size, pc);
	e.epoch = p->epoch;
	e.value = cut(v, size);
	touch(a, (size_t)size, ATOMIC_WRITE, pc);
	id = explore_step(&e);
	p = place_of(a, size, pc);
	if (place_is_last(&e)) {
		poke(a, size, e.value);
		p->value = e.value;
		p->last = id;
	}
}

static uint64_t atomic_load(uintptr_t a, int size, int order, uintptr_t pc)
{
	bool ex;

	if (me == MAIN)
		return touch(a, (size_t)size, ATOMIC_READ, pc), peek(a, size);
	return do_load(a, size, site_order(pc, "load", order, 0), 0, RMW_NO, 0, pc, &ex);
}
static void atomic_store(uintptr_t a, int size, uint64_t v, int order, uintptr_t pc)
{
	if (me == MAIN) {
		touch(a, (size_t)size, ATOMIC_WRITE, pc);
		poke(a, size, v);
		return;
	}
	do_store(a, size, v, site_order(pc, "store", order, 0), false, pc);
}
enum { OP_XCHG, OP_ADD, OP_SUB, OP_AND, OP_OR, OP_XOR, OP_NAND };
static uint64_t atomic_rmw(uintptr_t a, int size, uint64_t v, int order, int op, uintptr_t pc)
{
	uint64_t old, new;
	bool ex;

	if (me == MAIN)
		touch(a, (size_t)size, ATOMIC_WRITE, pc);
	else
		order = site_order(pc, "rmw", order, 0);
	old = me == MAIN ? peek(a, size) : do_load(a, size, order, 0, RMW_ALWAYS, 0, pc, &ex);
	new = op == OP_XCHG ? v : op == OP_ADD ? old + v : op == OP_SUB ? old - v : op == OP_AND ? (old & v) :
		op == OP_OR ? (old | v) : op == OP_XOR ? (old ^ v) : ~(old & v);
	if (me == MAIN)
		poke(a, size, new);
	else
		do_store(a, size, new, order, true, pc);
	return old;
}
/* Returns the value found. */
static uint64_t atomic_cas(uintptr_t a, int size, uint64_t expected, uint64_t v, int order, int fail_order, uintptr_t pc)
{
	uint64_t old;
	bool ex;

	expected = cut(expected, size);
	if (me == MAIN) {
		touch(a, (size_t)size, ATOMIC_WRITE, pc);
		old = peek(a, size);
		if (old == expected)
			poke(a, size, v);
		return old;
	}
	order = site_order(pc, "cas", order, fail_order);
	if (!is_acquire(order))
		fail_order = __ATOMIC_RELAXED;
	else if (order != __ATOMIC_SEQ_CST && fail_order == __ATOMIC_SEQ_CST)
		fail_order = __ATOMIC_ACQUIRE;
	old = do_load(a, size, order, fail_order, RMW_CAS, expected, pc, &ex);
	if (ex)
		do_store(a, size, v, order, true, pc);
	return old;
}

#define ATOMICS(bits, type) \
type __tsan_atomic##bits##_load(const volatile type *p, int o) { return (type)atomic_load((uintptr_t)p, bits / 8, o, PC); } \
void __tsan_atomic##bits##_store(volatile type *p, type v, int o) { atomic_store((uintptr_t)p, bits / 8, v, o, PC); } \
type __tsan_atomic##bits##_exchange(volatile type *p, type v, int o) { return (type)atomic_rmw((uintptr_t)p, bits / 8, v, o, OP_XCHG, PC); } \
type __tsan_atomic##bits##_fetch_add(volatile type *p, type v, int o) { return (type)atomic_rmw((uintptr_t)p, bits / 8, v, o, OP_ADD, PC); } \
type __tsan_atomic##bits##_fetch_sub(volatile type *p, type v, int o) { return (type)atomic_rmw((uintptr_t)p, bits / 8, v, o, OP_SUB, PC); } \
type __tsan_atomic##bits##_fetch_and(volatile type *p, type v, int o) { return (type)atomic_rmw((uintptr_t)p, bits / 8, v, o, OP_AND, PC); } \
type __tsan_atomic##bits##_fetch_or(volatile type *p, type v, int o) { return (type)atomic_rmw((uintptr_t)p, bits / 8, v, o, OP_OR, PC); } \
type __tsan_atomic##bits##_fetch_xor(volatile type *p, type v, int o) { return (type)atomic_rmw((uintptr_t)p, bits / 8, v, o, OP_XOR, PC); } \
type __tsan_atomic##bits##_fetch_nand(volatile type *p, type v, int o) { return (type)atomic_rmw((uintptr_t)p, bits / 8, v, o, OP_NAND, PC); } \
bool __tsan_atomic##bits##_compare_exchange_strong(volatile type *p, type *e, type v, int o, int f) \
{ \
	type old = (type)atomic_cas((uintptr_t)p, bits / 8, *e, v, o, f, PC); \
	bool same = old == *e; \
	*e = old; \
	return same; \
} \
bool __tsan_atomic##bits##_compare_exchange_weak(volatile type *p, type *e, type v, int o, int f) \
{ \
	type old = (type)atomic_cas((uintptr_t)p, bits / 8, *e, v, o, f, PC); \
	bool same = old == *e; \
	*e = old; \
	return same; \
} \
type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type e, type v, int o, int f) \
{ \
	return (type)atomic_cas((uintptr_t)p, bits / 8, e, v, o, f, PC); \
}
ATOMICS(8, uint8_t) ATOMICS(16, uint16_t) ATOMICS(32, uint32_t) ATOMICS(64, uint64_t)

static void fence(int order, uintptr_t pc)
{
	struct event e = { .kind = KIND_FENCE, .pc = pc };

	if (me == MAIN)
		return;
	order = site_order(pc, "fence", order, 0);
	if (order <= __ATOMIC_RELAXED)          /* also: not there */
		return;
	e.order = (uint8_t)order;
	threads[me].fenced |= order == __ATOMIC_SEQ_CST;
	(void)explore_step(&e);
}
void __tsan_atomic_thread_fence(int order) { fence(order, PC); }
void model_fence_after_rmw(void)
{
	if (me != MAIN && threads[me].fenced)
		fence(__ATOMIC_SEQ_CST, PC);
}
void model_store_was_plain(void) { threads[me].fenced = false; }
void __tsan_atomic_signal_fence(int order) { (void)order; }

/* ---- waiting ---- */

static int loop_at(uintptr_t site)
{
	for (int i = 0; i < nr_loops; i++)
		if (loops[i].site == site)
			return i;
	if (nr_loops == 256)
		out_of_bounds("too many loops");
	loops[nr_loops].site = site;
	return nr_loops++;
}

static int choose(unsigned n, int what, uintptr_t pc)
{
	struct event e = { .kind = KIND_CHOICE, .order = (uint8_t)what, .co = (uint16_t)n, .pc = pc };

	(void)explore_step(&e);
	return (int)e.value;
}

/* Has a location changed under the loads since the last store? Coherence: a repetition would not read the older value again. */
static bool saw_change(const struct thread_state *t)
{
	for (int i = 0; i < t->nr_loads; i++)
		for (int j = i + 1; j < t->nr_loads; j++)
			if (t->loads[j].addr == t->loads[i].addr && t->loads[j].value != t->loads[i].value)
				return true;
	return false;
}

void model_relax(void)
{
	struct thread_state *t = &threads[me];
	uintptr_t pc = PC, site;
	const struct event *given;
	unsigned i, limit = test->spins ? test->spins : DEFAULT_SPINS;
	int l;

	if (me == MAIN)
		return;
	site = (pc ^ t->hash[t->depth]) * 0x9e3779b97f4a7c15ul;
	if (t->unchanged) {
		if (site != t->loop)
			stop_repeating(t);
		else if (loops[loop_at(site)].whole = true, ++t->rounds < LOOP_LIMIT)
			return;
		else {
			loops[loop_at(site)].endless = true;
			block(false, true);
		}
	}
	if (t->partly || saw_change(t)) {
		t->partly = false;
		t->nr_loads = 0;
		return;
	}
	if (!t->nr_loads)
		return;
	l = loop_at(site);
	given = explore_given(me);
	for (i = 0; i < 31 && t->gone_on[i].site && t->gone_on[i].site != site; i++)
		;
	t->gone_on[i].site = site;
	if (!(given && given->kind == KIND_CHOICE && given->order == CHOICE_SPIN)) {
		/* Given events behind a loop that was left: it waits no more. */
		if (loops[l].endless || t->gone_on[i].n >= limit) {
			t->loop = site;
			block(false, true);
		}
	}
	if (choose(2, CHOICE_SPIN, pc) == 0)
		block(false, false);
	t->gone_on[i].n++;
	t->unchanged = true;
	t->loop = site;
	t->rounds = 0;
}

/* The thread's last load says that it sleeps. forever: no timeout will end that. */
void model_parked(bool forever)
{
	block(true, forever);
}

unsigned model_choose(unsigned n)
{
	if (me == MAIN)
		out_of_bounds("model_choose() outside of a thread");
	if (n < 2)
		return 0;
	if (threads[me].unchanged)
		stop_repeating(&threads[me]);
	return (unsigned)choose(n, CHOICE_USER, PC);
}
unsigned model_thread(void) { return (unsigned)me; }
unsigned model_cpu(void) { return me == MAIN ? 0 : threads[me].cpu; }
void model_assert_failed(const char *what) { fail("assertion", "%s%d at {p:%lx}: %s", me == MAIN ? "finish, " : "T", me, PC, what); }

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

void runtime_init(void)
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

extern unsigned nr_cpus;
void model_port_reset(unsigned n);              /* port.c */

static int check_end(void)
{
	int nr_blocked = 0, parked = -1, spinning = -1;

	for (int t = 0; t < THREADS; t++) {
		struct thread_state *x = &threads[t];
		int l = -1;

		if (state[t] != BLOCKED)
			continue;
		nr_blocked++;
		if (!x->definite)
			return 1;
		if (x->parked)
			parked = t;
		else
			spinning = t;
		/* Only what its loop reads must be up to date; a sleeper: its token. */
		for (int i = 0; i < nr_loops && !x->parked; i++)
			if (loops[i].site == x->loop && loops[i].whole)
				l = i;
		for (int i = 0; i < x->nr_loads; i++) {
			bool last = i == x->nr_loads - 1, of_loop = last || l < 0 || !loops[l].n, again = false;

			if (x->parked && !last)
				continue;
			for (int j = 0; j < x->nr_loads; j++) {
				if (x->loads[j].addr != x->loads[i].addr)
					continue;
				again |= j > i;
				for (int k = 0; l >= 0 && k < loops[l].n; k++)
					of_loop |= loops[l].pcs[k] == x->loads[j].pc;
			}
			if (of_loop && !again && !explore_is_latest(x->loads[i].id))
				return 1;
		}
	}
	if (!nr_blocked)
		return 0;
	if (nr_blocked > 1)
		fail("deadlock", "%d threads wait for ever", nr_blocked);
	if (parked >= 0)
		fail("lost wake-up", "T%d sleeps for ever, all others have ended", parked);
	fail("unbounded spinning", "T%d spins for ever, all others have ended", spinning);
}

static void *main_sp;                           /* setup and finish may fail: they run on a stack that can be left */
static char main_stack[262144] __attribute__((aligned(16)));
static void (*main_job)(void);
static void *main_own;
void verdict_in_main(void) { for (;;) model_switch(&main_own, main_sp); }
static void main_main(void) { main_job(); verdict_in_main(); }

static void *fresh_stack(uintptr_t top, void (*fn)(void))
{
	uintptr_t *sp = (uintptr_t *)top;

	*--sp = 0;
	*--sp = (uintptr_t)fn;
	for (int i = 0; i < 6; i++)
		*--sp = 0;
	return sp;
}
static void alone(void (*fn)(void))
{
	main_job = fn;
	me = MAIN;
	model_switch(&main_sp, fresh_stack((uintptr_t)main_stack + sizeof main_stack, main_main));
	me = MAIN;
}

static void check_main_end(void) { (void)check_end(); }
static void check_leaks(void)
{
	char where[128];

	for (int i = 0; i < nr_chunks; i++)
		if (chunks[i].live) {
			describe(chunks[i].from, where, sizeof where);
			fail("leak", "%s, allocated at {p:%lx}, was not freed", where, chunks[i].pc);
		}
}

void run_once(const struct model_test *t)
{
	unsigned n = 0, switches = 0;
	int blocked = 0;

	test = t;
	run++;
	nr_accesses = 0;
	verdict = NULL;
	abandoned = false;
	me = MAIN;
	explore_begin_run();
	for (int i = DATA; i <= BSS; i++)
		memcpy((void *)regions[i].from, regions[i].image, regions[i].to - regions[i].from);
	nr_chunks = 0;
	area_top = (uintptr_t)__start_percpu_vars % 64 + (uintptr_t)(__stop_percpu_vars - __start_percpu_vars);
	for (int i = 0; i <= THREADS; i++)
		heap_top[i] = regions[HEAP].from + (uintptr_t)i * HEAP_SIZE;
	for (unsigned c = 0; c < CPUS; c++)
		memcpy((void *)model_area(c), __start_percpu_vars, (size_t)(__stop_percpu_vars - __start_percpu_vars));
	for (int i = 0; i < THREADS; i++) {
		struct thread_state *x = &threads[i];

		state[i] = t->threads[i] ? RUNNABLE : ENDED;
		n += t->threads[i] != NULL;
		x->nr_loads = x->depth = x->nr_remote = 0;
		x->unchanged = x->partly = false;
		x->loop = 0;
		x->cpu = (unsigned)i;
		x->sp = fresh_stack(stack_low(i) + STACK_SIZE, thread_main);
		memset(x->gone_on, 0, sizeof x->gone_on);
	}
	model_port_reset(n);
	if (t->setup)
		alone(t->setup);
	if (verdict)
		return;
	for (;;) {
		int next = -1;

		if (++switches > 1000000)
			break;
		if (!explore_given_done()) {
			/* Whoever can: round and round; given events always lead on. */
			static int turn;

			for (int i = 0; i < THREADS && next < 0; i++) {
				turn = (turn + 1) % THREADS;
				if (state[turn] == RUNNABLE && explore_has_next(turn))
					next = turn;
			}
		}
		if (next < 0)
			next = lowest_runnable();
		if (next < 0)
			break;
		entering = next;
		me = next;
		model_switch(&engine_sp, threads[next].sp);
		me = MAIN;
		if (verdict || abandoned)
			break;
	}
	if (switches > 1000000) {
		verdict = "incomplete";
		snprintf(verdict_text, sizeof verdict_text, "an execution cannot be repeated");
	}
	if (abandoned)
		counts.dead++;
	if (verdict || abandoned)
		return;
	for (int i = 0; i < THREADS; i++)
		blocked += state[i] == BLOCKED;
	if (blocked) {
		counts.blocked++;
		alone(check_main_end);
		return;
	}
	counts.complete++;
	if (t->finish)
		alone(t->finish);
	if (!verdict)
		alone(check_leaks);
}
