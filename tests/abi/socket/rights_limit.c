/* How many files a user may have on their way: his RLIMIT_NOFILE, over all his sockets; then ETOOMANYREFS. */
#include "sock.h"
#include <sys/resource.h>

static int drain(int s)
{
	char b[64];
	int n = 0;

	while (recv(s, b, 1, MSG_DONTWAIT) == 1)
		n++;
	return n;
}

static void try(const char *what, int s, unsigned n)
{
	static int fd[PASS_MAX];

	for (unsigned k = 0; k < n; k++)
		fd[k] = 1;
	show(what, pass_fds(s, fd, n));
}

int main(void)
{
	struct rlimit r = { 40, 40 };
	int s[2], d[2], v;

	pair(SOCK_STREAM, s);
	pair(SOCK_DGRAM, d);
	setrlimit(RLIMIT_NOFILE, &r);
	if (setgid(4321) || setuid(4321))
		fatal("setuid");
	try("20", s[0], 20);
	try("20 more", d[0], 20);
	try("one more", s[0], 1);
	try("yet one more", s[0], 1);
	try("yet one more", d[0], 1);
	show("none", pass_fds(s[0], &v, 0));
	say("%d read\n", drain(d[1]));
	try("100", s[0], 100);
	try("one more", s[0], 1);
	say("%d read\n", drain(s[1]));
	try("41", s[0], 41);
	try("one more", s[0], 1);
	show("peeked", recv(s[1], &v, 1, MSG_PEEK));
	close(s[0]);
	close(s[1]);
	try("after the close", d[0], 40);
	try("one more", d[0], 1);
	try("yet one more", d[0], 1);
	return 0;
}
