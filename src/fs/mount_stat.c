/*
 * mount_stat.c - what statmount(2) and listmount(2) tell of the mounts of a namespace.
 *
 * Only what can be reached from the task's root is told, unless the namespace is the task's to administer.
 * Locks: mount_lock, for a step at a time; nothing of the user's is touched under it.   Context: task, may sleep.
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

static bool may_see(const struct mnt_ns *ns, const struct mount *m, const struct path *root)
{
	return is_reachable(m, root) || capable_over(&ns->ns, CAP_SYS_ADMIN);
}

static struct mount *find_locked(const struct mnt_ns *ns, uint64_t id)
{
	struct mount *m = id > MOUNT_UNIQUE_BASE ? mount_from_locked(ns, id - MOUNT_UNIQUE_BASE) : NULL;

	return m && mount_unique_id(m) == id ? m : NULL;
}

/*
 * From where a namespace is looked at, counted: the task's root, or what stands on another one's first mount; if there is
 * more than one, the oldest. 0 or -ENOENT.
 */
static int root_get_locked(const struct mnt_ns *ns, struct path *out)
{
	struct fs_context *fs = task_current()->fs;
	struct mount *oldest = NULL, *m;

	if (ns == mnt_ns_current()) {
		spin_lock(&fs->lock);
		*out = fs->root;
		path_get(out);
		spin_unlock(&fs->lock);
		return 0;
	}
	if (!ns->root)
		return -ENOENT;
	list_for_each(m, &ns->root->children, child)
		if (!oldest || m->id < oldest->id)
			oldest = m;
	if (!oldest)
		return -ENOENT;
	*out = (struct path){ oldest, oldest->root };
	path_get(out);
	return 0;
}

/* ---- listmount ---- */

#define STEP_MOUNTS 1024u                   /* looked at before mount_lock is given back */

struct listing {
	struct mnt_ns *ns;
	uint64_t parent, after;
	bool reverse;
	uint64_t *ids;
	size_t room, nr;
};

static struct mount *next_locked(const struct listing *l)
{
	uint64_t after = l->after > MOUNT_UNIQUE_BASE ? l->after - MOUNT_UNIQUE_BASE : 0;

	if (l->reverse)
		return mount_before_locked(l->ns, l->after ? after : UINT64_MAX);
	return mount_from_locked(l->ns, after + 1);
}

/* Those below from, of the next few. 1: there are more; 0. */
static int list_some_locked(struct listing *l, const struct path *from)
{
	for (unsigned n = 0; n < STEP_MOUNTS; n++) {
		struct mount *m = l->nr < l->room ? next_locked(l) : NULL;

		if (!m)
			return 0;
		l->after = mount_unique_id(m);
		if (l->after != l->parent && is_reachable(m, from))
			l->ids[l->nr++] = l->after;
	}
	return 1;
}

/* The same, once it is known from where: 1, 0, -ENOENT, -EPERM. */
static int list_step_locked(struct listing *l)
{
	struct path root, from;
	int err = root_get_locked(l->ns, &root);

	if (err)
		return err;
	from = root;
	if (l->parent != MOUNT_ID_ROOT) {
		from.mnt = find_locked(l->ns, l->parent);
		from.dentry = from.mnt ? from.mnt->root : NULL;
	}
	if (!from.mnt)
		err = -ENOENT;
	else
		err = may_see(l->ns, from.mnt, &root) ? list_some_locked(l, &from) : -EPERM;
	path_put(&root);
	return err;
}

long mount_list(struct mnt_ns *ns, uint64_t parent, uint64_t after, uint64_t *ids, size_t nr, bool reverse)
{
	struct listing l = { .ns = ns, .parent = parent, .after = after, .reverse = reverse, .ids = ids, .room = nr };
	int more;

	do {
		mutex_lock(&mount_lock);
		more = list_step_locked(&l);
		mount_unlock();
	} while (more > 0);
	return l.nr || !more ? (long)l.nr : more;
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

static int stat_locked(const struct mnt_ns *ns, uint64_t id, const struct path *root, size_t room, char *work, struct mount_stat *st)
{
	struct mount *m = find_locked(ns, id);

	if (!m)
		return -ENOENT;
	if (!may_see(ns, m, root))
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
		st->ns_id = ns->id;
	return tell_strings(m, root, room, work, st);
}

int mount_stat(struct mnt_ns *ns, uint64_t id, size_t room, struct mount_stat *st)
{
	char *work = kmalloc(PATH_MAX_LEN, 0);
	struct path root;
	int err;

	if (!work)
		return -ENOMEM;
	mutex_lock(&mount_lock);
	err = root_get_locked(ns, &root);
	if (!err) {
		err = stat_locked(ns, id, &root, room, work, st);
		path_put(&root);
	}
	mount_unlock();
	kfree(work);
	return err;
}
