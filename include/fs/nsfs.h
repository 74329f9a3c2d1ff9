/* nsfs.h - namespaces as files: what /proc/PID/ns/NAME leads to and setns(2) takes. */
#pragma once
#include <fs/file.h>
#include <task/ns.h>

/* A counted path to n; consumes the reference on n, also on error. 0, -ENOMEM. May sleep. */
__must_check int nsfs_path(struct ns *n, struct path *out);
/* The namespace of such a file, borrowed, or NULL. */
struct ns *nsfs_ns(const struct file *f);
const struct fs_type *nsfs_fs_type(void);
bool nsfs_is_file(const struct inode *i);       /* of any namespace? */
long nsfs_open_fd(struct ns *n);                /* a new descriptor, close-on-exec; consumes the reference */
struct mnt_ns *nsfs_mnt_ns(const struct inode *i);      /* the mount namespace whose file it is, borrowed, or NULL */
void nsfs_init(void);                           /* bring-up, by fs_init() */
