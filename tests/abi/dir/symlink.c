/*
 * symlink.c - symlink(2), readlink(2): targets of any text, sizes, kinds of files, empty paths.
 */
#include "../show.h"
#include <sys/stat.h>

static long sl(const char *to, const char *path) { return syscall(SYS_symlink, to, path); }

static void rl(const char *path, int size)
{
	char b[64];
	long n;

	memset(b, '#', sizeof b);
	n = syscall(SYS_readlink, path, b, size);
	say("readlink %s, %d: ", path, size);
	if (n < 0)
		say("%s\n", errno_name(errno));
	else
		say("%ld %.*s%c\n", n, (int)n, b, b[n]);
}

int main(void)
{
	static char big[5000];
	struct stat st;
	int d, p;
	char b[8], *edge = page_edge();

	mkdir("d", 0755), close(open("f", O_CREAT | O_RDWR, 0600));
	show("plain", sl("target", "s"));
	show("again", sl("other", "s"));
	show("empty target", sl("", "e"));
	show("empty path", sl("x", ""));
	show("slash at the end", sl("x", "new/"));
	show("slash at the end of what is there", sl("x", "d/"));
	show("in a file", sl("x", "f/x"));
	show("in nothing", sl("x", "none/x"));
	show("dot", sl("x", "."));
	show("dot dot", sl("x", "d/.."));
	show("root", sl("x", "/"));
	show("bad target", sl(KERNEL_ADDRESS, "y"));
	show("bad path", sl("x", KERNEL_ADDRESS));
	show("empty target, bad path", sl("", KERNEL_ADDRESS));
	memset(big, 't', 4999);
	big[4096] = 0;
	show("4096 bytes", sl(big, "b1"));
	big[4095] = 0;
	show("4095 bytes", sl(big, "b2"));
	show("its size", lstat("b2", &st) ? -1 : (long)st.st_size);
	show("read into less", readlink("b2", b, 8));
	show("read all", readlink("b2", big, 4999));
	show("follow it", open("b2", O_RDONLY));
	lstat("s", &st);
	say("mode %o size %ld links %ld\n", st.st_mode, (long)st.st_size, (long)st.st_nlink);
	rl("s", 64), rl("s", 6), rl("s", 5), rl("s", 1), rl("s", 0), rl("s", -1);
	rl("f", 10), rl("d", 10), rl("none", 10), rl("", 10), rl("s/", 10), rl("f/x", 10), rl(".", 10);
	rl("/proc/self/cwd/none", 10);
	show("bad buffer", syscall(SYS_readlink, "s", KERNEL_ADDRESS, 10));
	show("up to the edge", syscall(SYS_readlink, "s", edge - 6, 10));
	show("across the edge", syscall(SYS_readlink, "s", edge - 5, 10));
	show("bad path and size", syscall(SYS_readlink, KERNEL_ADDRESS, b, 0));
	show("bad path", syscall(SYS_readlink, KERNEL_ADDRESS, b, 1));
	d = open("d", O_RDONLY), p = open("s", O_PATH | O_NOFOLLOW);
	show("at", symlinkat("x", d, "at"));
	show("read at", readlinkat(d, "at", b, 8));
	show("at bad fd", symlinkat("x", 99, "at"));
	show("empty path of a link", readlinkat(p, "", b, 8));
	show("empty path of a directory", readlinkat(d, "", b, 8));
	show("empty path here", readlinkat(AT_FDCWD, "", b, 8));
	show("empty path of a bad fd", readlinkat(99, "", b, 8));
	show("relative to a link", readlinkat(p, "x", b, 8));
	show("chmod follows", chmod("s", 0600));
	show("O_NOFOLLOW, O_PATH open of a directory's link", symlink("d", "ld"));
	show("mkdir below a link", mkdir("ld/below", 0700));
	show("it is there", access("d/below", F_OK));
	return 0;
}
