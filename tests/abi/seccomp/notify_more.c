/*
 * notify_more.c - listeners: the call is made after all, the order of calls, callers that only death interrupts, HUP.
 */
#include "notify.h"

static void on_signal(int sig) { say("  child: signal\n"); }

static void continued(int listener)
{
	struct seccomp_notif n;
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(syscall(ASKED) == getppid() ? 3 : 4);
	for (int i = 0; i < 2; i++) {           /* both of its calls */
		receive(listener, &n);
		show("continue", answer(listener, n.id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE));
	}
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
}

static void wait_asleep(pid_t pid)
{
	char path[64], text[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	do {
		sleep_ms(1);
		fd = open(path, O_RDONLY);
		n = read(fd, text, sizeof text - 1);
		close(fd);
		text[n > 0 ? n : 0] = '\0';
	} while (!strstr(text, ") S"));
}

static void in_order(int listener)
{
	struct seccomp_notif n[3];
	pid_t pid[3];

	for (int i = 0; i < 3; i++) {
		pid[i] = fork();
		if (!pid[i])
			_exit((int)syscall(ASKED));
		wait_asleep(pid[i]);            /* it asks */
	}
	for (int i = 0; i < 3; i++)
		receive(listener, &n[i]);
	judge("in the order they asked", (pid_t)n[0].pid == pid[0] && (pid_t)n[1].pid == pid[1] && (pid_t)n[2].pid == pid[2]);
	judge("ids count up", n[1].id == n[0].id + 1 && n[2].id == n[1].id + 1);
	for (int i = 2; i >= 0; i--) {
		int status;

		answer(listener, n[i].id, 10 + i, 0, 0);
		waitpid(pid[i], &status, 0);
		say("%s\n", ending(status));
	}
}

static void killable(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	int listener = listen_to(ASKED, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	struct seccomp_notif n;
	pid_t pid;

	sigaction(SIGUSR1, &sa, NULL);
	pid = caller();
	receive(listener, &n);
	kill(pid, SIGUSR1);
	sleep_ms(50);
	show("valid after a signal", ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &n.id));
	answer_and_reap("answer", listener, n.id, 77, 0, 0, pid);
	pid = caller();
	while (poll(&(struct pollfd){ listener, POLLIN, 0 }, 1, -1) < 1)
		;
	kill(pid, SIGUSR1);                     /* not received: any signal will do */
	waitpid(pid, NULL, 0);
	pid = caller();
	receive(listener, &n);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	show("valid after death", ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &n.id));
	_exit(0);
}

/* The listener outlives everybody who is filtered: the child makes it in a table that we share. */
static int make_listener(void *unused)
{
	(void)unused;
	_exit(dup2(listen_to(ASKED, 0), 50) == 50 ? 0 : 1);
}

static void orphan(void)
{
	struct seccomp_notif n;
	pid_t pid = (pid_t)syscall(SYS_clone, 0x400 /* CLONE_FILES */ | SIGCHLD, 0, 0, 0, 0);

	if (!pid)
		make_listener(NULL);
	while (fcntl(50, F_GETFD) < 0)
		sleep_ms(1);
	while (poll(&(struct pollfd){ 50, 0, 0 }, 1, -1) < 1)
		;
	events("all are gone", 50);
	show("receive", receive(50, &n));
	waitpid(pid, NULL, 0);
}

int main(void)
{
	char text[200] = "";
	int fd, listener;

	fd = open("/proc/sys/kernel/seccomp/actions_avail", O_RDONLY);
	(void)!read(fd, text, sizeof text - 1);
	say("%s", text);
	close(fd);
	show("available", syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &(uint32_t){ SECCOMP_RET_USER_NOTIF }));
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!fork())
		killable();
	wait(NULL);
	orphan();
	listener = listen_to(ASKED, 0);
	continued(listener);
	in_order(listener);
	return 0;
}
