/* model: src/sync/hashtab.c src/sync/rcu_gp.c */
#include <model/model.h>
#include <sync/hashtab.h>
#include "gp.h"

struct entry { struct htab_node node; unsigned value; };
static struct htab table;
static struct htab_table *old, *fresh;
static struct entry *e[3];

static bool match(const struct htab_node *n, const void *key)
{
	return container_of(n, struct entry, node)->value == *(const unsigned *)key;
}
static struct entry *find(unsigned long hash, unsigned value)
{
	struct htab_node *n = htab_find(&table, hash, match, &value);

	return n ? container_of(n, struct entry, node) : NULL;
}
static struct entry *entry_new(unsigned value)
{
	struct entry *n = model_alloc(sizeof *n);

	n->value = value;
	return n;
}

/* One bucket; entries with hashes 0 and 1, so that a table of two parts them. */
static void setup(void)
{
	old = model_alloc(htab_size(0));
	fresh = model_alloc(htab_size(1));
	htab_prepare(old, 0);
	htab_init(&table, old);
	for (unsigned i = 0; i < 3; i++)
		e[i] = entry_new(i + 1);
	htab_insert(&table, &e[0]->node, 0);
	htab_insert(&table, &e[1]->node, 1);
}
static void finish(void)
{
	for (unsigned i = 0; i < 3; i++)
		model_free(e[i]);
	model_free(old);
	model_free(fresh);
}

static void finder(void)
{
	gp_reader_begin();
	rcu_read_lock();
	model_assert(find(0, 1) == e[0] && find(1, 2) == e[1]);
	rcu_read_unlock();
	gp_reader_end();
}
static void misser(void)
{
	gp_reader_begin();
	rcu_read_lock();
	model_assert(htab_buckets(&table) <= 2);
	model_assert(!find(1, 9));              /* nowhere: also in a table that is just being announced */
	rcu_read_unlock();
	gp_reader_end();
}
static void inserter(void)
{
	gp_reader_begin();
	htab_insert(&table, &e[2]->node, 1);
	rcu_read_lock();
	model_assert(find(1, 3) == e[2]);
	rcu_read_unlock();
	gp_reader_end();
}
static void resizer(void)
{
	gp_reader_begin();
	htab_prepare(fresh, 1);
	model_assert(htab_resize(&table, fresh) == old);
	gp_reader_end();
}
static void remover(void)
{
	gp_reader_begin();
	model_assert(htab_remove(&table, &e[1]->node));
	model_assert(!htab_remove(&table, &e[1]->node));
	gp_reader_end();
}
static void finish_three(void)
{
	model_assert(find(0, 1) && find(1, 2) && find(1, 3));
	finish();
}
static void finish_removed(void)
{
	model_assert(find(0, 1) && !find(1, 2));
	finish();
}
MODEL_TEST(htab_find_insert, .claim = "what is there is found beside an insertion", .setup = setup,
	   .threads = { finder, inserter }, .finish = finish_three);
MODEL_TEST(htab_find_resize, .claim = "... and beside a resize, in every step of it", .setup = setup,
	   .threads = { finder, resizer }, .finish = finish);
MODEL_TEST(htab_miss_resize, .claim = "what is not there is not found, in neither table", .setup = setup,
	   .threads = { misser, resizer }, .finish = finish);
MODEL_TEST(htab_insert_resize, .claim = "an insertion beside a resize lands where it is found", .setup = setup,
	   .threads = { inserter, resizer }, .finish = finish_three);
MODEL_TEST(htab_remove_resize, .claim = "a removal beside a resize removes it from both", .setup = setup,
	   .threads = { remover, resizer }, .finish = finish_removed);
/* e[0] stands behind e[1]: it is taken out of the chain's middle. */
static void middle_remover(void)
{
	gp_reader_begin();
	model_assert(htab_remove(&table, &e[0]->node));
	gp_reader_end();
}
static void middle_finder(void)
{
	struct entry *n;

	gp_reader_begin();
	rcu_read_lock();
	n = find(0, 1);
	model_assert(!n || n == e[0]);
	model_assert(find(1, 2) == e[1]);
	rcu_read_unlock();
	gp_reader_end();
}
static void finish_middle(void)
{
	model_assert(!find(0, 1) && find(1, 2));
	finish();
}
static void middle_setup(void)
{
	setup();
	htab_insert(&table, &e[2]->node, 1);
}
MODEL_TEST(htab_middle, .claim = "a removal from a chain's middle loses nothing else", .setup = setup,
	   .threads = { middle_finder, middle_remover }, .finish = finish_middle);
MODEL_TEST(htab_middle_two, .claim = "... of two that stand side by side, beside a finder and a resize", .setup = middle_setup, .long_run = true,
	   .threads = { middle_finder, middle_remover, resizer }, .finish = finish_middle);
MODEL_TEST(htab_three, .claim = "finder, inserter and resizer", .setup = setup,
	   .threads = { finder, inserter, resizer }, .finish = finish_three, .long_run = true);

static void find_whatever(void)
{
	struct entry *n;

	gp_reader_begin();
	rcu_read_lock();
	n = find(1, 2);
	if (n)
		model_assert(n->value == 2);    /* not freed under us */
	model_assert(find(0, 1));
	rcu_read_unlock();
	gp_reader_end();
}
static void remove_free(void)
{
	gp_reader_begin();
	model_assert(htab_remove(&table, &e[1]->node));
	gp_wait();
	model_free(e[1]);
	e[1] = NULL;
	gp_reader_end();
}
static void finish_freed(void)
{
	model_free(e[0]);
	model_free(e[2]);
	model_free(old);
	model_free(fresh);
}
MODEL_TEST(htab_remove_free, .claim = "a removed entry is not freed under a finder, who still finds the others", .setup = setup,
	   .threads = { find_whatever, remove_free }, .finish = finish_freed);

static atomic_uint nr_in;
static void insert_key(struct entry *n)
{
	static const unsigned three = 3;

	gp_reader_begin();
	rcu_read_lock();
	if (!htab_insert_unique(&table, &n->node, 1, match, &three))
		fetch_add_relaxed(&nr_in, 1);
	rcu_read_unlock();
	gp_reader_end();
}
static struct entry *twin;
static void setup_twin(void)
{
	setup();
	twin = entry_new(3);
}
static void insert_e2(void) { insert_key(e[2]); }
static void insert_twin(void) { insert_key(twin); }
static void one_in(void)
{
	model_assert(nr_in == 1);
	model_free(twin);
	finish();
}
MODEL_TEST(htab_unique, .claim = "of two equal keys one goes in", .setup = setup_twin, .threads = { insert_e2, insert_twin }, .finish = one_in);
MODEL_TEST(htab_unique_resize, .claim = "... also beside a resize", .setup = setup_twin,
	   .threads = { insert_e2, insert_twin, resizer }, .finish = one_in, .long_run = true);
