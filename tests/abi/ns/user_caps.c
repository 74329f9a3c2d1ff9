/* Capabilities hold inside a user namespace and nowhere else. */
#include "../show.h"
#include <sched.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <linux/capability.h>
#include <linux/securebits.h>

static void caps(const char *when)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	syscall(SYS_capget, &h, d);
	say("%s: effective %s permitted %s inheritable %x, bounding has SYS_BOOT: %d, securebits %x\n", when,
	    d[0].effective == ~0u ? "all" : d[0].effective ? "some" : "none", d[0].permitted == ~0u ? "all" : d[0].permitted ? "some" : "none",
	    d[0].inheritable, prctl(PR_CAPBSET_READ, CAP_SYS_BOOT), prctl(PR_GET_SECUREBITS));
}

static void inside(void)
{
	struct timeval tv = { 0 };

	show("unshare", unshare(CLONE_NEWUSER));
	caps("inside");
	show("sethostname", sethostname("x", 1));
	show("settimeofday", settimeofday(&tv, NULL));
	show("mount", mount("none", "/tmp", "tmpfs", 0, NULL));
	show("umount", umount("/proc"));
	show("mknod", mknod("/tmp/ns-node", S_IFCHR | 0600, makedev(1, 3)));
	show("chroot", chroot("/tmp"));
	show("chroot then unshare", unshare(CLONE_NEWUSER));
	show("chroot back", chroot(".."));
	show("securebits", prctl(PR_SET_SECUREBITS, SECBIT_NOROOT));
	show("drop from bounding", prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT));
	show("kill parent", kill(getppid(), 0));
	show("kill 1", kill(1, 0));
	show("unshare uts", unshare(CLONE_NEWUTS));
	show("sethostname in it", sethostname("x", 1));
	show("nice", setpriority(PRIO_PROCESS, 0, -5));
	caps("later");
	_exit(0);
}

static void all_at_once(void)
{
	show("unshare user and uts", unshare(CLONE_NEWUSER | CLONE_NEWUTS | CLONE_NEWIPC));
	show("sethostname", sethostname("y", 1));
	_exit(0);
}

static void nested(void)
{
	int n = 0;

	while (!unshare(CLONE_NEWUSER))
		n++;
	say("without maps: %d deep, then %s\n", n, errno_name(errno));
	_exit(0);
}

static void nested_mapped(void)
{
	int n = 0, fd;

	while (n < 40 && !unshare(CLONE_NEWUSER)) {
		n++;
		fd = open("/proc/self/setgroups", O_WRONLY);
		(void)!write(fd, "deny", 4);
		close(fd);
		fd = open("/proc/self/uid_map", O_WRONLY);
		if (write(fd, n == 1 ? "0 1000 1" : "0 0 1", n == 1 ? 8 : 5) < 0)
			fatal("uid_map %d", n);
		close(fd);
		fd = open("/proc/self/gid_map", O_WRONLY);
		if (write(fd, n == 1 ? "0 1000 1" : "0 0 1", n == 1 ? 8 : 5) < 0)
			fatal("gid_map %d", n);
		close(fd);
	}
	say("with maps: %d deep, then %s\n", n, errno_name(errno));
	_exit(0);
}

static void bad_flags(void)
{
	show("clone NEWUSER|FS", syscall(SYS_clone, CLONE_NEWUSER | CLONE_FS | SIGCHLD, 0, 0, 0, 0));
	show("clone NEWUSER|THREAD", syscall(SYS_clone, CLONE_NEWUSER | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, 0, 0, 0, 0));
	show("clone NEWNS|FS", syscall(SYS_clone, CLONE_NEWNS | CLONE_FS | SIGCHLD, 0, 0, 0, 0));
	show("unshare uts without rights", unshare(CLONE_NEWUTS));
	show("unshare pid without rights", unshare(CLONE_NEWPID));
	_exit(0);
}

int main(void)
{
	caps("root");
	if (setgroups(0, NULL) || setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
		fatal("ids");
	prctl(PR_SET_DUMPABLE, 1);
	caps("user");
	in_child("inside", inside);
	in_child("all at once", all_at_once);
	in_child("nested", nested);
	in_child("nested with maps", nested_mapped);
	in_child("flags", bad_flags);
	return 0;
}
