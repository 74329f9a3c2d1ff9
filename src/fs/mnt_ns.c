/*
 * mnt_ns.c - mount namespaces: a tree of mounts, copied when one is made, taken away when the last member leaves.
 *
 * ns->root is set before a namespace is seen by anybody else and goes with it; pivot_root(2) may change what stands
 * at the top, never leaves it empty.
 * Its mounts stand in a tree by id, and so do the namespaces themselves.
 * Locks: mount_lock; enders_lock (leaf). A namespace ends outside of it: its last reference may be dropped by what mount_unlock() gives up.
 */
#include <base/err.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <mm/slab.h>
#include <task/user_ns.h>
#include "mount_priv.h"

static struct mnt_ns initial;
static struct rbtree namespaces;            /* mount_lock: by id */
static uint64_t last_id = 1;                /* mount_lock */
int mount_max = 100000;

/* A task that tears namespaces down, on its stack. */
struct ender {
	struct list node;                       /* enders; enders_lock */
	struct thread *thread;                  /* c */
	struct list dying;                      /* its own: without members, yet to be torn down */
};
static struct spinlock enders_lock = SPINLOCK_INIT(RANK_LEAF);
static struct list enders = LIST_INIT(enders);          /* enders_lock */

static int mnt_ns_make(const struct ns_request *r, struct ns **out);

static void tear_down(struct mnt_ns *ns)
{
	struct ns *owner = ns->ns.owner;

	if (ns->root || ns->id) {
		mutex_lock(&mount_lock);
		if (ns->id)
			rbtree_remove(&namespaces, &ns->by_id);
		if (ns->root)
			mount_tree_end_locked(ns->root, false);
		mount_unlock();
	}
	kfree(ns);
	ns_put(owner);
}

static struct ender *ender_of(const struct thread *t)
{
	struct ender *e;

	list_for_each(e, &enders, node)
		if (e->thread == t)
			return e;
	return NULL;
}

/*
 * A namespace may hold the last reference to another, by a file of it that is bound there, and that to the next: however long the chain
 * is, its end is a loop of whoever drops the first, not a recursion. Others end theirs meanwhile: nobody works for them all.
 */
static void mnt_ns_free(struct ns *n)
{
	struct ender self = { .thread = thread_current(), .dying = LIST_INIT(self.dying) }, *e;
	struct mnt_ns *ns = mnt_ns_from(n);

	ns_get(n->owner);                       /* until it is torn down */
	spin_lock(&enders_lock);
	e = ender_of(self.thread);
	if (!e)
		list_append(&enders, &self.node);
	spin_unlock(&enders_lock);
	list_append(e ? &e->dying : &self.dying, &ns->dying_node);
	if (e)
		return;                         /* from within a teardown of ours */
	while (!list_empty(&self.dying)) {
		ns = list_first(&self.dying, struct mnt_ns, dying_node);
		list_del(&ns->dying_node);
		tear_down(ns);
	}
	spin_lock(&enders_lock);
	list_del(&self.node);
	spin_unlock(&enders_lock);
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
	pollable_init(&ns->changed);
	ns->is_anonymous = is_anonymous;
	return ns;
}

/* A number of its own, from which on it is found. */
static void enroll_locked(struct mnt_ns *ns)
{
	struct rbnode *last = rbtree_last(&namespaces);

	ns->id = ++last_id;
	rbtree_insert(&namespaces, &ns->by_id, last, last ? &last->right : &namespaces.root);
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
	enroll_locked(ns);
	mount_enter_ns_locked(top, ns);
	context_follow(r->fs, from->root, top);
	mount_unlock();
	*out = &ns->ns;
	return 0;
}

/* ---- the mounts of one ---- */

static struct mount *mount_of(struct rbnode *n) { return n ? container_of(n, struct mount, by_id) : NULL; }

void mnt_ns_add_locked(struct mnt_ns *ns, struct mount *m)
{
	struct rbnode *last = rbtree_last(&ns->mounts), *parent = NULL, **link = &ns->mounts.root;

	if (last && mount_of(last)->id < m->id) {               /* a new one, mostly */
		parent = last;
		link = &last->right;
	}
	while (*link) {
		parent = *link;
		link = m->id < mount_of(parent)->id ? &parent->left : &parent->right;
	}
	rbtree_insert(&ns->mounts, &m->by_id, parent, link);
	ns->nr_mounts++;
	m->ns = ns;
}

void mnt_ns_remove_locked(struct mount *m)
{
	if (!m->ns)
		return;
	rbtree_remove(&m->ns->mounts, &m->by_id);
	m->ns->nr_mounts--;
}

void mount_enter_ns_locked(struct mount *top, struct mnt_ns *ns)
{
	for (struct mount *m = top; m; m = mount_next(m, top)) {
		mnt_ns_remove_locked(m);
		mnt_ns_add_locked(ns, m);
	}
}

struct mount *mount_from_locked(const struct mnt_ns *ns, uint64_t id)
{
	struct mount *found = NULL;

	for (struct rbnode *n = ns->mounts.root; n;) {
		if (mount_of(n)->id >= id) {
			found = mount_of(n);
			n = n->left;
		} else {
			n = n->right;
		}
	}
	return found;
}

struct mount *mount_before_locked(const struct mnt_ns *ns, uint64_t id)
{
	struct mount *found = NULL;

	for (struct rbnode *n = ns->mounts.root; n;) {
		if (mount_of(n)->id < id) {
			found = mount_of(n);
			n = n->right;
		} else {
			n = n->left;
		}
	}
	return found;
}

struct mount *mount_behind_locked(const struct mount *m) { return mount_of(rbtree_next(&m->by_id)); }

int mnt_ns_has_room_locked(const struct mnt_ns *ns, unsigned nr)
{
	uint64_t wanted = (uint64_t)ns->nr_mounts + ns->nr_coming + nr;

	return wanted <= (uint64_t)load_relaxed(&mount_max) ? 0 : -ENOSPC;      /* relaxed: a setting */
}

void mnt_ns_tell_change(struct mnt_ns *ns)
{
	if (!ns)
		return;
	fetch_add_relaxed(&ns->changes, 1);     /* relaxed: the notification orders it */
	pollable_notify(&ns->changed, EPOLLERR | EPOLLPRI);
}

/* ---- what others ask ---- */

int mounts_for_each(struct mnt_ns *ns, unsigned from, int (*fn)(struct mount *m, void *arg), void *arg)
{
	int err = 0;

	mutex_lock(&mount_lock);
	for (struct mount *m = mount_from_locked(ns, from); m && !err; m = mount_behind_locked(m))
		err = fn(m, arg);
	mutex_unlock(&mount_lock);
	return err;
}

static struct mnt_ns *ns_by_id(struct rbnode *n) { return n ? container_of(n, struct mnt_ns, by_id) : NULL; }

struct mnt_ns *mnt_ns_lookup(uint64_t id)
{
	struct rbnode *n;

	mutex_lock(&mount_lock);
	for (n = namespaces.root; n && ns_by_id(n)->id != id;)
		n = id < ns_by_id(n)->id ? n->left : n->right;
	if (n && !ns_try_get(&ns_by_id(n)->ns))
		n = NULL;                       /* it is about to end */
	mutex_unlock(&mount_lock);
	return ns_by_id(n);
}

struct mnt_ns *mnt_ns_beside(const struct mnt_ns *ns, bool before)
{
	struct rbnode *n = (struct rbnode *)(uintptr_t)&ns->by_id;
	struct mnt_ns *found = NULL;

	if (!ns->id)
		return NULL;
	mutex_lock(&mount_lock);
	while (!found && (n = before ? rbtree_prev(n) : rbtree_next(n)))
		if (capable_over(&ns_by_id(n)->ns, CAP_SYS_ADMIN) && ns_try_get(&ns_by_id(n)->ns))
			found = ns_by_id(n);
	mutex_unlock(&mount_lock);
	return found;
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

void mnt_ns_init(void)
{
	pollable_init(&initial.changed);
	mutex_lock(&mount_lock);
	enroll_locked(&initial);
	mutex_unlock(&mount_lock);
	ns_register(NS_MNT, &mnt_type);
}
