/*
 * seccomp_listener.c - system calls that a supervisor answers: SECCOMP_RET_USER_NOTIF, seccomp_unotify(2).
 *
 * A call that is referred stands in l->calls, in the order they came, as a `call` on its task's stack; the supervisor
 * receives the first one that is NEW, which makes it SENT, and answers it by its id, which makes it ANSWERED. Files that
 * it passes on the way are entered by the task itself, which is woken for each.
 *   I1  a call is in l->calls as long as its task waits; only the task takes it out
 *   I2  nr_new and nr_sent count the calls in that state
 *   I3  a passed file (`gift`) lies on its giver's stack: in call->gifts until the task takes it, which then says is_done
 *       in any case, or the giver takes it back
 * Locks: l->lock, then wait queues.       Context: task; orphan() anywhere.
 * Tests: tests/abi/seccomp/notify*.c.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <drivers/tty.h>
#include <fs/file.h>
#include <fs/poll.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <proc/seccomp_listener.h>
#include <linux/ioctl.h>
#include <linux/seccomp.h>
#include "proc_priv.h"

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)     /* of Linux 6.6 */
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif
#define ID_VALID_WRONG_DIR SECCOMP_IOR(2, __u64)                /* as it was numbered first */
#define ADDFD_FLAGS (SECCOMP_ADDFD_FLAG_SETFD | SECCOMP_ADDFD_FLAG_SEND)

struct seccomp_listener {
	refcount_t refs;                        /* filter, file */
	struct spinlock lock;
	struct list calls;                      /* lock */
	uint64_t next_id;                       /* lock */
	atomic_uint nr_new, nr_sent;            /* lock to write */
	atomic_bool is_closed, has_no_users;    /* lock to write */
	bool is_killable;                       /* const */
	struct pollable pollable;
	struct waitq gift_wait;                 /* givers */
};

enum call_state { CALL_NEW, CALL_SENT, CALL_ANSWERED };

/* Keys: c const, l listener's lock. */
struct call {
	struct list node;                       /* l */
	uint64_t id;                            /* c */
	struct task *task;                      /* c */
	const struct seccomp_data *data;        /* c */
	enum call_state state;                  /* l */
	struct list gifts;                      /* l */
	struct seccomp_notif_resp answer;       /* l */
	atomic_bool has_news;                   /* l to write: the task is to look */
	struct waitq wait;
};

struct gift {
	struct list node;                       /* l: empty once the task took it */
	struct file *file;                      /* c: borrowed */
	unsigned fd, fd_flags, flags;           /* c */
	int result;                             /* of the task, before is_done */
	atomic_bool is_done;
};

static void listener_put(struct seccomp_listener *l)
{
	if (refcount_put(&l->refs))
		kfree(l);
}

/* ---- the task that calls ---- */

static void call_set_state_locked(struct seccomp_listener *l, struct call *c, enum call_state state)
{
	atomic_uint *const counts[] = { [CALL_NEW] = &l->nr_new, [CALL_SENT] = &l->nr_sent };

	if (c->state != CALL_ANSWERED)
		fetch_sub_relaxed(counts[c->state], 1); /* relaxed: under the lock; pollers are told */
	if (state != CALL_ANSWERED)
		fetch_add_relaxed(counts[state], 1);
	c->state = state;
}

static void call_wake_locked(struct call *c)
{
	store_release(&c->has_news, true);      /* pairs with the waiter's look */
	waitq_wake_all(&c->wait);
}

static void gift_done(struct seccomp_listener *l, struct gift *g, int result)
{
	g->result = result;
	store_release(&g->is_done, true);       /* the giver may leave: pairs with its look. g is not touched again */
	waitq_wake_all(&l->gift_wait);
}

/* Enter one file into the caller's own table. Lock held, given back meanwhile. */
static void gift_take_locked(struct seccomp_listener *l, struct call *c, struct gift *g) __no_lock_analysis
{
	int fd;

	list_del(&g->node);
	list_init(&g->node);
	spin_unlock(&l->lock);
	file_get(g->file);
	fd = g->flags & SECCOMP_ADDFD_FLAG_SETFD ? fd_replace((int)g->fd, g->file, g->fd_flags & O_CLOEXEC) :
						   fd_add(g->file, g->fd_flags & O_CLOEXEC);
	spin_lock(&l->lock);
	if (g->flags & SECCOMP_ADDFD_FLAG_SEND) {
		if (fd < 0)
			call_set_state_locked(l, c, CALL_SENT);
		else
			c->answer.val = fd;
	}
	gift_done(l, g, fd);
}

/* Wait for the answer, taking files on the way. Lock held. 0 or -ERESTARTSYS. */
static int call_wait_locked(struct seccomp_listener *l, struct call *c) __no_lock_analysis
{
	bool killable;
	int err;

	do {
		killable = l->is_killable && c->state == CALL_SENT;
		spin_unlock(&l->lock);
		err = killable ? wait_event_killable(&c->wait, load_acquire(&c->has_news)) :
				 wait_event_interruptible(&c->wait, load_acquire(&c->has_news));
		spin_lock(&l->lock);
		store_relaxed(&c->has_news, false);
		if (err && (killable || !l->is_killable || c->state != CALL_SENT))
			return err;
		if (!list_empty(&c->gifts))
			gift_take_locked(l, c, list_first(&c->gifts, struct gift, node));
	} while (c->state != CALL_ANSWERED);
	return 0;
}

static void call_leave_locked(struct seccomp_listener *l, struct call *c)
{
	while (!list_empty(&c->gifts)) {
		struct gift *g = list_first(&c->gifts, struct gift, node);

		list_del(&g->node);
		list_init(&g->node);
		gift_done(l, g, -ESRCH);
	}
	call_set_state_locked(l, c, CALL_ANSWERED);
	list_del(&c->node);
}

bool seccomp_listener_ask(struct seccomp_listener *l, const struct seccomp_data *data, int64_t *result)
{
	struct call c = { .task = task_current(), .data = data, .state = CALL_ANSWERED };
	int err = -ENOSYS;

	list_init(&c.gifts);
	waitq_init(&c.wait);
	spin_lock(&l->lock);
	if (!load_relaxed(&l->is_closed)) {
		c.id = l->next_id++;
		call_set_state_locked(l, &c, CALL_NEW);
		list_append(&l->calls, &c.node);
		pollable_notify(&l->pollable, EPOLLIN | EPOLLRDNORM);
		err = call_wait_locked(l, &c);
		call_leave_locked(l, &c);
	}
	spin_unlock(&l->lock);
	if (!err && (c.answer.flags & SECCOMP_USER_NOTIF_FLAG_CONTINUE))
		return true;
	*result = err ? err : c.answer.error ? c.answer.error : c.answer.val;
	return false;
}

/* ---- the supervisor ---- */

static struct call *call_find_locked(struct seccomp_listener *l, uint64_t id)
{
	struct call *c;

	list_for_each(c, &l->calls, node)
		if (c->id == id)
			return c;
	return NULL;
}

static struct call *call_first_new_locked(struct seccomp_listener *l)
{
	struct call *c;

	list_for_each(c, &l->calls, node)
		if (c->state == CALL_NEW)
			return c;
	return NULL;
}

/* It could not be told: as if it had not been received. */
static void call_unreceive(struct seccomp_listener *l, uint64_t id)
{
	struct call *c;

	spin_lock(&l->lock);
	c = call_find_locked(l, id);
	if (c && c->state == CALL_SENT) {
		call_set_state_locked(l, c, CALL_NEW);
		if (l->is_killable)
			call_wake_locked(c);    /* it may be interrupted again */
		pollable_notify(&l->pollable, EPOLLIN | EPOLLRDNORM);
	}
	spin_unlock(&l->lock);
}

static bool is_all_zero(const void *p, size_t n)
{
	const char *c = p;

	while (n && !*c)
		c++, n--;
	return !n;
}

static long listener_receive(struct seccomp_listener *l, uaddr_t to)
{
	struct seccomp_notif n;
	struct call *c;
	int err;

	if (user_read(&n, to))
		return -EFAULT;
	if (!is_all_zero(&n, sizeof n))
		return -EINVAL;
	do {
		err = wait_event_interruptible(&l->pollable.waitq, load_acquire(&l->nr_new) || load_acquire(&l->has_no_users));
		if (err)
			return err;
		spin_lock(&l->lock);
		c = call_first_new_locked(l);
		if (c) {
			n.id = c->id;
			n.pid = (uint32_t)pid_seen(c->task->pid);
			n.data = *c->data;
			call_set_state_locked(l, c, CALL_SENT);
			if (l->is_killable)
				call_wake_locked(c);    /* only death ends its sleep from now on */
			pollable_notify(&l->pollable, EPOLLOUT | EPOLLWRNORM);
		}
		spin_unlock(&l->lock);
		if (!c && load_relaxed(&l->has_no_users))
			return -ENOENT;
	} while (!c);                           /* another was faster, or the call was interrupted */
	if (!user_write(to, &n))
		return 0;
	call_unreceive(l, n.id);
	return -EFAULT;
}

static long listener_answer(struct seccomp_listener *l, uaddr_t from)
{
	struct seccomp_notif_resp r;
	struct call *c;
	long err = 0;

	if (user_read(&r, from))
		return -EFAULT;
	if (r.flags & ~SECCOMP_USER_NOTIF_FLAG_CONTINUE)
		return -EINVAL;
	if ((r.flags & SECCOMP_USER_NOTIF_FLAG_CONTINUE) && (r.error || r.val))
		return -EINVAL;
	spin_lock(&l->lock);
	c = call_find_locked(l, r.id);
	if (!c) {
		err = -ENOENT;
	} else if (c->state != CALL_SENT) {
		err = -EINPROGRESS;
	} else {
		call_set_state_locked(l, c, CALL_ANSWERED);
		c->answer = r;
		call_wake_locked(c);
	}
	spin_unlock(&l->lock);
	return err;
}

static long listener_is_valid(struct seccomp_listener *l, uaddr_t from)
{
	const struct call *c;
	uint64_t id;
	long err;

	if (user_read(&id, from))
		return -EFAULT;
	spin_lock(&l->lock);
	c = call_find_locked(l, id);
	err = c && c->state == CALL_SENT ? 0 : -ENOENT;
	spin_unlock(&l->lock);
	return err;
}

static int gift_offer(struct seccomp_listener *l, struct gift *g, uint64_t id)
{
	struct call *c;
	int err = 0;

	spin_lock(&l->lock);
	c = call_find_locked(l, id);
	if (!c) {
		err = -ENOENT;
	} else if (c->state != CALL_SENT) {
		err = -EINPROGRESS;
	} else if ((g->flags & SECCOMP_ADDFD_FLAG_SEND) && !list_empty(&c->gifts)) {
		err = -EBUSY;
	} else {
		if (g->flags & SECCOMP_ADDFD_FLAG_SEND)
			call_set_state_locked(l, c, CALL_ANSWERED);
		list_push(&c->gifts, &g->node);
		call_wake_locked(c);
	}
	spin_unlock(&l->lock);
	return err;
}

/* Wait until the task has taken g: its descriptor, or -ERESTARTSYS when g was taken back and the call still waits for its answer. */
static long gift_wait(struct seccomp_listener *l, struct gift *g, uint64_t id)
{
	struct call *c;
	int err = wait_event_interruptible(&l->gift_wait, load_acquire(&g->is_done));   /* pairs with gift_done() */

	if (!err)
		return g->result;
	spin_lock(&l->lock);
	c = call_find_locked(l, id);
	if (!list_empty(&g->node)) {
		list_del(&g->node);
		if ((g->flags & SECCOMP_ADDFD_FLAG_SEND) && c && c->state == CALL_ANSWERED)
			call_set_state_locked(l, c, CALL_SENT);
		spin_unlock(&l->lock);
		return err;
	}
	spin_unlock(&l->lock);
	wait_event(&l->gift_wait, load_acquire(&g->is_done));   /* the task is about to say so */
	return g->result;
}

/* size: what the caller takes struct seccomp_notif_addfd to be. */
static long listener_add_fd(struct seccomp_listener *l, uaddr_t from, size_t size)
{
	struct seccomp_notif_addfd a;
	struct gift g = { .result = 0 };
	long err;
	char more;

	if (size < sizeof a || size >= PAGE_SIZE)
		return -EINVAL;
	if (user_read(&a, from))
		return -EFAULT;
	for (size_t at = sizeof a; at < size; at++) {
		if (user_read(&more, uaddr_add(from, at)))
			return -EFAULT;
		if (more)
			return -E2BIG;
	}
	if ((a.newfd_flags & ~(unsigned)O_CLOEXEC) || (a.flags & ~ADDFD_FLAGS) || (a.newfd && !(a.flags & SECCOMP_ADDFD_FLAG_SETFD)))
		return -EINVAL;
	g.file = fd_get((int)a.srcfd);
	if (!g.file)
		return -EBADF;
	g.fd = a.newfd;
	g.fd_flags = a.newfd_flags;
	g.flags = a.flags;
	err = gift_offer(l, &g, a.id);
	if (!err)
		err = gift_wait(l, &g, a.id);
	file_put(g.file);
	return err;
}

static long listener_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	struct seccomp_listener *l = f->priv;

	switch (cmd) {
	case SECCOMP_IOCTL_NOTIF_RECV:
		return listener_receive(l, UADDR(arg));
	case SECCOMP_IOCTL_NOTIF_SEND:
		return listener_answer(l, UADDR(arg));
	case SECCOMP_IOCTL_NOTIF_ID_VALID:
	case ID_VALID_WRONG_DIR:
		return listener_is_valid(l, UADDR(arg));
	case SECCOMP_IOCTL_NOTIF_SET_FLAGS:     /* where the woken one is to run: it runs where it is best */
		return arg & ~SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP ? -EINVAL : 0;
	}
	if (_IOC_TYPE(cmd) == SECCOMP_IOC_MAGIC && _IOC_NR(cmd) == _IOC_NR(SECCOMP_IOCTL_NOTIF_ADDFD))      /* of any size */
		return listener_add_fd(l, UADDR(arg), _IOC_SIZE(cmd));
	return -EINVAL;
}

static uint32_t listener_poll(struct file *f, struct poll_table *pt)
{
	struct seccomp_listener *l = f->priv;

	poll_wait(pt, &l->pollable);
	return (load_acquire(&l->nr_new) ? EPOLLIN | EPOLLRDNORM : 0) | (load_acquire(&l->nr_sent) ? EPOLLOUT | EPOLLWRNORM : 0) |
	       (load_acquire(&l->has_no_users) ? EPOLLHUP : 0);
}

static void listener_release(struct file *f)
{
	struct seccomp_listener *l = f->priv;
	struct call *c;

	spin_lock(&l->lock);
	store_relaxed(&l->is_closed, true);
	list_for_each(c, &l->calls, node) {
		if (c->state == CALL_ANSWERED)
			continue;
		call_set_state_locked(l, c, CALL_ANSWERED);
		c->answer = (struct seccomp_notif_resp){ .error = -ENOSYS };
		call_wake_locked(c);
	}
	spin_unlock(&l->lock);
	listener_put(l);
}

static const struct file_ops listener_ops = { .ioctl = listener_ioctl, .poll = listener_poll, .release = listener_release };

/* ---- birth, death ---- */

int seccomp_listener_create(bool killable, struct seccomp_listener **out, struct file **file)
{
	struct seccomp_listener *l = kzalloc(sizeof *l);
	int err;

	if (!l)
		return -ENOMEM;
	refcount_set(&l->refs, 2);
	spin_init(&l->lock, RANK_POLL);
	list_init(&l->calls);
	random_bytes(&l->next_id, sizeof l->next_id);
	l->is_killable = killable;
	pollable_init(&l->pollable);
	waitq_init(&l->gift_wait);
	err = anon_file_create("seccomp notify", &listener_ops, l, O_RDWR, FILE_READ | FILE_WRITE, file);
	if (err) {
		kfree(l);
		return err;
	}
	(*file)->pollable = &l->pollable;
	*out = l;
	return 0;
}

bool seccomp_listener_is_open(const struct seccomp_listener *l) { return !load_relaxed(&l->is_closed); }

void seccomp_listener_orphan(struct seccomp_listener *l)
{
	store_release(&l->has_no_users, true);  /* pairs with poll and who receives */
	pollable_notify(&l->pollable, EPOLLHUP | EPOLLIN);
	listener_put(l);
}
