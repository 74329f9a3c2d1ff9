/* clone(2): flags that need others, what each shares, where the child's number is written. */
#include "../show.h"
#include <sched.h>
#include <sys/stat.h>

static long raw_clone(unsigned long flags, void *stack, volatile int *ptid, volatile int *ctid)
{
	return syscall(SYS_clone, flags, stack, ptid, ctid, 0);
}

static void refuse(const char *what, unsigned long flags)
{
	long r = raw_clone(flags, NULL, NULL, NULL);

	if (!r)
		_exit(0);
	show_ok(what, r);
	if (r > 0)
		waitpid((pid_t)r, NULL, __WALL);
}

static volatile int ptid, ctid = -1;
static int value;

int main(void)
{
	int fd = open("/dev/null", O_RDONLY), status;
	char *edge = page_edge(), cwd[64];
	long pid;

	refuse("THREAD alone", CLONE_THREAD);
	refuse("THREAD and SIGHAND", CLONE_THREAD | CLONE_SIGHAND);
	refuse("SIGHAND alone", CLONE_SIGHAND);
	refuse("NEWNS and FS", CLONE_NEWNS | CLONE_FS);
	refuse("PIDFD and PARENT_SETTID", CLONE_PIDFD | CLONE_PARENT_SETTID);
	refuse("PIDFD to nowhere", CLONE_PIDFD | SIGCHLD);
	refuse("PIDFD and DETACHED", CLONE_PIDFD | CLONE_DETACHED | SIGCHLD);
	refuse("DETACHED", CLONE_DETACHED | SIGCHLD);
	refuse("signal 65", 65);
	refuse("signal 255", 255);
	refuse("no signal", 0);
	refuse("SIGUSR2 as a signal", SIGURG);

	pid = raw_clone(CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, NULL, &ptid, &ctid);
	if (!pid) {
		judge("child's word", ctid == getpid());
		judge("parent's word in the child", ptid == getpid());
		_exit(0);
	}
	waitpid((pid_t)pid, &status, 0);
	judge("parent's word", ptid == pid);
	say("child's word in the parent: %d\n", ctid);
	pid = raw_clone(CLONE_PARENT_SETTID | SIGCHLD, NULL, (void *)edge, NULL);
	if (!pid)
		_exit(0);
	show_ok("parent's word to nowhere", pid);
	waitpid((pid_t)pid, &status, 0);
	pid = raw_clone(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, NULL, NULL, (void *)edge);
	if (!pid)
		_exit(5);
	show_ok("child's word to nowhere", pid);
	waitpid((pid_t)pid, &status, 0);
	say("%s\n", ending(status));

	pid = raw_clone(CLONE_FILES | CLONE_FS | SIGCHLD, NULL, NULL, NULL);
	if (!pid) {
		close(fd);
		value = 7;
		(void)!chdir("/proc");
		umask(077);
		_exit(0);
	}
	waitpid((pid_t)pid, &status, 0);
	show("FILES: closed there", close(fd));
	say("FS: %s, umask %o; memory %d\n", getcwd(cwd, sizeof cwd), umask(022), value);
	pid = raw_clone(CLONE_VM | CLONE_VFORK | SIGCHLD, NULL, NULL, NULL);
	if (!pid) {
		value = 8;
		syscall(SYS_exit, 0);
	}
	say("VM and VFORK: memory %d\n", value);
	waitpid((pid_t)pid, &status, 0);
	pid = fork();
	if (!pid) {
		long c = raw_clone(CLONE_PARENT | SIGCHLD, NULL, NULL, NULL);

		if (!c)
			_exit(9);
		_exit(waitpid((pid_t)c, NULL, 0) < 0 && errno == ECHILD ? 0 : 1);
	}
	waitpid((pid_t)pid, &status, 0);
	say("PARENT: %s\n", ending(status));
	show_ok("its child is ours", wait(&status));
	say("%s\n", ending(status));
}
