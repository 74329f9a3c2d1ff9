/* Files and a user namespace: owners as it names them, capabilities over those it knows, new ones, accounts of sockets. */
#include "user.h"
#include <sys/socket.h>
#include <sys/un.h>

static void file(const char *name, uid_t u, gid_t g, mode_t mode)
{
	int fd = open(name, O_CREAT | O_RDWR, 0600);

	fchown(fd, u, g);
	fchmod(fd, mode);
	close(fd);
}

static void owner(const char *name)
{
	struct stat st;

	if (stat(name, &st))
		say("%s: %s\n", name, errno_name(errno));
	else
		say("%s: %d:%d %o\n", name, st.st_uid, st.st_gid, st.st_mode & 07777);
}

int main(void)
{
	int fd, up[2], pair[2];
	struct ucred cred;
	socklen_t len = sizeof cred;
	char c;
	pid_t pid;

	umask(0);
	mkdir("/tmp/nsf", 0777);
	chdir("/tmp/nsf");
	file("mine", 1000, 1000, 0600);
	file("second", 2001, 2001, 0600);
	file("half", 1000, 50, 0600);
	file("roots", 0, 0, 0600);
	mkdir("sticky", 01777);
	chmod("sticky", 01777);
	file("sticky/f", 2001, 2001, 0600);
	file("sticky/r", 0, 0, 0600);
	pipe(up);
	pid = fork();
	if (!pid) {
		become_user();
		unshare(CLONE_NEWUSER);
		(void)!write(up[1], "x", 1);
		while (getuid() != 0 || getgid() != 0)
			sleep_ms(1);
		owner("mine");
		owner("second");
		owner("half");
		owner("roots");
		show_ok("open mine", open("mine", O_RDWR));
		show_ok("open second", open("second", O_RDWR));
		show_ok("open half", open("half", O_RDWR));
		show_ok("open roots", open("roots", O_RDWR));
		show("chown second", chown("second", 0, 0));
		show("chown mine to 101", chown("mine", 101, 101));
		show("chown to an unknown", chown("mine", 7, 7));
		show("chown half's group", chown("half", -1, 0));
		show("chown roots", chown("roots", 0, 0));
		show("chmod second", chmod("second", 0640));
		show("chmod roots", chmod("roots", 0640));
		show("unlink in a sticky directory", unlink("sticky/f"));
		show("not known", unlink("sticky/r"));
		fd = open("new", O_CREAT | O_RDWR, 0644);
		fchmod(fd, 02755);
		owner("new");
		show("seteuid", seteuid(101));
		fd = open("new2", O_CREAT | O_RDWR, 0644);
		owner("new2");
		show("mknod", mknod("dev", S_IFCHR | 0600, 0x103));
		show("fifo", mknod("fifo", S_IFIFO | 0600, 0));
		socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
		getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &cred, &len);
		say("peer: %d:%d\n", cred.uid, cred.gid);
		_exit(0);
	}
	(void)!read(up[0], &c, 1);
	{
		char path[64];

		snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
		judge("gid_map", !put_file(path, "0 1000 1\n100 2000 10\n"));
		snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
		if (put_file(path, "0 1000 1\n100 2000 10\n"))        /* the child goes on now */
			say("uid_map: %s\n", errno_name(errno));
	}
	say("%s\n", wait_for(pid));
	owner("mine");
	owner("second");
	owner("new");
	owner("new2");
	owner("fifo");
	return 0;
}
