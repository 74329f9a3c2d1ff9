/*
 * mnt_ns.c - mount namespaces: a tree of mounts, copied when one is made, taken away when the last member leaves.
 *
 * ns->root is set before a namespace is seen by anybody else and goes with it; pivot_root(2) may change what stands
 * at the top, never leaves it empty.
 * Locks: mount_lock. A namespace ends outside of it: its last reference may be dropped by what mount_unlock() gives up.
 */
#include <base/err.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <mm/slab.h>
#include <task/user_ns.h>
#include "mount_priv.h"

static struct mnt_ns initial = { .mounts = LIST_INIT(initial.mounts) };

static int mnt_ns_make(const struct ns_request *r, struct ns **out);

static void mnt_ns_free(struct ns *n)
{
	struct mnt_ns *ns = mnt_ns_from(n);

	if (ns->root) {
		mutex_lock(&mount_lock);
		mount_tree_end_locked(ns->root, false);
		mount_unlock();
	}
	kfree(ns);
}

static int mnt_ns_may_enter(struct ns *n, const struct cred *c)
{
	if (!cred_capable_here(c, CAP_SYS_CHROOT))
		return -EPERM;
	return mnt_ns_from(n)->is_anonymous || refcount_read(&task_current()->fs->refs) != 1 ? -EINVAL : 0;
}

/* The topmost directory of a namespace, counted. */
static void top_get(struct mnt_ns *ns, struct path *p)
{
	mutex_lock(&mount_lock);
	*p = (struct path){ ns->root, ns->root->root };
	path_get(p);
	mutex_unlock(&mount_lock);
	path_cover(p);
}

static void mnt_ns_entered(struct ns *n)
{
	struct path top;

	top_get(mnt_ns_from(n), &top);
	fs_context_set_root(task_current()->fs, &top);
	fs_context_set_cwd(task_current()->fs, &top);
	path_put(&top);
}

static const struct ns_type mnt_type = {
	.name = "mnt", .flag = CLONE_NEWNS, .initial = &initial.ns, .initial_ino = 0xf0000001, .make = mnt_ns_make, .free = mnt_ns_free,
	.may_enter = mnt_ns_may_enter, .entered = mnt_ns_entered,
};

struct mnt_ns *mnt_ns_alloc(struct ns *owner, bool is_anonymous)
{
	struct mnt_ns *ns = kzalloc(sizeof *ns);

	if (!ns)
		return NULL;
	ns_init(&ns->ns, &mnt_type, owner);
	list_init(&ns->mounts);
	ns->is_anonymous = is_anonymous;
	return ns;
}

/* A directory that stood on a mount of the old tree stands on its copy. Trees are walked side by side. */
static void context_follow(struct fs_context *fs, struct mount *from, struct mount *to)
{
	struct mount *a = from, *b = to;
	struct path p;

	for (; a && b; a = mount_next(a, from)) {
		if (a->root != b->root || a->super != b->super)
			continue;               /* left out of the copy: a file of a mount namespace */
		p = (struct path){ b, fs->root.dentry };
		if (fs->root.mnt == a)
			fs_context_set_root(fs, &p);
		p.dentry = fs->cwd.dentry;
		if (fs->cwd.mnt == a)
			fs_context_set_cwd(fs, &p);
		b = mount_next(b, to);
	}
}

static int mnt_ns_make(const struct ns_request *r, struct ns **out)
{
	struct mnt_ns *from = mnt_ns_from(r->from), *ns = mnt_ns_alloc(r->owner, false);
	bool fewer_rights = r->owner != from->ns.owner;
	struct mount *top;
	int err;

	if (!ns)
		return -ENOMEM;
	mutex_lock(&mount_lock);
	err = mount_copy_tree(from->root, from->root->root, COPY_UNBINDABLE | (fewer_rights ? COPY_DEMOTE : 0), &top);
	if (err) {
		mount_unlock();
		ns_put(&ns->ns);
		return err;
	}
	if (fewer_rights)
		mount_lock_tree(top);
	ns->root = top;
	mount_enter_ns_locked(top, ns);
	context_follow(r->fs, from->root, top);
	mount_unlock();
	*out = &ns->ns;
	return 0;
}

/* ---- what others ask ---- */

int mounts_for_each(struct mnt_ns *ns, int (*fn)(struct mount *m, void *arg), void *arg)
{
	struct mount *m;
	int err = 0;

	mutex_lock(&mount_lock);
	list_for_each(m, &ns->mounts, node) {
		err = fn(m, arg);
		if (err)
			break;
	}
	mutex_unlock(&mount_lock);
	return err;
}

bool mount_may_change(void) { return capable_over(&mnt_ns_current()->ns, CAP_SYS_ADMIN); }

bool fs_is_chrooted(void)
{
	struct path top, root;
	bool is;

	top_get(mnt_ns_current(), &top);
	rcu_read_lock();
	context_read(task_current()->fs, &task_current()->fs->root, &root);
	is = !path_equal(&top, &root);
	rcu_read_unlock();
	path_put(&top);
	return is;
}

void mnt_ns_init(void) { ns_register(NS_MNT, &mnt_type); }
