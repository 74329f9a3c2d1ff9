/*
 * hash_table.c - memory for hash tables that grow.
 *
 * Small tables are slab objects, large ones of vmalloc(). The old one goes after a grace period.
 * Lock: grow_lock, only tried.     Context: task, may sleep.
 */
#include <mm/hash_table.h>
#include <base/err.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <sync/mutex.h>

#define SLAB_BITS 10u                           /* more buckets are vmalloc()'s */

static struct mutex grow_lock = MUTEX_INIT(grow_lock, RANK_NONE);

static struct htab_table *table_alloc(unsigned bits)
{
	size_t size = htab_size(bits);
	struct htab_table *t = bits > SLAB_BITS ? vmalloc(size, 0) : kmalloc(size, 0);

	if (t)
		htab_prepare(t, bits);
	return t;
}

int hash_table_init(struct hash_table *h, unsigned bits)
{
	struct htab_table *t = table_alloc(bits);

	if (!t)
		return -ENOMEM;
	h->bits = bits;
	htab_init(&h->tab, t);
	return 0;
}

void hash_table_grow_slow(struct hash_table *h)
{
	struct htab_table *fresh, *old;
	unsigned bits;

	if (!mutex_trylock(&grow_lock))
		return;
	bits = h->bits;
	fresh = bits < HASH_TABLE_BITS_MAX ? table_alloc(bits + 1) : NULL;
	if (fresh) {
		old = htab_resize(&h->tab, fresh);
		store_relaxed(&h->bits, bits + 1);      /* relaxed: a hint */
		rcu_synchronize();
		bits > SLAB_BITS ? vfree(old) : kfree(old);
	}
	mutex_unlock(&grow_lock);
}
