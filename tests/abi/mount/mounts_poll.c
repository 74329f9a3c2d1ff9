/* /proc/PID/mounts: changes of its own namespace are told by poll once; it stays that of its opening, whatever the task does. */
#include "mount.h"
#include <poll.h>

static int fds[4];
static int go[2], done[2];

static void tell(const char *what)
{
	say("%s:", what);
	for (unsigned i = 0; i < 4; i++) {
		struct pollfd p = { fds[i], POLLIN | POLLPRI, 0 };
		int n = poll(&p, 1, 0);

		say(" %d/%#x", n, n < 0 ? 0 : (unsigned)p.revents);
	}
	say("\n");
}

static unsigned named(int fd, const char *name)
{
	static char text[65536];
	size_t len = 0;
	ssize_t n;
	unsigned found = 0;

	lseek(fd, 0, SEEK_SET);
	while (len < sizeof text - 1 && (n = read(fd, text + len, sizeof text - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = 0;
	for (char *at = text; (at = strstr(at, name)); at++)
		found++;
	return found;
}

int main(void)
{
	char path[64], c;
	struct { uint64_t set, clr, prop, fd; } attr = { 1, 0, 0, 0 };
	pid_t pid;
	int fd;

	begin();
	dirs("a", "b", "new", NULL);
	fds[0] = open("/proc/self/mounts", O_RDONLY);
	fds[1] = open("/proc/self/mountinfo", O_RDONLY);
	fds[2] = open("/proc/self/mountstats", O_RDONLY);
	fds[3] = open("/proc/self/mounts", O_RDONLY);
	tell("fresh");
	mount("x", "a", "tmpfs", 0, NULL);
	tell("mount");
	tell("again");
	mount(NULL, "a", NULL, MS_REMOUNT | MS_BIND | MS_NOSUID, NULL);
	tell("bind remount");
	mount(NULL, "a", NULL, MS_REMOUNT, "size=64k");
	tell("remount");
	mount(NULL, "a", NULL, MS_SHARED, NULL);
	tell("shared");
	syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &attr, sizeof attr);
	tell("setattr");
	mount("a", "b", NULL, MS_BIND, NULL);
	tell("bind");
	mount("b", "new", NULL, MS_MOVE, NULL);
	tell("move");
	umount("new");
	tell("umount");
	umount2("a", MNT_DETACH);
	tell("detach");
	umount("a");
	tell("a umount that fails");
	close(syscall(SYS_open_tree, AT_FDCWD, AT, 1));
	tell("a tree that stands nowhere");
	if (pipe(go) || pipe(done))
		return 1;
	pid = fork();
	if (!pid) {
		unshare(CLONE_NEWNS);
		tell("unshare");
		mount("elsewhere", "a", "tmpfs", 0, NULL);
		tell("mount in another namespace");
		say("that is in the old file: %u, in the new: %u\n", named(fds[0], "elsewhere"), named(open("/proc/self/mounts", O_RDONLY), "elsewhere"));
		(void)!write(done[1], "x", 1);
		(void)!read(go[0], &c, 1);
		_exit(0);
	}
	(void)!read(done[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/mounts", pid);
	fd = open(path, O_RDONLY);
	say("the child's: %u", named(fd, "elsewhere"));
	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT);
	say(", when it is a zombie: %u", named(fd, "elsewhere"));
	say(", opened now: %s\n", open(path, O_RDONLY) < 0 ? errno_name(errno) : "ok");
	wait(NULL);
	say("when it has gone: %u", named(fd, "elsewhere"));
	say(", opened now: %s\n", open(path, O_RDONLY) < 0 ? errno_name(errno) : "ok");
	mount("x", "a", "tmpfs", 0, NULL);
	fd = open("/proc/self/mounts", O_RDONLY);
	if (chroot("a"))
		fatal("chroot");
	say("opened before chroot: %u\n", named(fd, AT "/a "));
	return 0;
}
