/* MSG_ flags of stream, datagram and packet sockets: PEEK, TRUNC, WAITALL, DONTWAIT, OOB, EOR, MORE, and ones that nobody knows. */
#include "sock.h"

static const int flags[] = { MSG_OOB, MSG_PEEK, MSG_DONTROUTE, MSG_CTRUNC, MSG_PROXY, MSG_TRUNC, MSG_DONTWAIT, MSG_EOR, MSG_WAITALL,
	MSG_FIN, MSG_SYN, MSG_CONFIRM, MSG_RST, MSG_ERRQUEUE, MSG_NOSIGNAL, MSG_MORE, MSG_WAITFORONE, 0x40000, 0x80000, 0x1000000, MSG_ZEROCOPY,
	MSG_FASTOPEN, MSG_CMSG_CLOEXEC };

static void each(int type)
{
	char b[32];
	int s[2];

	for (unsigned n = 0; n < sizeof flags / sizeof *flags; n++) {
		pair(type, s);
		say("type %d flag %x: send %ld", type, flags[n], (long)send(s[0], "abcdef", 6, flags[n] | MSG_DONTWAIT) < 0 ? -errno : 6l);
		(void)!send(s[0], "ghi", 3, 0);
		memset(b, 0, sizeof b);
		say(", receive %ld", (long)recv(s[1], b, 4, flags[n] | MSG_DONTWAIT) < 0 ? -(long)errno : (long)strlen(b));
		say(" '%s'", b);
		memset(b, 0, sizeof b);
		say(", then %ld '%s'\n", (long)recv(s[1], b, 16, MSG_DONTWAIT), b);
		close(s[0]), close(s[1]);
	}
}

int main(void)
{
	char b[32];
	int s[2];

	each(SOCK_STREAM);
	each(SOCK_DGRAM);
	each(SOCK_SEQPACKET);
	pair(SOCK_STREAM, s);
	R(send(s[0], "abc", 3, 0));
	R(send(s[0], "def", 3, 0));
	R(recv(s[1], b, 6, MSG_WAITALL));
	R(send(s[0], "abc", 3, 0));
	R(recv(s[1], b, 6, MSG_WAITALL | MSG_DONTWAIT));
	R(send(s[0], "abc", 3, 0));
	shutdown(s[0], SHUT_WR);
	R(recv(s[1], b, 6, MSG_WAITALL));
	R(recv(s[1], b, 6, MSG_WAITALL));
	R(recvfrom(s[1], b, 6, 0, (void *)8, (void *)16));
	return 0;
}
