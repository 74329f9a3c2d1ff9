/*
 * namespace.c - mount(2), umount2(2) and pivot_root(2): the verbs on the table of mounts.
 *
 * Whoever has CAP_SYS_ADMIN over his mount namespace may change it: what it got from a namespace of more rights stays
 * covered (is_locked), and keeps the flags that restrict it (locked_flags).
 * Lock order: mount_lock, then inode->lock.   Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/handle.h>
#include <fs/hugetlb.h>
#include <fs/notify.h>
#include <fs/nsfs.h>
#include <fs/shmem.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <mm/slab.h>
#include <task/pid_ns.h>
#include <task/user_ns.h>
#include "mount_priv.h"

#define ATIME_FLAGS (MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME)
#define MNT_FLAGS (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW | ATIME_FLAGS)
#define PROPAGATION (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)

/* Per-mount flags of a request: relatime unless another rule for access times is asked for. */
static unsigned mount_flags(unsigned long flags)
{
	unsigned f = flags & (MNT_FLAGS & ~(MS_RELATIME | MS_STRICTATIME));

	if (flags & MS_STRICTATIME)
		return (f & ~MS_NOATIME) | MS_STRICTATIME;
	return flags & MS_NOATIME ? f : f | MS_RELATIME;
}

static bool is_ours(const struct mount *m) { return m->ns == mnt_ns_current(); }

int mount_lock_at(struct path *p)
{
	mutex_lock(&mount_lock);
	path_cover(p);
	return p->mnt->ns ? 0 : -ENOENT;        /* a place that was taken away meanwhile */
}

/* ---- new file systems ---- */

int mount_type_check(const struct fs_type *type)
{
	return type->for_user_ns ? (capable_here(CAP_SYS_ADMIN) ? 0 : -EPERM) : capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

/*
 * In a namespace of fewer rights: would a new mount of this kind show what is covered elsewhere? Not if the
 * namespace has one with nothing on it that it could not take away. The flags of that one become binding. Locked.
 */
bool mount_would_reveal(struct mount *fresh, unsigned flags)
{
	const struct mnt_ns *ns = mnt_ns_current();
	struct mount *m;

	if (!fresh->super->type->shows_system || ns->ns.owner == &user_ns_initial.ns)
		return false;
	for (m = mount_from_locked(ns, 0); m; m = mount_behind_locked(m)) {
		if (m->super->type != fresh->super->type || m->root != m->super->root || mount_has_locked_children(m, m->root))
			continue;
		if (m->locked_flags & ~flags & MS_RDONLY)
			continue;
		if ((m->locked_flags & MS_NOATIME) && (m->flags & ATIME_FLAGS) != (flags & ATIME_FLAGS))
			continue;
		fresh->locked_flags |= m->locked_flags & (MS_RDONLY | MS_NOATIME);
		return false;
	}
	return true;
}

int mount_graft(struct mount *m, struct path *at)
{
	int err;

	if (!is_ours(at->mnt))
		err = -EINVAL;
	else if (at->dentry == at->mnt->root && at->mnt->super == m->super && at->mnt->root == m->root)
		err = -EBUSY;                           /* the same thing on itself */
	else if (mount_would_reveal(m, m->flags))
		err = -EPERM;
	else if (S_ISDIR(at->dentry->inode->mode) != S_ISDIR(m->root->inode->mode))
		err = -ENOTDIR;
	else
		err = mount_attach_tree(m, at, false);
	return err;
}

static int mount_new(const struct path *where, const char *source, const char *type_name, unsigned long flags, const char *data)
{
	const struct fs_type *type = type_name ? fs_find(type_name) : NULL;
	struct path at = *where;
	struct super *s;
	struct mount *m;
	int err;

	if (!type_name)
		return -EINVAL;
	if (!type || !type->mount)
		return -ENODEV;
	err = mount_type_check(type);
	if (!err)
		err = type->mount(type, (unsigned)flags, source, data, &s);
	if (err)
		return err;
	if (flags & MS_RDONLY && refcount_read(&s->refs) == 1)
		s->flags |= MS_RDONLY;                  /* fresh: nobody uses it yet */
	dentry_get(s->root);
	m = mount_alloc(s, s->root, mount_flags(flags), source);
	if (!m)
		return -ENOMEM;
	path_get(&at);
	err = mount_lock_at(&at);
	if (!err)
		err = mount_graft(m, &at);
	mount_unlock();
	path_put(&at);
	if (err)
		mount_free_unused(m);
	return err;
}

/* ---- remount ---- */

/* May m's flags become these? Not without those that came with more rights. */
bool mount_flags_may_be(const struct mount *m, unsigned flags)
{
	unsigned restricting = MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC;

	if (m->locked_flags & restricting & ~flags)
		return false;
	return !(m->locked_flags & MS_NOATIME) || (m->flags & ATIME_FLAGS) == (flags & ATIME_FLAGS);
}

static int remount(const struct path *p, unsigned long flags, const char *data)
{
	struct mount *m = p->mnt;
	unsigned fresh = mount_flags(flags);
	int err = 0;

	mutex_lock(&mount_lock);
	if (!(flags & ATIME_FLAGS))             /* without a rule for access times the old one stays */
		fresh = (fresh & ~(unsigned)ATIME_FLAGS) | (m->flags & ATIME_FLAGS);
	if (!path_is_mount_root(p) || !is_ours(m))
		err = -EINVAL;
	else if (!mount_flags_may_be(m, fresh))
		err = -EPERM;
	mount_unlock();
	if (!err && !(flags & MS_BIND))
		err = capable_in(user_ns_of(m->super->owner), CAP_SYS_ADMIN) ? super_remount(m->super, (unsigned)flags, data) : -EPERM;
	if (err)
		return err;
	mutex_lock(&mount_lock);
	if ((flags & MS_BIND) && (flags & MS_RDONLY))
		err = mount_forbid_writing_locked(m);
	if (!err) {
		store_relaxed(&m->flags, (m->flags & ~(uint32_t)MNT_FLAGS) | fresh);
		mnt_ns_tell_change(m->ns);
	}
	mount_unlock();
	return err;
}

/* ---- bind ---- */

/* May (m, d) be bound to elsewhere, or cloned by open_tree(2)? Locked. */
int mount_bind_check(const struct mount *m, const struct dentry *d, bool recursive)
{
	if (m->is_unbindable || (!is_ours(m) && !nsfs_is_file(d->inode)))
		return -EINVAL;
	return !recursive && mount_has_locked_children(m, d) ? -EINVAL : 0;
}

static int bind_locked(const struct path *from, struct path *at, bool recursive)
{
	struct mount *m;
	int err = is_ours(at->mnt) ? mount_bind_check(from->mnt, from->dentry, recursive) : -EINVAL;

	if (!err && dentry_is_deleted(from->dentry))
		err = -ENOENT;
	if (err)
		return err;
	err = recursive ? mount_copy_tree(from->mnt, from->dentry, COPY_NS_FILES, &m) : mount_copy(from->mnt, from->dentry, 0, &m);
	if (err)
		return err;
	m->is_locked = false;
	if (S_ISDIR(at->dentry->inode->mode) != S_ISDIR(m->root->inode->mode))
		err = -ENOTDIR;
	if (!err)
		err = mount_attach_tree(m, at, false);
	if (err)
		mount_drop_tree(m);
	return err;
}

/* A file of the caller's own mount namespace, or an older one, would make a ring: each would keep the other. */
static bool makes_ring(const struct dentry *d)
{
	const struct mnt_ns *ns = nsfs_mnt_ns(d->inode);

	return ns && ns->id <= mnt_ns_current()->id;
}

static int mount_bind(const struct path *where, const char *source, unsigned long flags)
{
	struct path from, at = *where;
	int err;

	if (!source || !*source)
		return -EINVAL;
	err = path_lookup(AT_FDCWD, source, WALK_FOLLOW, &from);
	if (err)
		return err;
	path_get(&at);
	err = mount_lock_at(&at);
	if (!err)
		err = makes_ring(from.dentry) ? -EINVAL : bind_locked(&from, &at, flags & MS_REC);
	mount_unlock();
	path_put(&at);
	path_put(&from);
	return err;
}

/* ---- move ---- */

static bool holds_ring(struct mount *top)
{
	for (struct mount *m = top; m; m = mount_next(m, top))
		if (makes_ring(m->root))
			return true;
	return false;
}

static bool holds_unbindable(struct mount *top)
{
	for (struct mount *m = top; m; m = mount_next(m, top))
		if (m->is_unbindable)
			return true;
	return false;
}

static bool is_current_root(const struct mount *m)
{
	struct path root;

	rcu_read_lock();
	context_read(task_current()->fs, &task_current()->fs->root, &root);
	rcu_read_unlock();
	return root.mnt == m;
}

/* May `from` slip beneath the mount that shows `at`? Not if that, or what propagation brings, would hide one of both. */
static bool may_go_beneath(const struct path *from, const struct path *at)
{
	struct mount *over = at->mnt, *to = over->parent, *m;

	if (!to || !path_is_mount_root(at) || over->is_locked || mount_find_locked(from->mnt, from->dentry))
		return false;
	if (is_current_root(over) || to == mnt_ns_current()->root)
		return false;
	for (m = from->mnt; m->parent; m = m->parent)
		if (m == over)
			return false;
	return !mount_would_cover(to, over->mountpoint, over) && !(is_ours(from->mnt) && mount_would_cover(to, over->mountpoint, from->mnt));
}

int mount_move_locked(const struct path *from, const struct path *where, bool beneath)
{
	struct path to = *where, *at = &to;
	struct mount *m = from->mnt, *top;
	struct mnt_ns *old = m->ns;
	int err;

	if (!is_ours(at->mnt) || !old || !(m->parent ? is_ours(m) : old->is_anonymous && old->root == m))
		return -EINVAL;
	if (m->is_locked || !path_is_mount_root(from) || S_ISDIR(at->dentry->inode->mode) != S_ISDIR(m->root->inode->mode))
		return -EINVAL;
	if (m->parent && mount_is_shared(m->parent))
		return -EINVAL;
	if (beneath) {
		if (!may_go_beneath(from, where))
			return -EINVAL;
		to = (struct path){ where->mnt->parent, where->mnt->mountpoint };
	}
	if (mount_is_shared(at->mnt) && holds_unbindable(m))
		return -EINVAL;
	if (holds_ring(m))
		return -ELOOP;
	for (top = at->mnt; top; top = top->parent)
		if (top == m)
			return -ELOOP;
	if (dentry_is_deleted(at->dentry))
		return -ENOENT;
	err = mount_attach_tree(m, at, m->parent != NULL);
	if (!err && old->is_anonymous)
		old->root = NULL;               /* its tree stands in a namespace now */
	return err;
}

static int mount_move(const struct path *where, const char *source)
{
	struct path from, at = *where;
	int err;

	if (!source || !*source)
		return -EINVAL;
	err = path_lookup(AT_FDCWD, source, WALK_FOLLOW, &from);
	if (err)
		return err;
	path_get(&at);
	err = mount_lock_at(&at);
	if (!err)
		err = mount_move_locked(&from, &at, false);
	mount_unlock();
	path_put(&at);
	path_put(&from);
	return err;
}

/* ---- propagation ---- */

static int propagation_change(const struct path *p, unsigned long flags)
{
	unsigned type = (unsigned)(flags & ~(unsigned long)(MS_REC | MS_SILENT));
	struct mount *m;
	int err = 0;

	if (!path_is_mount_root(p) || (type & ~(unsigned)PROPAGATION) || (type & (type - 1)))
		return -EINVAL;
	mutex_lock(&mount_lock);
	if (!p->mnt->ns)
		err = -EINVAL;
	else if (!capable_over(&p->mnt->ns->ns, CAP_SYS_ADMIN))         /* whosever it is: one that stands nowhere yet, too */
		err = -EPERM;
	for (m = p->mnt; m && !err; m = flags & MS_REC ? mount_next(m, p->mnt) : NULL)
		mount_set_propagation(m, type);
	mount_unlock();
	return err;
}

/* ---- mount(2) ---- */

int vfs_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)
{
	struct path where;
	int err;

	if ((flags & MS_MGC_MSK) == MS_MGC_VAL)
		flags &= ~(unsigned long)MS_MGC_MSK;
	err = path_lookup(AT_FDCWD, target, WALK_FOLLOW, &where);
	if (err)
		return err;
	if (flags & ~0x7ffffffful)              /* MS_NOUSER is the kernel's own, and above it there is none */
		err = -EINVAL;
	else if (!mount_may_change())
		err = -EPERM;
	else if (flags & MS_REMOUNT)
		err = remount(&where, flags, data);
	else if (flags & MS_BIND)
		err = mount_bind(&where, source, flags);
	else if (flags & PROPAGATION)
		err = propagation_change(&where, flags);
	else if (flags & MS_MOVE)
		err = mount_move(&where, source);
	else
		err = mount_new(&where, source, type, flags, data);
	path_put(&where);
	return err;
}

/* ---- umount2(2) ---- */

static bool may_end(const struct mount *m) { return is_ours(m) && !m->is_locked && m->parent; }

/* With all below it, whoever uses it. */
static int umount_detach(struct mount *m)
{
	int err = -EINVAL;

	mutex_lock(&mount_lock);
	if (may_end(m)) {
		mount_tree_end_locked(m, true);
		err = 0;
	}
	mount_unlock();
	return err;
}

/* What is counted, and frozen: away with it, with our reference; or, if it is to expire and is not marked yet, mark it. */
static int umount_counted_locked(struct mount *m, bool is_to_expire)
{
	bool is_idle;

	if (!may_end(m))
		return -EINVAL;
	if (!is_to_expire || load_relaxed(&m->expires))         /* relaxed: who uses it from here on holds it */
		return mount_end_idle_locked(m, 2);             /* the tree's and ours */
	is_idle = mount_is_idle_locked(m, 2);
	store_relaxed(&m->expires, is_idle);
	return is_idle ? -EAGAIN : -EBUSY;
}

/* Unless it is in use. Consumes a reference on m. */
static int umount_idle(struct mount *m, bool is_to_expire)
{
	bool is_gone = false;
	int err;

	mutex_lock(&mount_lock);
	err = may_end(m) ? mount_count_begin_locked(m) : -EINVAL;
	mount_unlock();
	if (!err) {
		rcu_synchronize_expedited();            /* the caller waits; others may mount meanwhile */
		mutex_lock(&mount_lock);
		is_gone = mount_count_end_locked(m);
		err = is_gone ? -EINVAL : umount_counted_locked(m, is_to_expire);
		if (err && !is_gone)
			percpu_ref_thaw(&m->refs);
		mount_unlock();
	}
	if (is_gone)
		mount_put(m);                           /* the tree's */
	if (err)
		mount_put(m);
	return err;
}

/* The root cannot go: it becomes read-only, as Linux has it for the last thing init does. */
static int umount_root(struct mount *m)
{
	return capable_in(user_ns_of(m->super->owner), CAP_SYS_ADMIN) ? super_remount(m->super, MS_RDONLY, NULL) : -EPERM;
}

int vfs_umount(const char *target, int flags)
{
	struct path p;
	int err = path_lookup(AT_FDCWD, target, (flags & UMOUNT_NOFOLLOW ? 0 : WALK_FOLLOW) | WALK_UNUSED, &p);

	if (err)
		return err;
	path_cover(&p);                                 /* "." too means what stands on it */
	if (!mount_may_change())
		err = -EPERM;
	else if (!path_is_mount_root(&p) || !is_ours(p.mnt) || p.mnt->is_locked)        /* looked at again once locked */
		err = -EINVAL;
	else if ((flags & MNT_FORCE) && !capable(CAP_SYS_ADMIN))
		err = -EPERM;
	else if ((flags & MNT_EXPIRE) && ((flags & (MNT_FORCE | MNT_DETACH)) || is_current_root(p.mnt)))
		err = -EINVAL;
	else if (is_current_root(p.mnt) && !(flags & MNT_DETACH))
		err = umount_root(p.mnt);
	else if (flags & MNT_DETACH)
		err = umount_detach(p.mnt);
	else {
		dentry_put(p.dentry);                   /* the mount holds its root */
		return umount_idle(p.mnt, flags & MNT_EXPIRE);
	}
	path_put(&p);
	return err;
}

/* ---- pivot_root(2) ---- */
/* Every task, be it a process's first thread or another, whose root or working directory is the old root goes to the new one. */
static void move_tasks(const struct path *old, const struct path *fresh)
{
	struct task *t;

	for (int nr = 1; (t = task_next(&pid_ns_initial, &nr)); nr++) {
		struct fs_context *fs = NULL;

		spin_lock(&t->lock);
		if (t->fs) {
			fs = t->fs;
			refcount_get(&fs->refs);
		}
		spin_unlock(&t->lock);
		task_put(t);
		if (!fs)
			continue;
		fs_context_move(fs, old, fresh);
		fs_context_put(fs);
	}
}

/* Can m's root, or below it d, be reached from `from` downwards? */
static bool is_reachable(const struct mount *m, const struct dentry *d, const struct path *from)
{
	while (m != from->mnt && m->parent) {
		d = m->mountpoint;
		m = m->parent;
	}
	return m == from->mnt && dentry_is_inside(d, from->dentry);
}

static int pivot_check(const struct path *root, const struct path *fresh, const struct path *old)
{
	struct mount *m = root->mnt, *n = fresh->mnt;

	if (mount_is_shared(old->mnt) || (n->parent && mount_is_shared(n->parent)) || (m->parent && mount_is_shared(m->parent)))
		return -EINVAL;
	if (!is_ours(m) || !is_ours(n) || n->is_locked)
		return -EINVAL;
	if (dentry_is_deleted(fresh->dentry) || dentry_is_deleted(old->dentry))
		return -ENOENT;
	if (n == m || old->mnt == m)
		return -EBUSY;
	if (!path_is_mount_root(root) || !m->parent || !path_is_mount_root(fresh) || !n->parent)
		return -EINVAL;                         /* the first mount is nobody's to move */
	if (!is_reachable(old->mnt, old->dentry, fresh) || !is_reachable(n, n->root, root))
		return -EINVAL;
	return 0;
}

static int pivot_locked(const struct path *root, const struct path *fresh, const struct path *old)
{
	struct mount *m = root->mnt;
	struct path was;
	int err = pivot_check(root, fresh, old);

	if (!err)
		err = mountpoint_mark(old->dentry);
	if (err)
		return err;
	was = (struct path){ m->parent, m->mountpoint };
	path_get(&was);
	path_get(&was);
	mount_detach_locked(fresh->mnt);
	mount_detach_locked(m);
	fresh->mnt->is_locked = m->is_locked;
	m->is_locked = false;
	fetch_or_release(&old->dentry->flags, DENTRY_MOUNTED);  /* pairs with walks' look at flags */
	fetch_or_release(&was.dentry->flags, DENTRY_MOUNTED);
	path_get(old);
	mount_place_locked(m, old->mnt, old->dentry);
	mount_place_locked(fresh->mnt, was.mnt, was.dentry);    /* one of the two references */
	path_put(&was);
	return 0;
}

int vfs_pivot_root(const char *new_root, const char *put_old)
{
	struct path fresh, old, root;
	int err = mount_may_change() ? path_lookup(AT_FDCWD, new_root, WALK_FOLLOW | WALK_DIRECTORY, &fresh) : -EPERM;

	if (err)
		return err;
	if (!put_old)
		goto put_fresh;
	err = path_lookup(AT_FDCWD, put_old, WALK_FOLLOW | WALK_DIRECTORY, &old);
	if (err)
		goto put_fresh;
	err = path_lookup(AT_FDCWD, "/", 0, &root);
	if (err)
		goto put_old_path;
	err = mount_lock_at(&old);
	if (!err)
		err = pivot_locked(&root, &fresh, &old);
	mount_unlock();
	if (!err)
		move_tasks(&root, &fresh);
	path_put(&root);
put_old_path:
	path_put(&old);
put_fresh:
	path_put(&fresh);
	return err;
}

/* ---- bring-up ---- */

void fs_init(void)
{
	dcache_init();
	inode_init();
	super_init();
	mnt_ns_init();
	path_init();
	shmem_init();                           /* first: device 0:1, as on Linux */
	tmpfs_init();
	nsfs_init();
	inotify_init();
	handle_init();
	devtmpfs_init();
	hugetlb_init();
}
