/* clone3(2): sizes of the arguments, fields that must be zero, exit_signal, set_tid, pidfd. */
#include "../show.h"
#include <linux/sched.h>

#define SIZE2 88

static struct { uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup, more[4]; } a;

static void call(const char *what, size_t size)
{
	int status;
	long r = syscall(SYS_clone3, &a, size);

	if (!r)
		_exit(3);
	show_ok(what, r);
	if (r > 0) {
		waitpid((pid_t)r, &status, __WALL);
		say("  %s\n", ending(status));
	}
	memset(&a, 0, sizeof a);
	a.exit_signal = SIGCHLD;
}

int main(void)
{
	char *edge = page_edge();
	int pidfd = -1, tid, self = getpid();
	static char stack[16384] __attribute__((aligned(16)));

	show("bad pointer", syscall(SYS_clone3, edge, SIZE2));
	call("size 0", 0);
	call("size 63", 63);
	call("size 64", 64);
	call("size 80", 80);
	call("size 88", SIZE2);
	call("newer, zero", 112);
	a.more[1] = 1;
	call("newer, not zero", 112);
	call("a page", PAGE);
	call("more than a page", PAGE + 1);
	a.flags = CLONE_DETACHED;
	call("DETACHED", SIZE2);
	a.flags = 255;
	call("signal among the flags", SIZE2);
	a.flags = 1ull << 40;
	call("unknown flag", SIZE2);
	a.exit_signal = 65;
	call("signal 65", SIZE2);
	a.exit_signal = 1ull << 32;
	call("signal above 32 bits", SIZE2);
	a.exit_signal = 0;
	call("no signal", SIZE2);
	a.flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;
	call("thread with a signal", SIZE2);
	a.flags = CLONE_PARENT;
	call("PARENT with a signal", SIZE2);
	a.stack = (uintptr_t)stack;
	call("stack without a size", SIZE2);
	a.stack_size = 4096;
	call("size without a stack", SIZE2);
	a.stack = (uintptr_t)KERNEL_ADDRESS;
	a.stack_size = 4096;
	call("stack in the kernel", SIZE2);
	a.flags = CLONE_PIDFD;
	a.pidfd = (uintptr_t)&pidfd;
	call("PIDFD", SIZE2);
	judge("got one, close on exec", pidfd >= 0 && fcntl(pidfd, F_GETFD) == FD_CLOEXEC);
	a.flags = CLONE_PIDFD;
	a.pidfd = (uintptr_t)edge;
	call("PIDFD to nowhere", SIZE2);
	a.flags = CLONE_PIDFD | CLONE_PARENT_SETTID;
	a.pidfd = (uintptr_t)&pidfd;
	a.parent_tid = (uintptr_t)&tid;
	call("PIDFD and PARENT_SETTID", SIZE2);
	a.flags = CLONE_PIDFD | CLONE_PARENT_SETTID;
	a.pidfd = a.parent_tid = (uintptr_t)&tid;
	call("both at one place", SIZE2);
	a.set_tid_size = 33;
	call("set_tid_size without set_tid", SIZE2);
	a.set_tid = (uintptr_t)&self;
	call("set_tid without size", SIZE2);
	a.set_tid = (uintptr_t)&self;
	a.set_tid_size = 1;
	call("a number in use", SIZE2);
	tid = 31337;
	a.set_tid = (uintptr_t)&tid;
	a.set_tid_size = 1;
	long r = syscall(SYS_clone3, &a, SIZE2);
	if (!r)
		_exit(getpid() == 31337 ? 0 : 1);
	show("set_tid", r);
	int status = 0;
	if (r > 0)
		waitpid((pid_t)r, &status, 0);
	say("%s\n", ending(status));
	memset(&a, 0, sizeof a);
	a.exit_signal = SIGCHLD;
	tid = -4;
	a.set_tid = (uintptr_t)&tid;
	a.set_tid_size = 1;
	call("a negative number", SIZE2);
	tid = 5;
	a.set_tid = (uintptr_t)&tid;
	a.set_tid_size = 2;
	call("more numbers than namespaces", SIZE2);
	a.flags = CLONE_CLEAR_SIGHAND;
	call("CLEAR_SIGHAND", SIZE2);
	a.flags = CLONE_INTO_CGROUP;
	a.cgroup = 5;
	call("INTO_CGROUP, bad descriptor", SIZE2);
}
