/* host: stack, queue, ring and deque lose nothing, double nothing, keep their order. */
#include <host/host.h>
#include <sync/deque.h>
#include <sync/mpsc.h>
#include <sync/ring.h>
#include <sync/wstack.h>
#include <arch/cpu.h>
#include <stdio.h>
#include <stdlib.h>

#define WORKERS 4
#define ITEMS   4096u                           /* of each producer */

struct item { struct stack_node node; unsigned producer, nr; };
static struct item items[WORKERS][ITEMS];
static unsigned char taken[WORKERS][ITEMS];
static atomic_ulong nr_taken, rounds;

static void take(struct item *it)
{
	check(!fetch_add_relaxed(&taken[it->producer][it->nr], 1));
	fetch_add_relaxed(&nr_taken, 1);
}

static void reset(void)
{
	for (unsigned p = 0; p < WORKERS; p++)
		for (unsigned i = 0; i < ITEMS; i++) {
			items[p][i] = (struct item){ { NULL }, p, i };
			taken[p][i] = 0;
		}
	nr_taken = 0;
}

/* Producers push to a stack; each takes all now and then; the order within a producer is last in first out. */
static struct stack stack;

static void stack_worker(unsigned cpu)
{
	for (unsigned i = 0; i < ITEMS; i++) {
		(void)stack_push(&stack, &items[cpu][i].node);
		if (i % 16 == cpu)
			for (struct stack_node *n = stack_take_all(&stack), *next; n; n = next) {
				next = n->next;
				take(container_of(n, struct item, node));
			}
	}
}

/* Popping one by one under RCU, nothing pushed twice in a grace period. */
static void stack_pop_worker(unsigned cpu)
{
	for (unsigned i = 0; i < ITEMS; i++) {
		struct stack_node *n;

		(void)stack_push(&stack, &items[cpu][i].node);
		n = stack_pop(&stack);
		if (n)
			take(container_of(n, struct item, node));
	}
}

/* One taker, three producers: of each the later first, as far as they were there when it took. */
static void stack_own_worker(unsigned cpu)
{
	struct stack_node *below = NULL;

	if (cpu) {
		for (unsigned i = 0; i < ITEMS; i++)
			(void)stack_push(&stack, &items[cpu][i].node);
		return;
	}
	while (load_relaxed(&nr_taken) < (WORKERS - 1) * ITEMS) {
		struct stack_node *n = stack_pop_own(&stack, &below);

		if (n)
			take(container_of(n, struct item, node));
		else
			cpu_relax();
	}
	check(!stack_pop_own(&stack, &below));
}

/* Wait-free pushes: the same, walked by wstack_next(). */
static struct wstack wstack;
static struct { struct wstack_node node; unsigned char taken; } witems[WORKERS][ITEMS];

static void wstack_worker(unsigned cpu)
{
	for (unsigned i = 0; i < ITEMS; i++) {
		(void)wstack_push(&wstack, &witems[cpu][i].node);
		if (i % 16 == cpu || i == ITEMS - 1)
			for (struct wstack_node *n = wstack_take_all(&wstack); n; n = wstack_next(n)) {
				check(!fetch_add_relaxed(&container_of(n, __typeof__(witems[0][0]), node)->taken, 1));
				fetch_add_relaxed(&nr_taken, 1);
			}
	}
}

static struct mpsc queue;

static void mpsc_worker(unsigned cpu)
{
	unsigned last[WORKERS] = { 0 };

	if (cpu) {
		for (unsigned i = 0; i < ITEMS; i++)
			(void)mpsc_push(&queue, &items[cpu][i].node);
		return;
	}
	while (load_relaxed(&nr_taken) < (WORKERS - 1) * ITEMS) {
		struct stack_node *n = mpsc_pop(&queue);
		struct item *it;

		if (!n) {
			cpu_relax();
			continue;
		}
		it = container_of(n, struct item, node);
		check(it->nr == last[it->producer]);    /* first in, first out */
		last[it->producer]++;
		take(it);
	}
}

static struct ring rings[2];
static uintptr_t ring_slots[2][64];

static void ring_worker(unsigned cpu)
{
	struct ring *r = &rings[cpu / 2];
	uintptr_t v;

	for (unsigned i = 1; i <= ITEMS * 4; i++) {
		if (cpu % 2)
			spin_until(ring_put(r, i));
		else {
			spin_until(ring_get(r, &v));
			check(v == i);
		}
	}
}

static struct deque deque;
static void *deque_slots[256];

static void deque_worker(unsigned cpu)
{
	struct item *it;

	if (cpu) {
		while (!load_relaxed(&host_stop)) {
			it = deque_steal(&deque);
			if (it)
				take(it);
			else
				cpu_relax();
		}
		return;
	}
	for (unsigned i = 0; i < ITEMS; i++) {
		if (!deque_push(&deque, &items[0][i]))
			take(&items[0][i]);
		if (i % 3 == 0 && (it = deque_pop(&deque)))
			take(it);
	}
	while ((it = deque_pop(&deque)))
		take(it);
	store_relaxed(&host_stop, true);
}

int main(int argc, char **argv)
{
	uint64_t until = host_now_ns() + host_budget_ns(argc, argv, 1200);

	host_begin(WORKERS);
	for (unsigned i = 0; i < 2; i++)
		ring_init(&rings[i], ring_slots[i], 64);
	deque_init(&deque, deque_slots, 256);
	mpsc_init(&queue, 0);
	stack_init(&stack);
	wstack_init(&wstack);
	do {
		struct stack_node *n;

		reset();
		(void)host_run(stack_worker);
		for (n = stack_take_all(&stack); n; n = n->next)
			take(container_of(n, struct item, node));
		check(nr_taken == WORKERS * ITEMS);
		reset();
		(void)host_run(stack_pop_worker);
		while ((n = stack_pop(&stack)))
			take(container_of(n, struct item, node));
		check(nr_taken == WORKERS * ITEMS);
		reset();
		(void)host_run(stack_own_worker);
		check(nr_taken == (WORKERS - 1) * ITEMS);
		reset();
		for (unsigned p = 0; p < WORKERS; p++)
			for (unsigned i = 0; i < ITEMS; i++)
				witems[p][i].taken = 0;
		(void)host_run(wstack_worker);
		check(nr_taken == WORKERS * ITEMS);
		reset();
		(void)host_run(mpsc_worker);
		check(nr_taken == (WORKERS - 1) * ITEMS && !mpsc_pop(&queue));
		(void)host_run(ring_worker);
		reset();
		store_relaxed(&host_stop, false);
		(void)host_run(deque_worker);
		check(nr_taken == ITEMS);
		rounds++;
	} while (host_now_ns() < until);
	printf("queues: %lu rounds\n", rounds);
	return host_end();
}
