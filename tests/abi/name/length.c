/*
 * length.c - how long a name and a path may be: NAME_MAX and PATH_MAX at their edges, in every kind of call.
 */
#include "../show.h"
#include <sys/stat.h>

static char text[3 * 4096];

/* A path of n bytes that leads to ".": "././././." and so on. */
static const char *dots(int n)
{
	for (int i = 0; i < n; i++)
		text[i] = i % 2 ? '/' : '.';
	if (n % 2 == 0)
		text[n - 1] = '/';
	text[n] = 0;
	return text;
}

static char *name(const char *dir, int n)
{
	int at = sprintf(text, "%s", dir);

	memset(text + at, 'n', n);
	text[at + n] = 0;
	return text;
}

int main(void)
{
	char *edge = page_edge(), start[512] = "", *longest;
	struct stat st;
	int depth = 0, here;

	show("255", mkdir(name("", 255), 0700));
	show("255, stat", stat(text, &st));
	show("256", mkdir(name("", 256), 0700));
	show("256, stat", stat(text, &st));
	show("256, open", open(text, O_RDONLY));
	show("256, create", open(text, O_RDWR | O_CREAT, 0600));
	show("256, unlink", unlink(text));
	show("256, rename from", rename(text, "x"));
	show("256, rename to", rename("x", text));
	show("256, link", link(text, "x"));
	show("256, symlink", symlink("x", text));
	show("256, readlink", readlink(text, start, 10));
	show("256, chdir", chdir(text));
	show("256, mknod", mknod(text, S_IFREG | 0600, 0));
	show("256, truncate", truncate(text, 0));
	show("256 in nothing", stat(name("none/", 256), &st));
	show("256 in a long one", stat(strcat(strcat(name("", 255), "/"), memset(start, 'm', 256)), &st));
	show("256 below /proc", stat(name("/proc/", 256), &st));
	show("256 in the middle", stat(strcat(name("", 256), "/x"), &st));
	show("256 and dot dot", stat(strcat(name("", 256), "/.."), &st));
	show("255 and dot dot", stat(strcat(name("", 255), "/.."), &st));
	show("path of 4095", stat(dots(4095), &st));
	show("path of 4096", stat(dots(4096), &st));
	show("path of 4097", stat(dots(4097), &st));
	show("path of 8192", stat(dots(8192), &st));
	show("4095, chdir", chdir(dots(4095)));
	show("4096, chdir", chdir(dots(4096)));
	show("4096, open", open(dots(4096), O_RDONLY));
	show("4096, mkdir", mkdir(dots(4096), 0700));
	show("4096, rename", rename("x", dots(4096)));
	show("4096, link", link("none", dots(4096)));
	show("4096, symlink", symlink("x", dots(4096)));
	show("4096 at a bad fd", mkdirat(99, dots(4096), 0700));
	longest = edge - 4095;
	memcpy(longest, dots(4095), 4095);
	show("4095 up to the edge, not ended", syscall(SYS_stat, longest, &st));
	memcpy(edge - 4096, dots(4096), 4096);
	show("4096 up to the edge, not ended", syscall(SYS_stat, edge - 4096, &st));
	strcpy(edge - 2, ".");
	show("ended at the edge", syscall(SYS_stat, edge - 2, &st));
	/* A working directory deeper than a path may be long. */
	here = open(".", O_RDONLY);
	name("", 200);
	while (depth < 30 && !mkdir(text, 0700) && !chdir(text))
		depth++;
	show("deep", depth);
	show("its path", syscall(SYS_getcwd, start, sizeof start));
	show("its path, a large buffer", syscall(SYS_getcwd, text, sizeof text));
	show("relative", stat(".", &st));
	show("create", open("f", O_RDWR | O_CREAT, 0600) >= 0 ? 0 : -1);
	show("its link", readlink("/proc/self/cwd", text, sizeof text) < 0 ? -1 : 0);
	unlink("f");
	name("", 200);
	while (depth > 0 && !chdir("..") && !rmdir(text))
		depth--;
	show("up again", depth);
	show("back", fchdir(here));
	return 0;
}
