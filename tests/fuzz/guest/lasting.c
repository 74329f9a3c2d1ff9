/*
 * lasting.c - what files that outlive all programs keep of them, as they do on Linux: no leaks, but to be told from leaks.
 *
 * A file that was locked once keeps the place of its locks. A file in memory keeps the memory policies of its pages, a range each.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "fuzz.h"

#define PREFERRED 1                             /* MPOL_* of linux/mempolicy.h */

static const char *const tops[] = { "/", "/dev", "/dev/pts", "/tmp", "/run" };

static int place_prepare(const char *path, const struct stat *st, int type, struct FTW *at)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	(void)st, (void)type, (void)at;
	if (fd >= 0) {
		flock(fd, LOCK_SH | LOCK_NB);
		close(fd);
	}
	return 0;
}

/* A range of the whole file takes the place of all others; it goes with the default, which would change nothing at first. */
static int policies_reset(const char *path, const struct stat *st, int type, struct FTW *at)
{
	unsigned long first = 1;
	void *all;
	int fd;

	(void)at;
	if (type != FTW_F || !S_ISREG(st->st_mode) || !st->st_size)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	all = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (all != MAP_FAILED) {
		syscall(SYS_mbind, all, st->st_size, PREFERRED, &first, 64, 0);
		syscall(SYS_mbind, all, st->st_size, 0, NULL, 0, 0);
		munmap(all, (size_t)st->st_size);
	}
	close(fd);
	return 0;
}

void lasting_reset(void)
{
	for (unsigned i = 0; i < sizeof tops / sizeof *tops; i++)
		nftw(tops[i], policies_reset, 16, FTW_PHYS | FTW_MOUNT);
}

void lasting_prepare(void)
{
	for (unsigned i = 0; i < sizeof tops / sizeof *tops; i++)
		nftw(tops[i], place_prepare, 16, FTW_PHYS | FTW_MOUNT);
}
