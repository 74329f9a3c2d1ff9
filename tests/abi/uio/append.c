/*
 * append.c - O_APPEND: position before and after, pwrite(2) appends too, several descriptors, truncation.
 */
#include "../show.h"

int main(void)
{
	int a = open("f", O_RDWR | O_CREAT | O_APPEND, 0600), b = open("f", O_RDWR);
	char t[64] = "";

	show("position at first", lseek(a, 0, SEEK_CUR));
	show("write", write(a, "one", 3));
	show("position", lseek(a, 0, SEEK_CUR));
	show("other writes", pwrite(b, "twotwo", 6, 3));
	lseek(a, 1, SEEK_SET);
	show("read at 1", read(a, t, 2));
	say("%.2s\n", t);
	show("append", write(a, "three", 5));
	show("position", lseek(a, 0, SEEK_CUR));
	show("pwrite at 0", pwrite(a, "four", 4, 0));
	show("position", lseek(a, 0, SEEK_CUR));
	ftruncate(a, 3);
	show("after truncation", write(a, "five", 4));
	fcntl(a, F_SETFL, 0);
	lseek(a, 0, SEEK_SET);
	show("no longer appending", write(a, "X", 1));
	fcntl(b, F_SETFL, O_APPEND);
	show("the other is now", write(b, "Y", 1));
	show("nothing appended", write(b, "Y", 0));
	show("position", lseek(b, 0, SEEK_CUR));
	memset(t, 0, sizeof t);
	show("all", pread(a, t, 63, 0));
	say("%s\n", t);
	return 0;
}
