/*
 * socket.c - sockets as files: birth, the calls every family answers, the end.
 *
 * A socket's file owns an inode of its own on the internal file system and one reference on the struct sock.
 * Who names a socket for a moment, a peer or a packet on its way hold others.
 * Lifetime: counted, RCU-freed.   Locks: none here.   Context: task, may sleep.
 */
#include <mm/slab.h>
#include <task/signal.h>
#include <net/rights.h>
#include "net_priv.h"

struct socket_helpers socket_helpers __ro_after_init;

bool file_is_socket(const struct file *f) { return f->ops == &socket_file_ops; }
bool socket_is_stream(const struct file *f) { return sock_of(f)->type == SOCK_STREAM; }

void sock_init(struct sock *s, const struct sock_ops *ops, int family, int type)
{
	s->ops = ops;
	refcount_set(&s->refs, 1);
	s->family = (uint16_t)family;
	s->type = (uint16_t)type;
	spin_init(&s->lock, RANK_SOCKET);
	waitq_init(&s->rx_wait);
	waitq_init(&s->tx_wait);
	pollable_init(&s->pollable);
	sock_options_init(s);
}

void sock_put(struct sock *s)
{
	if (refcount_put(&s->refs))
		s->ops->free(s);
}

int sock_take_error(struct sock *s)
{
	int err;

	if (likely(!load_relaxed(&s->error)))           /* relaxed: the exchange decides */
		return 0;
	err = -exchange_acq_rel(&s->error, 0);
	pollable_touch_ordered(&s->pollable);
	return err;
}

int socket_take_error(struct file *f) { return sock_take_error(sock_of(f)); }

void socket_keep_error(struct file *f, int err)
{
	(void)exchange_acq_rel(&sock_of(f)->error, -err);
	pollable_touch_ordered(&sock_of(f)->pollable);
}

void sock_wake_all(struct sock *s, uint32_t events)
{
	waitq_wake_all(&s->rx_wait);
	waitq_wake_all(&s->tx_wait);
	pollable_notify(&s->pollable, events);
}

int sock_broken_pipe(unsigned msg_flags)
{
	siginfo_t info;

	if (msg_flags & MSG_NOSIGNAL)
		return -EPIPE;
	siginfo_init_user(&info, SIGPIPE, SI_USER);
	signal_send_task(task_current(), &info);
	return -EPIPE;
}

/* ---- birth ---- */

/* A file over s; consumes its reference also on error. */
static int sock_file_create(struct sock *s, uint32_t flags, struct file **out)
{
	const char *name = s->type == SOCK_STREAM ? "UNIX-STREAM" : "UNIX";    /* system.sockprotoname: src/fs/xattr.c */
	struct inode *i = anon_inode_create(S_IFSOCK | 0777, &socket_file_ops, (void *)(uintptr_t)name);
	int err = -ENOMEM;

	if (i)
		err = file_alloc(&socket_file_ops, NULL, i, O_RDWR | (flags & SOCK_NONBLOCK), out);
	if (err) {
		s->ops->release(s);
		return err;
	}
	(*out)->anon_class = "socket";
	(*out)->priv = s;
	(*out)->pollable = s->type == SOCK_DGRAM ? NULL : &s->pollable;        /* others' datagrams fill a peer's queue: look each time */
	spin_lock(&s->lock);
	s->inode = i;
	s->opened = *out;
	spin_unlock(&s->lock);
	return 0;
}

static int sock_create(int family, int type, int protocol, struct sock **out)
{
	if (family < 0 || family >= AF_MAX)
		return -EAFNOSUPPORT;
	if (type >= SOCK_TYPE_END)
		return -EINVAL;
	return family == AF_UNIX ? unix_create(type, protocol, out) : -EAFNOSUPPORT;
}

int socket_create(int family, int type, int protocol, uint32_t flags, struct file **out)
{
	struct sock *s;
	int err = sock_create(family, type, protocol, &s);

	return err ? err : sock_file_create(s, flags, out);
}

int socket_create_pair(int family, int type, int protocol, uint32_t flags, struct file *out[2])
{
	int err = socket_create(family, type, protocol, flags, &out[0]);

	if (err)
		return err;
	err = socket_create(family, type, protocol, flags, &out[1]);
	if (err)
		file_put(out[0]);
	else
		unix_join(sock_of(out[0]), sock_of(out[1]));
	return err;
}

int socket_accept(struct file *f, uint32_t flags, struct file **out)
{
	struct sock *s = sock_of(f), *child;
	int err = s->ops->accept(s, !(f->mode & FILE_NONBLOCK), &child);

	return err ? err : sock_file_create(child, flags, out);
}

/* ---- calls ---- */

int socket_bind(struct file *f, const struct sock_addr *a) { return sock_of(f)->ops->bind(sock_of(f), a); }
int socket_listen(struct file *f, unsigned backlog) { return sock_of(f)->ops->listen(sock_of(f), backlog); }

int socket_connect(struct file *f, const struct sock_addr *a)
{
	return sock_of(f)->ops->connect(sock_of(f), a, !(f->mode & FILE_NONBLOCK));
}

int socket_name(struct file *f, bool of_peer, struct sock_addr *out) { return sock_of(f)->ops->name(sock_of(f), of_peer, out); }

int socket_shutdown(struct file *f, int how)
{
	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	sock_of(f)->ops->shutdown(sock_of(f), (unsigned)how + 1);      /* SHUT_RECEIVE, SHUT_SEND or both */
	return 0;
}

ssize_t socket_send(struct file *f, struct sock_msg *m)
{
	if ((f->mode & FILE_NONBLOCK) || (m->u->how & UIO_NO_WAIT))
		m->flags |= MSG_DONTWAIT;
	return sock_of(f)->ops->send(sock_of(f), m);
}

ssize_t socket_receive(struct file *f, struct sock_msg *m)
{
	if ((f->mode & FILE_NONBLOCK) || (m->u->how & UIO_NO_WAIT))
		m->flags |= MSG_DONTWAIT;
	return sock_of(f)->ops->receive(sock_of(f), m);
}

/* ---- the file ---- */

static ssize_t socket_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct sock_msg m = { .u = u };

	return likely(u->left) ? socket_receive(f, &m) : 0;
}

static ssize_t socket_write(struct file *f, struct uio *u, loff_t *pos)
{
	struct sock_msg m = { .u = u };

	return socket_send(f, &m);
}

static uint32_t socket_poll(struct file *f, struct poll_table *pt)
{
	struct sock *s = sock_of(f);

	poll_wait(pt, &s->pollable);
	return s->ops->poll(s, pt);
}

static void socket_release(struct file *f)
{
	struct sock *s = sock_of(f);

	if (!s)                                         /* sock_file_create() failed */
		return;
	spin_lock(&s->lock);
	s->inode = NULL;
	s->opened = NULL;
	spin_unlock(&s->lock);
	s->ops->release(s);
}

static int socket_flush(struct file *f)
{
	inflight_closing(f);
	return 0;
}

const struct file_ops socket_file_ops = {
	.read = socket_read,
	.write = socket_write,
	.poll = socket_poll,
	.ioctl = sock_ioctl,
	.release = socket_release,
	.flush = socket_flush,
	.sends_sigio = true,
};

void net_init(const struct socket_helpers *helpers)
{
	socket_helpers = *helpers;
	packet_init();
	unix_init();
}
