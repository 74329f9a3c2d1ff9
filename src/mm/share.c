/*
 * share.c - shared anonymous memory: pages without a file that several spaces map.
 *
 * A filemap without a store, counted by the VMAs that map it; RCU-freed, for
 * faults may peek at it.
 */
#include "space_priv.h"
#include <base/err.h>
#include <mm/commit.h>
#include <mm/slab.h>
#include <sync/refcount.h>

struct share {
	struct filemap map;
	bool promised;                          /* counts as promised memory    */
	uint64_t size;
	refcount_t refs;
	struct rcu_head rcu;
};

static const struct filemap_ops share_ops;  /* no store; its address marks a share */

bool share_is(const struct filemap *m) { return m->ops == &share_ops; }
static struct share *share_of(struct filemap *m) { return container_of(m, struct share, map); }

int share_alloc(uint64_t len, bool promise, struct filemap **out)
{
	struct share *h = kmalloc(sizeof *h, ALLOC_ZERO);

	if (!h)
		return -ENOMEM;
	h->size = len;
	h->promised = promise;
	if (promise)
		commit_share((int64_t)(len >> PAGE_SHIFT));
	refcount_set(&h->refs, 1);
	filemap_init(&h->map, &share_ops, h, &h->size);
	h->map.is_shmem = true;
	*out = &h->map;
	return 0;
}

static void share_free_rcu(struct rcu_head *r) { kfree(container_of(r, struct share, rcu)); }

void share_get(struct filemap *m) { refcount_get(&share_of(m)->refs); }

void share_put(struct filemap *m)
{
	struct share *h = share_of(m);

	if (!refcount_put(&h->refs))
		return;
	filemap_fini(&h->map);
	if (h->promised)
		commit_share(-(int64_t)(h->size >> PAGE_SHIFT));
	rcu_call(&h->rcu, share_free_rcu);
}
