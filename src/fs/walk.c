/*
 * walk.c - the walk of a path.
 *
 * A walk begins in RCU mode: no store to shared memory, no lock, no count until its result is taken.
 * Each step is a consistent answer of its own (a name leads to its inode for as long as the dentry
 * lives), so nothing is checked again behind it; what the walk holds at last is counted, which fails
 * only when it is being freed. Where it must sleep - a look-up in a file system, a symlink whose text is
 * made on demand - walk_leave_rcu() counts what it stands on and goes on counted. When that fails the
 * walk starts anew, counted from the first step (WALK_AGAIN).
 *
 * Symlinks: the text is walked where it lies; `frames` keeps what comes after it and, in counted mode,
 * the inode that owns it. At most 40, so a walk always ends.
 * Context: task, may sleep. No locks held on entry but mount_lock.
 */
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/cred.h>
#include "fs_priv.h"
#include "dcache_find.h"

/* ---- where a walk starts ---- */

static void context_get(struct fs_context *fs, const struct path *which, struct path *out)
{
	spin_lock(&fs->lock);
	*out = *which;
	path_get(out);
	spin_unlock(&fs->lock);
}

/* The current task's root (or working directory), counted unless in RCU mode. Threads without one start at the first mount. */
static void walk_context(struct walk *w, bool root, struct path *out)
{
	struct fs_context *fs;

	if (unlikely(!thread_current()->is_task)) {
		out->mnt = mount_root_get();
		out->dentry = out->mnt->root;
		if (w->is_rcu)
			mount_put(out->mnt);    /* it is there for good */
		else
			dentry_get(out->dentry);
		return;
	}
	fs = task_current()->fs;
	if (w->is_rcu)
		context_read(fs, root ? &fs->root : &fs->cwd, out);
	else
		context_get(fs, root ? &fs->root : &fs->cwd, out);
}

static void walk_need_root(struct walk *w)
{
	if (w->has_root)
		return;
	walk_context(w, true, &w->root);
	w->has_root = true;
}

static int walk_start_fd(struct walk *w, int dirfd, bool itself)
{
	struct file *f = fd_borrow_path(dirfd, &w->ref);

	if (!f)
		return -EBADF;
	if (unlikely(w->flags & WALK_OPENER) && f->cred_mark != cred_mark() && !capable(CAP_DAC_READ_SEARCH))
		return -ENOENT;
	if (!f->path.dentry) {
		if (!itself)
			return -ENOTDIR;
		return w->is_rcu ? WALK_AGAIN : file_path_get(f, &w->path);
	}
	w->path = f->path;
	if (!w->is_rcu)
		path_get(&w->path);
	return 0;
}

int walk_begin(struct walk *w, int dirfd, const struct path *start, const char *s, unsigned flags, bool rcu)
{
	bool absolute = *s == '/' && !(flags & WALK_IN_ROOT);
	int err = 0;

	w->path.mnt = NULL;
	w->cred = cred_current();
	w->flags = flags;
	w->is_rcu = rcu;
	w->has_root = w->want_dir = false;
	w->nr_links = w->depth = w->nr_pending = 0;
	w->ref.counted = false;
	if (rcu)
		rcu_read_lock();
	if (absolute) {
		if (unlikely(flags & WALK_BENEATH))
			return -EXDEV;
		walk_need_root(w);
		w->path = w->root;
		if (!rcu)
			path_get(&w->path);
	} else if (start) {
		w->path = *start;
		if (!rcu)
			path_get(&w->path);
	} else if (likely(dirfd == AT_FDCWD)) {
		walk_context(w, false, &w->path);
	} else {
		err = walk_start_fd(w, dirfd, !*s);
		if (err)
			return err;
	}
	if (unlikely(flags & WALK_SCOPED)) {
		w->moves = dentry_moves_begin();
		w->mounts = mount_moves_begin();
		w->root = w->path;
		w->has_root = true;
		if (!rcu)
			path_get(&w->root);
	}
	w->inode = w->path.dentry->inode;
	return *s && !S_ISDIR(w->inode->mode) ? -ENOTDIR : 0;
}

static void frame_release(struct link_frame *f)
{
	if (f->inode)
		inode_put(f->inode);
	if (f->buf)
		path_free_user(f->buf);
}

void walk_end(struct walk *w)
{
	if (w->is_rcu) {
		rcu_read_unlock();
	} else {
		while (w->depth)
			frame_release(&w->frames[--w->depth]);
		if (w->has_root)
			path_put(&w->root);
		if (w->path.mnt)
			path_put(&w->path);
	}
	fd_return(&w->ref);
}

/* ---- from RCU to counted ---- */

int walk_leave_rcu(struct walk *w)
{
	struct mount *undo = NULL;
	unsigned held = 0;

	if (!path_try_get(&w->path, &undo)) {
		w->path.mnt = NULL;
		goto fail;
	}
	if (w->has_root && !path_try_get(&w->root, &undo))
		goto fail;
	for (; held < w->depth; held++)
		if (!refcount_try_get(&w->frames[held].inode->refs))
			goto fail_frames;
	rcu_read_unlock();
	w->is_rcu = false;
	return 0;
fail:
	w->has_root = false;
fail_frames:
	w->depth = held;
	rcu_read_unlock();
	w->is_rcu = false;
	if (undo)
		mount_put(undo);
	return WALK_AGAIN;
}

int walk_take(struct walk *w, struct path *out)
{
	struct mount *undo;

	*out = w->path;
	if (!w->is_rcu) {
		w->path.mnt = NULL;
		return 0;
	}
	if (likely(path_try_get(&w->path, &undo)))
		return 0;
	rcu_read_unlock();
	w->is_rcu = w->has_root = false;
	w->depth = 0;
	w->path.mnt = NULL;
	if (undo)
		mount_put(undo);
	return WALK_AGAIN;
}

/* ---- one step ---- */

/* The place that (m, d) is, below what is mounted there. RCU. -EXDEV when the walk may not cross. */
static int cross_mounts(struct walk *w, struct path *p)
{
	while (unlikely(load_relaxed(&p->dentry->flags) & DENTRY_MOUNTED)) {   /* relaxed: a mount that appears now is later */
		struct mount *m = mount_find_rcu(p->mnt, p->dentry);

		if (!m) {
			fence_acquire();                /* pairs with end_marked() */
			if (unlikely(load_relaxed(&p->mnt->has_hidden)))
				return -ENOENT;         /* what stood here kept it from who took it away with the rest */
			break;
		}
		if (w->flags & WALK_NO_XDEV)
			return -EXDEV;
		if (!(w->flags & WALK_UNUSED))
			mount_is_used(m);
		p->mnt = m;
		p->dentry = m->root;
	}
	return 0;
}

/* Counted mode: exchange what we stand on for next, already counted. */
static void walk_move(struct walk *w, const struct path *next)
{
	path_put(&w->path);
	w->path = *next;
}

/* In counted mode, stand on a place found under RCU, counting it. Ends the section. false: it is gone, look again. */
static bool walk_move_rcu(struct walk *w, const struct path *next)
{
	struct mount *undo;
	bool got = path_try_get(next, &undo);

	rcu_read_unlock();
	if (got)
		walk_move(w, next);
	else if (undo)
		mount_put(undo);
	return got;
}

/* Where ".." of p leads. RCU. */
static int find_dotdot(struct walk *w, struct path *p)
{
	for (;;) {
		struct mount *up;
		struct dentry *at;

		if (p->dentry == w->root.dentry && p->mnt == w->root.mnt)
			return w->flags & WALK_BENEATH ? -EXDEV : cross_mounts(w, p);
		if (p->dentry != p->mnt->root) {
			at = load_acquire(&p->dentry->parent);
			/* A directory moved out of what a bind mount shows has no way up: seen by where it leads, for it may be moved just now. */
			if (p->mnt->root != p->mnt->super->root && !dentry_is_inside(at, p->mnt->root))
				return -ENOENT;
			p->dentry = at;
			return cross_mounts(w, p);
		}
		mount_where_rcu(p->mnt, &up, &at);
		if (!up)                        /* taken away under an uncounted walk? */
			return w->is_rcu ? WALK_AGAIN : cross_mounts(w, p);
		if (w->flags & WALK_NO_XDEV)
			return -EXDEV;
		p->mnt = up;
		p->dentry = at;
	}
}

static int walk_dotdot(struct walk *w)
{
	struct path next;
	int err;

	walk_need_root(w);
	do {
		next = w->path;
		if (w->is_rcu) {
			err = find_dotdot(w, &next);
			if (!err)
				w->path = next;
			break;
		}
		rcu_read_lock();
		err = find_dotdot(w, &next);
		if (err) {
			rcu_read_unlock();
			break;
		}
	} while (!walk_move_rcu(w, &next));
	w->inode = w->path.dentry->inode;
	/* What was moved away from below the walk's root leads past it: the caller may try again. */
	if (unlikely(w->flags & WALK_SCOPED) && !err && (dentry_moves_retry(w->moves) || mount_moves_retry(w->mounts)))
		return -EAGAIN;
	return err;
}

/* Remember what comes after a symlink; *s is its text. */
static int walk_push(struct walk *w, struct inode *owner, char *buf, const char *rest, const char *text, const char **s)
{
	struct link_frame *f = &w->frames[w->depth++];

	f->rest = rest;
	f->inode = owner;
	f->buf = buf;
	w->nr_pending += *rest != '\0';
	*s = text;
	if (!*text)
		return -ENOENT;
	if (*text != '/')
		return 1;
	if (w->flags & WALK_BENEATH)
		return -EXDEV;
	/* As on Linux a root that the walk has not met is another mount. */
	if ((w->flags & WALK_NO_XDEV) && (!w->has_root || w->root.mnt != w->path.mnt))
		return -EXDEV;
	walk_need_root(w);
	if (w->is_rcu) {
		w->path = w->root;
	} else {
		path_get(&w->root);
		walk_move(w, &w->root);
	}
	w->inode = w->path.dentry->inode;
	return 1;
}

static int walk_magic(struct walk *w, struct inode *link)
{
	struct path next;
	int err;

	if (w->flags & (WALK_NO_MAGICLINKS | WALK_NO_SYMLINKS))
		return -ELOOP;
	if (w->flags & WALK_SCOPED)
		return -EXDEV;
	err = link->ops->follow(link, &next);
	if (err)
		return err;
	if ((w->flags & WALK_NO_XDEV) && next.mnt != w->path.mnt) {
		path_put(&next);
		return -EXDEV;
	}
	walk_move(w, &next);
	w->inode = w->path.dentry->inode;
	return 0;
}

/* Counted mode: follow the symlink d (counted, consumed), whose text may have to be made. 1: walk on from *s; 0: we stand on it. */
static int walk_link_counted(struct walk *w, struct dentry *d, const char *rest, const char **s)
{
	struct inode *i = d->inode;
	const char *text = i->link;
	char *buf = NULL;
	size_t len;
	int err = 0;

	if (!text && i->ops->follow) {
		err = walk_magic(w, i);
		dentry_put(d);
		return err;
	}
	if (!text) {
		buf = path_buffer_alloc();
		err = !buf ? -ENOMEM : i->ops->readlink ? i->ops->readlink(i, buf, PATH_MAX_LEN, &text, &len) : -EINVAL;
		if (err) {
			if (buf)
				path_free_user(buf);
			dentry_put(d);
			return err;
		}
		if (text == buf)
			buf[MIN(len, PATH_MAX_LEN - 1ul)] = '\0';
	}
	inode_get(i);
	dentry_put(d);
	return walk_push(w, i, buf, rest, text, s);
}

/* May the walk follow one more symlink? */
static int count_link(struct walk *w)
{
	return w->nr_links++ >= WALK_MAX_LINKS || (w->flags & WALK_NO_SYMLINKS) || (w->path.mnt->flags & MS_NOSYMFOLLOW) ? -ELOOP : 0;
}

int protected_symlinks = 1;

/*
 * May the walk, still standing on its directory, follow the last component i? With protected_symlinks not what another laid out
 * in a directory of all with the sticky bit, but for that directory's owner.
 */
static int may_follow_last(const struct walk *w, const struct inode *i)
{
	const struct inode *dir = w->inode;

	if (likely((dir->mode & (S_ISVTX | 0002)) != (S_ISVTX | 0002)) || !load_relaxed(&protected_symlinks))
		return 0;
	return i->uid == w->cred->fsuid || i->uid == dir->uid ? 0 : -EACCES;
}

/* Counted mode: a symlink that is mounted on d is what the name leads to, if it is to be followed. Consumes d; counted. */
static struct dentry *mounted_link(struct walk *w, struct dentry *d)
{
	struct path top = { w->path.mnt, d };

	rcu_read_lock();
	if (!cross_mounts(w, &top) && S_ISLNK(top.dentry->inode->mode) && top.dentry != d && dentry_try_get(top.dentry)) {
		rcu_read_unlock();
		dentry_put(d);
		return top.dentry;
	}
	rcu_read_unlock();
	return d;
}

static int step_counted(struct walk *w, const struct name *n, bool follow, bool cover, bool last, const char *rest, const char **s)
{
	struct dentry *d;
	struct path next;
	struct inode *i;
	int err = lookup_child(w->path.dentry, n, &d);

	if (err)
		return err;
	if (!d)
		return -ENOENT;
	i = load_acquire(&d->inode);
	if (!i) {
		dentry_put(d);
		return -ENOENT;
	}
	if (follow && cover && unlikely(load_relaxed(&d->flags) & DENTRY_MOUNTED)) {
		d = mounted_link(w, d);
		i = d->inode;
	}
	if (follow && S_ISLNK(i->mode)) {
		err = count_link(w);
		if (!err && last)
			err = may_follow_last(w, i);
		if (err) {
			dentry_put(d);
			return err;
		}
		return walk_link_counted(w, d, rest, s);
	}
	mount_get(w->path.mnt);
	walk_move(w, &(struct path){ w->path.mnt, d });
	while (cover && unlikely(load_relaxed(&w->path.dentry->flags) & DENTRY_MOUNTED)) {
		rcu_read_lock();
		next = w->path;
		err = cross_mounts(w, &next);
		if (err || path_equal(&next, &w->path)) {
			rcu_read_unlock();
			break;
		}
		(void)walk_move_rcu(w, &next);
	}
	w->inode = w->path.dentry->inode;
	return err;
}

/*
 * Go to the child n. 0: we stand on it; 1: it is a symlink to be walked from *s, `rest` remembered.
 * cover: cross onto what is mounted there; last: the path's last component.
 */
static __always_inline int walk_step(struct walk *w, const struct name *n, bool follow, bool cover, bool last, const char *rest,
				     const char **s)
{
	struct dentry *d;
	struct inode *i;
	int err;

	if (unlikely(!w->is_rcu))
		return step_counted(w, n, follow, cover, last, rest, s);
	d = dentry_find_rcu(w->path.dentry, n);
	if (unlikely(!d)) {
		if (!w->path.dentry->super->pin_dentries)
			goto slow;
		if (dentry_is_absent(w->path.dentry, n, &d))
			return n->len > NAME_MAX_LEN ? -ENAMETOOLONG : -ENOENT;
	}
	if (unlikely(!dentry_is_valid(d)))
		goto slow;
	i = load_acquire(&d->inode);            /* pairs with dentry_attach() */
	if (unlikely(!i))
		return -ENOENT;
	if (unlikely(S_ISLNK(i->mode)) && follow) {
		if (!i->link || w->nr_links >= WALK_RCU_LINKS)
			goto slow;
		err = count_link(w);
		if (!err && last)
			err = may_follow_last(w, i);
		return err ? err : walk_push(w, i, NULL, rest, i->link, s);
	}
	if (unlikely(load_relaxed(&d->flags) & DENTRY_MOUNTED) && cover) {     /* relaxed: see cross_mounts() */
		struct path next = { w->path.mnt, d };

		err = cross_mounts(w, &next);
		if (err)
			return err;
		if (unlikely(S_ISLNK(next.dentry->inode->mode)) && follow)
			goto slow;
		w->path = next;
		w->inode = next.dentry->inode;
		return 0;
	}
	w->path.dentry = d;
	w->inode = i;
	return 0;
slow:
	err = w->flags & WALK_CACHED ? -EAGAIN : walk_leave_rcu(w);
	return err ? err : step_counted(w, n, follow, cover, last, rest, s);
}

/* ---- the whole ---- */

static __always_inline int may_search(struct walk *w)
{
	/* relaxed: a single word */
	return likely((load_relaxed(&w->inode->mode) & 0111) == 0111) ? 0 : inode_permission_as(w->cred, w->inode, MAY_EXEC);
}

/* A text is at its end: go on behind the symlink it came from. */
static const char *walk_pop(struct walk *w)
{
	struct link_frame *f = &w->frames[--w->depth];

	w->nr_pending -= *f->rest != '\0';
	if (!w->is_rcu)
		frame_release(f);
	return f->rest;
}

int walk_to_parent(struct walk *w, const char *s)
{
	for (;;) {
		struct name n;
		enum walk_last type;
		const char *rest;
		bool slash;
		int err;

		while (*s == '/')
			s++;
		if (unlikely(!*s)) {
			if (!w->depth) {
				w->last_type = LAST_NONE;
				return 0;
			}
			s = walk_pop(w);
			continue;
		}
		err = may_search(w);
		if (unlikely(err))
			return err;
		n.s = s;
		n.len = (uint32_t)name_scan(s, &n.hash);
		rest = s + n.len;
		for (slash = *rest == '/'; *rest == '/';)
			rest++;
		type = name_type(s, n.len);
		if (!*rest && !w->nr_pending) {
			w->last = n;
			w->last_type = type;
			w->want_dir |= slash;
			return 0;
		}
		if (likely(type == LAST_NAME))
			err = walk_step(w, &n, true, true, false, rest, &rest);
		else
			err = type == LAST_DOTDOT ? walk_dotdot(w) : 0;
		if (unlikely(err < 0))
			return err;
		/* A symlink's text is walked from where it stands: a directory in any case. */
		if (unlikely(!S_ISDIR(w->inode->mode)))
			return -ENOTDIR;
		s = rest;
	}
}

int walk_last(struct walk *w, const char **s, bool follow)
{
	int err = 0;

	switch (w->last_type) {
	case LAST_NAME:
		err = walk_step(w, &w->last, follow || w->want_dir, !(w->flags & WALK_NO_MOUNT), true, "", s);
		break;
	case LAST_DOTDOT:
		err = walk_dotdot(w);
		break;
	}
	if (err)
		return err;
	if ((w->want_dir || (w->flags & WALK_DIRECTORY)) && !S_ISDIR(w->inode->mode))
		return -ENOTDIR;
	return 0;
}

int walk_resolve(struct walk *w, const char *s)
{
	int err;

	do {
		err = walk_to_parent(w, s);
		if (unlikely(err))
			return err;
		err = walk_last(w, &s, w->flags & WALK_FOLLOW);
	} while (err > 0);
	return err;
}
