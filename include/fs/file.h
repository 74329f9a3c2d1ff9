/*
 * file.h - opened files and descriptors.
 *
 * A file is counted. The descriptor table is read under RCU; while a table has one user,
 * fd_borrow() takes no count at all: only that user can close its descriptors, and it is
 * busy in this call. With several users fd_borrow() counts, and fd_return() gives back.
 */
#pragma once
#include <fs/dcache.h>
#include <fs/uio.h>
#include <linux/fcntl.h>

struct file;
struct poll_table;
struct vma_request;
struct task;

struct file_ops {
	ssize_t (*read)(struct file *f, struct uio *u, loff_t *pos);    /* pos: file position to use and advance */
	ssize_t (*write)(struct file *f, struct uio *u, loff_t *pos);
	loff_t (*seek)(struct file *f, loff_t off, int whence);         /* NULL: generic by inode size if seekable */
	/* Emit entries from *pos on through dir_emit(); 0 or -errno. */
	int (*readdir)(struct file *f, struct dir_emitter *e, loff_t *pos);
	uint32_t (*poll)(struct file *f, struct poll_table *pt);        /* EPOLL* mask now; registers with pt if not NULL */
	long (*ioctl)(struct file *f, unsigned cmd, uint64_t arg);      /* -ENOTTY when unknown; NULL: ENOTTY */
	int (*mmap)(struct file *f, struct vma_request *r);             /* NULL: inode's filemap for regular files, else ENODEV */
	int (*open)(struct inode *i, struct file *f);                   /* after allocation; may set f->ops, f->priv */
	void (*release)(struct file *f);                                /* last reference; may sleep */
	int (*fsync)(struct file *f, loff_t from, loff_t to, int datasync);
	int (*flush)(struct file *f);                                   /* each close() */
	void (*show_fdinfo)(struct file *f, char *buf, size_t size);
};

struct file {
	const struct file_ops *ops;
	refcount_t refs;
	uint32_t flags;                         /* O_* as F_GETFL shows; changed by F_SETFL     */
	uint32_t mode;                          /* FILE_*: cached facts                         */
	struct inode *inode;                    /* borrowed from path.dentry, or counted itself when path is empty */
	struct path path;                       /* counted                                      */
	loff_t pos;                             /* pos_lock if shared                            */
	struct mutex pos_lock;
	void *priv;
	struct pollable *pollable;              /* NULL: always ready                            */
	int owner_pid, owner_sig;               /* F_SETOWN, F_SETSIG                             */
	uint64_t dir_cursor;
	struct rcu_head rcu;
};
#define FILE_READ     1u
#define FILE_WRITE    2u
#define FILE_SEEKABLE 4u
#define FILE_APPEND   8u
#define FILE_NONBLOCK 16u
#define FILE_PATH     32u                   /* O_PATH */
#define FILE_ATOMIC_POS 64u                 /* regular file or directory: reads take pos_lock when shared */

struct vma_request { uint64_t len, pgoff; unsigned prot, flags; struct filemap *map; uint32_t vma_flags; };

/* New file over a path (its references are taken) or, path NULL, over an inode (consumed). refs 1. 0, -ENOMEM, -ENFILE. */
__must_check int file_alloc(const struct file_ops *ops, const struct path *path, struct inode *inode, uint32_t flags, struct file **out);
static inline void file_get(struct file *f) { refcount_get(&f->refs); }
void file_put(struct file *f);              /* last one releases; may sleep */
/* open(2) in kernel form: checks permission, creates with O_CREAT. Result counted. */
__must_check int file_open(int dirfd, const char *path, uint32_t flags, uint32_t mode, unsigned walk_flags, struct file **out);
__must_check int file_open_path(const struct path *p, uint32_t flags, struct file **out);
/* Read/write at a position without moving it, into kernel memory (exec, initramfs). Bytes or -errno. */
ssize_t file_read_kernel(struct file *f, void *buf, size_t len, loff_t pos);
ssize_t file_write_kernel(struct file *f, const void *buf, size_t len, loff_t pos);
/* Generic operations of page-cached files. */
ssize_t filemap_read(struct file *f, struct uio *u, loff_t *pos);
ssize_t filemap_write(struct file *f, struct uio *u, loff_t *pos);
loff_t file_seek_generic(struct file *f, loff_t off, int whence);
int file_deny_write(struct file *f);        /* exec: -ETXTBSY when opened for writing */
void file_allow_write(struct file *f);

/* Device files: by major number (and minor range). Bring-up. */
int chrdev_register(unsigned major, unsigned minor_from, unsigned count, const struct file_ops *ops, const char *name);
const struct file_ops *chrdev_find(dev_num_t d);
bool chrdev_info(unsigned i, unsigned *major, const char **name);      /* /proc/devices */

/* Anonymous files (pipe:[n], eventfd ...): an inode of the internal file system, name shown by readlink. */
__must_check int anon_file_create(const char *class_name, const struct file_ops *ops, void *priv, uint32_t flags, uint32_t mode, struct file **out);

/* ---- descriptors ---- */
struct fdtable;
struct fd_ref { struct file *file; bool counted; };

/* The file of fd, or NULL (bad descriptor or O_PATH unless allowed). Pair with fd_return() in the same call. */
struct file *fd_borrow(int fd, struct fd_ref *r);
struct file *fd_borrow_path(int fd, struct fd_ref *r);                 /* O_PATH allowed */
void fd_return_slow(struct fd_ref *r);
static __always_inline void fd_return(struct fd_ref *r) { if (unlikely(r->counted)) fd_return_slow(r); }
/* Counted file of another task's table, or NULL (procfs, pidfd_getfd). */
struct file *fd_lookup_of(struct task *t, int fd);
/* Next used descriptor >= from of another task, or -1. */
int fd_next_of(struct task *t, int from);
bool fd_cloexec_of(struct task *t, int fd);

__must_check int fd_alloc(int from, bool cloexec);                     /* reserve: fd or -EMFILE, -ENOMEM */
void fd_install(int fd, struct file *f);                               /* publish into a reserved slot; consumes f */
void fd_abandon(int fd);                                               /* give a reserved slot back */
/* Reserve and install; consumes f also on error. Returns fd or -errno. */
__must_check int fd_add(struct file *f, bool cloexec);
__must_check int fd_close(int fd);
struct fdtable *fdtable_alloc(void);
struct fdtable *fdtable_copy(struct fdtable *from, int *err);          /* fork */
void fdtable_get(struct fdtable *t);
void fdtable_put(struct fdtable *t);                                   /* last user closes all; may sleep */
int fdtable_unshare(void);                                             /* exec: private table; 0 or -ENOMEM */
void fdtable_close_on_exec(void);
void file_init(void);                                                  /* bring-up */
extern atomic_long nr_files;
