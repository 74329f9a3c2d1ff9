/*
 * fork.c - birth: fork, vfork and clone in one function.
 *
 * Everything is built while nobody can see it; then, under tasklist_lock, the new task enters
 * the tree, its groups and the pid hash at once. A signal that arrived meanwhile makes the call
 * start over, so that a signal to the group hits either both or happens before the child.
 *   I1  whatever can fail is done before the task is published
 *   I2  the child's frame is the parent's with rax = 0; the rest of the child runs user code
 * Lock order: tasklist_lock, sig_lock. Context: task, may sleep; the caller's frame is full.
 */
#include <arch/fpu.h>
#include <arch/trace.h>
#include <arch/usercopy.h>
#include <sched/sched.h>
#include <time/clock.h>
#include <mm/space.h>
#include <mm/slab.h>
#include <lib/string.h>
#include <fs/file.h>
#include <ipc/sysv.h>
#include <task/ns.h>
#include <task/pid_ns.h>
#include <task/rseq.h>
#include <drivers/tty.h>
#include <linux/sched.h>
#include <linux/ptrace.h>
#include <proc/ptrace.h>
#include <mm/policy.h>
#include <task/seccomp.h>
#include <task/user_ns.h>
#include "proc_priv.h"

unsigned max_threads = 1u << 20;                /* set by proc_init() from the size of memory */

void __noreturn task_enter_user(void)
{
	/* Looks at thread->work itself, with interrupts off. */
	context_enter_user(task_user_frame(task_current()));
}

static void fork_child_entry(void *prev)
{
	struct task *t;

	sched_finish_switch(prev);
	t = task_current();
	if (!uaddr_is_null(t->set_child_tid))
		(void)!user_write(t->set_child_tid, &t->tid);   /* Linux ignores a fault, too */
	task_enter_user();
}

/* ---- what may be asked ---- */

/* Are this task's children to be born in another pid namespace than its own? Then there are no more threads of it. */
static bool children_are_elsewhere(void)
{
	const struct task *t = task_current();

	return unlikely(t->ns != &ns_set_initial) && pid_ns_from(t->ns->of[NS_PID]) != pid_ns_of(t->pid);
}

static int request_check(const struct clone_request *r)
{
	uint64_t f = r->flags;

	if ((f & CLONE_NEWIPC) && (f & CLONE_SYSVSEM))
		return -EINVAL;
	if ((f & CLONE_FS) && (f & (CLONE_NEWNS | CLONE_NEWUSER)))
		return -EINVAL;
	if ((f & CLONE_THREAD) && ((f & (CLONE_NEWUSER | CLONE_NEWPID)) || children_are_elsewhere()))
		return -EINVAL;
	if ((f & CLONE_THREAD) && !(f & CLONE_SIGHAND))
		return -EINVAL;
	if ((f & CLONE_SIGHAND) && !(f & CLONE_VM))
		return -EINVAL;
	if ((f & CLONE_SIGHAND) && (f & CLONE_CLEAR_SIGHAND))
		return -EINVAL;
	if ((f & CLONE_PARENT) && process_current()->is_unkillable)
		return -EINVAL;
	if ((f & CLONE_PIDFD) && (f & CLONE_DETACHED))
		return -EINVAL;
	if ((f & CLONE_PIDFD) && (f & CLONE_PARENT_SETTID) && r->pidfd.v == r->parent_tid.v)
		return -EINVAL;
	if (f & CLONE_INTO_CGROUP)
		return -EBADF;                  /* no descriptor names a control group */
	return 0;
}

static int limits_check(const struct cred *c)
{
	/* relaxed: two CPUs may pass by one task together, as on Linux */
	if (load_relaxed(&tasklist.nr_threads) >= max_threads)
		return -EAGAIN;
	if (c->account == &account_root)
		return 0;
	if ((uint64_t)load_relaxed(&c->account->nr_tasks) >= rlimit_current(RLIMIT_NPROC) &&
	    !cred_capable(c, CAP_SYS_RESOURCE) && !cred_capable(c, CAP_SYS_ADMIN))
		return -EAGAIN;
	return 0;
}

/* ---- the parts ---- */

static int copy_cred(struct task *child, struct task *parent, uint64_t flags)
{
	struct cred *fresh;
	int err;

	if (unlikely(flags & CLONE_NEWUSER)) {
		err = cred_make_user_ns(parent->cred, &fresh);
		if (!err)
			child->cred = fresh;
		return err;
	}
	child->cred = parent->cred;
	cred_get(child->cred);
	if (flags & CLONE_THREAD)
		child->cred_mark = cred_mark();
	return 0;
}

static int copy_files(struct task *child, struct task *parent, uint64_t flags)
{
	int err = -ENOMEM;

	if (flags & CLONE_FILES) {
		fdtable_get(parent->files);
		child->files = parent->files;
		return 0;
	}
	child->files = fdtable_copy(parent->files, NULL, &err);
	return child->files ? 0 : err;
}

static int copy_fs(struct task *child, struct task *parent, uint64_t flags)
{
	if (flags & CLONE_FS) {
		refcount_get(&parent->fs->refs);
		child->fs = parent->fs;
		return 0;
	}
	child->fs = fs_context_copy(parent->fs);
	return child->fs ? 0 : -ENOMEM;
}

static int copy_namespaces(struct task *child, struct task *parent, uint64_t flags)
{
	int err = 0;

	if (unlikely(flags & CLONE_SYSVSEM))
		err = sem_undo_share(child, parent);
	return err ? err : ns_set_copy(parent->ns, flags, child->cred, child->fs, &child->ns);
}

static int copy_space(struct task *child, struct task *parent, uint64_t flags)
{
	int err;

	if (flags & CLONE_VM) {
		space_get_user(parent->space);
		child->space = parent->space;
	} else {
		err = space_fork(parent->space, &child->space);
		if (err)
			return err;
	}
	child->thread.space = child->space;
	return 0;
}

static int copy_actions(struct process *child, struct process *parent, uint64_t flags)
{
	struct sighand *h;

	if (flags & CLONE_SIGHAND) {
		spin_lock(&parent->sig_lock);
		refcount_get(&process_sighand(parent)->refs);
		child->actions = parent->actions;
		spin_unlock(&parent->sig_lock);
		return 0;
	}
	h = sighand_alloc();
	if (!h)
		return -ENOMEM;
	spin_lock(&parent->sig_lock);
	sighand_copy(h, process_sighand(parent));
	spin_unlock(&parent->sig_lock);
	child->actions = h->action;
	if (flags & CLONE_CLEAR_SIGHAND)
		signal_exec_reset(child);
	return 0;
}

/* A process of its own for the child; not yet in the tree. */
static int copy_process(struct task *child, struct task *parent, const struct clone_request *r)
{
	struct process *from = parent->process, *p = process_alloc();
	int err;

	if (!p)
		return -ENOMEM;
	err = copy_actions(p, from, r->flags);
	if (err) {
		p->leader = child;
		child->process = p;
		return err;
	}
	p->leader = child;
	child->process = p;
	memcpy(p->rlim, from->rlim, sizeof p->rlim);    /* single words: a racing prlimit() is before or after */
	p->nr_threads = 1;
	p->exit_signal = r->exit_signal;        /* CLONE_PARENT: see publish_process_locked() */
	p->exec_id = from->exec_id;
	p->parent_exec_id = from->exec_id;
	p->pid = child->pid;
	p->tgid = child->tid;
	p->dumpable = from->dumpable;
	p->secrets_ns = from->secrets_ns;       /* changes only while its exec is alone */
	user_ns_get(p->secrets_ns);
	p->is_io_flusher = from->is_io_flusher;
	p->oom_score_adj = from->oom_score_adj;
	p->oom_score_adj_min = from->oom_score_adj_min;
	p->personality = from->personality;
	p->membarrier_state = from->membarrier_state;
	list_append(&p->threads, &child->group_node);
	return 0;
}

static void copy_task(struct task *child, struct task *parent, const struct clone_request *r)
{
	child->tid = pid_own_nr(child->pid);
	child->flags = TASK_FORKNOEXEC;
	child->blocked = parent->blocked;
	memcpy(child->comm, parent->comm, TASK_COMM_LEN);
	if (!(r->flags & CLONE_VM) || (r->flags & CLONE_VFORK)) {
		child->altstack_base = parent->altstack_base;
		child->altstack_size = parent->altstack_size;
		child->altstack_flags = parent->altstack_flags;
	} else {
		child->altstack_flags = SS_DISABLE;
	}
	child->timer_slack_ns = child->timer_slack_default_ns = parent->timer_slack_ns;
	child->login = parent->login;
	child->ioprio = parent->ioprio;
	child->mce_kill = parent->mce_kill;
	child->no_new_privs = load_relaxed(&parent->no_new_privs);
	child->start_time_ns = clock_boottime_ns();
	if (r->flags & CLONE_CHILD_SETTID)
		child->set_child_tid = r->child_tid;
	if (r->flags & CLONE_CHILD_CLEARTID)
		child->clear_child_tid = r->child_tid;
}

static void copy_frame(struct task *child, struct task *parent, const struct clone_request *r)
{
	struct user_frame *f = task_user_frame(child);

	*f = *task_user_frame(parent);
	f->rax = 0;
	if (r->stack)
		f->rsp = r->stack;
	context_init(&child->thread.ctx, thread_stack_top(&child->thread), fork_child_entry);
	child->thread.ctx.fs_base = r->flags & CLONE_SETTLS ? r->tls : context_get_fs_base(&parent->thread.ctx);
	child->thread.ctx.gs_base = context_get_gs_base(&parent->thread.ctx);
}

/* ---- entering the tree ---- */

static void publish_process_locked(struct process *p, struct process *maker, struct task *maker_task, uint64_t flags)
{
	if (flags & CLONE_PARENT) {
		p->parent = maker->parent;
		p->parent_tid = maker->parent_tid;
		p->exit_signal = maker->exit_signal;            /* as it is now: who adopted the maker knows none but SIGCHLD */
		p->parent_exec_id = maker->parent_exec_id;
	} else {
		p->parent = maker;
		p->parent_tid = maker_task->tid;
	}
	p->pgrp = maker->pgrp;
	p->session = maker->session;
	p->ctty = maker->ctty;
	if (p->ctty)
		tty_get(p->ctty);
	list_append(&p->parent->children, &p->sibling);
	list_append(&p->pgrp->pgrp_members, &p->pgrp_node);
	list_append(&p->session->session_members, &p->session_node);
	rcu_store(p->pid->process, p);          /* pairs with rcu_load() in process_lookup() */
	tasklist.nr_processes++;
}

/* 0; -ERESTARTNOINTR when a signal came first; -ENOMEM when its pid namespace has ended. */
static int publish(struct task *child, struct task *parent, uint64_t flags, struct ptrace_link *link)
{
	struct process *maker = parent->process;

	spin_lock(&tasklist_lock);
	spin_lock(&maker->sig_lock);
	if (thread_signal_pending(&parent->thread)) {
		spin_unlock(&maker->sig_lock);
		spin_unlock(&tasklist_lock);
		return -ERESTARTNOINTR;
	}
	if (unlikely(!pid_may_publish_locked(child->pid, flags & CLONE_THREAD ? NULL : child->process))) {
		spin_unlock(&maker->sig_lock);
		spin_unlock(&tasklist_lock);
		return -ENOMEM;
	}
	if (unlikely(parent->seccomp))
		seccomp_fork_locked(child, parent);
	if (unlikely(parent->mempolicy))
		child->mempolicy = mempolicy_get(parent->mempolicy);
	if (flags & CLONE_THREAD) {
		list_append(&maker->threads, &child->group_node);
		fetch_add_relaxed(&maker->nr_threads, 1);       /* relaxed: under the lock; exit's decrement orders */
	}
	spin_unlock(&maker->sig_lock);
	if (!(flags & CLONE_THREAD))
		publish_process_locked(child->process, maker, parent, flags);
	rcu_store(child->pid->task, child);     /* pairs with rcu_load() in task_lookup() */
	pid_publish_locked(child->pid);
	if (unlikely(link))
		ptrace_fork_publish_locked(child, link);
	tasklist.nr_threads++;
	tasklist.nr_forks++;
	spin_unlock(&tasklist_lock);
	return 0;
}

/* ---- vfork ---- */

/* The caller will vfork_wait(), with a reference of its own. */
static void vfork_prepare(struct task *child, struct completion *done)
{
	completion_init(done);
	child->vfork_done = done;
	child->flags |= TASK_VFORKED;
	task_get(child);
}

/* Sleep until the child has left our memory (exec or exit), or we are being killed. */
static void vfork_wait(struct task *child, struct completion *done)
{
	(void)!completion_wait_killable(done);
	spin_lock(&child->lock);                /* the child signals under it: `done` is ours again, killed or not */
	child->vfork_done = NULL;
	spin_unlock(&child->lock);
	task_put(child);
}

/* ---- the whole ---- */

static void unborn_free(struct task *child, uint64_t flags)
{
	struct process *p = child->process;

	if (child->space)
		space_put_user(child->space);
	if (p && (flags & CLONE_THREAD))
		process_put(p);
	else if (p) {
		sighand_put(process_sighand(p));
		process_free_unborn(p);
	}
	if (child->ns)
		ns_set_put(child->ns);
	if (child->sem_undo)
		sem_undo_drop(child);
	if (child->fs)
		fs_context_put(child->fs);
	if (child->files)
		fdtable_put(child->files);
	if (child->thread.stack) {
		thread_fini(&child->thread);
		thread_release(&child->thread);
	}
	if (child->cred)
		cred_put(child->cred);
	if (child->pid)
		pid_free_unborn(child->pid);
	task_free_unborn(child);
}

static int child_build(struct task *child, struct task *parent, const struct clone_request *r)
{
	int err = copy_cred(child, parent, r->flags);

	if (!err)
		err = copy_fs(child, parent, r->flags);
	if (!err)
		err = copy_namespaces(child, parent, r->flags);
	if (!err)
		err = pid_alloc(pid_ns_from(child->ns->of[NS_PID]), r->tids, r->nr_tids, &child->pid);
	if (err)
		return err;
	err = thread_fork(&child->thread, &parent->thread);
	if (err)
		return err;
	child->thread.is_task = true;
	copy_task(child, parent, r);
	rseq_fork(child, parent, r->flags & CLONE_VM);
	if (r->flags & CLONE_THREAD) {
		process_get(parent->process);
		child->process = parent->process;
	} else {
		err = copy_process(child, parent, r);
		if (err)
			return err;
	}
	err = copy_files(child, parent, r->flags);
	if (!err)
		err = copy_space(child, parent, r->flags);
	if (!err && unlikely(parent->seccomp))
		err = context_watch_fork(&child->thread.ctx, true);
	if (!err && unlikely(context_denies_tsc(&parent->thread.ctx)))
		err = context_deny_tsc(&child->thread.ctx, true);
	if (!err)
		copy_frame(child, parent, r);
	return err;
}

/* Descriptor for CLONE_PIDFD: reserved and told to the caller; installed once the child exists. */
static int child_pidfd_prepare(struct task *child, const struct clone_request *r, struct file **file)
{
	unsigned kind = r->flags & CLONE_THREAD ? PIDFD_THREAD : 0;
	int fd, err = pidfd_create(child->pid, kind, file);

	if (err)
		return err;
	fd = fd_alloc(0, true);
	if (fd < 0) {
		file_put(*file);
		return fd;
	}
	if (user_write(r->pidfd, &fd)) {
		fd_abandon(fd);
		file_put(*file);
		return -EFAULT;
	}
	return fd;
}

/* The published child runs; whom that concerns is told, or waits. */
static void child_start(struct task *child, struct task *parent, uint64_t flags, int tid, unsigned event, struct completion *vfork_done)
{
	thread_start(&child->thread);
	if (unlikely(event))
		ptrace_event(event, (uint64_t)tid);
	if (flags & CLONE_VFORK) {
		vfork_wait(child, vfork_done);
		if (unlikely(parent->ptrace))
			ptrace_event(PTRACE_EVENT_VFORK_DONE, (uint64_t)tid);
	}
}

long task_fork(const struct clone_request *r)
{
	struct task *parent = task_current(), *child;
	struct completion vfork_done;
	struct file *pidfd_file = NULL;
	struct ptrace_link *link = NULL;
	unsigned event = 0;
	int err, tid, pidfd = -1;

	err = request_check(r);
	if (!err)
		err = limits_check(parent->cred);
	if (err)
		return err;
	if (signal_is_pending())
		return -ERESTARTNOINTR;
	child = task_alloc();
	if (!child)
		return -ENOMEM;
	err = child_build(child, parent, r);
	if (err)
		goto free_child;
	if (r->flags & CLONE_PIDFD) {
		pidfd = err = child_pidfd_prepare(child, r, &pidfd_file);
		if (err < 0)
			goto free_child;
	}
	if (unlikely(parent->ptrace)) {
		err = ptrace_fork_prepare(r->flags | (uint64_t)r->exit_signal, &link, &event);
		if (err)
			goto free_pidfd;
	}
	tid = pid_seen(child->pid);
	/* The process's or the thread group's, and the running stack's. */
	refcount_set(&child->refs, 2);
	account_add_tasks(child->cred->account, 1);
	if (r->flags & CLONE_VFORK)
		vfork_prepare(child, &vfork_done);
	err = publish(child, parent, r->flags, link);
	if (err)
		goto unaccount;
	if (pidfd_file)
		fd_install(pidfd, pidfd_file);
	if (r->flags & CLONE_PARENT_SETTID)
		(void)!user_write(r->parent_tid, &tid); /* too late to undo; Linux ignores a fault, too */
	child_start(child, parent, r->flags, tid, event, &vfork_done);
	return tid;

unaccount:
	account_add_tasks(child->cred->account, -1);
	ptrace_link_free(link);
free_pidfd:
	if (pidfd_file) {
		fd_abandon(pidfd);
		file_put(pidfd_file);
	}
free_child:
	unborn_free(child, r->flags);
	return err;
}
