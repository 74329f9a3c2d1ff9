/*
 * mqueue.c - POSIX message queues: files of a file system of their own, one instance per IPC namespace.
 *
 * A queue's messages stand in a list by priority, the oldest of one priority first. Who must wait notes the count of
 * changes and sleeps until it differs, then looks again.
 *   I1  0 <= count <= max_messages; count messages stand in the list
 *   I2  bytes were charged to `account` when the queue was made, and are given back when it ends
 * Lifetime: a queue belongs to its inode; q->account is counted.
 * Locks: ns->mq_lock (one opens at a time), inode locks, q->lock; owner_lock: which namespace an instance belongs to.
 * User memory is never touched under a lock.   Context: task, may sleep.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/names.h>
#include <fs/pseudo.h>
#include <ipc/mqueue.h>
#include <ipc/sysv.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/mqueue.h>
#include <linux/resource.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/signal.h>
#include <task/user_ns.h>
#include <time/clock.h>
#include "ipc_priv.h"

#define MQ_FS_MAGIC 0x19800202                  /* in no UAPI header */
#define PRIORITY_MAX MQ_PRIO_MAX
#define HARD_MSG_MAX 65536
#define HARD_SIZE_MAX (16 << 20)
#define FILE_SIZE 80                            /* what stat(2) says of a queue */
#define NAME_SIZE 20                            /* what a name adds to the directory */
/* What Linux charges for a message and for each priority in use, beside the text. */
#define MESSAGE_COST 48
#define PRIORITY_COST 48

struct message {
	struct list node;
	size_t size;
	unsigned priority;
	char text[];
};

/* Keys: c const, l lock. */
struct queue {
	struct mutex lock;
	struct list messages;                   /* l: highest priority first */
	long max_messages, max_size;            /* c */
	atomic_int count;                       /* l to write */
	uint64_t bytes_queued;                  /* l */
	unsigned nr_receivers;                  /* l: asleep */
	atomic_uint changes;                    /* l to write */
	struct pollable readers, writers;       /* readers: also what poll() waits on */
	struct pid *notify;                     /* l: counted; who asked to be told, or NULL */
	struct sigevent event;                  /* l */
	uint64_t notify_exec_id;                /* l: of the program that asked: the next one is not signalled for it */
	struct user_account *account;           /* c, counted */
	uint64_t charged;                       /* c */
};

static const struct file_ops mq_file_ops;
static const struct inode_ops mq_inode_ops = { .setattr = NULL };
static struct spinlock owner_lock = SPINLOCK_INIT(RANK_LEAF);
static struct fs_type mq_type;

static struct queue *queue_of(const struct inode *i) { return i->priv; }
bool file_is_mqueue(const struct file *f) { return f->ops == &mq_file_ops; }

/* ---- queues ---- */

static int attributes_check(const struct ipc_ns *ns, const struct mq_attr *a)
{
	bool big = capable(CAP_SYS_RESOURCE);

	if (a->mq_maxmsg <= 0 || a->mq_msgsize <= 0)
		return -EINVAL;
	return a->mq_maxmsg > (big ? HARD_MSG_MAX : ns->mq_msg_max) || a->mq_msgsize > (big ? HARD_SIZE_MAX : ns->mq_size_max) ? -EINVAL : 0;
}

/* Charge the caller's user with what a full queue takes. 0 or -EMFILE. */
static int charge(struct queue *q)
{
	uint64_t n = (uint64_t)q->max_messages, limit = rlimit_current(RLIMIT_MSGQUEUE), before;
	struct user_account *a = cred_current()->account;

	q->charged = n * (uint64_t)q->max_size + n * MESSAGE_COST + MIN(n, (uint64_t)PRIORITY_MAX) * PRIORITY_COST;
	before = (uint64_t)fetch_add_relaxed(&a->mqueue_bytes, (long)q->charged);       /* relaxed: a sum */
	if (before + q->charged < before || before + q->charged > limit) {
		fetch_sub_relaxed(&a->mqueue_bytes, (long)q->charged);
		return -EMFILE;
	}
	account_get(a);
	q->account = a;
	return 0;
}

static int queue_make(struct ipc_ns *ns, const struct mq_attr *attr, struct queue **out)
{
	struct mq_attr usual = { .mq_maxmsg = MIN(ns->mq_msg_max, ns->mq_msg_default), .mq_msgsize = MIN(ns->mq_size_max, ns->mq_size_default) };
	struct queue *q;
	int err;

	if (!attr)
		attr = &usual;
	err = attributes_check(ns, attr);
	if (err)
		return err;
	q = kzalloc(sizeof *q);
	if (!q)
		return -ENOMEM;
	q->max_messages = attr->mq_maxmsg;
	q->max_size = attr->mq_msgsize;
	err = charge(q);
	if (err) {
		kfree(q);
		return err;
	}
	mutex_init(&q->lock, RANK_IPC_OBJECT);
	list_init(&q->messages);
	pollable_init(&q->readers);
	pollable_init(&q->writers);
	*out = q;
	return 0;
}

static void queue_free(struct queue *q)
{
	struct message *m, *next;

	list_for_each_safe(m, next, &q->messages, node)
		kfree(m);
	if (q->notify)
		pid_put(q->notify);
	fetch_sub_relaxed(&q->account->mqueue_bytes, (long)q->charged);
	account_put(q->account);
	kfree(q);
}

/* ---- the file system ---- */

/* The namespace of an instance, counted, or NULL when it has ended. */
static struct ipc_ns *super_ns_get(const struct super *s)
{
	struct ipc_ns *ns;

	spin_lock(&owner_lock);
	ns = s->priv;
	if (ns && !ns_try_get(&ns->ns))
		ns = NULL;
	spin_unlock(&owner_lock);
	return ns;
}

static int create_in_ns(struct ipc_ns *ns, struct super *s, uint32_t mode, struct inode **out)
{
	const struct mq_attr *attr = mutex_is_held(&ns->mq_lock) ? ns->mq_attr : NULL;
	struct queue *q;
	struct inode *i;
	int err;

	if ((unsigned)load_relaxed(&ns->mq_count) >= (unsigned)ns->mq_queues_max && !capable(CAP_SYS_RESOURCE))
		return -ENOSPC;
	err = queue_make(ns, attr, &q);
	if (err)
		return err;
	i = inode_alloc(s);
	if (!i) {
		queue_free(q);
		return -ENOMEM;
	}
	i->mode = mode;
	i->ops = &mq_inode_ops;
	i->fops = &mq_file_ops;
	i->size = FILE_SIZE;
	i->priv = q;
	fetch_add_relaxed(&ns->mq_count, 1);
	*out = i;
	return 0;
}

static int mq_create(struct inode *dir, struct dentry *d, uint32_t mode, dev_num_t rdev, struct inode **out)
{
	struct ipc_ns *ns = super_ns_get(dir->super);
	int err;

	if (!ns)
		return -EACCES;
	err = S_ISREG(mode) ? create_in_ns(ns, dir->super, mode, out) : -EPERM;
	ns_put(&ns->ns);
	if (err)
		return err;
	dir->size += NAME_SIZE;
	inode_touch_mtime(dir);
	return 0;
}

static int mq_unlink(struct inode *dir, struct dentry *d)
{
	dir->size -= NAME_SIZE;
	inode_touch_mtime(dir);
	inode_drop_link(d->inode);
	return 0;
}

static const struct inode_ops mq_dir_ops = { .create = mq_create, .unlink = mq_unlink };

static void mq_evict(struct inode *i)
{
	struct ipc_ns *ns;

	if (!i->priv)
		return;
	queue_free(queue_of(i));
	ns = super_ns_get(i->super);
	if (ns) {
		fetch_sub_relaxed(&ns->mq_count, 1);
		ns_put(&ns->ns);
	}
}

static const struct super_ops mq_super_ops = { .evict = mq_evict };

int mqueue_ns_setup(struct ipc_ns *ns)
{
	struct super *s;
	int err = pseudo_super_create(&mq_type, &mq_super_ops, MQ_FS_MAGIC, 01777, &s);

	if (err)
		return err;
	s->root->inode->ops = &mq_dir_ops;
	s->root->inode->size = 2 * NAME_SIZE;
	s->priv = ns;
	mutex_init(&ns->mq_lock, RANK_MQUEUE_NS);
	ns->mq_msg_max = ns->mq_msg_default = 10;
	ns->mq_size_max = ns->mq_size_default = 8192;
	ns->mq_queues_max = 256;
	dentry_get(s->root);
	ns->mq_mount = mount_alloc(s, s->root, MS_NOUSER, "mqueue");
	return ns->mq_mount ? 0 : -ENOMEM;
}

void mqueue_ns_end(struct ipc_ns *ns)
{
	spin_lock(&owner_lock);
	ns->mq_mount->super->priv = NULL;
	spin_unlock(&owner_lock);
	mount_end(ns->mq_mount);
}

static int mq_mount(const struct fs_type *t, unsigned flags, const char *source, const char *options, struct super **out)
{
	if (!capable_over(&ipc_ns_current()->ns, CAP_SYS_ADMIN))       /* whoever rules a mount namespace may not rule these */
		return -EPERM;
	*out = ipc_ns_current()->mq_mount->super;
	super_get(*out);
	return 0;
}

static struct fs_type mq_type = { .name = "mqueue", .nodev = true, .for_user_ns = true, .mount = mq_mount };

void mqueue_init(void) { fs_register(&mq_type); }

/* ---- opening ---- */

static int name_check(const char *name)
{
	size_t len = strlen(name);

	if (!len)
		return -ENOENT;
	if (strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
		return -EACCES;
	return len > NAME_MAX_LEN ? -ENAMETOOLONG : 0;
}

/* A file over the queue p; the flags decide the rights to ask for unless it was just made. */
static int open_queue(const struct path *p, int flags, bool created, struct file **out)
{
	static const int rights[] = { MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE };
	int err = 0;

	if (!created) {
		if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
			return -EEXIST;
		if ((flags & O_ACCMODE) == O_ACCMODE)
			return -EINVAL;
		err = inode_permission(p->dentry->inode, rights[flags & O_ACCMODE]);
	}
	if (err)
		return err;
	if (flags & O_DIRECT)
		return -EINVAL;                 /* as for other files that are not on a disk */
	err = file_alloc(&mq_file_ops, p, NULL, (uint32_t)flags & (O_ACCMODE | O_NONBLOCK), out);
	if (!err) {
		(*out)->flags &= ~(uint32_t)O_LARGEFILE;        /* no open(2) gave it that */
		(*out)->mode |= FILE_NO_SPLICE;
	}
	return err;
}

long mqueue_open(const char *name, int flags, uint32_t mode, const struct mq_attr *attr)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct path root = { ns->mq_mount, ns->mq_mount->root }, p;
	bool created = false;
	struct file *f;
	int fd = fd_alloc(0, true), err;

	if (fd < 0)
		return fd;                      /* before a queue is made that nobody gets */
	err = name_check(name);
	if (err)
		goto abandon;
	mutex_lock(&ns->mq_lock);
	if (flags & O_CREAT) {
		ns->mq_attr = attr;
		err = vfs_create_in(&root, name, mode);
		ns->mq_attr = NULL;
		created = !err;
		if (err == -EEXIST)
			err = 0;
	}
	if (!err)
		err = path_lookup_at(&root, name, 0, &p);
	if (!err) {
		err = open_queue(&p, flags, created, &f);
		path_put(&p);
	}
	mutex_unlock(&ns->mq_lock);
	if (!err) {
		fd_install(fd, f);
		return fd;
	}
abandon:
	fd_abandon(fd);
	return err;
}

long mqueue_unlink(const char *name)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct path root = { ns->mq_mount, ns->mq_mount->root };
	int err = name_check(name);

	return err ? err : vfs_unlink_in(&root, name);
}

/* ---- notification ---- */

static void notify_drop_locked(struct queue *q)
{
	if (q->notify)
		pid_put(q->notify);
	q->notify = NULL;
}

/* A message came into an empty queue that nobody waits for. */
static void notify_locked(struct queue *q)
{
	struct task *t;
	siginfo_t info;

	if (!q->notify)
		return;
	if (q->event.sigev_notify == SIGEV_SIGNAL && q->event.sigev_signo) {
		memset(&info, 0, sizeof info);
		info.si_signo = q->event.sigev_signo;
		info.si_code = SI_MESGQ;
		info.si_value = q->event.sigev_value;
		info.si_pid = process_current()->tgid;
		info.si_uid = cred_current()->uid;
		t = pid_task_get(q->notify);
		if (t) {
			if (load_relaxed(&t->process->exec_id) == q->notify_exec_id)
				(void)signal_send_process(t->process, &info);
			task_put(t);
		}
	}
	notify_drop_locked(q);
}

long mqueue_notify(struct file *f, const struct sigevent *event)
{
	struct queue *q = queue_of(f->inode);
	struct pid *self = process_current()->pid;
	long err = 0;

	mutex_lock(&q->lock);
	if (!event) {
		if (q->notify == self)
			notify_drop_locked(q);
	} else if (q->notify) {
		err = -EBUSY;
	} else {
		pid_get(self);
		q->notify = self;
		q->notify_exec_id = process_current()->exec_id;
		q->event = *event;
	}
	mutex_unlock(&q->lock);
	return err;
}

/* ---- sending and receiving ---- */

static void changed_locked(struct queue *q, struct pollable *who, uint32_t events)
{
	fetch_add_acq_rel(&q->changes, 1);      /* a locked instruction: orders the look at the waiters behind it */
	pollable_notify_ordered(who, events);
	if (who != &q->readers)
		pollable_notify_ordered(&q->readers, events);   /* where poll() waits for both */
}

/* Sleep until q has changed. until_ns: by the real-time clock, which may be set meanwhile. */
static int sleep_for_change(const struct queue *q, unsigned seen, uint64_t until_ns)
{
	int err = 0;

	for (;;) {
		uint64_t now;

		park_begin(PARK_INTERRUPTIBLE);
		if (load_acquire(&q->changes) != seen) {
			err = 0;
			break;
		}
		if (err)
			break;
		now = clock_realtime_ns();      /* after park_begin(): who sets it later unparks us */
		err = park(PARK_INTERRUPTIBLE, until_ns == MQUEUE_NO_DEADLINE ? ~0ull :
			   clock_monotonic_ns() + (until_ns > now ? until_ns - now : 0));
		if (err == -ETIMEDOUT && until_ns > clock_realtime_ns())
			err = 0;                /* set back just now */
	}
	park_end();
	return err;
}

/* Until something changes. 0, -ETIMEDOUT, -ERESTARTSYS. */
static int wait_change(struct queue *q, struct pollable *who, uint64_t until_ns)
{
	struct waiter change = { .thread = park_self() }, clock = { .thread = park_self() };
	unsigned seen = load_relaxed(&q->changes);
	int err;

	mutex_unlock(&q->lock);
	waitq_add(&who->waitq, &change);
	if (until_ns != MQUEUE_NO_DEADLINE)
		waitq_add(clock_set_queue(), &clock);
	err = sleep_for_change(q, seen, until_ns);
	waitq_remove(&change);
	if (until_ns != MQUEUE_NO_DEADLINE)
		waitq_remove(&clock);
	mutex_lock(&q->lock);
	return err;
}

static void insert_locked(struct queue *q, struct message *m)
{
	struct list *at = q->messages.prev;

	while (at != &q->messages && list_entry(at, struct message, node)->priority < m->priority)
		at = at->prev;
	list_push(at, &m->node);
	q->bytes_queued += m->size;
	store_release(&q->count, q->count + 1);
	if (q->count == 1 && !q->nr_receivers)
		notify_locked(q);
	changed_locked(q, &q->readers, EPOLLIN | EPOLLRDNORM);
}

static long send_locked(struct file *f, struct queue *q, struct message *m, uint64_t until_ns)
{
	while (q->count >= q->max_messages) {
		int err = f->mode & FILE_NONBLOCK ? -EAGAIN : wait_change(q, &q->writers, until_ns);

		if (err)
			return err;
	}
	insert_locked(q, m);
	return 0;
}

long mqueue_send(struct file *f, uaddr_t msg, size_t size, unsigned priority, uint64_t until_ns)
{
	struct queue *q = queue_of(f->inode);
	struct message *m;
	long err;

	if (size > (size_t)q->max_size)
		return -EMSGSIZE;
	m = kmalloc(sizeof *m + size, 0);
	if (!m)
		return -ENOMEM;
	m->size = size;
	m->priority = priority;
	if (user_copy_in(m->text, msg, size)) {
		kfree(m);
		return -EFAULT;
	}
	mutex_lock(&q->lock);
	err = send_locked(f, q, m, until_ns);
	mutex_unlock(&q->lock);
	if (err)
		kfree(m);
	else
		inode_touch_mtime(f->inode);
	return err;
}

static int take_locked(struct file *f, struct queue *q, uint64_t until_ns, struct message **out)
{
	while (!q->count) {
		int err = -EAGAIN;

		if (!(f->mode & FILE_NONBLOCK)) {
			q->nr_receivers++;
			err = wait_change(q, &q->readers, until_ns);
			q->nr_receivers--;
		}
		if (err)
			return err;
	}
	*out = list_first(&q->messages, struct message, node);
	list_del(&(*out)->node);
	q->bytes_queued -= (*out)->size;
	store_release(&q->count, q->count - 1);
	changed_locked(q, &q->writers, EPOLLOUT | EPOLLWRNORM);
	return 0;
}

long mqueue_receive(struct file *f, uaddr_t msg, size_t size, uaddr_t priority, uint64_t until_ns)
{
	struct queue *q = queue_of(f->inode);
	struct message *m;
	long ret;

	if (size < (size_t)q->max_size)
		return -EMSGSIZE;
	mutex_lock(&q->lock);
	ret = take_locked(f, q, until_ns, &m);
	mutex_unlock(&q->lock);
	if (ret)
		return ret;
	ret = (long)m->size;
	if ((!uaddr_is_null(priority) && user_write(priority, &m->priority)) || user_copy_out(msg, m->text, m->size))
		ret = -EFAULT;
	kfree(m);
	return ret;
}

void mqueue_attributes(struct file *f, const struct mq_attr *set, struct mq_attr *old)
{
	struct queue *q = queue_of(f->inode);

	memset(old, 0, sizeof *old);
	old->mq_flags = f->flags & O_NONBLOCK;
	old->mq_maxmsg = q->max_messages;
	old->mq_msgsize = q->max_size;
	old->mq_curmsgs = load_acquire(&q->count);
	if (!set)
		return;
	file_bits_change(&f->flags, O_NONBLOCK, set->mq_flags & O_NONBLOCK);
	file_bits_change(&f->mode, FILE_NONBLOCK, set->mq_flags & O_NONBLOCK ? FILE_NONBLOCK : 0);
}

/* ---- as a file ---- */

static ssize_t mq_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct queue *q = queue_of(f->inode);
	char text[FILE_SIZE];
	size_t len, n;
	bool by_signal;

	mutex_lock(&q->lock);
	by_signal = q->notify && q->event.sigev_notify == SIGEV_SIGNAL;
	len = (size_t)scnprintf(text, sizeof text, "QSIZE:%-10lu NOTIFY:%-5d SIGNO:%-5d NOTIFY_PID:%-6d\n", q->bytes_queued,
				q->notify ? q->event.sigev_notify : 0, by_signal ? q->event.sigev_signo : 0, q->notify ? q->notify->nr : 0);
	mutex_unlock(&q->lock);
	if (*pos < 0 || (size_t)*pos >= len)
		return 0;
	n = uio_copy_to(u, text + *pos, MIN(u->left, len - (size_t)*pos));
	if (!n && u->left)
		return -EFAULT;
	*pos += (loff_t)n;
	return (ssize_t)n;
}

static uint32_t mq_poll(struct file *f, struct poll_table *pt)
{
	struct queue *q = queue_of(f->inode);
	int n;

	poll_wait(pt, &q->readers);
	n = load_acquire(&q->count);
	return (n ? EPOLLIN | EPOLLRDNORM : 0) | (n < q->max_messages ? EPOLLOUT | EPOLLWRNORM : 0);
}

static int mq_flush(struct file *f)
{
	struct queue *q = queue_of(f->inode);

	mutex_lock(&q->lock);
	if (q->notify == process_current()->pid)
		notify_drop_locked(q);
	mutex_unlock(&q->lock);
	return 0;
}

static int mq_mmap(struct file *f, struct vma_request *r) { return -ENODEV; }

static const struct file_ops mq_file_ops = { .read = mq_read, .poll = mq_poll, .flush = mq_flush, .mmap = mq_mmap };
