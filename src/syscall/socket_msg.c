/*
 * socket_msg.c - sendmsg(2), recvmsg(2) and their forms for many messages.
 */
#include <asm/socket.h>
#include <base/err.h>
#include <lib/string.h>
#include <linux/time_types.h>
#include <linux/uio.h>
#include <mm/slab.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/pid_ns.h>
#include <task/process.h>
#include <task/user_ns.h>
#include <time/clock.h>
#include <net/rights.h>
#include "socket_priv.h"
#include "vector.h"

struct msghdr_k {                               /* struct msghdr of <sys/socket.h> */
	uint64_t name;
	int name_len, pad;
	uint64_t iov, iov_len, control, control_len;
	unsigned flags, pad2;
};
struct mmsghdr_k { struct msghdr_k msg; unsigned len, pad; };
struct cmsg_head { uint64_t len; int level, type; };
#define CONTROL_END (128u << 10)                /* net.core.optmem_max: what is sent along is less */
static_assert(sizeof(struct msghdr_k) == 56 && sizeof(struct mmsghdr_k) == 64, "sendmmsg(2)");

/* ---- control data of a send ---- */

/* May the caller speak for these, which become kernel ids? 0, -EPERM, -EINVAL, -ESRCH. m->pid counted. */
static int credentials_check(struct sock_msg *m)
{
	const struct cred *c = cred_current();
	struct ucred_k *u = &m->ucred;
	struct pid *p;

	u->uid = uid_taken(u->uid);
	u->gid = gid_taken(u->gid);
	if (u->uid == ID_NONE || u->gid == ID_NONE)
		return -EINVAL;
	if ((u->pid != process_current()->tgid && !capable_over(&pid_ns_current()->ns, CAP_SYS_ADMIN)) ||
	    (u->uid != c->uid && u->uid != c->euid && u->uid != c->suid && !capable_here(CAP_SETUID)) ||
	    (u->gid != c->gid && u->gid != c->egid && u->gid != c->sgid && !capable_here(CAP_SETGID)))
		return -EPERM;
	p = pid_lookup(u->pid);
	if (!p)
		return -ESRCH;
	if (m->pid)
		pid_put(m->pid);
	m->pid = p;
	return 0;
}

static int control_message(struct sock_msg *m, const struct cmsg_head *h, const void *data)
{
	if (h->level != SOL_SOCKET)
		return 0;
	switch (h->type) {
	case SCM_RIGHTS:
		if ((h->len - sizeof *h) / sizeof(int) == 0)
			return 0;
		return rights_take(&m->rights, data, (h->len - sizeof *h) / sizeof(int));
	case SCM_CREDENTIALS:
		if (h->len != sizeof *h + sizeof m->ucred)
			return -EINVAL;
		memcpy(&m->ucred, data, sizeof m->ucred);
		return credentials_check(m);
	default:
		return -EINVAL;
	}
}

static int control_parse(struct sock_msg *m, const char *at, size_t len)
{
	while (len >= sizeof(struct cmsg_head)) {
		const struct cmsg_head *h = (const void *)at;
		size_t step;
		int err;

		if (h->len < sizeof *h || h->len > len)
			return -EINVAL;
		err = control_message(m, h, at + sizeof *h);
		if (err)
			return err;
		step = (h->len + 7) & ~7ul;
		if (step > len)
			break;
		at += step;
		len -= step;
	}
	return 0;
}

/* All of it is copied first: it is bounded, and bad memory comes before what is said in it. */
static int control_read(struct sock_msg *m, uaddr_t from, size_t len)
{
	char small[64] __attribute__((aligned(8))), *at = small;
	int err;

	if (len >= CONTROL_END)
		return -ENOBUFS;
	if (len > sizeof small)
		at = kmalloc(len, 0);
	if (!at)
		return -ENOBUFS;
	err = user_copy_in(at, from, len) ? -EFAULT : control_parse(m, at, len);
	if (at != small)
		kfree(at);
	return err;
}

static void control_end(struct sock_msg *m)
{
	if (m->rights)
		rights_free(m->rights);
	if (m->pid)
		pid_put(m->pid);
}

/* ---- one message ---- */

/* The vector and the address's length, checked in Linux's order. Pair with vector_free(). */
static int header_read(struct msghdr_k *h, struct vector *v, uaddr_t user)
{
	if (user_read(h, user))
		return -EFAULT;
	if (!h->name)
		h->name_len = 0;
	if (h->name_len < 0)
		return -EINVAL;
	h->name_len = MIN(h->name_len, (int)sizeof(struct __kernel_sockaddr_storage));
	return h->iov_len > UIO_MAXIOV ? -EMSGSIZE : 0;
}

/* *is_cut: not all of it was sent. */
static ssize_t send_message(struct file *f, uaddr_t user, unsigned flags, bool *is_cut)
{
	struct sock_addr a;
	struct msghdr_k h;
	struct vector v;
	struct sock_msg m = { .u = &v.u, .flags = flags & ~MSG_CMSG_COMPAT };
	ssize_t n = header_read(&h, &v, user);

	if (n)
		return n;
	if (h.name && h.name_len) {
		n = addr_read(&a, UADDR(h.name), h.name_len);
		m.addr = &a;
	}
	if (!n)
		n = vector_init(&v, UADDR(h.iov), h.iov_len);
	if (n)
		return n;
	if (h.control_len)
		n = control_read(&m, UADDR(h.control), h.control_len);
	if (!n)
		n = socket_send(f, &m);
	*is_cut = v.u.left;
	control_end(&m);
	vector_free(&v);
	return n;
}

/* *seen: the MSG_* of what came. */
static ssize_t receive_message(struct file *f, uaddr_t user, unsigned flags, unsigned *seen)
{
	struct sock_addr a = { .len = 0 };
	struct msghdr_k h;
	struct vector v;
	struct sock_msg m = { .u = &v.u, .flags = flags };
	ssize_t n = header_read(&h, &v, user);
	uint64_t used;
	int err = 0;

	if (n)
		return n;
	n = vector_init(&v, UADDR(h.iov), h.iov_len);
	if (n)
		return n;
	if (h.name)
		m.addr = &a;
	m.control = UADDR(h.control);
	m.control_left = h.control ? h.control_len : 0;
	n = socket_receive(f, &m);
	vector_free(&v);
	if (n < 0)
		return n;
	if (h.name)
		err = addr_write(&a, UADDR(h.name), uaddr_add(user, offsetof(struct msghdr_k, name_len)));
	m.out_flags |= flags & MSG_CMSG_CLOEXEC;
	*seen = m.out_flags;
	used = m.control.v - h.control;
	if (!err)
		err = user_copy_out(uaddr_add(user, offsetof(struct msghdr_k, flags)), &m.out_flags, sizeof m.out_flags);
	if (!err)
		err = user_copy_out(uaddr_add(user, offsetof(struct msghdr_k, control_len)), &used, sizeof used);
	return err ? err : n;
}

/* sendmsg() and recvmsg(), compiled for each. */
static __always_inline ssize_t message_call(int fd, uaddr_t msg, unsigned flags, bool is_send)
{
	struct fd_ref r;
	unsigned seen;
	bool is_cut;
	ssize_t n;

	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	n = socket_borrow(fd, &r);
	if (n)
		return n;
	n = is_send ? send_message(r.file, msg, flags, &is_cut) : receive_message(r.file, msg, flags, &seen);
	fd_return(&r);
	return n;
}

SYSCALL(sendmsg, int fd, uaddr_t msg, unsigned flags) { return message_call(fd, msg, flags, true); }
SYSCALL(recvmsg, int fd, uaddr_t msg, unsigned flags) { return message_call(fd, msg, flags, false); }

/* ---- many messages ---- */

/* msg_len of one of many. */
static int length_out(uaddr_t msg, ssize_t n)
{
	unsigned len = (unsigned)n;

	return user_copy_out(uaddr_add(msg, offsetof(struct mmsghdr_k, len)), &len, sizeof len);
}

SYSCALL(sendmmsg, int fd, uaddr_t msgs, unsigned count, unsigned flags)
{
	struct fd_ref r;
	unsigned done = 0;
	bool is_cut = false;
	ssize_t n = 0;

	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	n = socket_borrow(fd, &r);
	if (n)
		return n;
	for (count = MIN(count, (unsigned)UIO_MAXIOV); done < count && !is_cut; done++) {       /* nothing may follow half a message */
		uaddr_t at = uaddr_add(msgs, done * sizeof(struct mmsghdr_k));

		n = send_message(r.file, at, flags, &is_cut);
		if (n < 0)
			break;
		n = length_out(at, n);
		if (n)
			break;
	}
	fd_return(&r);
	return done ? (long)done : n;
}

static int mmsg_deadline(uaddr_t timeout, uint64_t *out)
{
	struct __kernel_timespec t;

	*out = ~0ull;
	if (uaddr_is_null(timeout))
		return 0;
	if (user_read(&t, timeout))
		return -EFAULT;
	if (t.tv_sec < 0 || (uint64_t)t.tv_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	if ((uint64_t)t.tv_sec < INT64_MAX / NSEC_PER_SEC - 1)
		*out = clock_monotonic_ns() + (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
	return 0;
}

/* What is left of the time, back to the caller. */
static int mmsg_time_left(uaddr_t timeout, uint64_t deadline)
{
	uint64_t now = clock_monotonic_ns(), left = deadline > now ? deadline - now : 0;
	struct __kernel_timespec t = { (int64_t)(left / NSEC_PER_SEC), (int64_t)(left % NSEC_PER_SEC) };

	return uaddr_is_null(timeout) || deadline == ~0ull ? 0 : user_write(timeout, &t);
}

SYSCALL(recvmmsg, int fd, uaddr_t msgs, unsigned count, unsigned flags, uaddr_t timeout)
{
	unsigned done = 0, seen = 0;
	uint64_t deadline;
	struct fd_ref r;
	ssize_t n;

	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	n = mmsg_deadline(timeout, &deadline);
	if (n)
		return n;
	n = socket_borrow(fd, &r);
	if (n)
		return n;
	if (!(flags & MSG_ERRQUEUE))
		n = socket_take_error(r.file);
	while (!n && done < count && !(seen & MSG_OOB)) {       /* urgent: at once */
		uaddr_t at = uaddr_add(msgs, done * sizeof(struct mmsghdr_k));

		n = receive_message(r.file, at, flags & ~MSG_WAITFORONE, &seen);
		if (n < 0)
			break;
		n = length_out(at, n);
		if (n)
			break;
		done++;
		if (flags & MSG_WAITFORONE)
			flags |= MSG_DONTWAIT;
		if (deadline != ~0ull && clock_monotonic_ns() >= deadline)
			break;
	}
	if (done && n < 0 && n != -EAGAIN && n > -ERESTARTSYS)
		socket_keep_error(r.file, (int)n);      /* for the next call */
	fd_return(&r);
	if (done && mmsg_time_left(timeout, deadline))
		return -EFAULT;
	return done ? (long)done : n;
}
