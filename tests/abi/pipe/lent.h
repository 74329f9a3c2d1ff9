/*
 * lent.h - what the tests of pages in pipes share.
 */
#include "../show.h"
#include <sys/ioctl.h>
#include <sys/uio.h>

static char buf[64 * PAGE];

static inline long give(int fd, void *from, size_t n, unsigned flags)
{
	struct iovec v = { from, n };

	return vmsplice(fd, &v, 1, flags);
}

/* What the pipe holds, at most n bytes: how many, and the first ones. */
static inline void take(const char *what, int fd, size_t n)
{
	long got = read(fd, buf, n);

	if (got < 0)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %ld %.*s\n", what, got, got < 8 ? (int)got : 8, buf);
}

static inline void show_bytes(const char *what, int fd)
{
	int n = -1;

	ioctl(fd, FIONREAD, &n);
	say("%s: %d bytes\n", what, n);
}

static inline char *pages(size_t nr, int prot, int flags, int fd)
{
	char *p = mmap(NULL, nr * PAGE, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		fatal("mmap");
	return p;
}

static inline char *memory(size_t nr)
{
	char *p = pages(nr, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	memset(p, 'a', nr * PAGE);
	return p;
}
