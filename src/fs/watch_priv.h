/*
 * watch_priv.h - watches on inodes, as inotify.c and dnotify.c share them.
 *
 * A watch stands in the bucket of its inode: inotify's has an instance, dnotify's a file's owner to tell.
 */
#pragma once
#include <fs/owner.h>
#include "fs_priv.h"

struct instance;

struct watch {          /* keys: b bucket's lock, c const */
	struct list node;                       /* bucket's list; b */
	struct list instance_node;              /* inotify: instance->lock */
	struct inode *inode;                    /* c, counted */
	struct instance *instance;              /* c, counted; NULL: dnotify's */
	int wd;                                 /* c */
	uint32_t mask;                          /* b: IN_* */
	/* dnotify */
	struct file_owner *owner;               /* c, counted */
	const struct file *file;                /* c: whose it is, and of which table; never looked into */
	const struct fdtable *table;
	int fd;                                 /* b: what si_fd says */
	uint64_t serial;                        /* c: newer ones have higher numbers */
};

struct watch_bucket {
	struct spinlock lock;
	struct list watches;
} __cacheline_aligned;

struct watch_bucket *watch_bucket(const struct inode *i);
/* bucket->lock held. */
void watch_mask_update_locked(struct watch_bucket *b, struct inode *i);
/* Into its bucket: w->inode counted by the caller, mask set. */
void watch_add_locked(struct watch_bucket *b, struct watch *w);
/* Out of the bucket: the caller ends it, by watches_end() outside all locks. */
void watch_unlink_locked(struct watch_bucket *b, struct watch *w);
void watches_end(struct list *ended);           /* a list by `node`; may sleep */

/* ---- dnotify.c ---- */

void dnotify_watch_end(struct watch *w);
/* An event for the dnotify watches of i; those of one event are chained to *ended. No spinlock held. */
void dnotify_tell(struct inode *i, uint32_t mask, struct list *ended);
