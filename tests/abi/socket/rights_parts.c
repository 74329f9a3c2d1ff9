/*
 * rights_parts.c - SCM_RIGHTS in several control messages of one sendmsg(2): they arrive as one.
 */
#include "../show.h"
#include <sys/socket.h>

static int pair[2];
static union { char room[4096]; struct cmsghdr align; } c;

static struct cmsghdr *add(struct msghdr *m, struct cmsghdr *at, const int *fds, unsigned n)
{
	at = at ? (struct cmsghdr *)((char *)at + CMSG_ALIGN(at->cmsg_len)) : (struct cmsghdr *)c.room;
	at->cmsg_level = SOL_SOCKET;
	at->cmsg_type = SCM_RIGHTS;
	at->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(at), fds, n * sizeof(int));
	m->msg_control = c.room;
	m->msg_controllen = (char *)at + CMSG_ALIGN(at->cmsg_len) - c.room;
	return at;
}

static void receive(void)
{
	char byte;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = c.room, .msg_controllen = sizeof c.room };
	struct cmsghdr *h;

	if (show("recvmsg", recvmsg(pair[1], &m, MSG_DONTWAIT)) < 0)
		return;
	for (h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
		unsigned n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		const int *fds = (const int *)CMSG_DATA(h);

		say("type %d, %u descriptors\n", h->cmsg_type, n);
		for (unsigned i = 0; i < n; i++) {
			char text[8] = "";

			if (n < 9)
				say("  %ld: %s\n", (long)pread(fds[i], text, 7, 0), text);
			close(fds[i]);
		}
	}
}

static int file_of(const char *text)
{
	int fd = open(text, O_RDWR | O_CREAT, 0600);

	(void)!write(fd, text, strlen(text));
	return fd;
}

int main(void)
{
	int fds[3] = { file_of("one"), file_of("two"), file_of("three") }, many[253], bad = 99;
	struct iovec v = { "x", 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	struct cmsghdr *h;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		fatal("socketpair");
	for (int i = 0; i < 253; i++)
		many[i] = fds[0];
	h = add(&m, NULL, fds, 1);
	h = add(&m, h, fds + 1, 2);
	show("one and two", sendmsg(pair[0], &m, 0));
	receive();
	h = add(&m, NULL, fds, 1);
	h = add(&m, h, &bad, 1);
	show("a good one and a bad one", sendmsg(pair[0], &m, 0));
	h = add(&m, NULL, fds, 1);
	h = add(&m, h, fds, 0);
	h = add(&m, h, fds + 2, 1);
	show("an empty one between", sendmsg(pair[0], &m, 0));
	receive();
	h = add(&m, NULL, many, 252);
	h = add(&m, h, fds, 1);
	show("253 in two", sendmsg(pair[0], &m, 0));
	receive();
	h = add(&m, NULL, many, 253);
	h = add(&m, h, fds, 1);
	show("254 in two", sendmsg(pair[0], &m, 0));
	receive();
	show("next descriptor", dup(0));
	return 0;
}
