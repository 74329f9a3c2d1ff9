/*
 * runtime.c - what the instrumented code calls.
 *
 * The sources are compiled with -fsanitize=thread and linked with this instead of
 * its library. Atomics and fences become events (explore.c); plain accesses are held
 * against the clocks of everything that touched the same bytes (memory.c).
 *
 * setup() and finish() run with nobody beside them: their accesses are direct.
 */
#include <string.h>
#include "runtime.h"
#include "model/model.h"

/* ---- plain accesses ---- */

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
