/* What goes with CLONE_NEWPID and what does not; how deep. */
#include "ns.h"

static void deep(void)
{
	int n = 0, status;
	pid_t pid;

	for (;;) {
		pid = fork_with(CLONE_NEWPID);
		if (pid < 0) {
			say("level %d: %s\n", n, errno_name(errno));
			_exit(0);
		}
		if (pid) {
			waitpid(pid, &status, 0);
			_exit(getpid() == 1 && n ? WEXITSTATUS(status) + 1 : WEXITSTATUS(status));
		}
		n++;
	}
}

static void parent_flag(void)
{
	pid_t pid = fork_with(CLONE_NEWPID);

	if (!pid) {
		show("  CLONE_PARENT by init", fork_with(CLONE_PARENT));
		pid = fork_with(CLONE_NEWPID);
		if (!pid)
			_exit(getpid());
		say("  NEWPID once more: %d, %s\n", pid, wait_for(pid));
		_exit(0);
	}
	wait_for(pid);
}

static void by_clone3(void)
{
	struct clone_args a = { .flags = CLONE_NEWPID | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID, .exit_signal = SIGCHLD };
	pid_t tid = 0, ctid = 0, pid;

	a.parent_tid = (uintptr_t)&tid;
	a.child_tid = (uintptr_t)&ctid;
	pid = syscall(SYS_clone3, &a, sizeof a);
	if (!pid) {
		say("  clone3: pid %d, child_tid %d, parent_tid %s\n", getpid(), ctid, tid > 1 ? "outer" : "inner");
		_exit(0);
	}
	wait_for(pid);
	judge("parent_tid is ours of it", tid == pid);
}

static void set_tid(void)
{
	struct clone_args a = { .flags = CLONE_NEWPID, .exit_signal = SIGCHLD };
	pid_t want[2] = { 1, 0 };

	a.set_tid = (uintptr_t)want;
	a.set_tid_size = 33;
	show("set_tid of 33", syscall(SYS_clone3, &a, sizeof a));
	a.set_tid = 0;
	a.set_tid_size = 1;
	show("set_tid without an array", syscall(SYS_clone3, &a, sizeof a));
}

int main(void)
{
	show("NEWPID|THREAD", syscall(SYS_clone, CLONE_NEWPID | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, 0, 0, 0, 0));
	show("NEWNS|FS", fork_with(CLONE_NEWNS | CLONE_FS));
	show("unshare of nothing known", unshare(0x1000000));
	in_child("deep", deep);
	in_child("parent", parent_flag);
	by_clone3();
	set_tid();
	return 0;
}
