/*
 * mount_copy.c - copies of mounts and of their trees: what bind mounts, namespaces and propagation are made of.
 *
 * A copy stands nowhere; those of the mounts below it are placed on it at once, which nobody can reach.
 * mount->copy names the copy of a mount while a tree is being copied, else NULL.
 * Context: mount_lock held; may sleep.
 */
#include <base/err.h>
#include <fs/nsfs.h>
#include "mount_priv.h"

int mount_copy(struct mount *m, struct dentry *root, unsigned how, struct mount **out)
{
	struct mount *c;

	super_get(m->super);
	dentry_get(root);
	c = mount_alloc(m->super, root, m->flags, m->source);
	if (!c)
		return -ENOMEM;
	c->locked_flags = m->locked_flags;
	c->is_locked = m->is_locked;
	c->is_unbindable = m->is_unbindable;
	if (how & COPY_PRIVATE) {
		c->is_unbindable = false;
	} else if ((how & COPY_SLAVE) || ((how & COPY_DEMOTE) && mount_is_shared(m))) {
		mount_make_slave_of(c, m);
	} else {
		if (mount_is_shared(m))
			mount_group_join(c, m);
		if (m->master)
			mount_make_slave_of(c, m->master);
	}
	if (how & COPY_SHARED)
		mount_group_make(c);
	*out = c;
	return 0;
}

void mount_drop_tree(struct mount *top)
{
	while (top) {
		struct mount *m = top;

		while (!list_empty(&m->children))
			m = list_last(&m->children, struct mount, child);
		mount_detach_locked(m);
		mount_free_unused(m);
		if (m == top)
			break;
	}
}

static bool may_be_copied(const struct mount *m, const struct dentry *root, unsigned how)
{
	return (!m->is_unbindable || (how & COPY_UNBINDABLE)) && ((how & COPY_NS_FILES) || !nsfs_mnt_ns(root->inode));
}

unsigned mount_copy_size(struct mount *top)
{
	unsigned n = 0;

	for (struct mount *m = top; m;) {
		bool is_copied = may_be_copied(m, m->root, COPY_NS_FILES);

		n += is_copied;
		m = is_copied ? mount_next(m, top) : mount_next_beside(m, top);
	}
	return n;
}

/* The mount r on what is copied, with all below it, onto their parents' copies. */
static int copy_branch(struct mount *r, unsigned how)
{
	struct mount *s = r, *c;
	int err;

	while (s) {
		if (!may_be_copied(s, s->root, how)) {
			if (s->is_unbindable && !(how & COPY_UNBINDABLE) && s->is_locked)
				return -EPERM;
			s = mount_next_beside(s, r);
			continue;
		}
		err = mount_copy(s, s->root, how, &c);
		if (err)
			return err;
		mount_get(s->parent->copy);
		dentry_get(s->mountpoint);
		mount_place_locked(c, s->parent->copy, s->mountpoint);
		s->copy = c;
		s = mount_next(s, r);
	}
	return 0;
}

int mount_copy_tree(struct mount *m, struct dentry *root, unsigned how, struct mount **out)
{
	struct mount *r, *s, *top;
	int err;

	if (!may_be_copied(m, root, how))
		return -EINVAL;
	err = mount_copy(m, root, how, &top);
	if (err)
		return err;
	m->copy = top;
	list_for_each(r, &m->children, child) {
		if (dentry_is_inside(r->mountpoint, root))
			err = copy_branch(r, how);
		if (err)
			break;
	}
	for (s = m; s; s = mount_next(s, m))
		s->copy = NULL;
	if (err) {
		mount_drop_tree(top);
		return err;
	}
	*out = top;
	return 0;
}

bool mount_has_locked_children(const struct mount *m, const struct dentry *d)
{
	const struct mount *c;

	list_for_each(c, &m->children, child)
		if (c->is_locked && dentry_is_inside(c->mountpoint, d))
			return true;
	return false;
}
