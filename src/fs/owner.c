/*
 * owner.c - signals about opened files: their owners, and SIGIO.
 *
 * O_ASYNC hangs waiters into the queues that the file's poll operation names. Whoever makes the file ready calls
 * owner_wake() under the queue's lock, where no signal can be sent. The thread of defer.h sends it soon; a task also puts the
 * owner onto a list of its own and sends on its way to user mode, so that the signal is there when its call returns. Whoever
 * of both comes first takes the events. The list alone would not do: the call may sleep until somebody has got the signal.
 *   I1  o->is_listed, o->is_deferred while o is on such a list or left to that thread; each holds a reference
 *   I2  o->events is taken after that flag was cleared: what comes meanwhile queues o anew
 *   I3  the waiters are in their queues exactly while the file's flags have O_ASYNC; async_lock
 * Lock order: async_lock (mutex), o->lock (leaf); owner_wake() runs under a wait queue's lock and takes none.
 */
#include <base/err.h>
#include <fs/file.h>
#include <fs/owner.h>
#include <lib/string.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <mm/slab.h>
#include <percpu/preempt.h>
#include <sync/defer.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/signal.h>

#define MAX_QUEUES 2                            /* that a poll operation names */

struct file_owner {     /* keys: l lock, a atomic, y async_lock */
	refcount_t refs;
	struct spinlock lock;
	struct pid *pid;                        /* l, counted; NULL: nobody */
	int type;                               /* l: F_OWNER_* */
	uint32_t uid, euid;                     /* l: of who set it */
	int sig;                                /* l: F_SETSIG */
	int fd;                                 /* y to write: si_fd */
	uint32_t wanted;                        /* y to write: EPOLLIN, EPOLLOUT */
	unsigned nr_waiters;                    /* y */
	struct waiter waiters[MAX_QUEUES];      /* y */
	atomic_uint events;                     /* a: I2 */
	atomic_bool is_listed, is_deferred;     /* a: I1 */
	struct file_owner *next;                /* list of one task: its own */
	struct defer defer;
};
struct async_table { struct poll_table pt; struct file_owner *o; };

static struct mutex async_lock = MUTEX_INIT(async_lock, RANK_MUTEX_LEAF);

/* ---- birth and death ---- */

static struct file_owner *owner_of(const struct file *f) { return load_acquire(&f->owner); }  /* pairs with owner_make() */

static struct file_owner *owner_make(struct file *f)
{
	struct file_owner *o = owner_of(f), *fresh;

	if (o)
		return o;
	fresh = kzalloc(sizeof *fresh);
	if (!fresh)
		return NULL;
	refcount_set(&fresh->refs, 1);
	spin_init(&fresh->lock, RANK_LEAF);
	if (cas_acq_rel(&f->owner, &o, fresh))  /* pairs with owner_of() */
		return fresh;
	kfree(fresh);
	return o;
}

struct file_owner *file_owner_hold(const struct file *f)
{
	struct file_owner *o = owner_of(f);

	if (o)
		refcount_get(&o->refs);
	return o;
}

void file_owner_get_again(struct file_owner *o) { refcount_get(&o->refs); }

void file_owner_put(struct file_owner *o)
{
	if (!refcount_put(&o->refs))
		return;
	if (o->pid)
		pid_put(o->pid);
	kfree(o);
}

/* ---- who ---- */

static void owner_assign(struct file_owner *o, struct pid *pid, int type)
{
	const struct cred *c = cred_current();
	struct pid *old;

	spin_lock(&o->lock);
	old = o->pid;
	o->pid = pid;
	o->type = type;
	o->uid = c->uid;
	o->euid = c->euid;
	spin_unlock(&o->lock);
	if (old)
		pid_put(old);
}

int file_owner_set(struct file *f, int type, int nr)
{
	struct pid *pid = nr > 0 ? pid_lookup(nr) : NULL;
	struct file_owner *o;

	if (nr && !pid)
		return -ESRCH;
	o = owner_make(f);
	if (!o) {
		if (pid)
			pid_put(pid);
		return -ENOMEM;
	}
	owner_assign(o, pid, type);
	return 0;
}

int file_owner_default(struct file *f)
{
	struct file_owner *o = owner_make(f);

	if (!o)
		return -ENOMEM;
	if (!o->pid) {
		struct pid *pid = process_current()->pid;

		pid_get(pid);
		owner_assign(o, pid, F_OWNER_PID);
	}
	return 0;
}

void file_owner_forget(struct file *f)
{
	struct file_owner *o = owner_of(f);

	if (!o)
		return;
	store_relaxed(&o->sig, 0);
	owner_assign(o, NULL, F_OWNER_TID);
}

int file_owner_get(const struct file *f, int *type)
{
	struct file_owner *o = owner_of(f);
	int nr = 0;

	*type = F_OWNER_TID;
	if (!o)
		return 0;
	spin_lock(&o->lock);
	*type = o->type;
	if (o->pid)
		nr = pid_seen(o->pid);
	spin_unlock(&o->lock);
	return nr;
}

void file_owner_get_uids(const struct file *f, uint32_t *uid, uint32_t *euid)
{
	struct file_owner *o = owner_of(f);

	*uid = *euid = 0;
	if (!o)
		return;
	spin_lock(&o->lock);
	*uid = o->uid;
	*euid = o->euid;
	spin_unlock(&o->lock);
}

int file_owner_set_signal(struct file *f, int sig)
{
	struct file_owner *o = owner_make(f);

	if (!o)
		return -ENOMEM;
	store_relaxed(&o->sig, sig);            /* relaxed: one word */
	return 0;
}

int file_owner_get_signal(const struct file *f)
{
	const struct file_owner *o = owner_of(f);

	return o ? load_relaxed(&o->sig) : 0;
}

/* ---- telling ---- */

struct message { uint32_t uid, euid; siginfo_t info, plain; };

/* As kill(2): the owner's ids against the target's. */
static bool may_tell(const struct message *m, struct task *t)
{
	const struct cred *to;
	bool may;

	rcu_read_lock();
	to = rcu_load(t->cred);
	may = !m->euid || m->euid == to->suid || m->euid == to->uid || m->uid == to->suid || m->uid == to->uid;
	rcu_read_unlock();
	return may;
}

/* Where no more signals fit into a queue, SIGIO says at least that there was something. */
static void tell_task(const struct message *m, struct task *t)
{
	if (may_tell(m, t) && signal_send_task(t, &m->info))
		(void)signal_send_task(t, &m->plain);
}

static void tell_process(const struct message *m, struct process *p)
{
	if (may_tell(m, p->leader) && signal_send_process(p, &m->info))
		(void)signal_send_process(p, &m->plain);
}

static void tell_group(const struct message *m, struct pid *pgrp)
{
	struct process *p;

	spin_lock(&tasklist_lock);
	list_for_each(p, &pgrp->pgrp_members, pgrp_node)
		tell_process(m, p);
	spin_unlock(&tasklist_lock);
}

/* sig 0: as F_SETSIG says, else that one without more. Was there somebody? */
static bool tell(struct file_owner *o, int sig, int fd, int reason, long band)
{
	bool is_plain = sig;
	struct message m;
	struct pid *pid;
	struct task *t;
	int type;

	spin_lock(&o->lock);
	pid = o->pid;
	if (pid)
		pid_get(pid);
	type = o->type;
	if (!is_plain)
		sig = load_relaxed(&o->sig);
	m.uid = o->uid;
	m.euid = o->euid;
	spin_unlock(&o->lock);
	if (!pid)
		return false;
	siginfo_init_kernel(&m.plain, is_plain ? sig : SIGIO);
	m.info = m.plain;
	if (sig && !is_plain) {
		siginfo_init_kernel(&m.info, sig);
		m.info.si_code = reason;
		m.info.si_band = band;
		m.info.si_fd = fd;
	}
	if (type == F_OWNER_PGRP) {
		tell_group(&m, pid);
	} else if ((t = pid_task_get(pid))) {
		if (type == F_OWNER_PID)
			tell_process(&m, t->process);
		else
			tell_task(&m, t);
		task_put(t);
	}
	pid_put(pid);
	return true;
}

void file_owner_tell(struct file_owner *o, int fd, int reason, long band) { (void)tell(o, 0, fd, reason, band); }

void file_owner_tell_urgent(struct file *f)
{
	struct file_owner *o = owner_of(f);

	if (o && tell(o, SIGURG, 0, 0, 0) && (f->flags & FASYNC) && load_relaxed(&o->sig))
		(void)tell(o, 0, o->fd, POLL_PRI, EPOLLPRI | EPOLLRDBAND);
}

/* ---- O_ASYNC ---- */

/* Consumes a reference, whose flag is cleared. */
static void owner_send(struct file_owner *o, atomic_bool *flag)
{
	uint32_t events;

	store_relaxed(flag, false);
	fence_seq_cst();                        /* I2; pairs with the atomics of owner_wake() */
	events = exchange_relaxed(&o->events, 0u);
	if (events & EPOLLIN)
		file_owner_tell(o, o->fd, POLL_IN, EPOLLIN | EPOLLRDNORM);
	if (events & EPOLLOUT)
		file_owner_tell(o, o->fd, POLL_OUT, EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND);
	file_owner_put(o);
}

static void owner_send_deferred(struct defer *d)
{
	struct file_owner *o = container_of(d, struct file_owner, defer);

	owner_send(o, &o->is_deferred);
}

static bool owner_wake(struct waiter *w, uint32_t events)
{
	struct file_owner *o = (struct file_owner *)w->thread;  /* nobody sleeps here: the word says whose waiter it is */
	struct task *t;

	events &= o->wanted;
	if (!events)
		return false;
	fetch_or_acq_rel(&o->events, events);
	if (!exchange_acq_rel(&o->is_deferred, true)) {
		refcount_get(&o->refs);
		defer_call(&o->defer, owner_send_deferred);
	}
	t = !in_interrupt() && thread_current()->is_task ? task_current() : NULL;
	if (!t || (t->flags & TASK_EXITING) || exchange_acq_rel(&o->is_listed, true))
		return false;
	refcount_get(&o->refs);
	o->next = t->owners_to_tell;
	t->owners_to_tell = o;
	thread_set_work(&t->thread, WORK_NOTIFY);
	return false;
}

void file_owners_deliver_slow(void)
{
	struct task *t = task_current();
	struct file_owner *o;

	while ((o = t->owners_to_tell)) {
		t->owners_to_tell = o->next;
		owner_send(o, &o->is_listed);
	}
}

static void table_add(struct poll_table *pt, struct waitq *q)
{
	struct file_owner *o = container_of(pt, struct async_table, pt)->o;
	struct waiter *w;

	if (o->nr_waiters == MAX_QUEUES) {
		pt->error = -ENOMEM;
		return;
	}
	w = &o->waiters[o->nr_waiters++];
	*w = (struct waiter){ .thread = (struct thread *)o, .wake = owner_wake };
	waitq_add(q, w);
}

static void waiters_remove(struct file_owner *o)
{
	while (o->nr_waiters)
		waitq_remove(&o->waiters[--o->nr_waiters]);
}

static int async_begin(struct file *f, struct file_owner *o, int fd)
{
	struct async_table t = { { .add = table_add }, o };

	o->fd = fd;
	o->wanted = (f->mode & FILE_READ ? EPOLLIN : 0) | (f->mode & FILE_WRITE ? EPOLLOUT : 0);
	(void)f->ops->poll(f, &t.pt);
	if (t.pt.error)
		waiters_remove(o);
	return t.pt.error;
}

int file_async_set(struct file *f, int fd, bool on)
{
	struct file_owner *o = owner_make(f);
	int err = 0;

	if (!o)
		return -ENOMEM;
	mutex_lock(&async_lock);
	waiters_remove(o);
	store_relaxed(&o->events, 0u);          /* what was not told of yet is old news */
	if (on)
		err = async_begin(f, o, fd);
	if (!err)
		file_bits_change(&f->flags, FASYNC, on ? FASYNC : 0);
	mutex_unlock(&async_lock);
	return err;
}

void file_owner_release(struct file *f)
{
	struct file_owner *o = f->owner;

	waiters_remove(o);
	store_relaxed(&o->events, 0u);          /* nobody is told of a file that he has closed */
	file_owner_put(o);
}
