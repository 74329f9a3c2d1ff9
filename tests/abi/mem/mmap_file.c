/*
 * mmap_file.c - private and shared mappings of a file: who sees whose stores.
 */
#include "region.h"

static char peek(int fd, off_t at)
{
	char c = '?';

	return pread(fd, &c, 1, at) == 1 ? c : '-';
}

int main(void)
{
	int fd = temp_file("f", 2 * PAGE + 10);
	char *sh = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0), *sh2 = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
	char *pr = mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE, fd, 0);

	say("contents: %c %c %c %d\n", sh[0], pr[PAGE], sh2[0], sh[2 * PAGE + 10]);
	sh[0] = 'S';
	say("shared store: file %c, private %c\n", peek(fd, 0), pr[0]);
	pr[1] = 'P';
	say("private store: file %c, shared %c, private %c\n", peek(fd, 1), sh[1], pr[1]);
	sh[2] = 'Z';
	say("shared store after it: private %c\n", pr[2]);
	(void)!pwrite(fd, "W", 1, PAGE);
	say("write: shared %c %c, private %c\n", sh[PAGE], sh2[0], pr[PAGE]);
	(void)!pwrite(fd, "X", 1, 5);
	say("write to a page made private: %c\n", pr[5]);
	sh[2 * PAGE + 20] = 'E';
	say("store beyond the end: size %ld, reads %c\n", (long)lseek(fd, 0, SEEK_END), peek(fd, 2 * PAGE + 20));
	(void)!ftruncate(fd, 2 * PAGE + 30);
	say("after growing: %d\n", peek(fd, 2 * PAGE + 20));
	show("madvise DONTNEED, private", madvise(pr, PAGE, MADV_DONTNEED));
	say("private page again the file's: %c %c\n", pr[1], pr[5]);
	if (fork() == 0) {
		sh[100] = 'C', pr[101] = 'D';
		_exit(0);
	}
	wait(NULL);
	say("child's stores: shared %c, private %c\n", sh[100], pr[101]);
	close(fd);
	unlink("f");
	sh[7] = 'U';
	say("unlinked and closed: %c %c\n", sh[7], pr[7]);
	return 0;
}
