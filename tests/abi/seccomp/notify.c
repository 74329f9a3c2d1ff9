/*
 * notify.c - SECCOMP_RET_USER_NOTIF: what a supervisor receives and answers; interrupted and dying callers; the listener's end.
 */
#include "notify.h"

static int listener;

static void on_signal(int sig) { say("  child: signal\n"); }

static void one(const char *what, int64_t val, int error, unsigned flags)
{
	struct seccomp_notif n;
	pid_t pid = caller();

	receive(listener, &n);
	answer_and_reap(what, listener, n.id, val, error, flags, pid);
}

static void refusals(void)
{
	struct seccomp_notif n;
	struct seccomp_notif_resp r = { .flags = 2 };
	pid_t pid;

	show("sizes with a flag", syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 1, &n));
	show("sizes nowhere", syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, KERNEL_ADDRESS));
	show("another listener", listen_to(ASKED, 0));
	show("killable without", install(ASKED, SECCOMP_RET_ALLOW, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV));
	show("with TSYNC", listen_to(ASKED, SECCOMP_FILTER_FLAG_TSYNC));
	show("answer with strange flags", ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r));
	r = (struct seccomp_notif_resp){ .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE, .val = 1 };
	show("continue with a value", ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r));
	r = (struct seccomp_notif_resp){ .id = 1 };
	show("answer to nobody", ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r));
	show("valid", ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &r.id));
	memset(&n, 0, sizeof n);
	n.flags = 1;
	show("receive into what is not zero", ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &n));
	show("receive nowhere", ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, KERNEL_ADDRESS));
	show("unknown", ioctl(listener, 0x1234, 0));
	show("read", read(listener, &n, sizeof n));
	pid = caller();
	receive(listener, &n);
	show("still valid", ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &n.id));
	answer_and_reap("answer", listener, n.id, 0, -EDOM, 0, pid);
	show("answer again", answer(listener, n.id, 0, 0, 0));
}

static void interrupted(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct seccomp_notif n;
	pid_t pid;
	uint64_t id;

	sigaction(SIGUSR1, &sa, NULL);
	pid = caller();
	receive(listener, &n);
	id = n.id;
	kill(pid, SIGUSR1);
	waitpid(pid, NULL, 0);
	show("after EINTR", ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id));
	sa.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &sa, NULL);
	pid = caller();
	receive(listener, &n);
	id = n.id;
	kill(pid, SIGUSR1);
	receive(listener, &n);
	judge("it asks again, by another id", n.id != id);
	answer_and_reap("answer", listener, n.id, 55, 0, 0, pid);
	pid = caller();
	receive(listener, &n);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	show("answer to a dead one", answer(listener, n.id, 55, 0, 0));
	events("nobody waits", listener);
}

int main(void)
{
	struct seccomp_notif_sizes sizes;
	struct seccomp_notif n;
	pid_t pid;

	show("sizes", syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes));
	say("%u %u %u\n", sizes.seccomp_notif, sizes.seccomp_notif_resp, sizes.seccomp_data);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	listener = listen_to(ASKED, 0);
	say("listener %d, cloexec %d\n", listener, fcntl(listener, F_GETFD));
	events("quiet", listener);
	pid = caller();
	while (poll(&(struct pollfd){ listener, POLLIN, 0 }, 1, -1) < 1)
		;
	events("asked", listener);
	receive(listener, &n);
	events("received", listener);
	say("nr %s, pid %s, flags %u, args %d %d %d %d %d %d\n", n.data.nr == ASKED ? "as called" : "?", (pid_t)n.pid == pid ? "the child's" : "?",
	    n.flags, (int)n.data.args[0], (int)n.data.args[1], (int)n.data.args[2], (int)n.data.args[3], (int)n.data.args[4], (int)n.data.args[5]);
	answer(listener, n.id, 123456, 0, 0);
	waitpid(pid, NULL, 0);
	events("answered", listener);
	one("error", 7, -EPERM, 0);
	one("positive error", 7, 8, 0);
	one("large", 1l << 40, 0, 0);
	refusals();
	interrupted();
	pid = caller();
	receive(listener, &n);
	close(listener);
	waitpid(pid, NULL, 0);
	show("no listener", syscall(ASKED));
	listener = listen_to(SYS_getpgrp, 0);
	show_ok("a new one", listener);
	return 0;
}
