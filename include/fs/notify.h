/*
 * notify.h - telling watchers what happens to files and names: inotify(7).
 *
 * Every place that something happens at asks one word, which is zero while nobody watches anything: one predicted branch,
 * on a line that only the first and last watch write. What follows looks for watches on the inode and its directory.
 */
#pragma once
#include <base/atomic.h>
#include <base/compiler.h>
#include <linux/inotify.h>

struct file;
struct dentry;
struct inode;
struct name;
struct super;

/* Beside IN_MOVED_FROM: the name stays in the directory. For F_NOTIFY alone; no number of inotify(7). */
#define NOTIFY_RENAME 0x1000u

extern atomic_uint notify_watches;              /* how many watches there are */
static inline bool notify_is_on(void) { return unlikely(load_relaxed(&notify_watches) != 0); }  /* relaxed: a watch that comes now is later */

/* Task context, may take spinlocks of the name table; below: out of line parts. */
void notify_file_slow(struct file *f, uint32_t mask);
void notify_dentry_slow(struct dentry *d, uint32_t mask);
void notify_inode_slow(struct inode *i, uint32_t mask);
void notify_name_slow(struct inode *dir, const struct name *n, bool is_dir, uint32_t mask, uint32_t cookie);
void notify_gone_slow(struct inode *i, uint32_t mask);
uint32_t notify_cookie(void);

/* IN_OPEN, IN_ACCESS, IN_MODIFY, IN_CLOSE_*: to the file's inode, and by its name to its directory. */
static inline void notify_file(struct file *f, uint32_t mask) { if (notify_is_on()) notify_file_slow(f, mask); }
/* The same for what happens by path (IN_ATTRIB). */
static inline void notify_dentry(struct dentry *d, uint32_t mask) { if (notify_is_on()) notify_dentry_slow(d, mask); }
/* To watches of the inode alone. */
static inline void notify_inode(struct inode *i, uint32_t mask) { if (notify_is_on()) notify_inode_slow(i, mask); }
/* A name in dir came, went or moved. */
static inline void notify_name(struct inode *dir, const struct name *n, bool is_dir, uint32_t mask)
{
	if (notify_is_on())
		notify_name_slow(dir, n, is_dir, mask, 0);
}
/* The inode lost its last name and dentry (IN_DELETE_SELF): its watches end. */
static inline void notify_gone(struct inode *i) { if (notify_is_on()) notify_gone_slow(i, IN_DELETE_SELF); }
/* The last mount of s went (IN_UNMOUNT): watches of its inodes end. May sleep. */
void notify_unmounted(struct super *s);

/* inotify(7)'s calls; results as their man pages say. */
__must_check int inotify_create(int flags, struct file **out);
struct path;
long inotify_add(struct file *f, const struct path *p, uint32_t mask);
long inotify_remove(struct file *f, int wd);
bool file_is_inotify(const struct file *f);
/* F_NOTIFY: dn of DN_*; 0 ends it. And at each close of f by that table. */
long file_notify(struct file *f, int fd, uint32_t dn);
extern int dir_notify_enable;                   /* /proc/sys/fs/dir-notify-enable: 0: -EINVAL */
struct fdtable;
void dnotify_release(struct file *f, const struct fdtable *t);
/* /proc/sys/fs/inotify */
extern int inotify_max_events, inotify_max_instances, inotify_max_watches;
void inotify_init(void);                        /* bring-up, by fs_init() */
