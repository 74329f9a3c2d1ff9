/*
 * mount.c - the table of mounts, how mounts are counted, and how they end.
 *
 * A walk finds what stands on (mount, dentry) in a hash under RCU, only where the dentry carries
 * DENTRY_MOUNTED. mount_lock (all namespaces) excludes changes; mount_seq tells readers of one.
 *
 * Mounts are counted per CPU (percpu/ref.h). In frozen state umount takes the count from what it must be
 * to 0 in one step, so a walk that comes later gets no reference and finds the mount gone.
 *   I1  a mount in a tree holds: one reference of its own (the tree's), its parent's and its mountpoint's
 *   I2  refs drops to 0 only after the mount has left the table
 *   I3  a dentry carries DENTRY_MOUNTED while a mount stands on it, in whatever namespace: they hang in at_table
 *   I4  trees end in two steps: off the table under mount_lock; their references go in mount_unlock(), outside of it
 *   I5  who counts a mount exactly (is_counted) waits for the grace period outside of mount_lock: meanwhile nobody else begins to,
 *       and if it ends, the reference that was the tree's is left to him
 * Lock order: mount_lock, inode->lock.   Context: task, may sleep; *_rcu under RCU.
 */
#include <fs/dcache.h>
#include <fs/notify.h>
#include <lib/hash.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <trace/klog.h>
#include "mount_priv.h"

#define MOUNT_BUCKETS 4096                               /* fs.mount-max of 100000 mounts: short chains */

struct mutex mount_lock = MUTEX_INIT(mount_lock, RANK_MOUNT_NS);
static struct seqcount mount_seq;                       /* written under mount_lock, preemption off */
static struct hlist table[MOUNT_BUCKETS];               /* RCU; mount_lock to write */
static struct hlist at_table[MOUNT_BUCKETS];            /* mount_lock: all mounts, by mountpoint */
static struct list ended = LIST_INIT(ended);            /* mount_lock: to be frozen and put once it is given back */
static struct list ended_frozen = LIST_INIT(ended_frozen);      /* mount_lock: to be put then */
static struct list ended_idle = LIST_INIT(ended_idle);  /* mount_lock: to be freed then */
static struct mount *first_mount __ro_after_init;

/* ---- look-up ---- */

static struct hlist *bucket_of(const struct mount *m, const struct dentry *d)
{
	return &table[hash_u64((uintptr_t)m ^ (uintptr_t)d << 7) % MOUNT_BUCKETS];
}

static struct hlist *at_bucket(const struct dentry *d) { return &at_table[hash_u64((uintptr_t)d) % MOUNT_BUCKETS]; }

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

struct mount *mount_find_locked(const struct mount *m, const struct dentry *d)
{
	struct mount *c;

	hlist_for_each_rcu(c, bucket_of(m, d), hash)
		if (c->parent == m && c->mountpoint == d)
			return c;
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

unsigned mount_moves_begin(void) { return seq_begin(&mount_seq); }

bool mount_moves_retry(unsigned seen) { return seq_retry(&mount_seq, seen); }

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

/* ---- trees ---- */

struct mount *mount_next_beside(struct mount *m, const struct mount *top)
{
	for (; m != top; m = m->parent)
		if (m->child.next != &m->parent->children)
			return list_entry(m->child.next, struct mount, child);
	return NULL;
}

struct mount *mount_next(struct mount *m, const struct mount *top)
{
	return list_empty(&m->children) ? mount_next_beside(m, top) : list_first(&m->children, struct mount, child);
}

bool mount_is_below(const struct mount *m, const struct mount *top)
{
	while (m && m != top)
		m = m->parent;
	return m == top;
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
	percpu_counter_fini(&m->writers);
	percpu_ref_fini(&m->refs);
	rcu_call(&m->rcu, mount_free_rcu);
}

static void freeze_all(struct list *gone)
{
	struct mount *m;

	list_for_each(m, gone, node)
		percpu_ref_freeze_begin(&m->refs);
	rcu_synchronize_expedited();                    /* the caller of umount(2) waits */
	list_for_each(m, gone, node)
		(void)!percpu_ref_freeze_end(&m->refs); /* the tree's is among them */
}

void mount_unlock(void)
{
	struct list put = LIST_INIT(put), frozen = LIST_INIT(frozen), idle = LIST_INIT(idle);
	struct mount *m, *next;

	list_splice_append(&put, &ended);
	list_splice_append(&frozen, &ended_frozen);
	list_splice_append(&idle, &ended_idle);
	mutex_unlock(&mount_lock);
	if (!list_empty(&put))
		freeze_all(&put);                       /* nobody finds them any more: not under the lock, where many may wait */
	list_splice_append(&put, &frozen);
	list_for_each_safe(m, next, &put, node)
		mount_put(m);                           /* the tree's */
	list_for_each_safe(m, next, &idle, node)
		mount_free(m);
}

/* ---- birth ---- */

struct mount *mount_alloc(struct super *s, struct dentry *root, unsigned flags, const char *source)
{
	static atomic_uint next_id = 1;
	struct mount *m = kzalloc(sizeof *m);

	if (!m)
		goto put_root;
	m->source = kstrndup(source ? source : "none", source ? strlen(source) : 4);
	if (!m->source || percpu_counter_init(&m->writers))
		goto free_mount;
	if (percpu_ref_init(&m->refs))
		goto free_writers;
	m->super = s;
	fetch_add_relaxed(&s->nr_mounts, 1);    /* relaxed: a count */
	m->root = root;
	m->flags = flags;
	m->id = fetch_add_relaxed(&next_id, 1); /* relaxed: unique is enough */
	list_init(&m->node);
	list_init(&m->children);
	list_init(&m->child);
	list_init(&m->peers);
	list_init(&m->slaves);
	list_init(&m->slave);
	return m;
free_writers:
	percpu_counter_fini(&m->writers);
free_mount:
	kfree(m->source);
	kfree(m);
put_root:
	dentry_put(root);
	super_put(s);
	return NULL;
}

void mount_free_unused(struct mount *m)
{
	mount_set_propagation(m, MS_PRIVATE);
	mount_free(m);
}

int mount_forbid_writing_locked(struct mount *m)
{
	if (m->flags & MS_RDONLY)
		return 0;
	store_relaxed(&m->flags, m->flags | MS_RDONLY);         /* relaxed: the grace period orders */
	rcu_synchronize_expedited();                    /* who opens from here on sees it; who did before is counted */
	if (!percpu_counter_sum(&m->writers))
		return 0;
	store_relaxed(&m->flags, m->flags & ~(uint32_t)MS_RDONLY);
	return -EBUSY;
}

/* ---- place ---- */

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

/* Between seq_enter() and seq_leave(). */
static void mount_put_on(struct mount *m, struct mount *parent, struct dentry *at)
{
	store_relaxed(&m->parent, parent);
	store_relaxed(&m->mountpoint, at);
	hlist_push_rcu(bucket_of(parent, at), &m->hash);
	hlist_push_rcu(at_bucket(at), &m->at);
}

void mount_place_locked(struct mount *m, struct mount *parent, struct dentry *at)
{
	seq_enter();
	mount_put_on(m, parent, at);
	seq_leave();
	list_append(&parent->children, &m->child);
	mnt_ns_tell_change(m->ns);
}

/* Its place is another's now, or nobody's: the caller puts it. */
static struct path mount_unplace(struct mount *m)
{
	struct path was = { m->parent, m->mountpoint };

	hnode_del_rcu(&m->hash);
	hnode_del_rcu(&m->at);
	store_relaxed(&m->parent, (struct mount *)NULL);
	store_relaxed(&m->mountpoint, (struct dentry *)NULL);
	return was;
}

void mount_place_below_locked(struct mount *m, struct mount *over)
{
	struct path at;

	fetch_or_release(&m->root->flags, DENTRY_MOUNTED);      /* pairs with walks' look at flags */
	mount_get(m);
	dentry_get(m->root);
	seq_enter();                                    /* one step: at no time is the place without over */
	at = mount_unplace(over);
	mount_put_on(m, at.mnt, at.dentry);
	mount_put_on(over, m, m->root);
	seq_leave();
	list_del_init(&over->child);
	list_append(&at.mnt->children, &m->child);
	list_append(&m->children, &over->child);
	mnt_ns_tell_change(m->ns);
}

static void place_put(struct mount *m, struct path *was)
{
	list_del_init(&m->child);
	mountpoint_unmark_locked(was->dentry);
	path_put(was);
}

void mount_detach_locked(struct mount *m)
{
	struct path was;

	if (!m->parent)
		return;
	seq_enter();
	was = mount_unplace(m);
	seq_leave();
	mnt_ns_tell_change(m->ns);
	place_put(m, &was);
}

/* Excludes rmdir and rename, which lock the same inode. */
int mountpoint_mark(struct dentry *at)
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

void mountpoint_unmark_locked(struct dentry *at)
{
	struct mount *m;

	hlist_for_each_rcu(m, at_bucket(at), at)
		if (m->mountpoint == at)
			return;                         /* stands there in another place, too */
	fetch_and_relaxed(&at->flags, ~DENTRY_MOUNTED);
}

/* ---- end ---- */

/* A copy that propagation made, at a place that loses what it was copied from: does it go as well? */
static bool may_end_too(const struct mount *c)
{
	const struct mount *child;

	if (c->is_ending)
		return false;
	list_for_each(child, &c->children, child)
		if (!child->is_ending && child->mountpoint != c->root)
			return false;                   /* something stands on it; what covers it whole moves down instead */
	return true;
}

/* One that is marked already moves behind what it stands on, which is marked only now. */
static void end_mark(struct mount *m, struct list *gone)
{
	if (!m->is_ending)
		mnt_ns_remove_locked(m);
	m->is_ending = true;
	list_del_init(&m->node);
	list_append(gone, &m->node);
}

/* What propagates from the end of m. */
static void end_mark_propagated(struct mount *m, struct list *gone)
{
	struct mount *x, *c;

	if (!m->parent)
		return;
	for (x = mount_propagation_next(m->parent, m->parent); x; x = mount_propagation_next(x, m->parent)) {
		c = mount_find_locked(x, m->mountpoint);
		if (c && may_end_too(c))
			end_mark(c, gone);
	}
}

/*
 * c goes, and what covers all of it stays: that takes the place of c, or of the lowest of those below c that go as well. There it
 * hides what is about to go; if another came first, it stands on that.
 */
static void cover_move_down(struct mount *c)
{
	struct mount *cover = mount_find_locked(c, c->root), *lowest = c, *there;
	struct path at;

	if (!cover || cover->is_ending)
		return;
	while (lowest->parent && lowest->parent->is_ending)
		lowest = lowest->parent;
	assert(lowest->parent);                         /* a whole tree ends with its covers */
	at = (struct path){ lowest->parent, lowest->mountpoint };
	while ((there = mount_find_locked(at.mnt, at.dentry)) && !there->is_ending)
		at = (struct path){ there, there->root };
	path_get(&at);
	mount_detach_locked(cover);
	fetch_or_release(&at.dentry->flags, DENTRY_MOUNTED);    /* pairs with walks' look at flags */
	mount_place_locked(cover, at.mnt, at.dentry);
}

/* All marked go off the table, when what stays has left them, into `to`. Newest first, so that children go before parents. */
static void end_marked(struct list *gone, struct list *to)
{
	struct mount *m;

	list_for_each(m, gone, node)
		cover_move_down(m);
	while (!list_empty(gone)) {
		m = list_last(gone, struct mount, node);
		if (m->is_locked && m->parent && m->parent->is_ending) {
			store_relaxed(&m->parent->has_hidden, true);
			fence_release();                /* pairs with the look of cross_mounts(), which found nothing */
		}
		mount_detach_locked(m);
		mount_set_propagation(m, MS_PRIVATE);
		m->ns = NULL;
		list_del_init(&m->node);
		if (!m->is_counted)                     /* else I5 */
			list_append(to, &m->node);
	}
}

/* Stays after all. */
static void end_unmark(struct mount *m)
{
	m->is_ending = false;
	list_del_init(&m->node);
	if (m->ns)
		mnt_ns_add_locked(m->ns, m);
}

/* top and all below it, and what ends with them elsewhere, marked: into gone, parents before children within a tree. */
static void end_collect(struct mount *top, bool propagate, struct list *gone)
{
	struct list also = LIST_INIT(also);
	struct mount *m;

	for (m = top; m; m = mount_next(m, top))
		end_mark(m, gone);
	for (struct list *n = gone->prev; propagate && n != gone; n = n->prev)
		end_mark_propagated(list_entry(n, struct mount, node), &also);
	/* What hides something stays with what it stands on. From the tops down. */
	for (struct list *n = also.prev, *prev; n != &also; n = prev) {
		prev = n->prev;
		m = list_entry(n, struct mount, node);
		if (m->is_locked && !m->parent->is_ending)
			end_unmark(m);
	}
	list_splice_append(gone, &also);
}

void mount_tree_end_locked(struct mount *top, bool propagate)
{
	struct list gone = LIST_INIT(gone);

	end_collect(top, propagate, &gone);
	end_marked(&gone, &ended);
}

/* Frozen: does anybody hold what ends with a mount elsewhere? */
static bool others_are_busy(struct list *others)
{
	struct mount *m;

	list_for_each(m, others, node)
		if (refcount_read(&m->refs.base) > 1u + !list_empty(&m->children))
			return true;
	return false;
}

/* Before that: who counts one holds it. */
static bool others_are_counted(struct list *others)
{
	struct mount *m;

	list_for_each(m, others, node)
		if (m->is_counted)
			return true;
	return false;
}

/* Take what only `held` references hold out of the table, so that walks get no more. */
static bool end_idle(struct mount *top, unsigned held)
{
	struct path was = { NULL, NULL };
	bool idle;

	seq_enter();
	idle = percpu_ref_end(&top->refs, held);
	if (idle && top->parent)
		was = mount_unplace(top);
	seq_leave();
	if (was.mnt) {
		mnt_ns_tell_change(top->ns);
		place_put(top, &was);
	}
	return idle;
}

int mount_count_begin_locked(struct mount *m)
{
	if (m->is_counted || !list_empty(&m->children))
		return -EBUSY;                          /* who counts it holds it, and so do mounts on it */
	m->is_counted = true;
	percpu_ref_freeze_begin(&m->refs);
	return 0;
}

bool mount_count_end_locked(struct mount *m)
{
	(void)!percpu_ref_freeze_end(&m->refs); /* ours is among them */
	m->is_counted = false;
	return m->is_ending;
}

bool mount_is_idle_locked(const struct mount *m, unsigned held)
{
	return refcount_read(&m->refs.base) <= held && list_empty(&m->children);
}

int mount_end_idle_locked(struct mount *top, unsigned held)
{
	struct list gone = LIST_INIT(gone);
	struct mount *m, *next;
	bool is_busy;

	if (!list_empty(&top->children))
		return -EBUSY;
	end_collect(top, true, &gone);
	list_del_init(&top->node);
	is_busy = others_are_counted(&gone);
	if (!is_busy && !list_empty(&gone)) {
		freeze_all(&gone);                      /* under the lock: what has propagated ends as one with top */
		is_busy = others_are_busy(&gone);
	} else if (is_busy) {
		list_for_each_safe(m, next, &gone, node)
			end_unmark(m);
	}
	if (is_busy || !end_idle(top, held)) {
		list_for_each_safe(m, next, &gone, node) {
			percpu_ref_thaw(&m->refs);
			end_unmark(m);
		}
		end_unmark(top);
		return -EBUSY;
	}
	mount_set_propagation(top, MS_PRIVATE);
	top->ns = NULL;
	list_append(&ended_idle, &top->node);
	end_marked(&gone, &ended_frozen);
	return 0;
}

bool mountpoint_is_local(const struct dentry *d)
{
	const struct mnt_ns *ns = mnt_ns_current();
	struct mount *m;
	unsigned seen;
	bool is;

	rcu_read_lock();
	do {
		is = false;
		seen = seq_begin(&mount_seq);
		hlist_for_each_rcu(m, at_bucket(d), at) {
			is = load_relaxed(&m->mountpoint) == d && load_relaxed(&m->ns) == ns;   /* relaxed: seq orders these */
			if (is)
				break;
		}
	} while (seq_retry(&mount_seq, seen));
	rcu_read_unlock();
	return is;
}

void mounts_leave(struct dentry *d)
{
	struct list gone = LIST_INIT(gone);
	struct mount *m;

	mutex_lock(&mount_lock);
	hlist_for_each_rcu(m, at_bucket(d), at)
		if (m->mountpoint == d && !m->is_ending)
			end_collect(m, false, &gone);
	end_marked(&gone, &ended);              /* all at once: there may be many, and the end waits for a grace period */
	mount_unlock();
}

/* ---- bring-up ---- */

int mount_root(struct super *s)
{
	struct mount *m;

	fetch_or_relaxed(&s->root->flags, DENTRY_ETERNAL);     /* relaxed: nobody else knows it yet */
	m = mount_alloc(s, s->root, 0, s->type->name);
	if (!m)
		return -ENOMEM;
	m->is_locked = true;                            /* nobody takes it away, nor a namespace's copy: ns->root is it */
	mutex_lock(&mount_lock);
	mount_enter_ns_locked(m, mnt_ns_from(ns_set_initial.of[NS_MNT]));
	mnt_ns_from(ns_set_initial.of[NS_MNT])->root = m;
	mount_unlock();
	first_mount = m;
	return 0;
}
