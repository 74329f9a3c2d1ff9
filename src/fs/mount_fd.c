/*
 * mount_fd.c - mounts by descriptors: fsopen(2), fsconfig(2), fsmount(2), fspick(2), open_tree(2), move_mount(2), mount_setattr(2).
 *
 * A file system being set up is a struct setup behind an anonymous file; its options are collected as the text that
 * mount(2) would have been given. A mount that stands nowhere yet is the root of an anonymous namespace, which lives as
 * long as the O_PATH file that fsmount() or open_tree() gave (FILE_TREE); move_mount() empties it.
 * Locks: setup->lock, then mount_lock.   Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/file.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <mm/slab.h>
#include <task/user_ns.h>
#include "mount_priv.h"

#define OPTIONS_MAX 4096
#define ATIME_FLAGS (MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME)

enum phase { SETTING, CREATED, FAILED };
struct setup {
	struct mutex lock;
	const struct fs_type *type;
	enum phase phase;
	bool is_pick;                           /* of a super block that is there: fspick(2), or made and mounted */
	bool says_readonly;                     /* ... or not: since flags were first given */
	struct super *super;                    /* counted: created, or picked; NULL */
	unsigned flags;                         /* MS_RDONLY */
	char *source;                           /* NULL: none */
	char options[OPTIONS_MAX];              /* "a=b,c" */
};

static void setup_free(struct setup *s)
{
	if (s->super)
		super_put(s->super);
	kfree(s->source);
	kfree(s);
}

static void setup_release(struct file *f) { setup_free(f->priv); }
/* Messages on what was wrong: there are none. */
static ssize_t setup_read(struct file *f, struct uio *u, loff_t *pos) { return -ENODATA; }
static const struct file_ops setup_ops = { .release = setup_release, .read = setup_read };

/* A descriptor for s, which is consumed. */
static int setup_file(struct setup *s, bool cloexec)
{
	struct file *f;
	int err = anon_file_create("fscontext", &setup_ops, s, O_RDWR, FILE_READ | FILE_WRITE, &f);

	if (err) {
		setup_free(s);
		return err;
	}
	return fd_add(f, cloexec);
}

static struct setup *setup_alloc(const struct fs_type *t)
{
	struct setup *s = kzalloc(sizeof *s);

	if (s) {
		mutex_init(&s->lock, RANK_PSEUDO);
		s->type = t;
	}
	return s;
}

int vfs_fsopen(const char *name, unsigned flags)
{
	const struct fs_type *type = fs_find(name);
	struct setup *s;

	if (!type || !type->mount)
		return -ENODEV;
	s = setup_alloc(type);
	return s ? setup_file(s, flags & FSOPEN_CLOEXEC) : -ENOMEM;
}

int vfs_fspick(int dirfd, const char *path, unsigned flags)
{
	struct path p;
	struct setup *s;
	int err = path_lookup(dirfd, path, (flags & FSPICK_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) |
			      (flags & FSPICK_EMPTY_PATH ? WALK_EMPTY : 0), &p);

	if (err)
		return err;
	s = path_is_mount_root(&p) ? setup_alloc(p.mnt->super->type) : NULL;
	if (s) {
		s->is_pick = true;
		s->super = p.mnt->super;
		super_get(s->super);
	}
	err = s ? setup_file(s, flags & FSPICK_CLOEXEC) : path_is_mount_root(&p) ? -ENOMEM : -EINVAL;
	path_put(&p);
	return err;
}

/* ---- fsconfig(2) ---- */

/* Flags that every file system has. False: none of them. */
static bool common_flag(struct setup *s, const char *key)
{
	static const char *const without_effect[] = { "async", "dirsync", "lazytime", "mand", "nolazytime", "nomand", "sync" };

	if (!strcmp(key, "ro") || !strcmp(key, "rw")) {
		s->flags = key[1] == 'o' ? MS_RDONLY : 0;
		s->says_readonly = true;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(without_effect); i++)
		if (!strcmp(key, without_effect[i]))
			return true;
	return false;
}

static int source_set(struct setup *s, const char *value)
{
	if (s->source || !value)
		return -EINVAL;
	s->source = kstrndup(value, strlen(value));
	return s->source ? 0 : -ENOMEM;
}

static int parameter_set(struct setup *s, const char *key, const char *value)
{
	size_t len = strlen(s->options);
	int n;

	if (s->phase != SETTING)
		return -EBUSY;
	if (common_flag(s, key))
		return 0;
	if (!strcmp(key, "source"))
		return source_set(s, value);
	if (!s->type->check_option || strchr(key, ',') || strchr(key, '=') || (value && strchr(value, ',')))
		return -EINVAL;
	n = scnprintf(s->options + len, sizeof s->options - len, "%s%s%s%s", len ? "," : "", key, value ? "=" : "", value ? value : "");
	if (len + (size_t)n + 1 >= sizeof s->options || s->type->check_option(s->options + len + !!len)) {
		s->options[len] = '\0';
		return -EINVAL;
	}
	return 0;
}

static int create(struct setup *s)
{
	int err;

	if (s->is_pick || s->phase != SETTING)
		return -EBUSY;
	err = mount_type_check(s->type);
	if (err)
		return err;
	err = s->type->mount(s->type, s->flags, s->source, s->options, &s->super);
	if (!err && (s->flags & MS_RDONLY) && refcount_read(&s->super->refs) == 1)
		s->super->flags |= MS_RDONLY;   /* fresh: nobody uses it yet */
	s->phase = err ? FAILED : CREATED;
	return err;
}

/* What was set took effect. As on Linux, whoever once said `ro` or `rw` says `rw` from now on. */
static void settings_forget(struct setup *s)
{
	kfree(s->source);
	s->source = NULL;
	s->options[0] = '\0';
	s->flags = 0;
	s->is_pick = true;
	s->phase = SETTING;
}

static int reconfigure(struct setup *s)
{
	int err = -EPERM;

	if (!s->is_pick || s->phase != SETTING)
		return -EBUSY;
	if (capable_in(user_ns_of(s->super->owner), CAP_SYS_ADMIN))
		err = super_remount(s->super, s->says_readonly ? s->flags : load_relaxed(&s->super->flags) & MS_RDONLY, s->options);
	if (err)
		s->phase = FAILED;
	else
		settings_forget(s);
	return err;
}

#define FSCONFIG_CMD_CREATE_EXCL_ 8         /* since Linux 6.6; each of our file systems is made anew anyway */

static int arguments_check(unsigned cmd, bool key, bool value, int aux)
{
	switch (cmd) {
	case FSCONFIG_SET_FLAG:
		return !key || value || aux ? -EINVAL : 0;
	case FSCONFIG_SET_STRING:
		return !key || !value || aux ? -EINVAL : 0;
	case FSCONFIG_SET_BINARY:
		return !key || !value || aux <= 0 || aux > 1024 * 1024 ? -EINVAL : 0;
	case FSCONFIG_SET_PATH:
	case FSCONFIG_SET_PATH_EMPTY:
		return !key || !value || (aux != AT_FDCWD && aux < 0) ? -EINVAL : 0;
	case FSCONFIG_SET_FD:
		return !key || value || aux < 0 ? -EINVAL : 0;
	case FSCONFIG_CMD_CREATE:
	case FSCONFIG_CMD_CREATE_EXCL_:
	case FSCONFIG_CMD_RECONFIGURE:
		return key || value || aux ? -EINVAL : 0;
	default:
		return -EOPNOTSUPP;
	}
}

/* The setup behind a descriptor, borrowed. 0, -EBADF, -EINVAL. */
static int setup_borrow(int fd, struct fd_ref *r, struct setup **out)
{
	struct file *f = fd_borrow(fd, r);

	if (!f)
		return -EBADF;
	if (f->ops != &setup_ops) {
		fd_return(r);
		return -EINVAL;
	}
	*out = f->priv;
	return 0;
}

int vfs_fsconfig_check(int fd, unsigned cmd, bool has_key, bool has_value, int aux)
{
	int err = fd < 0 ? -EINVAL : arguments_check(cmd, has_key, has_value, aux);
	struct fd_ref r;
	struct setup *s;

	if (!err)
		err = setup_borrow(fd, &r, &s);
	if (!err)
		fd_return(&r);
	return err;
}

int vfs_fsconfig(int fd, unsigned cmd, const char *key, const char *value)
{
	struct fd_ref r;
	struct setup *s;
	int err = setup_borrow(fd, &r, &s);

	if (err)
		return err;
	mutex_lock(&s->lock);
	switch (cmd) {
	case FSCONFIG_SET_FLAG:
	case FSCONFIG_SET_STRING:
		err = parameter_set(s, key, value);
		break;
	case FSCONFIG_CMD_CREATE:
	case FSCONFIG_CMD_CREATE_EXCL_:
		err = create(s);
		break;
	case FSCONFIG_CMD_RECONFIGURE:
		err = reconfigure(s);
		break;
	default:
		err = -EINVAL;                  /* no file system here has parameters of those kinds */
	}
	mutex_unlock(&s->lock);
	fd_return(&r);
	return err;
}

/* ---- trees that stand nowhere yet ---- */

static void tree_release(struct file *f) { ns_put(f->priv); }
static const struct file_ops tree_ops = { .release = tree_release };

/* An O_PATH descriptor for the tree top, nobody's so far: consumed, also on error. */
static int tree_file(struct mount *top, bool cloexec)
{
	struct mnt_ns *ns = mnt_ns_alloc(ns_current(NS_MNT)->owner, true);
	struct path p = { top, top->root };
	struct file *f;
	int err;

	if (!ns) {
		mutex_lock(&mount_lock);
		mount_drop_tree(top);
		mount_unlock();
		return -ENOMEM;
	}
	mutex_lock(&mount_lock);
	ns->root = top;
	mount_enter_ns_locked(top, ns);
	mount_unlock();
	err = file_alloc(NULL, &p, NULL, O_PATH, &f);
	if (err) {
		ns_put(&ns->ns);
		return err;
	}
	f->ops = &tree_ops;
	f->priv = &ns->ns;
	f->mode |= FILE_TREE;
	return fd_add(f, cloexec);
}

/* MOUNT_ATTR_* as MS_*, without the rule for access times. */
static unsigned attributes_to_flags(uint64_t a)
{
	return (a & MOUNT_ATTR_RDONLY ? MS_RDONLY : 0) | (a & MOUNT_ATTR_NOSUID ? MS_NOSUID : 0) | (a & MOUNT_ATTR_NODEV ? MS_NODEV : 0) |
	       (a & MOUNT_ATTR_NOEXEC ? MS_NOEXEC : 0) | (a & MOUNT_ATTR_NODIRATIME ? MS_NODIRATIME : 0) |
	       (a & MOUNT_ATTR_NOSYMFOLLOW ? MS_NOSYMFOLLOW : 0);
}

/* The rule for access times; false: two at once. */
static bool atime_to_flags(uint64_t a, unsigned *flags)
{
	switch (a & MOUNT_ATTR__ATIME) {
	case MOUNT_ATTR_RELATIME:
		*flags |= MS_RELATIME;
		return true;
	case MOUNT_ATTR_NOATIME:
		*flags |= MS_NOATIME;
		return true;
	case MOUNT_ATTR_STRICTATIME:
		*flags |= MS_STRICTATIME;
		return true;
	default:
		return false;
	}
}

static int setup_mount(struct setup *s, unsigned flags, struct mount **out)
{
	struct mount *m;
	int err = 0;

	if (!s->is_pick && s->phase != CREATED)
		return -EINVAL;
	if (s->is_pick)
		return -EBUSY;                  /* mounted before */
	super_get(s->super);
	dentry_get(s->super->root);
	m = mount_alloc(s->super, s->super->root, flags, s->source);
	if (!m)
		return -ENOMEM;
	mutex_lock(&mount_lock);
	if (mount_would_reveal(m, flags))
		err = -EPERM;
	mount_unlock();
	if (err) {
		mount_free_unused(m);
		return err;
	}
	settings_forget(s);
	*out = m;
	return 0;
}

int vfs_fsmount(int fd, unsigned flags, unsigned attrs)
{
	unsigned mflags = attributes_to_flags(attrs);
	struct mount *m = NULL;
	struct fd_ref r;
	struct file *f;
	int err;

	if (attrs & ~(unsigned)(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR__ATIME |
				MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW) || !atime_to_flags(attrs, &mflags))
		return -EINVAL;
	f = fd_borrow(fd, &r);
	if (!f)
		return -EBADF;
	err = -EINVAL;
	if (f->ops == &setup_ops) {
		struct setup *s = f->priv;

		mutex_lock(&s->lock);
		err = setup_mount(s, mflags, &m);
		mutex_unlock(&s->lock);
	}
	fd_return(&r);
	return err ? err : tree_file(m, flags & FSMOUNT_CLOEXEC);
}

/* ---- open_tree(2), move_mount(2) ---- */

static int clone_tree(const struct path *p, bool recursive, bool cloexec)
{
	struct mount *m = NULL;
	int err;

	mutex_lock(&mount_lock);
	err = mount_bind_check(p->mnt, p->dentry, recursive);
	if (!err)
		err = recursive ? mount_copy_tree(p->mnt, p->dentry, COPY_NS_FILES, &m) : mount_copy(p->mnt, p->dentry, 0, &m);
	if (!err)
		m->is_locked = false;
	mount_unlock();
	return err ? err : tree_file(m, cloexec);
}

int vfs_open_tree(int dirfd, const char *path, unsigned flags)
{
	struct path p;
	struct file *f;
	int err = path_lookup(dirfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0), &p);

	if (err)
		return err;
	if (flags & OPEN_TREE_CLONE) {
		err = clone_tree(&p, flags & AT_RECURSIVE, flags & OPEN_TREE_CLOEXEC);
	} else {
		err = file_open_path(&p, O_PATH, &f);
		if (!err)
			err = fd_add(f, flags & OPEN_TREE_CLOEXEC);
	}
	path_put(&p);
	return err;
}

/* MOVE_MOUNT_SET_GROUP: `to`, private so far, propagates as `from` does, of which it shows a part. */
static int group_set_locked(const struct path *from, const struct path *to)
{
	struct mount *like = from->mnt, *m = to->mnt;

	if (!like->ns || !m->ns)
		return -EINVAL;
	if (!capable_over(&like->ns->ns, CAP_SYS_ADMIN) || !capable_over(&m->ns->ns, CAP_SYS_ADMIN))
		return -EPERM;
	if (!path_is_mount_root(from) || !path_is_mount_root(to) || like->super != m->super)
		return -EINVAL;
	if (!dentry_is_inside(m->root, like->root) || mount_has_locked_children(like, m->root))
		return -EINVAL;
	if (mount_is_shared(m) || m->master || (!mount_is_shared(like) && !like->master))
		return -EINVAL;
	mount_group_set(m, like);
	return 0;
}

int vfs_move_mount(const struct path *from, int to_fd, const char *to, unsigned flags)
{
	struct path p;
	int err = path_lookup(to_fd, to, (flags & MOVE_MOUNT_T_SYMLINKS ? WALK_FOLLOW : 0) |
			      (flags & MOVE_MOUNT_T_EMPTY_PATH ? WALK_EMPTY : 0), &p);

	if (err)
		return err;
	if (flags & MOVE_MOUNT_SET_GROUP) {
		mutex_lock(&mount_lock);
		err = group_set_locked(from, &p);
	} else {
		err = mount_lock_at(&p);
		if (!err)
			err = mount_move_locked(from, &p, flags & MOVE_MOUNT_BENEATH);
	}
	mount_unlock();
	path_put(&p);
	return err;
}

/* ---- mount_setattr(2) ---- */

#define SETATTR_FLAGS (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR__ATIME | \
		       MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW)

/* What becomes of a mount's flags: those to keep, and those to set. */
struct change { unsigned keep, set; uint64_t propagation; };

static int change_decode(const struct mount_attr *a, struct change *c)
{
	bool new_atime = a->attr_clr & MOUNT_ATTR__ATIME;

	if ((a->propagation & ~(uint64_t)(MS_UNBINDABLE | MS_PRIVATE | MS_SLAVE | MS_SHARED)) || (a->propagation & (a->propagation - 1)))
		return -EINVAL;
	if ((a->attr_set | a->attr_clr) & ~(uint64_t)SETATTR_FLAGS)
		return -EINVAL;                 /* MOUNT_ATTR_IDMAP too: no file system here may be mapped */
	c->propagation = a->propagation;
	c->set = attributes_to_flags(a->attr_set);
	c->keep = ~attributes_to_flags(a->attr_clr);
	if (new_atime && (a->attr_clr & MOUNT_ATTR__ATIME) != MOUNT_ATTR__ATIME)
		return -EINVAL;
	if (!new_atime)
		return a->attr_set & MOUNT_ATTR__ATIME ? -EINVAL : 0;
	c->keep &= ~(unsigned)(MS_NOATIME | MS_RELATIME | MS_STRICTATIME);
	return atime_to_flags(a->attr_set, &c->set) ? 0 : -EINVAL;
}

static unsigned changed(const struct mount *m, const struct change *c) { return (m->flags & c->keep) | c->set; }

/* All that are to be read-only, or none. */
static int forbid_writing(struct mount *top, const struct change *c, bool recursive)
{
	bool is_any = false, is_busy = false;
	struct mount *m;

	for (m = top; m; m = recursive ? mount_next(m, top) : NULL) {
		if (!(changed(m, c) & ~m->flags & MS_RDONLY))
			continue;
		store_relaxed(&m->flags, m->flags | MS_RDONLY);         /* relaxed: the grace period orders */
		m->copy = m;                    /* it was writable */
		is_any = true;
	}
	if (!is_any)
		return 0;
	rcu_synchronize_expedited();            /* one for all; see mount_forbid_writing_locked() */
	for (m = top; m && !is_busy; m = recursive ? mount_next(m, top) : NULL)
		is_busy = m->copy && percpu_counter_sum(&m->writers);
	for (m = top; m; m = recursive ? mount_next(m, top) : NULL) {
		if (m->copy && is_busy)
			store_relaxed(&m->flags, m->flags & ~(uint32_t)MS_RDONLY);
		m->copy = NULL;
	}
	return is_busy ? -EBUSY : 0;
}

static int change_locked(const struct path *p, const struct change *c, bool recursive)
{
	struct mount *top = p->mnt, *m;
	int err;

	if (!path_is_mount_root(p) || !top->ns || ((top->parent || !top->ns->is_anonymous) && top->ns != mnt_ns_current()))
		return -EINVAL;
	for (m = top; m; m = recursive ? mount_next(m, top) : NULL)
		if (!mount_flags_may_be(m, changed(m, c)))
			return -EPERM;
	err = forbid_writing(top, c, recursive);
	if (err)
		return err;
	for (m = top; m; m = recursive ? mount_next(m, top) : NULL) {
		store_relaxed(&m->flags, changed(m, c));        /* relaxed: one word */
		if (c->propagation)
			mount_set_propagation(m, (unsigned)c->propagation);
	}
	mnt_ns_tell_change(top->ns);
	return 0;
}

int vfs_mount_setattr(int dirfd, const char *path, unsigned flags, const struct mount_attr *a)
{
	struct change c;
	struct path p;
	int err = change_decode(a, &c);

	if (!err)
		err = path_lookup(dirfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) |
				  (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0), &p);
	if (err)
		return err;
	mutex_lock(&mount_lock);
	err = change_locked(&p, &c, flags & AT_RECURSIVE);
	mount_unlock();
	path_put(&p);
	return err;
}
