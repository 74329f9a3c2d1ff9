/* notify.h - filters that refer calls to a listener, and children that make such calls. */
#pragma once
#include "../show.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#define ASKED SYS_getppid

static inline int install(int nr, uint32_t action, unsigned flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof code / sizeof *code, code };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

static inline int listen_to(int nr, unsigned flags)
{
	return install(nr, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER | flags);
}

/* A child that makes the call once, and says what came of it. */
static inline pid_t caller(void)
{
	pid_t pid = fork();

	if (!pid) {
		syscall(SYS_close_range, 3, ~0u, 0);
		long r = syscall(ASKED, 1, 2, 3, 4, 5, 6);

		if (r < 0)
			say("  child: %s\n", errno_name(errno));
		else
			say("  child: %ld\n", r == getpid() - 1 ? -2 : r);
		_exit(0);
	}
	return pid;
}

static inline long receive(int listener, struct seccomp_notif *n)
{
	memset(n, 0, sizeof *n);
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, n);
}

static inline long answer(int listener, uint64_t id, int64_t val, int error, unsigned flags)
{
	struct seccomp_notif_resp r = { id, val, error, flags };

	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r);
}

static inline void events(const char *what, int listener)
{
	struct pollfd p = { listener, POLLIN | POLLOUT, 0 };
	int n = poll(&p, 1, 0);

	say("%s: %d%s%s%s\n", what, n, p.revents & POLLIN ? " in" : "", p.revents & POLLOUT ? " out" : "", p.revents & POLLHUP ? " hup" : "");
}

/* Answer, let the child end, and then say how the answer was taken: what it prints comes first. */
static inline void answer_and_reap(const char *what, int listener, uint64_t id, int64_t val, int error, unsigned flags, pid_t pid)
{
	long r = answer(listener, id, val, error, flags);
	int err = errno;

	waitpid(pid, NULL, 0);
	errno = err;
	show(what, r);
}
