/* host: a hash table keeps what is in it findable, whatever is inserted, removed or resized beside. */
#include <host/host.h>
#include <sync/hashtab.h>
#include <stdio.h>
#include <stdlib.h>

#define WORKERS 4
#define FIXED   256u                            /* keys that are always there */
#define OWN     64u                             /* keys that each worker inserts and removes */

struct entry { struct htab_node node; unsigned long key; bool alive; struct rcu_head rcu; };
static struct htab table;
static atomic_ulong finds, resizes;

static unsigned long hash_of(unsigned long key) { return key * 0x9e3779b97f4a7c15ul >> 20; }
static bool match(const struct htab_node *n, const void *key) { return container_of(n, struct entry, node)->key == *(const unsigned long *)key; }

static struct entry *entry_new(unsigned long key)
{
	struct entry *e = malloc(sizeof *e);

	e->key = key;
	e->alive = true;
	return e;
}

static struct entry *find(unsigned long key)
{
	struct htab_node *n = htab_find(&table, hash_of(key), match, &key);

	return n ? container_of(n, struct entry, node) : NULL;
}

static void entry_free(struct rcu_head *h)
{
	struct entry *e = container_of(h, struct entry, rcu);

	e->alive = false;
	free(e);
}

static struct htab_table *table_new(unsigned bits)
{
	struct htab_table *t = malloc(htab_size(bits));

	htab_prepare(t, bits);
	return t;
}

static void own_key(unsigned long key)
{
	struct entry *e = entry_new(key), *twin = entry_new(key), *seen;

	rcu_read_lock();
	check(!htab_insert_unique(&table, &e->node, hash_of(key), match, &key));
	check(htab_insert_unique(&table, &twin->node, hash_of(key), match, &key) == &e->node);
	seen = find(key);
	check(seen == e);
	check(htab_remove(&table, &e->node));
	check(!htab_remove(&table, &e->node));
	check(!find(key));
	rcu_read_unlock();
	free(twin);
	rcu_call(&e->rcu, entry_free);
}

static void worker(unsigned cpu)
{
	unsigned long n = 0;

	for (unsigned i = 0; !load_relaxed(&host_stop); i++) {
		rcu_read_lock();
		for (unsigned k = 0; k < 32; k++) {
			struct entry *e = find((i * 7 + k) % FIXED);

			check(e && e->alive);
			n++;
		}
		rcu_read_unlock();
		own_key(FIXED + cpu * OWN + i % OWN);
		if (cpu == 0 && i % 8 == 0) {
			struct htab_table *old = htab_resize(&table, table_new(i / 8 % 7));

			rcu_synchronize();
			free(old);
			resizes++;
		}
		host_poll();
	}
	fetch_add_relaxed(&finds, n);
}

int main(int argc, char **argv)
{
	host_begin(WORKERS);
	htab_init(&table, table_new(2));
	for (unsigned k = 0; k < FIXED; k++) {
		struct entry *e = entry_new(k);

		htab_insert(&table, &e->node, hash_of(k));
	}
	host_run_for(worker, host_budget_ns(argc, argv, 1200));
	for (unsigned k = 0; k < FIXED; k++) {
		struct entry *e = find(k);

		check(e && htab_remove(&table, &e->node));
		free(e);
	}
	free(table.table);
	printf("tables: %lu finds beside %lu resizes\n", finds, resizes);
	return host_end();
}
