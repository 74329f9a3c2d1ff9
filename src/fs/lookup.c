/*
 * lookup.c - finding what a name or a path leads to.
 *
 * One name: in the table, else in its file system; the result is kept in the table. Paths: the quick walk
 * does what most paths need in one loop, under RCU; what it declines, the full walk (walk.c) resolves.
 * Locks: a directory's inode->lock around a look-up in its file system, unless names appear there by
 * themselves.   Context: task, may sleep; walk_quick() under RCU.
 */
#include <base/err.h>
#include <task/cred.h>
#include "dcache_find.h"
#include "fs_priv.h"

/* ---- one name ---- */

/* Look n up in the file system: counted dentry, maybe negative. Directory's inode->lock held unless the super says no_negative. */
static int lookup_real(struct dentry *parent, const struct name *n, struct dentry **out)
{
	struct inode *dir = parent->inode, *i = NULL;
	struct dentry *d = dentry_alloc(parent, n), *other;
	int err;

	if (!d)
		return -ENOMEM;
	err = dir->ops && dir->ops->lookup ? dir->ops->lookup(dir, d, &i) : -ENOENT;
	if (err && (err != -ENOENT || dir->super->no_negative)) {
		dentry_put(d);
		*out = NULL;
		return err == -ENOENT ? 0 : err;
	}
	if (i)
		dentry_attach(d, i);
	other = dentry_add_unique(d);
	if (other) {
		dentry_put(d);
		d = other;
	}
	*out = d;
	return 0;
}

int lookup_child_locked(struct dentry *parent, const struct name *n, struct dentry **out)
{
	struct dentry *d;

	*out = NULL;
	if (unlikely(n->len > NAME_MAX_LEN))
		return parent->super->no_negative ? 0 : -ENAMETOOLONG;
	d = dentry_lookup_child(parent, n);
	if (d && unlikely(!dentry_is_valid(d))) {
		dentry_drop(d);
		dentry_put(d);
		d = NULL;
	}
	*out = d;
	if (d || parent->super->pin_dentries)
		return 0;
	return lookup_real(parent, n, out);
}

int lookup_child(struct dentry *parent, const struct name *n, struct dentry **out)
{
	struct super *s = parent->super;
	int err;

	if (s->pin_dentries && likely(n->len <= NAME_MAX_LEN)) {
		rcu_read_lock();
		for (;;) {
			if (dentry_is_absent(parent, n, out)) {
				*out = NULL;
				break;
			}
			if (dentry_try_get(*out))
				break;
		}
		rcu_read_unlock();
		return 0;
	}
	if (s->no_negative || unlikely(n->len > NAME_MAX_LEN))
		return lookup_child_locked(parent, n, out);     /* needs no lock to say that it is too long */
	mutex_lock(&parent->inode->lock);
	err = lookup_child_locked(parent, n, out);
	mutex_unlock(&parent->inode->lock);
	return err;
}

/* ---- the quick walk ---- */

/*
 * Names that lead through ordinary directories to something that is not a symlink to follow: the common
 * case in one loop, without a struct walk. True: *p and *inode are the result, under the caller's RCU
 * section. False: anything else, errors included; the full walk says what it is.
 */
bool walk_quick(int dirfd, const char *s, unsigned flags, struct path *p, struct inode **inode)
{
	struct fs_context *fs;
	struct mount *m;
	struct dentry *d;
	struct inode *i;

	if (unlikely(flags & ~(WALK_FOLLOW | WALK_DIRECTORY | WALK_EMPTY)) || unlikely(!thread_current()->is_task))
		return false;
	fs = task_current()->fs;
	if (*s == '/')
		context_read(fs, &fs->root, p);
	else if (likely(dirfd == AT_FDCWD && *s))
		context_read(fs, &fs->cwd, p);
	else
		return false;
	m = p->mnt;
	d = p->dentry;
	i = d->inode;
	for (;;) {
		uint64_t tail;
		uint32_t hash, mode;
		size_t len;

		while (*s == '/')
			s++;
		if (!*s)
			break;
		if (unlikely(*s == '.') && name_type(s, name_scan(s, &hash)) != LAST_NAME)
			return false;
		/* relaxed: a single word */
		if (unlikely((load_relaxed(&i->mode) & 0111) != 0111) && inode_permission(i, MAY_EXEC))
			return false;
		len = name_scan_tail(s, &hash, &tail);
		d = dentry_find_inline(d, s, len, hash, tail);
		if (unlikely(!d) || unlikely(load_relaxed(&d->flags) & DENTRY_REVALIDATE))
			return false;
		i = load_acquire(&d->inode);            /* pairs with dentry_attach() */
		if (unlikely(!i))
			return false;
		s += len;
		while (unlikely(load_relaxed(&d->flags) & DENTRY_MOUNTED)) {    /* relaxed: see cross_mounts() */
			struct mount *top = mount_find_rcu(m, d);

			if (!top && unlikely(load_relaxed(&m->has_hidden)))     /* relaxed: cross_mounts() will look well */
				return false;
			if (!top)
				break;
			m = top;
			mount_is_used(m);
			d = m->root;
			i = d->inode;
		}
		mode = load_relaxed(&i->mode);
		if (likely(S_ISDIR(mode)))
			continue;
		if (*s || (flags & WALK_DIRECTORY) || (S_ISLNK(mode) && (flags & WALK_FOLLOW)))
			return false;
		break;
	}
	p->mnt = m;
	p->dentry = d;
	*inode = i;
	return true;
}

/* ---- look-ups for everybody ---- */

static int lookup(int dirfd, const struct path *start, const char *path, unsigned flags, struct path *out)
{
	struct walk w;
	bool rcu = true;
	int err;

	if (unlikely(!*path) && !(flags & WALK_EMPTY))
		return -ENOENT;
	if (!start) {
		struct mount *undo = NULL;
		struct inode *i;
		bool got;

		rcu_read_lock();
		got = walk_quick(dirfd, path, flags, out, &i) && path_try_get(out, &undo);
		rcu_read_unlock();
		if (likely(got))
			return 0;
		if (unlikely(undo))
			mount_put(undo);
	}
	do {
		err = walk_begin(&w, dirfd, start, path, flags, rcu);
		if (!err)
			err = walk_resolve(&w, path);
		if (!err)
			err = walk_take(&w, out);
		walk_end(&w);
		rcu = false;
	} while (unlikely(err == WALK_AGAIN));
	return err;
}

int path_lookup(int dirfd, const char *path, unsigned flags, struct path *out) { return lookup(dirfd, NULL, path, flags, out); }

int path_lookup_at(const struct path *start, const char *path, unsigned flags, struct path *out)
{
	return lookup(AT_FDCWD, start, path, flags, out);
}

int path_lookup_user(int dirfd, uaddr_t path, unsigned flags, struct path *out)
{
	struct path_text t;
	int err = path_text_get(&t, path, flags & WALK_EMPTY);

	if (err)
		return err;
	err = lookup(dirfd, NULL, t.s, flags, out);
	path_text_put(&t);
	return err;
}

int walk_parent(int dirfd, const char *path, struct path *parent, struct name *last, enum walk_last *type, bool *slash)
{
	struct walk w;
	bool rcu = true;
	int err;

	if (!*path)
		return -ENOENT;
	do {
		err = walk_begin(&w, dirfd, NULL, path, 0, rcu);
		if (!err)
			err = walk_to_parent(&w, path);
		if (!err)
			err = walk_take(&w, parent);
		*last = w.last;
		*type = w.last_type;
		*slash = w.want_dir;
		walk_end(&w);
		rcu = false;
	} while (unlikely(err == WALK_AGAIN));
	return err;
}
