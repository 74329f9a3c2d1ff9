/*
 * msg.c - System V message queues.
 *
 * A queue is a list of messages under its object's lock. Who must wait notes the queue's count of changes and sleeps
 * until it differs, then looks again.
 *   I1  bytes and count are those of the messages in the list
 * User memory is never touched under the lock.   Context: task, may sleep.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/pseudo.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/msg.h>
#include <mm/slab.h>
#include <sync/waitq.h>
#include <task/process.h>
#include "sysv_priv.h"

struct message {
	struct list node;
	long type;
	size_t size;
	char text[];
};

/* Keys: l o.lock. */
struct queue {
	struct sysv_object o;
	struct ipc_ns *ns;                      /* valid until o.removed */
	struct list messages;                   /* l, oldest first */
	uint64_t bytes, count, max_bytes;       /* l */
	int64_t stime, rtime, ctime;            /* l */
	int lspid, lrpid;                       /* l */
	atomic_uint changes;                    /* l to write */
	struct waitq senders, receivers;
};
static struct queue *queue_of(struct sysv_object *o) { return container_of(o, struct queue, o); }

static void msg_free(struct sysv_object *o) { kfree(queue_of(o)); }

static void changed_locked(struct queue *q, struct waitq *who)
{
	fetch_add_acq_rel(&q->changes, 1);      /* a locked instruction: orders the look at the waiters behind it */
	waitq_wake_all_ordered(who);
}

static void account(struct queue *q, long bytes, long count)
{
	q->bytes += (uint64_t)bytes;
	q->count += (uint64_t)count;
	fetch_add_relaxed(&q->ns->msg_bytes, bytes);    /* relaxed: statistics */
	fetch_add_relaxed(&q->ns->msg_count, count);
}

void msg_destroy_locked(struct ipc_ns *ns, struct sysv_object *o)
{
	struct queue *q = queue_of(o);
	struct message *m, *next;

	account(q, -(long)q->bytes, -(long)q->count);
	sysv_remove_locked(ns, SYSV_MSG, o);
	list_for_each_safe(m, next, &q->messages, node)
		kfree(m);
	list_init(&q->messages);
	changed_locked(q, &q->senders);
	changed_locked(q, &q->receivers);
}

/* ---- msgget ---- */

static int msg_make(const struct sysv_get *g, struct sysv_object **out)
{
	struct queue *q = kzalloc(sizeof *q);
	int err;

	if (!q)
		return -ENOMEM;
	sysv_object_init(&q->o, g, msg_free);
	q->ns = g->ns;
	list_init(&q->messages);
	waitq_init(&q->senders);
	waitq_init(&q->receivers);
	q->max_bytes = (uint64_t)g->ns->msg_mnb;
	q->ctime = sysv_now();
	err = sysv_enter(g, &q->o);
	if (err) {
		kfree(q);
		return err;
	}
	*out = &q->o;
	return 0;
}

long msg_get(int key, int flags)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct sysv_get g = { .ns = ns, .kind = SYSV_MSG, .key = key, .flags = flags, .max = ns->msg_mni, .make = msg_make };

	return sysv_find_or_make(&g);
}

/* Lock q again for a caller that holds it counted. */
static int relock(struct queue *q)
{
	mutex_lock(&q->o.lock);
	if (!q->o.removed)
		return 0;
	mutex_unlock(&q->o.lock);
	return -EIDRM;
}

static int wait_change(struct queue *q, struct waitq *who, unsigned seen)
{
	return wait_event_interruptible(who, load_acquire(&q->changes) != seen);
}

/* ---- msgsnd ---- */

static bool fits(const struct queue *q, const struct message *m)
{
	return m->size + q->bytes <= q->max_bytes && q->count + 1 <= q->max_bytes;
}

/* Queue m, waiting for room unless told not to. q is locked; unlocked at the end. Consumes m if 0. */
static long send_locked(struct queue *q, struct message *m, int flags)
{
	for (;;) {
		unsigned seen;
		long err = sysv_permission(&q->o, S_IWUGO_BITS);

		if (!err && fits(q, m))
			break;
		seen = load_relaxed(&q->changes);
		mutex_unlock(&q->o.lock);
		if (err)
			return err;
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		if (wait_change(q, &q->senders, seen))
			return -ERESTARTNOHAND;
		err = relock(q);
		if (err)
			return err;
	}
	list_append(&q->messages, &m->node);
	account(q, (long)m->size, 1);
	q->lspid = process_current()->tgid;
	q->stime = sysv_now();
	changed_locked(q, &q->receivers);
	mutex_unlock(&q->o.lock);
	return 0;
}

long msg_send(int id, uaddr_t msg, size_t size, int flags)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct sysv_object *o;
	struct message *m;
	long type, err;

	if (user_read(&type, msg))
		return -EFAULT;
	if (size > (size_t)load_relaxed(&ns->msg_max) || id < 0 || type < 1)
		return -EINVAL;
	m = kmalloc(sizeof *m + size, 0);
	if (!m)
		return -ENOMEM;
	m->type = type;
	m->size = size;
	err = user_copy_in(m->text, uaddr_add(msg, sizeof type), size) ? -EFAULT : sysv_get(ns, SYSV_MSG, id, &o);
	if (!err) {
		err = send_locked(queue_of(o), m, flags);
		sysv_put(o);
	}
	if (err)
		kfree(m);
	return err;
}

/* ---- msgrcv ---- */

/* The message that (type, flags) choose, or NULL. */
static struct message *choose(const struct queue *q, long type, int flags)
{
	struct message *m, *best = NULL;
	long at = 0, limit = type == INT64_MIN ? INT64_MAX : -type;

	list_for_each(m, &q->messages, node) {
		if (flags & MSG_COPY) {
			if (at++ == type)
				return m;
		} else if (type < 0) {
			if (m->type <= limit && (!best || m->type < best->type))
				best = m;
		} else if (!type || (m->type == type) != !!(flags & MSG_EXCEPT)) {
			return m;
		}
	}
	return best;
}

/* Take m out of the locked queue, or copy it for MSG_COPY. NULL without memory. */
static struct message *take_locked(struct queue *q, struct message *m, int flags)
{
	struct message *copy;

	if (flags & MSG_COPY) {
		copy = kmalloc(sizeof *m + m->size, ALLOC_ATOMIC);
		if (copy)
			memcpy(copy, m, sizeof *m + m->size);
		return copy;
	}
	list_del(&m->node);
	account(q, -(long)m->size, -1);
	q->lrpid = process_current()->tgid;
	q->rtime = sysv_now();
	changed_locked(q, &q->senders);
	return m;
}

/* q is locked; unlocked at the end. */
static long receive_locked(struct queue *q, size_t size, long type, int flags, struct message **out)
{
	for (;;) {
		long err = sysv_permission(&q->o, S_IRUGO_BITS);
		struct message *m = err ? NULL : choose(q, type, flags);
		unsigned seen = load_relaxed(&q->changes);

		if (m && m->size > size && !(flags & MSG_NOERROR))
			err = -E2BIG;
		if (m && !err) {
			*out = take_locked(q, m, flags);
			err = *out ? 0 : -ENOMEM;
		} else if (!err && (flags & IPC_NOWAIT)) {
			err = -ENOMSG;
		}
		mutex_unlock(&q->o.lock);
		if (m || err)
			return err;
		if (wait_change(q, &q->receivers, seen))
			return -ERESTARTNOHAND;
		err = relock(q);
		if (err)
			return err;
	}
}

long msg_receive(int id, uaddr_t msg, size_t size, long type, int flags)
{
	struct sysv_object *o;
	struct message *m;
	long err;

	if (id < 0 || (ssize_t)size < 0)
		return -EINVAL;
	if ((flags & MSG_COPY) && ((flags & MSG_EXCEPT) || !(flags & IPC_NOWAIT)))
		return -EINVAL;
	err = sysv_get(ipc_ns_current(), SYSV_MSG, id, &o);
	if (err)
		return err;
	err = receive_locked(queue_of(o), size, type, flags, &m);
	sysv_put(o);
	if (err)
		return err;
	size = MIN(size, m->size);
	if (user_write(msg, &m->type) || user_copy_out(uaddr_add(msg, sizeof m->type), m->text, size))
		err = -EFAULT;
	kfree(m);
	return err ? err : (long)size;
}

/* ---- msgctl ---- */

static void stat_fill(struct sysv_object *o, void *out)
{
	const struct queue *q = queue_of(o);
	struct msqid64_ds *d = out;

	memset(d, 0, sizeof *d);
	sysv_perm_out(&q->o, &d->msg_perm);
	d->msg_stime = q->stime;
	d->msg_rtime = q->rtime;
	d->msg_ctime = q->ctime;
	d->msg_cbytes = q->bytes;
	d->msg_qnum = q->count;
	d->msg_qbytes = q->max_bytes;
	d->msg_lspid = q->lspid;
	d->msg_lrpid = q->lrpid;
}

static long stat_call(int id, int cmd, uaddr_t buf)
{
	struct msqid64_ds d;
	long ret = sysv_stat(SYSV_MSG, id, cmd == IPC_STAT, cmd == MSG_STAT_ANY, stat_fill, &d);

	return ret >= 0 && user_write(buf, &d) ? -EFAULT : ret;
}

static long info_call(int cmd, uaddr_t buf)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct msginfo i;

	memset(&i, 0, sizeof i);                        /* it ends in padding */
	i.msgmni = ns->msg_mni;
	i.msgmax = ns->msg_max;
	i.msgmnb = ns->msg_mnb;
	i.msgssz = MSGSSZ;
	i.msgseg = MSGSEG;
	i.msgmap = MSGMAP;
	i.msgpool = MSGPOOL;
	i.msgtql = MSGTQL;
	if (cmd == MSG_INFO) {
		i.msgpool = (int)load_relaxed(&ns->ids[SYSV_MSG].used);
		i.msgmap = (int)load_relaxed(&ns->msg_count);
		i.msgtql = (int)load_relaxed(&ns->msg_bytes);
	}
	return user_write(buf, &i) ? -EFAULT : sysv_highest(ns, SYSV_MSG);
}

static long set_locked(struct sysv_object *o, const void *wanted)
{
	const struct msqid64_ds *d = wanted;
	struct queue *q = queue_of(o);
	long err;

	if (d->msg_qbytes > (uint64_t)load_relaxed(&q->ns->msg_mnb) && !capable(CAP_SYS_RESOURCE))
		return -EPERM;
	err = sysv_perm_set(o, &d->msg_perm);
	if (err)
		return err;
	q->max_bytes = d->msg_qbytes;
	q->ctime = sysv_now();
	changed_locked(q, &q->receivers);       /* rights may have changed */
	changed_locked(q, &q->senders);
	return 0;
}

static long set_call(int id, uaddr_t buf)
{
	struct msqid64_ds d;

	return user_read(&d, buf) ? -EFAULT : sysv_change(SYSV_MSG, id, set_locked, &d);
}

long msg_control(int id, int cmd, uaddr_t buf)
{
	if (id < 0 || cmd < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_INFO:
	case MSG_INFO:
		return info_call(cmd, buf);
	case MSG_STAT:
	case MSG_STAT_ANY:
	case IPC_STAT:
		return stat_call(id, cmd, buf);
	case IPC_SET:
		return set_call(id, buf);
	case IPC_RMID:
		return sysv_end(SYSV_MSG, id, msg_destroy_locked);
	default:
		return -EINVAL;
	}
}

/* ---- /proc/sysvipc/msg ---- */

static void show_one(struct text_buf *b, struct sysv_object *o)
{
	const struct queue *q = queue_of(o);

	text_printf(b, "%10d %10d  %4o  %10lu %10lu %5u %5u %5u %5u %5u %5u %10lu %10lu %10lu\n", o->key, o->id, o->mode, q->bytes, q->count,
		    (unsigned)q->lspid, (unsigned)q->lrpid, o->uid, o->gid, o->cuid, o->cgid, (unsigned long)q->stime,
		    (unsigned long)q->rtime, (unsigned long)q->ctime);
}

int msg_show(struct text_buf *b, void *arg)
{
	text_printf(b, "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid"
		       "      stime      rtime      ctime\n");
	return sysv_show_each(b, SYSV_MSG, show_one);
}
