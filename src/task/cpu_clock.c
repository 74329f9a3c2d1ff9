/*
 * cpu_clock.c - CPU time as a clock: of threads, of whole processes, and timers on it.
 *
 * A timer stands in the list of the process whose time it waits for. The tick of a CPU that runs
 * one of its threads (syscall/itimer.c) marks the thread (WORK_NOTIFY), and on its way to user mode the thread
 * compares: sums over threads want a lock that no interrupt may take.
 * Lock order: the process's sig_lock, its cpu_timers_lock.   Context: task.
 */
#include <task/cpu_clock.h>
#include <task/pid.h>
#include <sched/sched.h>
#include <base/err.h>
#include <linux/time.h>

/* ---- reading ---- */

uint64_t task_cpu_ns(const struct task *t, enum cpu_clock_kind kind)
{
	const struct thread *th = &t->thread;

	(void)thread_runtime_ns(th);            /* the running thread's books are brought up to date */
	return load_relaxed(&th->utime_ns) + (kind == CPU_CLOCK_VIRT ? 0 : load_relaxed(&th->stime_ns));
}

static uint64_t process_cpu_ns_locked(struct process *p, enum cpu_clock_kind kind)
{
	uint64_t ns = p->utime_ns + (kind == CPU_CLOCK_VIRT ? 0 : p->stime_ns);
	struct task *t;

	list_for_each(t, &p->threads, group_node)
		ns += task_cpu_ns(t, kind);
	return ns;
}

uint64_t process_cpu_ns(struct process *p, enum cpu_clock_kind kind)
{
	uint64_t ns;

	spin_lock(&p->sig_lock);
	ns = process_cpu_ns_locked(p, kind);
	spin_unlock(&p->sig_lock);
	return ns;
}

uint64_t cpu_clock_ns(const struct cpu_clock *c)
{
	return c->task ? task_cpu_ns(c->task, c->kind) : process_cpu_ns(c->process, c->kind);
}

uint64_t cpu_clock_ns_locked(const struct cpu_clock *c)
{
	return c->task ? task_cpu_ns(c->task, c->kind) : process_cpu_ns_locked(c->process, c->kind);
}

/* ---- naming ---- */

/* A thread's clock is for its own process only. */
static int lookup_thread(int tid, struct cpu_clock *out)
{
	struct task *t = task_current();

	if (tid) {
		t = task_lookup(tid);
		if (!t)
			return -EINVAL;
		if (t->process != process_current()) {
			task_put(t);
			return -EINVAL;
		}
	} else {
		task_get(t);
	}
	out->task = t;
	out->process = t->process;
	process_get(out->process);
	return 0;
}

static int lookup_process(int pid, bool for_read, struct cpu_clock *out)
{
	struct process *p = process_current();

	out->task = NULL;
	if (!pid || (for_read && pid == task_current()->tid))
		process_get(p);
	else
		p = process_lookup(pid);
	out->process = p;
	return p ? 0 : -EINVAL;
}

int cpu_clock_lookup(int id, bool for_read, struct cpu_clock *out)
{
	int pid;

	if (id == CLOCK_PROCESS_CPUTIME_ID)
		id = CPU_CLOCK_ID(0, CPU_CLOCK_SCHED);
	else if (id == CLOCK_THREAD_CPUTIME_ID)
		id = CPU_CLOCK_ID(0, CPU_CLOCK_SCHED | CPU_CLOCK_THREAD);
	pid = ~(id >> 3);
	if (id >= 0 || (id & 3) > CPU_CLOCK_SCHED)
		return -EINVAL;
	out->kind = (enum cpu_clock_kind)(id & 3);
	return id & CPU_CLOCK_THREAD ? lookup_thread(pid, out) : lookup_process(pid, for_read, out);
}

void cpu_clock_put(struct cpu_clock *c)
{
	if (c->task)
		task_put(c->task);
	process_put(c->process);
}

/* ---- timers ---- */

void cpu_timer_arm(struct cpu_timer *t, uint64_t expires_ns)
{
	struct process *p = t->clock.process;

	spin_lock(&p->cpu_timers_lock);
	t->expires_ns = expires_ns;
	t->is_armed = true;
	list_append(&p->cpu_timers, &t->node);
	store_relaxed(&p->nr_cpu_timers, p->nr_cpu_timers + 1); /* relaxed: the next tick sees it */
	spin_unlock(&p->cpu_timers_lock);
}

static void disarm_locked(struct process *p, struct cpu_timer *t)
{
	t->is_armed = false;
	list_del(&t->node);
	store_relaxed(&p->nr_cpu_timers, p->nr_cpu_timers - 1);
}

bool cpu_timer_cancel(struct cpu_timer *t)
{
	struct process *p = t->clock.process;
	bool was;

	spin_lock(&p->cpu_timers_lock);
	was = t->is_armed;
	if (was)
		disarm_locked(p, t);
	spin_unlock(&p->cpu_timers_lock);
	return was;
}

void cpu_timers_run(void)
{
	struct process *p = process_current();
	struct cpu_timer *t, *next;

	if (likely(!cpu_timers_armed(p)))
		return;
	spin_lock(&p->sig_lock);
	spin_lock(&p->cpu_timers_lock);
	list_for_each_safe(t, next, &p->cpu_timers, node) {
		t->sample_ns = cpu_clock_ns_locked(&t->clock);
		if (t->sample_ns < t->expires_ns)
			continue;
		disarm_locked(p, t);
		t->fn(t);
	}
	spin_unlock(&p->cpu_timers_lock);
	spin_unlock(&p->sig_lock);
}
