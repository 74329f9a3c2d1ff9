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
#include <base/err.h>

#define NAME_MAX_LEN 255
#define PATH_MAX_LEN 4096

struct name { const char *s; uint32_t len; uint32_t hash; };

struct dentry {
	struct seqcount seq;                    /* changes of name, parent, inode            */
	struct hnode hash;                      /* RCU; bucket lock to write                 */
	struct dentry *parent;                  /* self for a root                           */
	struct name name;
	struct inode *inode;                    /* NULL = negative; counted by the dentry    */
	struct super *super;
	struct spinlock lock;                   /* refs 0<->1, children, state               */
	atomic_uint refs;                       /* dead when refs has DENTRY_DEAD            */
	uint32_t flags;                         /* DENTRY_*                                  */
	struct list children, sibling;          /* parent->lock                              */
	uint64_t cursor;                        /* stable position in the directory (readdir) */
	struct list lru;
	void *fsdata;
	struct rcu_head rcu;
	char inline_name[32];
};
#define DENTRY_MOUNTED 1u                   /* some mount stands on it */
#define DENTRY_UNHASHED 2u
#define DENTRY_PINNED 4u                    /* file system keeps it (tmpfs) */

struct mount {
	refcount_t refs;
	struct super *super;                    /* counted */
	struct dentry *root;                    /* counted */
	struct mount *parent;
	struct dentry *mountpoint;              /* counted; in parent */
	struct hnode hash;                      /* (parent, mountpoint); RCU */
	struct list node;                       /* namespace list, in order */
	uint32_t flags;                         /* MS_* per-mount bits */
	unsigned id;
	char *source;
	struct rcu_head rcu;
};

struct path { struct mount *mnt; struct dentry *dentry; };
static inline bool path_equal(const struct path *a, const struct path *b) { return a->mnt == b->mnt && a->dentry == b->dentry; }
void path_get(const struct path *p);
void path_put(struct path *p);

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

/* Walk flags. */
#define WALK_FOLLOW   1u                    /* follow a symlink in the last component */
#define WALK_DIRECTORY 2u                   /* result must be a directory             */
#define WALK_EMPTY    4u                    /* "" means dirfd itself (AT_EMPTY_PATH)  */
#define WALK_NO_MOUNT 8u                    /* do not cross onto a mount at the end (umount) */
#define WALK_BENEATH  16u                   /* RESOLVE_* of openat2 */
#define WALK_IN_ROOT  32u
#define WALK_NO_XDEV  64u
#define WALK_NO_SYMLINKS 128u
#define WALK_NO_MAGICLINKS 256u

/* Find a path given as a user string relative to dirfd (AT_FDCWD). Result counted. -errno of path_resolution(7). May sleep. */
__must_check int path_lookup_user(int dirfd, uaddr_t path, unsigned flags, struct path *out);
__must_check int path_lookup(int dirfd, const char *path, unsigned flags, struct path *out);
__must_check int path_lookup_at(const struct path *start, const char *path, unsigned flags, struct path *out);
/* Parent directory and last name, for create, unlink, rename; parent counted. name points into the path string. */
__must_check int path_lookup_parent(int dirfd, const char *path, struct path *parent, struct name *last, bool *trailing_slash);
/* Text of a path seen from the task's root into buf (from its end); returns a pointer into buf or -errno via err. "(unreachable)" and " (deleted)" as Linux. */
char *path_to_string(const struct path *p, const struct path *root, char *buf, size_t size, int *err);
/* Copy a user path into a PATH_MAX buffer from a per-CPU/slab cache. 0, -EFAULT, -ENAMETOOLONG, -ENOENT when empty (unless allowed). */
__must_check int path_copy_user(uaddr_t path, bool allow_empty, char **out);
void path_free_user(char *buf);

/* The verbs on names; mode with umask already applied by the caller where open/mkdir/mknod say so. May sleep. */
__must_check int vfs_create(struct path *parent, const struct name *n, uint32_t mode, dev_num_t rdev);
__must_check int vfs_mkdir(struct path *parent, const struct name *n, uint32_t mode);
__must_check int vfs_symlink(struct path *parent, const struct name *n, const char *target);
__must_check int vfs_setattr(const struct path *p, const struct inode_attr *a);
/* Kernel-side helpers for building trees (initramfs, devtmpfs): absolute paths from the root mount. */
__must_check int vfs_mkdir_path(const char *path, uint32_t mode);
__must_check int vfs_mknod_path(const char *path, uint32_t mode, dev_num_t rdev);

/* dentry level, for file systems */
struct dentry *dentry_alloc(struct dentry *parent, const struct name *n);
void dentry_attach(struct dentry *d, struct inode *i);           /* consumes a reference on i */
void dentry_get(struct dentry *d);
void dentry_put(struct dentry *d);
struct dentry *dentry_lookup_child(struct dentry *parent, const struct name *n);   /* cached only; counted or NULL */
void dentry_drop(struct dentry *d);                              /* unhash: next walk looks it up again */
void dentry_init_name(struct name *n, const char *s, size_t len);/* computes the hash */

/* Mounts */
__must_check int mount_add(const struct path *where, struct super *s, struct dentry *root, unsigned flags, const char *source);
__must_check int mount_root(struct super *s);
__must_check int mount_remove(struct path *p, int flags);
int mounts_for_each(int (*fn)(struct mount *m, void *arg), void *arg);   /* holds the namespace lock */
void fs_init(void);                                              /* bring-up: caches, root tmpfs mounted */
/* For /proc/sys/fs/dentry-state and friends */
extern atomic_long nr_dentries, nr_inodes;
