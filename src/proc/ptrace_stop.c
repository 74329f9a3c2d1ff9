/*
 * ptrace_stop.c - tracing: how a tracee stops, and for which events.
 *
 * A tracee stops by itself, on its way to user mode or at an event: it writes what the stop is
 * into its link, tells the tracer, and parks until JOB_TRACED is cleared - by its tracer
 * (ptrace_resume), by the tracer's death, or by SIGKILL.
 *   I1  a tracee in TRACEE_STOPPED has JOB_TRACED set, and its frame is complete
 *   I2  link->info and ->resume point into the stack of a parked tracee, and are NULL otherwise
 * Lock order: tasklist_lock, sig_lock. The tracer is told with neither held.
 */
#include <arch/trace.h>
#include <sched/sched.h>
#include <time/clock.h>
#include <lib/string.h>
#include <asm/processor-flags.h>
#include <linux/ptrace.h>
#include <proc/ptrace.h>
#include <task/pid_ns.h>
#include "proc_priv.h"

/* ---- stopping ---- */

static void siginfo_init_trap(siginfo_t *info, int code)
{
	memset(info, 0, sizeof *info);
	info->si_signo = SIGTRAP;
	info->si_code = code;
	info->si_pid = task_current()->tid;
	info->si_uid = cred_current()->uid;
}

/* SIGCHLD to the tracer's process, and its waiters woken. */
static void tracer_tell(struct task *t, int code)
{
	struct process *tracer;
	const struct sigaction_k *a;
	siginfo_t info;

	memset(&info, 0, sizeof info);
	info.si_signo = SIGCHLD;
	info.si_code = CLD_TRAPPED;
	info.si_uid = cred_current()->uid;
	info.si_status = code & 0x7f;
	info.si_utime = (long)(t->thread.utime_ns / (NSEC_PER_SEC / USER_HZ));
	info.si_stime = (long)(t->thread.stime_ns / (NSEC_PER_SEC / USER_HZ));
	spin_lock(&tasklist_lock);
	if (t->ptrace) {
		info.si_pid = t->ptrace->tid;
		tracer = t->ptrace->tracer->process;
		a = &tracer->actions[SIGCHLD - 1];
		if (load_relaxed(&a->handler) != HANDLER_IGNORE && !(load_relaxed(&a->flags) & SA_NOCLDSTOP))
			(void)signal_send_process(tracer, &info);
		waitq_wake_all(&tracer->child_wait);
	}
	spin_unlock(&tasklist_lock);
}

/*
 * Stop the current task for its tracer. sig_lock held, and again on return; link may be gone by then.
 * Returns the signal that the tracer sends along.
 */
static int stop_locked(struct task *t, int code, enum ptrace_stop_kind kind, siginfo_t *info)
{
	struct ptrace_resume resume = { 0 };
	struct process *p = t->process;
	struct ptrace_link *l = t->ptrace;
	struct user_frame *f = task_user_frame(t);

	if (!l || signal_is_fatal_pending())
		return 0;
	if (l->stepping) {
		f->rflags &= ~(uint64_t)X86_EFLAGS_TF;
		l->stepping = false;
	}
	l->code = code;
	l->kind = kind;
	l->info = info;
	l->resume = &resume;
	l->told = false;
	l->state = TRACEE_STOPPED;
	t->jobctl = (t->jobctl & ~JOB_TRAP_STOP) | JOB_TRACED;
	spin_unlock(&p->sig_lock);
	tracer_tell(t, code);
	for (;;) {
		park_begin(PARK_UNINTERRUPTIBLE);
		if (!(load_acquire(&t->jobctl) & (JOB_TRACED | JOB_HELD)))      /* pairs with the lock of who clears them, by unpark() */
			break;
		store_relaxed(&t->thread.state, (unsigned)THREAD_TRACED);
		(void)park(PARK_UNINTERRUPTIBLE, ~0ull);
	}
	park_end();
	spin_lock(&p->sig_lock);
	l = t->ptrace;
	if (l) {                                /* killed: nobody resumed it */
		l->state = TRACEE_RUNS;
		l->info = NULL;
		l->resume = NULL;
	}
	signal_recalc(t);                       /* what came meanwhile found nobody to take it (thread_wants()) */
	return resume.sig;
}

int ptrace_signal_locked(struct task *t, int sig, siginfo_t *info)
{
	uint32_t uid = cred_current()->uid;
	int tracer_pid = pid_nr_in(t->ptrace->tracer->process->pid, pid_ns_of(t->pid));
	int chosen = stop_locked(t, sig, STOP_OTHER, info);

	if (signal_is_fatal_pending() || !chosen)
		return 0;
	if (chosen != info->si_signo) {
		memset(info, 0, sizeof *info);
		info->si_signo = chosen;
		info->si_code = SI_USER;
		info->si_pid = tracer_pid;
		info->si_uid = uid;
	}
	if (t->blocked & SIGMASK(chosen)) {
		spin_unlock(&t->process->sig_lock);
		(void)signal_send_task(t, info);
		spin_lock(&t->process->sig_lock);
		return 0;
	}
	return chosen;
}

void ptrace_trap_locked(struct task *t)
{
	struct process *p = t->process;
	bool group = p->group_flags & (GROUP_STOPPED | GROUP_STOPPING);
	int sig = group ? p->stop_signal & 0x7f : SIGTRAP;
	siginfo_t info;

	t->jobctl &= ~JOB_TRAP_STOP;
	if (!t->ptrace)
		return;
	if (!t->ptrace->seized) {
		(void)stop_locked(t, sig, STOP_GROUP, NULL);
		return;
	}
	siginfo_init_trap(&info, sig | PTRACE_EVENT_STOP << 8);
	info.si_signo = sig;
	t->ptrace->message = 0;
	(void)stop_locked(t, sig | PTRACE_EVENT_STOP << 8, group ? STOP_GROUP : STOP_OTHER, &info);
}

/* ---- events ---- */

bool ptrace_wants_event(struct task *t, unsigned event)
{
	bool wants;

	spin_lock(&t->process->sig_lock);
	wants = t->ptrace && (t->ptrace->options & 1u << event);
	spin_unlock(&t->process->sig_lock);
	return wants;
}

/* A stop with SIGTRAP as its signal; sends what the tracer wants sent. */
static void trap_stop(int code, enum ptrace_stop_kind kind, uint64_t message)
{
	struct task *t = task_current();
	siginfo_t info;
	int sig;

	siginfo_init_trap(&info, code);
	spin_lock(&t->process->sig_lock);
	if (t->ptrace)
		t->ptrace->message = message;
	sig = stop_locked(t, code, kind, &info);
	spin_unlock(&t->process->sig_lock);
	if (sig) {
		siginfo_init_kernel(&info, sig);
		(void)signal_send_task(t, &info);
	}
}

bool ptrace_suspends_seccomp(struct task *t)
{
	bool suspends;

	spin_lock(&t->process->sig_lock);
	suspends = t->ptrace && (t->ptrace->options & PTRACE_O_SUSPEND_SECCOMP);
	spin_unlock(&t->process->sig_lock);
	return suspends;
}

void ptrace_event(unsigned event, uint64_t message)
{
	if (ptrace_wants_event(task_current(), event))
		trap_stop(SIGTRAP | (int)event << 8, STOP_OTHER, message);
}

void ptrace_syscall_stop(bool is_entry)
{
	struct task *t = task_current();
	bool good;

	spin_lock(&t->process->sig_lock);
	good = t->ptrace && (t->ptrace->options & PTRACE_O_TRACESYSGOOD);
	spin_unlock(&t->process->sig_lock);
	trap_stop(SIGTRAP | (good ? 0x80 : 0), is_entry ? STOP_SYSCALL_ENTRY : STOP_SYSCALL_EXIT,
		  is_entry ? PTRACE_EVENTMSG_SYSCALL_ENTRY : PTRACE_EVENTMSG_SYSCALL_EXIT);
}

bool ptrace_seccomp_stop(unsigned data)
{
	if (!ptrace_wants_event(task_current(), PTRACE_EVENT_SECCOMP))
		return false;
	trap_stop(SIGTRAP | PTRACE_EVENT_SECCOMP << 8, STOP_SECCOMP, data);
	return true;
}

void ptrace_exec_done(int old_tid)
{
	struct task *t = task_current();
	bool seized;
	siginfo_t info;

	context_watch_drop_debug(&t->thread.ctx);
	if (ptrace_wants_event(t, PTRACE_EVENT_EXEC)) {
		ptrace_event(PTRACE_EVENT_EXEC, (uint64_t)old_tid);
		return;
	}
	spin_lock(&t->process->sig_lock);
	seized = !t->ptrace || t->ptrace->seized;
	spin_unlock(&t->process->sig_lock);
	if (seized)
		return;
	siginfo_init_user(&info, SIGTRAP, SI_USER);
	(void)signal_send_task(t, &info);
}
