/* cachestat: pages of a file by range; arguments and their order; who may ask. */
#include "../show.h"
#include <sys/stat.h>

struct range { uint64_t off, len; };

static void ask(const char *what, int fd, uint64_t off, uint64_t len)
{
	struct range r = { off, len };
	uint64_t c[6];

	memset(c, 0x55, sizeof c);
	if (!show(what, syscall(451, fd, &r, c, 0)))
		say("  %lu %lu %lu %lu %lu %#lx\n", c[0], c[1], c[2], c[3], c[4], c[5]);
}

int main(void)
{
	struct range r = { 0, 0 };
	uint64_t c[5];
	char *edge = page_edge(), page[PAGE];
	int fd = open("/tmp/cached", O_RDWR | O_CREAT | O_TRUNC, 0644), p[2], nobody;

	memset(page, 1, sizeof page);
	ask("empty", fd, 0, 0);
	for (int i = 0; i < 10; i++)
		if (i != 3)
			(void)!pwrite(fd, page, i == 9 ? 100 : PAGE, i * PAGE);
	ask("all", fd, 0, 0);
	ask("from 2", fd, 2 * PAGE, 0);
	ask("one byte", fd, PAGE, 1);
	ask("two bytes of two pages", fd, PAGE - 1, 2);
	ask("the hole", fd, 3 * PAGE, PAGE);
	ask("over the hole", fd, 3 * PAGE - 1, PAGE + 2);
	ask("past the end", fd, 100 * PAGE, PAGE);
	ask("to the end", fd, 9 * PAGE, -1ul);
	ask("wraps", fd, -PAGE, 2 * PAGE);
	ask("far", fd, 1ul << 63, 0);
	ftruncate(fd, 5 * PAGE);
	ask("cut", fd, 0, 0);
	show("bad fd", syscall(451, -1, edge, edge, 9));
	show("bad range, flags", syscall(451, fd, edge, edge, 9));
	show("bad range", syscall(451, fd, edge, c, 0));
	show("flags", syscall(451, fd, &r, edge, 1));
	show("bad result", syscall(451, fd, &r, edge, 0));
	show("bad result, half", syscall(451, fd, &r, edge - 8, 0));
	(void)!pipe(p);
	ask("pipe", p[0], 0, 0);
	ask("directory", open("/tmp", O_RDONLY), 0, 0);
	ask("path", open("/tmp/cached", O_PATH), 0, 0);
	ask("/dev/null", open("/dev/null", O_RDONLY), 0, 0);
	ask("/proc file", open("/proc/version", O_RDONLY), 0, 0);
	nobody = open("/tmp/cached", O_RDONLY);
	if (setresuid(65534, 65534, 65534))
		fatal("setresuid");
	ask("nobody, open for writing", fd, 0, 0);
	ask("nobody, for reading", nobody, 0, 0);
	show("nobody, flags", syscall(451, nobody, &r, c, 1));
	seteuid(65534);
	ask("nobody, directory", open("/tmp", O_RDONLY), 0, 0);
	unlink("/tmp/cached");
	return 0;
}
