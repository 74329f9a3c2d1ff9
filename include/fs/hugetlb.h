/*
 * hugetlb.h - files of huge pages: memfd_create(MFD_HUGETLB), mmap(MAP_HUGETLB), shmget(SHM_HUGETLB).
 *
 * The pools are empty, as those of a Linux are where nobody filled them: a file has a size, seals and mappings, but never a page.
 */
#pragma once
#include <fs/file.h>

/* The page size, as a shift, that bits 26 to 31 of a call's flags ask for; 0: there is no such pool. */
unsigned hugetlb_shift(unsigned flags);
/*
 * An unnamed file, shown as "/NAME (deleted)", of whole pages of 1 << shift. ops NULL: those of a regular file. Result counted,
 * open for reading and writing. 0, -ENOMEM. May sleep.
 */
__must_check int hugetlb_file_create(const char *name, unsigned shift, uint32_t mode, uint64_t size, uint32_t seals,
				     const struct file_ops *ops, struct file **out);
static inline bool file_is_hugetlb(const struct file *f) { return f->inode->map.huge_shift; }
/* A writable mapping of f up to byte `end` was made: f is at least as long now. May sleep. */
void hugetlb_file_mapped(struct file *f, uint64_t end);
extern int hugetlb_shm_group;                   /* who may make segments of them without CAP_IPC_LOCK: /proc/sys/vm */
extern uint64_t hugetlb_overcommit;             /* pages beyond the pool that may be tried for: /proc/sys/vm */
void hugetlb_init(void);                        /* bring-up, by fs_init() */
