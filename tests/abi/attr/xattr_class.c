/*
 * xattr_class.c - user, trusted, security and system attributes: on which files, for whom, and who sees them listed.
 */
#include "../show.h"
#include <grp.h>
#include <sys/stat.h>
#include <sys/xattr.h>

static const char *const names[] = { "user.t", "trusted.t", "security.t", "security.capability", "system.t" };
static const char *const paths[] = { "f", "mine", "ro", "d", "sticky", "fifo", "s", "c" };

static void each(const char *who)
{
	for (unsigned n = 0; n < sizeof names / sizeof *names; n++) {
		say("%s %s:", who, names[n]);
		for (unsigned p = 0; p < sizeof paths / sizeof *paths; p++) {
			char b[64];
			long set = lsetxattr(paths[p], names[n], "v", 1, 0), e = errno, get, g, rm;

			get = lgetxattr(paths[p], names[n], b, 64), g = errno;
			rm = lremovexattr(paths[p], names[n]);
			say(" %s %s/%s/%s", paths[p], set ? errno_name(e) : "ok", get < 0 ? errno_name(g) : "ok", rm ? errno_name(errno) : "ok");
		}
		say("\n");
	}
}

static void user(void)
{
	char b[256];
	long n;

	setgroups(0, NULL), setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	each("user");
	n = listxattr("f", b, sizeof b);
	say("listed for a user: %ld\n", n);
	n = getxattr("f", "trusted.x", b, sizeof b);
	show("get trusted", n);
	show("get security", getxattr("f", "security.x", b, sizeof b));
	show("get user of an unreadable file", getxattr("no", "user.x", b, sizeof b));
	show("list an unreadable file", listxattr("no", b, sizeof b));
	show("get security of it", getxattr("no", "security.x", b, sizeof b));
}

int main(void)
{
	char b[256];

	umask(0);
	close(open("f", O_CREAT | O_RDWR, 0666)), close(open("mine", O_CREAT | O_RDWR, 0600)), chown("mine", 1000, 1000);
	close(open("ro", O_CREAT | O_RDWR, 0444)), mkdir("d", 0777), mkdir("sticky", 01777), mkfifo("fifo", 0666), symlink("f", "s");
	mknod("c", S_IFCHR | 0666, 0x103), close(open("no", O_CREAT | O_RDWR, 0));
	each("root");
	setxattr("f", "user.x", "1", 1, 0), setxattr("f", "trusted.x", "1", 1, 0), setxattr("f", "security.x", "1", 1, 0);
	setxattr("no", "user.x", "1", 1, 0), setxattr("no", "security.x", "1", 1, 0);
	say("listed for root: %ld\n", listxattr("f", b, sizeof b));
	in_child("user", user);
	return 0;
}
