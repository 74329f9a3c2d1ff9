/*
 * flock.c - locks on files: where they stand, who waits for them, flock(2), what /proc tells. Records: flock_record.c.
 *
 * inode->flock_list heads the inode's locks, a singly linked list. The spinlock that guards it and the wait queue
 * that serves it, inode->lock_place, are made when the inode is locked for the first time, and go with the inode:
 * locks on different files share nothing, and an inode that was never locked costs two NULL pointers. For /proc/locks
 * the places stand in one of a few lists, from when they are made until their inode ends.
 *   I1  records conflict with records of other owners, flock() locks with those of other files
 *   I2  a POSIX owner is a descriptor table; its locks on an inode go with any close() of that inode
 *       (flock_release_owner()), OFD and flock() locks with the last reference on their file
 *   I3  a task that waits for a POSIX record stands in `blocked`, with the owner it waits for; whoever takes
 *       away that owner's locks on the file takes that out, for the waiter has yet to look again
 *   I4  a waiter stands in place->told behind the lock that it found in its way, to be shown: by number, never followed
 * Lock order: place_list->lock, place->lock, blocked_lock, waitq.   Context: task, may sleep when it waits.
 */
#include <mm/slab.h>
#include <task/process.h>
#include <task/signal.h>
#include "flock_priv.h"

#define NR_PLACE_LISTS 16u
#define STEP_LOOKED_AT 64u                       /* locks, waiters and places, under one spinlock */
#define DEADLOCK_DEPTH 10                       /* owners followed before giving the benefit of the doubt */

struct place_list { struct spinlock lock; struct told_tree places; } __cacheline_aligned;
struct blocked {        /* blocked_lock */
	struct list node;
	const struct inode *inode;
	void *owner, *waits_for;                /* waits_for NULL: woken, about to look again */
};

struct slab_cache *flock_cache __ro_after_init;
static struct list blocked = LIST_INIT(blocked);
static struct spinlock blocked_lock = SPINLOCK_INIT(RANK_POLL);
static struct place_list place_lists[NR_PLACE_LISTS];

struct lock_place *flock_place_make_slow(struct inode *i)
{
	struct lock_place *b = kzalloc(sizeof *b), *none = NULL;

	if (!b)
		return NULL;
	spin_init(&b->lock, RANK_FDTABLE);
	waitq_init(&b->waitq);
	b->inode = i;
	b->in = &place_lists[cpu_id() % NR_PLACE_LISTS];        /* any will do: CPUs seldom meet */
	spin_lock(&b->in->lock);
	told_add(&b->in->places, &b->entry);
	spin_unlock(&b->in->lock);
	if (cas_acq_rel(&i->lock_place, &none, b))      /* pairs with flock_place_find() */
		return b;
	flock_place_free(b);                    /* another was faster */
	return none;
}

void flock_place_free(struct lock_place *b)
{
	if (!b)
		return;
	spin_lock(&b->in->lock);
	told_remove(&b->in->places, &b->entry);
	spin_unlock(&b->in->lock);
	kfree(b);
}

static bool is_conflict(const struct file_lock *a, const struct file_lock *b)
{
	return a->kind == b->kind && a->owner != b->owner && (a->type == F_WRLCK || b->type == F_WRLCK) &&
	       a->start <= b->end && b->start <= a->end;
}

struct file_lock *flock_find_conflict_locked(struct inode *i, const struct file_lock *want)
{
	struct file_lock *l = *flock_list_of(i);

	while (l && !is_conflict(l, want))
		l = l->next;
	return l;
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

void flock_blocked_release_locked(const struct inode *i, const void *owner)
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

int flock_lock_free_of_conflict(struct lock_place *b, struct inode *i, const struct file_lock *want, bool is_posix, bool may_wait) __no_lock_analysis
{
	struct waiter w = { .thread = park_self() };
	struct waiting waiting;
	bool queued = false;
	int err;

	for (;;) {
		struct blocked entry;
		struct file_lock *by;

		if (queued)
			park_begin(PARK_INTERRUPTIBLE);
		spin_lock(&b->lock);
		by = want->type == F_UNLCK ? NULL : flock_find_conflict_locked(i, want);
		if (!by) {
			err = 0;
			break;
		}
		err = !may_wait ? -EAGAIN : is_posix ? blocked_enter_locked(&entry, i, want, by) : 0;
		if (!err) {
			if (!queued) {
				waiting.want = want;
				waiting.waiter.told.waiter = 0;
			}
			told_add_waiter(&b->told, &waiting.waiter, by->told.nr);
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
		told_remove(&b->told, &waiting.waiter.told);
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

/* ---- flock(2) ---- */

/* Take out the lock of this kind and owner, if any; place->lock held. */
static struct file_lock *take_locked(struct lock_place *b, struct inode *i, int kind, void *owner)
{
	struct file_lock **at = flock_list_of(i), *dead = NULL;

	while (*at) {
		if ((kind < 0 || (*at)->kind == kind) && (*at)->owner == owner)
			flock_take_out(b, at, &dead);
		else
			at = &(*at)->next;
	}
	return dead;
}

static void release_all(struct file *f, void *owner)
{
	struct lock_place *b = flock_place_find(f->inode);
	struct file_lock *dead;

	if (!b)
		return;
	spin_lock(&b->lock);
	dead = take_locked(b, f->inode, -1, owner);
	if (dead) {
		b->told.changes++;
		flock_blocked_release_locked(f->inode, owner);
	}
	spin_unlock(&b->lock);
	if (dead)
		waitq_wake_all(&b->waitq);
	flock_list_free(dead);
}

void flock_release_owner(struct file *f, struct fdtable *owner) { release_all(f, owner); }
void flock_release_file(struct file *f) { release_all(f, f); }

/* A change of type is a release and a new request, as flock(2) says: another may come between. */
static int flock_drop(struct file *f, int new_type)
{
	struct lock_place *b = flock_place_find(f->inode);
	struct file_lock *l, *dead = NULL;
	bool same = false;

	if (!b)
		return false;
	spin_lock(&b->lock);
	for (l = *flock_list_of(f->inode); l; l = l->next)
		same |= l->kind == KIND_FLOCK && l->owner == f && l->type == new_type;
	if (!same && (dead = take_locked(b, f->inode, KIND_FLOCK, f)))
		b->told.changes++;
	spin_unlock(&b->lock);
	if (dead)
		waitq_wake_all(&b->waitq);
	flock_list_free(dead);
	return same;
}

long flock_whole(struct file *f, int type, bool may_wait)
{
	struct lock_place *b;
	struct file_lock *fresh;
	int err;

	if (flock_drop(f, type) || type == F_UNLCK)
		return 0;
	b = flock_place_make(f->inode);
	fresh = b ? flock_alloc() : NULL;
	if (!fresh)
		return -ENOLCK;
	fresh->kind = KIND_FLOCK;
	fresh->type = (int8_t)type;
	fresh->pid = process_current()->tgid;
	fresh->start = 0;
	fresh->end = INT64_MAX;
	fresh->owner = f;
	fresh->file = f;
	err = flock_lock_free_of_conflict(b, f->inode, fresh, false, may_wait);
	if (err) {
		flock_list_free(fresh);
		return err;
	}
	flock_insert(b, fresh, flock_list_of(f->inode));
	file_bits_change(&f->mode, 0, FILE_LOCKED);
	spin_unlock(&b->lock);
	return 0;
}

/* ---- what /proc tells ---- */

static struct file_lock_info info_of(const struct inode *i, const struct file_lock *l)
{
	return (struct file_lock_info){
		.kind = l->kind == KIND_FLOCK ? FILE_LOCK_FLOCK : l->pid < 0 ? FILE_LOCK_OFD : FILE_LOCK_POSIX,
		.type = l->type, .pid = l->pid, .start = l->start, .end = l->end, .ino = i->ino, .dev = i->super->dev,
	};
}

/* Of a lock or of one who waits for it. */
static void told_info(const struct told *e, const void *arg, struct file_lock_info *out)
{
	const struct waiting *w = e->waiter ? container_of(e, struct waiting, waiter.told) : NULL;

	*out = info_of(arg, w ? w->want : container_of(e, struct file_lock, told));
}

static bool is_waiter_conflict(const struct told_waiter *a, const struct told_waiter *b)
{
	return is_conflict(container_of(a, struct waiting, waiter)->want, container_of(b, struct waiting, waiter)->want);
}

static const struct told_ops told_ops = { .info_of = told_info, .is_conflict = is_waiter_conflict };

/* As far in a list of places as the step goes. True: to its end. */
static bool places_walk(struct place_list *list, struct file_lock_walk *w, struct told_step *s)
{
	bool is_done = true;
	struct told *e;

	spin_lock(&list->lock);
	for (e = told_find(&list->places, w->place, 0); e && is_done && s->left; s->left -= s->left != 0) {
		struct lock_place *b = container_of(e, struct lock_place, entry);

		if (w->place != e->nr)
			*w = (struct file_lock_walk){ .list = w->list, .place = e->nr };
		spin_lock(&b->lock);
		is_done = told_walk(&b->told, w, s, &told_ops, b->inode);
		spin_unlock(&b->lock);
		if (is_done)
			e = told_next(e);
	}
	if (e && is_done)
		*w = (struct file_lock_walk){ .list = w->list, .place = e->nr };
	spin_unlock(&list->lock);
	return !e;
}

unsigned file_locks_walk(struct file_lock_walk *w, struct file_lock_info *out, unsigned max)
{
	struct told_step s = { .out = out, .max = max };

	while (!s.n && w->list <= NR_PLACE_LISTS) {
		bool is_done;

		s.left = STEP_LOOKED_AT;
		is_done = w->list < NR_PLACE_LISTS ? places_walk(&place_lists[w->list], w, &s) : lease_walk(w, &s);
		if (is_done)
			*w = (struct file_lock_walk){ .list = w->list + 1 };
	}
	return s.n;
}

int file_locks_of(struct file *f, const struct fdtable *table, file_lock_fn fn, void *arg)
{
	struct lock_place *b = f->inode ? flock_place_find(f->inode) : NULL;
	int err = 0;

	if (!b)
		return 0;
	spin_lock(&b->lock);
	for (const struct file_lock *l = *flock_list_of(f->inode); l && !err; l = l->next) {
		struct file_lock_info info = info_of(f->inode, l);

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
	}
	flock_cache = slab_cache_create("file_lock", sizeof(struct file_lock), CACHELINE);
}
