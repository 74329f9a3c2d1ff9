/*
 * fds.c - descriptors of every kind the kernel offers, and a pool that remembers them, also when they are stale.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <string.h>
#include "fuzz.h"

void fd_add(struct ctx *c, long fd, int kind)
{
	struct prog *p = c->p;

	if (fd < 0)
		return;
	unsigned i = p->nr_fds < NELEM(p->fds) ? p->nr_fds++ : below(c, NELEM(p->fds));

	if (i < NELEM(p->fds)) {
		p->fds[i].fd = (int)fd;
		p->fds[i].kind = kind;
	}
}

int fd_pick(struct ctx *c, int kind)
{
	struct prog *p = c->p;
	unsigned n = p->nr_fds < NELEM(p->fds) ? p->nr_fds : NELEM(p->fds);

	if (kind == FD_DIR && one_in(c, 3))
		return AT_FDCWD;
	if (!n || one_in(c, 30))
		return one_in(c, 2) ? (int)below(c, 64) : one_in(c, 2) ? -1 : one_in(c, 2) ? AT_FDCWD : (int)rnd(c);
	if (kind != FD_ANY && !one_in(c, 8))
		for (unsigned at = below(c, n), i = 0; i < n; i++)
			if (p->fds[(at + i) % n].kind == kind)
				return p->fds[(at + i) % n].fd;
	return p->fds[below(c, n)].fd;
}

static const struct { const char *path; int flags, kind; } files[] = {
	{ "a", O_RDWR | O_CREAT, FD_FILE }, { "b", O_RDWR | O_CREAT | O_APPEND, FD_FILE }, { "c", O_RDONLY | O_CREAT, FD_FILE },
	{ "dir", O_RDONLY | O_DIRECTORY, FD_DIR }, { ".", O_RDONLY | O_DIRECTORY, FD_DIR }, { "dir", O_PATH, FD_DIR }, { "a", O_PATH, FD_PATH },
	{ "fifo", O_RDWR | O_NONBLOCK, FD_PIPE }, { "/dev/null", O_RDWR, FD_DEV }, { "/dev/zero", O_RDWR, FD_DEV }, { "/dev/full", O_RDWR, FD_DEV },
	{ "/dev/urandom", O_RDWR, FD_DEV }, { "/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK, FD_TTY }, { "/dev/kmsg", O_RDONLY | O_NONBLOCK, FD_DEV },
	{ "/proc/self/maps", O_RDONLY, FD_PROC }, { "/proc/self/mem", O_RDWR, FD_PROC }, { "/proc/self/status", O_RDONLY, FD_PROC },
	{ "/proc/self/fd", O_RDONLY, FD_DIR }, { "/proc", O_RDONLY, FD_DIR }, { "/proc/self/oom_score_adj", O_RDWR, FD_PROC },
	{ "/proc/self/ns/ipc", O_RDONLY, FD_NS }, { "/proc/self/ns/uts", O_RDONLY, FD_NS }, { "/proc/mounts", O_RDONLY, FD_PROC },
	{ "/proc/self/smaps", O_RDONLY, FD_PROC }, { "/proc/self/clear_refs", O_WRONLY, FD_PROC }, { "", O_TMPFILE | O_RDWR, FD_FILE },
};

static void make_pair(struct ctx *c, long err, const int *two, int kind)
{
	if (err)
		return;
	fd_add(c, two[0], kind);
	fd_add(c, two[1], kind);
}

static void make_tty_slave(struct ctx *c, long master)
{
	int zero = 0;

	SYS(SYS_ioctl, master, 0x40045431 /* TIOCSPTLCK */, &zero);
	fd_add(c, SYS(SYS_ioctl, master, 0x5441 /* TIOCGPTPEER */, O_RDWR | O_NOCTTY | O_NONBLOCK), FD_TTY);
}

static void make_one(struct ctx *c)
{
	int two[2];
	uint64_t mask = 1ul << below(c, 64);
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = { 0, 'a' + below(c, 3) } };
	long fd;
	unsigned which = below(c, NELEM(files) + 18);

	if (which < NELEM(files)) {
		fd = SYS(SYS_open, files[which].path, files[which].flags, 0666);
		if (fd < 0 && (files[which].flags & O_TMPFILE) == O_TMPFILE)
			fd = SYS(SYS_open, ".", O_TMPFILE | O_RDWR, 0666);
		fd_add(c, fd, files[which].kind);
		if (fd >= 0 && files[which].kind == FD_TTY)
			make_tty_slave(c, fd);
		return;
	}
	switch (which - NELEM(files)) {
	case 0: case 1: make_pair(c, SYS(SYS_pipe2, two, one_in(c, 2) ? O_NONBLOCK : 0), two, FD_PIPE); break;
	case 2: make_pair(c, SYS(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, two), two, FD_SOCKET); break;
	case 3: make_pair(c, SYS(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, two), two, FD_SOCKET); break;
	case 4: make_pair(c, SYS(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, two), two, FD_SOCKET); break;
	case 5:
		fd_add(c, fd = SYS(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), FD_SOCKET);
		SYS(SYS_bind, fd, &name, 5);
		SYS(SYS_listen, fd, below(c, 4));
		break;
	case 6: fd_add(c, SYS(SYS_eventfd2, below(c, 3), one_in(c, 2) ? O_NONBLOCK : 0), FD_EVENT); break;
	case 7: fd_add(c, SYS(SYS_timerfd_create, one_in(c, 2), O_NONBLOCK), FD_TIMER); break;
	case 8: fd_add(c, SYS(SYS_signalfd4, -1, &mask, 8, O_NONBLOCK), FD_SIGNAL); break;
	case 9: case 10: fd_add(c, SYS(SYS_epoll_create1, 0), FD_EPOLL); break;
	case 11: fd_add(c, SYS(SYS_inotify_init1, O_NONBLOCK), FD_INOTIFY); break;
	case 12: fd_add(c, SYS(SYS_memfd_create, "m", below(c, 4)), FD_FILE); break;
	case 13: fd_add(c, SYS(SYS_pidfd_open, SYS(SYS_getpid), 0), FD_PIDFD); break;
	case 14: fd_add(c, SYS(SYS_mq_open, "fzq1", O_RDWR | O_CREAT | O_NONBLOCK, 0600, 0), FD_MQ); break;
	case 15: fd_add(c, SYS(SYS_socket, AF_UNIX, SOCK_DGRAM, 0), FD_SOCKET); break;
	case 16:
		fd = SYS(SYS_memfd_create, "f", 0);
		SYS(SYS_ftruncate, fd, below(c, 9) * PAGE);
		fd_add(c, fd, FD_FILE);
		break;
	default:
		fd = SYS(SYS_open, "dir/a", O_RDWR | O_CREAT, 0666);
		SYS(SYS_ftruncate, fd, below(c, 9) * PAGE + 100);
		fd_add(c, fd, FD_FILE);
	}
}

void fds_make(struct ctx *c, unsigned n)
{
	SYS(SYS_mkdir, "dir", 0777);
	SYS(SYS_mknod, "fifo", 0010666, 0);
	SYS(SYS_symlink, "dir", "link");
	SYS(SYS_symlink, "loop", "loop");
	while (n--)
		make_one(c);
}
