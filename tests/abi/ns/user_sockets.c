/* Ids that cross a user namespace through a socket: SCM_CREDENTIALS both ways, SO_PEERCRED, SO_PEERGROUPS. */
#include "user.h"
#include <sys/socket.h>

static long send_cred(int s, int pid, unsigned uid, unsigned gid)
{
	char control[CMSG_SPACE(sizeof(struct ucred))] = { 0 };
	struct iovec v = { "x", 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct ucred u = { pid, uid, gid };

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_CREDENTIALS;
	c->cmsg_len = CMSG_LEN(sizeof u);
	memcpy(CMSG_DATA(c), &u, sizeof u);
	return sendmsg(s, &m, 0);
}

static void receive(const char *what, int s)
{
	char control[256] __attribute__((aligned(8))), b[4];
	struct iovec v = { b, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	struct ucred u = { 0 };

	if (recvmsg(s, &m, MSG_DONTWAIT) == 1 && CMSG_FIRSTHDR(&m))
		memcpy(&u, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof u);
	say("%s: uid %u gid %u\n", what, u.uid, u.gid);
}

static void ask(const char *what, int s)
{
	struct ucred u;
	socklen_t l = sizeof u;
	gid_t g[8];

	getsockopt(s, SOL_SOCKET, SO_PEERCRED, &u, &l);
	say("%s: uid %u gid %u", what, u.uid, u.gid);
	l = sizeof g;
	say(" groups %s", getsockopt(s, SOL_SOCKET, SO_PEERGROUPS, g, &l) ? errno_name(errno) : "");
	for (unsigned n = 0; n < l / sizeof *g; n++)
		say(" %u", g[n]);
	say("\n");
}

static int before[2], own[2];

static void inside(void)
{
	int on = 1;

	if (setgroups(2, (gid_t[]){ 1000, 77 }) || setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
		fatal("ids");
	prctl(PR_SET_DUMPABLE, 1);
	socketpair(AF_UNIX, SOCK_STREAM, 0, own);
	if (unshare(CLONE_NEWUSER))
		fatal("unshare");
	map_self("0 1000 1", "0 1000 1");
	setsockopt(own[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	show("as 0, which is 1000 outside", send_cred(before[0], getpid(), 0, 0));
	show("as 1000, which is nobody", send_cred(before[0], getpid(), 1000, 0));
	show("as group 1000", send_cred(before[0], getpid(), 0, 1000));
	show("as 65534", send_cred(before[0], getpid(), 65534, 65534));
	show("with another's pid", send_cred(before[0], 1, 0, 0));
	show("to ourselves", send_cred(own[0], getpid(), 0, 0));
	receive("from ourselves", own[1]);
	(void)!write(own[0], "y", 1);
	receive("unsigned", own[1]);
	ask("the pair made before", own[0]);
	ask("the one of the parent", before[0]);
	receive("the parent's", before[0]);
	receive("the parent's, as 5 and 6", before[0]);
}

int main(void)
{
	int on = 1;

	socketpair(AF_UNIX, SOCK_STREAM, 0, before);
	setsockopt(before[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	setsockopt(before[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	(void)!write(before[1], "z", 1);
	show("as 5 and 6", send_cred(before[1], getpid(), 5, 6));
	in_child("inside", inside);
	receive("outside", before[1]);
	receive("outside", before[1]);
	receive("outside", before[1]);
	return 0;
}
