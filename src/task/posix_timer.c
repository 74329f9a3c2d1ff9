/*
 * posix_timer.c - timers that send signals: timer_create(2) and its kin.
 *
 * A timer waits on an alarm (clocks) or a cpu_timer (CPU time). What fires is in interrupt context
 * or under somebody's lock, so it only posts; ksignald then sends the one queue entry that the
 * timer brought along. A periodic timer is armed again when that signal is taken, not before:
 * periods that went by meanwhile are its overrun.
 *   I1  everything is guarded by process->sig_lock; alarm and cpu_timer are armed and cancelled under it
 *   I2  refs: the process's list, the queued signal, the post, each one. What a timer refers to it lets
 *       go when it leaves the list
 *   I3  seq is odd while the signal of an expiry is on its way: only its taking arms the timer again
 * A timer that was set anew since it fired is known by not being due.
 * Lock order: sig_lock, clock_set_waitq.lock or process->cpu_timers_lock, timer queues.
 * Context: task, does not sleep but for create.
 */
#include <task/posix_timer.h>
#include <task/cpu_clock.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/signal.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <time/alarm.h>
#include <time/tick.h>
#include <linux/time.h>
#include "signal_priv.h"

struct posix_timer {
	struct list node;                       /* process->posix_timers, newest first; empty once deleted */
	refcount_t refs;
	int id, clock_id;
	int notify, sig;
	uint64_t value;
	struct process *process;                /* of the list; valid while in it, and in a post */
	struct task *target;                    /* counted: SIGEV_THREAD_ID; else NULL */
	struct user_account *account;           /* counted: whose RLIMIT_SIGPENDING it uses */
	bool is_deleted;
	bool on_cpu_time;
	bool is_active;                         /* will fire */
	enum alarm_clock base;                  /* the clock of expires_ns, unless on_cpu_time */
	uint64_t expires_ns, interval_ns;
	int64_t overrun, overrun_last;
	unsigned seq;                           /* I3 */
	struct alarm alarm;
	struct cpu_timer cpu;
	struct signal_post post;
	struct queued_signal signal;
};

static void posix_timer_put(struct posix_timer *t)
{
	if (!refcount_put(&t->refs))
		return;
	account_drop_signal(t->account);
	account_put(t->account);
	kfree(t);
}

void posix_timer_signal_put(struct queued_signal *qs) { posix_timer_put(qs->timer); }

/* ---- its clock; sig_lock held ---- */

/* Another process's time cannot be summed under our lock: what it was when it was looked at last. */
static uint64_t now_locked(const struct posix_timer *t)
{
	if (!t->on_cpu_time)
		return alarm_clock_ns(t->base);
	return t->cpu.clock.process == t->process ? cpu_clock_ns_locked(&t->cpu.clock) : t->cpu.sample_ns;
}

static void arm_locked(struct posix_timer *t)
{
	t->is_active = true;
	if (t->on_cpu_time)
		cpu_timer_arm(&t->cpu, t->expires_ns);
	else
		alarm_arm(&t->alarm, t->base, t->expires_ns);
}

static void disarm_locked(struct posix_timer *t)
{
	t->is_active = false;
	if (t->on_cpu_time)
		(void)cpu_timer_cancel(&t->cpu);
	else
		(void)alarm_cancel(&t->alarm);      /* a running fn only posts */
}

static void forward_locked(struct posix_timer *t)
{
	t->overrun += (int64_t)alarm_forward(&t->expires_ns, now_locked(t), t->interval_ns);
}

/* ---- firing ---- */

static void post(struct posix_timer *t)
{
	refcount_get(&t->refs);                 /* alive: the list's reference goes after disarming */
	if (!signal_post(&t->post))
		(void)!refcount_put(&t->refs);
}
static void alarm_fired(struct alarm *a) { post(container_of(a, struct posix_timer, alarm)); }
static void cpu_timer_fired(struct cpu_timer *c) { post(container_of(c, struct posix_timer, cpu)); }

static int overrun_clamped(int64_t n)
{
	return n > INT32_MAX ? INT32_MAX : (int)n;
}

static void expire_locked(struct posix_timer *t)
{
	if (t->is_deleted || !t->is_active || now_locked(t) < t->expires_ns)
		return;
	disarm_locked(t);                       /* a post from before timer_settime() may find it armed anew, and due */
	if (t->interval_ns)
		t->seq++;
	if (signal_send_timer_locked(t->process, t->target, &t->signal, (int)t->seq) || !t->interval_ns)
		return;
	/* Ignored: nobody will take it. Go on, but not faster than the tick. */
	t->overrun += (int64_t)alarm_forward(&t->expires_ns, now_locked(t) + (t->interval_ns < TICK_NS ? TICK_NS : 0),
					     t->interval_ns);
	t->seq++;
	arm_locked(t);
}

static void post_send(struct signal_post *post)
{
	struct posix_timer *t = container_of(post, struct posix_timer, post);
	struct process *p = t->process;

	spin_lock(&p->sig_lock);
	expire_locked(t);
	spin_unlock(&p->sig_lock);
	posix_timer_put(t);
}

void posix_timer_signal_get(struct queued_signal *qs) { refcount_get(&qs->timer->refs); }

void posix_timer_signal_taken_locked(struct queued_signal *qs, siginfo_t *info)
{
	struct posix_timer *t = qs->timer;
	int seq = info->si_sys_private;

	info->si_sys_private = 0;               /* ours alone */
	if (t->is_deleted || !t->interval_ns || (int)t->seq != seq)
		return;
	forward_locked(t);
	t->overrun_last = t->overrun;
	t->overrun = -1;
	t->seq++;
	info->si_overrun = overrun_clamped(t->overrun_last + info->si_overrun);
	arm_locked(t);
}

/* ---- birth ---- */

/* The clock, where it names one. */
static int clock_check(struct posix_timer *t, const struct posix_timer_request *r)
{
	if (r->clock_id < 0 && (r->clock_id & 7) == CLOCK_OF_DEVICE)
		return -EOPNOTSUPP;
	if (r->clock_id == CLOCK_PROCESS_CPUTIME_ID || r->clock_id == CLOCK_THREAD_CPUTIME_ID || r->clock_id < 0) {
		t->on_cpu_time = true;
		return 0;
	}
	if (alarm_clock_of(r->clock_id, &t->base))
		return 0;
	switch (r->clock_id) {
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_REALTIME_COARSE:
		return -EOPNOTSUPP;
	default:
		return -EINVAL;
	}
}

static int target_find(struct posix_timer *t, const struct posix_timer_request *r)
{
	switch (r->notify) {
	case SIGEV_SIGNAL | SIGEV_THREAD_ID:
		t->target = task_lookup(r->tid);
		if (!t->target || t->target->process != process_current())
			return -EINVAL;
		break;
	case SIGEV_SIGNAL:
	case SIGEV_THREAD:
		break;
	case SIGEV_NONE:
		return 0;
	default:
		return -EINVAL;
	}
	return r->sig < 1 || r->sig > NR_SIGNALS ? -EINVAL : 0;
}

/* The last things that may fail; from here on the number is used up. */
static int clock_hold(struct posix_timer *t, const struct posix_timer_request *r)
{
	if (r->clock_id == CLOCK_REALTIME_ALARM || r->clock_id == CLOCK_BOOTTIME_ALARM)
		return capable(CAP_WAKE_ALARM) ? 0 : -EPERM;
	if (!t->on_cpu_time)
		return 0;
	int err = cpu_clock_lookup(r->clock_id, false, &t->cpu.clock);
	if (err)
		t->cpu.clock = (struct cpu_clock){ 0 };
	return err;
}

static int account_charge(struct posix_timer *t)
{
	t->account = cred_current()->account;
	account_get(t->account);
	return account_add_signal(t->account, rlimit_current(RLIMIT_SIGPENDING)) ? 0 : -EAGAIN;
}

static struct posix_timer *find_locked(struct process *p, int id)
{
	struct posix_timer *t;

	list_for_each(t, &p->posix_timers, node) {
		if (t->id == id)
			return t;
	}
	return NULL;
}

static int number_take(struct process *p)
{
	int id;

	spin_lock(&p->sig_lock);
	do {
		id = p->next_timer_id;
		p->next_timer_id = (id + 1) & INT32_MAX;
	} while (unlikely(find_locked(p, id)));
	spin_unlock(&p->sig_lock);
	return id;
}

static void siginfo_fill(struct posix_timer *t)
{
	siginfo_t *info = &t->signal.info;

	info->si_signo = t->sig;
	info->si_code = SI_TIMER;
	info->si_tid = t->id;
	info->si_value.sival_ptr = (void *)t->value;
	t->signal.timer = t;
	list_init(&t->signal.node);
}

static struct posix_timer *posix_timer_alloc(struct process *p, const struct posix_timer_request *r)
{
	struct posix_timer *t = kmalloc(sizeof *t, ALLOC_ZERO);

	if (!t)
		return NULL;
	refcount_set(&t->refs, 1);
	list_init(&t->node);
	t->process = p;
	t->clock_id = r->clock_id;
	t->notify = r->notify;
	t->sig = r->sig;
	t->overrun = -1;
	alarm_init(&t->alarm, alarm_fired);
	t->cpu.fn = cpu_timer_fired;
	signal_post_init(&t->post, p, 0);
	t->post.send = post_send;
	return t;
}

/* What it refers to goes; it is in no list. */
static void references_drop(struct posix_timer *t)
{
	if (t->target)
		task_put(t->target);
	if (t->cpu.clock.process)
		cpu_clock_put(&t->cpu.clock);
	posix_timer_put(t);
}

int posix_timer_create(const struct posix_timer_request *r, int *id)
{
	struct process *p = process_current();
	struct posix_timer probe = { 0 }, *t;
	int err = clock_check(&probe, r);

	if (err)
		return err;
	t = posix_timer_alloc(p, r);
	if (!t)
		return -EAGAIN;
	t->base = probe.base;
	t->on_cpu_time = probe.on_cpu_time;
	err = account_charge(t);
	if (err)
		goto drop;
	t->id = number_take(p);
	t->value = r->value_is_id ? (uint64_t)t->id : r->value;
	err = target_find(t, r);
	if (err)
		goto drop;
	*id = t->id;
	err = clock_hold(t, r);
	if (err)
		goto drop;
	siginfo_fill(t);
	spin_lock(&p->sig_lock);
	list_push(&p->posix_timers, &t->node);
	spin_unlock(&p->sig_lock);
	return 0;
drop:
	references_drop(t);
	return err;
}

/* ---- by number ---- */

/*
 * The timer with the process's sig_lock held, or NULL without. One on another process's time gets a fresh
 * reading of it, for which the lock is let go.
 */
static struct posix_timer *find_and_lock(struct process *p, int id)
{
	struct posix_timer *t;
	struct cpu_clock other;
	uint64_t ns;

	spin_lock(&p->sig_lock);
	t = find_locked(p, id);
	if (t && unlikely(t->on_cpu_time) && t->cpu.clock.process != p) {
		other = t->cpu.clock;
		process_get(other.process);     /* its threads' clocks are not open to us: task is NULL */
		spin_unlock(&p->sig_lock);
		ns = cpu_clock_ns(&other);
		process_put(other.process);
		spin_lock(&p->sig_lock);
		t = find_locked(p, id);
		if (t)
			t->cpu.sample_ns = ns;
	}
	if (!t)
		spin_unlock(&p->sig_lock);
	return t;
}

static bool is_silent(const struct posix_timer *t) { return t->notify == SIGEV_NONE; }

static void get_locked(struct posix_timer *t, struct posix_timer_setting *out)
{
	uint64_t now;

	*out = (struct posix_timer_setting){ .interval_ns = t->interval_ns };
	if (!t->interval_ns && !t->is_active && !is_silent(t))
		return;
	if (t->interval_ns && ((t->seq & 1) || is_silent(t)))
		forward_locked(t);
	now = now_locked(t);
	out->value_ns = t->expires_ns > now ? t->expires_ns - now : is_silent(t) ? 0 : 1;
}

int posix_timer_get(int id, struct posix_timer_setting *out)
{
	struct process *p = process_current();
	struct posix_timer *t = find_and_lock(p, id);

	if (!t)
		return -EINVAL;
	get_locked(t, out);
	spin_unlock(&p->sig_lock);
	return 0;
}

/* A span of real time is not moved by setting the clock: it is measured on the monotonic one. */
static void base_choose(struct posix_timer *t, bool is_absolute)
{
	(void)alarm_clock_of(t->clock_id, &t->base);
	if (!is_absolute && t->clock_id == CLOCK_REALTIME)
		t->base = ALARM_MONOTONIC;
}

static void set_locked(struct posix_timer *t, bool is_absolute, const struct posix_timer_setting *in)
{
	disarm_locked(t);
	t->seq = (t->seq + 2) & ~1u;            /* a signal on its way arms nothing */
	t->overrun_last = 0;
	t->interval_ns = t->expires_ns = 0;
	if (!in->value_ns)
		return;
	if (!t->on_cpu_time)
		base_choose(t, is_absolute);
	t->interval_ns = in->interval_ns;
	t->expires_ns = in->value_ns;
	if (!is_absolute)
		t->expires_ns = now_locked(t) > INT64_MAX - in->value_ns ? INT64_MAX : now_locked(t) + in->value_ns;
	if (is_silent(t))
		return;
	arm_locked(t);
	if (t->on_cpu_time && now_locked(t) >= t->expires_ns) {         /* no tick may come: it is over already */
		(void)cpu_timer_cancel(&t->cpu);
		expire_locked(t);
	}
}

int posix_timer_set(int id, bool is_absolute, const struct posix_timer_setting *in, struct posix_timer_setting *old)
{
	struct process *p = process_current();
	struct posix_timer *t = find_and_lock(p, id);

	if (!t)
		return -EINVAL;
	get_locked(t, old);
	set_locked(t, is_absolute, in);
	spin_unlock(&p->sig_lock);
	return 0;
}

int posix_timer_overrun(int id)
{
	struct process *p = process_current();
	struct posix_timer *t = find_and_lock(p, id);
	int n;

	if (!t)
		return -EINVAL;
	n = overrun_clamped(t->overrun_last);
	spin_unlock(&p->sig_lock);
	return n;
}

bool posix_timer_info(struct process *p, unsigned n, struct posix_timer_info *out)
{
	struct posix_timer *t;
	bool found = false;

	spin_lock(&p->sig_lock);
	list_for_each(t, &p->posix_timers, node) {
		if (n--)
			continue;
		*out = (struct posix_timer_info){ t->id, t->clock_id, t->notify, t->sig, t->target ? t->target->tid : p->tgid, t->value };
		if (t->on_cpu_time && t->clock_id >= 0)
			out->clock_id = CPU_CLOCK_ID(0, CPU_CLOCK_SCHED | (t->cpu.clock.task ? CPU_CLOCK_THREAD : 0));
		found = true;
		break;
	}
	spin_unlock(&p->sig_lock);
	return found;
}

/* ---- death ---- */

static void unlink_locked(struct posix_timer *t)
{
	disarm_locked(t);
	t->is_deleted = true;
	list_del_init(&t->node);
}

int posix_timer_delete(int id)
{
	struct process *p = process_current();
	struct posix_timer *t = find_and_lock(p, id);

	if (!t)
		return -EINVAL;
	unlink_locked(t);
	spin_unlock(&p->sig_lock);
	references_drop(t);
	return 0;
}

void posix_timers_delete_all(struct process *p)
{
	struct posix_timer *t;

	while (!list_empty(&p->posix_timers)) {         /* the last thread's to look at */
		spin_lock(&p->sig_lock);
		t = container_of(p->posix_timers.next, struct posix_timer, node);
		unlink_locked(t);
		spin_unlock(&p->sig_lock);
		references_drop(t);
	}
}
