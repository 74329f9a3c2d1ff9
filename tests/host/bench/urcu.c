/* urcu.c - the workloads on liburcu's structures and urcu-qsbr, its functions inlined where it offers that. */
#define _LGPL_SOURCE
#define _GNU_SOURCE
#include <urcu/urcu-qsbr.h>
#include <urcu/wfcqueue.h>
#include <urcu/lfstack.h>
#include <urcu/wfstack.h>
#include <urcu/rculfhash.h>
#include <stdlib.h>
#include "urcu_objects.h"

#define relax() __asm__ volatile("pause" ::: "memory")

/* ---- RCU ---- */

static uint64_t qsbr_read_work(unsigned thread, unsigned threads)
{
	uint64_t sum = 0;

	urcu_qsbr_register_thread();
	for (unsigned long i = share(READS, threads); i--; ) {
		urcu_qsbr_read_lock();
		sum += rcu_dereference(shared)->value;
		urcu_qsbr_read_unlock();
		if (i % 1024 == 0)
			urcu_qsbr_quiescent_state();
	}
	urcu_qsbr_unregister_thread();
	return sum;
}
const struct side qsbr_read = { .work = qsbr_read_work };

static uint64_t qsbr_call_work(unsigned thread, unsigned threads)
{
	unsigned long n = share(UPDATES, threads);
	uint64_t sum = 0;

	urcu_qsbr_register_thread();
	for (unsigned long i = 0; i < n; i++) {
		urcu_qsbr_call_rcu(&pool[thread][i].rcu, called);
		if (i % 1024 == 0)
			urcu_qsbr_quiescent_state();
	}
	urcu_qsbr_thread_offline();
	urcu_qsbr_barrier();
	urcu_qsbr_thread_online();
	for (unsigned long i = 0; i < n; i++)
		sum += pool[thread][i].value;
	urcu_qsbr_unregister_thread();
	return sum;
}
const struct side qsbr_call = { call_setup, qsbr_call_work, call_teardown };

/* ---- queue ---- */

struct item { struct cds_wfcq_node node; unsigned long value; };
static struct item *items __attribute__((aligned(64)));
static struct __cds_wfcq_head queue_head __attribute__((aligned(64)));
static struct cds_wfcq_tail queue_tail __attribute__((aligned(64)));

static void queue_setup(unsigned threads)
{
	items = calloc(MOVES, sizeof *items);
	for (unsigned long i = 0; i < MOVES; i++)
		items[i].value = i;
	__cds_wfcq_init(&queue_head, &queue_tail);
}
static void items_teardown(void) { free(items); }

static void queue_push(struct item *it)
{
	cds_wfcq_node_init(&it->node);
	(void)cds_wfcq_enqueue(&queue_head, &queue_tail, &it->node);
}

static uint64_t queue_work(unsigned thread, unsigned threads)
{
	struct cds_wfcq_node *n;
	uint64_t sum = 0;

	if (threads == 1) {
		for (unsigned long i = 0; i < MOVES; i += BATCH) {
			for (unsigned k = 0; k < BATCH && i + k < MOVES; k++)
				queue_push(&items[i + k]);
			while ((n = __cds_wfcq_dequeue_blocking(&queue_head, &queue_tail)))
				sum += caa_container_of(n, struct item, node)->value;
		}
		return sum;
	}
	if (thread == 0) {
		for (unsigned long i = 0; i < MOVES; i++) {
			bench_produce(i);
			queue_push(&items[i]);
		}
		return 0;
	}
	for (unsigned long left = MOVES; left; ) {
		n = __cds_wfcq_dequeue_blocking(&queue_head, &queue_tail);
		if (n) {
			sum += caa_container_of(n, struct item, node)->value;
			bench_consume(--left);
		} else {
			relax();
		}
	}
	return sum;
}
const struct side wfcq_queue = { queue_setup, queue_work, items_teardown };

/* ---- stacks ---- */

struct lfs_item { struct cds_lfs_node node; unsigned long value; };
struct wfs_item { struct cds_wfs_node node; unsigned long value; };
#define LINE __attribute__((aligned(64)))       /* not beside what is contended */
static struct lfs_item *lfs_items LINE;
static struct wfs_item *wfs_items LINE;
static struct __cds_lfs_stack lfs LINE;
static struct __cds_wfs_stack wfs LINE;

static void lfs_setup(unsigned threads)
{
	lfs_items = calloc(MOVES, sizeof *lfs_items);
	for (unsigned long i = 0; i < MOVES; i++)
		lfs_items[i].value = i;
	__cds_lfs_init(&lfs);
}
static void lfs_teardown(void) { free(lfs_items); }

static uint64_t lfs_work(unsigned thread, unsigned threads)
{
	unsigned long from = thread * share(MOVES, threads), to = from + share(MOVES, threads);
	uint64_t sum = 0;

	for (unsigned long i = from; i < to; i += BATCH) {
		struct cds_lfs_head *head;
		struct cds_lfs_node *n;

		for (unsigned k = 0; k < BATCH && i + k < to; k++)
			(void)cds_lfs_push(&lfs, &lfs_items[i + k].node);
		head = __cds_lfs_pop_all(&lfs);
		if (head)
			cds_lfs_for_each(head, n)
				sum += caa_container_of(n, struct lfs_item, node)->value;
	}
	return sum;
}
const struct side lfs_stack = { lfs_setup, lfs_work, lfs_teardown };

static uint64_t lfs_pop_work(unsigned thread, unsigned threads)
{
	struct cds_lfs_node *n;
	uint64_t sum = 0;

	if (threads == 1) {
		for (unsigned long i = 0; i < MOVES; i += BATCH) {
			for (unsigned k = 0; k < BATCH && i + k < MOVES; k++)
				(void)cds_lfs_push(&lfs, &lfs_items[i + k].node);
			while ((n = __cds_lfs_pop(&lfs)))
				sum += caa_container_of(n, struct lfs_item, node)->value;
		}
		return sum;
	}
	if (thread == 0) {
		for (unsigned long i = 0; i < MOVES; i++) {
			bench_produce(i);
			(void)cds_lfs_push(&lfs, &lfs_items[i].node);
		}
		return 0;
	}
	for (unsigned long left = MOVES; left; ) {
		n = __cds_lfs_pop(&lfs);
		if (n) {
			sum += caa_container_of(n, struct lfs_item, node)->value;
			bench_consume(--left);
		} else {
			relax();
		}
	}
	return sum;
}
const struct side lfs_pop = { lfs_setup, lfs_pop_work, lfs_teardown };

static void wfs_setup(unsigned threads)
{
	wfs_items = calloc(MOVES, sizeof *wfs_items);
	for (unsigned long i = 0; i < MOVES; i++)
		wfs_items[i].value = i;
	__cds_wfs_init(&wfs);
}
static void wfs_teardown(void) { free(wfs_items); }

static uint64_t wfs_work(unsigned thread, unsigned threads)
{
	unsigned long from = thread * share(MOVES, threads), to = from + share(MOVES, threads);
	uint64_t sum = 0;

	for (unsigned long i = from; i < to; i += BATCH) {
		struct cds_wfs_head *head;
		struct cds_wfs_node *n;

		for (unsigned k = 0; k < BATCH && i + k < to; k++) {
			cds_wfs_node_init(&wfs_items[i + k].node);
			(void)cds_wfs_push(&wfs, &wfs_items[i + k].node);
		}
		head = __cds_wfs_pop_all(&wfs);
		if (head)
			cds_wfs_for_each_blocking(head, n)
				sum += caa_container_of(n, struct wfs_item, node)->value;
	}
	return sum;
}
const struct side wfs_stack = { wfs_setup, wfs_work, wfs_teardown };

/* ---- hash table ---- */

struct entry { struct cds_lfht_node node; unsigned long key; };
static struct cds_lfht *table;
static struct entry *entries;

static int match(struct cds_lfht_node *n, const void *key)
{
	return caa_container_of(n, struct entry, node)->key == *(const unsigned long *)key;
}

static void table_setup(unsigned threads)
{
	table = cds_lfht_new_flavor(KEYS, KEYS, KEYS, 0, &urcu_qsbr_flavor, NULL);
	if (!table)
		abort();
	entries = calloc(2 * KEYS, sizeof *entries);
	urcu_qsbr_register_thread();
	for (unsigned long k = 0; k < 2 * KEYS; k++)
		entries[k].key = k;
	for (unsigned long k = 0; k < KEYS; k++)
		cds_lfht_add(table, key_hash(k), &entries[k].node);
	urcu_qsbr_unregister_thread();
}

static void table_teardown(void)
{
	struct cds_lfht_iter it;
	struct cds_lfht_node *n;

	urcu_qsbr_register_thread();
	cds_lfht_for_each(table, &it, n)
		(void)cds_lfht_del(table, n);
	urcu_qsbr_unregister_thread();
	(void)cds_lfht_destroy(table, NULL);
	free(entries);
}

static uint64_t find_work(unsigned thread, unsigned threads)
{
	unsigned long k = thread;
	uint64_t sum = 0;

	urcu_qsbr_register_thread();
	for (unsigned long i = share(LOOKUPS, threads); i--; k = key_next(k)) {
		unsigned long key = (k >> 33) % (2 * KEYS);
		struct cds_lfht_iter it;
		struct cds_lfht_node *n;

		urcu_qsbr_read_lock();
		cds_lfht_lookup(table, key_hash(key), match, &key, &it);
		n = cds_lfht_iter_get_node(&it);
		if (n)
			sum += caa_container_of(n, struct entry, node)->key;
		urcu_qsbr_read_unlock();
		if (i % 1024 == 0)
			urcu_qsbr_quiescent_state();
	}
	urcu_qsbr_unregister_thread();
	return sum;
}
const struct side lfht_find = { table_setup, find_work, table_teardown };

static uint64_t change_work(unsigned thread, unsigned threads)
{
	unsigned long own = KEYS / 2, first = KEYS + thread * own;
	uint64_t sum = 0;

	urcu_qsbr_register_thread();
	for (unsigned long i = share(CHANGES, threads) / own / 2; i--; ) {
		for (unsigned long k = first; k < first + own; k++)
			cds_lfht_add(table, key_hash(k), &entries[k].node);
		for (unsigned long k = first; k < first + own; k++) {
			struct cds_lfht_iter it;
			struct cds_lfht_node *n;

			urcu_qsbr_read_lock();
			cds_lfht_lookup(table, key_hash(k), match, &k, &it);
			n = cds_lfht_iter_get_node(&it);
			sum += caa_container_of(n, struct entry, node)->key;
			(void)cds_lfht_del(table, n);
			urcu_qsbr_read_unlock();
		}
		urcu_qsbr_quiescent_state();
	}
	urcu_qsbr_unregister_thread();
	return sum;
}
const struct side lfht_change = { table_setup, change_work, table_teardown };
