/*
 * unix_dgram.c - SOCK_DGRAM and SOCK_SEQPACKET of AF_UNIX: whole messages.
 *
 * A datagram holds its sender until it is read. A receiver that is not connected back takes `backlog` + 1 of another's; who finds
 * it full sleeps in its tx_wait, or, when its peer is to be polled for room, hangs itself in its `blocked` list, once.
 *   I1  a socket is in a list exactly while blocked_on names that list's owner, but for the moments in which the
 *       claimer has not yet added it or the taker has not yet cleared it; the list counts it
 * Locks: read_lock, page faults; sockets' locks, one at a time.   Context: task, may sleep.
 */
#include <mm/page.h>
#include "unix_priv.h"

#define IN_EVENTS (EPOLLIN | EPOLLRDNORM)
#define OUT_EVENTS (EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND)
#define LINEAR_MAX 16064ul

/* What Linux's buffers for n bytes take. */
static uint32_t dgram_charge(size_t n)
{
	size_t paged = n > LINEAR_MAX ? (n - LINEAR_MAX + PAGE_SIZE - 1) & PAGE_MASK : 0, bucket = 512, head;

	if (likely(n <= 192))
		return 768;
	if (paged > 17 * PAGE_SIZE)
		paged = 17 * PAGE_SIZE;
	head = ((n - MIN(n, paged) + 63) & ~63ul) + 320;
	while (bucket < head)
		bucket *= 2;
	return (uint32_t)(bucket + 256 + paged);
}

/* ---- waiting for another's queue ---- */

static bool is_full(const struct unix_sock *to, const struct unix_sock *from)
{
	return unix_is_dgram(to) && load_relaxed(&to->nr_queued) > load_relaxed(&to->backlog) && to != from &&
	       load_relaxed(&to->peer) != &from->sock;
}

void unix_unblock_slow(struct unix_sock *u)
{
	for (;;) {
		struct unix_sock *b = NULL;

		spin_lock(&u->sock.lock);
		if (!list_empty(&u->blocked)) {
			b = list_first(&u->blocked, struct unix_sock, blocked_node);
			list_del_init(&b->blocked_node);
			store_release(&b->blocked_on, (struct unix_sock *)NULL);
		}
		spin_unlock(&u->sock.lock);
		if (!b)
			return;
		sock_wake_all(&b->sock, OUT_EVENTS);
		sock_put(&b->sock);
	}
}

void unix_unblock_self(struct unix_sock *u)
{
	struct unix_sock *on;
	bool was_in = false;

	rcu_read_lock();                                /* who clears blocked_on may end right after */
	on = load_acquire(&u->blocked_on);
	if (on) {
		spin_lock(&on->sock.lock);
		was_in = load_relaxed(&u->blocked_on) == on && !list_empty(&u->blocked_node);
		if (was_in) {
			list_del_init(&u->blocked_node);
			store_relaxed(&u->blocked_on, (struct unix_sock *)NULL);
		}
		spin_unlock(&on->sock.lock);
	}
	rcu_read_unlock();
	if (was_in)
		sock_put(&u->sock);
}

/* Have u told when `to` has room. False: it has room now (or is gone). */
static bool block_on(struct unix_sock *u, struct unix_sock *to)
{
	struct unix_sock *on = NULL;
	bool full;

	if (load_acquire(&u->blocked_on) != to && load_relaxed(&u->blocked_on))
		unix_unblock_self(u);
	spin_lock(&to->sock.lock);
	full = is_full(to, u) && !to->is_dead && !(to->sock.shutdown & SHUT_RECEIVE);
	if (full && cas_acq_rel(&u->blocked_on, &on, to)) {
		sock_get(&u->sock);
		list_append(&to->blocked, &u->blocked_node);
	}
	spin_unlock(&to->sock.lock);
	return full;
}

/* ---- sending ---- */

static bool has_room(const struct unix_sock *u)
{
	return unix_charged(u) < (unsigned)load_relaxed(&u->sock.options.sndbuf) || load_relaxed(&u->sock.shutdown) & SHUT_SEND ||
	       load_relaxed(&u->sock.error);
}

/* Room in our own buffer. 0, -EAGAIN, -EPIPE, our pending error, a signal's. */
static int wait_sndbuf(struct unix_sock *u, unsigned flags)
{
	uint64_t deadline;
	int err;

	for (;;) {
		err = sock_take_error(&u->sock);
		if (err)
			return err;
		if (load_relaxed(&u->sock.shutdown) & SHUT_SEND)
			return -EPIPE;
		if (unix_charged(u) < (unsigned)load_relaxed(&u->sock.options.sndbuf))
			return 0;
		if (flags & MSG_DONTWAIT)
			return -EAGAIN;
		deadline = sock_deadline(u->sock.options.send_timeout_ns);
		err = wait_event_common(&u->sock.tx_wait, has_room(u), PARK_INTERRUPTIBLE, deadline, true);
		if (err)
			return sock_wait_error(err, deadline);
	}
}

static bool may_try(const struct unix_sock *u, const struct unix_sock *to)
{
	return !is_full(to, u) || load_relaxed(&to->is_dead) || load_relaxed(&to->sock.shutdown) & SHUT_RECEIVE;
}

/* The one that m goes to, counted. */
static int destination(struct unix_sock *u, struct sock_msg *m, struct unix_sock **out)
{
	struct sock *peer;

	if (m->addr && m->addr->len && unix_is_dgram(u))
		return unix_lookup(m->addr, u->sock.type, out);
	spin_lock(&u->sock.lock);
	peer = u->peer;
	if (peer)
		sock_get(peer);
	spin_unlock(&u->sock.lock);
	if (!peer)
		return -ENOTCONN;
	*out = unix_of(peer);
	return 0;
}

/* u leaves `old`: what came from it is void, and then it learns of it if it was connected to u. */
static void leave_peer(struct unix_sock *u, struct sock *old)
{
	struct unix_sock *o = unix_of(old);
	bool tell;

	unix_unblock_self(u);
	pollable_notify(&u->sock.pollable, OUT_EVENTS);
	if (load_relaxed(&u->rx.head)) {
		unix_queue_purge(u);
		waitq_wake_all(&u->sock.tx_wait);
		unix_unblock(u);
		spin_lock(&old->lock);
		tell = !o->is_dead && o->peer == &u->sock;
		if (tell)
			store_relaxed(&old->error, ECONNRESET);
		spin_unlock(&old->lock);
		if (tell)
			sock_wake_all(old, EPOLLERR);
	}
	sock_put(old);
}

/* The datagram peer is gone: u has none any more. */
static void forget_peer(struct unix_sock *u, struct unix_sock *to)
{
	bool was_peer;

	spin_lock(&u->sock.lock);
	was_peer = unix_is_dgram(u) && u->peer == &to->sock;
	if (was_peer) {
		u->peer = NULL;
		store_relaxed(&u->state, UNIX_NEW);
	}
	spin_unlock(&u->sock.lock);
	if (was_peer)
		leave_peer(u, &to->sock);
}

/* Queue p at `to`: 0; -EAGAIN: it is full; -ECONNREFUSED, -EPIPE, -EPERM. p stays the caller's unless 0. */
static int deliver(struct unix_sock *u, struct unix_sock *to, struct packet *p)
{
	int err = 0;

	spin_lock(&to->sock.lock);
	if (unlikely(unix_is_dgram(to) && to->peer && to->peer != &u->sock))
		err = -EPERM;
	else if (unlikely(to->is_dead))
		err = unix_is_dgram(u) ? -ECONNREFUSED : -EPIPE;
	else if (unlikely(to->sock.shutdown & SHUT_RECEIVE))
		err = -EPIPE;
	else if (unlikely(is_full(to, u)))
		err = -EAGAIN;
	if (likely(!err)) {
		if (unix_is_dgram(u)) {
			sock_get(&u->sock);
			p->sender = &u->sock;
			fetch_add_relaxed(&u->sent, p->charge);         /* relaxed: a sum compared with a limit */
		}
		queue_append(&to->rx, p);
		store_relaxed(&to->nr_queued, to->nr_queued + 1);
		store_relaxed(&to->bytes, to->bytes + p->len);
		store_relaxed(&to->charge, to->charge + p->charge);
	}
	spin_unlock(&to->sock.lock);
	return err;
}

static int send_packet(struct unix_sock *u, struct unix_sock *to, struct packet *p, unsigned flags)
{
	uint64_t deadline = sock_deadline(u->sock.options.send_timeout_ns);
	int err;

	while (unlikely((err = deliver(u, to, p)) == -EAGAIN)) {
		if (flags & MSG_DONTWAIT) {
			if (load_relaxed(&u->peer) != &to->sock || block_on(u, to))     /* poll() is to tell of room */
				return -EAGAIN;
			continue;
		}
		err = wait_event_common(&to->sock.tx_wait, may_try(u, to), PARK_INTERRUPTIBLE, deadline, true);
		if (err)
			return sock_wait_error(err, deadline);
	}
	if (unlikely(err))
		return err;
	fence_seq_cst();                                /* pairs with waitq_add() and gen_watch() */
	if (unlikely(sock_is_watched(&to->sock))) {
		waitq_wake_events_ordered(&to->sock.rx_wait, 1, IN_EVENTS);
		pollable_notify_ordered(&to->sock.pollable, IN_EVENTS);
	}
	return 0;
}

ssize_t unix_dgram_send(struct sock *s, struct sock_msg *m)
{
	struct unix_sock *u = unix_of(s), *to;
	size_t n = m->u->left;
	struct packet *p;
	int err = 0;

	if (!unix_is_dgram(u)) {
		err = sock_take_error(s);
		if (!err && load_relaxed(&u->state) != UNIX_CONNECTED)
			err = -ENOTCONN;
		if (!err && m->flags & MSG_OOB)
			err = -EOPNOTSUPP;
	} else if (m->flags & MSG_OOB) {
		err = -EOPNOTSUPP;
	} else if (m->addr && m->addr->len) {
		err = unix_addr_check(m->addr);
	} else if (!load_acquire(&u->peer)) {
		err = -ENOTCONN;
	}
	if (!err && sock_is_passing_credentials(s))
		err = unix_autobind(u);
	if (!err && n > (size_t)(unsigned)s->options.sndbuf - 32)
		err = -EMSGSIZE;
	if (!err)
		err = wait_sndbuf(u, m->flags);
	if (err)
		return err;
	p = packet_alloc(n);
	if (!p)
		return -ENOBUFS;
	p->charge = dgram_charge(n);
	err = packet_fill(p, m->u);
	if (!err)
		err = destination(u, m, &to);
	if (!err) {
		ancillary_attach(p, &u->sock, &to->sock, m);
		err = send_packet(u, to, p, m->flags);
		if (unlikely(sock_is_watched(s)))
			pollable_touch_ordered(&s->pollable);   /* less room, or none: send_packet() ordered it */
		if (err == -ECONNREFUSED)
			forget_peer(u, to);
		sock_put(&to->sock);
	}
	if (unlikely(err)) {
		packet_free(p);
		if (sock_is_watched(s) && unix_is_writable(u))
			pollable_notify(&s->pollable, OUT_EVENTS);      /* what it took is free again */
	}
	return err ? err : (ssize_t)n;
}

/* ---- receiving ---- */

/* The first packet, taken from the queue unless is_peek; then *skip: bytes to pass over. NULL when there is none. read_lock held. */
static struct packet *take(struct unix_sock *u, bool is_peek, size_t *skip)
{
	struct packet *p = load_acquire(&u->rx.head);   /* pairs with queue_append() */

	*skip = sock_peek_offset(&u->sock, is_peek);
	if (is_peek || !p) {
		while (unlikely(*skip) && p && *skip >= p->len) {
			*skip -= p->len;
			p = load_acquire(&p->next);
		}
		return p;
	}
	sock_unpeek(&u->sock, p->len);
	spin_lock(&u->sock.lock);
	p = queue_take(&u->rx);
	store_relaxed(&u->nr_queued, u->nr_queued - 1);
	store_relaxed(&u->bytes, u->bytes - p->len);
	store_relaxed(&u->charge, u->charge - p->charge);
	spin_unlock(&u->sock.lock);
	return p;
}

static bool may_receive(const struct unix_sock *u, bool is_peek)
{
	size_t past = sock_peek_offset(&u->sock, is_peek);

	return (past ? load_relaxed(&u->bytes) > past : load_relaxed(&u->nr_queued) != 0) || load_relaxed(&u->sock.shutdown) & SHUT_RECEIVE || load_relaxed(&u->sock.error);
}

/* With read_lock held, on return too unless *out is NULL. 0: *out, or NULL at the end; -errno. */
static int first_packet(struct unix_sock *u, unsigned flags, struct packet **out, size_t *skip)
{
	uint64_t deadline = sock_deadline(u->sock.options.receive_timeout_ns);
	int err;

	for (;;) {
		*out = NULL;
		mutex_lock(&u->read_lock);
		err = sock_take_error(&u->sock);
		if (likely(!err)) {
			*out = take(u, flags & MSG_PEEK, skip);
			if (likely(*out))
				return 0;
		}
		mutex_unlock(&u->read_lock);
		if (err)
			return err;
		if (load_relaxed(&u->sock.shutdown) & SHUT_RECEIVE)
			return unix_is_dgram(u) && flags & MSG_DONTWAIT ? -EAGAIN : 0;
		if (flags & MSG_DONTWAIT)
			return -EAGAIN;
		err = wait_event_common(&u->sock.rx_wait, may_receive(u, flags & MSG_PEEK), PARK_INTERRUPTIBLE, deadline, true);
		if (err)
			return sock_wait_error(err, deadline);
	}
}

/* `from` may have room: who waits for that? After a fence. */
static void sender_wake(struct sock *from)
{
	if (!sock_is_watched(from))
		return;
	waitq_wake_events_ordered(&from->tx_wait, ~0u, OUT_EVENTS);
	if (unix_is_writable(unix_of(from)))
		pollable_notify_ordered(&from->pollable, OUT_EVENTS);
}

void unix_dgram_gone(struct packet *p)
{
	if (!p->sender)
		return;
	fetch_sub_relaxed(&unix_of(p->sender)->sent, p->charge);
	fence_seq_cst();                                /* pairs with waitq_add() and gen_watch() */
	sender_wake(p->sender);
}

/* A packet has left u's queue: who waits for that? */
static void taken_wake(struct unix_sock *u, struct packet *p)
{
	struct sock *from = p->sender ? p->sender : load_acquire(&u->peer);

	if (p->sender)
		fetch_sub_relaxed(&unix_of(from)->sent, p->charge);
	fence_seq_cst();                                /* pairs with waitq_add() and gen_watch() */
	pollable_touch_ordered(&u->sock.pollable);
	if (load_relaxed(&u->nr_queued))
		waitq_wake_events_ordered(&u->sock.rx_wait, 1, IN_EVENTS);
	waitq_wake_all_ordered(&u->sock.tx_wait);       /* all: who waits there waits for different things */
	unix_unblock(u);
	if (from)
		sender_wake(from);
}

ssize_t unix_dgram_receive(struct sock *s, struct sock_msg *m)
{
	struct unix_sock *u = unix_of(s);
	bool is_peek = m->flags & MSG_PEEK;
	struct packet *p;
	size_t n, got, skip;
	ssize_t ret;
	int err;

	if (!unix_is_dgram(u) && load_relaxed(&u->state) != UNIX_CONNECTED)
		return -ENOTCONN;
	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	err = first_packet(u, m->flags, &p, &skip);
	if (err || !p)
		return err;
	if (!is_peek)
		mutex_unlock(&u->read_lock);            /* the packet is ours */
	n = MIN(m->u->left, p->len - skip);
	if (m->addr)
		unix_addr_get_name(p->sender ? unix_of(p->sender) : unix_of(u->peer), m->addr);
	got = packet_copy_out(p, skip, n, m->u);
	ret = got < n ? -EFAULT : m->flags & MSG_TRUNC ? (ssize_t)(p->len - skip) : (ssize_t)n;
	if (n < p->len - skip)
		m->out_flags |= MSG_TRUNC;
	if (unlikely(load_relaxed(&s->options.flags) & OPTION_TIMES) && ret >= 0)
		ancillary_put_time(s, m);
	if (ret >= 0)
		ancillary_deliver(s, p, is_peek, m);
	if (is_peek) {
		sock_peeked(s, n);
		mutex_unlock(&u->read_lock);
		waitq_wake_one_ordered(&s->rx_wait);    /* it is still there for another */
		return ret;
	}
	taken_wake(u, p);
	packet_free(p);
	return ret;
}

/* ---- connecting ---- */

int unix_dgram_connect(struct sock *s, const struct sock_addr *a, bool may_wait)
{
	struct unix_sock *u = unix_of(s), *to = NULL;
	struct sock *old, *back;
	int err = 0;

	if (a->len < sizeof a->family)
		return -EINVAL;
	if (a->family != AF_UNSPEC) {
		err = unix_addr_check(a);
		if (!err && sock_is_passing_credentials(s))
			err = unix_autobind(u);
		if (!err)
			err = unix_lookup(a, s->type, &to);
		if (err)
			return err;
		back = load_relaxed(&to->peer);         /* a hint: delivery looks again */
		if (back && back != s) {
			sock_put(&to->sock);
			return -EPERM;
		}
	}
	spin_lock(&s->lock);
	old = u->peer;
	u->peer = to ? &to->sock : NULL;                /* takes the reference */
	store_relaxed(&u->state, to ? UNIX_CONNECTED : UNIX_NEW);
	spin_unlock(&s->lock);
	if (old && to && old == &to->sock) {
		pollable_notify(&s->pollable, OUT_EVENTS);
		sock_put(old);
	} else if (old) {
		leave_peer(u, old);
	}
	return 0;
}

uint32_t unix_dgram_poll(struct sock *s, struct poll_table *pt)
{
	struct unix_sock *u = unix_of(s), *to;
	uint32_t mask = unix_poll_common(u);

	if (!unix_is_writable(u))
		return mask;
	spin_lock(&s->lock);
	to = u->peer ? unix_of(u->peer) : NULL;
	if (to)
		sock_get(&to->sock);
	spin_unlock(&s->lock);
	if (!to || !is_full(to, u) || !block_on(u, to))
		mask |= EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND;
	if (to)
		sock_put(&to->sock);
	return mask;
}
