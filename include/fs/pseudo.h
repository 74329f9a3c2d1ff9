/*
 * pseudo.h - files whose text is made when they are read, and small trees of them.
 *
 * The text is generated as a whole at the first read of an open file, and again when it is
 * read at offset 0 (programs rewind /proc/stat), so that reads at any offset within one pass
 * see one text. A show function appends to the buffer, which grows; it may sleep.
 * A text that may grow without bound (a process's mappings) is made in parts, as reads come to them: a show function
 * stops behind a record when text_is_part() says so, and goes on from there when it is called again.
 *
 * A file system uses one of two layers:
 *   pseudo_open()     from its own file_ops.open: text for one opened file (procfs)
 *   pseudo_add_*()    a tree of dentries pinned in memory under a super block of
 *                     pseudo_super_create() (sysfs, devpts): listing, look-up and removal come with it
 */
#pragma once
#include <fs/file.h>
#include <fs/poll.h>

struct text_buf {
	char *data;                             /* not terminated */
	size_t len, size;
	int error;                              /* sticky: -ENOMEM */
	const void *view;                       /* the show function's own: procfs's pid namespace */
	uint64_t at;                            /* the show function's own: where to go on, 0 = from the beginning */
	void *walk;                             /* the same, from kmalloc() by the show function; freed with the text */
	bool has_more;                          /* set by a show function that is to be called again */
};
/* Is there enough for one part? */
#define TEXT_PART 4096u
static inline bool text_is_part(const struct text_buf *b) { return b->len >= TEXT_PART; }
/* Append; 0 or -ENOMEM (sticky: the reader sees it even when the show function ignores it). */
int text_printf(struct text_buf *b, const char *fmt, ...) __printf(2, 3);
int text_vprintf(struct text_buf *b, const char *fmt, va_list ap);
int text_write(struct text_buf *b, const void *data, size_t n);
/* Append with the bytes of `set` (and backslash) as \ooo: names in mounts and maps. */
int text_escape(struct text_buf *b, const char *s, const char *set);
void text_fini(struct text_buf *b);

/* What else than reading and writing one may do with an opened file: Linux has it differ from family to family. */
enum pseudo_manner {
	PSEUDO_TASK,                            /* /proc/PID: SEEK_SET and SEEK_CUR, no pwrite(), not for epoll; without a store it has no write */
	PSEUDO_TASK_PLAIN,                      /* the same, but every whence up to 2 GiB, and pwrite() */
	PSEUDO_TASK_FREE,                       /* the same without the bound */
	PSEUDO_SYSTEM,                          /* /proc: as PSEUDO_TASK, but for epoll; to write and to map it are EIO */
	PSEUDO_SETTING,                         /* /proc/sys: every whence, pwrite(), for epoll; may be spliced into */
	PSEUDO_TREE,                            /* /sys: as PSEUDO_SETTING, up to 2 GiB; a write is a page at most */
};

struct pseudo_file {
	int (*show)(struct text_buf *b, void *arg);             /* NULL: cannot be read (EINVAL) */
	/*
	 * text: a terminated copy of what one write() gave at place `at`, of a page at most, trailing newline kept.
	 * 0, bytes taken if not all, or -errno. NULL: it cannot be written.
	 */
	int (*store)(char *text, size_t len, loff_t at, void *arg);
	void *arg;
	/* NULL: always ready. Else poll tells of each change of *changes once, as EPOLLERR and EPOLLPRI. */
	struct pollable *pollable;
	atomic_uint *changes;
	enum pseudo_manner manner;
	bool only_whole;                        /* behind its beginning nothing is read */
	bool only_readable;                     /* poll does not speak of writing */
};

/*
 * Call from file_ops.open: p is copied; release(arg) (may be NULL) is called at the last close, and also when this
 * fails. f->ops becomes one of this file's and f->priv belongs to it. 0 or -ENOMEM.
 */
__must_check int pseudo_open(struct file *f, const struct pseudo_file *p, void (*release)(void *arg));

/* ---- trees of pinned dentries ---- */

/* A super block with an empty root directory (mode, owned by root) that lists what pseudo_add_*() put there. */
__must_check int pseudo_super_create(const struct fs_type *t, const struct super_ops *ops, uint64_t magic, uint32_t root_mode, struct super **out);
/*
 * Add an entry to a directory of such a tree. 0, -EEXIST, -ENOMEM; *out (may be NULL) is borrowed: valid until the entry
 * is removed. Text files refer to p as long as they exist. Nodes: mode with type, rdev, and the inode's uid and gid 0.
 */
__must_check int pseudo_add_dir(struct dentry *parent, const char *name, uint32_t mode, struct dentry **out);
__must_check int pseudo_add_file(struct dentry *parent, const char *name, uint32_t mode, const struct pseudo_file *p, struct dentry **out);
__must_check int pseudo_add_node(struct dentry *parent, const char *name, uint32_t mode, dev_num_t rdev, struct dentry **out);
/* Remove an entry (with all below it). Opened files live on. May sleep. */
void pseudo_remove(struct dentry *d);
/* Listing of a directory whose dentries are pinned, newest first, "." and ".." included; and its inode operations. */
extern const struct file_ops pinned_dir_ops;
extern const struct inode_ops pinned_dir_inode_ops;
