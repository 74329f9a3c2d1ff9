/*
 * thread.c - files of /proc/PID that tell where a thread stands: stack, syscall, schedstat, timerslack_ns, children.
 *
 * A thread that sleeps is looked at without stopping it: its kernel stack is read by backtrace_collect() and
 * kernel_load_u64_nofault(), which tolerate that it runs on or ends meanwhile.
 * Lock: tasklist_lock for children.   Context: task.
 */
#include "procfs_priv.h"
#include <arch/frame.h>
#include <arch/usercopy.h>
#include <lib/string.h>
#include <lib/symbols.h>
#include <linux/capability.h>
#include <mm/slab.h>
#include <sched/thread.h>
#include <task/cred.h>
#include <task/pid_ns.h>
#include <trace/klog.h>

#define TRACE_MAX 32u

int proc_show_stack(struct text_buf *b, struct task *t)
{
	uint64_t trace[TRACE_MAX];
	unsigned n;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	n = t == task_current() || load_relaxed(&t->thread.state) != THREAD_RUNNING ? backtrace_collect(&t->thread, trace, TRACE_MAX) : 0;
	for (unsigned i = 0; i < n; i++)
		text_printf(b, "[<0>] %pS\n", (void *)trace[i]);
	return 0;
}

/* Functions by which one waits, whoever it is that waits. */
static bool is_of_waiting(const char *name)
{
	static const char *const names[] = { "schedule", "sleep_now", "park", "timer_arm", "wait_", "waitq_", "mutex_" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strncmp(name, names[i], strlen(names[i])))
			return true;
	return false;
}

/* The function that a thread sleeps in, for those who may look into it; "0" for others, and when it does not sleep. */
int proc_show_wchan(struct text_buf *b, struct task *t)
{
	uint64_t trace[TRACE_MAX];
	uintptr_t offset;
	const char *name;
	unsigned n = 0, at = 0;

	if (proc_may_inspect(t) && t != task_current() && load_relaxed(&t->thread.state) != THREAD_RUNNING)
		n = backtrace_collect(&t->thread, trace, TRACE_MAX);
	while (at < n && symbol_find(trace[at], &name, &offset) && is_of_waiting(name))
		at++;
	return text_printf(b, "%s", at < n && symbol_find(trace[at], &name, &offset) ? name : "0");
}

/* One register of the frame at the top of t's kernel stack; 0 when the stack has gone. */
static uint64_t frame_word(const struct task *t, size_t offset)
{
	uint64_t v;

	return kernel_load_u64_nofault(&v, (const char *)thread_user_frame(&t->thread) + offset) ? 0 : v;
}
#define REGISTER(t, name) frame_word(t, offsetof(struct user_frame, name))

int proc_show_syscall(struct text_buf *b, struct task *t)
{
	int64_t nr;

	if (!proc_may_inspect(t))
		return -EPERM;
	if (!t->thread.stack || (t != task_current() && load_relaxed(&t->thread.state) == THREAD_RUNNING))
		return text_printf(b, "running\n");
	nr = (int64_t)REGISTER(t, orig_rax);
	text_printf(b, "%ld", nr);
	if (nr >= 0)
		text_printf(b, " 0x%lx 0x%lx 0x%lx 0x%lx 0x%lx 0x%lx", REGISTER(t, rdi), REGISTER(t, rsi), REGISTER(t, rdx),
			    REGISTER(t, r10), REGISTER(t, r8), REGISTER(t, r9));
	return text_printf(b, " 0x%lx 0x%lx\n", REGISTER(t, rsp), REGISTER(t, rip));
}

/* Time run, time waited for a CPU (not measured: 0, as a Linux without schedstats shows it), times scheduled. */
int proc_show_schedstat(struct text_buf *b, struct task *t)
{
	const struct thread *th = &t->thread;

	return text_printf(b, "%lu 0 %lu\n", th->utime_ns + th->stime_ns, th->nvcsw + th->nivcsw);
}

static bool may_set_slack(struct task *t) { return t == task_current() || (capable(CAP_SYS_NICE) && proc_may_inspect(t)); }

int proc_show_timerslack(struct text_buf *b, struct task *t)
{
	return may_set_slack(t) ? text_printf(b, "%lu\n", load_relaxed(&t->timer_slack_ns)) : -EPERM;
}

int proc_store_timerslack(char *text, size_t len, loff_t at, struct task *t)
{
	uint64_t v;
	int err = proc_parse_value(text, 10, &v);

	if (err)
		return err;
	if (!may_set_slack(t))
		return -EPERM;
	store_relaxed(&t->timer_slack_ns, v ? v : t->timer_slack_default_ns);
	return 0;
}

/* The numbers of the processes that this thread made and that are its process's children. How many there are. */
static unsigned children_read(struct task *t, const struct pid_ns *view, int *nr, unsigned room)
{
	struct process *child;
	unsigned n = 0;

	spin_lock(&tasklist_lock);
	list_for_each(child, &t->process->children, sibling)
		if (child->parent_tid == t->tid && n++ < room)
			nr[n - 1] = pid_nr_in(child->pid, view);
	spin_unlock(&tasklist_lock);
	return n;
}

int proc_show_children(struct text_buf *b, struct task *t)
{
	unsigned room = 16, n;
	int *nr;

	for (;;) {
		nr = kmalloc(room * sizeof *nr, 0);
		if (!nr)
			return -ENOMEM;
		n = children_read(t, b->view, nr, room);
		if (n <= room)
			break;
		kfree(nr);
		room = 2 * n;
	}
	for (unsigned i = 0; i < n; i++)
		if (nr[i] > 0)
			text_printf(b, "%d ", nr[i]);
	kfree(nr);
	return 0;
}
