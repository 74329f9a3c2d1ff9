/*
 * notify_fd.c - SECCOMP_IOCTL_NOTIF_ADDFD: files given to the caller while it waits.
 */
#include "notify.h"
#include <sys/resource.h>

static int listener;

static long add(uint64_t id, unsigned flags, unsigned srcfd, unsigned newfd, unsigned newfd_flags)
{
	struct seccomp_notif_addfd a = { id, flags, srcfd, newfd, newfd_flags };

	return ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &a);
}

/* The child looks at what it was given once its call is answered. */
static pid_t looker(void)
{
	pid_t pid = fork();

	if (!pid) {
		long r = syscall(ASKED);

		say("  child: %ld, descriptors", r);
		for (int fd = listener + 1; fd < 100; fd++)
			if (fcntl(fd, F_GETFD) >= 0)
				say(" %d%s", fd, fcntl(fd, F_GETFD) ? "c" : "");
		say("\n");
		_exit(0);
	}
	return pid;
}

int main(void)
{
	struct { struct seccomp_notif_addfd a; uint64_t more; } big = { .more = 1 };
	struct seccomp_notif n;
	int null;
	pid_t pid;
	long r;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	null = open("/dev/null", O_RDWR);
	listener = listen_to(ASKED, 0);
	show("to nobody", add(1, 0, null, 0, 0));
	pid = looker();
	while (poll(&(struct pollfd){ listener, POLLIN, 0 }, 1, -1) < 1)
		;
	receive(listener, &n);
	show("first free", add(n.id, 0, null, 0, 0));
	show("close on exec", add(n.id, 0, null, 0, O_CLOEXEC));
	show("chosen", add(n.id, SECCOMP_ADDFD_FLAG_SETFD, null, 42, 0));
	show("chosen, replaced", add(n.id, SECCOMP_ADDFD_FLAG_SETFD, null, 42, O_CLOEXEC));
	show("chosen, too high", add(n.id, SECCOMP_ADDFD_FLAG_SETFD, null, 1 << 30, 0));
	show("number without the flag", add(n.id, 0, null, 42, 0));
	show("strange flag", add(n.id, 8, null, 0, 0));
	show("strange flags of the file", add(n.id, 0, null, 0, O_NONBLOCK));
	show("no file", add(n.id, 0, 99, 0, 0));
	show("too small", ioctl(listener, _IOW('!', 3, uint64_t), &big));
	big.a = (struct seccomp_notif_addfd){ .id = n.id, .srcfd = (unsigned)null };
	show("larger, not zero", ioctl(listener, _IOC(_IOC_WRITE, '!', 3, sizeof big), &big));
	big.more = 0;
	show("larger, zero", ioctl(listener, _IOC(_IOC_WRITE, '!', 3, sizeof big), &big));
	show("nowhere", ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, KERNEL_ADDRESS));
	answer_and_reap("answer", listener, n.id, 5, 0, 0, pid);
	show("too late", add(n.id, 0, null, 0, 0));
	pid = looker();
	receive(listener, &n);
	r = add(n.id, SECCOMP_ADDFD_FLAG_SEND, null, 0, 0);
	waitpid(pid, NULL, 0);
	show("as the answer", r);
	pid = looker();
	receive(listener, &n);
	prlimit(pid, RLIMIT_NOFILE, &(struct rlimit){ (rlim_t)listener + 1, 1000 }, NULL);
	show("table full", add(n.id, SECCOMP_ADDFD_FLAG_SEND, null, 0, 0));
	answer_and_reap("still to be answered", listener, n.id, 6, 0, 0, pid);
	return 0;
}
