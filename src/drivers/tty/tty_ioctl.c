/*
 * tty_ioctl.c - ioctl_tty(2): modes, window size, queues, breaks.
 *
 * Modes are changed under t->mutex; reading them takes it, too, so that a struct is seen whole.
 * Context: task, may sleep. No tty lock is held across copies from and to user memory.
 */
#include "tty_priv.h"
#include <lib/string.h>
#include <task/cred.h>
#include <task/signal.h>
#include <linux/capability.h>
#include <linux/serial.h>
#include <linux/tty.h>

/* ---- speeds ---- */

static const unsigned speeds_low[] = { 0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400 };
static const unsigned speeds_high[] = { 57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000,
					2000000, 2500000, 3000000, 3500000, 4000000 };

unsigned tty_speed_from_cflag(const struct ktermios *tio)
{
	unsigned code = tio->c_cflag & CBAUD;

	if (code == BOTHER)
		return tio->c_ospeed;
	if (code & CBAUDEX)
		return (code & ~CBAUDEX) - 1 < ARRAY_SIZE(speeds_high) ? speeds_high[(code & ~CBAUDEX) - 1] : 0;
	return speeds_low[code];
}

/* ---- modes ---- */

static struct ktermios modes_read(struct tty *t)
{
	struct ktermios tio;

	mutex_lock(&t->mutex);
	tio = t->ldisc.tio;
	mutex_unlock(&t->mutex);
	return tio;
}

enum set_when { SET_NOW, SET_DRAINED, SET_FLUSHED };

static long modes_write(struct tty *t, struct ktermios *tio, enum set_when when)
{
	int err = tty_check_background(t, SIGTTOU);

	if (err)
		return err;
	tio->c_ospeed = tty_speed_from_cflag(tio);
	if (!((tio->c_cflag >> IBSHIFT) & CBAUD))
		tio->c_ispeed = tio->c_ospeed;
	if (when == SET_FLUSHED)
		tty_flush_input(t);
	if (when != SET_NOW) {
		err = tty_drain(t);
		if (err)
			return err;
	}
	mutex_lock(&t->mutex);
	tty_set_modes(t, tio);
	mutex_unlock(&t->mutex);
	return 0;
}

static long get_termios(struct tty *t, uaddr_t arg)
{
	struct ktermios k = modes_read(t);
	struct termios out = { k.c_iflag, k.c_oflag, k.c_cflag, k.c_lflag, k.c_line, { 0 } };

	memcpy(out.c_cc, k.c_cc, sizeof out.c_cc);
	return user_write(arg, &out);
}

static long set_termios(struct tty *t, uaddr_t arg, enum set_when when)
{
	struct ktermios k = modes_read(t);
	struct termios in;

	if (user_read(&in, arg))
		return -EFAULT;
	k.c_iflag = in.c_iflag;
	k.c_oflag = in.c_oflag;
	k.c_cflag = in.c_cflag;
	k.c_lflag = in.c_lflag;
	k.c_line = in.c_line;
	memcpy(k.c_cc, in.c_cc, sizeof k.c_cc);
	return modes_write(t, &k, when);
}

static_assert(sizeof(struct termios2) == sizeof(struct ktermios), "TCGETS2 copies the kernel's own");

static long set_termios2(struct tty *t, uaddr_t arg, enum set_when when)
{
	struct ktermios k;

	if (user_read(&k, arg))
		return -EFAULT;
	return modes_write(t, &k, when);
}

static long get_termio(struct tty *t, uaddr_t arg)
{
	struct ktermios k = modes_read(t);
	struct termio out = { (uint16_t)k.c_iflag, (uint16_t)k.c_oflag, (uint16_t)k.c_cflag, (uint16_t)k.c_lflag, k.c_line, { 0 } };

	memcpy(out.c_cc, k.c_cc, sizeof out.c_cc);
	return user_write(arg, &out);
}

/* The old struct has the lower halves only. */
static long set_termio(struct tty *t, uaddr_t arg, enum set_when when)
{
	struct ktermios k = modes_read(t);
	struct termio in;

	if (user_read(&in, arg))
		return -EFAULT;
	k.c_iflag = (k.c_iflag & 0xffff0000u) | in.c_iflag;
	k.c_oflag = (k.c_oflag & 0xffff0000u) | in.c_oflag;
	k.c_cflag = (k.c_cflag & 0xffff0000u) | in.c_cflag;
	k.c_lflag = (k.c_lflag & 0xffff0000u) | in.c_lflag;
	k.c_line = in.c_line;
	memcpy(k.c_cc, in.c_cc, sizeof in.c_cc);
	return modes_write(t, &k, when);
}

static long get_locked_modes(uaddr_t arg)
{
	struct termios none = { 0 };

	return user_write(arg, &none);
}

static long soft_carrier(struct tty *t, unsigned cmd, uaddr_t arg)
{
	struct ktermios k = modes_read(t);
	int on = !!(k.c_cflag & CLOCAL);

	if (cmd == TIOCGSOFTCAR)
		return user_write(arg, &on);
	if (user_read(&on, arg))
		return -EFAULT;
	k.c_cflag = on ? k.c_cflag | CLOCAL : k.c_cflag & ~(tcflag_t)CLOCAL;
	return modes_write(t, &k, SET_NOW);
}

long tty_ioctl_mode(struct tty *t, unsigned cmd, uaddr_t arg)
{
	struct ktermios k;

	switch (cmd) {
	case TCGETS:
		return get_termios(t, arg);
	case TCSETS:
		return set_termios(t, arg, SET_NOW);
	case TCSETSW:
		return set_termios(t, arg, SET_DRAINED);
	case TCSETSF:
		return set_termios(t, arg, SET_FLUSHED);
	case TCGETS2:
		k = modes_read(t);
		return user_write(arg, &k);
	case TCSETS2:
		return set_termios2(t, arg, SET_NOW);
	case TCSETSW2:
		return set_termios2(t, arg, SET_DRAINED);
	case TCSETSF2:
		return set_termios2(t, arg, SET_FLUSHED);
	case TCGETA:
		return get_termio(t, arg);
	case TCSETA:
		return set_termio(t, arg, SET_NOW);
	case TCSETAW:
		return set_termio(t, arg, SET_DRAINED);
	case TCSETAF:
		return set_termio(t, arg, SET_FLUSHED);
	case TIOCGLCKTRMIOS:
		return get_locked_modes(arg);
	case TIOCGSOFTCAR:
	case TIOCSSOFTCAR:
		return soft_carrier(t, cmd, arg);
	default:
		return -ENOIOCTLCMD;
	}
}

/* ---- window ---- */

long tty_ioctl_window(struct tty *t, unsigned cmd, uaddr_t arg)
{
	struct winsize w;
	bool changed;

	if (cmd == TIOCGWINSZ) {
		mutex_lock(&t->mutex);
		w = t->winsize;
		mutex_unlock(&t->mutex);
		return user_write(arg, &w);
	}
	if (user_read(&w, arg))
		return -EFAULT;
	mutex_lock(&t->mutex);
	changed = memcmp(&w, &t->winsize, sizeof w);
	t->winsize = w;
	mutex_unlock(&t->mutex);
	if (changed)
		tty_signal_foreground(t, SIGWINCH);
	return 0;
}

/* ---- queues and flow ---- */

static long flush_queues(struct tty *t, uint64_t which)
{
	if (which != TCIFLUSH && which != TCOFLUSH && which != TCIOFLUSH)
		return -EINVAL;
	if (which != TCOFLUSH)
		tty_flush_input(t);
	if (which != TCIFLUSH)
		tty_flush_output(t);
	return 0;
}

static long flow_control(struct tty *t, uint64_t how)
{
	uint8_t c;

	switch (how) {
	case TCOOFF:
	case TCOON:
		tty_set_stopped(t, how == TCOOFF);
		return 0;
	case TCIOFF:
	case TCION:
		c = t->ldisc.tio.c_cc[how == TCIOFF ? VSTOP : VSTART];
		spin_lock(&t->lock);
		if (c && t->driver->send_now)
			t->driver->send_now(t, c);
		spin_unlock(&t->lock);
		return 0;
	default:
		return -EINVAL;
	}
}

static long tell_queue(struct tty *t, bool output, uaddr_t arg)
{
	int n;

	if (output) {
		n = (int)t->driver->pending(t);
		return user_write(arg, &n);
	}
	tty_process_input(t);
	spin_lock(&t->lock);
	n = (int)ldisc_count(&t->ldisc);
	if (!(t->ldisc.tio.c_lflag & ICANON) && t->rx.size)
		n += (int)ring_count(&t->rx);
	spin_unlock(&t->lock);
	return user_write(arg, &n);
}

/* ---- the rest ---- */

/* As if c had been typed. */
static long simulate_input(struct tty *t, uaddr_t arg)
{
	uint8_t c;

	if (!capable(CAP_SYS_ADMIN))                   /* Linux without LEGACY_TIOCSTI */
		return -EIO;
	if (user_read(&c, arg))
		return -EFAULT;
	tty_receive(t, &c, 1);
	return 0;
}

static long discipline(struct tty *t, unsigned cmd, uaddr_t arg)
{
	int n = N_TTY;

	if (cmd == TIOCGETD)
		return user_write(arg, &n);
	if (user_read(&n, arg))
		return -EFAULT;
	return n == N_TTY ? 0 : -EINVAL;
}

static long exclusive(struct tty *t, unsigned cmd, uaddr_t arg)
{
	int on;

	mutex_lock(&t->mutex);
	if (cmd != TIOCGEXCL)
		t->is_exclusive = cmd == TIOCEXCL;
	on = t->is_exclusive;
	mutex_unlock(&t->mutex);
	return cmd == TIOCGEXCL ? user_write(arg, &on) : 0;
}

static long tell_device(struct tty *t, uaddr_t arg)
{
	unsigned dev = (unsigned)dev_encode(t->dev);

	return user_write(arg, &dev);
}

/* Changes by a background group are subject to job control, as Linux has it. */
static bool needs_foreground(unsigned cmd)
{
	return cmd == TIOCSETD || cmd == TIOCSBRK || cmd == TIOCCBRK || cmd == TCSBRK || cmd == TCSBRKP || cmd == TCXONC || cmd == TCFLSH;
}

static long ioctl_queue(struct tty *t, unsigned cmd, uint64_t arg)
{
	switch (cmd) {
	case TCFLSH:
		return flush_queues(t, arg);
	case TCXONC:
		return flow_control(t, arg);
	case TIOCINQ:
		return tell_queue(t, false, UADDR(arg));
	case TIOCOUTQ:
		return tell_queue(t, true, UADDR(arg));
	case TCSBRK:                                   /* non-zero: tcdrain() */
	case TCSBRKP:
	case TIOCSBRK:
	case TIOCCBRK:
		if (cmd == TCSBRK || cmd == TCSBRKP) {
			long err = tty_drain(t);

			if (err || (cmd == TCSBRK && arg))
				return err;
		}
		return t->driver->ioctl ? t->driver->ioctl(t, cmd, arg) : 0;
	case TIOCSTI:
		return simulate_input(t, UADDR(arg));
	default:
		return -ENOIOCTLCMD;
	}
}

static long ioctl_misc(struct tty *t, unsigned cmd, uaddr_t arg)
{
	switch (cmd) {
	case TIOCGWINSZ:
	case TIOCSWINSZ:
		return tty_ioctl_window(t, cmd, arg);
	case TIOCGETD:
	case TIOCSETD:
		return discipline(t, cmd, arg);
	case TIOCEXCL:
	case TIOCNXCL:
	case TIOCGEXCL:
		return exclusive(t, cmd, arg);
	case TIOCGDEV:
		return tell_device(t, arg);
	default:
		return -ENOIOCTLCMD;
	}
}

long tty_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	struct tty *t = f->priv;
	long ret;

	if (tty_file_is_dead(t, f))
		return cmd == TIOCSPGRP ? -ENOTTY : -EIO;
	if (needs_foreground(cmd)) {
		ret = tty_check_background(t, SIGTTOU);
		if (ret)
			return ret;
	}
	ret = tty_ioctl_mode(t, cmd, UADDR(arg));
	if (ret == -ENOIOCTLCMD)
		ret = tty_ioctl_job(t, f, cmd, UADDR(arg), false);
	if (ret == -ENOIOCTLCMD)
		ret = ioctl_queue(t, cmd, arg);
	if (ret == -ENOIOCTLCMD)
		ret = ioctl_misc(t, cmd, UADDR(arg));
	if (ret == -ENOIOCTLCMD && t->driver->ioctl)
		ret = t->driver->ioctl(t, cmd, arg);
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}
