/*
 * shmem.h - memory with an inode and no place in the tree: memfd_create(2), System V shared memory; and seals.
 *
 * Seals are a word of the inode (F_SEAL_*). It only gains bits, under inode->lock; F_SEAL_SEAL says that it is final.
 * A writer looks at it under inode->lock, a shared mapping through filemap_shared_write_begin().
 */
#pragma once
#include <fs/file.h>

#ifndef F_SEAL_EXEC                               /* newer than some <linux/fcntl.h> */
#define F_SEAL_EXEC 0x0020
#endif

/*
 * An unnamed file of tmpfs, shown as "/NAME (deleted)", without limit of size but memory. ops NULL: those of a regular
 * file. Result counted, open for reading and writing. 0, -ENOMEM. May sleep.
 */
__must_check int shmem_file_create(const char *name, uint32_t mode, uint64_t size, uint32_t seals, const struct file_ops *ops, struct file **out);
/* fcntl F_GET_SEALS and F_ADD_SEALS: the seals, 0, -EINVAL (a file that has none), -EPERM, -EBUSY. */
long file_get_seals(struct file *f);
long file_add_seals(struct file *f, unsigned seals);
void shmem_init(void);                          /* bring-up, by fs_init() */
