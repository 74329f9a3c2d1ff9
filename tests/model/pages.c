/* model: src/mm/radix.c src/sync/rcu_gp.c */
#include <model/model.h>
#include <base/err.h>
#include <mm/filemap.h>
#include <mm/slab.h>
#include "../../src/mm/radix.h"
#include "gp.h"

/* ---- what the tree stands on ---- */

struct slab_cache { size_t size; };
static struct slab_cache caches[2];
static struct rcu_head *pending;
static void (*pending_fn)(struct rcu_head *);

struct slab_cache *slab_cache_create(const char *name, size_t size, size_t align)
{
	struct slab_cache *c = &caches[caches[0].size != 0];

	(void)name, (void)align;
	c->size = size;
	return c;
}
void *slab_alloc(struct slab_cache *c, unsigned flags)
{
	void *p = model_alloc(c->size);

	(void)flags;
	__builtin_memset(p, 0, c->size);
	return p;
}
void slab_free(struct slab_cache *c, void *p) { (void)c; model_free(p); }
void rcu_call(struct rcu_head *h, void (*fn)(struct rcu_head *))
{
	h->next = pending;
	pending = h;
	pending_fn = fn;
}
static void run_pending(void)
{
	while (pending) {
		struct rcu_head *h = pending;

		pending = h->next;
		pending_fn(h);
	}
}
static void grace(void)
{
	gp_wait();
	run_pending();
}

/* ---- the tree under its readers ---- */

static struct radix tree;
static unsigned thing[2];                       /* plain: published by the insertion */

static void *find(uint64_t index)
{
	void *p;

	rcu_read_lock();
	p = radix_find(&tree, index);
	rcu_read_unlock();
	return p;
}
static void setup(void)
{
	radix_init_caches();
	model_assert(!radix_insert(&tree, 0, &thing[0]));
}
static void remove_rest(void)
{
	(void)radix_remove(&tree, 0);
	(void)radix_remove(&tree, 5);
	run_pending();
}

static void grower(void)
{
	thing[1] = 9;
	model_assert(!radix_insert(&tree, 5, &thing[1]));       /* out of the small leaf */
	grace();
}
static void finder(void)
{
	unsigned *p;

	gp_reader_begin();
	model_assert(find(0) == &thing[0]);
	p = find(5);
	if (p)
		model_assert(*p == 9);
	gp_reader_end();
}
MODEL_TEST(radix_grow, .claim = "what stands there is found while the tree grows over it; what is new is found whole", .setup = setup,
	   .threads = { grower, finder }, .finish = remove_rest);

/* Beside it in the same leaf; far away, where levels come between; into an empty tree. */
static uint64_t fresh_index;

static void check_next(uint64_t from)
{
	unsigned *p;

	rcu_read_lock();
	p = radix_next(&tree, &from, 100);
	rcu_read_unlock();
	if (p)
		model_assert(from == fresh_index && *p == 9);
}
static void inserter(void)
{
	thing[1] = 9;
	model_assert(!radix_insert(&tree, fresh_index, &thing[1]));
	grace();
}
static void looker(void)
{
	unsigned *p;

	gp_reader_begin();
	p = find(fresh_index);
	if (p)
		model_assert(*p == 9);
	check_next(1);
	gp_reader_end();
}
static void beside_setup(void) { fresh_index = 2; setup(); }
static void far_setup(void) { fresh_index = 64; setup(); }
static void empty_setup(void) { fresh_index = 2; radix_init_caches(); }
static void remove_fresh(void)
{
	(void)radix_remove(&tree, fresh_index);
	remove_rest();
}
MODEL_TEST(radix_beside, .claim = "... also in the leaf that is there", .setup = beside_setup, .threads = { inserter, looker },
	   .finish = remove_fresh);
MODEL_TEST(radix_far, .claim = "... with new levels between", .setup = far_setup, .threads = { inserter, looker }, .finish = remove_fresh);
MODEL_TEST(radix_empty, .claim = "... in a tree that was empty", .setup = empty_setup, .threads = { inserter, looker },
	   .finish = remove_fresh);

static void next_looker(void)
{
	gp_reader_begin();
	check_next(1);
	gp_reader_end();
}
MODEL_TEST(radix_next, .claim = "... by who walks on to it", .setup = beside_setup, .threads = { inserter, next_looker },
	   .finish = remove_fresh);
MODEL_TEST(radix_next_far, .claim = "... by who walks on to it over new levels", .setup = far_setup, .threads = { inserter, next_looker },
	   .finish = remove_fresh);
MODEL_TEST(radix_next_empty, .claim = "... by who walks on to it in a tree that was empty", .setup = empty_setup,
	   .threads = { inserter, next_looker }, .finish = remove_fresh);

static void far_pruner(void)
{
	model_assert(radix_remove(&tree, 64) == &thing[1]);
	grace();
}
static void full_setup(void)
{
	far_setup();
	thing[1] = 9;
	model_assert(!radix_insert(&tree, 64, &thing[1]));
	run_pending();
}
MODEL_TEST(radix_prune_far, .claim = "a leaf below others is not freed under who stands in it", .setup = full_setup,
	   .threads = { far_pruner, looker }, .finish = remove_fresh);

static void pruner(void)
{
	model_assert(radix_remove(&tree, 0) == &thing[0]);      /* the last: the node goes too */
	grace();
}
static void walker(void)
{
	uint64_t at = 0;
	void *p;

	gp_reader_begin();
	rcu_read_lock();
	p = radix_next(&tree, &at, 8);
	rcu_read_unlock();
	model_assert(!p || (p == &thing[0] && at == 0));
	gp_reader_end();
}
MODEL_TEST(radix_prune, .claim = "a node is not freed under who walks it", .setup = setup, .threads = { pruner, walker },
	   .finish = remove_rest);

/* ---- a page found without a lock, beside its removal and its next life ---- */

static struct filemap map;
static struct page page;
static unsigned content;                        /* plain: its holder's, or its owner's before it is seen */
static bool has_page;

static void enter(struct filemap *m, uint64_t index, unsigned value)
{
	content = value;
	page.kind = PAGE_FILE;
	page.owner = m;
	page.index = index;
	store_release(&page.flags, PG_UPTODATE | PG_CACHED);
	has_page = true;
}
static void page_setup(void)
{
	radix_init_caches();
	page_refs_begin(&page);
	enter(&map, 0, 3);
	model_assert(!radix_insert(&tree, 0, &page));
}
static void drop(void)
{
	if (page_refs_drop(&page))
		has_page = false;                       /* in the allocator: nobody's */
}
static void remover(void)
{
	fetch_and_acq_rel(&page.flags, (uint16_t)~PG_CACHED);
	(void)radix_remove(&tree, 0);
	drop();
	if (!has_page) {                                /* taken again, for another use */
		page.kind = PAGE_ANON;
		page.flags = 0;
		page.owner = NULL;
		page_refs_begin(&page);
		content = 4;
	}
	grace();
}
static void getter(void)
{
	gp_reader_begin();
	rcu_read_lock();
	struct page *p = radix_find(&tree, 0);

	if (p && page_try_get(p)) {
		if (filemap_holds(&map, 0, p))
			model_assert(content == 3);
		if (page_refs_drop(p))
			p->kind = PAGE_PCP;
	}
	rcu_read_unlock();
	gp_reader_end();
}
static struct filemap other;
static void mover(void)
{
	fetch_and_acq_rel(&page.flags, (uint16_t)~PG_CACHED);
	(void)radix_remove(&tree, 0);
	drop();
	if (!has_page) {
		page.flags = 0;
		page_refs_begin(&page);
		enter(&other, 0, 5);
	}
	grace();
}
MODEL_TEST(page_find_moved, .claim = "... also when it has become another file's", .setup = page_setup, .threads = { mover, getter },
	   .finish = remove_rest);
MODEL_TEST(page_find, .claim = "a page found in the cache is the one looked for, or is let go", .setup = page_setup,
	   .threads = { remover, getter }, .finish = remove_rest);
