/*
 * times.c - which of access, modification and change time each operation on names and files moves.
 */
#include "../show.h"
#include <sys/stat.h>
#include <sys/xattr.h>

static struct stat before[3];
static const char *const paths[3] = { ".", "f", "d" };

static void start(void)
{
	sleep_ms(12);                           /* stamps are as coarse as a tick */
	for (int i = 0; i < 3; i++)
		lstat(paths[i], &before[i]);
	sleep_ms(12);
}

static bool moved(struct timespec a, struct timespec b) { return a.tv_sec != b.tv_sec || a.tv_nsec != b.tv_nsec; }

static void end(const char *what)
{
	struct stat st;

	say("%s:", what);
	for (int i = 0; i < 3; i++) {
		if (lstat(paths[i], &st)) {
			say(" %s gone", paths[i]);
			continue;
		}
		say(" %s %s%s%s", paths[i], moved(before[i].st_atim, st.st_atim) ? "a" : "-", moved(before[i].st_mtim, st.st_mtim) ? "m" : "-",
		    moved(before[i].st_ctim, st.st_ctim) ? "c" : "-");
	}
	say("\n");
}

#define AFTER(what, does) (start(), (void)(does), end(what))

int main(void)
{
	int fd = open("f", O_CREAT | O_RDWR, 0644), d;
	char b[64] = "12345678";
	void *p;

	mkdir("d", 0755);
	d = open("d", O_RDONLY);
	AFTER("write", write(fd, b, 8));
	AFTER("write nothing", write(fd, b, 0));
	AFTER("read", pread(fd, b, 8, 0));
	AFTER("read again", pread(fd, b, 8, 0));
	AFTER("write, read", (pwrite(fd, b, 8, 0), sleep_ms(12), pread(fd, b, 8, 0)));
	AFTER("write", pwrite(fd, b, 8, 0));
	AFTER("read at the end", pread(fd, b, 8, 100));
	AFTER("truncate to the same", ftruncate(fd, 8));
	AFTER("truncate", ftruncate(fd, 4));
	AFTER("truncate by path, same", truncate("f", 4));
	AFTER("open O_TRUNC", open("f", O_RDWR | O_TRUNC));
	AFTER("open O_TRUNC, empty", open("f", O_RDWR | O_TRUNC));
	AFTER("chmod", chmod("f", 0600));
	AFTER("chmod to the same", chmod("f", 0600));
	AFTER("chown to the same", chown("f", 0, 0));
	AFTER("chown nothing", chown("f", -1, -1));
	AFTER("link", link("f", "g"));
	AFTER("rename the file", rename("g", "h"));
	AFTER("unlink one of two", unlink("h"));
	AFTER("mkdir inside", mkdir("d/x", 0700));
	AFTER("rename within", rename("d/x", "d/y"));
	AFTER("rename out", rename("d/y", "y"));
	AFTER("rmdir", rmdir("y"));
	AFTER("rename d", (rename("d", "d2"), rename("d2", "d")));
	AFTER("open, close", close(open("f", O_RDWR)));
	AFTER("list", syscall(SYS_getdents64, d, b, 64));
	AFTER("create inside, list", (close(openat(d, "z", O_CREAT | O_RDWR, 0600)), lseek(d, 0, SEEK_SET), syscall(SYS_getdents64, d, b, 64)));
	AFTER("open O_CREAT, there", close(openat(d, "z", O_CREAT | O_RDWR, 0600)));
	AFTER("setxattr", setxattr("f", "user.a", "1", 1, 0));
	AFTER("removexattr", removexattr("f", "user.a"));
	AFTER("fallocate", posix_fallocate(fd, 0, 100));
	AFTER("fallocate within", posix_fallocate(fd, 0, 50));
	AFTER("fsync", fsync(fd));
	AFTER("read with O_NOATIME", (pwrite(fd, b, 8, 0), read(open("f", O_RDONLY | O_NOATIME), b, 8)));
	sleep_ms(12);                           /* or the stamps would be equal where they are coarse */
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	AFTER("mmap again", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
	AFTER("write", pwrite(fd, b, 8, 0));
	AFTER("mmap", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
	AFTER("read by mapping", (void)*(volatile char *)p);
	AFTER("msync", msync(p, PAGE, MS_SYNC));
	AFTER("utimensat", utimensat(AT_FDCWD, "f", NULL, 0));
	AFTER("utimensat a", utimensat(AT_FDCWD, "f", (struct timespec[]){ { 5, 5 }, { 0, UTIME_OMIT } }, 0));
	AFTER("utimensat m", utimensat(AT_FDCWD, "f", (struct timespec[]){ { 0, UTIME_OMIT }, { 5, 5 } }, 0));
	AFTER("utimensat none", utimensat(AT_FDCWD, "f", (struct timespec[]){ { 0, UTIME_OMIT }, { 0, UTIME_OMIT } }, 0));
	AFTER("fails", mkdir("d/z", 0700));
	return 0;
}
