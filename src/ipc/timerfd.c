/*
 * timerfd.c - a timer whose expiries are read from a file, timerfd_create(2).
 *
 * The alarm's function counts one expiry. A periodic timer is armed again by who reads: the periods
 * that passed by are counted then.
 *   I1  ticks, is_expired, interval and the setting change under lock; readers sleep while ticks == 0
 *   I2  the alarm is armed under lock, and cancelled without it (its function takes it)
 *   I3  is_watching: set_waiter stands on clock_set_waitq, to tell readers when the clock is set
 *       (TFD_TIMER_CANCEL_ON_SET); `changes` is the count of settings that they know of
 * Lock order: settings_lock; lock, clock_set_waitq.lock, timer queues. No wake-up is given under lock.
 * Owned by its file.   Context: task, may sleep; the alarm and the setter of the clock in any.
 */
#include <ipc/timerfd.h>
#include <arch/usercopy.h>
#include <lib/printf.h>
#include <mm/slab.h>
#include <sync/mutex.h>
#include <task/cred.h>
#include <time/alarm.h>
#include <time/clock.h>
#include <linux/time.h>
#include <linux/timerfd.h>
#include "ipc_priv.h"

struct timerfd {
	struct mutex settings_lock;             /* one setting at a time */
	struct irq_spinlock lock;
	uint64_t ticks;                         /* lock; peeked by poll */
	uint64_t interval_ns;                   /* lock */
	bool is_expired;                        /* the alarm fired and was not armed again; lock */
	int settings;                           /* TFD_TIMER_* of the last setting; lock */
	int clock_id;                           /* const */
	enum alarm_clock clock;                 /* const: of clock_id */
	enum alarm_clock base;                  /* of the present setting; lock */
	atomic_bool is_watching;                /* I3; settings_lock to write */
	atomic_uint changes;                    /* lock to write */
	struct waiter set_waiter;
	struct alarm alarm;
	struct pollable pollable;
};
static struct slab_cache *timerfd_cache __ro_after_init;
static const struct file_ops timerfd_ops;

/* ---- expiry ---- */

static void alarm_fired(struct alarm *a)
{
	struct timerfd *t = container_of(a, struct timerfd, alarm);
	irqflags_t f = irq_spin_lock(&t->lock);

	store_relaxed(&t->ticks, t->ticks + 1);
	t->is_expired = true;
	irq_spin_unlock(&t->lock, f);
	pollable_notify(&t->pollable, EPOLLIN | EPOLLRDNORM);
}

/* clock_set_waitq.lock held. */
static bool clock_was_set(struct waiter *w, uint32_t events)
{
	struct timerfd *t = container_of(w, struct timerfd, set_waiter);

	(void)events;
	pollable_notify(&t->pollable, EPOLLIN | EPOLLRDNORM);
	return true;
}

/* Count the periods that went by, and go on. lock held. */
static void go_on_locked(struct timerfd *t)
{
	uint64_t at = t->alarm.expires_ns;
	uint64_t n = alarm_forward(&at, alarm_clock_ns(t->base), t->interval_ns);

	store_relaxed(&t->ticks, t->ticks + (n ? n - 1 : 0));   /* the first of them was counted when it fired */
	t->is_expired = false;
	alarm_arm(&t->alarm, t->base, at);
}

/* ---- reading ---- */

static bool was_canceled(const struct timerfd *t)
{
	return load_relaxed(&t->is_watching) && load_relaxed(&t->changes) != clock_realtime_changes();
}

/* Is there something to read: ticks to *out, any number (TFD_IOC_SET_TICKS); or *err = -ECANCELED. */
static bool timerfd_take(struct timerfd *t, uint64_t *out, int *err)
{
	irqflags_t f;

	*err = 0;
	if (!load_relaxed(&t->ticks) && !was_canceled(t))       /* relaxed: the look that counts comes with the lock */
		return false;
	f = irq_spin_lock(&t->lock);
	if (was_canceled(t)) {
		store_relaxed(&t->changes, clock_realtime_changes());
		*err = -ECANCELED;
	} else if (t->ticks && t->is_expired && t->interval_ns) {
		go_on_locked(t);
	}
	*out = t->ticks;
	if (*out || *err) {
		t->is_expired = false;
		store_relaxed(&t->ticks, 0ull);
	}
	irq_spin_unlock(&t->lock, f);
	return *out || *err;
}

static ssize_t timerfd_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct timerfd *t = f->priv;
	int canceled, err;
	uint64_t n;

	if (u->left < sizeof n)
		return -EINVAL;
	if (!timerfd_take(t, &n, &canceled)) {
		if (f->mode & FILE_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(&t->pollable.waitq, timerfd_take(t, &n, &canceled));
		if (err)
			return err;
	}
	pollable_touch_ordered(&t->pollable);
	if (canceled)
		return canceled;
	return uio_copy_to(u, &n, sizeof n) == sizeof n ? (ssize_t)sizeof n : -EFAULT;
}

static uint32_t timerfd_poll(struct file *f, struct poll_table *pt)
{
	struct timerfd *t = f->priv;

	poll_wait(pt, &t->pollable);
	return load_acquire(&t->ticks) || was_canceled(t) ? EPOLLIN : 0;
}

/* ---- setting ---- */

static void get_locked(struct timerfd *t, struct timerfd_setting *out)
{
	uint64_t now, at;

	if (t->is_expired && t->interval_ns)
		go_on_locked(t);
	now = alarm_clock_ns(t->base);
	at = t->alarm.expires_ns;
	out->interval_ns = t->interval_ns;
	out->value_ns = alarm_is_armed(&t->alarm) && at > now ? at - now : 0;
}

/* As TFD_TIMER_CANCEL_ON_SET wants it. settings_lock held. */
static void watch(struct timerfd *t, int flags)
{
	bool wanted = (t->clock_id == CLOCK_REALTIME || t->clock_id == CLOCK_REALTIME_ALARM) &&
		      (flags & TFD_TIMER_ABSTIME) && (flags & TFD_TIMER_CANCEL_ON_SET);

	if (wanted == t->is_watching)
		return;
	if (wanted)
		store_relaxed(&t->changes, clock_realtime_changes());
	store_relaxed(&t->is_watching, wanted);
	if (wanted)
		waitq_add(&clock_set_waitq, &t->set_waiter);
	else
		waitq_remove(&t->set_waiter);
}

/* Stop the alarm; a reader may arm a periodic one meanwhile. Returns with lock held. */
static irqflags_t stop_and_lock(struct timerfd *t)
{
	irqflags_t f;

	for (;;) {
		(void)alarm_cancel(&t->alarm);
		f = irq_spin_lock(&t->lock);
		if (!alarm_is_armed(&t->alarm))
			return f;
		irq_spin_unlock(&t->lock, f);
	}
}

static int set_locked(struct timerfd *t, int flags, const struct timerfd_setting *in)
{
	uint64_t at = in->value_ns, now;

	t->settings = flags & (TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
	t->is_expired = false;
	store_relaxed(&t->ticks, 0ull);
	t->interval_ns = in->interval_ns;
	/* A span of real time is one of monotonic time. */
	t->base = !(flags & TFD_TIMER_ABSTIME) && t->clock == ALARM_REALTIME ? ALARM_MONOTONIC : t->clock;
	if (!at)
		return 0;
	if (!(flags & TFD_TIMER_ABSTIME)) {
		now = alarm_clock_ns(t->base);
		at = at > INT64_MAX - now ? INT64_MAX : now + at;
	}
	alarm_arm(&t->alarm, t->base, at);
	if (!was_canceled(t))
		return 0;
	store_relaxed(&t->changes, clock_realtime_changes());
	return -ECANCELED;
}

static bool is_alarm_clock(int id) { return id == CLOCK_REALTIME_ALARM || id == CLOCK_BOOTTIME_ALARM; }

int timerfd_set(struct file *file, int flags, const struct timerfd_setting *in, struct timerfd_setting *old)
{
	struct timerfd *t = file->priv;
	irqflags_t f;
	int err;

	if (file->ops != &timerfd_ops)
		return -EINVAL;
	if (is_alarm_clock(t->clock_id) && !capable(CAP_WAKE_ALARM))
		return -EPERM;
	mutex_lock(&t->settings_lock);
	watch(t, flags);
	f = irq_spin_lock(&t->lock);
	get_locked(t, old);
	irq_spin_unlock(&t->lock, f);
	f = stop_and_lock(t);
	err = set_locked(t, flags, in);
	irq_spin_unlock(&t->lock, f);
	pollable_touch_ordered(&t->pollable);
	mutex_unlock(&t->settings_lock);
	return err;
}

int timerfd_get(struct file *file, struct timerfd_setting *out)
{
	struct timerfd *t = file->priv;
	irqflags_t f;

	if (file->ops != &timerfd_ops)
		return -EINVAL;
	f = irq_spin_lock(&t->lock);
	get_locked(t, out);
	irq_spin_unlock(&t->lock, f);
	return 0;
}

static long timerfd_ioctl(struct file *file, unsigned cmd, uint64_t arg)
{
	struct timerfd *t = file->priv;
	uint64_t ticks;
	irqflags_t f;
	int err = 0;

	if (cmd != TFD_IOC_SET_TICKS)
		return -ENOTTY;
	if (user_read(&ticks, UADDR(arg)))
		return -EFAULT;
	if (!ticks)
		return -EINVAL;
	f = irq_spin_lock(&t->lock);
	if (was_canceled(t)) {
		store_relaxed(&t->changes, clock_realtime_changes());
		err = -ECANCELED;
	} else {
		store_relaxed(&t->ticks, ticks);
	}
	irq_spin_unlock(&t->lock, f);
	pollable_notify(&t->pollable, EPOLLIN | EPOLLRDNORM);
	return err;
}

static void timerfd_fdinfo(struct file *file, char *buf, size_t size)
{
	struct timerfd *t = file->priv;
	struct timerfd_setting s;
	irqflags_t f = irq_spin_lock(&t->lock);
	uint64_t ticks = t->ticks, now = alarm_clock_ns(t->base), at = t->alarm.expires_ns;
	int settings = t->settings;

	s.interval_ns = t->interval_ns;
	s.value_ns = alarm_is_armed(&t->alarm) && at > now ? at - now : 0;
	irq_spin_unlock(&t->lock, f);
	scnprintf(buf, size, "clockid: %d\nticks: %lu\nsettime flags: 0%o\nit_value: (%llu, %llu)\nit_interval: (%llu, %llu)\n",
		  t->clock_id, ticks, (unsigned)settings, s.value_ns / NSEC_PER_SEC, s.value_ns % NSEC_PER_SEC,
		  s.interval_ns / NSEC_PER_SEC, s.interval_ns % NSEC_PER_SEC);
}

/* ---- birth and death ---- */

static void timerfd_release(struct file *f)
{
	struct timerfd *t = f->priv;

	waitq_remove(&t->set_waiter);
	(void)alarm_cancel(&t->alarm);
	slab_free(timerfd_cache, t);
}

static const struct file_ops timerfd_ops = {
	.read = timerfd_read,
	.poll = timerfd_poll,
	.ioctl = timerfd_ioctl,
	.release = timerfd_release,
	.show_fdinfo = timerfd_fdinfo,
};

int timerfd_create_file(int clock_id, int flags, struct file **out)
{
	enum alarm_clock clock;
	struct timerfd *t;
	int err;

	if (!alarm_clock_of(clock_id, &clock) || clock == ALARM_TAI)
		return -EINVAL;
	if (is_alarm_clock(clock_id) && !capable(CAP_WAKE_ALARM))
		return -EPERM;
	t = slab_alloc(timerfd_cache, ALLOC_ZERO);
	if (!t)
		return -ENOMEM;
	mutex_init(&t->settings_lock, RANK_MUTEX_LEAF);
	irq_spin_init(&t->lock, RANK_TIMERFD);
	t->clock_id = clock_id;
	t->clock = t->base = clock;
	t->set_waiter.wake = clock_was_set;
	alarm_init(&t->alarm, alarm_fired);
	pollable_init(&t->pollable);
	err = anon_file_create("timerfd", &timerfd_ops, t, O_RDWR | (uint32_t)(flags & TFD_NONBLOCK), 0, out);
	if (err) {
		slab_free(timerfd_cache, t);
		return err;
	}
	(*out)->pollable = &t->pollable;
	(*out)->mode |= FILE_SEEK_NOOP;
	return 0;
}

void timerfd_init(void)
{
	timerfd_cache = slab_cache_create("timerfd", sizeof(struct timerfd), 0);
}
