/*
 * net_priv.h - a socket, whatever its family, and the packets that sockets pass.
 */
#pragma once
#include <base/err.h>
#include <net/socket.h>
#include <sync/mutex.h>
#include <task/cred.h>
#include <task/pid.h>

struct sock;

/*
 * A message, or a part of a stream. After the head its bytes: the first `room` here, the rest in pieces.
 * Constant once it is queued, but for `done`, `next` (by who may take it from the queue) and rights.
 */
struct packet {
	struct packet *next;
	struct packet *more;                    /* the next piece of the same message */
	struct sock *sender;                    /* counted, or NULL (streams: the receiver's peer) */
	struct packet_rights *rights;           /* files that go along, or NULL */
	struct pid *pid;                        /* who sent it: counted, with uid and gid; or NULL */
	uint32_t uid, gid;
	uint32_t len;                           /* of the message (head); 0: out of band, unix_oob.c */
	uint32_t room;                          /* of this piece */
	uint32_t done;                          /* streams: read so far */
	uint32_t charge;                        /* what it counts against the sender's SO_SNDBUF */
	char data[];
};
#define PIECE_MAX (32768 - sizeof(struct packet))

struct packet_queue { struct packet *head, **tail; };

/* Without contents; NULL without memory. */
struct packet *packet_alloc(size_t len);
void packet_free(struct packet *p);
/* Fill from u: 0 or -EFAULT. Copy n bytes from `from` on: bytes copied. May sleep. */
__must_check int packet_fill(struct packet *p, struct uio *u);
size_t packet_copy_out(struct packet *p, size_t from, size_t n, struct uio *u);
void packet_init(void);
static inline void queue_init(struct packet_queue *q) { q->head = NULL; q->tail = &q->head; }
static inline void queue_append(struct packet_queue *q, struct packet *p)
{
	p->next = NULL;
	store_release(q->tail, p);              /* pairs with who looks without the lock */
	store_relaxed(&q->tail, &p->next);
}
static inline struct packet *queue_take(struct packet_queue *q)
{
	struct packet *p = q->head;

	if (p) {
		store_relaxed(&q->head, p->next);
		if (!p->next)
			q->tail = &q->head;
	}
	return p;
}

#define SHUT_RECEIVE 1u
#define SHUT_SEND 2u

struct sock_ops {
	int (*bind)(struct sock *s, const struct sock_addr *a);
	int (*listen)(struct sock *s, unsigned backlog);
	int (*connect)(struct sock *s, const struct sock_addr *a, bool may_wait);
	/* The next connection: a reference of the caller's own. */
	int (*accept)(struct sock *s, bool may_wait, struct sock **out);
	int (*name)(struct sock *s, bool of_peer, struct sock_addr *out);
	void (*shutdown)(struct sock *s, unsigned which);
	ssize_t (*send)(struct sock *s, struct sock_msg *m);
	ssize_t (*receive)(struct sock *s, struct sock_msg *m);
	uint32_t (*poll)(struct sock *s, struct poll_table *pt);
	long (*ioctl)(struct sock *s, unsigned cmd, uint64_t arg);
	void (*release)(struct sock *s);        /* its file is gone: disconnects; consumes the file's reference */
	void (*free)(struct sock *s);           /* last reference */
	void (*room_changed)(struct sock *s);   /* SO_SNDBUF grew */
};

/* What setsockopt(2) keeps. One word each: written under lock, read without. */
struct sock_options {
	uint32_t flags;                         /* bit per boolean option, OPTION_* of option.c */
	int sndbuf, rcvbuf, rcvlowat, priority, mark, incoming_cpu, ll_usec, buf_lock, busy_budget, bound_if, tx_rehash;
	atomic_int peek_off;                    /* where MSG_PEEK begins, or -1: receivers move it under read_lock */
	uint64_t max_pacing;
	struct { int on, seconds; } linger;
	uint64_t send_timeout_ns, receive_timeout_ns;   /* 0: none */
	int timestamping[2], tx_time[2];        /* as they were given: no device takes them */
};

/* Keys: c const, l lock, a atomic. */
struct sock {
	const struct sock_ops *ops;             /* c */
	refcount_t refs;                        /* a: its file, peers, who names it for a moment, packets on their way */
	uint16_t family, type;                  /* c */
	int protocol;                           /* c */
	struct spinlock lock;
	atomic_uint shutdown;                   /* l to write: SHUT_* */
	atomic_int error;                       /* a: SO_ERROR, positive */
	struct waitq rx_wait, tx_wait;
	struct pollable pollable;
	struct inode *inode;                    /* c: its file's, borrowed while there is one; lock */
	struct file *opened;                    /* lock: its file, borrowed while there is one */
	struct sock_options options;
	struct rcu_head rcu;
};
extern const struct file_ops socket_file_ops;
extern struct socket_helpers socket_helpers;            /* const after bring-up */
#define OPTION_PASSCRED 1u
#define OPTION_OOBINLINE (1u << 6)
#define OPTION_TIMESTAMP (1u << 9)
#define OPTION_TIMESTAMPNS (1u << 10)
#define OPTION_PASSSEC (1u << 11)
#define OPTION_TIMESTAMP_NEW (1u << 17)
#define OPTION_TIMESTAMPNS_NEW (1u << 18)
#define OPTION_TIMES (OPTION_TIMESTAMP | OPTION_TIMESTAMPNS | OPTION_TIMESTAMP_NEW | OPTION_TIMESTAMPNS_NEW)
#define OPTION_PASSPIDFD (1u << 21)
bool sock_is_listening(const struct sock *s);
static inline struct sock *sock_of(const struct file *f) { return f->priv; }
/* Does it want to know who sent what it receives? */
static inline bool sock_is_passing_credentials(const struct sock *s)
{
	return load_relaxed(&s->options.flags) & (OPTION_PASSCRED | OPTION_PASSPIDFD);
}

/* SO_PEEK_OFF: where a MSG_PEEK begins; n bytes were peeked at, or removed. read_lock is held. */
static inline size_t sock_peek_offset(const struct sock *s, bool is_peek)
{
	int off = is_peek ? load_relaxed(&s->options.peek_off) : 0;

	return off > 0 ? (size_t)off : 0;
}
static inline void sock_peeked(struct sock *s, size_t n)
{
	int off = load_relaxed(&s->options.peek_off);

	if (off >= 0)
		store_relaxed(&s->options.peek_off, (int)((unsigned)off + (unsigned)n) & INT32_MAX);
}
static inline void sock_unpeek(struct sock *s, size_t n)
{
	int off = load_relaxed(&s->options.peek_off);

	if (unlikely(off > 0))
		store_relaxed(&s->options.peek_off, (size_t)off > n ? off - (int)n : 0);
}
static inline void sock_get(struct sock *s) { refcount_get(&s->refs); }
void sock_put(struct sock *s);
void sock_init(struct sock *s, const struct sock_ops *ops, int family, int type);
/* Take the pending error: 0 or -errno. */
int sock_take_error(struct sock *s);
static inline bool sock_is_watched(const struct sock *s)
{
	return load_relaxed(&s->rx_wait.nr_waiters) | load_relaxed(&s->tx_wait.nr_waiters) |
	       load_relaxed(&s->pollable.waitq.nr_waiters) | gen_is_watched(&s->pollable.gen);
}
/* Everything may have changed: wake all. */
void sock_wake_all(struct sock *s, uint32_t events);
static inline uint64_t sock_deadline(uint64_t timeout_ns) { return timeout_ns ? sync_now_ns() + timeout_ns : ~0ull; }
/* Was a wait's end an error of its caller: timeout says EAGAIN, a signal restarts only what had no timeout. */
static inline int sock_wait_error(int err, uint64_t deadline)
{
	return err == -ETIMEDOUT ? -EAGAIN : err && deadline != ~0ull ? -EINTR : err;
}
int sock_broken_pipe(unsigned msg_flags);       /* SIGPIPE unless MSG_NOSIGNAL; -EPIPE */
void sock_options_init(struct sock *s);
long sock_ioctl(struct file *f, unsigned cmd, uint64_t arg);

/* unix.c */
__must_check int unix_create(int type, int protocol, struct sock **out);
void unix_join(struct sock *a, struct sock *b);
int unix_peer_cred(struct sock *s, struct ucred_k *out);
struct pid *unix_peer_pid(struct sock *s);                      /* who made the connection, counted, or NULL */
void unix_init(void);
