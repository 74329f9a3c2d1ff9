/*
 * files.c - files on tmpfs: sparse and large ones, offsets, append by several
 * writers, exclusive creation races, unlink while open, truncation, vectors,
 * sendfile, locks between processes, times.
 * limit: 60
 */
#include "show.h"
#include <limits.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

static void sparse(void)
{
	int fd = open("sparse", O_RDWR | O_CREAT, 0600);
	static char b[4 * 4096];
	struct stat st;
	long sum = 0;

	show("write at 10 GiB", pwrite(fd, "end", 3, 10ll << 30));
	fstat(fd, &st);
	say("size %lld, few blocks: %s\n", (long long)st.st_size, st.st_blocks <= 16 ? "yes" : "NO");
	show("read in the hole", pread(fd, b, sizeof b, 5ll << 30));
	for (unsigned i = 0; i < sizeof b; i++)
		sum += b[i];
	show("sum of the hole", sum);
	show("read across the end", pread(fd, b, sizeof b, (10ll << 30) - 5));
	say("%d %d %.3s\n", b[0], b[4], b + 5);
	show("read beyond the end", pread(fd, b, 10, 11ll << 30));
	show("SEEK_DATA", lseek(fd, 0, SEEK_DATA));
	show("SEEK_HOLE", lseek(fd, 0, SEEK_HOLE));
	show("SEEK_HOLE in data", lseek(fd, 10ll << 30, SEEK_HOLE));
	show("SEEK_DATA beyond", lseek(fd, 11ll << 30, SEEK_DATA));
	show("SEEK_END", lseek(fd, -3, SEEK_END));
	show("truncate into the hole", ftruncate(fd, 6ll << 30));
	show("grow again", ftruncate(fd, 11ll << 30));
	show("read where data was", pread(fd, b, 3, 10ll << 30));
	say("%d %d %d\n", b[0], b[1], b[2]);
	show("largest offset", pwrite(fd, "x", 1, LLONG_MAX - 1));
	show("beyond the largest offset", pwrite(fd, "xy", 2, LLONG_MAX));
	close(fd);
	unlink("sparse");
}

static void truncated_page(void)
{
	int fd = open("t", O_RDWR | O_CREAT, 0600);
	char b[10] = "";

	(void)!write(fd, "abcdefghij", 10);
	show("cut", ftruncate(fd, 4));
	show("grow", ftruncate(fd, 8));
	show("read", pread(fd, b, 10, 0));
	say("%.4s %d %d\n", b, b[4], b[7]);
	show("O_TRUNC", (close(open("t", O_WRONLY | O_TRUNC)), lseek(fd, 0, SEEK_END)));
	show("position is kept", lseek(fd, 0, SEEK_CUR));
	close(fd);
}

static void appends(void)
{
	enum { WRITERS = 4, ROUNDS = 200, SIZE = 37 };
	char line[SIZE + 1];
	long count[WRITERS] = { 0 }, torn = 0;
	int fd;

	for (int w = 0; w < WRITERS; w++)
		if (fork() == 0) {
			fd = open("log", O_WRONLY | O_APPEND | O_CREAT, 0600);
			memset(line, 'a' + w, SIZE);
			for (int i = 0; i < ROUNDS; i++)
				if (write(fd, line, SIZE) != SIZE)
					_exit(1);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	fd = open("log", O_RDONLY);
	while (read(fd, line, SIZE) == SIZE) {
		for (int i = 1; i < SIZE; i++)
			torn += line[i] != line[0];
		count[line[0] - 'a']++;
	}
	say("appended %ld %ld %ld %ld, bytes out of place %ld, size %ld\n", count[0],
	    count[1], count[2], count[3], torn, (long)lseek(fd, 0, SEEK_END));
	close(fd);
	fd = open("log", O_RDWR | O_APPEND);
	lseek(fd, 3, SEEK_SET);
	(void)!write(fd, "Z", 1);
	show("position after an append", lseek(fd, 0, SEEK_CUR));
	show("F_SETFL without O_APPEND", fcntl(fd, F_SETFL, 0));
	lseek(fd, 3, SEEK_SET);
	(void)!write(fd, "Z", 1);
	show("position after a write", lseek(fd, 0, SEEK_CUR));
	close(fd);
}

/* One offset shared by descriptors from fork and dup: no write is lost. */
static void shared_offset(void)
{
	int fd = open("shared", O_RDWR | O_CREAT, 0600), status, bad = 0;

	for (int w = 0; w < 4; w++)
		if (fork() == 0) {
			for (int i = 0; i < 200; i++)
				if (write(fd, "12345678", 8) != 8)
					_exit(1);
			_exit(0);
		}
	while (wait(&status) > 0)
		bad += status != 0;
	say("shared offset: %ld, size %ld, bad %d\n", (long)lseek(fd, 0, SEEK_CUR), (long)lseek(fd, 0, SEEK_END), bad);
	close(fd);
}

#define NR_NAMES 100

/* Four do it at once; the sum of what each says it won. */
static long won_by_four(long (*work)(void))
{
	long n, won = 0;
	int p[2];

	(void)!pipe(p);
	for (int w = 0; w < 4; w++)
		if (fork() == 0) {
			n = work();
			(void)!write(p[1], &n, sizeof n);
			_exit(0);
		}
	for (int w = 0; w < 4; w++) {
		n = 0;
		(void)!read(p[0], &n, sizeof n);
		won += n;
	}
	while (wait(NULL) > 0)
		;
	close(p[0]), close(p[1]);
	return won;
}

static const char *name_of(int i)
{
	static char name[16];

	snprintf(name, sizeof name, "x%d", i);
	return name;
}

static long create_all(void)
{
	long n = 0;

	for (int i = 0; i < NR_NAMES; i++) {
		int fd = open(name_of(i), O_WRONLY | O_CREAT | O_EXCL, 0600);

		if (fd >= 0)
			n++;
		else if (errno != EEXIST)
			n += 1000000;
		close(fd);
	}
	return n;
}

static long unlink_all(void)
{
	long n = 0;

	for (int i = 0; i < NR_NAMES; i++)
		n += !unlink(name_of(i));
	return n;
}

static long race(void)
{
	for (int i = 0; i < 200; i++) {
		mkdir("race", 0700);
		rmdir("race");
		(void)!symlink("a", "rs");
		unlink("rs");
		rename("ra", "rb");
		close(open("ra", O_CREAT | O_RDWR, 0600));
		rename("rb", "ra");
		link("ra", "rc");
		unlink("rc");
	}
	return 0;
}

static void exclusive(void)
{
	show("exclusive creations won, of 100", won_by_four(create_all));
	show("unlinks won, of 100", won_by_four(unlink_all));
	won_by_four(race);
	rmdir("race"), unlink("ra"), unlink("rb"), unlink("rc"), unlink("rs");
	show("nothing is left of the race", access("race", F_OK));
}

static void unlinked(void)
{
	int fd = open("u", O_RDWR | O_CREAT, 0600), again;
	struct stat st;
	char b[8] = "", path[32];

	(void)!write(fd, "still", 5);
	show("unlink", unlink("u"));
	show("open again", open("u", O_RDONLY));
	fstat(fd, &st);
	show("links", st.st_nlink);
	(void)!write(fd, "!", 1);
	show("read", pread(fd, b, 8, 0));
	say("%s\n", b);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY);
	show_ok("open through /proc", again);
	show("read", pread(again, b, 8, 0));
	show("link back by linkat fails", linkat(AT_FDCWD, path, AT_FDCWD, "back", AT_SYMLINK_FOLLOW));
	fd = open(".", O_TMPFILE | O_RDWR, 0600);
	show_ok("O_TMPFILE", fd);
	if (fd >= 0) {
		(void)!write(fd, "tmp", 3);
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		show("linkat of it", linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
		show("size of the name", (stat("named", &st), st.st_size));
	}
}

static void vectors(void)
{
	int fd = open("v", O_RDWR | O_CREAT, 0600);
	char a[4] = "", b[8] = "";
	struct iovec w[3] = { { "one", 3 }, { NULL, 0 }, { "three", 5 } };
	struct iovec r[2] = { { a, 2 }, { b, 7 } };

	show("writev", writev(fd, w, 3));
	show("preadv", preadv(fd, r, 2, 1));
	say("%s %s\n", a, b);
	show("pwritev", pwritev(fd, w, 3, 100));
	show("position", lseek(fd, 0, SEEK_CUR));
}

static void sendfiles(void)
{
	int in = open("v", O_RDONLY), out = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0600), p[2];
	off_t at = 2;
	char b[16] = "";

	show("sendfile with an offset", sendfile(out, in, &at, 4));
	show("offset afterwards", at);
	show("position is untouched", lseek(in, 0, SEEK_CUR));
	show("sendfile by position", sendfile(out, in, NULL, 1000));
	show("at the end", sendfile(out, in, NULL, 1000));
	(void)!pread(out, b, 6, 0);
	say("%s\n", b);
	(void)!pipe(p);
	show("into a pipe", (lseek(in, 0, SEEK_SET), sendfile(p[1], in, NULL, 8)));
	show("out of a pipe", sendfile(out, p[0], NULL, 8));
	show("from a device", sendfile(out, open("/dev/zero", O_RDONLY), NULL, 100));
	show("copy_file_range", syscall(SYS_copy_file_range, in, &(loff_t){ 0 }, out, &(loff_t){ 0 }, 5l, 0));
}

static void locks(void)
{
	int fd = open("lock", O_RDWR | O_CREAT, 0600), status;
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10 };

	show("F_SETLK", fcntl(fd, F_SETLK, &fl));
	if (fork() == 0) {
		struct flock other = fl;

		show("F_SETLK by another", fcntl(fd, F_SETLK, &other));
		show("F_GETLK", fcntl(fd, F_GETLK, &other));
		say("type %d, start %ld, pid %s\n", other.l_type, (long)other.l_start, other.l_pid == getppid() ? "right" : "WRONG");
		other = (struct flock){ .l_type = F_WRLCK, .l_start = 20, .l_len = 5 };
		show("another range", fcntl(fd, F_SETLK, &other));
		_exit(0);
	}
	wait(&status);
	if (fork() == 0) {
		show("F_SETLKW", fcntl(fd, F_SETLKW, &fl));
		_exit(0);
	}
	sleep_ms(30);
	fl.l_type = F_UNLCK;
	judge("unlock", fcntl(fd, F_SETLK, &fl) == 0 && wait(&status) > 0);
	show("flock", flock(fd, LOCK_EX));
	if (fork() == 0) {
		int own = open("lock", O_RDWR);

		show("flock by another", flock(own, LOCK_EX | LOCK_NB));
		show("flock of the inherited", flock(fd, LOCK_EX | LOCK_NB));
		show("release", flock(fd, LOCK_UN));
		show("flock by another", flock(own, LOCK_SH | LOCK_NB));
		_exit(0);
	}
	wait(&status);
}

static void times_of(void)
{
	struct stat a, b;
	struct timespec t[2] = { { 100, 5 }, { 200, 7 } }, now[2] = { { 0, UTIME_OMIT }, { 0, UTIME_NOW } };
	int fd = open("times", O_RDWR | O_CREAT, 0600);

	fstat(fd, &a);
	sleep_ms(30);
	(void)!write(fd, "x", 1);
	fstat(fd, &b);
	judge("write moves mtime and ctime", (b.st_mtim.tv_nsec != a.st_mtim.tv_nsec || b.st_mtime > a.st_mtime) && b.st_ctim.tv_nsec == b.st_mtim.tv_nsec);
	sleep_ms(30);
	fchmod(fd, 0640);
	fstat(fd, &a);
	judge("chmod moves ctime only", a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_ctim.tv_nsec != b.st_ctim.tv_nsec);
	show("utimensat", utimensat(AT_FDCWD, "times", t, 0));
	stat("times", &a);
	say("%ld.%ld %ld.%ld\n", (long)a.st_atime, a.st_atim.tv_nsec, (long)a.st_mtime, a.st_mtim.tv_nsec);
	show("omit and now", futimens(fd, now));
	stat("times", &a);
	say("atime %ld, mtime is now: %s\n", (long)a.st_atime, a.st_mtime > 1000000 ? "yes" : "NO");
	stat(".", &a);
	sleep_ms(30);
	close(open("newname", O_CREAT | O_WRONLY, 0600));
	stat(".", &b);
	judge("a new name moves the directory's mtime", a.st_mtim.tv_nsec != b.st_mtim.tv_nsec || b.st_mtime != a.st_mtime);
}

int main(void)
{
	sparse();
	truncated_page();
	appends();
	shared_offset();
	exclusive();
	unlinked();
	vectors();
	sendfiles();
	locks();
	times_of();
	return 0;
}
