/*
 * socket.c - system calls that make, name and connect sockets, and move bytes without control data.
 */
#include <lib/string.h>
#include <syscall/define.h>
#include "socket_priv.h"
#include "vector.h"

int socket_borrow(int fd, struct fd_ref *r)
{
	struct file *f = fd_borrow(fd, r);

	if (unlikely(!f))
		return -EBADF;
	if (likely(file_is_socket(f)))
		return 0;
	fd_return(r);
	return -ENOTSOCK;
}

int addr_read(struct sock_addr *a, uaddr_t from, int len)
{
	if (len < 0 || len > (int)sizeof a->bytes)
		return -EINVAL;
	a->len = (unsigned)len;
	memset(a->bytes, 0, sizeof a->bytes);
	return len ? user_copy_in(a->bytes, from, (size_t)len) : 0;
}

int addr_write(const struct sock_addr *a, uaddr_t to, uaddr_t user_len)
{
	int room, whole = (int)a->len;

	if (user_read(&room, user_len))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	room = MIN(room, whole);
	if (room && user_copy_out(to, a->bytes, (size_t)room))
		return -EFAULT;
	return user_write(user_len, &whole);
}

/* ---- making ---- */

#define TYPE_FLAGS (SOCK_CLOEXEC | SOCK_NONBLOCK)

SYSCALL(socket, int family, int type, int protocol)
{
	struct file *f;
	int err;

	if (type & ~(TYPE_FLAGS | SOCK_TYPE_MASK))
		return -EINVAL;
	err = socket_create(family, type & SOCK_TYPE_MASK, protocol, (uint32_t)type & TYPE_FLAGS, &f);
	return err ? err : fd_add(f, type & SOCK_CLOEXEC);
}

/* The numbers are given out before the sockets are made, as in Linux: bad memory and full tables come first. */
SYSCALL(socketpair, int family, int type, int protocol, uaddr_t user_fds)
{
	struct file *f[2];
	int fd[2], err;

	if (type & ~(TYPE_FLAGS | SOCK_TYPE_MASK))
		return -EINVAL;
	err = fd[0] = fd_alloc(0, type & SOCK_CLOEXEC);
	if (err < 0)
		return err;
	err = fd[1] = fd_alloc(0, type & SOCK_CLOEXEC);
	if (err < 0)
		goto abandon_first;
	err = user_write(user_fds, &fd);
	if (!err)
		err = socket_create_pair(family, type & SOCK_TYPE_MASK, protocol, (uint32_t)type & TYPE_FLAGS, f);
	if (err)
		goto abandon_both;
	fd_install(fd[0], f[0]);
	fd_install(fd[1], f[1]);
	return 0;
abandon_both:
	fd_abandon(fd[1]);
abandon_first:
	fd_abandon(fd[0]);
	return err;
}

/* ---- names and connections ---- */

SYSCALL(bind, int fd, uaddr_t addr, int len)
{
	struct sock_addr a;
	struct fd_ref r;
	int err = socket_borrow(fd, &r);

	if (err)
		return err;
	err = addr_read(&a, addr, len);
	if (!err)
		err = socket_bind(r.file, &a);
	fd_return(&r);
	return err;
}

SYSCALL(connect, int fd, uaddr_t addr, int len)
{
	struct sock_addr a;
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	int err;

	if (!f)
		return -EBADF;
	err = addr_read(&a, addr, len);         /* before it matters whether it is a socket */
	if (!err)
		err = file_is_socket(f) ? socket_connect(f, &a) : -ENOTSOCK;
	fd_return(&r);
	return err;
}

SYSCALL(listen, int fd, int backlog)
{
	struct fd_ref r;
	int err = socket_borrow(fd, &r);

	if (err)
		return err;
	err = socket_listen(r.file, MIN((unsigned)backlog, SOCKET_BACKLOG_MAX));
	fd_return(&r);
	return err;
}

static long accept_common(int fd, uaddr_t addr, uaddr_t user_len, int flags)
{
	struct sock_addr a;
	struct file *f;
	struct fd_ref r;
	int err, new_fd;

	if (!fd_borrow(fd, &r))
		return -EBADF;
	err = flags & ~TYPE_FLAGS ? -EINVAL : file_is_socket(r.file) ? 0 : -ENOTSOCK;
	if (err)
		goto out;
	err = new_fd = fd_alloc(0, flags & SOCK_CLOEXEC);
	if (new_fd < 0)
		goto out;
	err = socket_accept(r.file, (uint32_t)flags, &f);
	if (err)
		goto abandon;
	if (!uaddr_is_null(addr)) {
		err = socket_name(f, true, &a);
		if (err == -ENOTCONN)
			err = -ECONNABORTED;
		if (!err)
			err = addr_write(&a, addr, user_len);
		if (err) {
			file_put(f);
			goto abandon;
		}
	}
	fd_install(new_fd, f);
	fd_return(&r);
	return new_fd;
abandon:
	fd_abandon(new_fd);
out:
	fd_return(&r);
	return err;
}

SYSCALL(accept4, int fd, uaddr_t addr, uaddr_t len, int flags) { return accept_common(fd, addr, len, flags); }
SYSCALL(accept, int fd, uaddr_t addr, uaddr_t len) { return accept_common(fd, addr, len, 0); }

static long name_common(int fd, uaddr_t addr, uaddr_t len, bool of_peer)
{
	struct sock_addr a;
	struct fd_ref r;
	int err = socket_borrow(fd, &r);

	if (err)
		return err;
	err = socket_name(r.file, of_peer, &a);
	fd_return(&r);
	return err ? err : addr_write(&a, addr, len);
}

SYSCALL(getsockname, int fd, uaddr_t addr, uaddr_t len) { return name_common(fd, addr, len, false); }
SYSCALL(getpeername, int fd, uaddr_t addr, uaddr_t len) { return name_common(fd, addr, len, true); }

SYSCALL(shutdown, int fd, int how)
{
	struct fd_ref r;
	int err = socket_borrow(fd, &r);

	if (err)
		return err;
	err = socket_shutdown(r.file, how);
	fd_return(&r);
	return err;
}

SYSCALL(setsockopt, int fd, int level, int option, uaddr_t value, int len)
{
	struct fd_ref r;
	int err = socket_borrow(fd, &r);

	if (err)
		return err;
	err = socket_set_option(r.file, level, option, value, len);
	fd_return(&r);
	return err;
}

SYSCALL(getsockopt, int fd, int level, int option, uaddr_t value, uaddr_t len)
{
	struct fd_ref r;
	int err = socket_borrow(fd, &r);

	if (err)
		return err;
	err = socket_get_option(r.file, level, option, value, len);
	fd_return(&r);
	return err;
}

/* ---- bytes ---- */

/* One buffer; what exceeds one call's share is cut. 0, -EFAULT. */
static int buffer_init(struct uio *u, uaddr_t buf, size_t len)
{
	len = MIN(len, MAX_RW);
	if (unlikely(!user_range_ok(buf, len)))
		return -EFAULT;
	uio_init_user(u, buf, len);
	return 0;
}

SYSCALL(sendto, int fd, uaddr_t buf, size_t len, unsigned flags, uaddr_t addr, int addr_len)
{
	struct sock_addr a;
	struct uio u;
	struct sock_msg m = { .u = &u, .flags = flags };
	struct fd_ref r;
	ssize_t n = buffer_init(&u, buf, len);

	if (n)
		return n;
	n = socket_borrow(fd, &r);
	if (n)
		return n;
	if (unlikely(!uaddr_is_null(addr))) {
		m.addr = &a;
		n = addr_read(&a, addr, addr_len);
	}
	if (likely(!n))
		n = socket_send(r.file, &m);
	fd_return(&r);
	return n;
}

SYSCALL(recvfrom, int fd, uaddr_t buf, size_t len, unsigned flags, uaddr_t addr, uaddr_t addr_len)
{
	struct sock_addr a = { .len = 0 };
	struct uio u;
	struct sock_msg m = { .u = &u, .flags = flags, .addr = uaddr_is_null(addr) ? NULL : &a };
	struct fd_ref r;
	ssize_t n = buffer_init(&u, buf, len);

	if (n)
		return n;
	n = socket_borrow(fd, &r);
	if (n)
		return n;
	n = socket_receive(r.file, &m);
	fd_return(&r);
	if (unlikely(m.addr) && n >= 0) {
		int err = addr_write(&a, addr, addr_len);

		if (err)
			return err;
	}
	return n;
}
