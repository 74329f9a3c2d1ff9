/*
 * poll.c - waiting for several descriptors: poll, ppoll, select, pselect6.
 *
 * A call looks at every file once and registers in its wait queues while doing so; if nothing is ready it
 * sleeps until a queue wakes it with an event that it asked for (`triggered`), and looks again. A call
 * that need not sleep registers nowhere.
 *   I1  a registered waiter's queue lives: the sole user of a descriptor table cannot close what it waits
 *       for, and in a shared table the waiter holds a reference on the file
 *   I2  `triggered` is set before the thread is unparked, and cleared before the next look
 * Context: task, may sleep.
 */
#include <fs/file.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <syscall/define.h>
#include <task/process.h>
#include <task/signal.h>
#include <time/clock.h>
#include <linux/poll.h>
#include <linux/time_types.h>

#define INLINE_WAITS 8
#define MORE_WAITS 40                           /* a chunk from the heap */
#define INLINE_FDS 16

struct poll_wait {
	struct waiter waiter;
	struct poll_set *set;
	struct file *counted;                   /* I1 */
	uint32_t events;
};
struct wait_chunk { struct wait_chunk *next; struct poll_wait wait[MORE_WAITS]; };

struct poll_set {
	struct poll_table table;
	struct thread *thread;
	atomic_bool triggered;
	/* the file being looked at */
	const struct fd_ref *ref;
	uint32_t events;
	unsigned nr_waits;
	struct wait_chunk *more;                /* newest first */
	struct poll_wait inline_waits[INLINE_WAITS];
};

static bool poll_wake(struct waiter *w, uint32_t events)
{
	struct poll_wait *pw = container_of(w, struct poll_wait, waiter);

	if (!(events & pw->events))
		return false;
	store_release(&pw->set->triggered, true);      /* pairs with poll_sleep() */
	unpark(pw->set->thread);
	return true;
}

static struct poll_wait *poll_wait_alloc(struct poll_set *s)
{
	unsigned n = s->nr_waits;
	struct wait_chunk *c;

	if (n < INLINE_WAITS) {
		s->nr_waits++;
		return &s->inline_waits[n];
	}
	n = (n - INLINE_WAITS) % MORE_WAITS;
	if (!n) {
		c = kmalloc(sizeof *c, 0);
		if (!c)
			return NULL;
		c->next = s->more;
		s->more = c;
	}
	s->nr_waits++;
	return &s->more->wait[n];
}

static void poll_add(struct poll_table *pt, struct waitq *q)
{
	struct poll_set *s = container_of(pt, struct poll_set, table);
	struct poll_wait *w = poll_wait_alloc(s);

	if (!w) {
		pt->error = -ENOMEM;
		return;
	}
	memset(w, 0, sizeof *w);
	w->waiter.wake = poll_wake;
	w->waiter.thread = s->thread;
	w->set = s;
	w->events = s->events;
	if (s->ref->counted) {
		w->counted = s->ref->file;
		file_get(w->counted);
	}
	waitq_add(q, &w->waiter);
}

static void poll_set_init(struct poll_set *s)
{
	s->table.add = poll_add;
	s->table.error = 0;
	s->thread = park_self();
	s->triggered = false;
	s->nr_waits = 0;
	s->more = NULL;
}

static void poll_wait_end(struct poll_wait *w)
{
	waitq_remove(&w->waiter);
	if (w->counted)
		file_put(w->counted);
}

static void poll_set_fini(struct poll_set *s)
{
	unsigned in_chunk = s->nr_waits > INLINE_WAITS ? (s->nr_waits - INLINE_WAITS - 1) % MORE_WAITS + 1 : 0;

	while (s->more) {
		struct wait_chunk *c = s->more;

		for (unsigned n = 0; n < in_chunk; n++)
			poll_wait_end(&c->wait[n]);
		in_chunk = MORE_WAITS;
		s->more = c->next;
		kfree(c);
	}
	for (unsigned n = 0; n < MIN(s->nr_waits, (unsigned)INLINE_WAITS); n++)
		poll_wait_end(&s->inline_waits[n]);
}

/* Sleep until triggered. 0, -ETIMEDOUT, -ERESTARTSYS. */
static int poll_sleep(struct poll_set *s, uint64_t deadline_ns)
{
	int err = 0;

	while (!load_acquire(&s->triggered) && !err) { /* pairs with poll_wake() */
		park_begin(PARK_INTERRUPTIBLE);
		if (!load_acquire(&s->triggered))
			err = park(PARK_INTERRUPTIBLE, deadline_ns);
		park_end();
	}
	if (load_acquire(&s->triggered))
		err = 0;
	store_relaxed(&s->triggered, false);
	fence_seq_cst();                               /* cleared before the files are looked at; pairs with the wakers' fences */
	return err;
}

/* Readiness of fd, as poll(2) says; registers while the set is given. */
static uint32_t poll_fd(int fd, uint32_t events, struct poll_set *s)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	uint32_t mask;

	if (!f)
		return POLLNVAL;
	if (s) {
		s->ref = &r;
		s->events = events | EPOLLERR | EPOLLHUP;
	}
	mask = file_poll(f, s ? &s->table : NULL) & (events | EPOLLERR | EPOLLHUP);
	fd_return(&r);
	return mask;
}

/*
 * Scan until something is ready, the deadline, or a signal. scan(arg, s) returns how many are ready.
 * That number, 0 at the deadline, -ERESTARTNOHAND on a signal, -ENOMEM.
 */
static long poll_loop(long (*scan)(void *arg, struct poll_set *s), void *arg, uint64_t deadline_ns)
{
	struct poll_set set, *s = &set;
	long n;
	int err = 0;

	if (!deadline_ns)
		return scan(arg, NULL);
	poll_set_init(&set);
	for (;;) {
		n = scan(arg, s);
		if (n || err)
			break;
		s = NULL;                              /* registered everywhere now */
		if (set.table.error) {
			n = set.table.error;
			break;
		}
		err = poll_sleep(&set, deadline_ns);
		if (err == -ERESTARTSYS) {
			n = -ERESTARTNOHAND;
			break;
		}
	}
	poll_set_fini(&set);
	return n;
}

/* ---- time ---- */

struct deadline { uint64_t at; };       /* monotonic ns; 0: do not wait; ~0: for ever */

static int deadline_from(uint64_t sec, uint64_t nsec, struct deadline *d)
{
	if ((int64_t)sec < 0 || nsec >= NSEC_PER_SEC)
		return -EINVAL;
	if (!sec && !nsec)
		d->at = 0;
	else if (sec > INT64_MAX / NSEC_PER_SEC / 2)
		d->at = ~0ull;
	else
		d->at = clock_monotonic_ns() + sec * NSEC_PER_SEC + nsec;
	return 0;
}

static int deadline_from_timespec(uaddr_t u, struct deadline *d)
{
	struct __kernel_timespec ts;

	d->at = ~0ull;
	if (uaddr_is_null(u))
		return 0;
	if (user_read(&ts, u))
		return -EFAULT;
	return deadline_from((uint64_t)ts.tv_sec, (uint64_t)ts.tv_nsec, d);
}

static uint64_t deadline_left(const struct deadline *d)
{
	uint64_t now;

	if (!d->at || d->at == ~0ull)
		return 0;
	now = clock_monotonic_ns();
	return d->at > now ? d->at - now : 0;
}

/*
 * Tell user mode how much time was left, as Linux's select and ppoll do. If that is not possible, an
 * interrupted call cannot be restarted, for it would start with the full time.
 */
static long store_time_left(uaddr_t u, const struct deadline *d, bool micro, long ret)
{
	uint64_t left = deadline_left(d);
	struct __kernel_timespec ts = { .tv_sec = (int64_t)(left / NSEC_PER_SEC),
					.tv_nsec = (int64_t)(left % NSEC_PER_SEC) };

	if (uaddr_is_null(u) || d->at == ~0ull)
		return ret;
	if (micro)
		ts.tv_nsec /= 1000;
	if (user_write(u, &ts) && ret == -ERESTARTNOHAND)
		return -EINTR;
	return ret;
}

/* ---- poll ---- */

struct poll_call { struct pollfd *fds; unsigned n; };

static long poll_scan(void *arg, struct poll_set *s)
{
	const struct poll_call *c = arg;
	long ready = 0;

	for (unsigned i = 0; i < c->n; i++) {
		struct pollfd *p = &c->fds[i];

		p->revents = 0;
		if (p->fd < 0)
			continue;
		p->revents = (short)poll_fd(p->fd, (uint16_t)p->events, s);
		if (p->revents) {
			ready++;
			s = NULL;                      /* it will not sleep */
		}
	}
	return ready;
}

static int poll_store(const struct poll_call *c, uaddr_t ufds)
{
	for (unsigned i = 0; i < c->n; i++) {
		uaddr_t at = uaddr_add(ufds, i * sizeof(struct pollfd) + offsetof(struct pollfd, revents));

		if (user_write(at, &c->fds[i].revents))
			return -EFAULT;
	}
	return 0;
}

static long poll_common(uaddr_t ufds, unsigned n, uint64_t deadline_ns)
{
	struct pollfd on_stack[INLINE_FDS];
	struct poll_call c = { .fds = on_stack, .n = n };
	long ret;

	if (n > process_current()->rlim[RLIMIT_NOFILE].rlim_cur)
		return -EINVAL;
	if (n > INLINE_FDS) {
		c.fds = kmalloc(n * sizeof *c.fds, 0);
		if (!c.fds)
			return -ENOMEM;
	}
	ret = user_copy_in(c.fds, ufds, n * sizeof *c.fds);
	if (!ret)
		ret = poll_loop(poll_scan, &c, deadline_ns);
	if (ret >= 0 && (poll_store(&c, ufds) || unlikely(!n && !user_range_ok(ufds, 0))))
		ret = -EFAULT;
	if (c.fds != on_stack)
		kfree(c.fds);
	return ret;
}

/* After a signal without handler poll(2) continues with the time that is left. */
static long poll_restart(struct task *t)
{
	long ret = poll_common(UADDR(t->restart_arg[0]), (unsigned)t->restart_arg[1], t->restart_arg[2]);

	return ret == -ERESTARTNOHAND ? -ERESTART_RESTARTBLOCK : ret;
}

SYSCALL(poll, uaddr_t fds, unsigned n, int timeout_ms)
{
	uint64_t deadline = timeout_ms < 0 ? ~0ull : timeout_ms ? clock_monotonic_ns() + (uint64_t)timeout_ms * 1000000u : 0;
	long ret = poll_common(fds, n, deadline);
	struct task *t = task_current();

	if (likely(ret != -ERESTARTNOHAND))
		return ret;
	t->restart_fn = poll_restart;
	t->restart_arg[0] = fds.v;
	t->restart_arg[1] = n;
	t->restart_arg[2] = deadline;
	return -ERESTART_RESTARTBLOCK;
}

SYSCALL(ppoll, uaddr_t fds, unsigned n, uaddr_t timeout, uaddr_t mask, size_t mask_size)
{
	struct deadline d;
	long ret = deadline_from_timespec(timeout, &d);

	if (!ret && !uaddr_is_null(mask))
		ret = signal_set_temporary_mask(mask, mask_size);
	if (ret)
		return ret;
	ret = poll_common(fds, n, d.at);
	if (!uaddr_is_null(mask))
		signal_restore_temporary_mask(ret == -ERESTARTNOHAND);
	return store_time_left(timeout, &d, false, ret);
}

/* ---- select ---- */

#define SELECT_IN  (EPOLLRDNORM | EPOLLRDBAND | EPOLLIN | EPOLLHUP | EPOLLERR)
#define SELECT_OUT (EPOLLWRBAND | EPOLLWRNORM | EPOLLOUT | EPOLLERR)
#define SELECT_EX  EPOLLPRI
#define INLINE_LONGS 24                         /* six sets of 256 descriptors */

struct select_call {
	unsigned n;                             /* descriptors looked at: below n */
	unsigned longs;                         /* of one set */
	unsigned long *want[3], *got[3];
};

static uint32_t select_events(const struct select_call *c, unsigned word, unsigned long bit)
{
	return (c->want[0][word] & bit ? SELECT_IN : 0) | (c->want[1][word] & bit ? SELECT_OUT : 0) |
	       (c->want[2][word] & bit ? SELECT_EX : 0);
}

static long select_scan(void *arg, struct poll_set *s)
{
	static const uint32_t masks[3] = { SELECT_IN, SELECT_OUT, SELECT_EX };
	const struct select_call *c = arg;
	long ready = 0;

	memset(c->got[0], 0, 3 * c->longs * sizeof(long));
	for (unsigned word = 0; word < c->longs; word++) {
		unsigned long all = c->want[0][word] | c->want[1][word] | c->want[2][word];

		while (all) {
			unsigned long bit = all & -all;
			uint32_t mask = poll_fd((int)(word * 64 + (unsigned)__builtin_ctzl(all)), select_events(c, word, bit), s);

			all &= all - 1;
			if (mask == POLLNVAL)
				return -EBADF;
			for (int k = 0; k < 3; k++) {
				if ((c->want[k][word] & bit) && (mask & masks[k])) {
					c->got[k][word] |= bit;
					ready++;
					s = NULL;
				}
			}
		}
	}
	return ready;
}

/* Bits at or above n do not count. */
static int select_load(struct select_call *c, uaddr_t set, unsigned k)
{
	if (uaddr_is_null(set)) {
		memset(c->want[k], 0, c->longs * sizeof(long));
		return 0;
	}
	if (user_copy_in(c->want[k], set, c->longs * sizeof(long)))
		return -EFAULT;
	if (c->n % 64)
		c->want[k][c->longs - 1] &= (1ul << c->n % 64) - 1;
	return 0;
}

static long select_run(struct select_call *c, const uaddr_t set[3], uint64_t deadline_ns)
{
	long ret;

	for (unsigned k = 0; k < 3; k++)
		if (select_load(c, set[k], k))
			return -EFAULT;
	ret = poll_loop(select_scan, c, deadline_ns);
	if (ret < 0)
		return ret;
	for (unsigned k = 0; k < 3; k++)
		if (!uaddr_is_null(set[k]) && user_copy_out(set[k], c->got[k], c->longs * sizeof(long)))
			return -EFAULT;
	return ret;
}

static long select_common(int n, const uaddr_t set[3], uint64_t deadline_ns)
{
	unsigned long on_stack[INLINE_LONGS], *longs = on_stack;
	struct select_call c;
	long ret;

	if (n < 0)
		return -EINVAL;
	c.n = MIN((unsigned)n, load_acquire(&task_current()->files->array)->size);  /* no descriptor lies beyond */
	c.longs = DIV_ROUND_UP(c.n, 64);
	if (6 * c.longs > INLINE_LONGS) {
		longs = kmalloc(6 * c.longs * sizeof(long), 0);
		if (!longs)
			return -ENOMEM;
	}
	for (unsigned k = 0; k < 3; k++) {
		c.want[k] = longs + k * c.longs;
		c.got[k] = longs + (3 + k) * c.longs;
	}
	ret = select_run(&c, set, deadline_ns);
	if (longs != on_stack)
		kfree(longs);
	return ret;
}

SYSCALL(select, int n, uaddr_t in, uaddr_t out, uaddr_t ex, uaddr_t timeout)
{
	struct deadline d = { ~0ull };
	struct __kernel_old_timeval tv;
	int err = 0;

	if (!uaddr_is_null(timeout)) {
		if (user_read(&tv, timeout))
			return -EFAULT;
		/* Microseconds may exceed a second, as Linux has it. */
		err = deadline_from((uint64_t)tv.tv_sec + (uint64_t)tv.tv_usec / 1000000u, (uint64_t)tv.tv_usec % 1000000u * 1000u, &d);
		if (err || tv.tv_usec < 0)
			return -EINVAL;
	}
	return store_time_left(timeout, &d, true, select_common(n, (uaddr_t[]){ in, out, ex }, d.at));
}

SYSCALL(pselect6, int n, uaddr_t in, uaddr_t out, uaddr_t ex, uaddr_t timeout, uaddr_t mask_and_size)
{
	struct { uint64_t mask, size; } m = { 0, 0 };
	struct deadline d;
	long ret;

	if (!uaddr_is_null(mask_and_size) && user_read(&m, mask_and_size))
		return -EFAULT;
	ret = deadline_from_timespec(timeout, &d);
	if (!ret && m.mask)
		ret = signal_set_temporary_mask(UADDR(m.mask), m.size);
	if (ret)
		return ret;
	ret = select_common(n, (uaddr_t[]){ in, out, ex }, d.at);
	if (m.mask)
		signal_restore_temporary_mask(ret == -ERESTARTNOHAND);
	return store_time_left(timeout, &d, false, ret);
}
