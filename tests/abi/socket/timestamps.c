/* SO_TIMESTAMP and its three sisters: one at a time, what a message brings along, and in which order. */
#include "sock.h"

static int s[2];

static void receive(const char *what, size_t room, int flags)
{
	char control[256] __attribute__((aligned(8))), b[4];
	struct iovec v = { b, 4 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = room ? control : NULL, .msg_controllen = room };
	long n;

	send(s[0], "x", 1, 0);
	n = recvmsg(s[1], &m, flags | MSG_DONTWAIT);
	say("%s: %ld flags %x control %ld", what, n, m.msg_flags, (long)m.msg_controllen);
	for (struct cmsghdr *c = n < 0 ? NULL : CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		int64_t t[2];

		say(" type %d len %ld", c->cmsg_type, (long)c->cmsg_len);
		if (c->cmsg_type == SCM_CREDENTIALS || c->cmsg_len < CMSG_LEN(sizeof t))
			continue;
		memcpy(t, CMSG_DATA(c), sizeof t);
		say(" %s", within(time(NULL) - t[0], -1, 2) && t[1] >= 0 && t[1] < 1000000000 ? "now" : "NOT NOW");
	}
	say("\n");
}

static void state(void)
{
	static const int options[] = { 29, 35, 63, 64 };

	for (int n = 0; n < 4; n++) {
		int v = -1;
		socklen_t l = sizeof v;

		getsockopt(s[1], SOL_SOCKET, options[n], &v, &l);
		say(" %d", v);
	}
	say("\n");
}

static void set(int option, int v)
{
	say("%d := %d %d,", option, v, setsockopt(s[1], SOL_SOCKET, option, &v, sizeof v));
	state();
}

static void with(int type)
{
	static const int options[] = { 29, 35, 63, 64 };

	say("type %d\n", type);
	pair(type, s);
	for (int n = 0; n < 4; n++) {
		set(options[n], 1);
		receive("one", 256, 0);
		receive("no room", 0, 0);
		receive("room for the head", 16, 0);
		receive("half", 24, 0);
	}
	receive("peeked", 256, MSG_PEEK);
	set(SO_PASSCRED, 1);
	receive("with credentials", 256, 0);
	receive("cut", 40, 0);
	set(29, 0);
	receive("off", 256, 0);
	close(s[0]), close(s[1]);
}

int main(void)
{
	with(SOCK_DGRAM);
	with(SOCK_SEQPACKET);
	with(SOCK_STREAM);
	return 0;
}
