/* A file system of a user namespace takes no files of those whom that does not know; mqueue is who rules the IPC namespace. */
#include "mount.h"

static void make_all(const char *who)
{
	int fd = open("t/f", O_CREAT | O_RDWR, 0600), in = open("own/f", O_CREAT | O_RDWR, 0600);

	say("%s:\n", who);
	show("  create", fd < 0 ? -1 : 0);
	show("  mkdir", mkdir("t/d", 0755));
	show("  mknod", mknod("t/n", S_IFIFO | 0600, 0));
	show("  symlink", symlink("x", "t/s"));
	show("  link", link("t/f", "t/l"));
	show("  rename", rename("t/f", "t/g"));
	show("  rename onto", rename("t/s", "t/n"));
	show("  exists", mkdir("t/d", 0755));
	show("  on one of more rights", in < 0 ? -1 : 0);
	close(fd);
	close(in);
	unlink("own/f");
	unlink("t/l");
	unlink("t/g");
	unlink("t/n");
	rmdir("t/d");
}

int main(void)
{
	int up[2], down[2];
	char path[64], c;
	pid_t pid;

	begin();
	dirs("t", "own", "q", NULL);
	chmod("own", 0777);
	(void)!pipe(up);
	(void)!pipe(down);
	pid = fork_with(CLONE_NEWUSER | CLONE_NEWNS);
	if (!pid) {
		show("tmpfs", mount("t", "t", "tmpfs", 0, NULL));
		chmod("t", 0777);
		make_all("before there are names");
		show("mqueue of another's IPC namespace", mount("q", "q", "mqueue", 0, NULL));
		show("a new one", unshare(CLONE_NEWIPC));
		show("mqueue", mount("q", "q", "mqueue", 0, NULL));
		show("umount", umount("q"));
		(void)!write(up[1], "x", 1);
		(void)!read(down[0], &c, 1);
		setresgid(0, 0, 0);
		setresuid(0, 0, 0);
		make_all("with names");
		exit(0);
	}
	(void)!read(up[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
	show("uids", put_file(path, "0 0 1"));
	snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
	show("gids", put_file(path, "0 0 1"));
	(void)!write(down[1], "x", 1);
	say("%s\n", wait_for(pid));
	return 0;
}
