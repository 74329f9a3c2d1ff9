/* How many ways may lead from a file to the outermost epolls that hear of it. */
#include "../show.h"
#include <sys/epoll.h>
#include <sys/resource.h>

static long add(int ep, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

static int fresh(void) { return epoll_create1(0); }

static void forget(void) { syscall(SYS_close_range, 3, ~0u, 0); }

static void told(const char *what, int n, int err) { say("%s: %d, then %s\n", what, n, err ? errno_name(err) : "all"); }

/* A pipe in many epolls, each of them in one. The pipe comes first, or last. */
static void two_levels(bool pipe_first, int many)
{
	int p[2], outer, inner[1200], n, err = 0;

	(void)!pipe(p);
	outer = fresh();
	for (n = 0; n < many; n++)
		inner[n] = fresh();
	for (n = 0; n < many && pipe_first; n++)
		add(inner[n], p[0]);
	for (n = 0; n < many && !err; n++)
		if (add(outer, inner[n]))
			err = errno;
	told("inner in outer", n, err);
	err = 0;
	for (n = 0; n < many && !pipe_first && !err; n++)
		if (add(inner[n], p[0]))
			err = errno;
	told("pipe in inner", n, err);
	show("again", add(outer, inner[0]));
	forget();
}

/* Layers of epolls in which each watches all of the layer below, the lowest one a pipe. */
static void layers(int depth, int width, bool pipe_first)
{
	int ep[5][16], p[2], n = 0, err = 0;

	(void)!pipe(p);
	(void)!write(p[1], "x", 1);
	for (int d = 0; d < depth; d++)
		for (int i = 0; i < width; i++)
			ep[d][i] = fresh();
	for (int i = 0; i < width && pipe_first; i++)
		n += !add(ep[0][i], p[0]);
	for (int d = 1; d < depth; d++)
		for (int i = 0; i < width && !err; i++)
			for (int k = 0; k < width && !err; k++)
				if (add(ep[d][i], ep[d - 1][k]))
					err = errno;
				else
					n++;
	for (int i = 0; i < width && !pipe_first && !err; i++)
		if (add(ep[0][i], p[0]))
			err = errno;
		else
			n++;
	say("%d layers of %d: ", depth, width);
	told(pipe_first ? "pipe first" : "pipe last", n, err);
	forget();
}

int main(void)
{
	struct rlimit r = { 2048, 2048 };

	show("descriptors", setrlimit(RLIMIT_NOFILE, &r));
	two_levels(true, 600);
	two_levels(false, 600);
	for (int depth = 1; depth <= 5; depth++)
		for (int width = 2; width <= 12; width += 5)
			for (int first = 0; first < 2; first++)
				layers(depth, width, first);
	return 0;
}
