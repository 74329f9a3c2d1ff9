/*
 * namespace.c - mount(2), umount2(2) and pivot_root(2): the verbs on the table of mounts.
 *
 * There is one namespace. Propagation flags are accepted for mount points and change nothing: every mount
 * is private, as those of Linux before anybody shares one.
 * Lock order: mount_lock, then inode->lock.   Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/namespace.h>
#include <fs/nsfs.h>
#include <fs/notify.h>
#include <fs/shmem.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <task/pid_ns.h>
#include <task/process.h>
#include "fs_priv.h"

#define MNT_FLAGS (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME)
#define PROPAGATION (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)

/* Per-mount flags of a request: relatime unless another rule for access times is asked for. */
static unsigned mount_flags(unsigned long flags)
{
	unsigned f = flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME);

	if (flags & MS_STRICTATIME)
		return (f & ~MS_NOATIME) | MS_STRICTATIME;
	return flags & MS_NOATIME ? f : f | MS_RELATIME;
}

/* ---- new file systems ---- */

static int mount_new(const struct path *where, const char *source, const char *type_name, unsigned long flags, const char *data)
{
	const struct fs_type *type = type_name ? fs_find(type_name) : NULL;
	struct super *s;
	int err;

	if (!type_name)
		return -EINVAL;
	if (!type || !type->mount)
		return -ENODEV;
	err = type->mount(type, (unsigned)flags, source, data, &s);
	if (err)
		return err;
	if (flags & MS_RDONLY && refcount_read(&s->refs) == 1)
		s->flags |= MS_RDONLY;                  /* fresh: nobody uses it yet */
	dentry_get(s->root);
	return mount_add(where, s, s->root, mount_flags(flags), source);
}

static int remount(const struct path *p, unsigned long flags, const char *data)
{
	int err = 0;

	if (!path_is_mount_root(p))
		return -EINVAL;
	if (!(flags & MS_BIND))
		err = super_remount(p->mnt->super, (unsigned)flags, data);
	if (err)
		return err;
	mutex_lock(&mount_lock);
	/* Without a rule for access times the old one stays. */
	if (!(flags & (MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME)))
		flags |= p->mnt->flags & (MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME);
	store_relaxed(&p->mnt->flags, (p->mnt->flags & ~(uint32_t)MNT_FLAGS) | mount_flags(flags));
	mutex_unlock(&mount_lock);
	return 0;
}

/* ---- bind ---- */

static struct mount *clone_mount(const struct mount *m, struct dentry *root)
{
	super_get(m->super);
	dentry_get(root);
	return mount_alloc(m->super, root, m->flags, m->source);
}

/* The copy of what stands on top's tree below `from`, onto the clone of top. Namespace locked. */
struct copied { struct copied *next; struct mount *from, *to; };

static struct mount *copy_of(struct copied *c, const struct mount *m)
{
	while (c && c->from != m)
		c = c->next;
	return c ? c->to : NULL;
}

static int copied_add(struct copied **list, struct mount *from, struct mount *to)
{
	struct copied *c = kmalloc(sizeof *c, 0);

	if (!c)
		return -ENOMEM;
	*c = (struct copied){ *list, from, to };
	*list = c;
	return 0;
}

/*
 * Clone every mount below `from`'s place in its tree. Each copy is placed on the copy of its parent at once,
 * which is not yet reachable; nothing mounted later than `last` is taken (the copies stand behind it).
 */
static int clone_below(const struct path *from, struct mount *clone, struct copied **list)
{
	struct mount *last = NULL, *m;
	int err = copied_add(list, from->mnt, clone);

	while ((m = mount_next_locked(last)))
		last = m;
	for (m = mount_next_locked(NULL); m && !err; m = m == last ? NULL : mount_next_locked(m)) {
		struct mount *parent = m->parent ? copy_of(*list, m->parent) : NULL, *c;

		if (!parent || (m->parent == from->mnt && !dentry_is_inside(m->mountpoint, from->dentry)))
			continue;
		c = clone_mount(m, m->root);
		if (!c)
			return -ENOMEM;
		err = copied_add(list, m, c);
		if (err) {
			mount_free_unused(c);
			return err;
		}
		mount_get(parent);
		dentry_get(m->mountpoint);
		mount_place_locked(c, parent, m->mountpoint);
	}
	return err;
}

/* Copies that were placed leave their parents again; newest first. */
static void clones_drop(struct copied *list)
{
	for (; list && list->next; list = list->next) {
		mount_detach_locked(list->to);
		mount_free_unused(list->to);
	}
}

/* Enter the copies into the list of mounts, oldest first. */
static void clones_list(struct copied *list)
{
	if (!list)
		return;
	clones_list(list->next);
	mount_list_locked(list->to);
}

static void copied_free(struct copied *list)
{
	struct copied *next;

	for (; list; list = next) {
		next = list->next;
		kfree(list);
	}
}

static int mount_bind(const struct path *where, const char *source, unsigned long flags)
{
	struct copied *list = NULL;
	struct path from, at = *where;
	struct mount *m;
	int err;

	if (!source || !*source)
		return -EINVAL;
	err = path_lookup(AT_FDCWD, source, WALK_FOLLOW, &from);
	if (err)
		return err;
	m = clone_mount(from.mnt, from.dentry);
	if (!m) {
		path_put(&from);
		return -ENOMEM;
	}
	path_get(&at);
	mutex_lock(&mount_lock);
	path_cover(&at);
	err = flags & MS_REC ? clone_below(&from, m, &list) : copied_add(&list, from.mnt, m);
	if (!err)
		err = mount_attach_locked(m, &at);
	if (!err)
		clones_list(list);
	else
		clones_drop(list);
	mutex_unlock(&mount_lock);
	copied_free(list);
	if (err)
		mount_free_unused(m);
	path_put(&at);
	path_put(&from);
	return err;
}

/* ---- move ---- */

static int mount_move(const struct path *where, const char *source)
{
	struct path from, at = *where;
	struct mount *m;
	int err;

	if (!source || !*source)
		return -EINVAL;
	err = path_lookup(AT_FDCWD, source, WALK_FOLLOW, &from);
	if (err)
		return err;
	m = from.mnt;
	path_get(&at);
	mutex_lock(&mount_lock);
	path_cover(&at);
	if (!path_is_mount_root(&from) || !m->parent)
		err = -EINVAL;
	else if (S_ISDIR(at.dentry->inode->mode) != S_ISDIR(m->root->inode->mode))
		err = -EINVAL;
	else if (mount_is_below(at.mnt, m))
		err = -ELOOP;
	else if (dentry_is_deleted(at.dentry))
		err = -ENOENT;
	if (!err) {
		mount_detach_locked(m);
		err = mount_attach_locked(m, &at);      /* checked above: it only marks the place */
	}
	mutex_unlock(&mount_lock);
	path_put(&at);
	path_put(&from);
	return err;
}

/* ---- mount(2) ---- */

static bool is_single_bit(unsigned long v) { return v && !(v & (v - 1)); }

int vfs_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)
{
	struct path where;
	int err;

	if ((flags & MS_MGC_MSK) == MS_MGC_VAL)
		flags &= ~(unsigned long)MS_MGC_MSK;
	err = path_lookup(AT_FDCWD, target, WALK_FOLLOW, &where);
	if (err)
		return err;
	if (flags & MS_REMOUNT)
		err = remount(&where, flags, data);
	else if (flags & MS_BIND)
		err = mount_bind(&where, source, flags);
	else if (flags & PROPAGATION)
		err = path_is_mount_root(&where) && is_single_bit(flags & PROPAGATION) ? 0 : -EINVAL;
	else if (flags & MS_MOVE)
		err = mount_move(&where, source);
	else
		err = mount_new(&where, source, type, flags, data);
	path_put(&where);
	return err;
}

/* ---- umount2(2) ---- */

int vfs_umount(const char *target, int flags)
{
	struct path p, root;
	bool is_root;
	int err;

	if ((flags & MNT_EXPIRE) && (flags & (MNT_FORCE | MNT_DETACH)))
		return -EINVAL;
	err = path_lookup(AT_FDCWD, target, flags & UMOUNT_NOFOLLOW ? 0 : WALK_FOLLOW, &p);
	if (err)
		return err;
	err = path_lookup(AT_FDCWD, "/", 0, &root);
	if (err) {
		path_put(&p);
		return err;
	}
	is_root = path_is_mount_root(&p) && p.mnt == root.mnt && !(flags & MNT_DETACH);
	path_put(&root);
	if (!is_root)
		return mount_remove(&p, flags);
	/* The root cannot go: it becomes read-only, as Linux has it for the last thing init does. */
	err = flags & MNT_EXPIRE ? -EINVAL : super_remount(p.mnt->super, MS_RDONLY, NULL);
	path_put(&p);
	return err;
}

bool fs_is_chrooted(void)
{
	struct path top = { mount_root_get(), NULL }, root;
	bool is;

	top.dentry = top.mnt->root;
	dentry_get(top.dentry);
	path_cover(&top);
	rcu_read_lock();
	context_read(task_current()->fs, &task_current()->fs->root, &root);
	is = !path_equal(&top, &root);
	rcu_read_unlock();
	path_put(&top);
	return is;
}

/* ---- pivot_root(2) ---- */

/* Every task whose root or working directory is the old root goes to the new one. */
static void move_tasks(const struct path *old, const struct path *fresh)
{
	struct process *p;

	for (int nr = 1; (p = process_next(&pid_ns_initial, &nr)); nr++) {
		struct task *t = pid_task_get(p->pid);
		struct fs_context *fs = NULL;

		process_put(p);
		if (!t)
			continue;
		spin_lock(&t->lock);
		if (t->fs) {
			fs = t->fs;
			refcount_get(&fs->refs);
		}
		spin_unlock(&t->lock);
		task_put(t);
		if (!fs)
			continue;
		if (path_equal(&fs->root, old))
			fs_context_set_root(fs, fresh);
		if (path_equal(&fs->cwd, old))
			fs_context_set_cwd(fs, fresh);
		fs_context_put(fs);
	}
}

static int pivot_locked(const struct path *root, const struct path *fresh, const struct path *old)
{
	struct mount *m = root->mnt;
	struct path was;
	int err;

	if (!path_is_mount_root(root) || !path_is_mount_root(fresh) || !m->parent || !fresh->mnt->parent)
		return -EINVAL;                         /* the first mount is nobody's to move */
	if (fresh->mnt == m || old->mnt == m)
		return -EBUSY;
	if (old->mnt != fresh->mnt && !mount_is_below(old->mnt, fresh->mnt))
		return -EINVAL;
	if (old->mnt == fresh->mnt && !dentry_is_inside(old->dentry, fresh->dentry))
		return -EINVAL;
	if (dentry_is_deleted(old->dentry))
		return -ENOENT;
	was = (struct path){ m->parent, m->mountpoint };
	path_get(&was);
	mount_detach_locked(fresh->mnt);
	mount_detach_locked(m);
	err = mount_attach_locked(m, old);
	if (!err)
		err = mount_attach_locked(fresh->mnt, &was);
	path_put(&was);
	return err;
}

int vfs_pivot_root(const char *new_root, const char *put_old)
{
	struct path fresh, old, root;
	int err = path_lookup(AT_FDCWD, new_root, WALK_FOLLOW | WALK_DIRECTORY, &fresh);

	if (err)
		return err;
	err = path_lookup(AT_FDCWD, put_old, WALK_FOLLOW | WALK_DIRECTORY, &old);
	if (err)
		goto put_fresh;
	err = path_lookup(AT_FDCWD, "/", 0, &root);
	if (err)
		goto put_old_path;
	mutex_lock(&mount_lock);
	err = pivot_locked(&root, &fresh, &old);
	mutex_unlock(&mount_lock);
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
	path_init();
	shmem_init();                           /* first: device 0:1, as on Linux */
	tmpfs_init();
	nsfs_init();
	inotify_init();
	devtmpfs_init();
}
