/*
 * file.h - opened files and descriptors.
 *
 * A file is counted. The descriptor table is read under RCU; while a table has one user,
 * fd_borrow() takes no count at all: only that user can close its descriptors, and it is
 * busy in this call. With several users fd_borrow() counts, and fd_return() gives back.
 * Why that is safe: src/fs/fdtable.c.
 */
#pragma once
#include <fs/dcache.h>
#include <fs/uio.h>
#include <fs/poll.h>
#include <task/task.h>
#include <fs/fd_slot.h>
#include <sync/sole.h>
#include <linux/fcntl.h>

struct file;
struct file_owner;
struct poll_table;
struct vma_request;
struct task;

struct file_ops {
	ssize_t (*read)(struct file *f, struct uio *u, loff_t *pos);    /* pos: file position to use and advance */
	ssize_t (*write)(struct file *f, struct uio *u, loff_t *pos);
	loff_t (*seek)(struct file *f, loff_t off, int whence);         /* NULL: generic by inode size if seekable */
	/* Emit entries from *pos on through dir_emit(); 0 or -errno. */
	int (*readdir)(struct file *f, struct dir_emitter *e, loff_t *pos);
	uint32_t (*poll)(struct file *f, struct poll_table *pt);        /* EPOLL* mask now; registers with pt if not NULL; takes no mutex */
	long (*ioctl)(struct file *f, unsigned cmd, uint64_t arg);      /* -ENOTTY when unknown; NULL: ENOTTY */
	int (*mmap)(struct file *f, struct vma_request *r);             /* NULL: inode's filemap for regular files, else ENODEV */
	void (*vma_opened)(struct file *f);                             /* with FILE_VMA_COUNTED: one more VMA; takes no mutex */
	void (*vma_closed)(struct file *f);                             /* one less; f is still held. Not last: takes no mutex */
	int (*open)(struct inode *i, struct file *f);                   /* after allocation; may set f->ops, f->priv */
	void (*release)(struct file *f);                                /* last reference, also after a failed open; may sleep */
	int (*fsync)(struct file *f, loff_t from, loff_t to, int datasync);
	int (*flush)(struct file *f);                                   /* each close() */
	void (*show_fdinfo)(struct file *f, char *buf, size_t size);
	bool no_splice_to;                                              /* write() is the only way in: EINVAL from splice() and sendfile() */
	bool sends_sigio;                                               /* O_ASYNC has a meaning: its poll operation names all */
};

struct file {
	const struct file_ops *ops;
	struct inode *inode;                    /* borrowed from path.dentry, or counted itself when path is empty */
	refcount_t refs;                        /* 0 in a free one: freed without a grace period, see fdtable.c */
	uint32_t flags;                         /* O_* as F_GETFL shows; changed by F_SETFL     */
	uint32_t mode;                          /* FILE_*: cached facts                         */
	struct path path;                       /* counted                                      */
	loff_t pos;                             /* pos_lock if shared                            */
	struct mutex pos_lock;
	void *priv;
	struct pollable *pollable;              /* covers all that poll() looks at, generation maintained; else NULL */
	void *watches;                          /* epoll items on this file; ipc/epoll.c          */
	struct file_owner *owner;               /* who gets signals about it (fs/owner.h), or NULL  */
	uint64_t dir_cursor;                    /* free for the ops' use                          */
	uint64_t cred_mark;                     /* of who opened it (task/cred.h): linkat() may be his alone */
	const char *anon_class;                 /* anonymous files: "pipe", "eventfd" ...         */
};
#define FILE_READ     1u
#define FILE_WRITE    2u
#define FILE_SEEKABLE 4u
#define FILE_APPEND   8u
#define FILE_NONBLOCK 16u
#define FILE_PATH     32u                   /* O_PATH */
#define FILE_ATOMIC_POS 64u                 /* regular file or directory: reads take pos_lock when shared */
#define FILE_WRITER   128u                  /* counted in inode->writers; given back at release */
#define FILE_DENIES   512u                  /* file_deny_write() is in force: given back at release, or by file_allow_write() */
#define FILE_NOCTTY   1024u                 /* opened with O_NOCTTY */
#define FILE_VMA_COUNTED 2048u              /* ops want to know of VMAs */
#define FILE_SEEK_NOOP 4096u                /* lseek() succeeds and moves nothing, though there is no position */
#define FILE_POSITIONED 131072u             /* pread() and pwrite() are asked for, though lseek() is not */
#define FILE_NO_PWRITE 262144u               /* pwrite() says ESPIPE, whatever else is wrong: generated text that nobody writes */
#define FILE_NO_SPLICE 8192u                /* splice() and sendfile() do not read from it */
#define FILE_TREE 65536u                    /* O_PATH, and holds a tree of mounts that may stand nowhere: ops->release is called (mount_fd.c) */
#define FILE_LOCKED   256u                  /* may hold a flock() or OFD lock: released at the end */
#define FILE_NOTIFIES 32768u                /* F_NOTIFY was asked for: close looks for its watch */
#define FILE_CREATED  16384u                /* the open(2) that made this file made its inode, too (F_CREATED_QUERY) */

/* Change bits of f->mode or f->flags while others have f: they may change other bits of that word. */
static inline void file_bits_change(uint32_t *word, uint32_t clear, uint32_t set)
{
	uint32_t old = load_relaxed((atomic_uint *)word);      /* relaxed: the exchange checks it; bits order nothing */

	while (!cas_relaxed((atomic_uint *)word, &old, (old & ~clear) | set))
		;
}

/* O_DIRECT asks for nothing here, but only what Linux could serve so takes it: files of tmpfs. */
static inline bool file_may_be_direct(const struct file *f) { return S_ISREG(f->inode->mode) && f->inode->map.is_shmem && !f->inode->map.huge_shift; }

struct vma_request { uint64_t len, pgoff; unsigned prot, flags; struct filemap *map; uint32_t vma_flags; };

/*
 * New file over a path (its references are taken) or, path NULL, over an inode (consumed, also on error).
 * refs 1; mode from flags, the inode's type and ops (NULL: to be set by file_set_ops()). 0, -ENOMEM.
 */
__must_check int file_alloc(const struct file_ops *ops, const struct path *path, struct inode *inode, uint32_t flags, struct file **out);
/* Set ops after file_alloc() (device files): FILE_SEEKABLE follows them. */
void file_set_ops(struct file *f, const struct file_ops *ops);
/* Count as a writer of a regular file: 0, or -ETXTBSY while it is executed. Given back at release. */
__must_check int file_count_writer(struct file *f);
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
/* How many of len bytes may be written at pos: up to len, or -EFBIG, with SIGXFSZ where RLIMIT_FSIZE says so. */
ssize_t file_write_limit(uint64_t pos, size_t len);
loff_t file_seek_generic(struct file *f, loff_t off, int whence);
void file_accessed(struct file *f);         /* it was read or mapped: access time, as its flags and mount say */
int file_deny_write(struct file *f);        /* exec: -ETXTBSY when opened for writing */
void file_allow_write(struct file *f);
/* Readiness now, for files with or without a poll operation. */
static inline uint32_t file_poll(struct file *f, struct poll_table *pt)
{
	return f->ops->poll ? f->ops->poll(f, pt) : EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM;
}
/* Tells epoll that a watched file ends, while its wait queues still live. Set at bring-up by ipc. */
extern void (*file_watches_release)(struct file *f);

/* What a FIFO opened by name does: filled in by ipc at bring-up. */
extern const struct file_ops *fifo_file_ops;

/* Device files: by major number (and minor range). Bring-up. */
int chrdev_register(unsigned major, unsigned minor_from, unsigned count, const struct file_ops *ops, const char *name);
const struct file_ops *chrdev_find(dev_num_t d);
bool chrdev_info(unsigned i, unsigned *major, const char **name);      /* /proc/devices */

/* Anonymous files (pipe:[n], eventfd ...): an inode of the internal file system, name shown by readlink. */
__must_check int anon_file_create(const char *class_name, const struct file_ops *ops, void *priv, uint32_t flags, uint32_t mode, struct file **out);
/* The same on an inode of the internal file system that many files share. */
__must_check int anon_file_create_on(struct inode *i, const char *class_name, const struct file_ops *ops, void *priv, uint32_t flags, uint32_t mode,
				     struct file **out);
/* A fresh inode of the internal file system (pipes: both ends share one); refs 1, NULL without memory. */
struct inode *anon_inode_create(uint32_t mode, const struct file_ops *fops, void *priv);
/*
 * What the link /proc/PID/fd/N leads to, counted: the file's path; for an anonymous file a nameless dentry
 * over its inode, made on demand, so that opening the link opens the pipe again. 0, -ENOMEM. May sleep.
 */
__must_check int file_path_get(struct file *f, struct path *out);
/* Text of that link for an anonymous file ("pipe:[7]", "anon_inode:[eventfd]"); false for a file with a path. */
bool file_anon_name(const struct file *f, char *buf, size_t size);
bool inode_is_anon(const struct inode *i);

/* ---- descriptors ---- */

struct fdtable {        /* keys: a atomic, t: lock, or the sole user; r RCU read */
	struct fdarray *array;                  /* t, r */
	sole_t users;                           /* a: tasks (or processes, as owners of locks) that share it */
	unsigned next_free;                     /* t: every slot below is taken */
	struct spinlock lock;
	struct fdarray first;                   /* while 64 slots suffice */
	struct file *first_files[64];
	unsigned long first_open, first_cloexec;
};
struct fd_ref { struct file *file; bool counted; };

/* With several users, or to refuse an O_PATH file. */
struct file *fd_borrow_slow(int fd, struct fd_ref *r, bool allow_path);
/* The file of fd, or NULL (bad descriptor or O_PATH unless allowed). Pair with fd_return() in the same call. */
static __always_inline struct file *fd_borrow_common(int fd, struct fd_ref *r, bool allow_path)
{
	struct fdtable *t = task_current()->files;

	/* acquire: what a former fellow user did to the table; pairs with fdtable_put() */
	if (likely(sole_is(&t->users))) {
		struct fdarray *a = t->array;
		struct file *f;

		if (unlikely((unsigned)fd >= a->size))
			return NULL;
		f = a->files[fd];
		if (unlikely(!f) || (!allow_path && unlikely(f->mode & FILE_PATH)))
			return NULL;
		r->file = f;
		r->counted = false;
		return f;
	}
	return fd_borrow_slow(fd, r, allow_path);
}
static __always_inline struct file *fd_borrow(int fd, struct fd_ref *r) { return fd_borrow_common(fd, r, false); }
static __always_inline struct file *fd_borrow_path(int fd, struct fd_ref *r) { return fd_borrow_common(fd, r, true); }
static __always_inline void fd_return(struct fd_ref *r) { if (unlikely(r->counted)) file_put(r->file); }
/* The file of fd with a reference of the caller's own, or NULL. */
struct file *fd_get(int fd);
/* Does fd still stand for f? Who gave the table something that close takes away asks afterwards: another thread may have closed it before. */
bool fd_is_of(int fd, const struct file *f);
struct file *fd_get_path(int fd);                                      /* O_PATH allowed */
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
__must_check int fd_add_from(struct file *f, int from, bool cloexec);
/* Install f at fd, closing what is there (dup2); consumes f also on error. fd, -EBADF, -EBUSY, -ENOMEM. May sleep. */
__must_check int fd_replace(int fd, struct file *f, bool cloexec);
__must_check int fd_close(int fd);
/* Close or mark every descriptor in [from, to] (close_range). */
void fd_close_range(unsigned from, unsigned to);
void fd_cloexec_range(unsigned from, unsigned to);
/* The close-on-exec flag: 0/1 or -EBADF; set: 0 or -EBADF. */
int fd_get_cloexec(int fd);
__must_check int fd_set_cloexec(int fd, bool on);
struct fdtable *fdtable_alloc(void);
struct fd_range { unsigned from, to; };
/* fork: of the current task's; but NULL, or what the caller closes next: not copied where it is the end. NULL: -EMFILE, -ENOMEM. */
struct fdtable *fdtable_copy(struct fdtable *from, const struct fd_range *but, int *err);
void fdtable_get(struct fdtable *t);                                   /* clone(CLONE_FILES), by a user of it */
void fdtable_put(struct fdtable *t);                                   /* last user closes all; may sleep */
int fdtable_unshare(const struct fd_range *but);                       /* exec: private table; 0, -EMFILE or -ENOMEM */
void fdtable_close_on_exec(void);
void file_init(void);                                                  /* bring-up */
extern uint64_t file_max;                                              /* /proc/sys/fs/file-max: ENFILE beyond, but for root */
extern int nr_open_max;                                                /* /proc/sys/fs/nr_open: what RLIMIT_NOFILE may be */
void file_limit_changed(void);                                         /* file_max is another */
long file_nr_opened(void);                                             /* exact when nobody opens or closes */
extern atomic_long nr_files;                                           /* opened files; some per CPU not yet added */

/* ---- locks on files (flock.c, flock_record.c) ---- */
struct flock64_k { short type, whence; int64_t start, len; int pid; }; /* struct flock of fcntl(2) */
long flock_posix_get(struct file *f, struct flock64_k *l, bool is_ofd);
long flock_posix_set(struct file *f, const struct flock64_k *l, bool is_ofd, bool may_wait);
/* flock(2): type F_*LCK */
long flock_whole(struct file *f, int type, bool may_wait);
void flock_release_owner(struct file *f, struct fdtable *owner);       /* close(2): record locks of the process */
/* F_SETLEASE, F_GETLEASE of fcntl(2) (lease.c) */
long file_lease_set(struct file *f, int fd, int type);
long file_lease_get(struct file *f);
extern int lease_break_time, leases_enable;                            /* /proc/sys/fs */
void flock_release_file(struct file *f);                               /* last reference: flock() and OFD locks */
/* What /proc tells of a lock, or of one who waits for the lock told before. */
struct file_lock_info {
	enum { FILE_LOCK_POSIX, FILE_LOCK_OFD, FILE_LOCK_FLOCK, FILE_LEASE_ACTIVE, FILE_LEASE_BREAKING, FILE_LEASE_BREAKER } kind;
	int type;                               /* F_RDLCK, F_WRLCK; of a lease that is to go: F_UNLCK */
	int pid;                                /* in the first namespace; -1 for OFD            */
	uint32_t dev;
	uint64_t ino, start, end;               /* end inclusive; INT64_MAX: the file's          */
	unsigned level;                         /* 0: a lock; else one who waits for it, behind level - 1 others */
};
typedef int (*file_lock_fn)(const struct file_lock_info *i, void *arg);        /* under spinlocks; not 0: stop */
/*
 * All locks, leases and who waits for them, in steps: a walk begins zeroed, and goes on where it was whatever comes and goes meanwhile.
 * One that stays is told once. Returns how many (at most max) were told to out; 0: that was all.
 */
struct file_lock_walk { unsigned list; uint64_t place, lock, waiter, last_told; };
unsigned file_locks_walk(struct file_lock_walk *w, struct file_lock_info *out, unsigned max);
int file_locks_of(struct file *f, const struct fdtable *table, file_lock_fn fn, void *arg);    /* those set through f */
