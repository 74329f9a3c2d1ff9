/* Sequenced packets. */
#include "sock.h"

int main(void)
{
	int s[2], f = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	char b[64];
	struct msghdr m = { 0 };
	struct iovec v = { b, 2 };

	signal(SIGPIPE, SIG_IGN);
	R(send(f, "x", 1, 0));
	R(recv(f, b, 1, 0));
	say_poll("fresh", f);
	pair(SOCK_SEQPACKET, s);
	R(send(s[0], "first", 5, 0));
	R(send(s[0], "second", 6, MSG_EOR));
	R(write(s[0], "", 0));
	m.msg_iov = &v;
	m.msg_iovlen = 1;
	R(recvmsg(s[1], &m, 0));
	say("flags %x\n", m.msg_flags);
	R(read(s[1], b, sizeof b));
	R(read(s[1], b, sizeof b));
	R(recv(s[1], b, sizeof b, MSG_DONTWAIT));
	R(send(s[0], "unread", 6, 0));
	R(send(s[1], "unread", 6, 0));
	R(shutdown(s[0], SHUT_WR));
	R(send(s[0], "x", 1, 0));
	R(recv(s[1], b, sizeof b, 0));
	R(recv(s[1], b, sizeof b, 0));
	R(recv(s[1], b, sizeof b, MSG_DONTWAIT));
	close(s[0]);
	say_poll("reset", s[1]);
	R(recv(s[1], b, sizeof b, 0));
	R(recv(s[1], b, sizeof b, 0));
	R(send(s[1], "x", 1, 0));
	return 0;
}
