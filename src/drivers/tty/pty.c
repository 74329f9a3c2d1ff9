/*
 * pty.c - pseudo terminals: a tty whose device is a program.
 *
 * The slave is a struct tty like a serial port's. What it sends goes into `out`, which the master reads;
 * what the master writes goes through the slave's line discipline at once (tty_receive()).
 *   I1  out, packet status and the flags are changed under tty.lock; both ends wait with hints of them
 *   I2  the index is taken until the last reference goes; the slave can be opened while the master is open, and
 *       through the node that was made for it only: an older node of that number may be another user's
 * Lifetime: one reference for the master's file, one for each of the slave's, one for each controlled process.
 * Lock order: read_lock (master's), tty.mutex, tty.lock, waitq; table_lock is a leaf.
 * Context: task, may sleep.   Tests: tests/busybox/cases/job, tests/interactive.
 */
#include "tty_priv.h"
#include <fs/names.h>
#include <lib/printf.h>
#include <task/cred.h>
#include <task/signal.h>
#include <trace/klog.h>

#define OUT_SIZE 8192u
#define CHUNK 512u
#define MAX_PTYS 4096u                          /* kernel.pty.max */

struct pty {
	struct tty tty;                         /* the slave */
	unsigned index;
	struct byte_ring out;                   /* to the master */
	struct mutex read_lock;                 /* one master's reader at a time */
	struct waitq master_wait;               /* readers of out */
	struct pollable master_pollable;
	atomic_bool is_master_open;
	atomic_bool is_locked;                  /* until TIOCSPTLCK 0 */
	atomic_bool slave_gone;                 /* was open, and is closed */
	atomic_bool has_packets;                /* TIOCPKT */
	uint8_t packet_status;                  /* TIOCPKT_* not yet read; tty.lock */
	struct dentry *node;                    /* in devpts, while the master is open, else NULL */
};

/* By index; grows. table_lock. */
static struct pty **table;
static unsigned table_size;
static struct spinlock table_lock = SPINLOCK_INIT(RANK_TTY_LDISC);

static struct pty *pty_of(struct tty *t) { return container_of(t, struct pty, tty); }

/* ---- the slave's device ---- */

static void wake_master(struct pty *p)
{
	waitq_wake_all(&p->master_wait);
	pollable_notify_ordered(&p->master_pollable, EPOLLIN | EPOLLRDNORM);
}

static size_t pty_room(struct tty *t)
{
	return t->ldisc.stopped ? 0 : ring_space(&pty_of(t)->out);
}

static size_t pty_write(struct tty *t, const uint8_t *s, size_t n)
{
	struct pty *p = pty_of(t);

	n = ring_put(&p->out, s, (uint32_t)MIN(n, pty_room(t)));
	if (n)
		wake_master(p);
	return n;
}

static size_t pty_pending(struct tty *t) { return 0; }     /* it is the master's now, as Linux counts */

static void packet_event(struct tty *t, uint8_t event)
{
	struct pty *p = pty_of(t);

	if (!load_relaxed(&p->has_packets))
		return;
	if (event & (TIOCPKT_STOP | TIOCPKT_START))
		p->packet_status &= (uint8_t)~(TIOCPKT_STOP | TIOCPKT_START);
	if (event & (TIOCPKT_DOSTOP | TIOCPKT_NOSTOP))
		p->packet_status &= (uint8_t)~(TIOCPKT_DOSTOP | TIOCPKT_NOSTOP);
	p->packet_status |= event;
	waitq_wake_all(&p->master_wait);
	pollable_notify_ordered(&p->master_pollable, EPOLLIN | EPOLLRDNORM | EPOLLPRI);
}

static void pty_flush(struct tty *t)
{
	ring_clear(&pty_of(t)->out);
	packet_event(t, TIOCPKT_FLUSHWRITE);
}

static void pty_flow(struct tty *t, bool stop)
{
	packet_event(t, stop ? TIOCPKT_STOP : TIOCPKT_START);
	if (!stop)
		tty_wake_writers(t);
}

/* The discipline has taken input: the master may write on. */
static void pty_input_drained(struct tty *t)
{
	struct pty *p = pty_of(t);

	waitq_wake_all(&t->write_wait);
	pollable_notify_ordered(&p->master_pollable, EPOLLOUT | EPOLLWRNORM);
}

static bool has_default_flow_keys(const struct ktermios *t)
{
	return (t->c_iflag & IXON) && t->c_cc[VSTOP] == 19 && t->c_cc[VSTART] == 17;
}

static void pty_termios(struct tty *t, const struct ktermios *old)
{
	bool was = has_default_flow_keys(old), is = has_default_flow_keys(&t->ldisc.tio);
	uint8_t event = was == is ? 0 : is ? TIOCPKT_DOSTOP : TIOCPKT_NOSTOP;

	if ((old->c_lflag ^ t->ldisc.tio.c_lflag) & EXTPROC)
		event |= TIOCPKT_IOCTL;
	spin_lock(&t->lock);
	if (event)
		packet_event(t, event);
	spin_unlock(&t->lock);
}

static int pty_open(struct tty *t, bool first)
{
	struct pty *p = pty_of(t);

	if (!load_acquire(&p->is_master_open) || load_relaxed(&p->is_locked))
		return -EIO;
	store_relaxed(&p->slave_gone, false);
	return 0;
}

static void pty_close(struct tty *t, bool last)
{
	struct pty *p = pty_of(t);

	if (!last)
		return;
	store_relaxed(&p->slave_gone, true);
	waitq_wake_all(&p->master_wait);
	pollable_notify_ordered(&p->master_pollable, EPOLLIN | EPOLLHUP);
}

static void pty_free(struct tty *t)
{
	struct pty *p = pty_of(t);

	spin_lock(&table_lock);
	table[p->index] = NULL;
	spin_unlock(&table_lock);
	kfree(p->out.buf);
	tty_teardown(t);
	kfree(p);
}

static const struct tty_driver pty_driver = {
	.open = pty_open,
	.close = pty_close,
	.write = pty_write,
	.room = pty_room,
	.pending = pty_pending,
	.flush = pty_flush,
	.flow = pty_flow,
	.input_drained = pty_input_drained,
	.termios = pty_termios,
	.event = packet_event,
	.free = pty_free,
	.is_pty = true,
};

/* ---- the table ---- */

struct tty *pty_slave_get(unsigned index, const struct dentry *node)
{
	struct tty *t = NULL;

	spin_lock(&table_lock);
	/* One whose last reference is gone is about to leave the table. Relaxed: the node is compared, never followed. */
	if (index < table_size && table[index] && load_relaxed(&table[index]->node) == node && refcount_try_get(&table[index]->tty.refs))
		t = &table[index]->tty;
	spin_unlock(&table_lock);
	return t;
}

static int table_grow_locked(void)
{
	unsigned size = table_size ? 2 * table_size : 8;
	struct pty **fresh;

	if (size > MAX_PTYS)
		return -ENOSPC;
	fresh = kzalloc(size * sizeof *fresh);
	if (!fresh)
		return -ENOMEM;
	for (unsigned n = 0; n < table_size; n++)
		fresh[n] = table[n];
	kfree(table);
	table = fresh;
	table_size = size;
	return 0;
}

/* Give p the lowest free index. */
static int table_enter(struct pty *p)
{
	unsigned n = 0;
	int err = 0;

	spin_lock(&table_lock);
	while (n < table_size && table[n])
		n++;
	if (n == table_size)
		err = table_grow_locked();
	if (!err) {
		table[n] = p;
		p->index = n;
	}
	spin_unlock(&table_lock);
	return err;
}

static void table_leave(struct pty *p)
{
	spin_lock(&table_lock);
	table[p->index] = NULL;
	spin_unlock(&table_lock);
}

/* ---- the master: reading and writing ---- */

static bool master_is_readable(struct pty *p)
{
	return ring_count(&p->out) || load_relaxed(&p->packet_status) || load_relaxed(&p->slave_gone);
}

/* In packet mode each read begins with a status byte. Bytes stored. */
static size_t master_take(struct pty *p, uint8_t *buf, size_t n)
{
	size_t lead = 0;

	spin_lock(&p->tty.lock);
	if (load_relaxed(&p->has_packets)) {
		if (p->packet_status) {
			buf[0] = p->packet_status;
			store_relaxed(&p->packet_status, 0);
			spin_unlock(&p->tty.lock);
			return 1;
		}
		if (ring_count(&p->out)) {
			buf[0] = TIOCPKT_DATA;
			lead = 1;
		}
	}
	n = lead + ring_take(&p->out, buf + lead, (uint32_t)(n - lead));
	spin_unlock(&p->tty.lock);
	return n;
}

static ssize_t master_read_locked(struct pty *p, struct file *f, struct uio *u)
{
	uint8_t buf[CHUNK];
	size_t done = 0, n;
	int err;

	while (u->left) {
		n = master_take(p, buf, MIN(u->left, sizeof buf));
		if (n) {
			if (uio_copy_to(u, buf, n) != n)
				return done ? (ssize_t)done : -EFAULT;
			done += n;
			if (load_relaxed(&p->has_packets))
				break;                 /* one packet a read */
			continue;
		}
		if (done)
			break;
		if (load_relaxed(&p->slave_gone))
			return -EIO;
		if (f->mode & FILE_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(&p->master_wait, master_is_readable(p));
		if (err)
			return err;
	}
	return (ssize_t)done;
}

static ssize_t master_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct pty *p = f->priv;
	ssize_t n;

	if (f->mode & FILE_NONBLOCK) {
		if (!mutex_trylock(&p->read_lock))
			return -EAGAIN;
	} else if (mutex_lock_interruptible(&p->read_lock)) {
		return -ERESTARTSYS;
	}
	n = master_read_locked(p, f, u);
	mutex_unlock(&p->read_lock);
	if (n > 0)
		tty_wake_writers(&p->tty);
	return n;
}

static bool master_may_write(struct pty *p)
{
	struct tty *t = &p->tty;

	return ldisc_room(&t->ldisc) || !t->rx.size || ring_space(&t->rx);
}

static ssize_t master_write(struct file *f, struct uio *u, loff_t *pos)
{
	struct pty *p = f->priv;
	uint8_t buf[CHUNK];
	size_t done = 0;
	int err = 0;

	while (u->left && !err) {
		struct uio before = *u;
		size_t want = MIN(u->left, sizeof buf), n = uio_copy_from(u, buf, want), took;

		if (n < want) {                 /* a piece is written whole or not at all */
			err = -EFAULT;
			break;
		}
		took = tty_receive(&p->tty, buf, n);
		if (took < n) {
			*u = before;
			uio_skip(u, took);
		}
		done += took;
		if (took)
			continue;
		if (!p->tty.rx.size)
			err = -ENOMEM;
		else if (f->mode & FILE_NONBLOCK)
			err = -EAGAIN;
		else
			err = wait_event_interruptible(&p->tty.write_wait, master_may_write(p));
	}
	return done ? (ssize_t)done : err;
}

static uint32_t master_poll(struct file *f, struct poll_table *pt)
{
	struct pty *p = f->priv;
	uint32_t mask = 0;

	poll_wait(pt, &p->master_pollable);
	if (ring_count(&p->out))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (load_relaxed(&p->packet_status))
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLPRI;
	if (load_relaxed(&p->slave_gone))
		mask |= EPOLLHUP;
	if (master_may_write(p))
		mask |= EPOLLOUT | EPOLLWRNORM;
	return mask;
}

/* ---- the master: ioctls ---- */

static long master_set_packets(struct pty *p, uaddr_t arg)
{
	int on;

	if (user_read(&on, arg))
		return -EFAULT;
	spin_lock(&p->tty.lock);
	store_relaxed(&p->has_packets, on != 0);
	store_relaxed(&p->packet_status, 0);
	spin_unlock(&p->tty.lock);
	return 0;
}

static long master_set_lock(struct pty *p, uaddr_t arg)
{
	int on;

	if (user_read(&on, arg))
		return -EFAULT;
	store_relaxed(&p->is_locked, on != 0);
	return 0;
}

static long master_signal(struct pty *p, uint64_t sig)
{
	if (sig != SIGINT && sig != SIGQUIT && sig != SIGTSTP)
		return -EINVAL;
	tty_signal_foreground(&p->tty, (int)sig);
	return 0;
}

/* The slave's name: in the devpts that the master was opened in, else under /dev/pts. */
static int peer_path(struct pty *p, struct file *master, struct path *out)
{
	char text[32];

	if (master->path.mnt && master->path.mnt->super == p->node->super) {
		out->mnt = master->path.mnt;
		out->dentry = p->node;
		path_get(out);
		return 0;
	}
	scnprintf(text, sizeof text, "/dev/pts/%u", p->index);
	return path_lookup(AT_FDCWD, text, 0, out);
}

static long master_open_peer(struct pty *p, struct file *master, uint32_t flags)
{
	struct path path;
	struct file *f;
	int err = peer_path(p, master, &path);

	if (err)
		return err;
	if (path.dentry != p->node)
		err = -EIO;
	else if (flags & O_PATH)
		err = file_open_path(&path, flags, &f);
	else
		err = file_alloc(NULL, &path, NULL, flags, &f);
	path_put(&path);
	if (err)
		return err;
	if (!(flags & O_PATH))                  /* else it only names the slave */
		err = tty_open_file(&p->tty, f, flags & O_NOCTTY);
	if (err) {
		file_put(f);
		return err;
	}
	return fd_add(f, flags & O_CLOEXEC);
}

static long master_flush(struct pty *p, uint64_t which)
{
	if (which != TCIFLUSH && which != TCOFLUSH && which != TCIOFLUSH)
		return -EINVAL;
	if (which != TCOFLUSH)
		tty_flush_output(&p->tty);             /* what the slave has sent is the master's input */
	if (which != TCIFLUSH)
		tty_flush_input(&p->tty);
	return 0;
}

static long master_tell(int value, uint64_t arg) { return user_write(UADDR(arg), &value); }

static long master_ioctl_own(struct file *f, unsigned cmd, uint64_t arg)
{
	struct pty *p = f->priv;

	switch (cmd) {
	case TIOCGPTN:
		return master_tell((int)p->index, arg);
	case TIOCSPTLCK:
		return master_set_lock(p, UADDR(arg));
	case TIOCGPTLCK:
		return master_tell(load_relaxed(&p->is_locked), arg);
	case TIOCPKT:
		return master_set_packets(p, UADDR(arg));
	case TIOCGPKT:
		return master_tell(load_relaxed(&p->has_packets), arg);
	case TIOCSIG:
		return master_signal(p, arg);
	case TIOCGPTPEER:
		return master_open_peer(p, f, (uint32_t)arg);
	case FIONREAD:
		return master_tell((int)ring_count(&p->out), arg);
	case TIOCOUTQ:
		return master_tell(0, arg);
	case TCFLSH:
		return master_flush(p, arg);
	case TIOCGWINSZ:
	case TIOCSWINSZ:
		return tty_ioctl_window(&p->tty, cmd, UADDR(arg));
	default:
		return -ENOIOCTLCMD;
	}
}

static long master_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	struct pty *p = f->priv;
	long ret = master_ioctl_own(f, cmd, arg);

	if (ret == -ENOIOCTLCMD)
		ret = tty_ioctl_mode(&p->tty, cmd, UADDR(arg));
	if (ret == -ENOIOCTLCMD)
		ret = tty_ioctl_job(&p->tty, f, cmd, UADDR(arg), true);
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}

/* ---- birth and death ---- */

static void master_release(struct file *f)
{
	struct pty *p = f->priv;
	struct dentry *node;

	if (!p)
		return;
	store_release(&p->is_master_open, false);      /* pairs with pty_open() */
	node = p->node;
	store_relaxed(&p->node, (struct dentry *)NULL);
	devpts_remove(node);
	tty_hangup(&p->tty, false);
	tty_put(&p->tty);
}

static const struct file_ops master_ops = {
	.read = master_read,
	.write = master_write,
	.poll = master_poll,
	.ioctl = master_ioctl,
	.release = master_release,
	.sends_sigio = true,
};

static int pty_alloc(struct pty **out)
{
	struct pty *p = kzalloc(sizeof *p);
	int err;

	if (!p)
		return -ENOMEM;
	p->out.buf = kmalloc(OUT_SIZE, 0);
	p->out.size = OUT_SIZE;
	err = p->out.buf ? tty_setup(&p->tty, &pty_driver, p, 0) : -ENOMEM;
	if (err) {
		kfree(p->out.buf);
		kfree(p);
		return err;
	}
	mutex_init(&p->read_lock, RANK_TTY_READ);
	waitq_init(&p->master_wait);
	pollable_init(&p->master_pollable);
	p->is_master_open = p->is_locked = true;
	*out = p;
	return 0;
}

static int ptmx_open(struct inode *i, struct file *f)
{
	struct dentry *node;
	struct pty *p;
	int err = pty_alloc(&p);

	if (err)
		return err;
	err = table_enter(p);
	if (err)
		goto free;
	p->tty.dev = DEV_MAKE(MAJOR_PTS, p->index);
	scnprintf(p->tty.name, sizeof p->tty.name, "pts/%u", p->index);
	err = devpts_add(p->index, &node);
	if (err)
		goto leave;
	store_relaxed(&p->node, node);
	f->priv = p;
	file_set_ops(f, &master_ops);
	return 0;
leave:
	table_leave(p);
free:
	tty_teardown(&p->tty);
	kfree(p->out.buf);
	kfree(p);
	return err;
}

static const struct file_ops ptmx_node_ops = { .open = ptmx_open };

void pty_init(void)
{
	bug_on(chrdev_register(MAJOR_TTY_AUX, 2, 1, &ptmx_node_ops, "/dev/ptmx"));
	tty_device_node("ptmx", 0666, DEV_MAKE(MAJOR_TTY_AUX, 2));
}
