/*
 * proc.c - pipes through /proc/self/fd: the link's text, opening an end again, what that counts for.
 */
#include "../show.h"

int main(void)
{
	char path[64], text[64] = "", c;
	int p[2], again, other;

	(void)!pipe(p);
	snprintf(path, sizeof path, "/proc/self/fd/%d", p[0]);
	(void)!readlink(path, text, 63);
	say("%.6s\n", text);
	again = open(path, O_WRONLY | O_NONBLOCK);
	show_ok("reading end opened for writing", again);
	show("write through it", write(again, "x", 1));
	show("read", read(p[0], &c, 1));
	close(p[1]);
	show_ok("opened for reading", other = open(path, O_RDONLY | O_NONBLOCK));
	show("empty, a writer is left", read(other, &c, 1));
	close(again);
	show("no writer is left", read(other, &c, 1));
	show_ok("both ways", again = open(path, O_RDWR));
	show("write", write(again, "yz", 2));
	show("read", read(p[0], &c, 1));
	say("%c\n", c);
	close(p[0]), close(other);
	show("read by itself", read(again, &c, 1));
	say("%c\n", c);
	snprintf(path, sizeof path, "/proc/self/fd/%d", again);
	show_ok("truncated open", open(path, O_RDONLY | O_TRUNC | O_NONBLOCK));
	show("as a directory", open(path, O_RDONLY | O_DIRECTORY));
	return 0;
}
