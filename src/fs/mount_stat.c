/*
 * mount_stat.c - what statmount(2) and listmount(2) tell of the mounts of the current task's namespace.
 *
 * Only what can be reached from the task's root is told, unless the namespace is the task's to administer.
 * Locks: mount_lock throughout; nothing of the user's is touched under it.   Context: task, may sleep.
 */
#include <fs/mount_stat.h>
#include <base/err.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <mm/slab.h>
#include <task/user_ns.h>
#include "mount_priv.h"

/* Is m, or the place it stands on, further up, at or below root? */
static bool is_reachable(const struct mount *m, const struct path *root)
{
	const struct dentry *d = m->root;

	for (; m != root->mnt && m->parent; m = m->parent)
		d = m->mountpoint;
	return m == root->mnt && dentry_is_inside(d, root->dentry);
}

static bool may_see(const struct mount *m, const struct path *root)
{
	return is_reachable(m, root) || capable_over(&mnt_ns_current()->ns, CAP_SYS_ADMIN);
}

static struct mount *find_locked(uint64_t id)
{
	struct mount *m;

	list_for_each(m, &mnt_ns_current()->mounts, node)
		if (mount_unique_id(m) == id)
			return m;
	return NULL;
}

static void root_get(struct path *out)
{
	struct fs_context *fs = task_current()->fs;

	spin_lock(&fs->lock);
	*out = fs->root;
	path_get(out);
	spin_unlock(&fs->lock);
}

/* ---- listmount ---- */

static bool is_listed(const struct mount *m, uint64_t parent, const struct path *from, uint64_t after, bool reverse)
{
	uint64_t id = mount_unique_id(m);

	if (after && (reverse ? id >= after : id <= after))
		return false;
	return id != parent && is_reachable(m, from);
}

static long list_locked(uint64_t parent, uint64_t after, uint64_t *ids, size_t nr, bool reverse, const struct path *root)
{
	struct list *mounts = &mnt_ns_current()->mounts;
	struct path from = *root;
	size_t n = 0;

	if (parent != MOUNT_ID_ROOT) {
		from.mnt = find_locked(parent);
		if (!from.mnt)
			return -ENOENT;
		from.dentry = from.mnt->root;
		if (!may_see(from.mnt, root))
			return -EPERM;
	}
	for (struct list *at = reverse ? mounts->prev : mounts->next; at != mounts && n < nr; at = reverse ? at->prev : at->next) {
		const struct mount *m = list_entry(at, struct mount, node);

		if (is_listed(m, parent, &from, after, reverse))
			ids[n++] = mount_unique_id(m);
	}
	return (long)n;
}

long mount_list(uint64_t parent, uint64_t after, uint64_t *ids, size_t nr, bool reverse)
{
	struct path root;
	long n;

	root_get(&root);
	mutex_lock(&mount_lock);
	n = list_locked(parent, after, ids, nr, reverse, &root);
	mutex_unlock(&mount_lock);
	path_put(&root);
	return n;
}

/* ---- statmount ---- */

static uint64_t attributes(unsigned flags)
{
	static const struct { unsigned flag; uint64_t attr; } of[] = {
		{ MS_RDONLY, MOUNT_ATTR_RDONLY }, { MS_NOSUID, MOUNT_ATTR_NOSUID }, { MS_NODEV, MOUNT_ATTR_NODEV }, { MS_NOEXEC, MOUNT_ATTR_NOEXEC },
		{ MS_NODIRATIME, MOUNT_ATTR_NODIRATIME }, { MS_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW }, { MS_NOATIME, MOUNT_ATTR_NOATIME },
	};
	uint64_t attr = flags & (MS_NOATIME | MS_RELATIME) ? 0 : MOUNT_ATTR_STRICTATIME;

	for (size_t i = 0; i < ARRAY_SIZE(of); i++)
		attr |= flags & of[i].flag ? of[i].attr : 0;
	return attr;
}

static void tell_basic(const struct mount *m, struct mount_stat *st)
{
	const struct mount *parent = m->parent ? m->parent : m;

	st->id = mount_unique_id(m);
	st->parent_id = mount_unique_id(parent);
	st->old_id = m->id;
	st->old_parent_id = parent->id;
	st->attr = attributes(m->flags);
	st->propagation = (m->group ? MS_SHARED : 0) | (m->master ? MS_SLAVE : 0) | (m->is_unbindable ? MS_UNBINDABLE : 0);
	if (!st->propagation)
		st->propagation = MS_PRIVATE;
	st->peer_group = m->group;
	st->master = m->master ? m->master->group : 0;
}

/* The strings that are asked for, each from its offset on, in the order of Linux. */
static int tell_string(struct mount *m, const struct path *root, unsigned which, char *work, struct text_buf *b)
{
	struct path place = m->parent ? (struct path){ m->parent, m->mountpoint } : (struct path){ m, m->root };
	const char *s = "";
	int err = 0;

	switch (which) {
	case MOUNT_STAT_FS_TYPE:
		s = m->super->type->name;
		break;
	case MOUNT_STAT_ROOT:
		s = dentry_to_string(m->root, work, PATH_MAX_LEN, &err);
		return err ? err : text_escape(b, s, " \t\n\\");
	case MOUNT_STAT_POINT:
		if (m == root->mnt)
			place = (struct path){ m, m->root };
		s = path_to_string(&place, root, work, PATH_MAX_LEN, &err);
		if (!err && *s != '/')
			s = "";                 /* not below the task's root */
		break;
	case MOUNT_STAT_OPTIONS:
		work[0] = '\0';
		if (m->super->ops->show_options)
			m->super->ops->show_options(m->super, work, PATH_MAX_LEN);
		s = work + (work[0] == ',');
		break;
	}
	return err ? err : text_write(b, s, strlen(s));
}

static int tell_strings(struct mount *m, const struct path *root, size_t room, char *work, struct mount_stat *st)
{
	static const unsigned order[] = { MOUNT_STAT_FS_TYPE, MOUNT_STAT_ROOT, MOUNT_STAT_POINT, MOUNT_STAT_OPTIONS };
	uint32_t *const at[] = { &st->fs_type, &st->root, &st->point, &st->options };
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(order) && !err; i++) {
		if (!(st->mask & order[i]))
			continue;
		if (!st->text.len)
			err = text_write(&st->text, "", 1);     /* at offset 0: strings not asked for are empty */
		*at[i] = (uint32_t)st->text.len;
		if (!err)
			err = tell_string(m, root, order[i], work, &st->text);
		if (!err)
			err = st->text.len >= room ? -EOVERFLOW : text_write(&st->text, "", 1);
	}
	st->mask &= MOUNT_STAT_ALL;
	return err;
}

static int stat_locked(uint64_t id, const struct path *root, size_t room, char *work, struct mount_stat *st)
{
	struct mount *m = find_locked(id);

	if (!m)
		return -ENOENT;
	if (!may_see(m, root))
		return -EPERM;
	if (st->mask & MOUNT_STAT_SUPER) {
		st->dev = m->super->dev;
		st->magic = m->super->magic;
		st->super_flags = m->super->flags & (MS_RDONLY | MS_SYNCHRONOUS | MS_DIRSYNC | MS_LAZYTIME);
	}
	if (st->mask & MOUNT_STAT_BASIC)
		tell_basic(m, st);
	if ((st->mask & MOUNT_STAT_FROM) && m->master)
		st->propagate_from = mount_dominating_group(m, root);
	if (st->mask & MOUNT_STAT_NS)
		st->ns_id = mnt_ns_current()->ns.ino;
	return tell_strings(m, root, room, work, st);
}

int mount_stat(uint64_t id, size_t room, struct mount_stat *st)
{
	char *work = kmalloc(PATH_MAX_LEN, 0);
	struct path root;
	int err;

	if (!work)
		return -ENOMEM;
	root_get(&root);
	mutex_lock(&mount_lock);
	err = stat_locked(id, &root, room, work, st);
	mutex_unlock(&mount_lock);
	path_put(&root);
	kfree(work);
	return err;
}
