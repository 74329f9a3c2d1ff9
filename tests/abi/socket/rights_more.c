/* SCM_RIGHTS: many at once, too many, cut control buffers, descriptors beyond the limit, the same file in both. */
#include "sock.h"
#include <sys/resource.h>

static void take(const char *what, int s, size_t room, int flags)
{
	static char control[4096];
	char b[4];
	struct iovec v = { b, 4 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room };
	long n = recvmsg(s, &m, MSG_DONTWAIT | flags);
	struct cmsghdr *c = n < 0 ? NULL : CMSG_FIRSTHDR(&m);

	say("%s: %ld flags %x", what, n, n < 0 ? 0 : m.msg_flags);
	if (c) {
		int count = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));

		say(" count %d", count);
		for (int k = 0; k < count; k++)
			close(((int *)CMSG_DATA(c))[k]);
	}
	say("\n");
}

int main(void)
{
	struct rlimit few = { 12, 12 }, old;
	int s[2], fd[300];
	char path[64];

	pair(SOCK_STREAM, s);
	for (int n = 0; n < 300; n++)
		fd[n] = 1;
	R(pass_fds(s[0], fd, 253));
	R(pass_fds(s[0], fd, 254));
	take("253", s[1], 4096, 0);
	fd[2] = 99;
	R(pass_fds(s[0], fd, 3));
	fd[2] = -1;
	R(pass_fds(s[0], fd, 3));
	fd[2] = 1;
	for (size_t room = 0; room <= 40; room += 4) {
		R(pass_fds(s[0], fd, 3));
		sprintf(path, "room %zu", room);
		take(path, s[1], room, 0);
	}
	getrlimit(RLIMIT_NOFILE, &old);
	setrlimit(RLIMIT_NOFILE, &few);
	R(pass_fds(s[0], fd, 20));
	take("a low limit", s[1], 4096, 0);
	R(dup(0));
	R(pass_fds(s[0], fd, 2));
	R(pass_fds(s[0], fd, 1));
	take("peeked", s[1], 4096, MSG_PEEK);
	take("first", s[1], 4096, MSG_CMSG_CLOEXEC);
	take("second", s[1], 4096, 0);
	R(pass_fds(s[0], s, 2));
	take("themselves", s[1], 4096, 0);
	R(pass_fds(s[0], s, 1));
	R(write(s[0], "yz", 2));
	take("stops before plain bytes", s[1], 4096, 0);
	take("plain bytes", s[1], 4096, 0);
	return 0;
}
