/* vmsplice(2) of memory that fork(2) shares: the pipe keeps what it was lent, whoever writes to his copy. */
#include "../show.h"
#include <sys/uio.h>

static int lent[2], turn[2];

static void lend(char *p)
{
	struct iovec v = { p, 16 };

	show("lend", vmsplice(lent[1], &v, 1, 0));
}

static void look(const char *what)
{
	char text[16] = "";

	(void)!read(lent[0], text, sizeof text);
	say("%s: %s\n", what, text);
}

static char *page(bool huge)
{
	char *p = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	p = (char *)(((uintptr_t)p + (2 << 20) - 1) & ~((2ul << 20) - 1));
	if (huge)
		madvise(p, 2 << 20, MADV_HUGEPAGE);
	strcpy(p, "before");
	return p;
}

/* The child lends, unmaps, and looks when the parent has written. */
static void child_lends(bool huge)
{
	char *p = page(huge), c;

	if (!fork()) {
		lend(p);
		munmap(p, 2 << 20);
		(void)!write(turn[1], "x", 1);
		usleep(100000);
		look(huge ? "huge, the parent's secret" : "the parent's secret");
		_exit(0);
	}
	(void)!read(turn[0], &c, 1);
	strcpy(p, "secret");
	wait(NULL);
}

/* The parent lends, then both write. */
static void parent_lends(bool huge)
{
	char *p = page(huge);

	lend(p);
	if (!fork()) {
		strcpy(p, "child");
		_exit(0);
	}
	wait(NULL);
	look(huge ? "huge, after the child" : "after the child");
	lend(p);
	if (!fork()) {
		usleep(50000);
		_exit(strcmp(p, "before"));
	}
	wait(NULL);
	look("unchanged");
	lend(p);
	munmap(p, 2 << 20);
	look("unmapped");
}

int main(void)
{
	(void)!pipe(lent);
	(void)!pipe(turn);
	for (int huge = 0; huge < 2; huge++) {
		child_lends(huge);
		parent_lends(huge);
	}
	return 0;
}
