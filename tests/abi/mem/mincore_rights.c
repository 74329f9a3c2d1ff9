/* mincore_rights.c - mincore(2) tells what is cached of a file only to whom may write it. */
#include "region.h"
#include <sys/stat.h>

static char *p;

static void look(const char *what)
{
	unsigned char in[8] = { 0 };

	p = mmap(NULL, 8 * PAGE, PROT_READ, MAP_SHARED, open("/tmp/mincore", O_RDONLY), 0);
	show(what, mincore(p, 8 * PAGE, in));
	for (int i = 0; i < 8; i++)
		say("%d", in[i] & 1);
	say("\n");
}

static void nobody(void)
{
	if (setgid(65534) || setuid(65534))
		fatal("setuid");
	look("another");
}

int main(void)
{
	int fd = open("/tmp/mincore", O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || ftruncate(fd, 8 * PAGE) || pwrite(fd, "x", 1, 2 * PAGE) != 1)
		fatal("file");
	look("its owner");
	in_child("a child", nobody);
	fchmod(fd, 0666);
	in_child("who may write", nobody);
	unlink("/tmp/mincore");
	return 0;
}
