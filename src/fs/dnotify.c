/*
 * dnotify.c - F_NOTIFY of fcntl(2): a signal when something happens in a directory.
 *
 * The older of two interfaces over the watches of inotify.c: a watch that has a file's owner to tell in place of an
 * instance. It belongs to one opened directory and one descriptor table, and goes with that table's close of the file.
 * Signals are sent outside the bucket's lock: a few at a time, from the newest watch on to older ones, by their serial numbers.
 * Lock order: bucket->lock, then nothing.   Context: task.
 */
#include <base/err.h>
#include <fs/file.h>
#include <fs/notify.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <asm/siginfo.h>
#include <mm/slab.h>
#include <task/task.h>
#include "watch_priv.h"

#define MULTISHOT 0x80000000u                   /* DN_MULTISHOT, kept in watch->mask */
#define AT_ONCE 8

/* What each DN_* means among IN_*. */
static uint32_t events_of(uint32_t dn)
{
	return (dn & DN_ACCESS ? IN_ACCESS : 0) | (dn & DN_MODIFY ? IN_MODIFY : 0) | (dn & DN_ATTRIB ? IN_ATTRIB : 0) |
	       (dn & DN_CREATE ? IN_CREATE | IN_MOVED_TO : 0) | (dn & DN_DELETE ? IN_DELETE | IN_MOVED_FROM : 0) |
	       (dn & DN_RENAME ? NOTIFY_RENAME : 0) | (dn & DN_MULTISHOT ? MULTISHOT : 0);
}

static bool is_of(const struct watch *w, const struct file *f, const struct fdtable *t)
{
	return !w->instance && w->file == f && w->table == t;
}

static struct watch *find_locked(struct watch_bucket *b, const struct file *f, const struct fdtable *t)
{
	struct watch *w;

	list_for_each(w, &b->watches, node)
		if (is_of(w, f, t))
			return w;
	return NULL;
}

void dnotify_release(struct file *f, const struct fdtable *t)
{
	struct watch_bucket *b = watch_bucket(f->inode);
	struct list ended;
	struct watch *w;

	list_init(&ended);
	spin_lock(&b->lock);
	w = find_locked(b, f, t);
	if (w) {
		watch_unlink_locked(b, w);
		list_append(&ended, &w->node);
	}
	spin_unlock(&b->lock);
	watches_end(&ended);
}

/* A new watch of f, or NULL without memory. */
static struct watch *watch_make(struct file *f)
{
	struct watch *w = kzalloc(sizeof *w);

	if (!w)
		return NULL;
	w->inode = f->inode;
	w->file = f;
	w->table = task_current()->files;
	w->owner = file_owner_hold(f);
	return w;
}

static void watch_insert_or_merge(struct watch *fresh, struct file *f, int fd, uint32_t mask)
{
	static atomic_ulong last_serial;
	struct watch_bucket *b = watch_bucket(f->inode);
	struct watch *w;

	spin_lock(&b->lock);
	w = find_locked(b, f, fresh->table);
	if (w) {
		w->mask |= mask;
		w->fd = fd;
		watch_mask_update_locked(b, w->inode);
	} else {
		fresh->mask = mask;
		fresh->fd = fd;
		fresh->serial = fetch_add_relaxed(&last_serial, 1ul) + 1;       /* under the lock: the bucket's watches are sorted */
		inode_get(fresh->inode);
		super_get(fresh->inode->super);
		watch_add_locked(b, fresh);
	}
	spin_unlock(&b->lock);
	if (w) {
		file_owner_put(fresh->owner);
		kfree(fresh);
	}
}

int dir_notify_enable = 1;

long file_notify(struct file *f, int fd, uint32_t dn)
{
	struct watch *w;
	int err;

	if (!load_relaxed(&dir_notify_enable))          /* relaxed: a setting */
		return -EINVAL;
	if (!(dn & ~(uint32_t)DN_MULTISHOT)) {
		dnotify_release(f, task_current()->files);
		return 0;
	}
	if (!S_ISDIR(f->inode->mode))
		return -ENOTDIR;
	err = file_owner_default(f);
	if (err)
		return err;
	w = watch_make(f);
	if (!w)
		return -ENOMEM;
	file_bits_change(&f->mode, 0, FILE_NOTIFIES);
	watch_insert_or_merge(w, f, fd, events_of(dn));
	if (!fd_is_of(fd, f))                   /* closed meanwhile, maybe before it could see the watch */
		dnotify_release(f, task_current()->files);
	return 0;
}

void dnotify_watch_end(struct watch *w)
{
	struct super *s = w->inode->super;

	file_owner_put(w->owner);
	inode_put(w->inode);
	super_put(s);
	kfree(w);
}

struct told { struct file_owner *owner; int fd; };

/* Up to AT_ONCE watches older than *below that want the event; *below moves on to the last of them. */
static unsigned collect(struct inode *i, uint32_t mask, uint64_t *below, struct told told[AT_ONCE], struct list *ended)
{
	struct watch_bucket *b = watch_bucket(i);
	struct watch *w, *next;
	unsigned n = 0;

	spin_lock(&b->lock);
	list_for_each_safe(w, next, &b->watches, node) {
		if (w->inode != i || w->instance || !(w->mask & mask & ~MULTISHOT) || w->serial >= *below)
			continue;
		*below = w->serial;
		file_owner_get_again(w->owner);
		told[n++] = (struct told){ w->owner, w->fd };
		if (!(w->mask & MULTISHOT)) {
			watch_unlink_locked(b, w);
			list_append(ended, &w->node);
		}
		if (n == AT_ONCE)
			break;
	}
	spin_unlock(&b->lock);
	return n;
}

void dnotify_tell(struct inode *i, uint32_t mask, struct list *ended)
{
	struct told told[AT_ONCE];
	uint64_t below = UINT64_MAX;
	unsigned n;

	do {
		n = collect(i, mask, &below, told, ended);
		for (unsigned k = 0; k < n; k++) {
			file_owner_tell(told[k].owner, told[k].fd, POLL_MSG, EPOLLIN | EPOLLRDNORM | EPOLLMSG);
			file_owner_put(told[k].owner);
		}
	} while (n == AT_ONCE);
}
