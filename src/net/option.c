/*
 * option.c - getsockopt(2) and setsockopt(2) at level SOL_SOCKET.
 *
 * Each option is one word: written with the socket's lock, read without.   Context: task, may sleep.
 */
#include <lib/string.h>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <linux/time.h>
#include <task/user_ns.h>
#include <time/clock.h>
#include "net_priv.h"
#include "unix_priv.h"

#define BUFFER_DEFAULT 212992                   /* net.core.wmem_default, rmem_default */
#define BUFFER_MAX 212992                       /* wmem_max, rmem_max */
#define SNDBUF_MIN 4608
#define RCVBUF_MIN 2304
#define BPF_EXTENSIONS 64                       /* SKF_AD_MAX: what classic filters may ask of a packet */

/* Options that are one bit: the bit's number, or -1. */
static int bit_of(int option)
{
	static const uint8_t above[] = {                /* bit number + 1, by option */
		[SO_PASSCRED] = 1, [SO_DEBUG] = 2, [SO_REUSEADDR] = 3, [SO_DONTROUTE] = 4, [SO_BROADCAST] = 5, [SO_KEEPALIVE] = 6,
		[SO_OOBINLINE] = 7, [SO_NO_CHECK] = 8, [SO_REUSEPORT] = 9, [SO_TIMESTAMP_OLD] = 10, [SO_TIMESTAMPNS_OLD] = 11,
		[SO_PASSSEC] = 12, [SO_RXQ_OVFL] = 13, [SO_WIFI_STATUS] = 14, [SO_NOFCS] = 15, [SO_LOCK_FILTER] = 16,
		[SO_SELECT_ERR_QUEUE] = 17, [SO_TIMESTAMP_NEW] = 18, [SO_TIMESTAMPNS_NEW] = 19, [SO_PREFER_BUSY_POLL] = 20,
		[SO_RCVMARK] = 21, [SO_PASSPIDFD] = 22,
	};

	return (unsigned)option < sizeof above ? above[option] - 1 : -1;
}

void sock_options_init(struct sock *s)
{
	struct sock_options *o = &s->options;

	o->sndbuf = o->rcvbuf = BUFFER_DEFAULT;
	o->rcvlowat = 1;
	o->peek_off = o->incoming_cpu = -1;
	o->max_pacing = ~0ull;
}

/* ---- setting ---- */

static int set_linger(struct sock *s, uaddr_t value, int len)
{
	struct { int on, seconds; } l;

	if (len < (int)sizeof l)
		return -EINVAL;
	if (user_read(&l, value))
		return -EFAULT;
	s->options.linger.on = l.on != 0;
	if (l.on)
		s->options.linger.seconds = l.seconds;
	return 0;
}

static int set_timeout(uint64_t *to, uaddr_t value, int len)
{
	struct { int64_t sec, usec; } t;

	if (len < (int)sizeof t)
		return -EINVAL;
	if (user_read(&t, value))
		return -EFAULT;
	if (t.usec < 0 || t.usec >= 1000000)
		return -EDOM;
	if (t.sec < 0)
		store_relaxed(to, 1);                   /* is over at once */
	else if ((uint64_t)t.sec >= INT64_MAX / NSEC_PER_SEC - 1)
		store_relaxed(to, 0);
	else
		store_relaxed(to, (uint64_t)t.sec * NSEC_PER_SEC + (uint64_t)t.usec * 1000);
	return 0;
}

/* SO_TXTIME: kept for no device. */
static int set_tx_time(struct sock *s, uaddr_t value, int len)
{
	int t[2];                                       /* clock, flags */

	if (len != sizeof t)
		return -EINVAL;
	if (user_read(&t, value))
		return -EFAULT;
	if (t[1] & ~SOF_TXTIME_FLAGS_MASK)
		return -EINVAL;
	if (t[0] != CLOCK_MONOTONIC && !capable(CAP_NET_ADMIN))
		return -EPERM;
	memcpy(s->options.tx_time, t, sizeof t);
	return 0;
}

static int set_pacing(struct sock *s, uaddr_t value, int len, int v)
{
	uint64_t rate = v == -1 ? ~0ull : (unsigned)v;

	if (len >= (int)sizeof rate && user_read(&rate, value))
		return -EFAULT;
	store_relaxed(&s->options.max_pacing, rate);
	return 0;
}

static int buffer_size(int v, int max, int min)
{
	return MAX(MIN((unsigned)v, (unsigned)max) * 2, (unsigned)min);
}

static void sndbuf_changed(struct sock *s)
{
	waitq_wake_all(&s->tx_wait);
	if (unix_is_writable(unix_of(s)))
		pollable_notify_ordered(&s->pollable, EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND);
	else
		pollable_touch_ordered(&s->pollable);
}

static int set_word(struct sock *s, int option, int v)
{
	struct sock_options *o = &s->options;
	bool admin = capable(CAP_NET_ADMIN);

	switch (option) {
	case SO_SNDBUFFORCE:
		if (!admin)
			return -EPERM;
		o->buf_lock |= SOCK_SNDBUF_LOCK;
		store_relaxed(&o->sndbuf, buffer_size(MAX(v, 0), INT32_MAX / 2, SNDBUF_MIN));
		sndbuf_changed(s);
		return 0;
	case SO_SNDBUF:
		o->buf_lock |= SOCK_SNDBUF_LOCK;
		store_relaxed(&o->sndbuf, buffer_size(v, BUFFER_MAX, SNDBUF_MIN));
		sndbuf_changed(s);
		return 0;
	case SO_RCVBUFFORCE:
		if (!admin)
			return -EPERM;
		o->buf_lock |= SOCK_RCVBUF_LOCK;
		store_relaxed(&o->rcvbuf, buffer_size(MAX(v, 0), INT32_MAX / 2, RCVBUF_MIN));
		return 0;
	case SO_RCVBUF:
		o->buf_lock |= SOCK_RCVBUF_LOCK;
		store_relaxed(&o->rcvbuf, buffer_size(v, BUFFER_MAX, RCVBUF_MIN));
		return 0;
	case SO_RCVLOWAT: store_relaxed(&o->rcvlowat, v < 0 ? INT32_MAX : v ? v : 1); return 0;
	case SO_PRIORITY:
		if ((v < 0 || v > 6) && !admin && !capable(CAP_NET_RAW))
			return -EPERM;
		o->priority = v;
		return 0;
	case SO_MARK:
		if (!admin && !capable(CAP_NET_RAW))
			return -EPERM;
		o->mark = v;
		return 0;
	case SO_BUSY_POLL:
		if (v < 0)
			return -EINVAL;
		o->ll_usec = v;
		return 0;
	case SO_BUSY_POLL_BUDGET:
		if (v > o->busy_budget && !admin)
			return -EPERM;
		if (v < 0 || v > (int)UINT16_MAX)
			return -EINVAL;
		o->busy_budget = v;
		return 0;
	case SO_BINDTOIFINDEX:
		if (o->bound_if && !capable(CAP_NET_RAW))
			return -EPERM;
		if (v < 0)
			return -EINVAL;
		o->bound_if = v;
		return 0;
	case SO_TXREHASH:
		if (v < -1 || v > 1)
			return -EINVAL;
		o->tx_rehash = v ? 1 : 0;
		return 0;
	case SO_INCOMING_CPU: o->incoming_cpu = v; return 0;
	case SO_PEEK_OFF:
		if (v < -1)
			return -EINVAL;
		store_relaxed(&o->peek_off, v);
		return 0;
	case SO_BUF_LOCK:
		if (v & ~(SOCK_SNDBUF_LOCK | SOCK_RCVBUF_LOCK))
			return -EINVAL;
		o->buf_lock = v;
		return 0;
	case SO_BSDCOMPAT: case SO_CNX_ADVICE: return 0;
	case SO_ZEROCOPY: case SO_RESERVE_MEM: return -EOPNOTSUPP;      /* for families with devices */
	case SO_DETACH_FILTER: return -ENOENT;          /* none can be attached */
	case SO_TYPE: case SO_PROTOCOL: case SO_DOMAIN: case SO_ERROR: default: return -ENOPROTOOPT;
	}
}

/* SO_DEBUG, SO_REUSEPORT, SO_LOCK_FILTER, SO_PREFER_BUSY_POLL and the times of arrival: bits that not everybody may set, or not alone. */
#define OPTION_GUARDED (1u << 1 | 1u << 8 | 1u << 15 | 1u << 19 | OPTION_TIMES)

static __always_inline void set_flags(struct sock *s, uint32_t clear, uint32_t set)
{
	spin_lock(&s->lock);
	store_relaxed(&s->options.flags, (s->options.flags & ~clear) | set);
	spin_unlock(&s->lock);
}

static __noinline int set_guarded(struct sock *s, int option, uint32_t bit, bool on)
{
	switch (option) {
	case SO_DEBUG:
		if (on && !capable(CAP_NET_ADMIN))
			return -EACCES;
		break;
	case SO_REUSEPORT:
		if (on)
			return -EOPNOTSUPP;             /* of addresses with ports */
		break;
	case SO_PREFER_BUSY_POLL:
		if (on && !capable(CAP_NET_ADMIN))
			return -EPERM;
		break;
	case SO_LOCK_FILTER:
		if (!on && load_relaxed(&s->options.flags) & bit)
			return -EPERM;                  /* for good */
		break;
	default:                                        /* of the times a socket has one, and each of them turns it off */
		set_flags(s, OPTION_TIMES, !on ? 0 : option == SO_TIMESTAMPNS_NEW ? bit | OPTION_TIMESTAMP_NEW : bit);
		return 0;
	}
	set_flags(s, bit, on ? bit : 0);
	return 0;
}

int socket_set_option(struct file *f, int level, int option, uaddr_t value, int len)
{
	struct sock *s = sock_of(f);
	int v, bit;

	if (len < 0)
		return -EINVAL;
	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	if (len < (int)sizeof v)
		return -EINVAL;
	if (user_read(&v, value))
		return -EFAULT;
	bit = bit_of(option);
	if (bit >= 0) {
		uint32_t mask = 1u << bit;

		if (unlikely(mask & OPTION_GUARDED))
			return set_guarded(s, option, mask, v);
		set_flags(s, mask, v ? mask : 0);
		return 0;
	}
	switch (option) {
	case SO_TXTIME: return set_tx_time(s, value, len);
	case SO_MAX_PACING_RATE: return set_pacing(s, value, len, v);
	case SO_LINGER: return set_linger(s, value, len);
	case SO_RCVTIMEO_OLD: case SO_RCVTIMEO_NEW: return set_timeout(&s->options.receive_timeout_ns, value, len);
	case SO_SNDTIMEO_OLD: case SO_SNDTIMEO_NEW: return set_timeout(&s->options.send_timeout_ns, value, len);
	}
	return set_word(s, option, v);
}

/* ---- getting ---- */

/* n bytes of value, cut at what the caller has room for. */
static int put(uaddr_t value, uaddr_t user_len, int room, const void *from, int n)
{
	n = MIN(n, room);
	if (user_copy_out(value, from, (size_t)n))
		return -EFAULT;
	return user_write(user_len, &n);
}

static int get_word(struct sock *s, int option, int *out)
{
	const struct sock_options *o = &s->options;
	int bit = bit_of(option);

	if (bit >= 0) {
		*out = load_relaxed(&o->flags) >> bit & 1;
		return 0;
	}
	switch (option) {
	case SO_TYPE: *out = s->type; return 0;
	case SO_DOMAIN: *out = s->family; return 0;
	case SO_PROTOCOL: *out = s->protocol; return 0;
	case SO_ERROR: *out = -sock_take_error(s); return 0;
	case SO_ACCEPTCONN: *out = sock_is_listening(s); return 0;
	case SO_SNDBUF: *out = o->sndbuf; return 0;
	case SO_RCVBUF: *out = o->rcvbuf; return 0;
	case SO_RCVLOWAT: *out = o->rcvlowat; return 0;
	case SO_SNDLOWAT: *out = 1; return 0;
	case SO_PRIORITY: *out = o->priority; return 0;
	case SO_MARK: *out = o->mark; return 0;
	case SO_BUSY_POLL: *out = o->ll_usec; return 0;
	case SO_INCOMING_CPU: *out = o->incoming_cpu; return 0;
	case SO_PEEK_OFF: *out = load_relaxed(&o->peek_off); return 0;
	case SO_BUF_LOCK: *out = o->buf_lock; return 0;
	case SO_BINDTOIFINDEX: *out = o->bound_if; return 0;
	case SO_TXREHASH: *out = o->tx_rehash; return 0;
	case SO_BPF_EXTENSIONS: *out = BPF_EXTENSIONS; return 0;
	/* What devices would fill in or take: there are none. */
	case SO_BSDCOMPAT: case SO_INCOMING_NAPI_ID: case SO_ZEROCOPY: case SO_RESERVE_MEM:
		*out = 0;
		return 0;
	default: return -ENOPROTOOPT;
	}
}

static int get_timeout(uint64_t ns, uaddr_t value, uaddr_t user_len, int room)
{
	int64_t t[2] = { (int64_t)(ns / NSEC_PER_SEC), (int64_t)(ns % NSEC_PER_SEC / 1000) };

	return put(value, user_len, room, t, sizeof t);
}

/* SO_MEMINFO, in the order of SK_MEMINFO_*. What waits to be read counts as its sender's. */
static int get_memory(struct sock *s, uaddr_t value, uaddr_t user_len, int room)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };

	info[SK_MEMINFO_RCVBUF] = (uint32_t)s->options.rcvbuf;
	info[SK_MEMINFO_WMEM_ALLOC] = (uint32_t)unix_charged(unix_of(s));
	info[SK_MEMINFO_SNDBUF] = (uint32_t)s->options.sndbuf;
	return put(value, user_len, room, info, sizeof info);
}

/* SO_PEERNAME: getpeername(2) by another way. */
static int get_peer_name(struct sock *s, uaddr_t value, uaddr_t user_len, int room)
{
	struct sock_addr a;

	if (s->ops->name(s, true, &a))
		return -ENOTCONN;
	return (int)a.len < room ? -EINVAL : put(value, user_len, room, a.bytes, (int)a.len);
}

static int groups_out(uaddr_t to, const struct cred *c)
{
	for (unsigned n = 0; n < c->ngroups; n++) {
		uint32_t gid = gid_shown(c->groups[n]);

		if (user_write(uaddr_add(to, n * sizeof gid), &gid))
			return -EFAULT;
	}
	return 0;
}

/* The supplementary groups of who made the connection. */
static int get_groups(struct sock *s, uaddr_t value, uaddr_t user_len, int room)
{
	const struct cred *c;
	int need, err;

	spin_lock(&s->lock);
	c = unix_of(s)->peer_cred;
	if (c)
		cred_get(c);
	spin_unlock(&s->lock);
	if (!c)
		return -ENODATA;
	need = (int)(c->ngroups * sizeof c->groups[0]);
	err = need > room ? -ERANGE : groups_out(value, c);
	cred_put(c);
	if (err && err != -ERANGE)
		return err;
	return user_write(user_len, &need) ? -EFAULT : err;
}

/* SO_PEERPIDFD: who made the connection, as a file. */
static int get_peer_pidfd(struct sock *s, uaddr_t value, uaddr_t user_len, int room)
{
	struct pid *pid = unix_peer_pid(s);
	struct file *f;
	int fd;

	if (!pid)
		return -ENODATA;
	fd = socket_helpers.pidfd_prepare(pid, &f);
	pid_put(pid);
	if (fd < 0)
		return fd;
	if (put(value, user_len, room, &fd, sizeof fd)) {
		fd_abandon(fd);
		file_put(f);
		return -EFAULT;
	}
	fd_install(fd, f);
	return 0;
}

int socket_get_option(struct file *f, int level, int option, uaddr_t value, uaddr_t user_len)
{
	struct sock *s = sock_of(f);
	struct ucred_k cred;
	int room, v, err;

	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	if (user_read(&room, user_len))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	switch (option) {
	case SO_LINGER: return put(value, user_len, room, &s->options.linger, sizeof s->options.linger);
	case SO_RCVTIMEO_OLD: case SO_RCVTIMEO_NEW: return get_timeout(s->options.receive_timeout_ns, value, user_len, room);
	case SO_SNDTIMEO_OLD: case SO_SNDTIMEO_NEW: return get_timeout(s->options.send_timeout_ns, value, user_len, room);
	case SO_PEERCRED:
		unix_peer_cred(s, &cred);
		return put(value, user_len, room, &cred, sizeof cred);
	case SO_PEERPIDFD: return get_peer_pidfd(s, value, user_len, room);
	case SO_PEERGROUPS: return get_groups(s, value, user_len, room);
	case SO_PEERNAME: return get_peer_name(s, value, user_len, room);
	case SO_NETNS_COOKIE: {
		uint64_t cookie = 1;                    /* there is one network namespace */

		return room != sizeof cookie ? -EINVAL : put(value, user_len, room, &cookie, sizeof cookie);
	}
	case SO_MEMINFO: return get_memory(s, value, user_len, room);
	case SO_TIMESTAMPING_OLD: case SO_TIMESTAMPING_NEW: return put(value, user_len, room, s->options.timestamping, sizeof s->options.timestamping);
	case SO_TXTIME: return put(value, user_len, room, s->options.tx_time, sizeof s->options.tx_time);
	case SO_MAX_PACING_RATE: {
		uint64_t rate = load_relaxed(&s->options.max_pacing);

		if (room < (int)sizeof rate)
			rate = MIN(rate, (uint64_t)UINT32_MAX);
		return put(value, user_len, room, &rate, room < (int)sizeof rate ? 4 : sizeof rate);
	}
	case SO_BINDTODEVICE: case SO_GET_FILTER: return put(value, user_len, room, "", 0);
	case SO_COOKIE: {
		uint64_t cookie = s->inode ? s->inode->ino : 0;

		if (room < (int)sizeof cookie)
			return -EINVAL;
		return put(value, user_len, room, &cookie, sizeof cookie);
	}
	}
	err = get_word(s, option, &v);
	return err ? err : put(value, user_len, room, &v, sizeof v);
}
