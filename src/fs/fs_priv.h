/*
 * fs_priv.h - what the name side of fs shares inside the room.
 */
#pragma once
#include <fs/names.h>
#include <fs/file.h>
#include <sync/mutex.h>

/* ---- dcache.c ---- */

void dcache_init(void);
/* Nobody renamed in this pinned directory while the table was searched: n does not exist. Else *found is set. RCU. */
bool dentry_is_absent(const struct dentry *parent, const struct name *n, struct dentry **found);
/* As dentry_add(), but when the name exists already return that one, counted, instead. */
struct dentry *dentry_add_unique(struct dentry *d);
/* A directory's inode->lock held: has it a name inside? */
bool dentry_has_children(struct dentry *d);
/*
 * Rename: d becomes n in `to`, in place of target (NULL: nothing there). Both directories' inode->lock held.
 * spare: room for a long name from dentry_name_reserve(), consumed.
 */
struct long_name;
__must_check int dentry_name_reserve(const struct name *n, struct long_name **spare);
void dentry_name_release(struct long_name *spare);     /* NULL allowed */
void dentry_move(struct dentry *d, struct dentry *to, const struct name *n, struct long_name *spare, struct dentry *target);
void dentry_exchange(struct dentry *a, struct dentry *b);
/* Super block's end: forget every dentry below root. */
void dentry_tree_shrink(struct dentry *root);
/* Is d inside dir, or dir itself? RCU or the super block's rename_lock. */
bool dentry_is_inside(const struct dentry *d, const struct dentry *dir);
/* Renames of directories begun and done: a text of several names is consistent when none ran meanwhile. */
unsigned dentry_moves_begin(void);
bool dentry_moves_retry(unsigned seen);
/* A listing's place among its directory's children: made by the first listing that does not fit one buffer. */
struct dentry *dentry_cursor_alloc(struct dentry *dir);
void dentry_cursor_free(struct dentry *c);

/* ---- handle.c ---- */

void handle_forget(struct dentry *d);           /* d, with DENTRY_HANDLE, is about to be freed */

/* ---- path.c ---- */

void path_init(void);
char *path_buffer_alloc(void);              /* PATH_MAX_LEN and a word */
bool path_try_get(const struct path *p, struct mount **undo);   /* RCU; see path.c */
int fs_umask(void);

/* ---- mount.c ---- */

/* The mount on (m, d), borrowed under RCU, or NULL. */
struct mount *mount_find_rcu(const struct mount *m, const struct dentry *d);
/* Parent and mountpoint of m as one. RCU. */
/* Did the tree of mounts change since? For who takes several steps through it as one. */
unsigned mount_moves_begin(void);
bool mount_moves_retry(unsigned seen);
void mount_where_rcu(const struct mount *m, struct mount **parent, struct dentry **at);
struct mount *mount_root_get(void);         /* the first mount, counted */
/* Follow mounts on p down to the topmost; p counted before and after. */
void path_cover(struct path *p);
bool path_is_mount_root(const struct path *p);
int super_remount(struct super *s, unsigned flags, const char *data);
/* A directory entry is gone: what is mounted on d in other namespaces goes with it. No lock held. */
void mounts_leave(struct dentry *d);
/* Does a mount of the current task's namespace stand on d? */
bool mountpoint_is_local(const struct dentry *d);

/* ---- walk.c: a path walk in progress ---- */

#define WALK_MAX_LINKS 40
#define WALK_RCU_LINKS 4                        /* then counted: with preemption off a walk is at most as long as that many texts */
#define WALK_AGAIN (-4095)                  /* no errno: inside fs only: start anew in counted mode */

enum walk_last { LAST_NONE, LAST_NAME, LAST_DOT, LAST_DOTDOT };
struct link_frame { const char *rest; struct inode *inode; char *buf; };   /* a symlink being followed, and what comes after */

/*
 * In RCU mode (the section lasts from walk_begin() to walk_end()) nothing is counted; in counted
 * mode path, root when has_root, and the frames' inodes are.
 */
struct walk {
	struct path path;                       /* where we are                                */
	struct inode *inode;                    /* path.dentry's                               */
	const struct cred *cred;
	unsigned flags;                         /* WALK_*                                      */
	bool is_rcu, has_root, want_dir;
	uint8_t last_type;                      /* enum walk_last, after walk_to_parent()      */
	unsigned nr_links, depth, nr_pending;   /* pending: frames with something left to walk */
	unsigned moves, mounts;                 /* WALK_SCOPED: what was renamed and mounted before it began */
	struct path root;                       /* valid with has_root                         */
	struct fd_ref ref;                      /* dirfd, for the walk's duration              */
	struct name last;                       /* last component, in the string being walked  */
	struct link_frame frames[WALK_MAX_LINKS];
};
__must_check int walk_begin(struct walk *w, int dirfd, const struct path *start, const char *s, unsigned flags, bool rcu);
void walk_end(struct walk *w);
/* All but the last component of s. 0, -errno, WALK_AGAIN. */
__must_check int walk_to_parent(struct walk *w, const char *s);
/* The last component: 0 = w->path is the result; 1 = a symlink to be walked on from *s. */
__must_check int walk_last(struct walk *w, const char **s, bool follow);
/* From RCU to counted mode where we stand. 0 or WALK_AGAIN. */
__must_check int walk_leave_rcu(struct walk *w);
/* Take the result out: counted. */
__must_check int walk_take(struct walk *w, struct path *out);
__must_check int walk_resolve(struct walk *w, const char *s);
/* The common case at once, under RCU; false: take the full walk. */
bool walk_quick(int dirfd, const char *s, unsigned flags, struct path *p, struct inode **inode);
/* The child n of a counted directory, looked up in its file system if need be: counted, maybe negative, NULL when absent. */
__must_check int lookup_child(struct dentry *parent, const struct name *n, struct dentry **out);
__must_check int lookup_child_locked(struct dentry *parent, const struct name *n, struct dentry **out);   /* inode->lock held */
/* The parent of a name to be changed, counted. -EEXIST etc. are the caller's to give by *type. */
__must_check int walk_parent(int dirfd, const char *path, struct path *parent, struct name *last, enum walk_last *type, bool *slash);

/* A task's root or working directory, uncounted, as one. RCU. */
static inline void context_read(struct fs_context *fs, const struct path *which, struct path *out)
{
	unsigned s;

	do {
		s = seq_begin(&fs->seq);
		out->mnt = load_relaxed(&which->mnt);   /* relaxed: seq orders these */
		out->dentry = load_relaxed(&which->dentry);
	} while (unlikely(seq_retry(&fs->seq, s)));
}

static __always_inline enum walk_last name_type(const char *s, size_t len)
{
	if (likely(s[0] != '.') || len > 2)
		return LAST_NAME;
	return len == 1 ? LAST_DOT : s[1] == '.' ? LAST_DOTDOT : LAST_NAME;
}

/* Does the file system still stand by what the table says? RCU or counted. */
static inline bool dentry_is_valid(struct dentry *d)
{
	return !(load_relaxed(&d->flags) & DENTRY_REVALIDATE) || d->super->ops->revalidate(d);
}

/* ---- create.c, remove.c ---- */

__must_check int dir_may_create(const struct path *parent);
__must_check int dir_may_delete(struct inode *dir, struct inode *victim, bool want_dir);
__must_check int path_want_write(const struct path *p);        /* 0 or -EROFS */
/* Make a name in a locked directory: d new or negative, becomes positive. mode with type. */
__must_check int dir_create_locked(struct dentry *parent, struct dentry *d, uint32_t mode, dev_num_t rdev, const char *target);
/* Give a dentry without inode the inode (consumed) and make it a name, pinned where the super says so. Directory locked. */
void dentry_publish(struct dentry *d, struct inode *i);
void dentry_show(struct dentry *d);             /* the same for one that has its inode already */
__must_check int child_for_create(struct dentry *parent, const struct name *n, struct dentry **out);
uint32_t dir_inherit_mode(const struct inode *dir, uint32_t mode, uint32_t *gid);

/* ---- lease.c ---- */

/* Somebody opens or cuts i, which has leases: 0 once none conflicts, -EAGAIN unless may_wait, -ERESTARTSYS. */
__must_check int lease_break(struct inode *i, bool for_writing, bool may_wait);

/* ---- inode.c, super.c, xattr.c ---- */

void inode_init(void);
void xattrs_free(struct inode *i);
/* The file changed, or its owner: its capabilities were granted for what it was. i->lock held. */
void xattr_caps_drop_locked(struct inode *i);
void super_init(void);
void tmpfs_init(void);
void devtmpfs_init(void);
/* An unnamed tmpfs instance. size and inodes 0: half of memory. */
__must_check int tmpfs_super_create(const struct fs_type *t, const char *options, bool always_show, struct super **out);
