/* ours.c - the workloads on our structures. */
#include <host/host.h>
#include <sync/hashtab.h>
#include <sync/mpsc.h>
#include <sync/rcu.h>
#include <sync/wstack.h>
#include <arch/cpu.h>
#include <stdlib.h>
#include "bench.h"

/* ---- RCU ---- */

struct object { unsigned long value; struct rcu_head rcu; };
static struct object object = { .value = 3 }, *shared = &object;

static uint64_t read_work(unsigned thread, unsigned threads)
{
	uint64_t sum = 0;

	for (unsigned long i = share(READS, threads); i--; ) {
		rcu_read_lock();
		sum += rcu_load(shared)->value;
		rcu_read_unlock();
		if (i % 1024 == 0)
			rcu_note_context_switch();
	}
	return sum;
}
const struct side our_read = { .work = read_work };

static struct object *pool[2];

static void called(struct rcu_head *h) { container_of(h, struct object, rcu)->value++; }

static void call_setup(unsigned threads)
{
	for (unsigned i = 0; i < threads; i++)
		pool[i] = calloc(UPDATES, sizeof *pool[i]);
}

static uint64_t call_work(unsigned thread, unsigned threads)
{
	unsigned long n = share(UPDATES, threads);
	uint64_t sum = 0;

	for (unsigned long i = 0; i < n; i++) {
		rcu_call(&pool[thread][i].rcu, called);
		if (i % 1024 == 0)
			host_poll();
	}
	rcu_synchronize();                      /* behind our own callbacks */
	for (unsigned long i = 0; i < n; i++)
		sum += pool[thread][i].value;
	return sum;
}

static void call_teardown(void)
{
	free(pool[0]);
	free(pool[1]);
	pool[0] = pool[1] = NULL;
}
const struct side our_call = { call_setup, call_work, call_teardown };

/* ---- queue: one thread fills and empties in turn; two: producer and consumer. It is the consumer's CPU's ---- */

struct item { struct stack_node node; unsigned long value; };
static struct mpsc queue __cacheline_aligned;
static struct stack stack __cacheline_aligned;
static struct item *items __cacheline_aligned;      /* not beside what is contended */

static void items_setup(unsigned threads)
{
	items = calloc(MOVES, sizeof *items);
	for (unsigned long i = 0; i < MOVES; i++)
		items[i].value = i;
	mpsc_init(&queue, threads - 1);
	stack_init(&stack);
}
static void items_teardown(void) { free(items); }

static uint64_t queue_work(unsigned thread, unsigned threads)
{
	uint64_t sum = 0;
	struct stack_node *n;

	if (threads == 1) {
		for (unsigned long i = 0; i < MOVES; i += BATCH) {
			for (unsigned k = 0; k < BATCH && i + k < MOVES; k++)
				(void)mpsc_push(&queue, &items[i + k].node);
			while ((n = mpsc_pop(&queue)))
				sum += container_of(n, struct item, node)->value;
		}
		return sum;
	}
	if (thread == 0) {
		for (unsigned long i = 0; i < MOVES; i++) {
			bench_produce(i);
			(void)mpsc_push(&queue, &items[i].node);
		}
		return 0;
	}
	for (unsigned long left = MOVES; left; ) {
		n = mpsc_pop(&queue);
		if (n) {
			sum += container_of(n, struct item, node)->value;
			bench_consume(--left);
		} else {
			cpu_relax();
		}
	}
	return sum;
}
const struct side our_queue = { items_setup, queue_work, items_teardown };

/* ---- stack: each pushes a batch, then takes all there is ---- */

static uint64_t stack_work(unsigned thread, unsigned threads)
{
	unsigned long from = thread * share(MOVES, threads), to = from + share(MOVES, threads);
	uint64_t sum = 0;

	for (unsigned long i = from; i < to; i += BATCH) {
		for (unsigned k = 0; k < BATCH && i + k < to; k++)
			(void)stack_push(&stack, &items[i + k].node);
		for (struct stack_node *n = stack_take_all(&stack); n; n = n->next)
			sum += container_of(n, struct item, node)->value;
	}
	return sum;
}
const struct side our_stack = { items_setup, stack_work, items_teardown };

struct witem { struct wstack_node node; unsigned long value; };
static struct witem *witems __cacheline_aligned;
static struct wstack wstack __cacheline_aligned;

static void witems_setup(unsigned threads)
{
	witems = calloc(MOVES, sizeof *witems);
	for (unsigned long i = 0; i < MOVES; i++) {
		wstack_node_init(&witems[i].node);
		witems[i].value = i;
	}
	wstack_init(&wstack);
}
static void witems_teardown(void) { free(witems); }

static uint64_t wstack_work(unsigned thread, unsigned threads)
{
	unsigned long from = thread * share(MOVES, threads), to = from + share(MOVES, threads);
	uint64_t sum = 0;

	for (unsigned long i = from; i < to; i += BATCH) {
		for (unsigned k = 0; k < BATCH && i + k < to; k++)
			(void)wstack_push(&wstack, &witems[i + k].node);
		for (struct wstack_node *n = wstack_take_all(&wstack); n; n = wstack_next(n))
			sum += container_of(n, struct witem, node)->value;
	}
	return sum;
}
const struct side our_wstack = { witems_setup, wstack_work, witems_teardown };

/* One taker: one thread pushes and pops; two: one pushes, one pops. */
static struct stack_node *below;

static uint64_t pop_work(unsigned thread, unsigned threads)
{
	struct stack_node *n;
	uint64_t sum = 0;

	if (threads == 1) {
		for (unsigned long i = 0; i < MOVES; i += BATCH) {
			for (unsigned k = 0; k < BATCH && i + k < MOVES; k++)
				(void)stack_push(&stack, &items[i + k].node);
			while ((n = stack_pop_own(&stack, &below)))
				sum += container_of(n, struct item, node)->value;
		}
		return sum;
	}
	if (thread == 0) {
		for (unsigned long i = 0; i < MOVES; i++) {
			bench_produce(i);
			(void)stack_push(&stack, &items[i].node);
		}
		return 0;
	}
	for (unsigned long left = MOVES; left; ) {
		n = stack_pop_own(&stack, &below);
		if (n) {
			sum += container_of(n, struct item, node)->value;
			bench_consume(--left);
		} else {
			cpu_relax();
		}
	}
	return sum;
}
const struct side our_pop = { items_setup, pop_work, items_teardown };

/* ---- hash table ---- */

struct entry { struct htab_node node; unsigned long key; };
static struct htab table;
static struct entry *entries;

static bool match(const struct htab_node *n, const void *key)
{
	return container_of(n, struct entry, node)->key == *(const unsigned long *)key;
}

static void table_setup(unsigned threads)
{
	struct htab_table *t = malloc(htab_size(14));

	htab_prepare(t, 14);
	htab_init(&table, t);
	entries = calloc(2 * KEYS, sizeof *entries);
	for (unsigned long k = 0; k < 2 * KEYS; k++)
		entries[k].key = k;
	for (unsigned long k = 0; k < KEYS; k++)
		htab_insert(&table, &entries[k].node, key_hash(k));
}

static void table_teardown(void)
{
	free(table.table);
	free(entries);
}

static uint64_t find_work(unsigned thread, unsigned threads)
{
	unsigned long k = thread;
	uint64_t sum = 0;

	for (unsigned long i = share(LOOKUPS, threads); i--; k = key_next(k)) {
		unsigned long key = (k >> 33) % (2 * KEYS);     /* every second is there */
		struct htab_node *n;

		rcu_read_lock();
		n = htab_find(&table, key_hash(key), match, &key);
		if (n)
			sum += container_of(n, struct entry, node)->key;
		rcu_read_unlock();
		if (i % 1024 == 0)
			rcu_note_context_switch();
	}
	return sum;
}
const struct side our_find = { table_setup, find_work, table_teardown };

/* Each thread inserts and removes keys of its own, in rounds a grace period apart; now and then it looks one up. */
static uint64_t change_work(unsigned thread, unsigned threads)
{
	unsigned long own = KEYS / 2, first = KEYS + thread * own;
	uint64_t sum = 0;

	for (unsigned long i = share(CHANGES, threads) / own / 2; i--; ) {
		for (unsigned long k = first; k < first + own; k++)
			htab_insert(&table, &entries[k].node, key_hash(k));
		for (unsigned long k = first; k < first + own; k++) {
			struct htab_node *n;

			rcu_read_lock();
			n = htab_find(&table, key_hash(k), match, &k);
			sum += container_of(n, struct entry, node)->key;
			(void)htab_remove(&table, n);
			rcu_read_unlock();
		}
		rcu_note_context_switch();
	}
	return sum;
}
const struct side our_change = { table_setup, change_work, table_teardown };
