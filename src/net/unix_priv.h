/*
 * unix_priv.h - AF_UNIX: what its parts share.
 */
#pragma once
#include "net_priv.h"

struct unix_addr {                              /* constant; counted: a listener's is also its children's */
	refcount_t refs;
	uint32_t hash;
	unsigned len;                           /* as getsockname(2) says */
	struct sockaddr_un name;
};
enum unix_state { UNIX_NEW, UNIX_LISTENING, UNIX_CONNECTED };

/*
 * Keys: c const, l lock, r read_lock, o once: set under lock, never changed while its file lives, a atomic,
 *       i inflight_lock of inflight.c.
 *
 *   I1  streams and seqpackets: charge is the sum of rx's charges, all sent by peer
 *   I2  datagrams: sent is the sum of the charges of packets on their way from here
 *   I3  packets leave rx under read_lock and lock; who holds either may look at the first
 */
struct unix_sock {
	struct sock sock;
	atomic_uint state;                      /* l to write: enum unix_state */
	atomic_bool is_dead;                    /* l to write: its file is gone */
	struct sock *peer;                      /* streams: o; datagrams: l. Counted */
	struct unix_addr *addr;                 /* o */
	struct path path;                       /* o: of a name in a file system; counted */
	struct inode *bound;                    /* o: path's, what the socket is found by */
	struct list name_node;                  /* by name or inode; its bucket's lock */
	struct packet_queue rx;                 /* I3 */
	struct packet *oob;                     /* l: the urgent one in rx, or NULL (unix_oob.c) */
	struct mutex read_lock;
	atomic_uint nr_queued;                  /* l to write: packets in rx, or connections to accept */
	atomic_ulong bytes;                     /* l to write: in rx, unread */
	atomic_ulong charge;                    /* l to write: I1 */
	atomic_ulong sent;                      /* a: I2 */
	unsigned backlog;                       /* l: how many may be queued */
	struct list to_accept;                  /* l: accept_node of connections, oldest first */
	struct list accept_node;
	struct list blocked;                    /* l: blocked_node of senders that found rx full */
	struct list blocked_node;               /* lock of blocked_on; counted there */
	struct unix_sock *blocked_on;           /* a: claimed by exchange */
	struct pid *peer_pid;                   /* l: SO_PEERCRED, counted, or NULL */
	const struct cred *peer_cred;           /* l: counted */
	struct unix_sock *listener;             /* its lock: in whose to_accept this waits, or NULL; read under RCU */
	atomic_uint inflight;                   /* i to write: references of file that messages hold */
	struct list holders;                    /* i: passed_file.node, one each */
	struct file *file;                      /* i: while inflight */
	struct list suspect_node;               /* i */
	struct list walk_node;                  /* the thread of inflight.c */
	atomic_bool is_walked;                  /* i to write, or that thread */
};
static inline struct unix_sock *unix_of(struct sock *s) { return container_of(s, struct unix_sock, sock); }
static inline bool unix_is_dgram(const struct unix_sock *u) { return u->sock.type == SOCK_DGRAM; }

/* ---- names (unix_name.c) ---- */

int unix_bind(struct sock *s, const struct sock_addr *a);
__must_check int unix_autobind(struct unix_sock *u);            /* 0 also when it has a name already */
/* 0, -EINVAL: is it an address of the family? */
__must_check int unix_addr_check(const struct sock_addr *a);
/* The socket of that name and type, counted. 0, -ECONNREFUSED, -EPROTOTYPE, or what the walk says. May sleep. */
__must_check int unix_lookup(const struct sock_addr *a, int type, struct unix_sock **out);
void unix_addr_get_name(const struct unix_sock *u, struct sock_addr *out);
void unix_name_release(struct unix_sock *u);                    /* its file is gone: nobody finds it any more */
void unix_addr_put(struct unix_addr *a);
void unix_name_init(void);

/* ---- data (unix_stream.c, unix_dgram.c) ---- */

ssize_t unix_stream_send(struct sock *s, struct sock_msg *m);
ssize_t unix_stream_receive(struct sock *s, struct sock_msg *m);
ssize_t unix_dgram_send(struct sock *s, struct sock_msg *m);
ssize_t unix_dgram_receive(struct sock *s, struct sock_msg *m);
int unix_dgram_connect(struct sock *s, const struct sock_addr *a, bool may_wait);
uint32_t unix_dgram_poll(struct sock *s, struct poll_table *pt);
/* Senders that found u's queue full may try again. */
void unix_unblock_slow(struct unix_sock *u);
static inline void unix_unblock(struct unix_sock *u)
{
	if (unlikely(!list_empty(&u->blocked)))
		unix_unblock_slow(u);
}
void unix_unblock_self(struct unix_sock *u);                    /* u waits for nobody any more */
void unix_dgram_gone(struct packet *p);                         /* p left a queue: its sender, if it has one, has room again */
void unix_queue_purge(struct unix_sock *u);
void unix_refuse_all(struct unix_sock *u);                      /* connections that nobody will accept */
/* u was accepted: the caller cleared u->listener, and a full fence after it. */
void inflight_accepted(const struct unix_sock *u);
void inflight_init(void);
/* May u's sender find room: the limit is SO_SNDBUF. */
static inline unsigned long unix_charged(const struct unix_sock *u)
{
	struct sock *peer;

	if (unix_is_dgram(u))
		return load_relaxed(&u->sent);
	peer = load_acquire(&u->peer);                  /* pairs with who connects; once: seen by the peer's calls, too */
	return peer ? load_relaxed(&unix_of(peer)->charge) : 0;
}
static inline bool unix_is_writable(const struct unix_sock *u)
{
	return load_relaxed(&u->state) != UNIX_LISTENING && unix_charged(u) << 2 <= (unsigned)load_relaxed(&u->sock.options.sndbuf);
}

/* What poll(2) says of any socket: its errors, what was shut down, what waits to be read. */
static inline uint32_t unix_poll_common(const struct unix_sock *u)
{
	unsigned shutdown = load_acquire(&u->sock.shutdown);
	uint32_t mask = 0;

	if (load_relaxed(&u->sock.error))
		mask |= EPOLLERR;
	if (shutdown == (SHUT_RECEIVE | SHUT_SEND))
		mask |= EPOLLHUP;
	if (shutdown & SHUT_RECEIVE)
		mask |= EPOLLRDHUP | EPOLLIN | EPOLLRDNORM;
	if (load_relaxed(&u->nr_queued))
		mask |= EPOLLIN | EPOLLRDNORM;
	return mask;
}

/* ---- the urgent byte (unix_oob.c) ---- */

/* p, one byte in its room, goes to the end of the queue as the urgent one. */
void unix_oob_append_locked(struct unix_sock *to, struct packet *p) __must_hold(to->sock.lock);
void unix_oob_tell(struct unix_sock *to);                       /* SIGURG to the owner of its file */
/*
 * p, from which a read with or without some bytes already goes on, has no ordinary byte: the packet to read instead, or NULL.
 * *read_now: this is the urgent byte, to be peeked at inline. *has_freed: set when a packet left the queue. read_lock is held.
 */
struct packet *unix_oob_pass(struct unix_sock *u, struct packet *p, bool is_peek, bool has_some, bool *read_now, bool *has_freed);
ssize_t unix_oob_receive(struct sock *s, struct sock_msg *m);   /* recv(2) with MSG_OOB */
bool unix_oob_is_at_mark(struct unix_sock *u);

/* ---- what comes along with bytes (ancillary.c) ---- */

struct ancillary { struct packet_rights *rights; struct pid *pid; uint32_t uid, gid; bool has_sender; };
/* Credentials along with p when a side asked for them or m gives some; m's files, too. */
void ancillary_attach_slow(struct packet *p, struct sock *to, struct sock_msg *m);
static inline void ancillary_attach(struct packet *p, const struct sock *from, struct sock *to, struct sock_msg *m)
{
	if (unlikely(m->rights || m->pid || sock_is_passing_credentials(from) || sock_is_passing_credentials(to)))
		ancillary_attach_slow(p, to, m);
}
/* May p's bytes follow what a was taken from? */
bool ancillary_matches(const struct ancillary *a, const struct packet *p);
void ancillary_take(struct ancillary *a, struct packet *p, bool is_peek);
/* The time of a datagram that is received: in the form s asked for, if it did. */
void ancillary_put_time(struct sock *s, struct sock_msg *m);
/* Write what was taken to m's control room, if s wants it; consumes it. */
void ancillary_put(struct sock *s, struct ancillary *a, struct sock_msg *m);
static inline void ancillary_deliver(struct sock *s, struct packet *p, bool is_peek, struct sock_msg *m)
{
	struct ancillary a = { 0 };

	if (likely(!p->rights) && likely(!sock_is_passing_credentials(s)))
		return;
	ancillary_take(&a, p, is_peek);
	ancillary_put(s, &a, m);
}
