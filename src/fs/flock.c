/*
 * flock.c - locks on files: POSIX records, open file descriptions (OFD), and flock(2).
 *
 * inode->flock_list heads the inode's locks, a singly linked list. The spinlock that guards it and the wait queue
 * that serves it, inode->lock_place, are made when the inode is locked for the first time, and go with the inode:
 * locks on different files share nothing, and an inode that was never locked costs two NULL pointers. For /proc/locks
 * the places stand in one of a few lists, from when they are made until their inode ends.
 *   I1  records (POSIX, OFD) of one owner never overlap; adjacent ones of one type are merged; they stand
 *       together in the list, in order, so that F_GETLK tells of an owner's first one
 *   I2  records conflict with records of other owners, flock() locks with those of other files
 *   I3  a POSIX owner is a descriptor table; its locks on an inode go with any close() of that inode
 *       (flock_release_owner()), OFD and flock() locks with the last reference on their file
 *   I4  a task that waits for a POSIX record stands in `blocked`, with the owner it waits for; whoever takes
 *       away that owner's locks on the file takes that out, for the waiter has yet to look again
 * Memory is allocated before the locks are taken: a set needs at most two new records.
 *   I5  a waiter stands in place->waiting with the lock that it found in its way: to be shown, never followed
 * Lock order: place_list->lock, place->lock, blocked_lock, waitq.   Context: task, may sleep when it waits.
 */
#include <fs/file.h>
#include <linux/fs.h>
#include <mm/slab.h>
#include <sync/waitq.h>
#include <task/process.h>
#include <task/signal.h>
#include "file_priv.h"

#define NR_PLACE_LISTS 16u
#define DEADLOCK_DEPTH 10                       /* owners followed before giving the benefit of the doubt */

struct file_lock {
	struct file_lock *next;
	uint8_t kind;                           /* LOCK_KIND_* */
	int8_t type;                            /* F_RDLCK, F_WRLCK (also for flock) */
	int pid;                                /* as F_GETLK tells: -1 for OFD */
	uint64_t start, end;                    /* inclusive */
	void *owner;                            /* fdtable (POSIX) or file (OFD, flock) */
	const struct file *file;                /* through which it was set: compared, never followed */
};
enum { KIND_RECORD, KIND_FLOCK };

struct lock_place {
	struct spinlock lock;
	struct waitq waitq;                     /* woken when a lock of the inode goes */
	struct list waiting;                    /* struct waiting; lock */
	const struct inode *inode;
	struct place_list *in;
	struct list node;                       /* in->lock */
};
struct place_list { struct spinlock lock; struct list places; } __cacheline_aligned;
struct waiting { struct list node; const struct file_lock *want, *by; };       /* I5 */
struct blocked {        /* blocked_lock */
	struct list node;
	const struct inode *inode;
	void *owner, *waits_for;                /* waits_for NULL: woken, about to look again */
};

static struct slab_cache *lock_cache __ro_after_init;   /* a line each: owners on other CPUs share none */
static struct list blocked = LIST_INIT(blocked);
static struct spinlock blocked_lock = SPINLOCK_INIT(RANK_POLL);
static struct place_list place_lists[NR_PLACE_LISTS];

/* NULL: no lock was ever set. */
static struct lock_place *place_find(struct inode *i)
{
	return load_acquire(&i->lock_place);    /* pairs with place_make() */
}

/* NULL without memory. */
static struct lock_place *place_make(struct inode *i)
{
	struct lock_place *b = place_find(i), *none = NULL;

	if (likely(b))
		return b;
	b = kmalloc(sizeof *b, 0);
	if (!b)
		return NULL;
	spin_init(&b->lock, RANK_FDTABLE);
	waitq_init(&b->waitq);
	list_init(&b->waiting);
	b->inode = i;
	b->in = &place_lists[cpu_id() % NR_PLACE_LISTS];        /* any will do: CPUs seldom meet */
	spin_lock(&b->in->lock);
	list_append(&b->in->places, &b->node);
	spin_unlock(&b->in->lock);
	if (cas_acq_rel(&i->lock_place, &none, b))      /* pairs with place_find() */
		return b;
	flock_place_free(b);                    /* another was faster */
	return none;
}

void flock_place_free(struct lock_place *b)
{
	if (!b)
		return;
	spin_lock(&b->in->lock);
	list_del(&b->node);
	spin_unlock(&b->in->lock);
	kfree(b);
}

static struct file_lock **inode_locks(struct inode *i) { return (struct file_lock **)&i->flock_list; }

static bool is_conflict(const struct file_lock *a, const struct file_lock *b)
{
	return a->kind == b->kind && a->owner != b->owner && (a->type == F_WRLCK || b->type == F_WRLCK) &&
	       a->start <= b->end && b->start <= a->end;
}

static struct file_lock *find_conflict_locked(struct inode *i, const struct file_lock *want)
{
	struct file_lock *l = *inode_locks(i);

	while (l && !is_conflict(l, want))
		l = l->next;
	return l;
}

/* F_OFD_GETLK with F_UNLCK: the owner's own first record in the range. */
static struct file_lock *find_own_locked(struct inode *i, const struct file_lock *want)
{
	struct file_lock *l = *inode_locks(i);

	while (l && (l->kind != KIND_RECORD || l->owner != want->owner || l->end < want->start || l->start > want->end))
		l = l->next;
	return l;
}

static struct file_lock *lock_alloc(void) { return slab_alloc(lock_cache, ALLOC_ZERO); }

static void list_free(struct file_lock *l)
{
	while (l) {
		struct file_lock *next = l->next;

		slab_free(lock_cache, l);
		l = next;
	}
}

static void lock_move(struct file_lock **from, struct file_lock **to)
{
	struct file_lock *l = *from;

	*from = l->next;
	l->next = *to;
	*to = l;
}

/* Where a record belongs: before its owner's first one behind it, else behind the owner's last, else at the list's end. */
static struct file_lock **record_place(struct inode *i, const struct file_lock *fresh)
{
	struct file_lock **at = inode_locks(i), **behind = NULL;

	for (; *at; at = &(*at)->next) {
		if ((*at)->kind != fresh->kind || (*at)->owner != fresh->owner)
			continue;
		if ((*at)->start > fresh->start)
			return at;
		behind = &(*at)->next;
	}
	return behind ? behind : at;
}

static void lock_insert(struct inode *i, struct file_lock *l, struct file_lock **at)
{

	l->next = *at;
	store_relaxed(at, l);                  /* relaxed: who closes looks only for locks of its own */
}

/*
 * Make [fresh->start, fresh->end] of fresh->owner be of fresh->type; F_UNLCK removes. `fresh` and
 * `spare` are consumed or moved to *dead with what they replace. Nothing conflicts (checked).
 */
static void record_set_locked(struct inode *i, struct file_lock *fresh, struct file_lock *spare, struct file_lock **dead)
{
	struct file_lock **at = inode_locks(i);
	bool merged = false;

	while (*at) {
		struct file_lock *l = *at;
		bool same = l->type == fresh->type;
		/* Records of the same type also merge when they touch. */
		uint64_t from = same && fresh->start ? fresh->start - 1 : fresh->start;
		uint64_t to = same && fresh->end != UINT64_MAX ? fresh->end + 1 : fresh->end;

		if (l->kind != fresh->kind || l->owner != fresh->owner || l->end < from || l->start > to) {
			at = &l->next;
			continue;
		}
		if (same) {
			if (!merged)
				fresh->file = l->file;  /* the older one grows, as F_GETLK and /proc tell it */
			merged = true;
			fresh->start = MIN(fresh->start, l->start);
			fresh->end = MAX(fresh->end, l->end);
			lock_move(at, dead);
			continue;
		}
		if (l->start < fresh->start && l->end > fresh->end) {  /* cut in two */
			*spare = *l;
			spare->start = fresh->end + 1;
			l->next = spare;
			l->end = fresh->start - 1;
			spare = NULL;
			break;
		}
		if (l->start < fresh->start)
			l->end = fresh->start - 1;
		else if (l->end > fresh->end)
			l->start = fresh->end + 1;
		else {
			lock_move(at, dead);
			continue;
		}
		at = &l->next;
	}
	if (spare) {
		spare->next = *dead;
		*dead = spare;
	}
	if (fresh->type == F_UNLCK) {
		fresh->next = *dead;
		*dead = fresh;
	} else {
		lock_insert(i, fresh, *inode_locks(i) ? record_place(i, fresh) : inode_locks(i));
	}
}

/* ---- waiting ---- */

/* Would `owner` wait, through others, for itself? blocked_lock held. */
static bool is_deadlock_locked(void *owner, void *waits_for)
{
	for (int depth = 0; depth < DEADLOCK_DEPTH; depth++) {
		struct blocked *b;
		void *next = NULL;

		if (waits_for == owner)
			return true;
		list_for_each(b, &blocked, node) {
			if (b->owner == waits_for) {
				next = b->waits_for;
				break;
			}
		}
		if (!next)
			return false;
		waits_for = next;
	}
	return false;
}

/* Announce that we wait for the holder of `by`; place->lock held. 0 or -EDEADLK. */
static int blocked_enter_locked(struct blocked *b, const struct inode *i, const struct file_lock *want, const struct file_lock *by)
{
	int err = 0;

	b->inode = i;
	b->owner = want->owner;
	b->waits_for = by->owner;
	spin_lock(&blocked_lock);
	if (is_deadlock_locked(b->owner, b->waits_for))
		err = -EDEADLK;
	else
		list_push(&blocked, &b->node);
	spin_unlock(&blocked_lock);
	return err;
}

static void blocked_leave(struct blocked *b)
{
	spin_lock(&blocked_lock);
	list_del(&b->node);
	spin_unlock(&blocked_lock);
}

/*
 * Locks of owner on i go or change; place->lock held, so nobody begins to wait for them meanwhile. Who waits
 * for them is woken: until it has looked again it waits for nobody, and makes no circle.
 */
static void blocked_release_locked(const struct inode *i, const void *owner)
{
	struct blocked *b;

	if (likely(list_empty(&blocked)))       /* who waits for a lock of this inode went in under its lock */
		return;
	spin_lock(&blocked_lock);
	list_for_each(b, &blocked, node)
		if (b->inode == i && b->waits_for == owner)
			b->waits_for = NULL;
	spin_unlock(&blocked_lock);
}

/*
 * Wait until nothing conflicts with want, then return 0 with place->lock held.
 * -EAGAIN if may not wait, -EDEADLK, -ERESTARTSYS, without the lock.
 */
static int place_lock_free_of_conflict(struct lock_place *b, struct inode *i, const struct file_lock *want, bool is_posix,
					bool may_wait) __no_lock_analysis
{
	struct waiter w = { .thread = park_self() };
	bool queued = false;
	int err;

	for (;;) {
		struct blocked entry;
		struct waiting waiting;
		struct file_lock *by;

		if (queued)
			park_begin(PARK_INTERRUPTIBLE);
		spin_lock(&b->lock);
		by = want->type == F_UNLCK ? NULL : find_conflict_locked(i, want);
		if (!by) {
			err = 0;
			break;
		}
		err = !may_wait ? -EAGAIN : is_posix ? blocked_enter_locked(&entry, i, want, by) : 0;
		if (!err) {
			waiting = (struct waiting){ .want = want, .by = by };
			list_append(&b->waiting, &waiting.node);
		}
		spin_unlock(&b->lock);
		if (err)
			break;
		if (queued) {
			err = park(PARK_INTERRUPTIBLE, ~0ull);
		} else {
			waitq_add(&b->waitq, &w);      /* then look again: a lock may have gone meanwhile */
			queued = true;
		}
		if (is_posix)
			blocked_leave(&entry);
		spin_lock(&b->lock);
		list_del(&waiting.node);
		spin_unlock(&b->lock);
		if (err)
			break;
	}
	if (queued) {
		park_end();
		waitq_remove(&w);
	}
	return err;
}

/* ---- record locks ---- */

/* [l_start, l_start + l_len) relative to l_whence into an inclusive range. 0, -EINVAL, -EOVERFLOW. */
static int record_range(struct file *f, const struct flock64_k *l, uint64_t *start, uint64_t *end)
{
	int64_t base, from;

	switch (l->whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = f->pos;
		break;
	case SEEK_END:
		base = (int64_t)load_relaxed(&f->inode->size);
		break;
	default:
		return -EINVAL;
	}
	if (__builtin_add_overflow(base, l->start, &from))
		return -EOVERFLOW;
	if (from < 0)
		return -EINVAL;
	*start = (uint64_t)from;
	*end = INT64_MAX;
	if (l->len > 0) {
		if (l->len - 1 > INT64_MAX - from)
			return -EOVERFLOW;
		*end = *start + (uint64_t)l->len - 1;
	} else if (l->len < 0) {
		if (from + l->len < 0)
			return -EINVAL;
		*end = *start - 1;
		*start = (uint64_t)(from + l->len);
	}
	return 0;
}

static int record_fill(struct file *f, const struct flock64_k *l, bool is_ofd, struct file_lock *out)
{
	if (l->type != F_RDLCK && l->type != F_WRLCK && l->type != F_UNLCK)
		return -EINVAL;
	if (is_ofd && l->pid)
		return -EINVAL;
	out->kind = KIND_RECORD;
	out->type = (int8_t)l->type;
	out->owner = is_ofd ? (void *)f : (void *)task_current()->files;
	out->pid = is_ofd ? -1 : process_current()->tgid;
	out->file = f;
	return record_range(f, l, &out->start, &out->end);
}

long flock_posix_get(struct file *f, struct flock64_k *l, bool is_ofd)
{
	struct lock_place *b = place_find(f->inode);
	struct file_lock want, *by;
	int err;

	if (l->type == F_UNLCK && !is_ofd)
		return -EINVAL;
	err = record_fill(f, l, is_ofd, &want);
	if (err)
		return err;
	if (!b) {
		l->type = F_UNLCK;
		return 0;
	}
	spin_lock(&b->lock);
	by = l->type == F_UNLCK ? find_own_locked(f->inode, &want) : find_conflict_locked(f->inode, &want);
	if (by) {
		l->type = by->type;
		l->whence = SEEK_SET;
		l->start = (int64_t)by->start;
		l->len = by->end == INT64_MAX ? 0 : (int64_t)(by->end - by->start + 1);
		l->pid = by->pid;
	} else {
		l->type = F_UNLCK;
	}
	spin_unlock(&b->lock);
	return 0;
}

long flock_posix_set(struct file *f, const struct flock64_k *l, bool is_ofd, bool may_wait)
{
	struct lock_place *b = place_make(f->inode);
	struct file_lock *fresh = lock_alloc(), *spare = lock_alloc(), *dead = NULL;
	int err = -ENOLCK;

	if (!b || !fresh || !spare)
		goto free;
	err = record_fill(f, l, is_ofd, fresh);
	if (err)
		goto free;
	err = -EBADF;
	if ((l->type == F_RDLCK && !(f->mode & FILE_READ)) || (l->type == F_WRLCK && !(f->mode & FILE_WRITE)))
		goto free;
	err = place_lock_free_of_conflict(b, f->inode, fresh, !is_ofd, may_wait);
	if (err)
		goto free;
	if (!is_ofd)
		blocked_release_locked(f->inode, fresh->owner);
	record_set_locked(f->inode, fresh, spare, &dead);
	if (is_ofd)
		f->mode |= FILE_LOCKED;
	spin_unlock(&b->lock);
	waitq_wake_all(&b->waitq);
	list_free(dead);
	return 0;
free:
	list_free(fresh);
	list_free(spare);
	return err;
}

/* ---- flock(2) ---- */

/* Take out the lock of this kind and owner, if any; place->lock held. */
static struct file_lock *take_locked(struct inode *i, int kind, void *owner, struct file_lock *dead)
{
	struct file_lock **at = inode_locks(i);

	while (*at) {
		if ((kind < 0 || (*at)->kind == kind) && (*at)->owner == owner)
			lock_move(at, &dead);
		else
			at = &(*at)->next;
	}
	return dead;
}

static void release_all(struct file *f, void *owner)
{
	struct lock_place *b = place_find(f->inode);
	struct file_lock *dead;

	if (!b)
		return;
	spin_lock(&b->lock);
	dead = take_locked(f->inode, -1, owner, NULL);
	if (dead)
		blocked_release_locked(f->inode, owner);
	spin_unlock(&b->lock);
	if (dead)
		waitq_wake_all(&b->waitq);
	list_free(dead);
}

void flock_release_owner(struct file *f, struct fdtable *owner) { release_all(f, owner); }
void flock_release_file(struct file *f) { release_all(f, f); }

/* A change of type is a release and a new request, as flock(2) says: another may come between. */
static int flock_drop(struct file *f, int new_type)
{
	struct lock_place *b = place_find(f->inode);
	struct file_lock *l, *dead = NULL;
	bool same = false;

	if (!b)
		return false;
	spin_lock(&b->lock);
	for (l = *inode_locks(f->inode); l; l = l->next)
		same |= l->kind == KIND_FLOCK && l->owner == f && l->type == new_type;
	if (!same)
		dead = take_locked(f->inode, KIND_FLOCK, f, NULL);
	spin_unlock(&b->lock);
	if (dead)
		waitq_wake_all(&b->waitq);
	list_free(dead);
	return same;
}

long flock_whole(struct file *f, int type, bool may_wait)
{
	struct lock_place *b;
	struct file_lock *fresh;
	int err;

	if (flock_drop(f, type) || type == F_UNLCK)
		return 0;
	b = place_make(f->inode);
	fresh = b ? lock_alloc() : NULL;
	if (!fresh)
		return -ENOLCK;
	*fresh = (struct file_lock){ .kind = KIND_FLOCK, .type = (int8_t)type, .owner = f, .end = INT64_MAX, .file = f,
				     .pid = process_current()->tgid };
	err = place_lock_free_of_conflict(b, f->inode, fresh, false, may_wait);
	if (err) {
		list_free(fresh);
		return err;
	}
	lock_insert(f->inode, fresh, inode_locks(f->inode));
	f->mode |= FILE_LOCKED;
	spin_unlock(&b->lock);
	return 0;
}

/* ---- what /proc tells ---- */

static struct file_lock_info info_of(const struct inode *i, const struct file_lock *l, bool waits)
{
	return (struct file_lock_info){
		.kind = l->kind == KIND_FLOCK ? FILE_LOCK_FLOCK : l->pid < 0 ? FILE_LOCK_OFD : FILE_LOCK_POSIX,
		.type = l->type, .pid = l->pid, .start = l->start, .end = l->end, .ino = i->ino, .dev = i->super->dev, .waits = waits,
	};
}

static int place_show_locked(const struct lock_place *b, file_lock_fn fn, void *arg)
{
	const struct inode *i = b->inode;
	struct waiting *w;
	int err = 0;

	for (const struct file_lock *l = i->flock_list; l && !err; l = l->next) {
		struct file_lock_info info = info_of(i, l, false);

		err = fn(&info, arg);
		list_for_each(w, &b->waiting, node) {
			if (w->by != l || err)
				continue;
			info = info_of(i, w->want, true);
			err = fn(&info, arg);
		}
	}
	return err;
}

int file_locks_for_each(file_lock_fn fn, void *arg)
{
	int err = 0;

	for (unsigned n = 0; n < NR_PLACE_LISTS && !err; n++) {
		struct place_list *list = &place_lists[n];
		struct lock_place *b;

		spin_lock(&list->lock);
		list_for_each(b, &list->places, node) {
			spin_lock(&b->lock);
			err = place_show_locked(b, fn, arg);
			spin_unlock(&b->lock);
			if (err)
				break;
		}
		spin_unlock(&list->lock);
	}
	return err;
}

int file_locks_of(struct file *f, const struct fdtable *table, file_lock_fn fn, void *arg)
{
	struct lock_place *b = f->inode ? place_find(f->inode) : NULL;
	int err = 0;

	if (!b)
		return 0;
	spin_lock(&b->lock);
	for (const struct file_lock *l = *inode_locks(f->inode); l && !err; l = l->next) {
		struct file_lock_info info = info_of(f->inode, l, false);

		if (l->file == f && (l->owner == f || l->owner == table))
			err = fn(&info, arg);
	}
	spin_unlock(&b->lock);
	return err;
}

void flock_init(void)
{
	for (unsigned n = 0; n < NR_PLACE_LISTS; n++) {
		spin_init(&place_lists[n].lock, RANK_FILE_LOCKS);
		list_init(&place_lists[n].places);
	}
	lock_cache = slab_cache_create("file_lock", sizeof(struct file_lock), CACHELINE);
}
