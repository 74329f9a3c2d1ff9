/* Whose lease it may be, and what cannot have one: in which order that is found. */
#include "../ns/ns.h"

static void all(const char *what, int fd)
{
	say("%s:", what);
	for (int type = -1; type < 5; type++)
		say(" %s", fcntl(fd, F_SETLEASE, type) ? errno_name(errno) : "ok");
	say("\n");
}

int main(void)
{
	int fd, p[2], turn[2], back[2];
	char path[64], c;
	pid_t pid;

	chdir("/tmp");
	signal(SIGIO, SIG_IGN);
	fd = open("leased", O_CREAT | O_TRUNC | O_RDWR, 0666);
	close(fd);
	fd = open("leased", O_RDONLY);
	fchown(fd, 5, 5);
	pipe(p);
	pipe(turn);
	pipe(back);
	all("root, another's file", fd);
	all("a pipe", p[0]);
	all("a directory", open(".", O_RDONLY));
	all("a device", open("/dev/null", O_RDONLY));
	pid = fork();
	if (!pid) {
		setresuid(6, 6, 6);
		all("another user's", fd);
		all("another's pipe", p[0]);
		exit(0);
	}
	wait_for(pid);
	pid = fork();
	if (!pid) {
		setresuid(5, 5, 5);
		all("his own", fd);
		exit(0);
	}
	wait_for(pid);
	pid = fork();
	if (!pid) {
		unshare(CLONE_NEWUSER);
		(void)!write(back[1], "x", 1);
		(void)!read(turn[0], &c, 1);
		all("root of a user namespace that knows the owner", fd);
		exit(0);
	}
	(void)!read(back[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
	show("map", put_file(path, "0 0 100"));
	snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
	put_file(path, "0 0 100");
	(void)!write(turn[1], "x", 1);
	wait_for(pid);
	unlink("leased");
	return 0;
}
