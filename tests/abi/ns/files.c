/* A namespace lives as long as an open file or a mount of its file. */
#include "ns.h"

int main(void)
{
	char name[32], path[64];
	int fd, at;
	pid_t pid;
	struct stat a, b;

	unshare(CLONE_NEWNS);
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	sethostname("outer", 5);
	close(open("/tmp/nsat", O_CREAT, 0600));
	pid = fork();
	if (!pid) {
		unshare(CLONE_NEWUTS);
		sethostname("inner", 5);
		show("bind its file", mount("/proc/self/ns/uts", "/tmp/nsat", NULL, MS_BIND, NULL));
		_exit(0);
	}
	wait_for(pid);
	snprintf(path, sizeof path, "/proc/%d/ns/uts", getpid());
	stat("/tmp/nsat", &a);
	stat(path, &b);
	judge("one file system", a.st_dev == b.st_dev);
	judge("two namespaces", a.st_ino != b.st_ino);
	fd = open("/tmp/nsat", O_RDONLY);
	show_ok("open", fd);
	judge("type", ioctl(fd, GET_NSTYPE) == CLONE_NEWUTS);
	show("umount", umount2("/tmp/nsat", 2));
	at = open("/proc/self/ns/uts", O_RDONLY);
	show("enter", setns(fd, CLONE_NEWUTS));
	gethostname(name, sizeof name);
	say("%s\n", name);
	show("back", setns(at, 0));
	gethostname(name, sizeof name);
	say("%s\n", name);
	show("own mount namespace's file", mount("/proc/self/ns/mnt", "/tmp/nsat", NULL, MS_BIND, NULL));
	show("write", write(fd, "x", 1));
	show_ok("open to write", open("/proc/self/ns/uts", O_WRONLY));
	show_ok("missing", open("/proc/self/ns/nothing", O_RDONLY));
	unlink("/tmp/nsat");
	return 0;
}
