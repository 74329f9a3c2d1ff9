/* sendmmsg(2) and recvmmsg(2): counts, lengths, what a failure leaves behind. */
#include "sock.h"

static char text[8][16];
static struct iovec v[8];
static struct mmsghdr m[8];

static void prepare(size_t len)
{
	for (int n = 0; n < 8; n++) {
		v[n] = (struct iovec){ text[n], len };
		m[n] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &v[n], .msg_iovlen = 1 }, .msg_len = 77 };
	}
}

int main(void)
{
	struct timespec t = { 0, 0 }, bad = { 0, 1000000000 };
	int s[2];

	pair(SOCK_DGRAM, s);
	prepare(0);
	for (int n = 0; n < 8; n++)
		v[n].iov_len = sprintf(text[n], "message %d", n) - n % 3;
	R(sendmmsg(s[0], m, 5, 0));
	for (int n = 0; n < 6; n++)
		say("%u ", m[n].msg_len);
	say("\n");
	R(sendmmsg(s[0], m, 0, 0));
	R(sendmmsg(99, m, 1, 0));
	R(sendmmsg(0, m, 1, 0));
	m[1].msg_hdr.msg_iov = (void *)8;
	R(sendmmsg(s[0], m, 3, 0));
	R(sendmmsg(s[0], m + 1, 2, 0));
	R(sendmmsg(s[0], NULL, 2, 0));
	memset(text, 0, sizeof text);
	prepare(sizeof text[0]);
	R(recvmmsg(s[1], m, 3, 0, NULL));
	for (int n = 0; n < 4; n++)
		say("%u '%s' %x\n", m[n].msg_len, text[n], m[n].msg_hdr.msg_flags);
	prepare(4);
	R(recvmmsg(s[1], m, 8, MSG_WAITFORONE, NULL));
	for (int n = 0; n < 4; n++)
		say("%u %x\n", m[n].msg_len, m[n].msg_hdr.msg_flags);
	R(recvmmsg(s[1], m, 8, MSG_DONTWAIT, NULL));
	R(recvmmsg(s[1], m, 0, 0, NULL));
	R(recvmmsg(s[1], m, 1, MSG_DONTWAIT, &bad));
	R(recvmmsg(s[1], m, 1, MSG_DONTWAIT, (void *)8));
	R(recvmmsg(99, m, 1, 0, &t));
	R(write(s[0], "a", 1));
	R(write(s[0], "b", 1));
	R(recvmmsg(s[1], m, 8, 0, &t));
	return 0;
}
