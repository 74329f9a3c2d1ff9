/*
 * lease.c - F_SETLEASE of fcntl(2): be told before somebody else opens or cuts the file, who waits meanwhile.
 *
 * inode->leases heads the inode's leases; open(2) and truncate(2) look at that one word. Who breaks a lease marks it, tells its
 * holder, and waits until none conflicts any more: the holder gives it up or takes less, or the time is up.
 *   I1  a lease stands in its inode's list as long as its file lives and it was not given up
 *   I2  inserted before it is checked that nobody has the file open; who opens is counted before he looks for leases:
 *       one of both sees the other
 * How many have a file open for reading is not counted anywhere: a write lease is granted when its dentry has no other
 * user and the file no second name. So a descriptor of O_PATH is in its way, too, unlike on Linux.
 * Leases are rare: one lock and one queue serve all.
 * Locks: lease_lock (leaf).   Context: task, may sleep when it breaks.
 */
#include <base/err.h>
#include <fs/file.h>
#include <fs/owner.h>
#include <linux/capability.h>
#include <linux/poll.h>
#include <asm/siginfo.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <task/process.h>
#include <time/clock.h>
#include "file_priv.h"
#include "fs_priv.h"
#include "lock_walk.h"

#define AT_ONCE 8                               /* holders told in one go */

struct lease {          /* lease_lock */
	struct lease *next;
	struct told told;                       /* in all_leases */
	int pid;                                /* who took it, for /proc/locks */
	struct file *file;                      /* its end ends the lease */
	int fd;                                 /* what si_fd says */
	int type;                               /* F_RDLCK, F_WRLCK */
	bool is_to_go, is_to_shrink;            /* it is being broken, by a writer or a reader */
	uint64_t break_ns;                      /* when that happens by itself; monotonic */
};
struct breaker { struct told_waiter waiter; int type, pid; };   /* in all_leases; lease_lock */
struct holder { struct file_owner *owner; int fd; };

int lease_break_time = 45, leases_enable = 1;
static struct spinlock lease_lock = SPINLOCK_INIT(RANK_LEAF);
static struct waitq lease_wait = WAITQ_INIT(lease_wait);
static struct told_tree all_leases;             /* lease_lock */
static atomic_uint lease_changes;               /* leases that went or shrank */

/* ---- the list ---- */

static struct lease **find_locked(const struct file *f)
{
	struct lease **at = &f->inode->leases;

	while (*at && (*at)->file != f)
		at = &(*at)->next;
	return at;
}

static void leases_free(struct lease *l)
{
	while (l) {
		struct lease *next = l->next;

		kfree(l);
		l = next;
	}
}

/* Who waits is to look again. */
static void changes_count_locked(void)
{
	all_leases.changes++;
	fetch_add_relaxed(&lease_changes, 1u);
}

static void take_out_locked(struct lease **at, struct lease **dead)
{
	struct lease *l = *at;

	told_remove(&all_leases, &l->told);
	store_relaxed(at, l->next);
	l->next = *dead;
	*dead = l;
	changes_count_locked();
}

/* Whose time is up loses what was to go. */
static void expire_locked(struct inode *i, struct lease **dead)
{
	uint64_t now = clock_monotonic_ns();
	struct lease **at = &i->leases;

	while (*at) {
		struct lease *l = *at;

		if ((l->is_to_go || l->is_to_shrink) && now >= l->break_ns) {
			if (l->is_to_go) {
				take_out_locked(at, dead);
				continue;
			}
			l->type = F_RDLCK;
			l->is_to_shrink = false;
			changes_count_locked();
		}
		at = &l->next;
	}
}

/* After a change, outside the lock. */
static void changed(struct lease *dead)
{
	waitq_wake_all(&lease_wait);
	leases_free(dead);
}

/* ---- breaking ---- */

/* Mark what conflicts, at most AT_ONCE at a time. Returns whether something does; *until: when the first of it goes by itself. */
static bool mark_locked(struct inode *i, bool for_writing, struct holder told[AT_ONCE], unsigned *n, uint64_t *until)
{
	bool conflicts = false;

	*n = 0;
	*until = ~0ull;
	for (struct lease *l = i->leases; l; l = l->next) {
		if (!for_writing && l->type != F_WRLCK)
			continue;
		conflicts = true;
		if (!(for_writing ? l->is_to_go : l->is_to_go || l->is_to_shrink) && *n < AT_ONCE) {
			*(for_writing ? &l->is_to_go : &l->is_to_shrink) = true;
			l->break_ns = lease_break_time ? clock_monotonic_ns() + (uint64_t)lease_break_time * NSEC_PER_SEC : ~0ull;
			told[(*n)++] = (struct holder){ file_owner_hold(l->file), l->fd };
		}
		*until = MIN(*until, l->break_ns);
	}
	return conflicts;
}

/* Sleep until leases change from `seen` or it is time; meanwhile /proc/locks tells of us. 0, -ETIMEDOUT, -ERESTARTSYS. */
static int break_wait(struct inode *i, struct breaker *b, unsigned seen, uint64_t until)
{
	bool is_told;
	int err;

	spin_lock(&lease_lock);
	is_told = i->leases;
	if (is_told)
		told_add_waiter(&all_leases, &b->waiter, i->leases->told.nr);
	spin_unlock(&lease_lock);
	err = wait_event_deadline(&lease_wait, load_acquire(&lease_changes) != seen, until);
	if (!is_told)
		return err;
	spin_lock(&lease_lock);
	told_remove(&all_leases, &b->waiter.told);
	spin_unlock(&lease_lock);
	return err;
}

int lease_break(struct inode *i, bool for_writing, bool may_wait)
{
	struct breaker b = { .type = for_writing ? F_WRLCK : F_RDLCK, .pid = process_current()->tgid };
	struct holder told[AT_ONCE];
	struct lease *dead;
	unsigned n, seen;
	uint64_t until;
	bool conflicts;
	int err = 0;

	for (;;) {
		dead = NULL;
		spin_lock(&lease_lock);
		expire_locked(i, &dead);
		conflicts = mark_locked(i, for_writing, told, &n, &until);
		seen = load_relaxed(&lease_changes);
		spin_unlock(&lease_lock);
		if (dead)
			changed(dead);
		for (unsigned k = 0; k < n; k++) {
			if (!told[k].owner)
				continue;
			file_owner_tell(told[k].owner, told[k].fd, POLL_MSG, EPOLLIN | EPOLLRDNORM | EPOLLMSG);
			file_owner_put(told[k].owner);
		}
		if (!conflicts)
			return 0;
		if (n == AT_ONCE)
			continue;
		if (!may_wait)
			return -EAGAIN;
		err = break_wait(i, &b, seen, until);
		if (err && err != -ETIMEDOUT)
			return err;
	}
}

/* ---- taking and giving ---- */

/* Has somebody the file open in a way that a lease of this type does not bear? */
static bool is_open_otherwise(const struct file *f, int type)
{
	const struct inode *i = f->inode;
	const struct dentry *d = f->path.dentry;
	int writers = load_relaxed(&i->writers);

	if (type == F_RDLCK)
		return writers > 0;
	if (writers != (f->mode & FILE_WRITER ? 1 : 0))
		return true;
	return load_relaxed(&i->nlink) > 1 ||
	       load_relaxed(&d->refs) > 1u + (load_relaxed(&d->flags) & DENTRY_PINNED ? 1u : 0u);
}

static bool give_up(struct file *f)
{
	struct lease *dead = NULL, **at;

	spin_lock(&lease_lock);
	at = find_locked(f);
	if (*at)
		take_out_locked(at, &dead);
	spin_unlock(&lease_lock);
	if (!dead)
		return false;
	changed(dead);
	return true;
}

/* May a lease of this type be added? *mine: f has one already. */
static int check_others_locked(const struct file *f, int type, struct lease **mine)
{
	*mine = NULL;
	for (struct lease *l = f->inode->leases; l; l = l->next) {
		if (l->file == f)
			*mine = l;
		else if (type == F_WRLCK || l->is_to_go)
			return -EAGAIN;
	}
	return *mine || leases_enable ? 0 : -EINVAL;
}

static void change_locked(struct lease *l, int type)
{
	l->type = type;
	if (type == F_RDLCK)
		l->is_to_shrink = false;
	changes_count_locked();
}

static long take(struct file *f, int fd, int type)
{
	struct lease *fresh = kzalloc(sizeof *fresh), *dead = NULL, *mine;
	int err;

	if (!fresh)
		return -ENOMEM;
	fresh->file = f;
	fresh->fd = fd;
	fresh->type = type;
	fresh->pid = process_current()->tgid;
	spin_lock(&lease_lock);
	expire_locked(f->inode, &dead);
	err = check_others_locked(f, type, &mine);
	if (!err && mine) {
		/* Who was counted before this look is seen by it; who comes later waits for the lock, then for the lease. */
		if (is_open_otherwise(f, type))
			err = -EAGAIN;
		else
			change_locked(mine, type);
	} else if (!err) {
		struct lease **at = find_locked(f);

		store_relaxed(at, fresh);
		fence_seq_cst();                /* I2, pairs with the counts that open(2) takes */
		if (is_open_otherwise(f, type)) {
			store_relaxed(at, (struct lease *)NULL);
			err = -EAGAIN;
		} else {
			told_add(&all_leases, &fresh->told);
		}
	}
	spin_unlock(&lease_lock);
	if (err || mine)
		kfree(fresh);
	changed(dead);
	if (!err)
		file_bits_change(&f->mode, 0, FILE_LOCKED);
	return err;
}

long file_lease_set(struct file *f, int fd, int type)
{
	int err;

	if (type != F_RDLCK && type != F_WRLCK && type != F_UNLCK)
		return -EINVAL;
	if (cred_current()->fsuid != f->inode->uid && !capable(CAP_LEASE))
		return -EACCES;
	if (!S_ISREG(f->inode->mode) || !f->path.dentry)
		return -EINVAL;
	if (type == F_UNLCK) {
		if (!give_up(f))
			return -EAGAIN;
		file_owner_forget(f);
		return 0;
	}
	if (is_open_otherwise(f, type))
		return -EAGAIN;
	err = file_owner_default(f);
	return err ? err : take(f, fd, type);
}

long file_lease_get(struct file *f)
{
	struct lease *dead = NULL, *l;
	long type = F_UNLCK;

	if (!load_relaxed(&f->inode->leases))
		return type;
	spin_lock(&lease_lock);
	expire_locked(f->inode, &dead);
	l = *find_locked(f);
	if (l)
		type = l->is_to_go ? F_UNLCK : l->is_to_shrink ? F_RDLCK : l->type;
	spin_unlock(&lease_lock);
	if (dead)
		changed(dead);
	return type;
}

/* ---- what /proc tells ---- */

static void told_info(const struct told *e, const void *arg, struct file_lock_info *out)
{
	const struct lease *l;

	(void)arg;
	*out = (struct file_lock_info){ .end = INT64_MAX };
	if (e->waiter) {
		const struct breaker *b = container_of(e, struct breaker, waiter.told);

		out->kind = FILE_LEASE_BREAKER;
		out->type = b->type;
		out->pid = b->pid;
		return;
	}
	l = container_of(e, struct lease, told);
	out->kind = l->is_to_go || l->is_to_shrink ? FILE_LEASE_BREAKING : FILE_LEASE_ACTIVE;
	out->type = l->is_to_go ? F_UNLCK : l->is_to_shrink ? F_RDLCK : l->type;
	out->pid = l->pid;
	out->ino = l->file->inode->ino;
	out->dev = l->file->inode->super->dev;
}

static bool is_breaker_conflict(const struct told_waiter *a, const struct told_waiter *b)
{
	return container_of(a, struct breaker, waiter)->type == F_WRLCK || container_of(b, struct breaker, waiter)->type == F_WRLCK;
}

static const struct told_ops told_ops = { .info_of = told_info, .is_conflict = is_breaker_conflict };

bool lease_walk(struct file_lock_walk *w, struct told_step *s)
{
	bool is_done;

	spin_lock(&lease_lock);
	is_done = told_walk(&all_leases, w, s, &told_ops, NULL);
	spin_unlock(&lease_lock);
	return is_done;
}

void lease_release_file(struct file *f)
{
	if (load_relaxed(&f->inode->leases))    /* relaxed: our own lease was set before */
		(void)give_up(f);
}
