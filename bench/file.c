/*
 * file.c - descriptors, names and attributes; all files in memory (tmpfs).
 *
 * Floor: a read of one cached byte needs the descriptor, the page and one copy; a name needs
 * one look-up per component and no store to shared memory.
 */
#include "bench.h"
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>

#ifndef AT_STATX_SYNC_AS_STAT
#define AT_STATX_SYNC_AS_STAT 0
#endif

static char buf[65536];
static struct stat st;
static char stx[256];

static void open_null(struct run *r) { r->fd[0] = (int)MUST(open("/dev/null", O_RDWR)); }
static void open_zero(struct run *r) { r->fd[0] = (int)MUST(open("/dev/zero", O_RDWR)); }

/* A file of 64 KiB, this instance's own, three folders deep. */
static void make_file(struct run *r)
{
	snprintf(r->path, sizeof r->path, SCRATCH "/a%d/b/c", r->id);
	char *p = r->path;

	for (char *s = strchr(p + 1, '/'); s; s = strchr(s + 1, '/')) {
		*s = 0;
		if (mkdir(p, 0755) && errno != EEXIST)
			bench_fail("mkdir");
		*s = '/';
	}
	if (mkdir(p, 0755) && errno != EEXIST)
		bench_fail("mkdir");
	snprintf(r->path, sizeof r->path, SCRATCH "/a%d/b/c/file", r->id);
	r->fd[0] = (int)MUST(open(r->path, O_RDWR | O_CREAT, 0644));
	if (write(r->fd[0], buf, sizeof buf) != (ssize_t)sizeof buf)
		bench_fail("write");
}

static void make_short(struct run *r)
{
	snprintf(r->path, sizeof r->path, "/bench%d", r->id);
	r->fd[0] = (int)MUST(open(r->path, O_RDWR | O_CREAT, 0644));
}

static void make_link(struct run *r)
{
	make_file(r);
	strcpy(r->path + strlen(r->path) - 4, "link");
	unlink(r->path);
	MUST(symlink("some/where/else", r->path));
}

/* A folder of 64 names. */
static void make_folder(struct run *r)
{
	char name[128];

	make_file(r);
	r->path[strlen(r->path) - 5] = 0;
	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof name, "%s/n%d", r->path, i);
		close((int)MUST(open(name, O_RDWR | O_CREAT, 0644)));
	}
	r->fd[1] = (int)MUST(open(r->path, O_RDONLY | O_DIRECTORY));
}

static void drop(struct run *r)
{
	close(r->fd[0]);
	unlink(r->path);
}

OP(op_read, SYS3(read, r->fd[0], buf, 1))
OP(op_write, SYS3(write, r->fd[0], buf, 1))
OP(op_pread, SYS4(pread64, r->fd[0], buf, 1, 0))
OP(op_lseek, SYS3(lseek, r->fd[0], 0, SEEK_SET))
OP(op_fstat, SYS2(fstat, r->fd[0], &st))
OP(op_stat, SYS2(stat, r->path, &st))
OP(op_statx, sys6(SYS_statx, AT_FDCWD, (long)r->path, AT_STATX_SYNC_AS_STAT, 0x7ff, (long)stx, 0))
OP(op_access, SYS2(access, r->path, R_OK))
OP(op_readlink, SYS3(readlink, r->path, buf, sizeof buf))
OP(op_open_close, SYS1(close, SYS3(open, r->path, O_RDONLY, 0)))
OP(op_dup_close, SYS1(close, SYS1(dup, r->fd[0])))
OP(op_fcntl_getfl, SYS2(fcntl, r->fd[0], F_GETFL))

static void op_writev(struct run *r, unsigned long n)
{
	struct iovec v[4] = { { buf, 1 }, { buf, 1 }, { buf, 1 }, { buf, 1 } };

	for (; n; n--)
		if (SYS3(writev, r->fd[0], v, 4) != 4)
			bench_fail("writev");
}

static void op_readv(struct run *r, unsigned long n)
{
	struct iovec v[4] = { { buf, 1 }, { buf, 1 }, { buf, 1 }, { buf, 1 } };

	for (; n; n--)
		if (SYS3(readv, r->fd[0], v, 4) != 4)
			bench_fail("readv");
}

/* A record lock taken and given back. */
static void op_fcntl_lock(struct run *r, unsigned long n)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };

	for (; n; n--) {
		l.l_type = F_WRLCK;
		MUST(SYS3(fcntl, r->fd[0], F_SETLK, &l));
		l.l_type = F_UNLCK;
		MUST(SYS3(fcntl, r->fd[0], F_SETLK, &l));
	}
}

static void op_flock(struct run *r, unsigned long n)
{
	for (; n; n--) {
		MUST(SYS2(flock, r->fd[0], LOCK_EX));
		MUST(SYS2(flock, r->fd[0], LOCK_UN));
	}
}

/* All 67 names of a folder in one call. */
static void op_getdents(struct run *r, unsigned long n)
{
	for (; n; n--) {
		MUST(SYS3(lseek, r->fd[1], 0, SEEK_SET));
		MUST(SYS3(getdents64, r->fd[1], buf, sizeof buf));
	}
}

/* Create, write a page, close, unlink: 100 files in 10 folders, then the folders. */
static void op_file_tree(struct run *r, unsigned long n)
{
	char name[160];

	for (; n; n--) {
		for (int d = 0; d < 10; d++) {
			snprintf(name, sizeof name, "%s.d%d", r->path, d);
			MUST(mkdir(name, 0755));
			for (int f = 0; f < 10; f++) {
				snprintf(name, sizeof name, "%s.d%d/f%d", r->path, d, f);
				int fd = (int)MUST(open(name, O_WRONLY | O_CREAT | O_EXCL, 0644));

				MUST(write(fd, buf, PAGE));
				close(fd);
			}
		}
		for (int d = 0; d < 10; d++) {
			for (int f = 0; f < 10; f++) {
				snprintf(name, sizeof name, "%s.d%d/f%d", r->path, d, f);
				MUST(unlink(name));
			}
			snprintf(name, sizeof name, "%s.d%d", r->path, d);
			MUST(rmdir(name));
		}
	}
}

const struct bench bench_file[] = {
	{ "read_null", "file", open_null, op_read, NULL, ONE_TASK | SHARE, 0, 0 },
	{ "write_null", "file", open_null, op_write, NULL, ONE_TASK | SHARE, 0, 0 },
	{ "read_zero", "file", open_zero, op_read, NULL, ONE_TASK | SHARE, 0, 0 },
	{ "pread", "file", make_file, op_pread, drop, ONE_TASK | SHARE, 0, 0 },
	{ "writev", "file", open_null, op_writev, NULL, ONE_TASK, 0, 0 },
	{ "readv", "file", open_zero, op_readv, NULL, ONE_TASK, 0, 0 },
	{ "lseek", "file", make_file, op_lseek, drop, ONE_TASK, 0, 0 },
	{ "fstat", "file", make_file, op_fstat, drop, ONE_TASK | SHARE, 0, 0 },
	{ "stat", "file", make_short, op_stat, drop, ONE_TASK | SHARE, 0, 0 },
	{ "stat_deep", "file", make_file, op_stat, drop, ONE_TASK | SHARE, 0, 0 },
	{ "statx", "file", make_short, op_statx, drop, ONE_TASK, 0, 0 },
	{ "access", "file", make_short, op_access, drop, ONE_TASK, 0, 0 },
	{ "readlink", "file", make_link, op_readlink, drop, ONE_TASK, 0, 0 },
	{ "open_close", "file", make_short, op_open_close, drop, ONE_TASK | SHARE, 0, 0 },
	{ "open_close_deep", "file", make_file, op_open_close, drop, ONE_TASK | SHARE, 0, 0 },
	{ "dup_close", "file", open_null, op_dup_close, NULL, ONE_TASK, 0, 0 },
	{ "fcntl_getfl", "file", open_null, op_fcntl_getfl, NULL, ONE_TASK, 0, 0 },
	{ "fcntl_lock", "file", make_file, op_fcntl_lock, drop, ONE_TASK, 0, 0 },
	{ "flock", "file", make_file, op_flock, drop, ONE_TASK, 0, 0 },
	{ "getdents64", "file", make_folder, op_getdents, NULL, ONE_TASK, 0, 0 },
	{ "file_tree", "shell", make_file, op_file_tree, drop, ONE_TASK | SLOW, 0, 0 },
	{ 0 },
};
