/*
 * handle.h - files by number: name_to_handle_at(2), open_by_handle_at(2).
 *
 * Files of tmpfs have handles. One stays good as long as the name that it was made of, or who has that open.
 */
#pragma once
#include <fs/dcache.h>

struct file_id { uint32_t generation, ino_low, ino_high; };     /* what tmpfs puts into a struct file_handle, of FILE_ID_TYPE */
#define FILE_ID_TYPE 1

/* Do files of s have handles? */
bool super_has_handles(const struct super *s);
/* The handle of d, a file of such a file system. 0, -ENOMEM. */
__must_check int handle_make(struct dentry *d, struct file_id *out);
/* The file of a handle, counted, or NULL. */
struct dentry *handle_lookup(const struct super *s, const struct file_id *id);
void handle_init(void);                         /* bring-up, by fs_init() */
