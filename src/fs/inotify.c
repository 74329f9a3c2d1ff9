/*
 * inotify.c - watches on inodes, and the queues of events that they feed.
 *
 * A watch stands in the bucket of its inode and in the list of its instance. inode->watch_mask, the union of what its
 * watches ask for, lets an event pass by an inode that nobody asked about.
 *   I1  a live watch stands in both lists and holds its inode, its super block and a reference of the instance
 *   I2  a watch leaves the bucket once, under its lock: who takes it out ends it (IN_IGNORED), and frees it after RCU
 *   I3  an instance queues at most max_events, then one IN_Q_OVERFLOW
 * An event that equals the newest queued one is dropped. Events are queued under the bucket's lock, so that events of one
 * inode are in order.
 * Lifetime: instance counted (its file, its watches); watch owned by the lists.
 * Lock order: instance->change (mutex), bucket->lock, instance->lock, wait queues.   Context: task.
 */
#include <asm/ioctls.h>
#include <base/err.h>
#include <fs/file.h>
#include <fs/notify.h>
#include <lib/hash.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/cred.h>
#include "watch_priv.h"

#define BUCKETS 64
#define SELF_ENDS (IN_DELETE_SELF | IN_UNMOUNT)

struct event {
	struct list node;
	struct inotify_event e;                 /* as user space reads it; the name is zero-padded to len */
};

/* Keys: c const, l lock, m change. */
struct instance {
	refcount_t refs;
	struct mutex change;                    /* one adds or removes at a time */
	struct spinlock lock;
	struct list events;                     /* l */
	unsigned nr_events;                     /* l */
	uint64_t bytes;                         /* l: what reading all would give */
	unsigned max_events;                    /* c: as the limit was when it was made */
	bool overflowed;                        /* l: the newest event says so */
	bool closed;                            /* l */
	struct list watches;                    /* l, by wd */
	int last_wd;                            /* m */
	struct user_account *account;           /* c, counted */
	struct pollable pollable;
};

atomic_uint notify_watches;
int inotify_max_events = 16384, inotify_max_instances = 128, inotify_max_watches = 65536;
static struct watch_bucket buckets[BUCKETS];
static const struct file_ops inotify_ops;

struct watch_bucket *watch_bucket(const struct inode *i) { return &buckets[hash_u64((uintptr_t)i) % BUCKETS]; }

/* ---- events ---- */

static bool same_event(const struct event *a, int wd, uint32_t mask, const char *name, size_t len)
{
	return a->e.wd == wd && a->e.mask == mask && !(mask & IN_IGNORED) && !a->e.len == !len &&
	       (!len || (!strncmp(a->e.name, name, len) && !a->e.name[len]));
}

static void append_locked(struct instance *n, int wd, uint32_t mask, uint32_t cookie, const char *name, size_t len)
{
	size_t padded = len ? ALIGN_UP(len + 1, sizeof(struct inotify_event)) : 0;
	struct event *e;

	if (n->closed)
		return;
	if (!list_empty(&n->events) && same_event(list_last(&n->events, struct event, node), wd, mask, name, len))
		return;
	if (n->nr_events >= n->max_events) {
		if (n->overflowed)
			return;
		n->overflowed = true;
		wd = -1;
		mask = IN_Q_OVERFLOW;
		cookie = 0;
		padded = len = 0;
	}
	e = kmalloc(sizeof *e + padded, ALLOC_ZERO);
	if (!e)
		return;                         /* as Linux: lost without memory */
	e->e = (struct inotify_event){ .wd = wd, .mask = mask, .cookie = cookie, .len = (uint32_t)padded };
	memcpy(e->e.name, name, len);
	list_append(&n->events, &e->node);
	n->nr_events++;
	n->bytes += sizeof e->e + padded;
}

static void append(struct instance *n, int wd, uint32_t mask, uint32_t cookie, const char *name, size_t len)
{
	spin_lock(&n->lock);
	append_locked(n, wd, mask, cookie, name, len);
	spin_unlock(&n->lock);
	pollable_notify(&n->pollable, EPOLLIN | EPOLLRDNORM);
}

/* ---- watches ---- */

static void instance_put(struct instance *n)
{
	struct event *e, *next;

	if (!refcount_put(&n->refs))
		return;
	list_for_each_safe(e, next, &n->events, node)
		kfree(e);
	account_put(n->account);
	kfree(n);
}

void watch_mask_update_locked(struct watch_bucket *b, struct inode *i)
{
	struct watch *w;
	uint32_t all = 0;

	list_for_each(w, &b->watches, node)
		if (w->inode == i)
			all |= w->mask;
	store_relaxed(&i->watch_mask, all);     /* relaxed: a hint, events look again under the lock */
}

void watch_add_locked(struct watch_bucket *b, struct watch *w)
{
	fetch_add_relaxed(&notify_watches, 1u);
	list_push(&b->watches, &w->node);
	watch_mask_update_locked(b, w->inode);
}

void watch_unlink_locked(struct watch_bucket *b, struct watch *w)
{
	list_del_init(&w->node);
	watch_mask_update_locked(b, w->inode);
}

/* The rest of a watch that was unlinked, outside all locks. May sleep. */
static void watch_end(struct watch *w)
{
	struct super *s = w->inode->super;
	struct instance *n = w->instance;

	fetch_sub_relaxed(&notify_watches, 1u);
	if (!n) {
		dnotify_watch_end(w);
		return;
	}
	spin_lock(&n->lock);
	list_del(&w->instance_node);
	append_locked(n, w->wd, IN_IGNORED, 0, NULL, 0);
	spin_unlock(&n->lock);
	pollable_notify(&n->pollable, EPOLLIN | EPOLLRDNORM);
	fetch_sub_relaxed(&n->account->inotify_watches, 1l);
	inode_put(w->inode);
	super_put(s);
	kfree(w);
	instance_put(n);
}

void watches_end(struct list *ended)
{
	struct watch *w, *next;

	list_for_each_safe(w, next, ended, node)
		watch_end(w);
}

/* ---- what happened ---- */

/*
 * Tell the watches of i. name NULL: of the inode itself. is_unlinked: the name is gone already (IN_EXCL_UNLINK). Watches
 * that end by it are chained to *ended, for watches_end().
 */
static void tell(struct inode *i, uint32_t mask, uint32_t cookie, const struct name *name, bool is_unlinked, struct list *ended)
{
	uint32_t what = mask & (IN_ALL_EVENTS | NOTIFY_RENAME);
	struct watch_bucket *b;
	struct watch *w, *next;
	bool has_dnotify = false;

	if (!(load_relaxed(&i->watch_mask) & (what | SELF_ENDS)) && !(mask & SELF_ENDS))
		return;
	b = watch_bucket(i);
	spin_lock(&b->lock);
	list_for_each_safe(w, next, &b->watches, node) {
		if (w->inode != i || !((w->mask | (mask & IN_UNMOUNT)) & (what | (mask & IN_UNMOUNT))))
			continue;
		if (is_unlinked && (w->mask & IN_EXCL_UNLINK))
			continue;
		if (unlikely(!w->instance)) {
			has_dnotify = true;
			continue;
		}
		append(w->instance, w->wd, mask & ~NOTIFY_RENAME, cookie, name ? name->s : NULL, name ? name->len : 0);
		if (w->mask & IN_ONESHOT) {
			watch_unlink_locked(b, w);
			list_append(ended, &w->node);
		}
	}
	spin_unlock(&b->lock);
	if (unlikely(has_dnotify))
		dnotify_tell(i, what, ended);
}

uint32_t notify_cookie(void)
{
	static atomic_uint last;

	return fetch_add_relaxed(&last, 1) + 1;
}

void notify_dentry_slow(struct dentry *d, uint32_t mask)
{
	struct inode *i = d->inode, *dir = NULL;
	struct dentry *parent = NULL;
	char name[NAME_MAX_LEN + 1];
	struct name n = { .s = name };
	struct list ended;
	unsigned s;

	if (!i)
		return;
	if (S_ISDIR(i->mode))
		mask |= IN_ISDIR;
	list_init(&ended);
	rcu_read_lock();
	do {
		s = seq_begin(&d->seq);
		parent = load_relaxed(&d->parent);      /* relaxed: seq orders these */
		n.len = MIN(load_relaxed(&d->name.len), (uint32_t)NAME_MAX_LEN);
		memcpy(name, load_relaxed(&d->name.s), n.len);
	} while (seq_retry(&d->seq, s));
	dir = parent != d ? load_acquire(&parent->inode) : NULL;
	if (dir && (load_relaxed(&dir->watch_mask) & mask & IN_ALL_EVENTS))
		tell(dir, mask, 0, &n, dentry_is_deleted(d), &ended);
	rcu_read_unlock();
	tell(i, mask, 0, NULL, dentry_is_deleted(d), &ended);
	watches_end(&ended);
}

void notify_file_slow(struct file *f, uint32_t mask)
{
	if (f->path.dentry && !(f->mode & FILE_PATH))
		notify_dentry_slow(f->path.dentry, mask);
}

void notify_inode_slow(struct inode *i, uint32_t mask)
{
	struct list ended;

	list_init(&ended);
	tell(i, mask | (S_ISDIR(i->mode) && mask != IN_MOVE_SELF ? IN_ISDIR : 0), 0, NULL, false, &ended);
	watches_end(&ended);
}

void notify_name_slow(struct inode *dir, const struct name *n, bool is_dir, uint32_t mask, uint32_t cookie)
{
	struct list ended;

	list_init(&ended);
	tell(dir, mask | (is_dir ? IN_ISDIR : 0), cookie, n, false, &ended);
	watches_end(&ended);
}

void notify_gone_slow(struct inode *i, uint32_t mask)
{
	struct watch_bucket *b = watch_bucket(i);
	struct watch *w, *next;
	struct list ended;

	list_init(&ended);
	tell(i, mask, 0, NULL, false, &ended);
	spin_lock(&b->lock);
	list_for_each_safe(w, next, &b->watches, node)
		if (w->inode == i) {
			list_del(&w->node);
			list_append(&ended, &w->node);
		}
	store_relaxed(&i->watch_mask, 0);
	spin_unlock(&b->lock);
	watches_end(&ended);
}

void notify_unmounted(struct super *s)
{
	for (unsigned k = 0; k < BUCKETS && notify_is_on(); k++) {
		struct inode *i;

		do {
			struct watch *w;

			i = NULL;
			spin_lock(&buckets[k].lock);
			list_for_each(w, &buckets[k].watches, node)
				if (w->inode->super == s) {
					i = w->inode;
					inode_get(i);
					break;
				}
			spin_unlock(&buckets[k].lock);
			if (i) {
				notify_gone_slow(i, IN_UNMOUNT | (S_ISDIR(i->mode) ? IN_ISDIR : 0));
				inode_put(i);
			}
		} while (i);
	}
}

/* ---- instances ---- */

bool file_is_inotify(const struct file *f) { return f->ops == &inotify_ops; }

int inotify_create(int flags, struct file **out)
{
	struct user_account *a = cred_current()->account;
	struct instance *n;
	int err;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	if (fetch_add_relaxed(&a->inotify_instances, 1l) >= inotify_max_instances) {
		fetch_sub_relaxed(&a->inotify_instances, 1l);
		return -EMFILE;
	}
	n = kzalloc(sizeof *n);
	if (!n) {
		fetch_sub_relaxed(&a->inotify_instances, 1l);
		return -ENOMEM;
	}
	refcount_set(&n->refs, 1);
	mutex_init(&n->change, RANK_INOTIFY);
	spin_init(&n->lock, RANK_INOTIFY_EVENTS);
	list_init(&n->events);
	list_init(&n->watches);
	pollable_init(&n->pollable);
	account_get(a);
	n->account = a;
	n->max_events = (unsigned)load_relaxed(&inotify_max_events);
	err = anon_file_create("inotify", &inotify_ops, n, O_RDONLY | ((uint32_t)flags & O_NONBLOCK), FILE_SEEK_NOOP, out);
	if (err) {
		fetch_sub_relaxed(&a->inotify_instances, 1l);
		instance_put(n);
		return err;
	}
	(*out)->pollable = &n->pollable;
	return 0;
}

/* The instance's watch on i, in the locked bucket, or NULL. */
static struct watch *find_locked(struct watch_bucket *b, const struct instance *n, const struct inode *i)
{
	struct watch *w;

	list_for_each(w, &b->watches, node)
		if (w->inode == i && w->instance == n)
			return w;
	return NULL;
}

static long update(struct instance *n, struct inode *i, uint32_t mask)
{
	struct watch_bucket *b = watch_bucket(i);
	struct watch *w;
	long ret = -ENOENT;

	spin_lock(&b->lock);
	w = find_locked(b, n, i);
	if (w && (mask & IN_MASK_CREATE)) {
		ret = -EEXIST;
	} else if (w) {
		uint32_t kept = mask & (IN_ALL_EVENTS | IN_ONESHOT | IN_EXCL_UNLINK);

		w->mask = mask & IN_MASK_ADD ? w->mask | kept : kept;
		ret = w->wd;
		watch_mask_update_locked(b, i);
	}
	spin_unlock(&b->lock);
	return ret;
}

static long add_new(struct instance *n, struct inode *i, uint32_t mask)
{
	struct watch_bucket *b = watch_bucket(i);
	struct watch *w;

	if (fetch_add_relaxed(&n->account->inotify_watches, 1l) >= inotify_max_watches) {
		fetch_sub_relaxed(&n->account->inotify_watches, 1l);
		return -ENOSPC;
	}
	w = kzalloc(sizeof *w);
	if (!w) {
		fetch_sub_relaxed(&n->account->inotify_watches, 1l);
		return -ENOMEM;
	}
	inode_get(i);
	super_get(i->super);
	refcount_get(&n->refs);
	w->inode = i;
	w->instance = n;
	w->mask = mask & (IN_ALL_EVENTS | IN_ONESHOT | IN_EXCL_UNLINK);
	w->wd = n->last_wd = n->last_wd == INT32_MAX ? 1 : n->last_wd + 1;
	spin_lock(&b->lock);
	spin_lock(&n->lock);
	list_append(&n->watches, &w->instance_node);
	spin_unlock(&n->lock);
	watch_add_locked(b, w);
	spin_unlock(&b->lock);
	return w->wd;
}

long inotify_add(struct file *f, const struct path *p, uint32_t mask)
{
	struct instance *n = f->priv;
	struct inode *i = p->dentry->inode;
	long ret = inode_permission(i, MAY_READ);

	if (ret)
		return ret;
	mutex_lock(&n->change);
	ret = update(n, i, mask);
	if (ret == -ENOENT)
		ret = add_new(n, i, mask);
	mutex_unlock(&n->change);
	return ret;
}

/* The inode of a watch of n (wd < 0: any), or NULL. It and its super block, which the watch may be the last to hold, are counted. */
static struct inode *watched_inode(struct instance *n, int wd)
{
	struct inode *i = NULL;
	struct watch *w;

	spin_lock(&n->lock);
	list_for_each(w, &n->watches, instance_node)
		if (wd < 0 || w->wd == wd) {
			i = w->inode;
			inode_get(i);
			super_get(i->super);
			break;
		}
	spin_unlock(&n->lock);
	return i;
}

static void watched_inode_put(struct inode *i)
{
	struct super *s = i->super;

	inode_put(i);
	super_put(s);
}

/* End n's watch on i; false when somebody else does. */
static bool remove_from(struct instance *n, struct inode *i)
{
	struct watch_bucket *b = watch_bucket(i);
	struct watch *w;

	spin_lock(&b->lock);
	w = find_locked(b, n, i);
	if (w)
		watch_unlink_locked(b, w);
	spin_unlock(&b->lock);
	if (w)
		watch_end(w);
	return w;
}

long inotify_remove(struct file *f, int wd)
{
	struct instance *n = f->priv;
	struct inode *i;
	bool done;

	if (wd < 0)
		return -EINVAL;
	mutex_lock(&n->change);
	i = watched_inode(n, wd);
	done = i && remove_from(n, i);
	mutex_unlock(&n->change);
	if (i)
		watched_inode_put(i);
	return done ? 0 : -EINVAL;
}

/* ---- the file ---- */

/* The next event if it fits, taken out; *too_small when it does not. */
static struct event *take(struct instance *n, size_t room, bool *too_small)
{
	struct event *e = NULL;

	spin_lock(&n->lock);
	if (!list_empty(&n->events)) {
		e = list_first(&n->events, struct event, node);
		*too_small = sizeof e->e + e->e.len > room;
		if (*too_small) {
			e = NULL;
		} else {
			list_del(&e->node);
			n->nr_events--;
			n->bytes -= sizeof e->e + e->e.len;
			if (e->e.mask & IN_Q_OVERFLOW)
				n->overflowed = false;
		}
	}
	spin_unlock(&n->lock);
	return e;
}

static bool has_events(const struct instance *n) { return load_acquire(&n->nr_events) != 0; }

static ssize_t inotify_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct instance *n = f->priv;
	ssize_t done = 0;

	for (;;) {
		bool too_small = false;
		struct event *e = take(n, u->left, &too_small);
		size_t len;
		int err;

		if (e) {
			len = sizeof e->e + e->e.len;
			err = uio_copy_to(u, &e->e, len) == len ? 0 : -EFAULT;
			kfree(e);
			if (err)
				return err;
			done += (ssize_t)len;
			continue;
		}
		if (done)
			return done;
		if (too_small)
			return -EINVAL;
		if (f->mode & FILE_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(&n->pollable.waitq, has_events(n));
		if (err)
			return err;
	}
}

static uint32_t inotify_poll(struct file *f, struct poll_table *pt)
{
	struct instance *n = f->priv;

	poll_wait(pt, &n->pollable);
	return has_events(n) ? EPOLLIN | EPOLLRDNORM : 0;
}

static long inotify_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	struct instance *n = f->priv;
	int bytes = (int)load_relaxed(&n->bytes);       /* relaxed: as of some moment */

	return cmd == FIONREAD ? user_write(UADDR(arg), &bytes) : -ENOTTY;
}

static void inotify_release(struct file *f)
{
	struct instance *n = f->priv;
	struct inode *i;

	spin_lock(&n->lock);
	n->closed = true;
	spin_unlock(&n->lock);
	while ((i = watched_inode(n, -1))) {
		if (!remove_from(n, i))
			cpu_relax();            /* somebody is just ending it */
		watched_inode_put(i);
	}
	fetch_sub_relaxed(&n->account->inotify_instances, 1l);
	instance_put(n);
}

static void inotify_fdinfo(struct file *f, char *buf, size_t size)
{
	struct instance *n = f->priv;
	const struct watch *w;
	size_t at = 0;

	spin_lock(&n->lock);
	list_for_each(w, &n->watches, instance_node) {
		if (at + 1 >= size)
			break;
		at += (size_t)scnprintf(buf + at, size - at, "inotify wd:%x ino:%lx sdev:%x mask:%x ignored_mask:0 \n", (unsigned)w->wd,
					w->inode->ino, w->inode->super->dev, w->mask);
	}
	spin_unlock(&n->lock);
}

static const struct file_ops inotify_ops = {
	.read = inotify_read, .poll = inotify_poll, .ioctl = inotify_ioctl, .release = inotify_release, .show_fdinfo = inotify_fdinfo,
	.sends_sigio = true,
};

void inotify_init(void)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		spin_init(&buckets[i].lock, RANK_INOTIFY_BUCKET);
		list_init(&buckets[i].watches);
	}
}
