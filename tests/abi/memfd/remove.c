/* madvise(2) MADV_REMOVE: a hole in a file, as fallocate(2) would make it, and what forbids that. */
#include "../show.h"
#include <sys/stat.h>
#include <sys/mount.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x10
#endif

static char *map(int fd, int prot, int flags) { return mmap(NULL, 2 * PAGE, prot, flags, fd, 0); }

static void remove_it(const char *what, char *p, unsigned long len)
{
	show(what, madvise(p, len, MADV_REMOVE));
	say("  holds %d\n", p[0]);
}

static int file(int flags)
{
	int fd = memfd_create("remove", flags);

	(void)!ftruncate(fd, 2 * PAGE);
	return fd;
}

static void sealed(const char *what, int seals)
{
	int fd = file(MFD_ALLOW_SEALING);
	char *p = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);

	p[0] = 7;
	show(what, fcntl(fd, F_ADD_SEALS, seals));
	remove_it("remove", p, PAGE);
	close(fd);
	remove_it("remove, closed", p, PAGE);
	munmap(p, 2 * PAGE);
}

static void rights(void)
{
	int fd = file(0), ro;
	char *p = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED), name[40];
	char *q = map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE), *r;

	p[0] = 7;
	remove_it("private", q, PAGE);
	mprotect(p, 2 * PAGE, PROT_READ);
	remove_it("written to no more", p, PAGE);
	mprotect(p, 2 * PAGE, PROT_READ | PROT_WRITE);
	p[0] = 7;
	remove_it("both pages", p, 2 * PAGE);
	p[0] = 7;
	mlock(p, PAGE);
	remove_it("locked", p, PAGE);
	munlock(p, PAGE);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	ro = open(name, O_RDONLY);
	r = map(ro, PROT_READ, MAP_SHARED);
	remove_it("opened for reading", r, PAGE);
}

static void times(void)
{
	struct timespec old[2] = { { 1000, 0 }, { 1000, 0 } };
	int fd = file(0);
	char *p = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
	struct stat st;

	p[0] = 7;
	futimens(fd, old);
	remove_it("plain", p, PAGE);
	fstat(fd, &st);
	judge("it is a change", st.st_mtime != 1000);
}

static void on_ramfs(void)
{
	char *p;
	int fd;

	mkdir("/tmp/remove", 0700);
	show("ramfs", mount("none", "/tmp/remove", "ramfs", 0, NULL));
	fd = open("/tmp/remove/f", O_RDWR | O_CREAT, 0600);
	(void)!ftruncate(fd, 2 * PAGE);
	p = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
	p[0] = 7;
	remove_it("of ramfs", p, PAGE);
	munmap(p, 2 * PAGE);
	close(fd);
	umount("/tmp/remove");
	rmdir("/tmp/remove");
}

int main(void)
{
	char *p = map(-1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);

	p[0] = 7;
	remove_it("anonymous", p, PAGE);
	p = map(open("/dev/zero", O_RDWR), PROT_READ | PROT_WRITE, MAP_SHARED);
	p[0] = 7;
	remove_it("/dev/zero", p, PAGE);
	sealed("future write", F_SEAL_FUTURE_WRITE);
	sealed("grow and shrink", F_SEAL_GROW | F_SEAL_SHRINK);
	rights();
	times();
	on_ramfs();
	return 0;
}
