/*
 * names.h - the verbs on names: what open(2), stat(2), rename(2) and their family do, in kernel form.
 *
 * Every path is a terminated kernel string relative to dirfd (AT_FDCWD: the working directory).
 * Results are 0 or the -errno of the page of the call. All may sleep.
 */
#pragma once
#include <fs/dcache.h>
#include <fs/uio.h>

struct cred;
struct file;

/* Flags of umount2(2), which no UAPI header has. */
#define MNT_FORCE 1
#define MNT_DETACH 2
#define MNT_EXPIRE 4
#define UMOUNT_NOFOLLOW 8

/* A path copied from user space: short ones stay on the caller's stack. */
struct path_text {
	char *s;
	char small[128];
};
/* 0, -EFAULT, -ENAMETOOLONG, -ENOENT when empty and !allow_empty. Pair with path_text_put() when 0. */
__must_check int path_text_get(struct path_text *t, uaddr_t path, bool allow_empty);
void path_text_put_slow(struct path_text *t);
static inline void path_text_put(struct path_text *t) { if (unlikely(t->s != t->small)) path_text_put_slow(t); }

/* /proc/sys/fs/protected_*, as proc(5) says */
extern int protected_hardlinks, protected_symlinks, protected_fifos, protected_regular;

/* Do these O_* go together? 0 or -EINVAL, which comes before any look at the path. */
__must_check int file_open_check(uint32_t flags);

/* What stat(2) and statx(2) tell. */
struct kstat {
	uint64_t ino, size, blocks, mnt_id;
	dev_num_t dev, rdev;
	uint32_t mode, nlink, uid, gid, block_size;
	bool is_mount_root, is_in_memory;       /* in_memory: of tmpfs, which knows the time of birth */
	struct timespec_k atime, mtime, ctime, btime;
};
void kstat_fill(struct kstat *st, const struct inode *i);                       /* fields as they are */
__must_check int path_stat(int dirfd, const char *path, unsigned walk_flags, struct kstat *out);
__must_check int file_stat(struct file *f, struct kstat *out);
/* access(2): mode F_OK or of R_OK W_OK X_OK; with the real ids unless AT_EACCESS is in flags. */
__must_check int path_access(int dirfd, const char *path, int mode, int flags);

__must_check int vfs_mkdir(int dirfd, const char *path, uint32_t mode);         /* the umask is applied inside */
__must_check int vfs_mknod(int dirfd, const char *path, uint32_t mode, dev_num_t rdev);
/* A socket, for who binds to it and to no other that may have its name by then: its directory and itself, both counted. */
__must_check int vfs_make_socket(const char *path, uint32_t mode, struct path *dir, struct dentry **made);
__must_check int vfs_symlink(const char *target, int dirfd, const char *path);
/* `to` NULL: only look whether `from` may be linked. */
__must_check int vfs_link(int from_fd, const char *from, int to_fd, const char *to, int flags);
__must_check int vfs_unlink(int dirfd, const char *path);
/* The same for a single name in a directory that the caller holds: a regular file is made, any but a directory removed. */
__must_check int vfs_create_in(const struct path *dir, const char *name, uint32_t mode);
__must_check int vfs_unlink_in(const struct path *dir, const char *name);
__must_check int vfs_rmdir(int dirfd, const char *path);
/* `to` NULL: only look for the directory of `from`. */
__must_check int vfs_rename(int from_fd, const char *from, int to_fd, const char *to, unsigned flags);
/* Target of a symlink: length copied to buf (not terminated), cut to size. */
ssize_t vfs_readlink(int dirfd, const char *path, char *buf, size_t size);

/* Change attributes with all the checks of chmod(2), chown(2), truncate(2), utimensat(2). */
__must_check int vfs_setattr(const struct path *p, const struct inode_attr *a);
/* The same for a file without a path. */
__must_check int inode_setattr(struct inode *i, const struct inode_attr *a);
/* ftruncate(2): rights come from the open mode. */
__must_check int file_truncate(struct file *f, uint64_t size);
__must_check int file_fallocate(struct file *f, int mode, int64_t from, int64_t len);
void path_touch_atime(const struct path *p);                                     /* as the mount's atime flags say */

/* List a directory from f->pos on; 0 or -errno. f->pos_lock is held if f is shared. */
__must_check int file_readdir(struct file *f, struct dir_emitter *e);

/* mount(2) by kernel strings; NULL for absent ones. pivot_root(2); statfs(2). */
__must_check int vfs_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data);
__must_check int vfs_umount(const char *target, int flags);
/* put_old NULL: only look for the new root. */
__must_check int vfs_pivot_root(const char *new_root, const char *put_old);
/*
 * The calls on detached mounts, each with a descriptor as its result or 0: fsopen(2), fsconfig(2), fsmount(2), fspick(2),
 * open_tree(2), move_mount(2), mount_setattr(2). Arguments as there; paths and values are kernel strings.
 */
struct mount_attr;
__must_check int vfs_fsopen(const char *type, unsigned flags);
__must_check int vfs_fsconfig_check(int fd, unsigned cmd, bool has_key, bool has_value, int aux);       /* do they go together? */
__must_check int vfs_fsconfig(int fd, unsigned cmd, const char *key, const char *value);
__must_check int vfs_fsmount(int fd, unsigned flags, unsigned attrs);
__must_check int vfs_fspick(int dirfd, const char *path, unsigned flags);
__must_check int vfs_open_tree(int dirfd, const char *path, unsigned flags);
#ifndef MOVE_MOUNT_BENEATH
#define MOVE_MOUNT_BENEATH 0x00000200       /* since Linux 6.5; not yet in every linux-libc-dev */
#endif
__must_check int vfs_move_mount(const struct path *from, int to_fd, const char *to, unsigned flags);
__must_check int vfs_mount_setattr(int dirfd, const char *path, unsigned flags, const struct mount_attr *a);
struct statfs;
__must_check int super_statfs(struct super *s, const struct mount *m, struct statfs *out);

/* Length of a file's security.capability, copied to buf; -ENODATA, -EINVAL (longer). No rights asked for. */
long inode_get_caps(struct inode *i, void *buf, size_t size);
/* Extended attributes in memory; i->lock is taken inside. Names as xattr(7). */
long inode_getxattr(const struct path *p, const char *name, void *buf, size_t size);      /* length, -ENODATA, -ERANGE */
__must_check int inode_setxattr(const struct path *p, const char *name, const void *value, size_t size, int flags);
long inode_listxattr(const struct path *p, char *buf, size_t size);
__must_check int inode_removexattr(const struct path *p, const char *name);
