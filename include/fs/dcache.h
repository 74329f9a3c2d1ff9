/*
 * dcache.h - names: dentries, mounts, and the walk of a path.
 *
 * Readers walk under RCU with a sequence count per dentry: no store, lock or count on
 * intermediate components; the last component's reference is taken once (or none, for
 * stat-like calls that copy under RCU). Names up to 31 bytes are inside the dentry.
 */
#pragma once
#include <fs/inode.h>
#include <sync/seqlock.h>
#include <sync/spinlock.h>
#include <percpu/counter.h>
#include <percpu/ref.h>
#include <base/list.h>
#include <lib/rbtree.h>
#include <base/err.h>
#include <linux/mount.h>
#include <linux/fcntl.h>

#define NAME_MAX_LEN 255
#define PATH_MAX_LEN 4096

struct name { const char *s; uint32_t len; uint32_t hash; };

/*
 * Keys: s changed inside seq, a atomic, c children lock of the parent, r RCU read.
 * A name leads to its inode for the dentry's whole life: inode changes once, from NULL. unlink()
 * takes the dentry out of the table; whoever still holds it keeps the inode.
 */
struct dentry {
	/* what a walk reads: one line, and the name */
	struct { uintptr_t next, *pprev; } hash;        /* r; bucket lock to write; next: dcache.c   */
	struct dentry *parent;                  /* s; self for a root                                */
	struct name name;                       /* s; text padded with zeroes to whole words         */
	struct inode *inode;                    /* NULL = negative; counted by the dentry            */
	struct super *super;
	struct seqcount seq;                    /* changes of name and parent                        */
	atomic_uint flags;                      /* a; DENTRY_*                                       */
	char inline_name[32];
	atomic_uint refs;                       /* a; DENTRY_DEAD: nobody gets another               */
	struct seqcount moves;                  /* renames of children: a miss is certain when even and unchanged */
	struct spinlock lock;                   /* children list                                     */
	struct list children, sibling;          /* newest first; c, and the directory's inode->lock when pinned */
	uint64_t cursor;                        /* c; position in the listing: grows towards the newest */
	uint64_t next_cursor;                   /* c; for the next child                             */
	void *fsdata;
	union {
		struct list lru;                /* lru_lock, while DENTRY_ON_LRU                     */
		struct rcu_head rcu;
	};
};
#define DENTRY_MOUNTED    1u                /* some mount stands on it */
#define DENTRY_UNHASHED   2u                /* not (or no longer) a name in its directory */
#define DENTRY_PINNED     4u                /* file system keeps it (tmpfs) */
#define DENTRY_ON_LRU     8u
#define DENTRY_REVALIDATE 16u               /* super->ops->revalidate is to be asked */
#define DENTRY_CURSOR     32u               /* a listing's place among its directory's children, not a name */
#define DENTRY_ETERNAL    64u               /* the root of all: never freed, hence never counted, for every process holds it */
#define DENTRY_HANDLE     128u              /* stands in the table of handles (handle.c) */
#define DENTRY_DEAD 0x80000000u             /* in refs */

struct mnt_ns;
/*
 * A mount is counted per CPU, so that opening files in parallel shares no line; while it is being
 * taken away, in one word (percpu/ref.h). Keys: c const, n mount_lock, r RCU read.
 */
struct mount {
	struct percpu_ref refs;
	struct percpu_counter writers;          /* regular files open for writing by it; see mount_forbid_writing_locked() */
	struct super *super;                    /* c counted */
	struct dentry *root;                    /* c counted */
	struct mount *parent;                   /* n r counted; NULL for the root and detached ones */
	struct dentry *mountpoint;              /* n r counted; in parent */
	struct hnode hash;                      /* n r (parent, mountpoint) */
	uint32_t flags;                         /* n to write: MS_* per-mount bits */
	uint32_t locked_flags;                  /* n: those of flags that came from a namespace of more rights: kept */
	unsigned id;                            /* c */
	bool is_locked;                         /* n: covers what a namespace of more rights covered: cannot be taken away alone */
	bool is_unbindable;                     /* n */
	bool expires;                           /* n to set: MNT_EXPIRE was asked once, and no walk has used it since */
	bool is_ending;                         /* n: is being taken away */
	bool is_counted;                        /* n: somebody is counting it exactly */
	bool has_hidden;                        /* n to set: taken away together with an is_locked one on it: what that covered stays hidden */
	struct mount *copy, *receiver;          /* n: scratch of mount_copy.c and propagate.c */
	struct mnt_ns *ns;                      /* n: whose tree it is in; NULL: nobody's */
	struct rbnode by_id;                    /* n: of ns->mounts, while ns and not is_ending */
	struct list node;                       /* n: of what is about to end, or to be placed */
	struct list children, child;            /* n: mounts on this one; newest last */
	struct hnode at;                        /* n: all mounts on one dentry (mount.c) */
	/* propagation (propagate.c); n */
	unsigned group;                         /* number of its peer group; 0: not shared */
	struct list peers;                      /* ring of the group */
	struct list slaves, slave;              /* those it sends to; its place among its master's */
	struct mount *master;                   /* whom it receives from, or NULL */
	char *source;                           /* c */
	struct rcu_head rcu;
};

struct path { struct mount *mnt; struct dentry *dentry; };
static inline bool path_equal(const struct path *a, const struct path *b) { return a->mnt == b->mnt && a->dentry == b->dentry; }

/* A task's root, working directory and umask: shared with CLONE_FS, else copied. */
struct fs_context {
	refcount_t refs;
	struct spinlock lock;
	struct seqcount seq;
	struct path root, cwd;                  /* counted */
	uint32_t umask;
};
struct fs_context *fs_context_copy(struct fs_context *from);   /* NULL without memory */
void fs_context_put(struct fs_context *c);
struct fs_context *fs_context_initial(void);                   /* bring-up: root mount; counted */
void fs_context_set_root(struct fs_context *c, const struct path *p);
void fs_context_set_cwd(struct fs_context *c, const struct path *p);
void fs_context_move(struct fs_context *c, const struct path *from, const struct path *to);     /* both, as far as they are from */
/* The working directory as text that ends with the buffer; NULL and *err = -ENOENT (it was removed), -ENAMETOOLONG. Counts nothing. */
char *fs_cwd_text(char *buf, size_t size, long *err);

/* Walk flags. */
#define WALK_FOLLOW   1u                    /* follow a symlink in the last component */
#define WALK_DIRECTORY 2u                   /* result must be a directory             */
#define WALK_EMPTY    4u                    /* "" means dirfd itself (AT_EMPTY_PATH)  */
#define WALK_NO_MOUNT 8u                    /* do not cross onto a mount at the end (umount) */
#define WALK_BENEATH  16u                   /* RESOLVE_* of openat2 */
#define WALK_IN_ROOT  32u
#define WALK_SCOPED   (WALK_BENEATH | WALK_IN_ROOT)
#define WALK_NO_XDEV  64u
#define WALK_NO_SYMLINKS 128u
#define WALK_NO_MAGICLINKS 256u
#define WALK_OPENER   1024u                 /* a start at dirfd is for who opened it, or may search all: else ENOENT */
#define WALK_UNUSED   2048u                 /* does not use the mounts it crosses: MNT_EXPIRE's mark stays (umount) */
#define WALK_CACHED   512u                  /* -EAGAIN rather than ask a file system */

/* Find a path given as a user string relative to dirfd (AT_FDCWD). Result counted. -errno of path_resolution(7). May sleep. */
__must_check int path_lookup_user(int dirfd, uaddr_t path, unsigned flags, struct path *out);
__must_check int path_lookup(int dirfd, const char *path, unsigned flags, struct path *out);
__must_check int path_lookup_at(const struct path *start, const char *path, unsigned flags, struct path *out);
/*
 * Text of a path seen from root (NULL: from the first mount's) into buf, from its end; a pointer into buf, or NULL and
 * *err -ENAMETOOLONG. "(unreachable)" in front and " (deleted)" behind as Linux. Takes no lock: any task context.
 */
char *path_to_string(const struct path *p, const struct path *root, char *buf, size_t size, int *err);
/* The same without "(unreachable)": what the links of /proc say. root NULL: the root of the first mount. */
char *path_to_link_text(const struct path *p, const struct path *root, char *buf, size_t size, int *err);
/* The same of a name in its file system, from there: mountinfo's fourth field. */
char *dentry_to_string(const struct dentry *d, char *buf, size_t size, int *err);
/* Copy a user path into a PATH_MAX buffer from a per-CPU/slab cache. 0, -EFAULT, -ENAMETOOLONG, -ENOENT when empty (unless allowed). */
__must_check int path_copy_user(uaddr_t path, bool allow_empty, char **out);
void path_free_user(char *buf);

/* The verbs on names by path are in fs/names.h. Kernel-side helpers for building trees: absolute paths from the root mount. */
__must_check int vfs_mkdir_path(const char *path, uint32_t mode);
__must_check int vfs_mknod_path(const char *path, uint32_t mode, dev_num_t rdev);

/* ---- dentry level, for file systems ---- */

/* A dentry that is not yet a name in parent; refs 1, holds parent. parent NULL: a root of its own, super to be set. */
struct dentry *dentry_alloc(struct dentry *parent, const struct name *n);
void dentry_attach(struct dentry *d, struct inode *i);           /* consumes a reference on i; once in a dentry's life */
/* Make d a name in its parent. The caller excludes another of the same name (directory's inode->lock). */
void dentry_add(struct dentry *d);
static inline bool dentry_is_eternal(const struct dentry *d) { return load_relaxed(&d->flags) & DENTRY_ETERNAL; }
static inline void dentry_get(struct dentry *d)
{
	if (!dentry_is_eternal(d))
		fetch_add_relaxed(&d->refs, 1);
}
/* Found under RCU: false when it is being freed. */
static inline bool dentry_try_get(struct dentry *d)
{
	return dentry_is_eternal(d) || !(fetch_add_acquire(&d->refs, 1) & DENTRY_DEAD);
}
void dentry_put(struct dentry *d);                               /* may sleep */
struct dentry *dentry_lookup_child(struct dentry *parent, const struct name *n);   /* cached only; counted or NULL */
/* Cached only, borrowed under RCU, or NULL. A miss is certain for pinned directories if dentry_is_absent() says so. */
struct dentry *dentry_find_rcu(const struct dentry *parent, const struct name *n);
void dentry_cache_drop(void);                                    /* forget names that nobody holds, where the table is not the directory; may sleep */
void dentry_drop(struct dentry *d);                              /* no longer a name: next walk looks it up again; caller holds d */
void dentry_init_name(struct name *n, const char *s, size_t len);/* computes the hash */
static inline bool dentry_is_root(const struct dentry *d) { return d->parent == d; }
static inline bool dentry_is_deleted(const struct dentry *d) { return (load_relaxed(&d->flags) & DENTRY_UNHASHED) && !dentry_is_root(d); }

/* ---- mounts ---- */

/* A mount that stands nowhere yet; consumes both references, also on error. NULL without memory. */
struct mount *mount_alloc(struct super *s, struct dentry *root, unsigned flags, const char *source);
__must_check int mount_root(struct super *s);
/* With mount_lock held: the nearest peer group that m receives from and that can be seen below root; 0: none (mountinfo's propagate_from). */
unsigned mount_dominating_group(const struct mount *m, const struct path *root);
void mount_free(struct mount *m);                                /* may sleep */
void mount_end(struct mount *m);                                 /* the first reference of one that stood nowhere; sleeps for a grace period */
/* One more by who holds one; and under RCU, false when it is being freed. */
static inline void mount_get(struct mount *m) { percpu_ref_get(&m->refs); }
static inline bool mount_try_get(struct mount *m) { return percpu_ref_try_get(&m->refs); }
static inline void mount_put(struct mount *m)
{
	if (percpu_ref_put(&m->refs))
		mount_free(m);
}
/* A walk crosses onto m. */
static inline void mount_is_used(struct mount *m)
{
	if (unlikely(load_relaxed(&m->expires)))        /* relaxed: a hint of what was used when */
		store_relaxed(&m->expires, false);
}
/* May files of this mount be changed? */
static inline bool mount_is_readonly(const struct mount *m) { return (m->flags | m->super->flags) & MS_RDONLY; }
static inline void path_get(const struct path *p) { mount_get(p->mnt); dentry_get(p->dentry); }
static inline void path_put(struct path *p) { dentry_put(p->dentry); mount_put(p->mnt); }

void fs_init(void);                                              /* bring-up: caches, root tmpfs mounted */
/* For /proc/sys/fs/dentry-state and friends; some per CPU not yet added. */
extern struct bounded_counter nr_dentries, nr_inodes;
