/*
 * pid_ns_end.c - the end of a namespace's init: nobody may be born inside any more, everybody inside is killed, and
 * init goes last, when all their numbers are free.
 *
 * Its own children reap themselves meanwhile (parent_notify_exit_locked() asks is_ending); those that were zombies
 * already it waits for here. Who was born inside of a parent outside stays a zombie until that parent waits: so does init.
 * A group that a process inside began keeps its number as long as it has members: init leaves it first (Linux's waits for ever).
 * Context: init's last thread, which no signal reaches any more; sleeps.
 */
#include <linux/wait.h>
#include <task/pid_ns.h>
#include "proc_priv.h"

static void kill_everybody(struct pid_ns *ns)
{
	struct process *p;

	for (int nr = 2; (p = process_next(ns, &nr)); nr++) {
		(void)signal_send_process_kernel(p, SIGKILL);
		process_put(p);
	}
}

static void reap_children(void)
{
	struct wait_request w;
	long found;

	do {
		thread_clear_work(thread_current(), WORK_SIGNAL | WORK_KILL);   /* what killed us is no reason not to wait */
		w = (struct wait_request){ .kind = WAIT_ANY, .options = WEXITED | __WALL };
		found = process_wait(&w);
	} while (found != -ECHILD);
}

void pid_ns_end(struct process *p)
{
	struct pid_ns *ns = pid_ns_of(p->pid);
	struct task *t = task_current();

	spin_lock(&tasklist_lock);
	ns->is_ending = true;
	ns->nr_left = t == p->leader ? 1 : 2;
	process_leave_inner_group_locked(p);
	spin_unlock(&tasklist_lock);
	kill_everybody(ns);
	reap_children();
	spin_lock(&tasklist_lock);
	ns->ending = &t->thread;
	spin_unlock(&tasklist_lock);
	for (;;) {
		park_begin(PARK_UNINTERRUPTIBLE);
		if (load_relaxed(&ns->nr_pids) <= ns->nr_left)  /* relaxed: who lowers it wakes us after, under tasklist_lock */
			break;
		(void)park(PARK_UNINTERRUPTIBLE, ~0ull);
	}
	park_end();
	spin_lock(&tasklist_lock);
	ns->ending = NULL;
	rcu_store(ns->init, (struct process *)NULL);
	spin_unlock(&tasklist_lock);
	if (ns->reboot_signal) {
		spin_lock(&p->sig_lock);
		p->group_flags |= GROUP_EXIT;
		p->group_exit_status = ns->reboot_signal;
		spin_unlock(&p->sig_lock);
	}
}
