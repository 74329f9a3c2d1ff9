/* recvmmsg(2) and sendmmsg(2) that end early: what is told at once, what by the next call. */
#include "sock.h"

static char text[4][8];
static struct iovec v[4];
static struct mmsghdr m[4];

static void prepare(void)
{
	for (int n = 0; n < 4; n++) {
		v[n] = (struct iovec){ text[n], 1 };
		m[n] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &v[n], .msg_iovlen = 1 } };
	}
}

static void pending(int s)
{
	int e = -1;
	socklen_t l = sizeof e;

	getsockopt(s, SOL_SOCKET, SO_ERROR, &e, &l);
	say("pending: %s\n", e ? errno_name(e) : "none");
}

static void bad_second(int type)
{
	int s[2];

	say("type %d\n", type);
	pair(type, s);
	for (int n = 0; n < 4; n++)
		send(s[0], "abcd", 2, 0);
	prepare();
	m[1].msg_hdr.msg_iov = (void *)8;
	R(recvmmsg(s[1], m, 3, MSG_DONTWAIT, NULL));
	pending(s[1]);
	prepare();
	v[1].iov_base = (void *)8;
	R(recvmmsg(s[1], m, 3, MSG_DONTWAIT, NULL));
	R(recv(s[1], text, 1, MSG_DONTWAIT));
	R(recv(s[1], text, 1, MSG_DONTWAIT));
	prepare();
	v[1].iov_base = (void *)8;
	R(recvmmsg(s[1], m, 3, MSG_DONTWAIT, NULL));
	R(recvmmsg(s[1], m, 3, MSG_DONTWAIT, NULL));
	R(recvmmsg(s[1], m, 3, MSG_DONTWAIT, NULL));
	pending(s[1]);
	for (int n = 0; n < 4; n++)
		send(s[0], "abcd", 2, 0);
	close(s[0]);
	prepare();
	R(recvmmsg(s[1], m, 4, MSG_DONTWAIT, NULL));
	R(recvmmsg(s[1], m, 4, MSG_DONTWAIT, NULL));
	close(s[1]);
}

static void urgent(void)
{
	int s[2];

	pair(SOCK_STREAM, s);
	R(send(s[0], "ab", 2, 0));
	R(send(s[0], "c", 1, MSG_OOB));
	R(send(s[0], "de", 2, 0));
	prepare();
	R(recvmmsg(s[1], m, 4, MSG_OOB | MSG_DONTWAIT, NULL));
	R(recvmmsg(s[1], m, 4, MSG_DONTWAIT, NULL));
	pending(s[1]);
}

/* The first message is cut for want of room: the second may not follow. */
static void cut(void)
{
	static char big[400000];
	int s[2];
	long n, sum = 0;

	pair(SOCK_STREAM, s);
	prepare();
	v[0] = (struct iovec){ big, sizeof big };
	R(syscall(SYS_sendmmsg, s[0], m, 4, MSG_DONTWAIT));
	judge("cut", m[0].msg_len < sizeof big && m[0].msg_len > 100000);
	while ((n = recv(s[1], big, sizeof big, MSG_DONTWAIT)) > 0)
		sum += n;
	judge("no more came", sum == m[0].msg_len);
}

int main(void)
{
	bad_second(SOCK_DGRAM);
	bad_second(SOCK_STREAM);
	urgent();
	cut();
	return 0;
}
