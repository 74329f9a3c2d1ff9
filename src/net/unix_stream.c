/*
 * unix_stream.c - SOCK_STREAM of AF_UNIX: a queue of packets per direction, read as one sequence of bytes.
 *
 * A write fills its packets without a lock and appends them to its peer's queue under that one's lock. A read works on the
 * first packet under read_lock alone, and takes the other lock to remove it.
 * Wake-ups: the counts of waiters are looked at after a fence or mutex_unlock(). Sleeping readers and writers are
 * exclusive: who was woken and leaves something over wakes the next.
 * Locks: read_lock, page faults; the lock of one socket at a time.   Context: task, may sleep.
 */
#include <mm/page.h>
#include <net/rights.h>
#include "unix_priv.h"

#define CHUNK 36544u                            /* of one packet: what one message of Linux holds */
#define LINEAR_MAX 3776u
#define IN_EVENTS (EPOLLIN | EPOLLRDNORM)
#define ARRIVED_EVENTS (IN_EVENTS | EPOLLPRI | EPOLLRDBAND)     /* whatever arrived: edges are counted so */
#define OUT_EVENTS (EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND)

/* What n bytes count: what Linux's buffers for them take, so that a queue holds as much here. */
static uint32_t stream_charge(size_t n)
{
	size_t paged = 0, head, bucket = 512;

	if (likely(n <= 192))
		return 768;
	if (n > LINEAR_MAX)
		paged = MIN(n, (n - LINEAR_MAX + PAGE_SIZE - 1) & PAGE_MASK);
	head = ((n - paged + 63) & ~63ul) + 320;
	while (bucket < head)
		bucket *= 2;
	return (uint32_t)(bucket + 256 + ((paged + PAGE_SIZE - 1) & PAGE_MASK));
}

/* ---- sending ---- */

static bool may_send(const struct unix_sock *u)
{
	return unix_charged(u) < (unsigned)load_relaxed(&u->sock.options.sndbuf) || load_relaxed(&u->sock.shutdown) & SHUT_SEND ||
	       load_relaxed(&u->sock.error);
}

/* Wait for room in the queue. 0, -EAGAIN, a signal's. */
static __noinline int wait_room(struct unix_sock *u, unsigned flags)
{
	uint64_t deadline;
	int err;

	if (flags & MSG_DONTWAIT)
		return -EAGAIN;
	deadline = sock_deadline(u->sock.options.send_timeout_ns);
	err = wait_event_common(&u->sock.tx_wait, may_send(u), PARK_INTERRUPTIBLE, deadline, true);
	return sock_wait_error(err, deadline);
}

static __noinline void sent_wake_slow(struct unix_sock *to)
{
	waitq_wake_events_ordered(&to->sock.rx_wait, 1, ARRIVED_EVENTS);
	pollable_notify_ordered(&to->sock.pollable, ARRIVED_EVENTS);
}

/* Append p to the peer's queue, or free it: 0, -EPIPE. */
static __always_inline int deliver(struct unix_sock *to, struct packet *p, bool is_urgent)
{
	uint32_t len = p->len;

	spin_lock(&to->sock.lock);
	if (unlikely(to->sock.shutdown & SHUT_RECEIVE || to->is_dead)) {
		spin_unlock(&to->sock.lock);
		packet_free(p);
		return -EPIPE;
	}
	if (is_urgent)
		unix_oob_append_locked(to, p);
	else
		queue_append(&to->rx, p);
	store_relaxed(&to->nr_queued, to->nr_queued + 1);
	store_relaxed(&to->bytes, to->bytes + len);
	store_relaxed(&to->charge, to->charge + p->charge);
	spin_unlock(&to->sock.lock);
	fence_seq_cst();                                /* pairs with waitq_add() and gen_watch() */
	if (unlikely(sock_is_watched(&to->sock)))
		sent_wake_slow(to);
	return 0;
}

/* One packet from m on its way. Bytes, or -errno. */
static __always_inline ssize_t send_packet(struct unix_sock *u, struct unix_sock *to, struct sock_msg *m, bool is_urgent)
{
	size_t n = MIN(m->u->left, (size_t)CHUNK);
	struct packet *p;
	int err = sock_take_error(&u->sock);

	n = MIN(n, (size_t)(unsigned)MAX(load_relaxed(&u->sock.options.sndbuf) / 2 - 64, 1));
	while (!err && unlikely(load_relaxed(&to->charge) >= (unsigned)load_relaxed(&u->sock.options.sndbuf))) {
		if (load_relaxed(&u->sock.shutdown) & SHUT_SEND)
			return -EPIPE;
		err = wait_room(u, m->flags);
		if (!err)
			err = sock_take_error(&u->sock);
	}
	if (unlikely(err))
		return err;
	p = packet_alloc(n);
	if (unlikely(!p))
		return -ENOBUFS;
	p->charge = stream_charge(n);
	if (unlikely(packet_fill(p, m->u))) {
		packet_free(p);
		return -EFAULT;
	}
	ancillary_attach(p, &u->sock, &to->sock, m);
	err = deliver(to, p, is_urgent);
	return unlikely(err) ? err : (ssize_t)n;
}

static ssize_t send_chunk(struct unix_sock *u, struct unix_sock *to, struct sock_msg *m) { return send_packet(u, to, m, false); }

/* The last byte is urgent; what is in front of it goes the ordinary way. */
static __noinline ssize_t send_urgent(struct sock *s, struct sock_msg *m)
{
	size_t before = m->u->left - 1;
	struct unix_sock *peer;
	ssize_t n, err;

	if (!m->u->left)
		return -EOPNOTSUPP;
	m->flags &= ~MSG_OOB;
	m->u->left = before;
	n = unix_stream_send(s, m);
	m->u->left++;
	if (n < 0 || (size_t)n < before)
		return n;
	peer = unix_of(unix_of(s)->peer);
	err = send_packet(unix_of(s), peer, m, true);
	if (err < 0)
		return n ? n : err;
	unix_oob_tell(peer);
	return n + 1;
}

ssize_t unix_stream_send(struct sock *s, struct sock_msg *m)
{
	struct unix_sock *u = unix_of(s);
	struct sock *peer = load_acquire(&u->peer);     /* pairs with who connects */
	ssize_t n = 0, done = 0;

	if (unlikely(m->flags & MSG_OOB))
		return send_urgent(s, m);
	if (unlikely(m->addr && m->addr->len))
		return load_relaxed(&u->state) == UNIX_CONNECTED ? -EISCONN : -EOPNOTSUPP;
	if (unlikely(!peer))
		return -ENOTCONN;
	if (unlikely(load_relaxed(&s->shutdown) & SHUT_SEND))
		return sock_broken_pipe(m->flags);
	while (m->u->left) {
		n = send_chunk(u, unix_of(peer), m);
		if (unlikely(n < 0))
			break;
		done += n;
	}
	if (unlikely(sock_is_watched(s)))
		pollable_touch_ordered(&s->pollable);   /* there is less room */
	/* Several writers may have been let in by one reader: the next one's turn. */
	if (unlikely(waitq_is_active(&s->tx_wait)) && may_send(u))
		waitq_wake_one(&s->tx_wait);
	if (unlikely(n == -EPIPE) && !done)
		return sock_broken_pipe(m->flags);
	return done ? done : n;
}

/* ---- receiving ---- */

/* What is of no interest: so many bytes (SO_PEEK_OFF), or all up to the queue's end as it was (an urgent byte is not peeked at). */
struct seen { size_t bytes; struct packet **end; };

static bool has_data(const struct unix_sock *u, struct seen seen)
{
	size_t past = seen.bytes;

	if (unlikely(seen.end != NULL))
		return load_relaxed(&u->rx.tail) != seen.end;
	return past ? load_acquire(&u->bytes) > past : load_acquire(&u->rx.head) != NULL;
}

static bool may_receive(const struct unix_sock *u, struct seen past)
{
	return has_data(u, past) || load_relaxed(&u->sock.shutdown) & SHUT_RECEIVE || load_relaxed(&u->sock.error);
}

/* Nothing is there: 1 at the end, 0 look again, -errno. read_lock is held on entry and return. */
static __noinline int wait_data(struct unix_sock *u, unsigned flags, struct seen past, uint64_t deadline)
{
	int err;

	if (has_data(u, past))
		return 0;
	err = sock_take_error(&u->sock);
	if (err)
		return err;
	if (load_acquire(&u->sock.shutdown) & SHUT_RECEIVE)
		return has_data(u, past) ? 0 : 1;               /* what came before the end */
	if (flags & MSG_DONTWAIT)
		return -EAGAIN;
	mutex_unlock(&u->read_lock);
	err = wait_event_common(&u->sock.rx_wait, may_receive(u, past), PARK_INTERRUPTIBLE, deadline, true);
	mutex_lock(&u->read_lock);
	return sock_wait_error(err, deadline);
}

/* n bytes more of the first packet are read: it goes at its end. Did it? */
static bool consume(struct unix_sock *u, struct packet *p, size_t n)
{
	bool is_over = (p->done += (uint32_t)n) == p->len;

	spin_lock(&u->sock.lock);
	store_relaxed(&u->bytes, u->bytes - n);
	if (likely(is_over)) {
		(void)queue_take(&u->rx);
		store_relaxed(&u->nr_queued, u->nr_queued - 1);
		store_relaxed(&u->charge, u->charge - p->charge);
	}
	spin_unlock(&u->sock.lock);
	if (likely(is_over))
		packet_free(p);
	return is_over;
}

/* from: whose packets have left the queue, or NULL. */
static __noinline void received_wake_slow(struct unix_sock *u, struct unix_sock *from)
{
	pollable_touch_ordered(&u->sock.pollable);
	if (load_relaxed(&u->rx.head))
		waitq_wake_events_ordered(&u->sock.rx_wait, 1, IN_EVENTS);
	if (!from || !sock_is_watched(&from->sock))
		return;
	if (may_send(from))
		waitq_wake_events_ordered(&from->sock.tx_wait, 1, OUT_EVENTS);
	if (unix_is_writable(from))
		pollable_notify_ordered(&from->sock.pollable, OUT_EVENTS);
}

ssize_t unix_stream_receive(struct sock *s, struct sock_msg *m)
{
	struct unix_sock *u = unix_of(s);
	size_t want = m->u->left, done = 0, target = m->flags & MSG_WAITALL ? want : MIN(want, (size_t)(unsigned)s->options.rcvlowat);
	bool is_peek = m->flags & MSG_PEEK, has_freed = false, has_from = false;
	struct ancillary extra = { 0 };
	struct packet *p, **end = NULL;
	uint64_t deadline;
	size_t skip;
	int err = 0;

	if (unlikely(load_relaxed(&u->state) != UNIX_CONNECTED))
		return -EINVAL;
	if (unlikely(m->flags & MSG_OOB))
		return unix_oob_receive(s, m);
	deadline = sock_deadline(s->options.receive_timeout_ns);
	mutex_lock(&u->read_lock);
	skip = sock_peek_offset(s, is_peek);
	p = load_acquire(&u->rx.head);                  /* pairs with queue_append() */
	do {
		size_t n, got;

		if (unlikely(!p)) {
			if (done >= MAX(target, (size_t)1))
				break;
			err = is_peek && done ? 1 : wait_data(u, m->flags, (struct seen){ sock_peek_offset(s, is_peek), end }, deadline);
			end = NULL;
			if (err)
				break;
			skip = sock_peek_offset(s, is_peek);
			p = load_acquire(&u->rx.head);
			continue;
		}
		if (unlikely(skip >= p->len - p->done)) {
			if (!load_relaxed(&p->len)) {
				bool read_now;

				p = unix_oob_pass(u, p, is_peek, done, &read_now, &has_freed);
				if (!p && done)
					break;
				if (!p && is_peek)
					end = load_relaxed(&u->rx.tail);
				if (!read_now)
					continue;
				if (packet_copy_out(p, 0, 1, m->u) != 1) {
					err = -EFAULT;
					break;
				}
				done++;
				has_from = true;
				if (sock_is_passing_credentials(s))
					ancillary_take(&extra, p, true);
				sock_peeked(s, 1);
				p = load_acquire(&p->next);
				continue;
			}
			skip -= p->len - p->done;
			p = load_acquire(&p->next);
			continue;
		}
		if (unlikely(sock_is_passing_credentials(s)) && done && !ancillary_matches(&extra, p))
			break;
		n = MIN(m->u->left, p->len - p->done - skip);
		got = packet_copy_out(p, p->done + skip, n, m->u);
		if (unlikely(got < n)) {
			err = -EFAULT;                  /* what was copied of it stays in the queue */
			break;
		}
		done += got;
		has_from = true;                        /* also of no bytes */
		if (unlikely(p->rights || sock_is_passing_credentials(s)))
			ancillary_take(&extra, p, is_peek);
		if (is_peek) {
			sock_peeked(s, got);
			skip = 0;
			p = load_acquire(&p->next);
		} else {
			sock_unpeek(s, got);
			has_freed |= consume(u, p, got);
			p = load_acquire(&u->rx.head);
		}
	} while (m->u->left && likely(!extra.rights));
	mutex_unlock(&u->read_lock);
	if (unlikely(sock_is_watched(s) || (u->peer && sock_is_watched(u->peer))))
		received_wake_slow(u, u->peer && has_freed ? unix_of(u->peer) : NULL);
	if (unlikely(m->addr != NULL) && (done || has_from))
		unix_addr_get_name(unix_of(u->peer), m->addr);
	if (unlikely(extra.has_sender || (sock_is_passing_credentials(s) && err >= 0)))
		ancillary_put(s, &extra, m);
	return done ? (ssize_t)done : MIN(err, 0);
}
