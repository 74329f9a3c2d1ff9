/*
 * handle.c - handles of files: a table of the dentries that were asked for theirs.
 *
 *   I1  a dentry with DENTRY_HANDLE stands in the table until it is freed (dentry_kill())
 *   I2  who finds a dentry here counts it under the bucket's lock, unless it is dead already
 * A handle counts nothing: numbers of inodes are never used twice, so it leads to its file or to nothing.
 * Locks: the bucket's.     Context: task.
 */
#include <base/err.h>
#include <fs/handle.h>
#include <lib/hash.h>
#include <linux/magic.h>
#include <mm/slab.h>
#include "fs_priv.h"

#define NR_BUCKETS 64u
#define GENERATION 1u                                   /* of every inode: see above */

struct handle { struct list node; struct dentry *dentry; uint64_t ino; };

static struct { struct spinlock lock; struct list handles; } buckets[NR_BUCKETS];

static unsigned bucket_of(const struct super *s, uint64_t ino) { return hash_u64((uintptr_t)s + ino) % NR_BUCKETS; }

bool super_has_handles(const struct super *s) { return s->pin_dentries && s->magic == TMPFS_MAGIC; }

static struct handle *find_locked(unsigned b, const struct dentry *d)
{
	struct handle *h;

	list_for_each(h, &buckets[b].handles, node)
		if (h->dentry == d)
			return h;
	return NULL;
}

int handle_make(struct dentry *d, struct file_id *out)
{
	uint64_t ino = d->inode->ino;
	unsigned b = bucket_of(d->super, ino);
	struct handle *h = kmalloc(sizeof *h, 0);

	if (!h)
		return -ENOMEM;
	*out = (struct file_id){ GENERATION, (uint32_t)ino, (uint32_t)(ino >> 32) };
	h->dentry = d;
	h->ino = ino;
	spin_lock(&buckets[b].lock);
	if (!find_locked(b, d)) {
		list_push(&buckets[b].handles, &h->node);
		fetch_or_relaxed(&d->flags, DENTRY_HANDLE);     /* relaxed: whoever frees d comes after the caller's reference */
		h = NULL;
	}
	spin_unlock(&buckets[b].lock);
	kfree(h);
	return 0;
}

struct dentry *handle_lookup(const struct super *s, const struct file_id *id)
{
	uint64_t ino = (uint64_t)id->ino_high << 32 | id->ino_low;
	unsigned b = bucket_of(s, ino);
	struct dentry *found = NULL;
	struct handle *h;

	if (id->generation != GENERATION)
		return NULL;
	spin_lock(&buckets[b].lock);
	list_for_each(h, &buckets[b].handles, node) {
		if (h->ino == ino && h->dentry->super == s && dentry_try_get(h->dentry)) {      /* I2 */
			found = h->dentry;
			break;
		}
	}
	spin_unlock(&buckets[b].lock);
	return found;
}

void handle_forget(struct dentry *d)
{
	unsigned b = bucket_of(d->super, d->inode->ino);
	struct handle *h;

	spin_lock(&buckets[b].lock);
	h = find_locked(b, d);
	if (h)
		list_del(&h->node);
	spin_unlock(&buckets[b].lock);
	kfree(h);
}

void handle_init(void)
{
	for (unsigned b = 0; b < NR_BUCKETS; b++) {
		spin_init(&buckets[b].lock, RANK_DCACHE_HASH);
		list_init(&buckets[b].handles);
	}
}
