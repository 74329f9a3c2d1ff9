/*
 * mmap_coherent.c - one file seen by two mappings, read(2), write(2), sendfile and another process.
 */
#include "../show.h"
#include <sys/sendfile.h>

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), ro = open("f", O_RDONLY), wo = open("f", O_WRONLY), p[2];
	char *a, *b, *c, t[32] = "";

	(void)!pipe(p);
	ftruncate(fd, 3 * PAGE);
	a = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	b = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ro, PAGE);
	c = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, ro, PAGE);
	strcpy(a + PAGE, "first");
	say("%s %s\n", b, c);
	show("write", pwrite(wo, "second", 7, PAGE));
	say("%s %s %s\n", a + PAGE, b, c);
	c[100] = 'x';
	show("write", pwrite(wo, "third", 6, PAGE));
	say("%s %s, private %s\n", a + PAGE, b, c);
	show("read", pread(fd, t, 6, PAGE));
	say("%s\n", t);
	if (!fork()) {
		strcpy(a + PAGE, "child");
		c[0] = 'C';
		_exit(0);
	}
	wait(NULL);
	say("%s %s, private %s\n", a + PAGE, b, c);
	show("write across pages", pwrite(fd, "0123456789", 10, 2 * PAGE - 5));
	say("%.10s\n", a + 2 * PAGE - 5);
	show("sendfile", sendfile(p[1], ro, (off_t[1]){ 2 * PAGE - 5 }, 10));
	strcpy(a + 2 * PAGE - 5, "changed");
	memset(t, 0, sizeof t);
	show("read the pipe", read(p[0], t, 31));
	show("write a file into itself", pwrite(fd, a + PAGE, 5, 0));
	say("%.5s\n", a);
	show("overlapping", pwrite(fd, a + PAGE, 100, PAGE + 3));
	say("%.8s\n", a + PAGE);
	show("read a file into itself", pread(fd, a, 10, 2 * PAGE - 5));
	say("%.10s\n", a);
	show("map a write-only one", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, wo, 0) == MAP_FAILED ? -1 : 0);
	show("write through a read-only one", mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, ro, 0) == MAP_FAILED ? -1 : 0);
	show("grow right to write", mprotect(b, PAGE, PROT_READ | PROT_WRITE));
	show("private grows", mprotect(c, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC));
	show("O_TRUNC cuts mappings", open("f", O_RDWR | O_TRUNC) >= 0 ? 0 : -1);
	show("size", lseek(fd, 0, SEEK_END));
	return 0;
}
