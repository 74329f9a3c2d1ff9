/* F_ADD_SEALS, F_GET_SEALS: which seals stand, who may add them, and what each forbids. */
#include "../show.h"
#include <linux/falloc.h>
#include <sys/stat.h>

#define ADD 1033
#define GET 1034
enum { SEAL = 1, SHRINK = 2, GROW = 4, WRITE = 8, FUTURE = 16, EXEC = 32 };

static int fresh(void)
{
	int fd = syscall(SYS_memfd_create, "seals", 2u);

	(void)!write(fd, "0123456789", 10);
	return fd;
}

static void probe(const char *what, int seals)
{
	int fd = fresh();
	void *p;

	say("-- %s\n", what);
	show("add", fcntl(fd, ADD, seals));
	show("get", fcntl(fd, GET));
	show("overwrite", pwrite(fd, "ab", 2, 0));
	show("extend", pwrite(fd, "abcdef", 6, 8));
	show("beyond", pwrite(fd, "abcdef", 6, 9000));
	show("shorter", ftruncate(fd, 4));
	show("longer", ftruncate(fd, 20000));
	show("reserve", fallocate(fd, 0, 0, 40000));
	show("reserve keep", fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 80000));
	show("punch", fallocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 4096));
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	show_ok("map shared rw", (long)p);
	if (p != MAP_FAILED)
		munmap(p, PAGE);
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	show_ok("map shared r", (long)p);
	if (p != MAP_FAILED) {
		show("then rw", mprotect(p, PAGE, PROT_READ | PROT_WRITE));
		munmap(p, PAGE);
	}
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	show_ok("map private rw", (long)p);
	show("chmod", fchmod(fd, 0600));
	show("add again", fcntl(fd, ADD, SHRINK));
	close(fd);
}

int main(void)
{
	char path[40];
	int fd, rd;
	void *p;

	fd = syscall(SYS_memfd_create, "none", 0u);
	show("get without", fcntl(fd, GET));
	show("add without", fcntl(fd, ADD, WRITE));
	show("get of a pipe", (pipe((int[2]){ 0, 0 }), fcntl(0, GET)));
	fd = open("/proc/self/status", O_RDONLY);
	show("get of proc", fcntl(fd, GET));
	fd = fresh();
	show("unknown", fcntl(fd, ADD, 64));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	rd = open(path, O_RDONLY);
	show("add by a reader", fcntl(rd, ADD, SHRINK));
	show("get by a reader", fcntl(rd, GET));
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	show("write while mapped", fcntl(fd, ADD, WRITE));
	show("future while mapped", fcntl(fd, ADD, FUTURE));
	strcpy(p, "mapped");
	show("get", fcntl(fd, GET));
	munmap(p, PAGE);
	show("write now", fcntl(fd, ADD, WRITE));
	probe("none", 0);
	probe("seal", SEAL);
	probe("shrink", SHRINK);
	probe("grow", GROW);
	probe("write", WRITE);
	probe("future", FUTURE);
	probe("exec", EXEC);
	probe("all", SEAL | SHRINK | GROW | WRITE | FUTURE);
	return 0;
}
