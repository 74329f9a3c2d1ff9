/* ioctl(2) on AF_UNIX sockets: owners, the name as a file, what is asked of network devices that are not there. */
#include "sock.h"
#include <net/if.h>
#include <linux/sockios.h>
#include <sys/stat.h>

static int s[2];

static void sweep(const char *who)
{
	struct ifreq r, was;

	say("%s\n", who);
	memset(&was, 0, sizeof was);
	strcpy(was.ifr_name, "none0");
	was.ifr_ifindex = 77;
	for (unsigned c = 0x8900; c < 0x8a00; c++) {
		if (c == 0x894c || (c >= 0x8901 && c <= 0x8907) || c == 0x8912)   /* a network name space as a file; below */
			continue;
		if (c >= 0x890b && c <= 0x890f)
			continue;
		r = was;
		if (ioctl(s[0], c, &r) < 0 && errno == ENOTTY)
			continue;
		r = was;
		say("%x: %s", c, ioctl(s[0], c, &r) < 0 ? errno_name(errno) : "0");
		say(", %s", ioctl(s[0], c, (void *)8) < 0 ? errno_name(errno) : "0");
		say("%s\n", memcmp(&r, &was, sizeof r) ? ", changed" : "");
	}
}

static void nobody(void)
{
	(void)!setuid(1000);
	sweep("user");
	show("file", ioctl(s[0], 0x89e0, 0));
}

int main(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/tmp/ioctls_device.sock" };
	struct ifconf c = { .ifc_len = 100 };
	int v, fd, n = socket(AF_UNIX, SOCK_STREAM, 0);
	struct stat st, st2;

	pair(SOCK_STREAM, s);
	sweep("root");
	static const int owners[] = { 0, 1, -1, 4000000, -4000000, 0x7fffffff, (int)0x80000000 };
	for (unsigned i = 0; i < 7; i++) {
		v = owners[i];
		say("%d: ", v);
		show("FIOSETOWN", ioctl(s[0], FIOSETOWN, &v));
		show("SIOCSPGRP", ioctl(s[0], SIOCSPGRP, &v));
	}
	v = getpid();
	show("own", ioctl(s[0], SIOCSPGRP, &v));
	v = 0;
	show("get", ioctl(s[0], SIOCGPGRP, &v));
	judge("me", v == getpid() && fcntl(s[0], F_GETOWN) == v);
	v = -getpgrp();
	show("group", ioctl(s[0], FIOSETOWN, &v));
	v = 0;
	show("get", ioctl(s[0], FIOGETOWN, &v));
	judge("my group", v == -getpgrp());
	show("bad", ioctl(s[0], FIOSETOWN, (void *)8));
	show("bad", ioctl(s[0], FIOGETOWN, (void *)8));
	c.ifc_buf = (void *)&st;
	show("SIOCGIFCONF", ioctl(s[0], SIOCGIFCONF, &c));
	say("%d\n", c.ifc_len);
	show("bad", ioctl(s[0], SIOCGIFCONF, (void *)8));
	show("stamp", ioctl(s[0], 0x8906, &v));
	show("stamp", ioctl(s[0], 0x8907, &v));
	show("no name", ioctl(n, 0x89e0, 0));
	unlink(a.sun_path);
	show("bind", bind(n, (void *)&a, sizeof a));
	fd = ioctl(n, 0x89e0, 0);
	judge("a descriptor", fd > n);
	say("%x %x\n", fcntl(fd, F_GETFL), fcntl(fd, F_GETFD));
	judge("its file", !fstat(fd, &st) && !stat(a.sun_path, &st2) && st.st_ino == st2.st_ino && S_ISSOCK(st.st_mode));
	unlink(a.sun_path);
	in_child("user", nobody);
	return 0;
}
