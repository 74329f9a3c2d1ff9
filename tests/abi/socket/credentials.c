/* Who sent it, SCM_CREDENTIALS and SO_PEERCRED. */
#include "sock.h"

static void receive(const char *what, int s)
{
	char control[256] __attribute__((aligned(8))), b[32] = "";
	struct iovec v = { b, sizeof b };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	long n = recvmsg(s, &m, MSG_DONTWAIT);

	say("%s: %ld flags %x control %ld\n", what, n, m.msg_flags, n < 0 ? 0 : (long)m.msg_controllen);
	for (struct cmsghdr *c = n < 0 ? NULL : CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		struct ucred *u = (void *)CMSG_DATA(c);

		say("  type %d pid %s uid %u gid %u\n", c->cmsg_type, u->pid == getpid() ? "mine" : u->pid ? "another" : "none", u->uid, u->gid);
	}
}

static int send_cred(int s, int pid, int uid, int gid)
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

int main(void)
{
	int s[2], on = 1, f = socket(AF_UNIX, SOCK_STREAM, 0);
	struct ucred u;
	socklen_t l = sizeof u;


	pair(SOCK_STREAM, s);
	R(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &u, &l));
	say("%d %u %u\n", u.pid == getpid(), u.uid, u.gid);
	R(getsockopt(f, SOL_SOCKET, SO_PEERCRED, &u, &l));
	say("%d %d %d\n", u.pid, u.uid, u.gid);
	R(write(s[0], "a", 1));
	receive("not asked", s[1]);
	R(write(s[0], "a", 1));
	R(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
	receive("asked later", s[1]);
	R(write(s[0], "a", 1));
	receive("asked", s[1]);
	R(send_cred(s[0], getpid(), 5, 6));
	R(write(s[0], "a", 1));
	receive("given", s[1]);
	receive("then", s[1]);
	R(send_cred(s[0], 999999, 0, 0));
	R(send_cred(s[0], getpid(), -1, 0));
	if (setgid(7) || setuid(8))
		say("?\n");
	R(send_cred(s[0], getpid(), 8, 7));
	R(send_cred(s[0], getpid(), 9, 7));
	R(send_cred(s[0], 1, 8, 7));
	receive("as 8", s[1]);
	close(s[0]);
	receive("end", s[1]);
	R(setsockopt(f, SOL_SOCKET, SO_PASSCRED, &on, sizeof on));

	return 0;
}
