/*
 * path.c - paths as text, and a task's root and working directory.
 *
 * A fs_context is written under its lock and inside its sequence count; walks read it without either
 * while nothing changes. Paths become text without any lock, so that any room may ask under its own.
 */
#include <fs/dcache.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/task.h>
#include <trace/klog.h>
#include "fs_priv.h"

static struct slab_cache *path_cache __ro_after_init;

/* False: neither is held, but *undo (NULL or not) is to be put once the RCU section is over. */
bool path_try_get(const struct path *p, struct mount **undo)
{
	*undo = NULL;
	if (!mount_try_get(p->mnt))
		return false;
	if (likely(dentry_try_get(p->dentry)))
		return true;
	*undo = p->mnt;
	return false;
}

/* ---- user strings ---- */

char *path_buffer_alloc(void) { return slab_alloc(path_cache, 0); }
void path_free_user(char *buf) { slab_free(path_cache, buf); }

int path_copy_user(uaddr_t path, bool allow_empty, char **out)
{
	char *buf = path_buffer_alloc();
	ssize_t len;

	if (!buf)
		return -ENOMEM;
	len = user_copy_string(buf, path, PATH_MAX_LEN);
	if (!len && !allow_empty)
		len = -ENOENT;
	if (len < 0) {
		path_free_user(buf);
		return (int)len;
	}
	*out = buf;
	return 0;
}

int path_text_get(struct path_text *t, uaddr_t path, bool allow_empty)
{
	ssize_t len = user_copy_string(t->small, path, sizeof t->small);

	if (likely(len > 0)) {
		t->s = t->small;
		return 0;
	}
	if (len == -ENAMETOOLONG)
		return path_copy_user(path, allow_empty, &t->s);
	t->s = t->small;
	return len ? (int)len : allow_empty ? 0 : -ENOENT;
}

void path_text_put_slow(struct path_text *t) { path_free_user(t->s); }

/* ---- text of a path ---- */

struct text { char *start, *at; bool overflow; };       /* written from the end of the buffer towards start */

static void text_prepend(struct text *t, const char *s, size_t len)
{
	if ((size_t)(t->at - t->start) < len) {
		t->overflow = true;
		return;
	}
	t->at -= len;
	memcpy(t->at, s, len);
}

/* "/name" of d in front. A name that changes under our hands is read again. Returns the parent it is in. RCU. */
static struct dentry *text_prepend_name(struct text *t, const struct dentry *d)
{
	struct dentry *parent;
	char *at = t->at;
	unsigned s;

	do {
		const char *name;
		uint32_t len;

		t->at = at;
		for (;;) {
			s = seq_begin(&d->seq);
			name = load_relaxed(&d->name.s);        /* relaxed: seq orders these */
			len = load_relaxed(&d->name.len);
			parent = load_relaxed(&d->parent);
			if (!seq_retry(&d->seq, s))
				break;
		}
		text_prepend(t, name, len);
	} while (seq_retry(&d->seq, s));
	text_prepend(t, "/", 1);
	return parent;
}

/* From p up to root. Returns whether root was met. RCU. */
static bool text_climb(struct text *t, const struct path *p, const struct path *root)
{
	struct mount *m = p->mnt;
	struct dentry *d = p->dentry;

	while (!t->overflow) {
		if (root && d == root->dentry && m == root->mnt)
			return true;
		if (d == m->root || dentry_is_root(d)) {
			struct dentry *at;

			if (d != m->root)
				return false;   /* moved out of what the mount shows */
			mount_where_rcu(m, &m, &at);
			if (!m)
				return !root;
			d = at;
			continue;
		}
		d = text_prepend_name(t, d);
	}
	return true;
}

static char *path_text(const struct path *p, const struct path *root, char *buf, size_t size, bool mark, int *err)
{
	struct text t;
	bool reached;
	unsigned tries = 0, seen;

	if (p->dentry->inode && (inode_is_anon(p->dentry->inode) || ((p->mnt->flags & MS_NOUSER) && dentry_is_root(p->dentry)))) {
		*err = (ssize_t)size <= p->dentry->name.len ? -ENAMETOOLONG : 0;
		return *err ? NULL : memcpy(buf, p->dentry->name.s, p->dentry->name.len + 1);
	}
	do {
		t = (struct text){ .start = buf, .at = buf + size };
		seen = dentry_moves_begin();
		text_prepend(&t, "", 1);
		if (dentry_is_deleted(p->dentry))
			text_prepend(&t, " (deleted)", 10);
		rcu_read_lock();
		char *end = t.at;
		reached = text_climb(&t, p, root);
		rcu_read_unlock();
		if (t.at == end)
			text_prepend(&t, "/", 1);
		if (!reached && mark && !(p->mnt->flags & MS_NOUSER))   /* those of shmem.c stand nowhere at all */
			text_prepend(&t, "(unreachable)", 13);
	} while (dentry_moves_retry(seen) && ++tries < 100);     /* each name is right even so */
	*err = t.overflow ? -ENAMETOOLONG : 0;
	return t.overflow ? NULL : t.at;
}

char *dentry_to_string(const struct dentry *d, char *buf, size_t size, int *err)
{
	struct text t;
	char *end;
	unsigned tries = 0, seen;

	do {
		t = (struct text){ .start = buf, .at = buf + size };
		seen = dentry_moves_begin();
		text_prepend(&t, "", 1);
		if (dentry_is_deleted(d))
			text_prepend(&t, "//deleted", 9);
		end = t.at;
		rcu_read_lock();
		for (const struct dentry *at = d; !dentry_is_root(at) && !t.overflow; )
			at = text_prepend_name(&t, at);
		rcu_read_unlock();
		if (t.at == end)
			text_prepend(&t, "/", 1);
	} while (dentry_moves_retry(seen) && ++tries < 100);
	*err = t.overflow ? -ENAMETOOLONG : 0;
	return t.overflow ? NULL : t.at;
}

char *path_to_string(const struct path *p, const struct path *root, char *buf, size_t size, int *err)
{
	return path_text(p, root, buf, size, true, err);
}

char *path_to_link_text(const struct path *p, const struct path *root, char *buf, size_t size, int *err)
{
	return path_text(p, root, buf, size, false, err);
}

/* ---- root, working directory, umask ---- */

static struct fs_context *context_alloc(void)
{
	struct fs_context *c = kmalloc(sizeof *c, ALLOC_ZERO);

	if (!c)
		return NULL;
	refcount_set(&c->refs, 1);
	spin_init(&c->lock, RANK_FDTABLE);
	seq_init(&c->seq);
	return c;
}

struct fs_context *fs_context_copy(struct fs_context *from)
{
	struct fs_context *c = context_alloc();

	if (!c)
		return NULL;
	spin_lock(&from->lock);
	c->root = from->root;
	c->cwd = from->cwd;
	c->umask = from->umask;
	path_get(&c->root);
	path_get(&c->cwd);
	spin_unlock(&from->lock);
	return c;
}

void fs_context_put(struct fs_context *c)
{
	if (!refcount_put(&c->refs))
		return;
	path_put(&c->root);
	path_put(&c->cwd);
	kfree(c);
}

struct fs_context *fs_context_initial(void)
{
	struct fs_context *c = context_alloc();

	if (!c)
		panic("fs: no memory for the first root directory");
	c->root.mnt = mount_root_get();
	c->root.dentry = c->root.mnt->root;
	dentry_get(c->root.dentry);
	path_cover(&c->root);
	c->cwd = c->root;
	path_get(&c->cwd);
	c->umask = 022;
	return c;
}

/* from NULL: wherever it is. */
static void context_set(struct fs_context *c, struct path *which, const struct path *from, const struct path *p)
{
	struct path old;

	path_get(p);
	spin_lock(&c->lock);
	old = *which;
	if (from && !path_equal(from, &old)) {
		spin_unlock(&c->lock);
		old = *p;
		path_put(&old);
		return;
	}
	seq_write_begin(&c->seq);
	store_relaxed(&which->mnt, p->mnt);
	store_relaxed(&which->dentry, p->dentry);
	seq_write_end(&c->seq);
	spin_unlock(&c->lock);
	path_put(&old);
}

void fs_context_set_root(struct fs_context *c, const struct path *p) { context_set(c, &c->root, NULL, p); }
void fs_context_set_cwd(struct fs_context *c, const struct path *p) { context_set(c, &c->cwd, NULL, p); }

void fs_context_move(struct fs_context *c, const struct path *from, const struct path *to)
{
	context_set(c, &c->root, from, to);
	context_set(c, &c->cwd, from, to);
}

char *fs_cwd_text(char *buf, size_t size, long *err)
{
	struct fs_context *c = task_current()->fs;
	struct path root, cwd;
	char *text = NULL;
	int failed = -ENOENT;

	rcu_read_lock();
	context_read(c, &c->root, &root);
	context_read(c, &c->cwd, &cwd);
	if (!dentry_is_deleted(cwd.dentry))
		text = path_to_string(&cwd, &root, buf, size, &failed);
	rcu_read_unlock();
	*err = failed;
	return text;
}

int fs_umask(void)
{
	return thread_current()->is_task ? (int)load_relaxed(&task_current()->fs->umask) : 0;   /* relaxed: one word */
}

void path_init(void)
{
	path_cache = slab_cache_create("names_cache", PATH_MAX_LEN + 8, 0);
}
