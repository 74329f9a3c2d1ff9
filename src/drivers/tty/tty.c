/*
 * tty.c - terminals: open, read, write, poll; the way of bytes between device, discipline and files.
 *
 * Input: the driver puts bytes in t->rx (interrupt) or calls tty_receive() (pty). In raw mode readers pull
 * rx through the discipline themselves; else the port's thread does, for echo and signal keys must
 * work without a reader. Signals that keys cause are collected in t->signals under t->lock and sent
 * after its release, as sending takes tasklist_lock.
 * Output: writers process bytes under t->lock straight into the device's buffer.
 *   I1  has_input is what ldisc_has_input() said when t->lock was last released
 *   I2  a file whose number of hangups is not the tty's is dead: reads end, writes fail; not so /dev/console's
 * Lock order: mutex, read_lock, write_lock, tasklist_lock, t->lock, device's lock, waitq.
 * Context: task, may sleep; tty_wake_writers() and tty_input_arrived() anywhere but NMI.
 * Tests: tests/unit/drivers/ldisc.c, tests/busybox/cases/job.
 */
#include "tty_priv.h"
#include <sched/sched.h>
#include <task/cred.h>
#include <task/signal.h>
#include <time/clock.h>
#include <trace/klog.h>
#include <linux/capability.h>

#define OUT_CHUNK 512u
#define POLL_WRITE_ROOM 256u                    /* Linux's WAKEUP_CHARS: a writer is told of at least so much */
#define MIN_ROOM 8u                             /* a tab may take so much */
#define VTIME_UNIT_NS 100000000ull

static struct list ttys = LIST_INIT(ttys);      /* const after bring-up */

/* ---- birth and death ---- */

static struct tty *ldisc_tty(struct ldisc *l) { return container_of(l, struct tty, ldisc); }

static void on_echo(struct ldisc *l, const uint8_t *s, size_t n) { ldisc_tty(l)->driver->write(ldisc_tty(l), s, n); }
static void on_signal(struct ldisc *l, int sig) { ldisc_tty(l)->signals |= 1u << sig; }
static void on_flush(struct ldisc *l) { ldisc_tty(l)->driver->flush(ldisc_tty(l)); }
static void on_flow(struct ldisc *l, bool stop)
{
	struct tty *t = ldisc_tty(l);

	if (t->driver->flow)
		t->driver->flow(t, stop);
}
static const struct ldisc_ops tty_ldisc_ops = { on_echo, on_signal, on_flow, on_flush };

int tty_setup(struct tty *t, const struct tty_driver *d, void *device, dev_num_t dev)
{
	uint8_t *buf = kmalloc(LDISC_SIZE, 0);

	if (!buf)
		return -ENOMEM;
	refcount_set(&t->refs, 1);
	t->driver = d;
	t->device = device;
	t->dev = dev;
	mutex_init(&t->mutex, RANK_TTY);
	mutex_init(&t->read_lock, RANK_TTY_READ);
	mutex_init(&t->write_lock, RANK_TTY_WRITE);
	spin_init(&t->lock, RANK_TTY_LDISC);
	ldisc_init(&t->ldisc, &tty_ldisc_ops, buf);
	waitq_init(&t->read_wait);
	waitq_init(&t->write_wait);
	waitq_init(&t->input_wait);
	pollable_init(&t->pollable);
	list_init(&t->node);
	return 0;
}

void tty_teardown(struct tty *t)
{
	kfree(t->ldisc.buf);
	kfree(t->rx.buf);
}

void tty_register(struct tty *t) { list_append(&ttys, &t->node); }

void tty_get(struct tty *t) { refcount_get(&t->refs); }

void tty_put(struct tty *t)
{
	if (refcount_put(&t->refs))
		t->driver->free(t);
}

dev_num_t tty_dev(const struct tty *t) { return t->dev; }

static struct tty *tty_find(dev_num_t dev)
{
	struct tty *t;

	list_for_each(t, &ttys, node) {
		if (t->dev == dev) {
			tty_get(t);
			return t;
		}
	}
	return NULL;
}

/* ---- wake-ups ---- */

static void wake_readers(struct tty *t)
{
	waitq_wake_all(&t->read_wait);
	pollable_notify_ordered(&t->pollable, EPOLLIN | EPOLLRDNORM);
}

void tty_wake_writers(struct tty *t)
{
	waitq_wake_all(&t->write_wait);
	pollable_notify_ordered(&t->pollable, EPOLLOUT | EPOLLWRNORM);
}

void tty_input_arrived(struct tty *t)
{
	if (load_relaxed(&t->is_raw) && !load_relaxed(&t->breaks))     /* relaxed: tty_set_modes() looks at rx itself */
		wake_readers(t);
	else
		waitq_wake_one(&t->input_wait);
}

/* ---- input ---- */

/* The smallest amount that makes a reader, or poll(2), ready. t->lock held, or as a hint. */
static unsigned poll_amount(const struct tty *t)
{
	const uint8_t *cc = t->ldisc.tio.c_cc;

	return !cc[VTIME] && cc[VMIN] ? cc[VMIN] : 1;
}

/* A piece of rx; whether there is more for the discipline to take. */
static bool input_process_locked(struct tty *t)
{
	uint32_t n, took;
	const uint8_t *s;

	while (unlikely(load_relaxed(&t->breaks))) {
		fetch_sub_relaxed(&t->breaks, 1);
		ldisc_receive_break(&t->ldisc);
	}
	do {
		s = ring_peek(&t->rx, &n);
		took = n ? (uint32_t)ldisc_receive(&t->ldisc, s, n) : 0;
		ring_drop(&t->rx, took);
	} while (took && took == n);            /* else it is full, or has done enough; rx may have wrapped around */
	if (t->driver->input_drained)
		t->driver->input_drained(t);
	store_relaxed(&t->has_input, ldisc_has_input(&t->ldisc, 1));
	return took && ring_count(&t->rx) && ldisc_room(&t->ldisc);
}

/* The lock is let go between pieces. What others add meanwhile they process themselves. */
void tty_process_input(struct tty *t)
{
	uint32_t pieces = t->rx.size ? ring_count(&t->rx) : 0;
	bool more;

	if (!t->rx.size || (!pieces && !load_relaxed(&t->breaks)))
		return;
	do {
		spin_lock(&t->lock);
		more = input_process_locked(t);
		spin_unlock(&t->lock);
	} while (unlikely(more) && pieces-- && !signal_is_fatal_pending());
	if (more || ldisc_has_input(&t->ldisc, 1))
		wake_readers(t);
	tty_send_signals(t);
}

/* Room for what the discipline does not take at once; made when first needed. */
static bool rx_reserve(struct tty *t)
{
	if (!t->rx.size) {
		t->rx.buf = kmalloc(PTY_RX_SIZE, 0);
		t->rx.size = t->rx.buf ? PTY_RX_SIZE : 0;
	}
	return t->rx.size;
}

size_t tty_receive(struct tty *t, const uint8_t *s, size_t n)
{
	size_t took = 0;
	bool more;

	spin_lock(&t->lock);
	if (!t->rx.size || !ring_count(&t->rx))
		took = ldisc_receive(&t->ldisc, s, n);
	if (took < n && rx_reserve(t))
		took += ring_put(&t->rx, s + took, (uint32_t)(n - took));
	more = input_process_locked(t);
	spin_unlock(&t->lock);
	if (unlikely(more))
		tty_process_input(t);
	if (load_relaxed(&t->has_input))
		wake_readers(t);
	tty_send_signals(t);
	return took;
}

void tty_input_loop(void *arg)
{
	struct tty *t = arg;

	for (;;) {
		wait_event(&t->input_wait, (ring_count(&t->rx) && !load_relaxed(&t->is_raw) && ldisc_room(&t->ldisc)) ||
			   load_relaxed(&t->breaks));
		tty_process_input(t);
	}
}

void tty_send_signals(struct tty *t)
{
	uint32_t signals;

	if (likely(!load_relaxed(&t->signals)))        /* relaxed: our own, or whoever set them sends them */
		return;
	spin_lock(&t->lock);
	signals = t->signals;
	t->signals = 0;
	spin_unlock(&t->lock);
	for (int sig = 1; signals >> sig; sig++)
		if (signals >> sig & 1)
			tty_signal_foreground(t, sig);
	tty_wake_writers(t);                           /* output was flushed, or resumed */
}

void tty_flush_input(struct tty *t)
{
	spin_lock(&t->lock);
	if (t->rx.size)
		ring_clear(&t->rx);
	ldisc_flush_input(&t->ldisc);
	store_relaxed(&t->has_input, false);
	if (t->driver->input_drained)
		t->driver->input_drained(t);
	if (t->driver->event)
		t->driver->event(t, TIOCPKT_FLUSHREAD);
	spin_unlock(&t->lock);
}

/* ---- read ---- */

static bool is_readable(struct tty *t) { return load_relaxed(&t->has_input) || (t->rx.size && ring_count(&t->rx)); }

/* Wait for input. 0: look again; 1: the time is up or the line is dead; -EAGAIN, -ERESTARTSYS. */
static int read_sleep(struct tty *t, struct file *f, uint64_t deadline_ns)
{
	int err;

	if (tty_file_is_dead(t, f) || !deadline_ns)
		return 1;
	if (f->mode & FILE_NONBLOCK)
		return -EAGAIN;
	err = wait_event_deadline(&t->read_wait, is_readable(t) || tty_file_is_dead(t, f), deadline_ns);
	return err == -ETIMEDOUT ? 1 : err;
}

/* Take up to n bytes out of the discipline. */
static size_t read_some(struct tty *t, uint8_t *buf, size_t n, bool *line_done)
{
	spin_lock(&t->lock);
	n = ldisc_has_input(&t->ldisc, 1) ? ldisc_read(&t->ldisc, buf, n, line_done) : 0;
	store_relaxed(&t->has_input, ldisc_has_input(&t->ldisc, 1));
	spin_unlock(&t->lock);
	return n;
}

struct read_mode { bool canonical; unsigned minimum; uint64_t between_ns, deadline_ns; };

static void read_mode_get(struct tty *t, struct read_mode *m)
{
	const struct ktermios *tio = &t->ldisc.tio;
	uint64_t time_ns = tio->c_cc[VTIME] * VTIME_UNIT_NS;

	spin_lock(&t->lock);
	m->canonical = tio->c_lflag & ICANON;
	m->minimum = m->canonical ? 0 : tio->c_cc[VMIN];
	m->between_ns = m->minimum ? time_ns : 0;
	m->deadline_ns = ~0ull;
	if (!m->canonical && !m->minimum) {            /* VTIME counts from the call */
		m->minimum = 1;
		m->deadline_ns = time_ns ? clock_monotonic_ns() + time_ns : 0;
	}
	spin_unlock(&t->lock);
}

/* One read(2): a line, or VMIN bytes or what VTIME allows. read_lock held. */
static ssize_t read_locked(struct tty *t, struct file *f, struct uio *u)
{
	uint8_t buf[OUT_CHUNK];
	struct read_mode m;
	size_t done = 0, n;
	int err = 0;

	read_mode_get(t, &m);
	while (u->left) {
		bool line_done = false;

		tty_process_input(t);
		n = read_some(t, buf, MIN(u->left, sizeof buf), &line_done);
		if (n && uio_copy_to(u, buf, n) != n)
			return done ? (ssize_t)done : -EFAULT;
		done += n;
		if (line_done)
			break;
		if (n) {
			if (m.canonical || is_readable(t))
				continue;
			if (done >= m.minimum)
				break;
			if (m.between_ns)
				m.deadline_ns = clock_monotonic_ns() + m.between_ns;
		}
		if (m.canonical && done)
			break;
		err = read_sleep(t, f, m.deadline_ns);
		if (err)
			break;
	}
	tty_process_input(t);                          /* room was made: the producer may go on */
	return done ? (ssize_t)done : err < 0 ? err : 0;
}

static ssize_t tty_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct tty *t = f->priv;
	ssize_t n;
	int err;

	if (tty_file_is_dead(t, f))
		return 0;
	err = tty_check_background(t, SIGTTIN);
	if (err)
		return err;
	if (f->mode & FILE_NONBLOCK) {
		if (!mutex_trylock(&t->read_lock))
			return -EAGAIN;
	} else if (mutex_lock_interruptible(&t->read_lock)) {
		return -ERESTARTSYS;
	}
	n = read_locked(t, f, u);
	mutex_unlock(&t->read_lock);
	return n;
}

/* ---- write ---- */

/* Process up to n bytes into the device. How many were used. */
static size_t output_some(struct tty *t, const uint8_t *s, size_t n)
{
	uint8_t out[OUT_CHUNK];
	size_t used, made;

	spin_lock(&t->lock);
	if (!(t->ldisc.tio.c_oflag & OPOST)) {
		used = t->driver->write(t, s, n);
	} else {
		used = ldisc_output(&t->ldisc, s, n, out, MIN(sizeof out, t->driver->room(t)), &made);
		t->driver->write(t, out, made);
	}
	spin_unlock(&t->lock);
	return used;
}

static int write_sleep(struct tty *t, struct file *f)
{
	if (f->mode & FILE_NONBLOCK)
		return -EAGAIN;
	return wait_event_interruptible(&t->write_wait, t->driver->room(t) >= MIN_ROOM || tty_file_is_dead(t, f));
}

static ssize_t write_locked(struct tty *t, struct file *f, struct uio *u)
{
	uint8_t buf[OUT_CHUNK];
	size_t done = 0;
	int err = 0;

	while (u->left) {
		struct uio before = *u;
		size_t n, used;

		if (tty_file_is_dead(t, f)) {
			err = -EIO;
			break;
		}
		used = MIN(u->left, sizeof buf);
		n = uio_copy_from(u, buf, used);
		if (n < used) {                 /* a piece is written whole or not at all */
			err = -EFAULT;
			break;
		}
		used = output_some(t, buf, n);
		if (used < n) {
			*u = before;
			uio_skip(u, used);
		}
		done += used;
		if (!used) {
			err = write_sleep(t, f);
			if (err)
				break;
		}
	}
	return done ? (ssize_t)done : err;
}

static ssize_t tty_write(struct file *f, struct uio *u, loff_t *pos)
{
	struct tty *t = f->priv;
	ssize_t n;
	int err = 0;

	if (tty_file_is_dead(t, f))
		return -EIO;
	if (t->ldisc.tio.c_lflag & TOSTOP)
		err = tty_check_background(t, SIGTTOU);
	if (err)
		return err;
	if (f->mode & FILE_NONBLOCK) {
		if (!mutex_trylock(&t->write_lock))
			return -EAGAIN;
	} else if (mutex_lock_interruptible(&t->write_lock)) {
		return -ERESTARTSYS;
	}
	n = write_locked(t, f, u);
	mutex_unlock(&t->write_lock);
	return n;
}

int tty_drain(struct tty *t)
{
	/* The last bytes leave the device without an interrupt: look again every few milliseconds. */
	while (t->driver->drained && !t->driver->drained(t)) {
		int err = wait_event_deadline(&t->write_wait, t->driver->drained(t), clock_monotonic_ns() + 2000000u);

		if (err && err != -ETIMEDOUT)
			return err;
	}
	return 0;
}

void tty_flush_output(struct tty *t)
{
	spin_lock(&t->lock);
	t->driver->flush(t);
	spin_unlock(&t->lock);
	tty_wake_writers(t);
}

void tty_set_stopped(struct tty *t, bool stop)
{
	spin_lock(&t->lock);
	if (t->ldisc.stopped != stop) {
		t->ldisc.stopped = stop;
		on_flow(&t->ldisc, stop);
	}
	spin_unlock(&t->lock);
	if (!stop)
		tty_wake_writers(t);
}

void tty_set_modes(struct tty *t, const struct ktermios *tio)
{
	struct ktermios old = t->ldisc.tio;

	spin_lock(&t->lock);
	ldisc_set_termios(&t->ldisc, tio);
	store_relaxed(&t->is_raw, ldisc_is_raw(tio));
	store_relaxed(&t->has_input, ldisc_has_input(&t->ldisc, 1));
	spin_unlock(&t->lock);
	if (t->driver->termios)
		t->driver->termios(t, &old);
	tty_process_input(t);
	wake_readers(t);                               /* VMIN, or what a line is, may have changed */
	tty_wake_writers(t);
}

/* ---- poll ---- */

/* Readers' state changes in too many places to keep a generation: epoll polls anew each time. */
static uint32_t tty_poll(struct file *f, struct poll_table *pt)
{
	struct tty *t = f->priv;
	uint32_t mask = 0;

	poll_wait(pt, &t->pollable);
	if (tty_file_is_dead(t, f))
		return EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLRDNORM | EPOLLWRNORM;
	tty_process_input(t);
	spin_lock(&t->lock);
	if (ldisc_has_input(&t->ldisc, poll_amount(t)))
		mask |= EPOLLIN | EPOLLRDNORM;
	spin_unlock(&t->lock);
	if (t->driver->pending(t) < POLL_WRITE_ROOM && t->driver->room(t) >= MIN_ROOM)
		mask |= EPOLLOUT | EPOLLWRNORM;
	return mask;
}

/* ---- open and close ---- */

int tty_open_file(struct tty *t, struct file *f, bool noctty)
{
	int err = 0;

	mutex_lock(&t->mutex);
	if (t->is_exclusive && !capable(CAP_SYS_ADMIN))
		err = -EBUSY;
	else if (t->driver->open)
		err = t->driver->open(t, t->nr_open == 0);
	if (!err) {
		t->nr_open++;
		tty_get(t);
		f->priv = t;
		f->dir_cursor = load_relaxed(&t->hangups);
		file_set_ops(f, &tty_file_ops);
	}
	mutex_unlock(&t->mutex);
	if (!err && !noctty)
		tty_acquire_on_open(t, f);
	return err;
}

static void tty_release(struct file *f)
{
	struct tty *t = f->priv;

	if (!t)
		return;
	mutex_lock(&t->mutex);
	t->nr_open--;
	if (t->driver->close)
		t->driver->close(t, t->nr_open == 0);
	if (!t->nr_open)
		t->is_exclusive = false;
	mutex_unlock(&t->mutex);
	tty_put(t);
}

const struct file_ops tty_file_ops = {
	.read = tty_read,
	.write = tty_write,
	.poll = tty_poll,
	.ioctl = tty_ioctl,
	.release = tty_release,
	.sends_sigio = true,
};

/* A device node of a port or a pty's slave. */
static int tty_open(struct inode *i, struct file *f)
{
	struct tty *t = DEV_MAJOR(i->rdev) == MAJOR_PTS ? pty_slave_get(DEV_MINOR(i->rdev), f->path.dentry) : tty_find(i->rdev);
	int err;

	if (!t)
		return DEV_MAJOR(i->rdev) == MAJOR_PTS ? -EIO : -ENODEV;
	err = tty_open_file(t, f, f->mode & FILE_NOCTTY);
	tty_put(t);
	return err;
}

static int current_tty_open(struct inode *i, struct file *f)
{
	struct tty *t = tty_of_current();
	int err;

	if (!t)
		return -ENXIO;
	err = tty_open_file(t, f, true);
	tty_put(t);
	return err;
}

/* The console is the first port, or the one that console= names. */
static struct tty *console_tty;

static int console_open(struct inode *i, struct file *f)
{
	int err = console_tty ? tty_open_file(console_tty, f, true) : -ENODEV;

	if (!err)
		f->dir_cursor = TTY_FILE_CONSOLE;
	return err;
}

static const struct file_ops port_node_ops = { .open = tty_open };
static const struct file_ops current_node_ops = { .open = current_tty_open };
static const struct file_ops console_node_ops = { .open = console_open };

void tty_set_console(struct tty *t) { console_tty = t; }

void tty_device_node(const char *name, uint32_t mode, dev_num_t dev)
{
	if (devtmpfs_add(name, S_IFCHR | mode, dev))
		klog(KLOG_ERR, "tty: no memory for /dev/%s\n", name);
}

void tty_init(void)
{
	bug_on(chrdev_register(MAJOR_TTY, 64, 64, &port_node_ops, "ttyS"));
	bug_on(chrdev_register(MAJOR_TTY_AUX, 0, 1, &current_node_ops, "/dev/tty"));
	bug_on(chrdev_register(MAJOR_TTY_AUX, 1, 1, &console_node_ops, "/dev/console"));
	bug_on(chrdev_register(MAJOR_PTS, 0, 1u << 20, &port_node_ops, "pts"));
	tty_device_node("tty", 0666, DEV_MAKE(MAJOR_TTY_AUX, 0));
	tty_device_node("console", 0600, DEV_MAKE(MAJOR_TTY_AUX, 1));
	pty_init();
	devpts_init();
	serial_init();
}
