/*
 * pidfd.c - SO_PEERPIDFD and SO_PASSPIDFD: the other side of a socket as a pidfd.
 */
#include "../show.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#define SO_PEERPIDFD 77
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif

/* Whose pidfd is it, by fdinfo? */
static pid_t pid_of(int pidfd)
{
	char path[64], line[128];
	pid_t pid = -2;
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		sscanf(line, "Pid: %d", &pid);
	if (f)
		fclose(f);
	return pid;
}

static int option(int s, int name)
{
	int v = -7;
	socklen_t len = sizeof v;

	return getsockopt(s, SOL_SOCKET, name, &v, &len) ? -1 : v;
}

static const char *who(pid_t pid, pid_t child) { return pid == getpid() ? "me" : pid == child ? "child" : pid == -1 ? "dead" : "?"; }

static void receive(const char *what, int s, size_t room, pid_t child)
{
	char byte, control[256];
	struct iovec io = { &byte, 1 };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = room ? control : NULL, .msg_controllen = room };
	ssize_t n = recvmsg(s, &m, 0);

	say("%s: %zd bytes,%s control %zu", what, n, m.msg_flags & MSG_CTRUNC ? " cut," : "", (size_t)m.msg_controllen);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); n >= 0 && c; c = CMSG_NXTHDR(&m, c)) {
		int fd;

		memcpy(&fd, CMSG_DATA(c), sizeof fd);
		if (c->cmsg_type == SCM_PIDFD && fd >= 0)
			say(", pidfd of %s%s", who(pid_of(fd), child), fcntl(fd, F_GETFD) & FD_CLOEXEC ? " cloexec" : "");
		else if (c->cmsg_type == SCM_PIDFD)
			say(", pidfd %d", fd);
		else
			say(", type %d", c->cmsg_type);
		if (c->cmsg_type == SCM_PIDFD && fd >= 0)
			close(fd);
	}
	say("\n");
}

static void peers(int kind, const char *name)
{
	int s[2], fd, len_cut;
	socklen_t len = 2;

	socketpair(AF_UNIX, kind, 0, s);
	say("%s\n", name);
	fd = option(s[0], SO_PEERPIDFD);
	say("  peer: %s, cloexec %d\n", who(pid_of(fd), 0), fcntl(fd, F_GETFD));
	show("  PASSPIDFD is", option(s[0], SO_PASSPIDFD));
	show("  set", setsockopt(s[0], SOL_SOCKET, SO_PASSPIDFD, &(int){ 5 }, 4));
	show("  PASSPIDFD is", option(s[0], SO_PASSPIDFD));
	show("  PEERPIDFD set", setsockopt(s[0], SOL_SOCKET, SO_PEERPIDFD, &(int){ 1 }, 4));
	len_cut = 0;
	show("  short", getsockopt(s[0], SOL_SOCKET, SO_PEERPIDFD, &len_cut, &len));
	say("  length %u\n", len);
	show("  bad pointer", getsockopt(s[0], SOL_SOCKET, SO_PEERPIDFD, KERNEL_ADDRESS, &(socklen_t){ 4 }));
	for (int i = 0; i < 5; i++)
		(void)!write(s[1], "x", 1);
	receive("  room", s[0], 256, 0);
	receive("  just room", s[0], CMSG_LEN(4), 0);
	receive("  too little", s[0], CMSG_LEN(3), 0);
	receive("  none", s[0], 0, 0);
	setsockopt(s[0], SOL_SOCKET, SO_PASSCRED, &(int){ 1 }, 4);
	receive("  with credentials", s[0], 256, 0);
}

static void of_child(void)
{
	struct sockaddr_un a = { AF_UNIX, "\0pidfd-test" };
	int l = socket(AF_UNIX, SOCK_STREAM, 0), c, fd, status;
	struct pollfd p;
	pid_t child;

	bind(l, (void *)&a, 16);
	listen(l, 5);
	show("listener's peer", option(l, SO_PEERPIDFD));
	show("unconnected", option(socket(AF_UNIX, SOCK_STREAM, 0), SO_PEERPIDFD));
	setsockopt(l, SOL_SOCKET, SO_PASSPIDFD, &(int){ 1 }, 4);
	child = fork();
	if (!child) {
		int s = socket(AF_UNIX, SOCK_STREAM, 0);

		if (connect(s, (void *)&a, 16))
			_exit(1);
		(void)!write(s, "ab", 2);
		(void)!read(s, &a, 1);
		_exit(0);
	}
	c = accept(l, NULL, NULL);
	show("inherited", option(c, SO_PASSPIDFD));
	fd = option(c, SO_PEERPIDFD);
	say("peer is %s\n", who(pid_of(fd), child));
	receive("from a living one", c, 256, child);
	(void)!write(c, "x", 1);
	p = (struct pollfd){ fd, POLLIN, 0 };
	show("poll", poll(&p, 1, 5000));
	waitpid(child, &status, 0);
	say("child: %s\n", ending(status));
	show("peer reaped", option(c, SO_PEERPIDFD));
	receive("from a dead one", c, 256, child);
}

int main(void)
{
	peers(SOCK_STREAM, "stream");
	peers(SOCK_DGRAM, "dgram");
	peers(SOCK_SEQPACKET, "seqpacket");
	of_child();
	return 0;
}
