/*
 * tmpfs_priv.h - shared inside tmpfs: what an instance may hold and holds.
 */
#pragma once
#include "../fs_priv.h"

#define TMPFS_INODE_SPACE 1024                  /* what a limit of one inode stands for, as in Linux */
#define TMPFS_ENTRY_SIZE 20                 /* what a name adds to the size of its directory, as Linux counts */

/*
 * Pages charged to an instance. `used` includes credits that CPUs hold ahead of need, so that writers on
 * several CPUs share no line until the limit is near (limit.c).
 */
struct tmpfs {
	uint64_t max_pages, max_inodes;         /* 0: no limit; s->rename_lock to write */
	bool show_size, show_inodes, show_owner;/* options that /proc/mounts tells */
	bool is_ramfs;                          /* ramfs.c: plain files, directories without a size */
	uint32_t root_mode, root_uid, root_gid;
	uint32_t pages_total;                   /* of memory, when it was made: the default limits */
	atomic_long used_pages __cacheline_aligned;
	percpu_dyn_t credits;                   /* long per CPU; owner and lenders by atomics */
	atomic_long used_space __cacheline_aligned;     /* what inodes and extended attributes take of max_inodes * TMPFS_INODE_SPACE */
};

/* Charge pages (negative: give back). 0 or -ENOSPC, exact at the limit. */
__must_check int tmpfs_charge(struct tmpfs *t, int64_t pages);
int64_t tmpfs_used_pages(struct tmpfs *t);
__must_check int tmpfs_charge_inode(struct tmpfs *t);
void tmpfs_uncharge_inode(struct tmpfs *t);
/* bytes for extended attributes of s (negative: give back). 0 or -ENOSPC. */
__must_check int tmpfs_charge_xattr(struct super *s, int64_t bytes);

extern const struct super_ops tmpfs_super_ops;
extern const struct inode_ops tmpfs_dir_ops, tmpfs_file_ops, tmpfs_other_ops;
extern const struct file_ops tmpfs_regular_ops;
extern const struct filemap_ops tmpfs_map_ops;
/* A new inode of type and mode, charged; 0, -ENOSPC, -ENOMEM. */
__must_check int tmpfs_inode_create(struct super *s, uint32_t mode, dev_num_t rdev, struct inode **out);

/* ---- instances (super.c) ---- */

struct tmpfs_options {
	uint64_t memory;                        /* bytes that size=N% is a part of */
	uint64_t max_pages, max_inodes;
	uint32_t mode, uid, gid;
	bool has_size, has_inodes, has_mode, has_uid, has_gid;
};
/* take() each word of a list of options, which may be NULL; it may write to the word. 0, -ENOMEM, or what take() returns. */
__must_check int tmpfs_each_option(const char *text, int (*take)(char *word, struct tmpfs_options *o), struct tmpfs_options *o);
/* NULL without memory. */
struct tmpfs *tmpfs_alloc(const struct tmpfs_options *o, uint64_t pages_total, bool always_show);
/* The root directory of s, whose priv is t. 0 or -ENOMEM. */
__must_check int tmpfs_make_root(struct super *s, const struct tmpfs *t);
void tmpfs_evict(struct inode *i);
void tmpfs_put_super(struct super *s);
__must_check int tmpfs_parse_number(const char *s, unsigned base, uint32_t *out);
void ramfs_init(void);                      /* bring-up */
