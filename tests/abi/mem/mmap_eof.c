/*
 * mmap_eof.c - pages beyond the end of a file: SIGBUS, what is left of the last page, truncation under mappings.
 */
#include "region.h"

int main(void)
{
	int fd = temp_file("f", PAGE + 100);
	char *sh = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0), *pr = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	int p[2];

	load("last byte", sh + PAGE + 99);
	load("rest of the page", sh + 2 * PAGE - 1);
	load("page beyond", sh + 2 * PAGE);
	store("store beyond", sh + 2 * PAGE);
	load("private beyond", pr + 2 * PAGE);
	store("private store beyond", pr + 3 * PAGE);
	(void)!pipe(p);
	show("write(2) from beyond", write(p[1], sh + 2 * PAGE, 1));
	show("write(2) across the end", write(p[1], sh + 2 * PAGE - 3, 10));
	(void)!write(p[1], "x", 1);
	show("read(2) to beyond", read(p[0], sh + 3 * PAGE, 1));
	store("make a page private", pr + PAGE);
	(void)!ftruncate(fd, 50);
	load("cut off, shared", sh + PAGE);
	load("cut off, private copy", pr + PAGE);
	say("rest of the last page: %d\n", sh[50]);
	(void)!ftruncate(fd, 3 * PAGE);
	load("grown again", sh + 2 * PAGE);
	say("zeroes: %d %d\n", sh[PAGE + 5], sh[2 * PAGE]);
	(void)!ftruncate(fd, 0);
	load("empty file", sh);
	return 0;
}
