/*
 * super.c - types of file systems and super blocks.
 *
 * A super block is counted by the mounts that show it and by whoever keeps it for good (procfs,
 * devtmpfs). With the last reference go its cached names, pinned ones included, and with them its inodes.
 * Types are registered during bring-up only.
 *
 *   I1  each super block stands in the table under its device number, which nobody else has, until nothing of it is left
 *   I2  who finds one there, under RCU, counts it, unless it is not whole yet (super_live()) or dead already
 * Locks: none; the table's own (sync/hashtab.h).     Context: task, may sleep.
 * Tests: tests/abi/mount/ustat.
 */
#include <fs/inode.h>
#include <asm/statfs.h>
#include <lib/string.h>
#include <mm/hash_table.h>
#include <mm/slab.h>
#include <trace/klog.h>
#include <task/user_ns.h>
#include "fs_priv.h"

#define HASH_BITS 5u                            /* at first */
#define NR_DEVS   (1u << 20)                    /* minor numbers */

static struct hash_table supers;                /* by device number */
static atomic_uint nr_supers;                   /* a hint for the table's size */
static struct fs_type *types __ro_after_init, **types_end __ro_after_init = &types;

void fs_register(struct fs_type *t)
{
	*types_end = t;
	types_end = (struct fs_type **)&t->next;
}

const struct fs_type *fs_first(void) { return types; }

const struct fs_type *fs_find(const char *name)
{
	for (const struct fs_type *t = types; t; t = t->next)
		if (!strcmp(t->name, name))
			return t;
	return NULL;
}

static struct super *super_of(const struct htab_node *n) { return container_of(n, struct super, by_dev); }
static bool has_dev(const struct htab_node *n, const void *dev) { return super_of(n)->dev == *(const dev_num_t *)dev; }

/* A number, of those for file systems without a device: major 0, and its place in the table. False: all are in use. */
static bool dev_give(struct super *s)
{
	static atomic_uint next = 1;
	bool given = false;

	for (unsigned tries = 0; tries < NR_DEVS && !given; tries++) {
		s->dev = DEV_MAKE(0u, fetch_add_relaxed(&next, 1) % NR_DEVS);
		rcu_read_lock();
		given = s->dev && !htab_insert_unique(&supers.tab, &s->by_dev, s->dev, has_dev, &s->dev);
		rcu_read_unlock();
	}
	if (given && hash_table_is_full(&supers, fetch_add_relaxed(&nr_supers, 1)))
		hash_table_grow_slow(&supers);
	return given;
}

struct super *super_alloc(const struct fs_type *t, const struct super_ops *ops)
{
	struct super *s = kzalloc(sizeof *s);

	if (!s)
		return NULL;
	refcount_set(&s->refs, 1);
	if (!dev_give(s)) {
		kfree(s);
		return NULL;
	}
	s->type = t;
	s->ops = ops;
	s->block_size = PAGE_SIZE;
	s->next_ino = 1;
	mutex_init(&s->rename_lock, RANK_RENAME);
	s->owner = &user_ns_current()->ns;
	ns_get(s->owner);
	return s;
}

void super_live(struct super *s) { store_release(&s->is_live, true); }  /* pairs with can_use() */

static bool can_use(const struct htab_node *n, const void *dev)
{
	return has_dev(n, dev) && load_acquire(&super_of(n)->is_live) && refcount_try_get(&super_of(n)->refs);     /* pairs with super_live() */
}

struct super *super_lookup(dev_num_t dev)
{
	struct htab_node *n;

	rcu_read_lock();
	n = htab_find(&supers.tab, dev, can_use, &dev);
	rcu_read_unlock();
	return n ? super_of(n) : NULL;
}

static void super_free_rcu(struct rcu_head *head) { kfree(container_of(head, struct super, rcu)); }

void super_put(struct super *s)
{
	if (!refcount_put(&s->refs))
		return;
	if (s->root) {
		dentry_tree_shrink(s->root);
		dentry_put(s->root);            /* never a name, so it goes at once */
	}
	if (s->ops->put_super)
		s->ops->put_super(s);
	ns_put(s->owner);
	(void)htab_remove(&supers.tab, &s->by_dev);
	fetch_sub_relaxed(&nr_supers, 1);
	rcu_call(&s->rcu, super_free_rcu);      /* a walk that saw its mount may still be inside */
}

int super_statfs(struct super *s, const struct mount *m, struct statfs *out)
{
	unsigned flags = (m ? m->flags : 0) | (s->flags & MS_RDONLY);
	int err = 0;

	memset(out, 0, sizeof *out);
	out->f_type = (__statfs_word)s->magic;
	out->f_bsize = PAGE_SIZE;
	out->f_namelen = NAME_MAX_LEN;
	out->f_fsid.val[0] = (int)s->dev;
	if (s->ops->statfs)
		err = s->ops->statfs(s, out);
	if (!out->f_frsize)
		out->f_frsize = out->f_bsize;
	/* ST_VALID, and those of statvfs(3) that have the mount flags' numbers; ST_RELATIME is another. */
	out->f_flags = 0x20 | (flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME)) |
		       (flags & MS_NOSYMFOLLOW ? 0x2000 : 0) |
		       (flags & MS_RELATIME ? 0x1000 : 0);
	return err;
}

/* Is a file below d open for writing? Names are stable enough: a file opened later meets MS_RDONLY. */
static bool tree_has_writers(struct dentry *d)
{
	struct dentry *c;
	struct inode *i = load_acquire(&d->inode);
	bool found = i && S_ISREG(i->mode) && load_relaxed(&i->writers) > 0;   /* relaxed: see above */

	rcu_read_lock();
	spin_lock(&d->lock);
	list_for_each(c, &d->children, sibling) {
		if (found || (c->flags & DENTRY_CURSOR))
			continue;
		i = load_acquire(&c->inode);
		found = i && S_ISREG(i->mode) && load_relaxed(&i->writers) > 0;
	}
	spin_unlock(&d->lock);
	rcu_read_unlock();
	return found;
}

/* Walk every directory of the tree without recursion: children are held one at a time. */
static bool super_has_writers(struct super *s)
{
	struct dentry *d = s->root, *up, *c, *next;
	uint64_t after = ~0ull;                         /* cursor of the child last visited in d */
	bool found = tree_has_writers(d);

	dentry_get(d);
	while (!found) {
		next = NULL;
		spin_lock(&d->lock);
		list_for_each(c, &d->children, sibling) {
			struct inode *i = load_acquire(&c->inode);

			if (c->cursor < after && !(c->flags & DENTRY_CURSOR) && i && S_ISDIR(i->mode) && dentry_try_get(c)) {
				next = c;
				break;
			}
		}
		spin_unlock(&d->lock);
		if (next) {
			dentry_put(d);
			d = next;
			after = ~0ull;
			found = tree_has_writers(d);
			continue;
		}
		if (dentry_is_root(d))
			break;
		after = d->cursor;
		rcu_read_lock();
		do {
			up = load_acquire(&d->parent);  /* d holds it, unless a rename takes place: then another */
		} while (!dentry_try_get(up));
		rcu_read_unlock();
		dentry_put(d);
		d = up;
	}
	dentry_put(d);
	return found;
}

int super_remount(struct super *s, unsigned flags, const char *data)
{
	uint32_t old = s->flags;
	int err = 0;

	if ((flags & MS_RDONLY) && !(old & MS_RDONLY)) {
		store_relaxed(&s->flags, s->flags | MS_RDONLY);         /* new writers are refused from here on */
		rcu_synchronize();
		if (load_relaxed(&s->nr_orphans) || super_has_writers(s))
			err = -EBUSY;
	}
	if (!err && s->ops->remount)
		err = s->ops->remount(s, flags, data);
	store_relaxed(&s->flags, err ? old : (old & ~MS_RDONLY) | (flags & MS_RDONLY));
	return err;
}

/* ---- bring-up ---- */

void super_init(void) { bug_on(hash_table_init(&supers, HASH_BITS)); }
