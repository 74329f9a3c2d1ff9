/*
 * itimer.c - interval timers of a process: setitimer, getitimer, alarm.
 *
 * ITIMER_REAL is a timer that posts SIGALRM; it goes on with its interval when that signal is taken (sigqueue.c), so
 * that interrupts come no faster than the program takes them. ITIMER_VIRTUAL and
 * ITIMER_PROF count down in the tick of whichever CPUs run the process's threads:
 * their words are changed by compare-and-exchange only, from interrupts. The tick's
 * hook is installed with the first of them.
 * Locks: sig_lock around a change of ITIMER_REAL.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <sched/sched.h>
#include <syscall/define.h>
#include <task/cpu_clock.h>
#include <task/process.h>
#include <task/signal.h>
#include <linux/resource.h>
#include <syscall/limits.h>
#include <time/clock.h>
#include <time/timer.h>
#include <linux/time.h>
#include <linux/time_types.h>

struct interval { uint64_t left_ns, interval_ns; };

/* ---- ITIMER_REAL ---- */

static void real_timer_fired(struct timer *timer)
{
	struct process *p = container_of(timer, struct process, real_timer);

	signal_post(&p->alarm_post);
}

static void real_read(struct process *p, struct interval *out)
{
	uint64_t now = clock_monotonic_ns(), at = p->real_timer.expires_ns;

	out->interval_ns = p->real_interval_ns;
	out->left_ns = !timer_is_armed(&p->real_timer) ? 0 : at > now ? at - now : 1000;
}

static void real_write(struct process *p, const struct interval *in)
{
	store_relaxed(&p->real_interval_ns, 0ull);      /* relaxed: under sig_lock, as who arms it again */
	(void)timer_cancel(&p->real_timer);
	if (!in->left_ns)
		return;
	store_relaxed(&p->real_interval_ns, in->interval_ns);
	p->real_timer.fn = real_timer_fired;
	timer_arm(&p->real_timer, clock_monotonic_ns() + in->left_ns);
}

/* ---- ITIMER_VIRTUAL, ITIMER_PROF ---- */

/* Returns whether the timer is still armed. */
static bool consume(uint64_t *left, const uint64_t *interval, uint64_t ns, struct signal_post *post)
{
	uint64_t v = load_relaxed(left), next;  /* relaxed: the CAS checks it */

	do {
		if (!v)
			return false;
		next = v > ns ? v - ns : load_relaxed(interval);
	} while (!cas_relaxed(left, &v, next)); /* relaxed: no other data hangs on it */
	if (v <= ns)
		signal_post(post);
	return next != 0;
}

static bool task_tick(struct thread *t, uint64_t ns, bool from_user);   /* installs itself below */

/* Seconds of CPU time as Linux counts them: the hard limit kills, the soft one warns every second. */
static bool limit_consume(struct process *p, uint64_t ns)
{
	uint64_t soft = load_relaxed(&p->rlim[RLIMIT_CPU].rlim_cur), hard = load_relaxed(&p->rlim[RLIMIT_CPU].rlim_max), used;

	if (likely(soft == RLIM64_INFINITY))
		return false;
	used = (fetch_add_relaxed(&p->cpu_limit_used_ns, ns) + ns) / NSEC_PER_SEC;   /* relaxed: a sum */
	if (used >= hard)
		signal_post(&p->cpu_kill_post);
	else if (used >= soft && exchange_relaxed(&p->cpu_limit_warned_s, used) < used)
		signal_post(&p->cpu_warn_post);
	return true;
}

void cpu_limit_start(struct process *p)
{
	struct task *t;
	uint64_t used = 0;

	spin_lock(&tasklist_lock);
	list_for_each(t, &p->threads, group_node)
		used += thread_runtime_ns(&t->thread);
	spin_unlock(&tasklist_lock);
	store_relaxed(&p->cpu_limit_used_ns, used + p->utime_ns + p->stime_ns);
	store_relaxed(&p->cpu_limit_warned_s, 0ull);
	store_release(&sched_task_tick, task_tick);     /* pairs with sched_tick() */
}

void cpu_tick_start(int clock_id)
{
	if (clock_id < 0 || clock_id == CLOCK_PROCESS_CPUTIME_ID || clock_id == CLOCK_THREAD_CPUTIME_ID)
		store_release(&sched_task_tick, task_tick);     /* pairs with sched_tick() */
}

static bool task_tick(struct thread *t, uint64_t ns, bool from_user)
{
	struct process *p = thread_to_task(t)->process;
	bool armed = load_relaxed(&p->virt_left_ns) != 0;

	if (unlikely(cpu_timers_armed(p))) {
		thread_set_work(t, WORK_NOTIFY);        /* cpu_timers_run() on its way to user mode */
		armed = true;
	}
	if (from_user)
		armed = consume(&p->virt_left_ns, &p->virt_interval_ns, ns, &p->virt_post);
	armed |= limit_consume(p, ns);
	return consume(&p->prof_left_ns, &p->prof_interval_ns, ns, &p->prof_post) || armed;
}

static void cpu_timer_swap(uint64_t *left, uint64_t *interval, const struct interval *in, struct interval *old)
{
	if (in && in->left_ns)
		store_release(&sched_task_tick, task_tick);
	old->interval_ns = in ? exchange_relaxed(interval, in->interval_ns) : load_relaxed(interval);
	old->left_ns = in ? exchange_relaxed(left, in->left_ns) : load_relaxed(left);
}

/* ---- the calls ---- */

/* Read timer `which`, and set it when in is not NULL. */
static int interval_swap(int which, const struct interval *in, struct interval *old)
{
	struct process *p = process_current();

	switch (which) {
	case ITIMER_REAL:
		spin_lock(&p->sig_lock);
		real_read(p, old);
		if (in)
			real_write(p, in);
		spin_unlock(&p->sig_lock);
		if (in && !in->left_ns)
			signal_post_settle(&p->alarm_post);     /* no SIGALRM of a timer that was stopped comes later */
		return 0;
	case ITIMER_VIRTUAL:
		cpu_timer_swap(&p->virt_left_ns, &p->virt_interval_ns, in, old);
		return 0;
	case ITIMER_PROF:
		cpu_timer_swap(&p->prof_left_ns, &p->prof_interval_ns, in, old);
		return 0;
	default:
		return -EINVAL;
	}
}

static int timeval_to_ns(const struct __kernel_old_timeval *tv, uint64_t *ns)
{
	if (tv->tv_sec < 0 || tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return -EINVAL;
	/* Past three hundred years is as good as never. */
	*ns = MIN((uint64_t)tv->tv_sec, 9000000000ull) * NSEC_PER_SEC + (uint64_t)tv->tv_usec * 1000;
	return 0;
}

static struct __kernel_old_timeval timeval_of(uint64_t ns)
{
	return (struct __kernel_old_timeval){ .tv_sec = (long)(ns / NSEC_PER_SEC), .tv_usec = (long)(ns % NSEC_PER_SEC / 1000) };
}

static int interval_copy_out(uaddr_t u, const struct interval *i)
{
	struct __kernel_old_itimerval v = { .it_interval = timeval_of(i->interval_ns), .it_value = timeval_of(i->left_ns) };

	return user_write(u, &v);
}

SYSCALL(getitimer, int which, uaddr_t value)
{
	struct interval i;
	int err = interval_swap(which, NULL, &i);

	return err ? err : interval_copy_out(value, &i);
}

SYSCALL(setitimer, int which, uaddr_t value, uaddr_t old_value)
{
	struct __kernel_old_itimerval v = { 0 };
	struct interval in, old;
	int err;

	if (!uaddr_is_null(value) && user_read(&v, value))
		return -EFAULT;
	err = timeval_to_ns(&v.it_value, &in.left_ns);
	if (!err)
		err = timeval_to_ns(&v.it_interval, &in.interval_ns);
	if (!err)
		err = interval_swap(which, &in, &old);
	if (err || uaddr_is_null(old_value))
		return err;
	return interval_copy_out(old_value, &old);
}

SYSCALL(alarm, unsigned seconds)
{
	struct interval in = { .left_ns = seconds * NSEC_PER_SEC }, old;
	uint64_t left;

	(void)interval_swap(ITIMER_REAL, &in, &old);    /* cannot fail */
	left = old.left_ns / NSEC_PER_SEC;
	/* Rounded, but never to 0 while one is pending. */
	if (old.left_ns % NSEC_PER_SEC >= NSEC_PER_SEC / 2 || (!left && old.left_ns))
		left++;
	return (long)left;
}
