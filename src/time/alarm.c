/*
 * alarm.c - expiries on clocks that may be set.
 *
 * An alarm is a timer at its point's place on the monotonic scale. A floating one (on real or TAI
 * time) waits on clock_set_waitq as well: setting the clock moves its timer.
 *   I1  is_armed is turned off by exactly one: the timer's function, which then calls fn, or cancel
 *   I2  a floating alarm's timer is moved under clock_set_waitq.lock only; the offset read there is
 *       the newest, or its setter is still to come to the queue
 * A timer that fires before the point (the clock was set back meanwhile) arms itself again.
 * Lock: clock_set_waitq.lock (RANK_CLOCK_SET), then a timer queue.   Context: any but NMI.
 */
#include <time/alarm.h>
#include <time/clock.h>
#include <linux/time.h>

bool alarm_clock_of(int clock_id, enum alarm_clock *out)
{
	switch (clock_id) {
	case CLOCK_MONOTONIC:
		*out = ALARM_MONOTONIC;
		return true;
	case CLOCK_BOOTTIME:
	case CLOCK_BOOTTIME_ALARM:
		*out = ALARM_BOOTTIME;
		return true;
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_ALARM:
		*out = ALARM_REALTIME;
		return true;
	case CLOCK_TAI:
		*out = ALARM_TAI;
		return true;
	default:
		return false;
	}
}

uint64_t alarm_clock_ns(enum alarm_clock c)
{
	switch (c) {
	case ALARM_REALTIME: return clock_realtime_ns();
	case ALARM_TAI: return clock_tai_ns();
	case ALARM_BOOTTIME: return clock_boottime_ns();
	default: return clock_monotonic_ns();
	}
}

/* Where the alarm's point lies on the monotonic scale now. */
static uint64_t monotonic_point(const struct alarm *a)
{
	uint64_t now = clock_monotonic_ns(), there = alarm_clock_ns(a->clock);

	if (a->expires_ns <= there)
		return now;
	return a->expires_ns - there > ~0ull - now ? ~0ull - 1 : now + (a->expires_ns - there);
}

static void timer_fired(struct timer *t)
{
	struct alarm *a = container_of(t, struct alarm, timer);

	if (!load_acquire(&a->is_armed))
		return;
	if (a->is_floating && alarm_clock_ns(a->clock) < a->expires_ns) {
		irqflags_t f = irq_spin_lock(&clock_set_waitq.lock);

		timer_arm(t, monotonic_point(a));       /* I2 */
		irq_spin_unlock(&clock_set_waitq.lock, f);
		return;
	}
	if (exchange_acq_rel(&a->is_armed, false))      /* I1 */
		a->fn(a);
}

/* The clock was set; clock_set_waitq.lock held. */
static bool clock_was_set(struct waiter *w, uint32_t events)
{
	struct alarm *a = container_of(w, struct alarm, set_waiter);

	(void)events;
	if (load_acquire(&a->is_armed))
		timer_arm(&a->timer, monotonic_point(a));
	return true;
}

void alarm_init(struct alarm *a, void (*fn)(struct alarm *a))
{
	*a = (struct alarm){ .fn = fn };
	timer_init(&a->timer, timer_fired);
	a->set_waiter.wake = clock_was_set;
}

void alarm_arm(struct alarm *a, enum alarm_clock clock, uint64_t expires_ns)
{
	irqflags_t f;

	waitq_remove(&a->set_waiter);           /* one that fired still stands there */
	a->clock = clock;
	a->expires_ns = expires_ns;
	a->is_floating = clock == ALARM_REALTIME || clock == ALARM_TAI;
	store_release(&a->is_armed, true);      /* pairs with timer_fired() */
	if (likely(!a->is_floating)) {
		timer_arm(&a->timer, monotonic_point(a));
		return;
	}
	waitq_add(&clock_set_waitq, &a->set_waiter);
	f = irq_spin_lock(&clock_set_waitq.lock);
	/* A setter may have moved it, and it may even have fired: then it is over. */
	if (load_acquire(&a->is_armed))
		timer_arm(&a->timer, monotonic_point(a));
	irq_spin_unlock(&clock_set_waitq.lock, f);
}

bool alarm_cancel(struct alarm *a)
{
	bool was_armed;

	waitq_remove(&a->set_waiter);
	was_armed = exchange_acq_rel(&a->is_armed, false);
	(void)timer_cancel(&a->timer);
	return was_armed;
}

uint64_t alarm_forward(uint64_t *point_ns, uint64_t now_ns, uint64_t interval_ns)
{
	uint64_t n;

	if (*point_ns > now_ns)
		return 0;
	n = (now_ns - *point_ns) / interval_ns + 1;
	*point_ns += n * interval_ns;
	return n;
}
