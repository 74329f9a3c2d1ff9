/*
 * mount.c - the table of mounts and how mounts are counted.
 *
 * A walk finds what stands on (mount, dentry) in a hash under RCU, only where the dentry carries
 * DENTRY_MOUNTED. mount_lock (the namespace) excludes changes; mount_seq tells readers of one.
 *
 * Mounts are counted per CPU (percpu/ref.h). In frozen state umount takes the count from what it must be
 * to 0 in one step, so a walk that comes later gets no reference and finds the mount gone.
 *   I1  a mount in the table holds: one reference of its own (the table's), its parent's and its mountpoint's
 *   I2  refs drops to 0 only after the mount has left the table
 * Lock order: mount_lock, inode->lock.   Context: task, may sleep; *_rcu under RCU.
 */
#include <fs/dcache.h>
#include <fs/notify.h>
#include <lib/hash.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <trace/klog.h>
#include "fs_priv.h"

#define MOUNT_BUCKETS 64

struct mutex mount_lock = MUTEX_INIT(mount_lock, RANK_MOUNT_NS);
static struct seqcount mount_seq;                       /* written under mount_lock, preemption off */
static struct hlist table[MOUNT_BUCKETS];               /* RCU; mount_lock to write */
static struct list mounts = LIST_INIT(mounts);          /* mount_lock */
static struct mount *first_mount __ro_after_init;
static unsigned next_id = 1;                            /* mount_lock */

/* ---- look-up ---- */

static struct hlist *bucket_of(const struct mount *m, const struct dentry *d)
{
	return &table[hash_u64((uintptr_t)m ^ (uintptr_t)d << 7) % MOUNT_BUCKETS];
}

struct mount *mount_find_rcu(const struct mount *m, const struct dentry *d)
{
	struct mount *c;
	unsigned s;

	do {
		s = seq_begin(&mount_seq);
		hlist_for_each_rcu(c, bucket_of(m, d), hash)
			if (c->parent == m && c->mountpoint == d)
				return c;
	} while (seq_retry(&mount_seq, s));             /* moved from chain to chain meanwhile */
	return NULL;
}

void mount_where_rcu(const struct mount *m, struct mount **parent, struct dentry **at)
{
	unsigned s;

	do {
		s = seq_begin(&mount_seq);
		*parent = load_relaxed(&m->parent);     /* relaxed: seq orders these */
		*at = load_relaxed(&m->mountpoint);
	} while (seq_retry(&mount_seq, s));
}

void path_cover(struct path *p)
{
	for (;;) {
		struct mount *m = NULL;
		struct path top;

		rcu_read_lock();
		if (load_relaxed(&p->dentry->flags) & DENTRY_MOUNTED)   /* relaxed: a mount that appears now is later */
			m = mount_find_rcu(p->mnt, p->dentry);
		if (m && !mount_try_get(m)) {
			rcu_read_unlock();
			continue;                       /* being taken away */
		}
		rcu_read_unlock();
		if (!m)
			return;
		top = (struct path){ m, m->root };
		dentry_get(top.dentry);
		path_put(p);
		*p = top;
	}
}

bool path_is_mount_root(const struct path *p) { return p->dentry == p->mnt->root; }

struct mount *mount_root_get(void)
{
	mount_get(first_mount);
	return first_mount;
}

/* ---- counting ---- */

static void mount_free_rcu(struct rcu_head *head)
{
	struct mount *m = container_of(head, struct mount, rcu);

	kfree(m->source);
	kfree(m);
}

void mount_free(struct mount *m)
{
	if (fetch_sub_acq_rel(&m->super->nr_mounts, 1) == 1 && notify_is_on())
		notify_unmounted(m->super);
	dentry_put(m->root);
	super_put(m->super);
	percpu_ref_fini(&m->refs);
	rcu_call(&m->rcu, mount_free_rcu);
}

/* ---- birth, place, removal ---- */

struct mount *mount_alloc(struct super *s, struct dentry *root, unsigned flags, const char *source)
{
	struct mount *m = kzalloc(sizeof *m);

	if (!m)
		goto put_root;
	m->source = kstrndup(source ? source : "none", source ? strlen(source) : 4);
	if (!m->source || percpu_ref_init(&m->refs))
		goto free_mount;
	m->super = s;
	fetch_add_relaxed(&s->nr_mounts, 1);    /* relaxed: a count */
	m->root = root;
	m->flags = flags;
	list_init(&m->node);
	return m;
free_mount:
	kfree(m->source);
	kfree(m);
put_root:
	dentry_put(root);
	super_put(s);
	return NULL;
}

void mount_free_unused(struct mount *m) { mount_free(m); }

/* While it is counted per CPU, no put finds that it was the last: the count has to be made one number first. */
void mount_end(struct mount *m)
{
	if (percpu_ref_kill(&m->refs))
		mount_free(m);
}

static void seq_enter(void)
{
	preempt_disable();                              /* readers spin while it is odd */
	seq_write_begin(&mount_seq);
}

static void seq_leave(void)
{
	seq_write_end(&mount_seq);
	preempt_enable();
}

void mount_place_locked(struct mount *m, struct mount *parent, struct dentry *at)
{
	seq_enter();
	store_relaxed(&m->parent, parent);
	store_relaxed(&m->mountpoint, at);
	hlist_push_rcu(bucket_of(parent, at), &m->hash);
	seq_leave();
}

void mount_list_locked(struct mount *m)
{
	m->id = next_id++;
	list_append(&mounts, &m->node);
}

/* Let `at` be a mountpoint: it must still be a name. Excludes rmdir and rename, which lock the same inode. */
static int mountpoint_mark(struct dentry *at)
{
	int err = 0;

	mutex_lock(&at->inode->lock);
	if (dentry_is_deleted(at))
		err = -ENOENT;
	else
		fetch_or_release(&at->flags, DENTRY_MOUNTED);   /* pairs with walks' look at flags */
	mutex_unlock(&at->inode->lock);
	return err;
}

static void mountpoint_unmark(struct dentry *at)
{
	struct mount *m;

	list_for_each(m, &mounts, node)
		if (m->mountpoint == at)
			return;                         /* stands there in another place, too */
	fetch_and_relaxed(&at->flags, ~DENTRY_MOUNTED);
}

int mount_attach_locked(struct mount *m, const struct path *where)
{
	int err;

	if (S_ISDIR(where->dentry->inode->mode) != S_ISDIR(m->root->inode->mode))
		return -ENOTDIR;
	err = mountpoint_mark(where->dentry);
	if (err)
		return err;
	path_get(where);
	mount_place_locked(m, where->mnt, where->dentry);
	return 0;
}

void mount_detach_locked(struct mount *m)
{
	struct path was = { m->parent, m->mountpoint };

	if (!was.mnt)
		return;
	seq_enter();
	hnode_del_rcu(&m->hash);
	store_relaxed(&m->parent, NULL);
	store_relaxed(&m->mountpoint, NULL);
	seq_leave();
	mountpoint_unmark(was.dentry);
	path_put(&was);
}

bool mount_is_below(const struct mount *m, const struct mount *top)
{
	while (m && m != top)
		m = m->parent;
	return m == top;
}

struct mount *mount_next_locked(struct mount *m)
{
	struct list *n = m ? m->node.next : mounts.next;

	return n == &mounts ? NULL : list_entry(n, struct mount, node);
}

int mount_add(const struct path *where, struct super *s, struct dentry *root, unsigned flags, const char *source)
{
	struct mount *m = mount_alloc(s, root, flags, source);
	struct path at = *where;
	int err;

	if (!m)
		return -ENOMEM;
	path_get(&at);
	mutex_lock(&mount_lock);
	path_cover(&at);                                /* on top of what was mounted there meanwhile */
	if (at.dentry == at.mnt->root && at.mnt->super == s && at.mnt->root == root)
		err = -EBUSY;                           /* the same thing on itself */
	else
		err = mount_attach_locked(m, &at);
	if (!err)
		mount_list_locked(m);
	mutex_unlock(&mount_lock);
	path_put(&at);
	if (err)
		mount_free(m);
	return err;
}

int mount_root(struct super *s)
{
	struct mount *m;

	fetch_or_relaxed(&s->root->flags, DENTRY_ETERNAL);     /* relaxed: nobody else knows it yet */
	m = mount_alloc(s, s->root, 0, s->type->name);
	if (!m)
		return -ENOMEM;
	mutex_lock(&mount_lock);
	mount_list_locked(m);
	mutex_unlock(&mount_lock);
	first_mount = m;
	return 0;
}

/* ---- umount ---- */

/* Take a mount that only the table and the caller hold out of the table. 0 or -EBUSY. */
static int remove_idle_locked(struct mount *m)
{
	struct dentry *at = m->mountpoint;
	struct mount *parent = m->parent;
	unsigned held = 2;                              /* the table's and our caller's */
	bool idle;

	percpu_ref_freeze_begin(&m->refs);
	rcu_synchronize_expedited();                    /* the caller of umount(2) waits */
	(void)!percpu_ref_freeze_end(&m->refs);         /* the table's is among them */
	seq_enter();
	idle = percpu_ref_end(&m->refs, held);      /* walks get no reference from here on */
	if (idle) {
		hnode_del_rcu(&m->hash);
		store_relaxed(&m->parent, NULL);
		store_relaxed(&m->mountpoint, NULL);
	}
	seq_leave();
	if (!idle) {
		percpu_ref_thaw(&m->refs);
		return -EBUSY;
	}
	list_del(&m->node);
	mountpoint_unmark(at);
	path_put(&(struct path){ parent, at });
	mount_free(m);
	return 0;
}

/* Take m and all below it out of the tree at once, in use or not. They go when their last user goes. */
static void remove_lazily_locked(struct mount *top)
{
	struct list gone = LIST_INIT(gone);
	struct mount *m, *next;

	list_for_each_safe(m, next, &mounts, node) {
		if (!mount_is_below(m, top))
			continue;
		percpu_ref_freeze_begin(&m->refs);
		list_del(&m->node);
		list_append(&gone, &m->node);           /* parents stand before children, so children keep their way up */
	}
	rcu_synchronize_expedited();
	list_for_each(m, &gone, node)
		(void)!percpu_ref_freeze_end(&m->refs);
	while (!list_empty(&gone)) {
		m = list_last(&gone, struct mount, node);
		list_del(&m->node);
		mount_detach_locked(m);
		mount_put(m);                           /* the table's */
	}
}

int mount_remove(struct path *p, int flags)
{
	struct mount *m = p->mnt;
	bool keep = true;
	int err = 0;

	mutex_lock(&mount_lock);
	if (!path_is_mount_root(p) || !m->parent) {
		err = -EINVAL;
	} else if ((flags & MNT_EXPIRE) && !m->expires) {
		m->expires = true;
		err = -EAGAIN;
	} else if (flags & MNT_DETACH) {
		dentry_put(p->dentry);
		remove_lazily_locked(m);
		mount_put(m);
		keep = false;
	} else {
		dentry_put(p->dentry);                  /* the mount holds its root */
		err = remove_idle_locked(m);
		if (err)
			mount_put(m);
		keep = false;
	}
	mutex_unlock(&mount_lock);
	if (keep)
		path_put(p);
	return err;
}

int mounts_for_each(int (*fn)(struct mount *m, void *arg), void *arg)
{
	struct mount *m;
	int err = 0;

	mutex_lock(&mount_lock);
	list_for_each(m, &mounts, node) {
		err = fn(m, arg);
		if (err)
			break;
	}
	mutex_unlock(&mount_lock);
	return err;
}
