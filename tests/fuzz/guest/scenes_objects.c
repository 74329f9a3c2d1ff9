/*
 * scenes_objects.c - scenes of files, sockets, memory, mounts, keys: what tasks have between them (scenes.h).
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <linux/aio_abi.h>
#include "scenes.h"

/* ---- sockets in flight ---- */

static long send_fds(struct ctx *c, int over, const int *fds, unsigned n)
{
	char byte = 'x', *control = c->scratch;
	struct iovec { void *base; size_t len; } iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = (void *)&iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *h = (struct cmsghdr *)control;

	memset(control, 0, m.msg_controllen);
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(h), fds, n * sizeof(int));
	return CALL(c, SYS_sendmsg, (uint64_t)over, AT(&m), MSG_DONTWAIT);
}

/* Pairs whose ends travel over each other: rings that only the collector can break, other descriptors with them. */
void rights(struct ctx *c)
{
	int pairs[4][2], sent[6];
	unsigned n = 1 + below(c, 4), made = 0;

	for (; made < n; made++)
		if (CALL(c, SYS_socketpair, AF_UNIX, one_in(c, 2) ? SOCK_DGRAM : one_in(c, 2) ? SOCK_STREAM : SOCK_SEQPACKET, 0, AT(pairs[made])) < 0)
			break;
	for (unsigned turn = 0; made && turn < 2 * n; turn++) {
		unsigned k = 1 + below(c, 5);

		for (unsigned i = 0; i < k; i++)
			sent[i] = one_in(c, 4) ? fd_pick(c, one_in(c, 2) ? FD_EPOLL : FD_ANY) : pairs[below(c, made)][below(c, 2)];
		send_fds(c, pairs[below(c, made)][below(c, 2)], sent, k);
	}
	for (unsigned i = 0; i < made; i++)
		for (int end = 0; end < 2; end++)
			if (one_in(c, 5))
				fd_add(c, pairs[i][end], FD_SOCKET);
			else
				CALL(c, SYS_close, (uint64_t)pairs[i][end]);
}

/* A listener, a peer that connects, and the accepted end. */
void connection(struct ctx *c)
{
	struct { uint16_t family; char name[6]; } a = { AF_UNIX, { 0, 'l', (char)('a' + below(c, 4)) } };
	uint64_t type = (one_in(c, 3) ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_NONBLOCK;
	long l = CALL(c, SYS_socket, AF_UNIX, type, 0), s = CALL(c, SYS_socket, AF_UNIX, type, 0), got;

	CALL(c, SYS_bind, (uint64_t)l, AT(&a), 5);
	CALL(c, SYS_listen, (uint64_t)l, below(c, 3));
	CALL(c, SYS_connect, (uint64_t)s, AT(&a), 5);
	if (one_in(c, 3))
		CALL(c, SYS_sendto, (uint64_t)s, AT(c->p->arena), 1 + below(c, 5000), MSG_NOSIGNAL, 0, 0);
	if (!one_in(c, 4)) {
		got = one_in(c, 2) ? CALL(c, SYS_accept, (uint64_t)l, 0, 0) : CALL(c, SYS_accept4, (uint64_t)l, 0, 0, SOCK_CLOEXEC);
		fd_add(c, got, FD_SOCKET);
		if (got >= 0 && one_in(c, 2))
			send_fds(c, (int)s, (int[]){ (int)l, (int)got }, 2);
	}
	for (int i = 0; i < 2; i++)
		if (one_in(c, 2))
			CALL(c, SYS_close, (uint64_t)(i ? l : s));
		else
			fd_add(c, i ? l : s, FD_SOCKET);
}

/* ---- epoll in epoll ---- */

void nest(struct ctx *c)
{
	int e[6];
	struct __attribute__((packed)) { uint32_t events; uint64_t data; } ev, got[4];
	long end = CALL(c, SYS_eventfd2, below(c, 2), 0);

	for (unsigned i = 0; i < NELEM(e); i++)
		e[i] = (int)CALL(c, SYS_epoll_create1, 0);
	for (unsigned n = 4 + below(c, 12); n; n--) {
		uint64_t in = (uint64_t)e[below(c, NELEM(e))], what = (uint64_t)(one_in(c, 4) ? end : one_in(c, 6) ? fd_pick(c, FD_ANY) : e[below(c, NELEM(e))]);

		ev.events = EPOLLIN | (one_in(c, 3) ? EPOLLET : 0) | (one_in(c, 4) ? EPOLLONESHOT : 0) | (one_in(c, 5) ? EPOLLEXCLUSIVE : 0);
		ev.data = what;
		CALL(c, SYS_epoll_ctl, in, one_in(c, 6) ? EPOLL_CTL_DEL : one_in(c, 6) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, what, AT(&ev));
		if (one_in(c, 3))
			CALL(c, SYS_epoll_wait, in, AT(got), NELEM(got), below(c, 2));
		if (one_in(c, 4))
			CALL(c, SYS_write, (uint64_t)end, AT(&(uint64_t){ 1 }), 8);
	}
	fd_add(c, end, FD_EVENT);
	for (unsigned i = 0; i < NELEM(e); i++)
		if (one_in(c, 3))
			fd_add(c, e[i], FD_EPOLL);
		else
			CALL(c, SYS_close, (uint64_t)e[i]);
}

/* ---- leases ---- */

void leases(struct ctx *c)
{
	long fd = CALL(c, SYS_open, AT(one_in(c, 2) ? "lease" : "lease2"), (one_in(c, 2) ? O_RDONLY : O_RDWR) | O_CREAT, 0666), pid;

	CALL(c, SYS_fcntl, (uint64_t)fd, 10 /* F_SETSIG */, one_in(c, 2) ? 0 : SIGUSR1);
	CALL(c, SYS_fcntl, (uint64_t)fd, 1024 /* F_SETLEASE */, below(c, 3));
	if (child_start(c, &pid)) {
		CALL(c, SYS_open, AT(one_in(c, 2) ? "lease" : "lease2"), (one_in(c, 2) ? O_RDWR : O_RDONLY) | (one_in(c, 2) ? O_NONBLOCK : 0) | (one_in(c, 3) ? O_TRUNC : 0), 0);
		CALL(c, SYS_truncate, AT("lease"), below(c, 100));
		return;
	}
	CALL(c, SYS_fcntl, (uint64_t)fd, 1025 /* F_GETLEASE */, 0);
	if (one_in(c, 2))
		CALL(c, SYS_fcntl, (uint64_t)fd, 1024, below(c, 3));
	if (one_in(c, 2))
		fd_add(c, fd, FD_FILE);
	else
		CALL(c, SYS_close, (uint64_t)fd);
	child_end(c, pid);
}

/* ---- one memory object mapped often ---- */

void mappings(struct ctx *c)
{
	static const uint64_t advice[] = { 0, 1, 3, 4, 8, 9, 10, 11, 14, 15, 16, 18, 19, 20, 21, 22, 23 };
	long fd = one_in(c, 3) ? -1 : CALL(c, SYS_memfd_create, AT("m"), 2), a, b, pid = -1;
	uint64_t pages = 1 + below(c, 12), kind = one_in(c, 4) ? MAP_PRIVATE : MAP_SHARED;

	CALL(c, SYS_ftruncate, (uint64_t)fd, pages * PAGE - below(c, 2) * 100);
	a = CALL(c, SYS_mmap, 0, pages * PAGE, PROT_READ | PROT_WRITE, kind | (fd < 0 ? MAP_ANONYMOUS : 0), (uint64_t)fd, 0);
	b = CALL(c, SYS_mmap, 0, pages * PAGE, PROT_READ | PROT_WRITE, kind | (fd < 0 ? MAP_ANONYMOUS : 0), (uint64_t)fd, 0);
	if (a < 0 || b < 0)
		return;
	if (one_in(c, 3) && child_start(c, &pid))
		c->budget = 10;
	for (unsigned n = 2 + below(c, 8); n; n--) {
		uint64_t at = (uint64_t)(one_in(c, 2) ? a : b) + below(c, (uint32_t)pages) * PAGE, len = (1 + below(c, 4)) * PAGE;
		long moved;

		switch (below(c, 9)) {
		case 0: case 1: CALL(c, SYS_madvise, at, len, advice[below(c, NELEM(advice))]); break;
		case 2: CALL(c, SYS_ftruncate, (uint64_t)fd, below(c, 16) * PAGE); break;
		case 3: CALL(c, SYS_fallocate, (uint64_t)fd, 3 /* punch a hole */, below(c, 8) * PAGE, len); break;
		case 4:
			moved = CALL(c, SYS_mremap, at, kind == MAP_SHARED && one_in(c, 2) ? 0 : len, (1 + below(c, 8)) * PAGE, one_in(c, 4) ? 5 : 1);
			if (moved >= 0 && c->p->nr_maps < NELEM(c->p->maps))
				c->p->maps[c->p->nr_maps++].addr = (unsigned long)moved;
			break;
		case 5: CALL(c, SYS_msync, at, len, MS_SYNC); break;
		case 6: CALL(c, SYS_mprotect, at, len, below(c, 4)); break;
		case 7: CALL(c, SYS_mlock, at, len); break;
		default: CALL(c, SYS_read, (uint64_t)fd_pick(c, FD_DEV), at, len);      /* the kernel's own faults */
		}
	}
	if (one_in(c, 2)) {
		CALL(c, SYS_munmap, (uint64_t)a, pages * PAGE);
		CALL(c, SYS_munmap, (uint64_t)b, pages * PAGE);
	}
	if (fd >= 0)
		CALL(c, SYS_close, (uint64_t)fd);
	child_end(c, pid);
}

/* ---- splicing chains ---- */

void splices(struct ctx *c)
{
	int p[2], q[2], s[2];
	struct { uint64_t base, len; } iov = { AT(c->p->arena), 1 + below(c, 3 * PAGE) };
	long file = CALL(c, SYS_open, AT("a"), O_RDWR | O_CREAT, 0666);
	uint64_t to, from, off = below(c, 5000);

	if (CALL(c, SYS_pipe2, AT(p), O_NONBLOCK) < 0)
		return;
	if (CALL(c, SYS_pipe2, AT(q), O_NONBLOCK) < 0 || CALL(c, SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, AT(s)) < 0)
		q[0] = q[1] = s[0] = s[1] = -1;
	for (unsigned n = 3 + below(c, 10); n; n--) {
		to = (uint64_t)(one_in(c, 3) ? s[0] : one_in(c, 2) ? file : fd_pick(c, FD_ANY));
		from = (uint64_t)(one_in(c, 3) ? s[1] : one_in(c, 2) ? file : fd_pick(c, FD_ANY));
		switch (below(c, 7)) {
		case 0: CALL(c, SYS_vmsplice, (uint64_t)p[1], AT(&iov), 1, below(c, 2) * 8); break;
		case 1: CALL(c, SYS_tee, (uint64_t)p[0], (uint64_t)q[1], 1 + below(c, 9000), 2); break;
		case 2: CALL(c, SYS_splice, (uint64_t)p[0], 0, to, to == (uint64_t)file && one_in(c, 2) ? AT(&off) : 0, 1 + below(c, 9000), 2); break;
		case 3: CALL(c, SYS_splice, from, from == (uint64_t)file && one_in(c, 2) ? AT(&off) : 0, (uint64_t)p[1], 0, 1 + below(c, 9000), 2); break;
		case 4: CALL(c, SYS_splice, (uint64_t)p[0], 0, (uint64_t)q[1], 0, 1 + below(c, 9000), 2); break;
		case 5: CALL(c, SYS_sendfile, to, (uint64_t)file, one_in(c, 2) ? AT(&off) : 0, 1 + below(c, 20000)); break;
		default: CALL(c, SYS_fcntl, (uint64_t)p[below(c, 2)], 1031 /* F_SETPIPE_SZ */, below(c, 5) * PAGE);
		}
	}
	for (int i = 0; i < 2; i++) {
		CALL(c, SYS_close, (uint64_t)q[i]);
		CALL(c, SYS_close, (uint64_t)s[i]);
		fd_add(c, p[i], FD_PIPE);
	}
	CALL(c, SYS_close, (uint64_t)file);
}

/* ---- asynchronous I/O ---- */

/* Some requests in flight, of which some are waited for, some withdrawn, and some left to the end of memory or task. */
void requests(struct ctx *c)
{
	struct iocb cb[4], *list[4];
	uint64_t ring = 0, soon[2] = { 0, below(c, 3000000) }, events[4 * 4];
	long file = CALL(c, SYS_open, AT("a"), O_RDWR | O_CREAT, 0666), bell = CALL(c, SYS_eventfd2, 0, O_NONBLOCK);
	int pipe[2] = { -1, -1 };

	if (CALL(c, SYS_io_setup, 1 + below(c, 8), AT(&ring)) < 0)
		return;
	CALL(c, SYS_pipe2, AT(pipe), O_NONBLOCK);
	for (unsigned n = 2 + below(c, 6); n; n--) {
		unsigned nr = 1 + below(c, NELEM(cb));

		for (unsigned i = 0; i < nr; i++) {
			bool poll = one_in(c, 2);

			memset(&cb[i], 0, sizeof cb[i]);
			cb[i].aio_lio_opcode = poll ? IOCB_CMD_POLL : below(c, 4);
			cb[i].aio_fildes = (uint32_t)(poll ? (one_in(c, 2) ? pipe[below(c, 2)] : fd_pick(c, FD_ANY)) : file);
			cb[i].aio_buf = poll ? 1 + below(c, 4) : AT(c->p->arena) + below(c, 8) * PAGE;
			cb[i].aio_nbytes = poll ? 0 : below(c, 3 * PAGE);
			cb[i].aio_flags = one_in(c, 2);
			cb[i].aio_resfd = (uint32_t)bell;
			list[i] = &cb[i];
		}
		CALL(c, SYS_io_submit, ring, nr, AT(list));
		if (one_in(c, 3))
			CALL(c, SYS_write, (uint64_t)pipe[1], AT("x"), 1);
		if (one_in(c, 3))
			CALL(c, SYS_io_cancel, ring, AT(&cb[below(c, nr)]), AT(events));
		if (one_in(c, 4))
			CALL(c, SYS_close, (uint64_t)pipe[below(c, 2)]);
		if (one_in(c, 2))
			CALL(c, SYS_io_getevents, ring, below(c, 2), 4, AT(events), AT(soon));
	}
	fd_add(c, file, FD_FILE);
	fd_add(c, bell, FD_EVENT);
	fd_add(c, pipe[0], FD_PIPE);
	fd_add(c, pipe[1], FD_PIPE);
	if (!one_in(c, 3))
		CALL(c, SYS_io_destroy, ring);
}

/* ---- mounts, as root of a namespace ---- */

static const char *some_folder(struct ctx *c)
{
	static const char *const names[] = { "m1", "m2", "m1/sub", "dir", "." };

	return names[below(c, NELEM(names))];
}

/* By the old calls and the new ones, over and into each other; the namespace ends with its last task. */
void mounts(struct ctx *c)
{
	static const uint64_t flags[] = { 0, 0, MS_RDONLY, MS_NOSUID, MS_NOEXEC, MS_BIND, MS_BIND | MS_REC, MS_MOVE, MS_REMOUNT | MS_RDONLY, MS_REMOUNT | MS_BIND, MS_PRIVATE,
		MS_SHARED, MS_SLAVE, MS_UNBINDABLE, MS_SHARED | MS_REC };
	static const char *const types[] = { "tmpfs", "tmpfs", "proc", "sysfs", "devpts", "mqueue" };
	long context, tree;

	if (!child_fork(c))
		return;
	namespaces_enter(c);
	CALL(c, SYS_mkdir, AT("m1"), 0777);
	CALL(c, SYS_mkdir, AT("m2"), 0777);
	if (one_in(c, 4)) {                                              /* a root that is not the first mount: pivot_root takes it */
		CALL(c, SYS_mount, AT("root"), AT("m1"), AT("tmpfs"), 0, 0);
		CALL(c, SYS_chdir, AT("m1"));
		CALL(c, SYS_chroot, AT("."));
		CALL(c, SYS_mkdir, AT("m1"), 0777);
		CALL(c, SYS_mkdir, AT("m2"), 0777);
		CALL(c, SYS_mount, AT("next"), AT("m1"), AT("tmpfs"), 0, 0);
		CALL(c, SYS_mkdir, AT("m1/sub"), 0777);
		if (!one_in(c, 4))
			CALL(c, SYS_pivot_root, AT("m1"), AT("m1/sub"));
		CALL(c, SYS_umount2, AT("/sub"), one_in(c, 2) ? 2 : 0);
	}
	for (unsigned n = 6 + below(c, 20); n; n--)
		switch (below(c, 10)) {
		case 0: case 1:
			CALL(c, SYS_mount, AT(some_folder(c)), AT(some_folder(c)), AT(types[below(c, NELEM(types))]), flags[below(c, NELEM(flags))], 0);
			CALL(c, SYS_mkdir, AT("m1/sub"), 0777);
			break;
		case 2: CALL(c, SYS_umount2, AT(some_folder(c)), one_in(c, 2) ? 0 : one_in(c, 2) ? 2 /* MNT_DETACH */ : 4 /* MNT_EXPIRE */); break;
		case 3: case 4:
			context = CALL(c, SYS_fsopen, AT(types[below(c, NELEM(types))]), below(c, 2));
			if (one_in(c, 2))
				CALL(c, SYS_fsconfig, (uint64_t)context, 1 /* SET_STRING */, AT("size"), AT("64k"), 0);
			if (one_in(c, 3))
				CALL(c, SYS_fsconfig, (uint64_t)context, 0 /* SET_FLAG */, AT("ro"), 0, 0);
			CALL(c, SYS_fsconfig, (uint64_t)context, 6 /* CMD_CREATE */, 0, 0, 0);
			if (one_in(c, 6))
				CALL(c, SYS_fsconfig, (uint64_t)context, 7 /* CMD_RECONFIGURE */, 0, 0, 0);
			tree = CALL(c, SYS_fsmount, (uint64_t)context, 0, below(c, 16));
			CALL(c, SYS_move_mount, (uint64_t)tree, AT(""), AT_FDCWD, AT(some_folder(c)), 4 /* F_EMPTY_PATH */);
			fd_add(c, context, FD_CONTEXT);
			fd_add(c, tree, FD_MOUNT);
			break;
		case 5: case 6:
			tree = CALL(c, SYS_open_tree, AT_FDCWD, AT(some_folder(c)), 1 /* CLONE */ | (one_in(c, 2) ? 0x8000 /* AT_RECURSIVE */ : 0));
			if (one_in(c, 2)) {
				uint64_t attr[4] = { below(c, 16), below(c, 16), flags[10 + below(c, 4)], 0 };

				CALL(c, SYS_mount_setattr, (uint64_t)tree, AT(""), AT_EMPTY_PATH | (one_in(c, 2) ? 0x8000 : 0), AT(attr), 32);
			}
			CALL(c, SYS_move_mount, (uint64_t)tree, AT(""), AT_FDCWD, AT(some_folder(c)), 4);
			fd_add(c, tree, FD_MOUNT);
			break;
		case 7: fd_add(c, CALL(c, SYS_fspick, AT_FDCWD, AT(some_folder(c)), one_in(c, 2)), FD_CONTEXT); break;
		case 8: CALL(c, SYS_chdir, AT(some_folder(c))); break;
		default:
			if (one_in(c, 3))
				CALL(c, SYS_pivot_root, AT(some_folder(c)), AT(some_folder(c)));
			else
				fds_make(c, 2);
		}
	c->budget = 20;
}

/* ---- timers, attributes, locks, keys, watches ---- */

void timers(struct ctx *c)
{
	static const uint64_t clocks[] = { 0, 1, 2, 3, 7, 11, (uint32_t)-2, (uint32_t)-6 };
	int id[4], made = 0;

	for (unsigned n = 1 + below(c, 4); n; n--) {
		uint64_t event[8] = { 0, (uint64_t)(SIGRTMIN + (int)below(c, 8)) | (one_in(c, 2) ? 0 : one_in(c, 2) ? 1ul << 32 : 4ul << 32), (uint64_t)SYS(SYS_gettid) };

		if (CALL(c, SYS_timer_create, clocks[below(c, NELEM(clocks))], one_in(c, 4) ? 0 : AT(event), AT(&id[made])) >= 0)
			made++;
	}
	for (unsigned n = below(c, 10); made && n; n--) {
		struct { uint64_t every_s, every_ns, first_s, first_ns; } when = { 0, one_in(c, 2) ? below(c, 3000000) : 0, 0, below(c, 3000000) };
		uint64_t which = (uint64_t)id[below(c, (uint32_t)made)];

		switch (below(c, 5)) {
		case 0: CALL(c, SYS_timer_gettime, which, AT(c->scratch)); break;
		case 1: CALL(c, SYS_timer_getoverrun, which); break;
		case 2: CALL(c, SYS_timer_delete, which); break;
		default: CALL(c, SYS_timer_settime, which, one_in(c, 4), AT(&when), AT(c->scratch));
		}
	}
}

void attributes(struct ctx *c)
{
	long fd = CALL(c, SYS_open, AT("a"), O_RDWR | O_CREAT, 0666);

	for (unsigned n = 2 + below(c, 8); n; n--) {
		char name[] = "user.x";

		name[5] = (char)('a' + below(c, 4));
		switch (below(c, 6)) {
		case 0: CALL(c, SYS_fgetxattr, (uint64_t)fd, AT(name), AT(c->scratch), below(c, 300)); break;
		case 1: CALL(c, SYS_getxattr, AT("a"), AT(name), AT(c->scratch), 0); break;
		case 2: CALL(c, SYS_fremovexattr, (uint64_t)fd, AT(name)); break;
		case 3: CALL(c, one_in(c, 2) ? SYS_removexattr : SYS_lremovexattr, AT("a"), AT(name)); break;
		default: CALL(c, SYS_fsetxattr, (uint64_t)fd, AT(name), AT(c->p->arena), below(c, one_in(c, 4) ? 5000 : 60), below(c, 3));
		}
	}
	CALL(c, SYS_close, (uint64_t)fd);
}

void locks(struct ctx *c)
{
	static const uint64_t how[] = { 5 /* F_GETLK */, 6, 6, 7 /* F_SETLKW */, 36 /* F_OFD_GETLK */, 37, 37, 38 /* F_OFD_SETLKW */ };
	long fd = CALL(c, SYS_open, AT("locked"), O_RDWR | O_CREAT, 0666), pid = -1;

	if (one_in(c, 2) && child_start(c, &pid))
		c->budget = 5;
	for (unsigned n = 2 + below(c, 8); n; n--) {
		uint64_t cmd = how[below(c, NELEM(how))];
		struct flock l = { .l_type = (short)below(c, 3), .l_whence = (short)below(c, 3), .l_start = below(c, 20), .l_len = below(c, 10) };

		CALL(c, SYS_fcntl, (uint64_t)fd, cmd, AT(&l));
		if (one_in(c, 5))
			CALL(c, SYS_flock, (uint64_t)fd, 1 + below(c, 2) + (one_in(c, 2) ? 4 : 0));
	}
	CALL(c, SYS_close, (uint64_t)fd);
	child_end(c, pid);
}

/* A set, a segment and a queue of System V's, and a POSIX queue, with values that fit. */
void keys(struct ctx *c)
{
	long sem = CALL(c, SYS_semget, below(c, 3), 4, IPC_CREAT | 0666), shm = CALL(c, SYS_shmget, below(c, 3), 3 * PAGE, IPC_CREAT | 0666), at;
	long msg = CALL(c, SYS_msgget, below(c, 3), IPC_CREAT | 0666), mq = CALL(c, SYS_mq_open, AT("fzq1"), O_RDWR | O_CREAT | O_NONBLOCK, 0600, 0);
	struct { uint64_t sec, nsec; } soon = { 0, below(c, 3000000) };
	uint64_t event[8] = { 0, SIGUSR1 | (one_in(c, 2) ? 0 : 1ul << 32) };

	for (unsigned n = 3 + below(c, 8); n; n--) {
		struct { uint16_t num; int16_t op; int16_t flags; } ops[3];

		for (unsigned i = 0; i < NELEM(ops); i++)
			ops[i].num = (uint16_t)below(c, 4), ops[i].op = (int16_t)((int)below(c, 5) - 2), ops[i].flags = (int16_t)((one_in(c, 2) ? IPC_NOWAIT : 0) | (one_in(c, 2) ? 0x1000 : 0));
		*(uint64_t *)c->scratch = 1 + below(c, 4);
		switch (below(c, 12)) {
		case 0: case 1: CALL(c, SYS_semtimedop, (uint64_t)sem, AT(ops), 1 + below(c, 3), AT(&soon)); break;
		case 2: CALL(c, SYS_semctl, (uint64_t)sem, below(c, 4), 16 /* SETVAL */, below(c, 4)); break;
		case 3: case 4:
			at = CALL(c, SYS_shmat, (uint64_t)shm, 0, one_in(c, 3) ? 010000 : 0);
			if (at > 0 && one_in(c, 2))
				CALL(c, SYS_shmdt, (uint64_t)at);
			break;
		case 5: CALL(c, SYS_msgsnd, (uint64_t)msg, AT(c->scratch), below(c, 3000), IPC_NOWAIT); break;
		case 6: CALL(c, SYS_msgrcv, (uint64_t)msg, AT(c->scratch), 4000, below(c, 7) - 3ul, IPC_NOWAIT | (one_in(c, 4) ? 040000 : 0)); break;
		case 7: CALL(c, SYS_mq_timedsend, (uint64_t)mq, AT(c->scratch), below(c, 8192), below(c, 6), AT(&soon)); break;
		case 8: CALL(c, SYS_mq_timedreceive, (uint64_t)mq, AT(c->scratch), 8192, 0, AT(&soon)); break;
		case 9: CALL(c, SYS_mq_notify, (uint64_t)mq, one_in(c, 3) ? 0 : AT(event)); break;
		case 10: CALL(c, one_in(c, 2) ? SYS_shmctl : SYS_semctl, (uint64_t)(one_in(c, 2) ? shm : sem), one_in(c, 4) ? IPC_RMID : 2, AT(c->scratch), AT(c->scratch)); break;
		default: CALL(c, SYS_msgctl, (uint64_t)msg, one_in(c, 3) ? IPC_RMID : IPC_STAT, AT(c->scratch));
		}
	}
	fd_add(c, mq, FD_MQ);
}

/* Watches of files that come and go. */
void watches(struct ctx *c)
{
	long in = CALL(c, SYS_inotify_init1, O_NONBLOCK), fd;

	for (unsigned n = 3 + below(c, 10); n; n--)
		switch (below(c, 8)) {
		case 0: case 1: CALL(c, SYS_inotify_add_watch, (uint64_t)in, AT(one_in(c, 3) ? "." : one_in(c, 2) ? "dir" : "seen"), one_in(c, 3) ? 0xfff : 1ul << below(c, 12)); break;
		case 2: CALL(c, SYS_inotify_rm_watch, (uint64_t)in, below(c, 5)); break;
		case 3: CALL(c, SYS_rename, AT(one_in(c, 2) ? "seen" : "dir/seen"), AT(one_in(c, 2) ? "dir/seen" : "seen")); break;
		case 4: CALL(c, SYS_unlink, AT("seen")); break;
		case 5: CALL(c, SYS_read, (uint64_t)in, AT(c->scratch), below(c, 4096)); break;
		default:
			fd = CALL(c, SYS_open, AT("seen"), O_RDWR | O_CREAT, 0666);
			CALL(c, SYS_write, (uint64_t)fd, AT(c->scratch), 10);
			CALL(c, SYS_close, (uint64_t)fd);
		}
	if (one_in(c, 2))
		fd_add(c, in, FD_INOTIFY);
	else
		CALL(c, SYS_close, (uint64_t)in);
}
