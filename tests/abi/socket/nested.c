/* A long chain of sockets, each on its way through the next: the end of the last ends them all. */
#include "sock.h"

int main(void)
{
	int keep = -1, p[2];
	char c;

	(void)!pipe(p);
	keep = p[1];
	for (int i = 0; i < 3000; i++) {
		char control[CMSG_SPACE(sizeof(int))] = { 0 };
		struct iovec v = { "x", 1 };
		struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
		struct cmsghdr *h = CMSG_FIRSTHDR(&m);
		int s[2];

		pair(SOCK_STREAM, s);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(h), &keep, sizeof keep);
		if (sendmsg(s[0], &m, 0) != 1) {
			show("sendmsg", -1);
			return 1;
		}
		close(keep);
		close(s[0]);
		keep = s[1];
	}
	close(keep);
	show("end of the pipe", read(p[0], &c, 1));
	return 0;
}
