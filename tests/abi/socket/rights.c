/* Files along with bytes, SCM_RIGHTS. */
#include "sock.h"

static int send_fds(int s, const int *fds, int n, const char *text)
{
	char control[CMSG_SPACE(16 * sizeof(int))] = { 0 };
	struct iovec v = { (char *)text, strlen(text) };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	return sendmsg(s, &m, 0);
}

static void receive(const char *what, int s, size_t room, int flags)
{
	char control[256] __attribute__((aligned(8))), b[32] = "";
	struct iovec v = { b, sizeof b };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = room ? control : NULL, .msg_controllen = room };
	long n = recvmsg(s, &m, flags);

	say("%s: %ld '%.*s' flags %x control %ld\n", what, n, n > 0 ? (int)n : 0, b, m.msg_flags, (long)m.msg_controllen);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		int *fd = (int *)CMSG_DATA(c), count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		say("  level %d type %d count %d cloexec %d\n", c->cmsg_level, c->cmsg_type, count, fcntl(fd[0], F_GETFD));
		for (int i = 0; i < count; i++)
			close(fd[i]);
	}
}

int main(void)
{
	int s[2], p[2], fds[3], bad = 77;

	pair(SOCK_STREAM, s);
	(void)!pipe(p);
	fds[0] = p[0], fds[1] = p[1], fds[2] = s[0];
	R(send_fds(s[0], fds, 2, "ab"));
	R(send_fds(s[0], fds, 1, "c"));
	R((long)write(s[0], "de", 2));
	receive("peek", s[1], 256, MSG_PEEK);
	receive("two", s[1], 256, 0);
	receive("one", s[1], 256, MSG_CMSG_CLOEXEC);
	receive("none", s[1], 256, 0);
	R(send_fds(s[0], fds, 3, "x"));
	receive("cut", s[1], CMSG_LEN(2 * sizeof(int)), 0);
	R(send_fds(s[0], fds, 1, "x"));
	receive("no room", s[1], 0, 0);
	R(send_fds(s[0], fds, 1, "x"));
	receive("little room", s[1], 16, 0);
	R(send_fds(s[0], &bad, 1, "x"));
	R((long)write(s[0], "12", 2));
	R(send_fds(s[0], fds, 1, "34"));
	R((long)write(s[0], "56", 2));
	receive("joined", s[1], 256, 0);
	receive("rest", s[1], 256, 0);
	R(send_fds(s[0], fds, 1, ""));
	R(recv(s[1], p, 1, MSG_DONTWAIT));
	return 0;
}
