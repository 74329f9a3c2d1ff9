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

#define FILE_SIZE 65536ul
#define NAMES 64

PRIVATE char buf[FILE_SIZE];
PRIVATE struct stat st;
PRIVATE char stx[256];

/* ---- objects ---- */

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
	WANT(write(r->fd[0], buf, FILE_SIZE), FILE_SIZE);
}

/* An empty file in the root folder: a path of one component. */
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

/* A folder of NAMES files and the one that make_file() makes. */
static void make_folder(struct run *r)
{
	char name[128];

	make_file(r);
	r->path[strlen(r->path) - 5] = 0;
	for (int i = 0; i < NAMES; i++) {
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

static void drop_folder(struct run *r)
{
	char name[128];

	for (int i = 0; i < NAMES; i++) {
		snprintf(name, sizeof name, "%s/n%d", r->path, i);
		unlink(name);
	}
	close(r->fd[0]);
	close(r->fd[1]);
}

/* ---- descriptors and names; one call each but where it is said ---- */

OP(op_read, SYS3(read, r->fd[0], buf, 1))
OP(op_write, SYS3(write, r->fd[0], buf, 1))
OP(op_pread, SYS4(pread64, r->fd[0], buf, 1, 0))
OP(op_lseek, SYS3(lseek, r->fd[0], 0, SEEK_SET))
OP(op_fstat, SYS2(fstat, r->fd[0], &st))
OP(op_stat, SYS2(stat, r->path, &st))
OP(op_statx, sys6(SYS_statx, AT_FDCWD, (long)r->path, 0, 0x7ff, (long)stx, 0))
OP(op_access, SYS2(access, r->path, R_OK))
OP(op_readlink, SYS3(readlink, r->path, buf, sizeof buf))
OP(op_fcntl_getfl, SYS2(fcntl, r->fd[0], F_GETFL))
/* Two calls each. */
OP(op_open_close, SYS1(close, MUST_SYS(SYS3(open, r->path, O_RDONLY, 0))))
OP(op_dup_close, SYS1(close, MUST_SYS(SYS1(dup, r->fd[0]))))

/* Four pieces of one byte. */
static void op_writev(struct run *r, unsigned long n)
{
	struct iovec v[4] = { { buf, 1 }, { buf, 1 }, { buf, 1 }, { buf, 1 } };

	for (; n; n--)
		WANT(SYS3(writev, r->fd[0], v, 4), 4);
}

static void op_readv(struct run *r, unsigned long n)
{
	struct iovec v[4] = { { buf, 1 }, { buf, 1 }, { buf, 1 }, { buf, 1 } };

	for (; n; n--)
		WANT(SYS3(readv, r->fd[0], v, 4), 4);
}

/* A record lock taken and given back. */
static void op_fcntl_lock(struct run *r, unsigned long n)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };

	for (; n; n--) {
		l.l_type = F_WRLCK;
		MUST_SYS(SYS3(fcntl, r->fd[0], F_SETLK, &l));
		l.l_type = F_UNLCK;
		MUST_SYS(SYS3(fcntl, r->fd[0], F_SETLK, &l));
	}
}

static void op_flock(struct run *r, unsigned long n)
{
	for (; n; n--) {
		MUST_SYS(SYS2(flock, r->fd[0], LOCK_EX));
		MUST_SYS(SYS2(flock, r->fd[0], LOCK_UN));
	}
}

/* All 67 names of a folder in one call, after an lseek() to its start. */
static void op_getdents(struct run *r, unsigned long n)
{
	for (; n; n--) {
		MUST_SYS(SYS3(lseek, r->fd[1], 0, SEEK_SET));
		MUST_SYS(SYS3(getdents64, r->fd[1], buf, sizeof buf));
	}
}

const struct bench bench_file[] = {
	{ "read_null", "file", open_null, op_read, NULL, .flags = ONE_TASK | SHARE | CURVE },
	{ "write_null", "file", open_null, op_write, NULL, .flags = ONE_TASK | SHARE },
	{ "read_zero", "file", open_zero, op_read, NULL, .flags = ONE_TASK | SHARE },
	{ "pread", "file", make_file, op_pread, drop, .flags = ONE_TASK | SHARE | CURVE },
	{ "writev", "file", open_null, op_writev, NULL, .flags = ONE_TASK },
	{ "readv", "file", open_zero, op_readv, NULL, .flags = ONE_TASK },
	{ "lseek", "file", make_file, op_lseek, drop, .flags = ONE_TASK | SHARE },
	{ "fstat", "file", make_file, op_fstat, drop, .flags = ONE_TASK | SHARE },
	{ "stat", "file", make_short, op_stat, drop, .flags = ONE_TASK | SHARE | CURVE },
	{ "stat_deep", "file", make_file, op_stat, drop, .flags = ONE_TASK | SHARE | CURVE },
	{ "statx", "file", make_short, op_statx, drop, .flags = ONE_TASK | SHARE },
	{ "access", "file", make_short, op_access, drop, .flags = ONE_TASK | SHARE },
	{ "readlink", "file", make_link, op_readlink, drop, .flags = ONE_TASK | SHARE },
	{ "open_close", "file", make_short, op_open_close, drop, .flags = ONE_TASK | SHARE | CURVE },
	{ "open_close_deep", "file", make_file, op_open_close, drop, .flags = ONE_TASK | SHARE | CURVE },
	{ "dup_close", "file", open_null, op_dup_close, NULL, .flags = ONE_TASK | CURVE },
	{ "fcntl_getfl", "file", open_null, op_fcntl_getfl, NULL, .flags = ONE_TASK | SHARE },
	{ "fcntl_lock", "file", make_file, op_fcntl_lock, drop, .flags = ONE_TASK },
	{ "flock", "file", make_file, op_flock, drop, .flags = ONE_TASK | SHARE | CURVE },
	{ "getdents64", "file", make_folder, op_getdents, drop_folder, .flags = ONE_TASK },
	{ 0 },
};
