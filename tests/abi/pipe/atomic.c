/*
 * atomic.c - PIPE_BUF: writes up to it are never cut or mixed, larger ones may be; O_NONBLOCK's rules.
 */
#include "../show.h"
#include <limits.h>

#define ROUNDS 300

static void writer(int fd, char c)
{
	char buf[PIPE_BUF];

	memset(buf, c, sizeof buf);
	for (int i = 0; i < ROUNDS; i++)
		if (write(fd, buf, sizeof buf) != (ssize_t)sizeof buf)
			_exit(1);
	_exit(0);
}

int main(void)
{
	static char buf[PIPE_BUF], big[70000];
	int p[2], mixed = 0, total = 0, status, bad = 0;
	size_t have = 0;
	ssize_t n;

	(void)!pipe(p);
	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			writer(p[1], 'a' + i);
	close(p[1]);
	while ((n = read(p[0], buf + have, PIPE_BUF - have)) > 0) {
		have += n;
		if (have < PIPE_BUF)
			continue;
		for (int i = 1; i < PIPE_BUF; i++)
			mixed += buf[i] != buf[0];
		total++;
		have = 0;
	}
	while (wait(&status) > 0)
		bad += status != 0;
	say("%d writes, %d mixed, %d failed\n", total, mixed, bad);
	close(p[0]);
	(void)!pipe2(p, O_NONBLOCK);
	show("65000 bytes", write(p[1], big, 65000));
	show("536 fit: 537", write(p[1], big, 537));
	show("a page", write(p[1], big, 4096));
	show("read", read(p[0], big, 4096));
	show("a page fits", write(p[1], big, 4096));
	return 0;
}
