/*
 * unix.c - AF_UNIX sockets: the life of one and of a connection.
 *
 * A stream or seqpacket socket gets its peer once, when the connection is made, and keeps it until its own file goes; so
 * its own calls use the peer without a count. A datagram socket may change it. Peers count each other; release() drops it.
 * A connection is made under the lock of the listener: the new socket is complete before anybody can accept it.
 * Lock order: two sockets by address (RANK_SOCKET, RANK_SOCKET_NESTED); read_lock before any.
 * Context: task, may sleep.
 */
#include <asm/ioctls.h>
#include <linux/sockios.h>
#include <mm/slab.h>
#include <task/process.h>
#include <task/user_ns.h>
#include "unix_priv.h"

static struct slab_cache *unix_cache __ro_after_init;
static const struct sock_ops stream_ops, dgram_ops, seqpacket_ops;

/* ---- birth ---- */

static struct unix_sock *unix_alloc(int type)
{
	struct unix_sock *u = slab_alloc(unix_cache, ALLOC_ZERO);

	if (!u)
		return NULL;
	sock_init(&u->sock, type == SOCK_STREAM ? &stream_ops : type == SOCK_DGRAM ? &dgram_ops : &seqpacket_ops, AF_UNIX, type);
	mutex_init(&u->read_lock, RANK_SOCKET_READ);
	queue_init(&u->rx);
	list_init(&u->name_node);
	list_init(&u->to_accept);
	list_init(&u->accept_node);
	list_init(&u->blocked);
	list_init(&u->blocked_node);
	list_init(&u->holders);
	list_init(&u->walk_node);
	list_init(&u->suspect_node);
	u->backlog = 10;                                /* net.unix.max_dgram_qlen */
	return u;
}

int unix_create(int type, int protocol, struct sock **out)
{
	struct unix_sock *u;

	if (protocol && protocol != AF_UNIX)
		return -EPROTONOSUPPORT;
	if (type == SOCK_RAW)
		type = SOCK_DGRAM;
	if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_SEQPACKET)
		return -ESOCKTNOSUPPORT;
	u = unix_alloc(type);
	if (!u)
		return -ENOMEM;
	*out = &u->sock;
	return 0;
}

/* Who made the connection, as SO_PEERCRED of the other side tells: both, counted, or neither. */
struct maker { struct pid *pid; const struct cred *cred; };

static struct maker maker_current(void)
{
	struct maker m = { process_current()->pid, cred_current() };

	pid_get(m.pid);
	cred_get(m.cred);
	return m;
}

static void maker_put(struct maker m)
{
	if (!m.cred)
		return;
	pid_put(m.pid);
	cred_put(m.cred);
}

/* u's is m from now on; what it was before, for the caller to put. */
static struct maker set_maker_locked(struct unix_sock *u, struct maker m)
{
	struct maker old = { u->peer_pid, u->peer_cred };

	u->peer_pid = m.pid;
	u->peer_cred = m.cred;
	return old;
}

static void set_maker_current(struct unix_sock *u)
{
	struct maker old, m = maker_current();

	spin_lock(&u->sock.lock);
	old = set_maker_locked(u, m);
	spin_unlock(&u->sock.lock);
	maker_put(old);
}

int unix_peer_cred(struct sock *s, struct ucred_k *out)
{
	struct unix_sock *u = unix_of(s);

	*out = (struct ucred_k){ 0, ~0u, ~0u };
	spin_lock(&s->lock);
	if (u->peer_cred) {
		out->pid = pid_seen(u->peer_pid);
		out->uid = uid_shown(u->peer_cred->euid);
		out->gid = gid_shown(u->peer_cred->egid);
	}
	spin_unlock(&s->lock);
	return 0;
}

struct pid *unix_peer_pid(struct sock *s)
{
	struct pid *pid;

	spin_lock(&s->lock);
	pid = unix_of(s)->peer_pid;
	if (pid)
		pid_get(pid);
	spin_unlock(&s->lock);
	return pid;
}

static void set_connected(struct unix_sock *u, struct unix_sock *peer)
{
	sock_get(&peer->sock);
	store_release(&u->peer, &peer->sock);
	store_release(&u->state, UNIX_CONNECTED);
}

void unix_join(struct sock *a, struct sock *b)
{
	set_maker_current(unix_of(a));
	set_maker_current(unix_of(b));
	set_connected(unix_of(a), unix_of(b));
	set_connected(unix_of(b), unix_of(a));
}

/* ---- connections ---- */

static int unix_listen(struct sock *s, unsigned backlog)
{
	struct unix_sock *u = unix_of(s);
	struct maker m;
	int err = -EINVAL;

	if (!load_acquire(&u->addr))                    /* pairs with publish() */
		return -EINVAL;
	m = maker_current();
	spin_lock(&s->lock);
	if (u->state != UNIX_CONNECTED) {
		m = set_maker_locked(u, m);             /* before anybody can connect: he copies it */
		u->backlog = backlog;
		store_relaxed(&u->state, UNIX_LISTENING);
		err = 0;
	}
	spin_unlock(&s->lock);
	maker_put(m);
	if (!err) {
		waitq_wake_all(&s->tx_wait);            /* for a longer queue */
		pollable_touch_ordered(&s->pollable);
	}
	return err;
}

static bool may_connect(const struct unix_sock *to)
{
	return load_relaxed(&to->nr_queued) <= load_relaxed(&to->backlog) || load_relaxed(&to->is_dead) ||
	       load_relaxed(&to->sock.shutdown) & SHUT_RECEIVE;
}

static void lock_both(struct unix_sock *a, struct unix_sock *b) __no_lock_analysis
{
	spin_lock(a < b ? &a->sock.lock : &b->sock.lock);
	spin_lock_nested(a < b ? &b->sock.lock : &a->sock.lock, RANK_SOCKET_NESTED);
}

static void unlock_both(struct unix_sock *a, struct unix_sock *b) __no_lock_analysis
{
	spin_unlock(a < b ? &b->sock.lock : &a->sock.lock);
	spin_unlock(a < b ? &a->sock.lock : &b->sock.lock);
}

/* Hang `child` in the listener's queue, as u's peer. 0, -ECONNREFUSED, -EISCONN, -EINVAL, -EAGAIN: the queue is full. */
static int connect_to(struct unix_sock *u, struct unix_sock *to, struct unix_sock *child)
{
	int err = 0;

	if (u == to) {
		if (load_relaxed(&u->state) != UNIX_LISTENING || load_relaxed(&u->sock.shutdown) & SHUT_RECEIVE)
			return -ECONNREFUSED;
		return load_relaxed(&u->nr_queued) > load_relaxed(&u->backlog) ? -EAGAIN : -EINVAL;
	}
	lock_both(u, to);
	if (to->is_dead || to->state != UNIX_LISTENING || to->sock.shutdown & SHUT_RECEIVE)
		err = -ECONNREFUSED;
	else if (to->nr_queued > to->backlog)
		err = -EAGAIN;
	else if (u->state != UNIX_NEW)
		err = u->state == UNIX_CONNECTED ? -EISCONN : -EINVAL;
	if (!err) {
		child->addr = to->addr;
		refcount_get(&child->addr->refs);
		child->sock.options.flags = to->sock.options.flags & (OPTION_PASSCRED | OPTION_PASSPIDFD | OPTION_PASSSEC);
		u->peer_pid = to->peer_pid;
		u->peer_cred = to->peer_cred;
		pid_get(u->peer_pid);
		cred_get(u->peer_cred);
		set_connected(child, u);
		set_connected(u, child);
		list_append(&to->to_accept, &child->accept_node);
		store_release(&child->listener, to);    /* pairs with listener_join_locked() */
		store_relaxed(&to->nr_queued, to->nr_queued + 1);
	}
	unlock_both(u, to);
	return err;
}

static int unix_stream_connect(struct sock *s, const struct sock_addr *a, bool may_wait)
{
	struct unix_sock *u = unix_of(s), *to, *child;
	uint64_t deadline = sock_deadline(s->options.send_timeout_ns);
	int err = unix_addr_check(a);

	if (!err && sock_is_passing_credentials(s))
		err = unix_autobind(u);
	if (err)
		return err;
	child = unix_alloc(s->type);
	if (!child)
		return -ENOMEM;
	set_maker_current(child);
	for (;;) {
		err = unix_lookup(a, s->type, &to);
		if (err)
			break;
		err = connect_to(u, to, child);
		if (err != -EAGAIN || !may_wait) {
			if (!err) {
				fence_seq_cst();        /* pairs with waitq_add() */
				waitq_wake_events_ordered(&to->sock.rx_wait, 1, EPOLLIN);
				pollable_notify_ordered(&to->sock.pollable, EPOLLIN | EPOLLRDNORM);
				pollable_touch_ordered(&s->pollable);
			} else if (err != -EAGAIN) {
				waitq_wake_one(&to->sock.tx_wait);      /* may have been told of the room: the next one's turn */
			}
			sock_put(&to->sock);
			break;
		}
		err = wait_event_common(&to->sock.tx_wait, may_connect(to), PARK_INTERRUPTIBLE, deadline, true);
		err = sock_wait_error(err, deadline);
		sock_put(&to->sock);
		if (err)
			break;
	}
	if (err)
		child->sock.ops->release(&child->sock);
	return err;
}

static struct unix_sock *take_connection(struct unix_sock *u)
{
	struct unix_sock *child = NULL;

	spin_lock(&u->sock.lock);
	if (!list_empty(&u->to_accept)) {
		child = list_first(&u->to_accept, struct unix_sock, accept_node);
		list_del_init(&child->accept_node);
		store_relaxed(&child->listener, NULL);
		store_relaxed(&u->nr_queued, u->nr_queued - 1);
	}
	spin_unlock(&u->sock.lock);
	if (child) {
		fence_seq_cst();                        /* pairs with waitq_add(), gen_watch(), and listener_join_locked() */
		inflight_accepted(child);
		pollable_touch_ordered(&u->sock.pollable);
		waitq_wake_one_ordered(&u->sock.tx_wait);
	}
	return child;
}

static int unix_accept(struct sock *s, bool may_wait, struct sock **out)
{
	struct unix_sock *u = unix_of(s), *child;
	uint64_t deadline = sock_deadline(s->options.receive_timeout_ns);
	int err;

	if (load_relaxed(&u->state) != UNIX_LISTENING)
		return -EINVAL;
	while (!(child = take_connection(u))) {
		if (load_relaxed(&s->shutdown) & SHUT_RECEIVE)
			return may_wait ? -EINVAL : -EAGAIN;
		if (!may_wait)
			return -EAGAIN;
		err = wait_event_common(&s->rx_wait, load_relaxed(&u->nr_queued) || load_relaxed(&s->shutdown) & SHUT_RECEIVE,
					PARK_INTERRUPTIBLE, deadline, true);
		err = sock_wait_error(err, deadline);
		if (err)
			return err;
	}
	*out = &child->sock;
	return 0;
}

static int no_listen(struct sock *s, unsigned backlog) { return -EOPNOTSUPP; }
static int no_accept(struct sock *s, bool may_wait, struct sock **out) { return -EOPNOTSUPP; }

static int unix_name(struct sock *s, bool of_peer, struct sock_addr *out)
{
	struct unix_sock *u = unix_of(s);
	struct sock *peer;

	if (!of_peer) {
		unix_addr_get_name(u, out);
		if (!out->len)
			out->len = sizeof out->family;
		return 0;
	}
	spin_lock(&s->lock);
	peer = u->peer;
	if (peer)
		sock_get(peer);
	spin_unlock(&s->lock);
	if (!peer)
		return -ENOTCONN;
	unix_addr_get_name(unix_of(peer), out);
	if (!out->len)
		out->len = sizeof out->family;
	sock_put(peer);
	return 0;
}

/* ---- shutdown and the end ---- */

static void shut(struct sock *s, unsigned which, int error)
{
	spin_lock(&s->lock);
	store_release(&s->shutdown, s->shutdown | which);
	if (error)
		store_relaxed(&s->error, error);
	spin_unlock(&s->lock);
	sock_wake_all(s, which == (SHUT_RECEIVE | SHUT_SEND) ? EPOLLIN | EPOLLRDNORM | EPOLLRDHUP | EPOLLHUP | EPOLLOUT
							     : EPOLLIN | EPOLLRDNORM | EPOLLRDHUP | EPOLLOUT);
}

static void unix_shutdown(struct sock *s, unsigned which)
{
	struct unix_sock *u = unix_of(s);
	struct sock *peer = unix_is_dgram(u) ? NULL : load_acquire(&u->peer);

	shut(s, which, 0);
	if (peer)
		shut(peer, (which & SHUT_RECEIVE ? SHUT_SEND : 0) | (which & SHUT_SEND ? SHUT_RECEIVE : 0), 0);
}

void unix_queue_purge(struct unix_sock *u)
{
	struct packet *p, *next;

	mutex_lock(&u->read_lock);
	spin_lock(&u->sock.lock);
	p = u->rx.head;
	queue_init(&u->rx);
	store_relaxed(&u->oob, (struct packet *)NULL);
	store_relaxed(&u->nr_queued, 0);
	store_relaxed(&u->bytes, 0);
	store_relaxed(&u->charge, 0);
	spin_unlock(&u->sock.lock);
	mutex_unlock(&u->read_lock);
	for (; p; p = next) {
		next = p->next;
		unix_dgram_gone(p);
		packet_free(p);
	}
}

/* The file is gone, or the connection was never accepted (is_refused). Consumes its reference. */
static void unix_end(struct unix_sock *u, bool is_refused)
{
	struct list refused;
	struct unix_sock *c, *next;
	struct packet *first;
	struct sock *peer;
	bool was_unread;

	list_init(&refused);
	spin_lock(&u->sock.lock);
	store_relaxed(&u->is_dead, true);
	store_release(&u->sock.shutdown, SHUT_RECEIVE | SHUT_SEND);
	peer = u->peer;
	u->peer = NULL;
	first = u->rx.head;
	was_unread = is_refused || (first && (first->len || first == u->oob || first->next || unix_is_dgram(u)));
	if (u->state == UNIX_LISTENING) {
		list_splice_append(&refused, &u->to_accept);
		store_relaxed(&u->nr_queued, 0);
	}
	spin_unlock(&u->sock.lock);
	unix_name_release(u);
	if (peer && !unix_is_dgram(u))
		shut(peer, SHUT_RECEIVE | SHUT_SEND, was_unread ? ECONNRESET : 0);
	sock_wake_all(&u->sock, EPOLLHUP);
	unix_unblock_self(u);
	unix_unblock(u);
	list_for_each_safe(c, next, &refused, accept_node) {
		list_del_init(&c->accept_node);
		store_relaxed(&c->listener, NULL);
		unix_end(c, true);
	}
	unix_queue_purge(u);
	if (peer)
		sock_put(peer);
	sock_put(&u->sock);
}

void unix_refuse_all(struct unix_sock *u)
{
	struct unix_sock *c;

	while ((c = take_connection(u)))
		unix_end(c, true);
}

static void unix_release(struct sock *s) { unix_end(unix_of(s), false); }

static void unix_free_rcu(struct rcu_head *head)
{
	slab_free(unix_cache, unix_of(container_of(head, struct sock, rcu)));
}

static void unix_free(struct sock *s)
{
	struct unix_sock *u = unix_of(s);

	if (u->addr)
		unix_addr_put(u->addr);
	if (u->peer_cred) {
		pid_put(u->peer_pid);
		cred_put(u->peer_cred);
	}
	rcu_call(&s->rcu, unix_free_rcu);
}

/* ---- looking ---- */

static uint32_t unix_poll(struct sock *s, struct poll_table *pt)
{
	struct unix_sock *u = unix_of(s);
	uint32_t mask = unix_poll_common(u);

	if ((mask & EPOLLRDNORM) && load_relaxed(&u->oob))
		mask |= EPOLLPRI;
	if (!unix_is_dgram(u) && load_relaxed(&u->state) == UNIX_NEW)
		mask |= EPOLLHUP;
	if (unix_is_writable(u))
		mask |= EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND;
	return mask;
}

/* SIOCUNIXFILE: the name it is bound to, as a new descriptor of O_PATH. */
static long open_name(struct unix_sock *u)
{
	struct file *f;
	int err, fd;

	if (!capable(CAP_NET_ADMIN))
		return -EPERM;
	if (!load_acquire(&u->addr) || !u->path.dentry)         /* pairs with who binds */
		return -ENOENT;
	fd = fd_alloc(0, true);
	if (fd < 0)
		return fd;
	err = file_open_path(&u->path, O_PATH, &f);
	if (err) {
		fd_abandon(fd);
		return err;
	}
	fd_install(fd, f);
	return fd;
}

static long unix_ioctl(struct sock *s, unsigned cmd, uint64_t arg)
{
	struct unix_sock *u = unix_of(s);
	struct packet *p;
	int n = 0;

	switch (cmd) {
	case SIOCOUTQ:
		n = (int)unix_charged(u);
		break;
	case SIOCINQ:
		if (load_relaxed(&u->state) == UNIX_LISTENING)
			return -EINVAL;
		spin_lock(&s->lock);
		p = u->rx.head;
		n = s->type != SOCK_DGRAM ? (int)u->bytes : p ? (int)p->len : 0;
		spin_unlock(&s->lock);
		break;
	case SIOCATMARK:
		if (s->type != SOCK_STREAM)
			return -EOPNOTSUPP;
		n = unix_oob_is_at_mark(u);
		break;
	case SIOCUNIXFILE:
		return open_name(u);
	default:
		return -ENOTTY;
	}
	return user_write(UADDR(arg), &n);
}

#define COMMON_OPS .bind = unix_bind, .name = unix_name, .shutdown = unix_shutdown, .ioctl = unix_ioctl, \
	.release = unix_release, .free = unix_free
static const struct sock_ops stream_ops = {
	COMMON_OPS, .listen = unix_listen, .connect = unix_stream_connect, .accept = unix_accept,
	.send = unix_stream_send, .receive = unix_stream_receive, .poll = unix_poll,
};
static const struct sock_ops seqpacket_ops = {
	COMMON_OPS, .listen = unix_listen, .connect = unix_stream_connect, .accept = unix_accept,
	.send = unix_dgram_send, .receive = unix_dgram_receive, .poll = unix_poll,
};
static const struct sock_ops dgram_ops = {
	COMMON_OPS, .listen = no_listen, .connect = unix_dgram_connect, .accept = no_accept,
	.send = unix_dgram_send, .receive = unix_dgram_receive, .poll = unix_dgram_poll,
};

bool sock_is_listening(const struct sock *s) { return load_relaxed(&container_of(s, struct unix_sock, sock)->state) == UNIX_LISTENING; }

void unix_init(void)
{
	unix_cache = slab_cache_create("unix_sock", sizeof(struct unix_sock), CACHELINE);
	unix_name_init();
	inflight_init();
}
