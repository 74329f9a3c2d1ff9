/* sock.h - what the programs on sockets share. */
#include "../show.h"
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <linux/sockios.h>

/* A call, with its result or the name of its error. */
#define R(call) show(#call, (call))

static inline socklen_t name_path(struct sockaddr_un *a, const char *path)
{
	memset(a, 0, sizeof *a);
	a->sun_family = AF_UNIX;
	strcpy(a->sun_path, path);
	return sizeof *a;
}

static inline socklen_t name_abstract(struct sockaddr_un *a, const char *name)
{
	memset(a, 0, sizeof *a);
	a->sun_family = AF_UNIX;
	strcpy(a->sun_path + 1, name);
	return offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name);
}

static inline void say_name(const char *what, const struct sockaddr_un *a, socklen_t len)
{
	size_t path = len > offsetof(struct sockaddr_un, sun_path) ? len - offsetof(struct sockaddr_un, sun_path) : 0;

	say("%s: len %u family %d ", what, len, len >= 2 ? a->sun_family : -1);
	if (path && !a->sun_path[0])
		say("@%.*s", (int)path - 1, a->sun_path + 1);
	else if (path)
		say("%.*s", (int)path, a->sun_path);
	say("\n");
}

static inline void say_poll(const char *what, int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLRDHUP | POLLPRI, 0 };
	int n = poll(&p, 1, 0);

	say("%s: %d%s%s%s%s%s\n", what, n, p.revents & POLLIN ? " in" : "", p.revents & POLLOUT ? " out" : "",
	    p.revents & POLLRDHUP ? " rdhup" : "", p.revents & POLLHUP ? " hup" : "", p.revents & POLLERR ? " err" : "");
}

static inline void pair(int type, int s[2])
{
	if (socketpair(AF_UNIX, type, 0, s))
		say("socketpair: %s\n", errno_name(errno));
}

/* One byte with n descriptors, at most PASS_MAX. */
#define PASS_MAX 300
static inline long pass_fds(int s, const int *fd, unsigned n)
{
	char control[CMSG_SPACE(PASS_MAX * sizeof(int))] = { 0 };
	struct iovec v = { "x", 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fd, n * sizeof(int));
	return sendmsg(s, &m, 0);
}
