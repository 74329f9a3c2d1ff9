/* unit: src/mm/radix.c */
/*
 * The tree behind filemaps against a plain array: random insertions and removals,
 * iteration, growth out of the small leaf, far indices, and that every node
 * comes back.
 */
#include "../../../src/mm/radix.h"
#include <mm/slab.h>
#include <sync/rcu.h>

#include <stdio.h>
#include <stdlib.h>

#define check(cond) do { if (!(cond)) { printf("%s:%d: %s\n", __FILE__, __LINE__, #cond); abort(); } } while (0)

/* ---- what the tree stands on, for one thread ---- */

struct slab_cache { size_t size; };
static struct slab_cache caches[2];
static unsigned nr_caches;
static long nr_objects, allocations_left = -1;

struct slab_cache *slab_cache_create(const char *name, size_t size, size_t align)
{
	(void)name, (void)align;
	caches[nr_caches].size = size;
	return &caches[nr_caches++];
}
void *slab_alloc(struct slab_cache *c, unsigned flags)
{
	(void)flags;
	if (!allocations_left)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	nr_objects++;
	return calloc(1, c->size);
}
void slab_free(struct slab_cache *c, void *obj) { (void)c; nr_objects--; free(obj); }
void rcu_call(struct rcu_head *head, void (*fn)(struct rcu_head *)) { fn(head); }

/* ---- tests ---- */

#define N 5000
static uint64_t rng = 88172645463325252ull;
static uint64_t next_random(void)
{
	rng ^= rng << 13, rng ^= rng >> 7, rng ^= rng << 17;
	return rng;
}

static void *model[N];

static void compare(struct radix *t)
{
	uint64_t index = 0;
	unsigned i = 0;
	void *p;

	while ((p = radix_next(t, &index, N))) {
		for (; i < index; i++)
			check(!model[i]);
		check(model[i] == p);
		i++, index++;
	}
	for (; i < N; i++)
		check(!model[i]);
	for (i = 0; i < N; i++)
		check(radix_find(t, i) == model[i]);
}

static void test_random(unsigned range)
{
	struct radix t = { NULL };

	for (unsigned round = 0; round < 20000; round++) {
		uint64_t i = next_random() % range;

		if (model[i]) {
			check(radix_remove(&t, i) == model[i]);
			model[i] = NULL;
		} else {
			check(!radix_insert(&t, i, &model[i]));
			model[i] = &model[i];
		}
		if (round % 2500 == 0)
			compare(&t);
	}
	for (unsigned i = 0; i < range; i++) {
		check(radix_remove(&t, i) == model[i]);
		model[i] = NULL;
	}
	check(!t.root && nr_objects == 0);
}

static void test_far(void)
{
	static const uint64_t at[] = { 0, 3, 4, 63, 64, 4095, 4096, 1ull << 32, (1ull << 52) - 1, ~0ull >> 1, ~0ull - 1 };
	struct radix t = { NULL };
	uint64_t index = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(at); i++)
		check(!radix_insert(&t, at[i], (void *)&at[i]));
	for (unsigned i = 0; i < ARRAY_SIZE(at); i++) {
		check(radix_next(&t, &index, ~0ull) == (void *)&at[i] && index == at[i]);
		index++;
	}
	check(!radix_next(&t, &index, ~0ull));
	for (unsigned i = 0; i < ARRAY_SIZE(at); i++)
		check(radix_remove(&t, at[i]) == (void *)&at[i]);
	check(!t.root && nr_objects == 0);
}

/* Whatever allocation fails, the tree stays as it was. */
static void test_no_memory(void)
{
	struct radix t = { NULL };
	int x;

	for (long n = 0; n < 12; n++) {
		allocations_left = n;
		if (!radix_insert(&t, 1ull << 40, &x))
			check(radix_remove(&t, 1ull << 40) == &x);
		allocations_left = -1;
		check(!radix_find(&t, 1ull << 40));
		check(!t.root && nr_objects == 0);
		check(!radix_insert(&t, 2, &x));
		check(radix_find(&t, 2) == &x && radix_remove(&t, 2) == &x);
		check(nr_objects == 0);
	}
}

int main(void)
{
	radix_init_caches();
	test_random(4);
	test_random(70);
	test_random(N);
	test_far();
	test_no_memory();
	printf("radix: ok\n");
	return 0;
}
