/*
 * inode.h - files as objects: super blocks, inodes and the operations of a file system.
 *
 * An inode is counted; at zero it is freed after a grace period (path walk looks at it
 * under RCU). i->lock (mutex, RANK_INODE) guards directory contents, size and attributes
 * when written; attributes are read without it, single words.
 */
#pragma once
#include <mm/filemap.h>
#include <sync/mutex.h>
#include <sync/hashtab.h>
#include <sync/refcount.h>
#include <sync/rcu.h>
#include <linux/stat.h>

struct dentry;
struct file;
struct inode;
struct super;
struct path;
struct pollable;
struct kstat;

struct timespec_k { int64_t sec; uint32_t nsec; };

struct inode_attr {                         /* setattr request: which of these to change */
	unsigned valid;                         /* ATTR_* */
	uint32_t mode, uid, gid;
	uint64_t size;
	struct timespec_k atime, mtime, ctime;
};
#define ATTR_MODE 1u
#define ATTR_UID 2u
#define ATTR_GID 4u
#define ATTR_SIZE 8u
#define ATTR_ATIME 16u
#define ATTR_MTIME 32u
#define ATTR_CTIME 64u
#define ATTR_KILL_SUID 128u                 /* drop set-user-ID and set-group-ID as chown(2) says */
#define ATTR_TOUCH 256u                     /* times are "now": writers may, too, not only the owner */

/* Directory and name operations; NULL = not supported here (EPERM, or generic behaviour as noted). */
struct inode_ops {
	/* Find name in dir: 0 with *out counted, -ENOENT (a negative dentry is kept unless the super says otherwise). */
	int (*lookup)(struct inode *dir, struct dentry *d, struct inode **out);
	int (*create)(struct inode *dir, struct dentry *d, uint32_t mode, dev_num_t rdev, struct inode **out); /* regular, device, fifo, socket by mode */
	int (*mkdir)(struct inode *dir, struct dentry *d, uint32_t mode, struct inode **out);
	int (*symlink)(struct inode *dir, struct dentry *d, const char *target, struct inode **out);
	int (*link)(struct inode *dir, struct dentry *d, struct inode *target);
	int (*unlink)(struct inode *dir, struct dentry *d);
	int (*rmdir)(struct inode *dir, struct dentry *d);
	int (*rename)(struct inode *from, struct dentry *a, struct inode *to, struct dentry *b, unsigned flags);
	/* Target of a symlink: borrowed while the inode lives, or copied into buf (PATH_MAX); *out points to it. */
	int (*readlink)(struct inode *i, char *buf, size_t size, const char **out, size_t *len);
	/* Magic links (/proc/pid/fd/N, exe, cwd, root): jump straight to a path, counted. readlink may be NULL then. */
	int (*follow)(struct inode *i, struct path *out);
	/* The mode refuses the current task: does the file system permit it all the same? Directories only; RCU-safe. NULL: no. */
	bool (*permits)(const struct inode *i);
	/* The mode refuses the current task: the file system's word in place of capabilities: 0 or -errno. RCU-safe. NULL: they decide. */
	int (*beyond_mode)(const struct inode *i, int mask);
	int (*setattr)(struct inode *i, const struct inode_attr *a);     /* NULL: generic into the inode's fields */
	/* Bring the fields up to date, and tell them to stat(2) unless st is NULL (kstat_fill). NULL: they always are. May sleep. */
	int (*getattr)(struct inode *i, struct kstat *st);
	int (*fallocate)(struct inode *i, int mode, uint64_t from, uint64_t len);  /* NULL: EOPNOTSUPP; i->lock held, range checked */
};

struct inode {
	const struct inode_ops *ops;
	const struct file_ops *fops;            /* for opened files; NULL by mode: fifo, chrdev via device table */
	struct super *super;
	refcount_t refs;
	uint32_t mode;                          /* type and permissions */
	uint32_t uid, gid;
	atomic_uint nlink;                      /* changed by inode_add_link() and inode_drop_link() once named */
	uint64_t ino;
	uint64_t size;
	dev_num_t rdev;
	struct timespec_k atime, mtime, ctime, btime;
	struct filemap map;                     /* cached pages of regular files */
	struct mutex lock;
	atomic_int writers;                     /* >0: opened for writing; <0: being executed (ETXTBSY) */
	void *priv;                             /* the file system's; symlink target, pipe of a fifo, ... */
	atomic_uint watch_mask;                 /* IN_*: what inotify watches of it ask for (inotify.c) */
	atomic_uint seals;                      /* F_SEAL_* of tmpfs files (fs/shmem.h); lock to write */
	void *flock_list;                       /* POSIX and BSD locks (fs/flock.c); lock_place->lock  */
	struct lock_place *lock_place;          /* a: made by the first lock, freed with the inode; NULL: none was ever set */
	uint8_t attr_flags;                     /* tmpfs: FS_NODUMP_FL, FS_NOATIME_FL, as chattr(1) sets them */
	uint8_t write_hint;                     /* F_SET_RW_HINT: kept and told, of no effect in memory */
	struct lease *leases;                   /* F_SETLEASE (lease.c); its lock */
	bool is_immutable;                      /* /proc/PID: no attribute changes, EPERM */
	bool linkable;                          /* O_TMPFILE: may get its first name by link(2)        */
	char *link;                             /* target of a symlink kept in memory: owned, const; walks follow it under RCU */
	struct xattr *xattrs;                   /* extended attributes (xattr.c); lock */
	struct rcu_head rcu;
};

struct fs_type;
struct super_ops {
	void (*evict)(struct inode *i);         /* last reference gone: free priv, pages */
	int (*statfs)(struct super *s, void *kstatfs /* struct statfs of <asm/statfs.h> */);
	void (*put_super)(struct super *s);
	int (*show_options)(struct super *s, char *buf, size_t size);   /* ",size=..." for /proc/mounts */
	int (*remount)(struct super *s, unsigned flags, const char *options);
	int (*charge_xattr)(struct super *s, int64_t bytes);    /* for extended attributes (negative: given back): 0, -ENOSPC. NULL: no limit */
	bool (*revalidate)(struct dentry *d);   /* false: look it up again (procfs pids). RCU-safe, may not sleep. NULL: always valid */
};
struct super {
	const struct super_ops *ops;
	const struct fs_type *type;
	refcount_t refs;
	dev_num_t dev;                          /* const */
	struct htab_node by_dev;                /* super.c */
	bool is_live;                           /* a */
	uint32_t flags;                         /* MS_RDONLY ... */
	uint32_t block_size;
	uint64_t magic;
	/*
	 * Failed lookups are not cached and names appear by themselves (procfs): ops->lookup and readdir run
	 * without the directory's lock, beside each other.
	 */
	bool no_negative;
	bool pin_dentries;                      /* the dcache is the directory: tmpfs, devtmpfs, sysfs */
	bool has_xattrs;                        /* user, trusted and security attributes live in memory */
	atomic_uint nr_mounts;                  /* of it, for inotify's IN_UNMOUNT */
	atomic_long nr_orphans;                 /* inodes without a name that are still open: no remount read-only */
	struct dentry *root;
	void *priv;
	atomic_ulong next_ino;
	struct mutex rename_lock;
	struct ns *owner;                       /* counted: the user namespace whose rights change its options */
	struct rcu_head rcu;
};
struct ns;
struct fs_type {
	const char *name;
	bool nodev;                             /* for /proc/filesystems */
	bool for_user_ns;                       /* whoever rules a mount namespace may mount it */
	bool shows_system;                      /* only who sees another one whole may mount it anew */
	/* Create or find the super block for mount(2). options = data string or NULL. May sleep. */
	int (*mount)(const struct fs_type *t, unsigned flags, const char *source, const char *options, struct super **out);
	int (*check_option)(const char *option);        /* "key" or "key=value" for fsconfig(2): 0, -EINVAL. NULL: has none */
	const struct fs_type *next;
};
void fs_register(struct fs_type *t);        /* bring-up */
const struct fs_type *fs_find(const char *name);
const struct fs_type *fs_first(void);

struct inode *inode_alloc(struct super *s); /* refs 1, times now, ino next; NULL without memory */
static inline void inode_get(struct inode *i) { refcount_get(&i->refs); }
void inode_put(struct inode *i);            /* may sleep */
struct super *super_alloc(const struct fs_type *t, const struct super_ops *ops);
void super_put(struct super *s);            /* may sleep */
void super_live(struct super *s);           /* it is whole: now it can be found by its number */
struct super *super_lookup(dev_num_t dev);  /* counted, or NULL; mounted or not, wherever */
static inline void super_get(struct super *s) { refcount_get(&s->refs); }
/* A name more or less. add: false when the last one is gone already. */
__must_check bool inode_add_link(struct inode *i);
void inode_drop_link(struct inode *i);
/* Apply a checked request to the inode's own fields, sizes of cached files too; i->lock held. What setattr NULL means. */
int inode_setattr_generic(struct inode *i, const struct inode_attr *a);
/* Permission for the current task: mask of MAY_*; 0 or -EACCES. RCU-safe. */
#define MAY_EXEC 1
#define MAY_WRITE 2
#define MAY_READ 4
int inode_permission(struct inode *i, int mask);
struct cred;
int inode_permission_as(const struct cred *c, struct inode *i, int mask);
struct timespec_k time_now(void);           /* coarse realtime for inode stamps */
/* Which of set-user-ID and set-group-ID a change of its content by the current task ends; i->lock held. */
uint32_t inode_privileges_lost(const struct inode *i);
void inode_privileges_drop_slow(struct inode *i);
/* Its content changes: those bits end, and the file's capabilities. i->lock held. */
static inline void inode_privileges_drop(struct inode *i)
{
	if (unlikely((i->mode & (S_ISUID | S_ISGID)) || i->xattrs))
		inode_privileges_drop_slow(i);
}
void inode_touch_mtime(struct inode *i);    /* mtime and ctime = now */
static inline bool inode_is_dir(const struct inode *i) { return S_ISDIR(i->mode); }
/* Encodings of device numbers: kernel form <-> user's 64-bit st_dev. */
#define DEV_MAKE(maj, min) ((dev_num_t)((maj) << 20 | (min)))
#define DEV_MAJOR(d) ((d) >> 20)
#define DEV_MINOR(d) ((d) & 0xfffff)
uint64_t dev_encode(dev_num_t d);           /* new_encode_dev/huge form that stat returns */
dev_num_t dev_decode(uint64_t user);
