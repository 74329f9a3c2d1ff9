/*
 * handle.c - handles of files: a table of the dentries that were asked for theirs.
 *
 *   I1  a dentry with DENTRY_HANDLE stands in the table until it is freed (dentry_kill())
 *   I2  who finds a dentry here, under RCU, counts it, unless it is dead already
 * A handle counts nothing: numbers of inodes are never used twice, so it leads to its file or to nothing.
 * Who frees: the entry belongs to its dentry, and goes a grace period after it was taken out.
 * Locks: none; the table's own (sync/hashtab.h).     Context: task, may sleep.
 */
#include <base/err.h>
#include <trace/klog.h>
#include <fs/handle.h>
#include <lib/hash.h>
#include <linux/magic.h>
#include <mm/hash_table.h>
#include <mm/slab.h>
#include "fs_priv.h"

#define HASH_BITS 6u                                    /* at first */
#define GENERATION 1u                                   /* of every inode: see above */

struct handle { struct htab_node node; struct dentry *dentry; uint64_t ino; struct rcu_head rcu; };
struct handle_key { const struct super *super; uint64_t ino; };

static struct hash_table handles;
static atomic_ulong nr_handles;

static unsigned long hash_of(const struct super *s, uint64_t ino) { return hash_u64((uintptr_t)s + ino); }
static struct handle *handle_of(const struct htab_node *n) { return container_of(n, struct handle, node); }

bool super_has_handles(const struct super *s) { return s->pin_dentries && s->magic == TMPFS_MAGIC; }

static bool is_of_dentry(const struct htab_node *n, const void *dentry) { return handle_of(n)->dentry == dentry; }

int handle_make(struct dentry *d, struct file_id *out)
{
	uint64_t ino = d->inode->ino;
	struct handle *h = NULL;

	if (!(load_relaxed(&d->flags) & DENTRY_HANDLE)) {       /* relaxed: whoever is late finds the other's entry */
		h = kmalloc(sizeof *h, 0);
		if (!h)
			return -ENOMEM;
		h->dentry = d;
		h->ino = ino;
		rcu_read_lock();
		if (!htab_insert_unique(&handles.tab, &h->node, hash_of(d->super, ino), is_of_dentry, d)) {
			fetch_or_relaxed(&d->flags, DENTRY_HANDLE);     /* relaxed: whoever frees d comes after the caller's reference */
			fetch_add_relaxed(&nr_handles, 1ul);            /* relaxed: a hint for the table's size */
			h = NULL;
		}
		rcu_read_unlock();
		kfree(h);
		if (unlikely(hash_table_is_full(&handles, load_relaxed(&nr_handles))))
			hash_table_grow_slow(&handles);
	}
	*out = (struct file_id){ GENERATION, (uint32_t)ino, (uint32_t)(ino >> 32) };
	return 0;
}

static bool is_of_inode(const struct htab_node *n, const void *key)
{
	const struct handle_key *k = key;

	return handle_of(n)->ino == k->ino && handle_of(n)->dentry->super == k->super && dentry_try_get(handle_of(n)->dentry);       /* I2 */
}

struct dentry *handle_lookup(const struct super *s, const struct file_id *id)
{
	struct handle_key k = { s, (uint64_t)id->ino_high << 32 | id->ino_low };
	struct htab_node *n;

	if (id->generation != GENERATION)
		return NULL;
	rcu_read_lock();
	n = htab_find(&handles.tab, hash_of(s, k.ino), is_of_inode, &k);
	rcu_read_unlock();
	return n ? handle_of(n)->dentry : NULL;                 /* it has a reference: the entry stays */
}

static void handle_free_rcu(struct rcu_head *head) { kfree(container_of(head, struct handle, rcu)); }

void handle_forget(struct dentry *d)
{
	struct htab_node *n;

	rcu_read_lock();
	n = htab_find(&handles.tab, hash_of(d->super, d->inode->ino), is_of_dentry, d);
	rcu_read_unlock();
	if (!n)
		return;
	(void)htab_remove(&handles.tab, n);             /* only we remove it: d is ours alone */
	fetch_sub_relaxed(&nr_handles, 1ul);
	rcu_call(&handle_of(n)->rcu, handle_free_rcu);
}

void handle_init(void) { bug_on(hash_table_init(&handles, HASH_BITS)); }
