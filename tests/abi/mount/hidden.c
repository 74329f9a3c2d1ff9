/* What a mount covers for a namespace of fewer rights stays covered, however the tree is copied and taken away. */
#include "../ns/ns.h"

#define CLONE_TREE 1
#define RECURSIVE 0x8000

static void secret(const char *when, int dir)
{
	int fd = openat(dir, "d/secret", O_RDONLY);

	say("%s: %s\n", when, fd < 0 ? errno_name(errno) : "found");
	close(fd);
}

static void inside(void)
{
	int dir, tree;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) || put_file("/proc/self/uid_map", "0 0 1"))
		fatal("unshare");
	say("umount: %s\n", umount("/tmp/mh/a/d") ? errno_name(errno) : "ok");
	say("bind: %s\n", mount("/tmp/mh/a", "/tmp/mh/b", NULL, MS_BIND, NULL) ? errno_name(errno) : "ok");
	say("bind with all: %s\n", mount("/tmp/mh/a", "/tmp/mh/b", NULL, MS_BIND | MS_REC, NULL) ? errno_name(errno) : "ok");
	dir = open("/tmp/mh/b", O_RDONLY | O_DIRECTORY);
	secret("bound", dir);
	say("detach: %s\n", umount2("/tmp/mh/b", MNT_DETACH) ? errno_name(errno) : "ok");
	secret("detached", dir);
	tree = (int)syscall(428, AT_FDCWD, "/tmp/mh/a", CLONE_TREE | RECURSIVE);
	dir = openat(tree, ".", O_RDONLY | O_DIRECTORY);
	secret("cloned", dir);
	close(tree);
	secret("closed", dir);
	_exit(0);
}

/* A ring of a mount namespace's own file, by way of a tree that stands nowhere. */
static void ring(void)
{
	int tree = (int)syscall(428, AT_FDCWD, "/proc/self/ns/mnt", CLONE_TREE);

	close(open("/tmp/mh/f", O_CREAT | O_RDWR, 0600));
	say("ring: %s\n", syscall(429, tree, "", AT_FDCWD, "/tmp/mh/f", 4) ? errno_name(errno) : "ok");
}

/* A new /proc is as read-only as the one that allows it. */
static void fresh_proc(void)
{
	const unsigned long no = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	say("read-only /proc: %s\n", mount(NULL, "/proc", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | no, NULL) ? errno_name(errno) : "ok");
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID))
		fatal("unshare");
	if (fork()) {
		wait(NULL);
		_exit(0);
	}
	say("writable one: %s\n", mount("proc", "/tmp/mh/p", "proc", 0, NULL) ? errno_name(errno) : "ok");
	say("read-only one: %s\n", mount("proc", "/tmp/mh/p", "proc", MS_RDONLY | no, NULL) ? errno_name(errno) : "ok");
	say("made writable: %s\n", mount(NULL, "/tmp/mh/p", NULL, MS_REMOUNT | MS_BIND | no, NULL) ? errno_name(errno) : "ok");
	_exit(0);
}

int main(void)
{
	mkdir("/tmp/mh", 0755);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("none", "/tmp/mh", "tmpfs", 0, NULL))
		fatal("begin");
	mkdir("/tmp/mh/a", 0755), mkdir("/tmp/mh/b", 0755), mkdir("/tmp/mh/p", 0755);
	mount("none", "/tmp/mh/a", "tmpfs", 0, NULL);
	mkdir("/tmp/mh/a/d", 0755);
	close(open("/tmp/mh/a/d/secret", O_CREAT, 0644));
	mount("none", "/tmp/mh/a/d", "tmpfs", 0, NULL);
	ring();
	if (!fork())
		inside();
	wait(NULL);
	if (!fork())
		fresh_proc();
	wait(NULL);
	return 0;
}
