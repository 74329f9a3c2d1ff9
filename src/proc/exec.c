/*
 * exec.c - a task becomes another program.
 *
 * The new memory is built beside the old one: file opened, #! lines followed (exec_open.c), image
 * (elf.c) and stack (exec_args.c) mapped. Until exec_commit() every error leaves the caller untouched,
 * but for those of elf.c that end it (is_fatal); from the moment the other threads are gone and the
 * memory is switched, nothing can fail.
 *   I1  an opened program keeps writers out; the new space's exe holds that on
 * Context: task, sleeps; full frame.
 */
#include <arch/fpu.h>
#include <arch/irq.h>
#include <arch/vdso.h>
#include <mm/boot.h>
#include <sched/sched.h>
#include <ipc/futex.h>
#include <drivers/tty.h>
#include <mm/slab.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/personality.h>
#include <proc/ptrace.h>
#include <proc/syscall_dispatch.h>
#include <task/inspect.h>
#include <task/posix_timer.h>
#include <task/rseq.h>
#include <task/signal.h>
#include <task/user_ns.h>
#include "exec_priv.h"

#define STACK_TOP       USER_END
#define STACK_RANDOM    0x3ffffful              /* 22 bits of pages: 16 GiB, as Linux */

void exec_init(void)
{
	char none[8];

	if (boot_option("norandmaps", none, sizeof none))
		randomize_va_space = 0;
}

/* ---- building the new memory ---- */

static void randomness_take(struct exec *e)
{
	struct { uint64_t r[4]; uint8_t at[16]; } bytes;

	random_bytes(&bytes, sizeof bytes);
	memcpy(e->random, bytes.r, sizeof e->random);
	memcpy(e->at_random, bytes.at, sizeof e->at_random);
	e->randomize = load_relaxed(&randomize_va_space) > 0 && !(e->personality & ADDR_NO_RANDOMIZE);
}

static int space_build(struct exec *e)
{
	int err;

	e->space = space_alloc();
	if (!e->space)
		return -ENOMEM;
	if (task_current()->space)
		space_inherit(e->space, task_current()->space);
	randomness_take(e);
	e->stack_top = STACK_TOP - (e->randomize ? (e->random[0] & STACK_RANDOM) << PAGE_SHIFT : 0);
	e->space->layout.mmap_base = space_mmap_base(e->randomize ? e->random[1] : 0);
	err = elf_load(e);
	if (err)
		return err;
	err = vdso_map(e->space, &e->image.vdso);
	return err ? err : exec_stack_build(e);
}

/* ---- becoming the only thread ---- */

/* Only the current thread is left, but for a leader that waits to be released. sig_lock held. */
static bool others_are_gone_locked(struct process *p, struct task *self)
{
	struct task *t;

	list_for_each(t, &p->threads, group_node) {
		if (t != self && !(t == p->leader && (t->flags & TASK_GONE)))
			return false;
	}
	return true;
}

static bool others_are_gone(struct process *p, struct task *self)
{
	bool gone;

	spin_lock(&p->sig_lock);
	gone = others_are_gone_locked(p, self);
	spin_unlock(&p->sig_lock);
	return gone;
}

/* The last other thread, or the leader, unparks us on its way out (exit_notify). */
static int others_wait(struct process *p, struct task *self)
{
	int err = 0;

	for (;;) {
		park_begin(PARK_KILLABLE);
		if (others_are_gone(p, self))
			break;
		if (err)
			break;
		err = park(PARK_KILLABLE, ~0ull);
	}
	park_end();
	return others_are_gone(p, self) ? 0 : -EAGAIN;
}

/*
 * The exec'ing thread, not the leader, takes the leader's number and place; the dead leader
 * leaves under the thread's old number. Each keeps as many references as it had.
 */
static void leader_take_over(struct process *p, struct task *self)
{
	struct task *old;
	struct pid *number;
	struct process *child;
	struct ptrace_link *link;

	spin_lock(&tasklist_lock);
	spin_lock(&p->sig_lock);
	old = p->leader;
	number = self->pid;
	list_for_each(child, &p->children, sibling) {
		if (child->parent_tid == self->tid)
			child->parent_tid = p->tgid;
	}
	old->pid = number;
	old->tid = pid_own_nr(number);
	self->pid = p->pid;
	self->tid = p->tgid;
	link = ptrace_leader_replaced_locked(old, self);
	self->start_time_ns = old->start_time_ns;
	rcu_store(p->pid->task, self);
	p->leader = self;
	list_del_init(&old->group_node);
	spin_unlock(&p->sig_lock);
	store_relaxed(&number->task, (struct task *)NULL);
	tasklist.nr_threads--;
	pid_detach_locked(number);
	spin_unlock(&tasklist_lock);
	ptrace_link_free(link);
	account_add_tasks(old->cred->account, -1);
	task_put(old);
}

int exec_become_single(void)
{
	struct task *self = task_current(), *t;
	struct process *p = self->process;
	int err;

	if (load_relaxed(&p->nr_threads) == 1 && p->leader == self)
		return 0;                       /* nobody else could add one */
	spin_lock(&p->sig_lock);
	if ((p->group_flags & GROUP_EXIT) || p->group_exec) {
		spin_unlock(&p->sig_lock);
		return -EAGAIN;
	}
	p->group_exec = self;
	list_for_each(t, &p->threads, group_node) {
		if (t == self || (t->flags & TASK_GONE))
			continue;
		t->pending.set |= SIGMASK(SIGKILL);
		signal_wake_locked(t, true);
	}
	spin_unlock(&p->sig_lock);
	err = others_wait(p, self);
	if (!err && p->leader != self)
		leader_take_over(p, self);
	spin_lock(&p->sig_lock);
	p->group_exec = NULL;
	spin_unlock(&p->sig_lock);
	return err;
}

/* ---- the point of no return ---- */

/* A table of actions of our own, when another process shares ours (CLONE_SIGHAND). */
static int sighand_unshare(struct process *p)
{
	struct sighand *old = process_sighand(p), *fresh;

	if (refcount_read(&old->refs) == 1)
		return 0;
	fresh = sighand_alloc();
	if (!fresh)
		return -ENOMEM;
	spin_lock(&tasklist_lock);              /* exit of a child looks at them under it */
	spin_lock(&p->sig_lock);
	spin_lock(&old->share_lock);
	sighand_copy(fresh, old);
	spin_unlock(&old->share_lock);
	p->actions = fresh->action;
	spin_unlock(&p->sig_lock);
	spin_unlock(&tasklist_lock);
	sighand_put(old);
	return 0;
}

/* Run on the new memory; the old one goes, unless somebody shares it. */
static void space_replace(struct exec *e, struct task *t)
{
	struct space *old = t->space, *fresh = e->space;

	file_get(e->file);
	fresh->exe = e->file;
	if (old)
		fresh->dump_filter = load_relaxed(&old->dump_filter);
	spin_lock(&t->lock);
	t->space = fresh;
	spin_unlock(&t->lock);
	irq_disable();                          /* no switch may come between the two */
	t->thread.space = fresh;
	space_switch(old, fresh);
	irq_enable();
	e->space = NULL;
	task_vfork_done(t);
	if (old) {
		uint64_t hiwater = space_put_user_hiwater(old);

		t->process->maxrss_pages = MAX(t->process->maxrss_pages, hiwater);
	}
}

/* Does fresh act as somebody else, or may it more? Then who could look into the old program may not into the new one. */
static bool cred_is_other(const struct cred *old, const struct cred *fresh)
{
	return old->euid != fresh->euid || old->egid != fresh->egid || old->fsuid != fresh->fsuid || old->fsgid != fresh->fsgid ||
	       (fresh->cap_permitted & ~old->cap_permitted);
}

static void task_reset(struct exec *e, struct task *t, struct process *p)
{
	const char *slash = strrchr(e->filename, '/');
	const struct cred *old = cred_current();
	bool keeps = old->euid == old->uid && old->egid == old->gid && !e->is_secret;

	signal_exec_reset(p);
	task_set_comm(t, slash ? slash + 1 : e->filename);
	t->altstack_base = t->altstack_size = 0;
	t->altstack_flags = SS_DISABLE;
	t->clear_child_tid = UADDR(0);
	t->set_child_tid = UADDR(0);
	t->restart_fn = NULL;
	rseq_forget(t);
	t->flags &= ~(TASK_FORKNOEXEC | TASK_VFORKED);
	p->exit_signal = SIGCHLD;
	store_relaxed(&p->exec_id, p->exec_id + 1);     /* relaxed: who asked for signals is told by it, which orders nothing else */
	p->personality = e->personality;
	p->membarrier_state = 0;
	if (e->is_secure)
		t->pdeath_signal = 0;
	if (e->cred) {
		if (cred_is_other(old, e->cred)) {
			t->pdeath_signal = 0;
			keeps = false;
		}
		cred_replace(e->cred);
		e->cred = NULL;
	} else {
		t->cred_mark = 0;               /* the same, but another program's */
	}
	if (unlikely(!keeps || p->dumpable != DUMPABLE_USER || p->secrets_ns != e->secrets_ns)) {
		user_ns_get(e->secrets_ns);
		process_secrets_set(p, e->secrets_ns, keeps ? DUMPABLE_USER : load_relaxed(&suid_dumpable));
	}
	store_relaxed(&p->did_exec, true);      /* setpgid() by the parent fails from here on */
}

static void frame_reset(const struct exec *e, struct task *t)
{
	struct user_frame *f = task_user_frame(t);

	memset(f, 0, sizeof *f);
	f->orig_rax = ~0ull;
	f->rip = e->image.start_entry;
	f->rsp = e->stack_pointer;
	f->cs = FRAME_USER_CS;
	f->ss = FRAME_USER_SS;
	f->rflags = 0x202;                      /* interrupts on */
	context_set_fs_base(&t->thread.ctx, 0);
	context_set_gs_base(&t->thread.ctx, 0);
	fpu_reset(&t->thread.ctx);
	thread_set_work(&t->thread, WORK_FULL_RESTORE);
}

/* Words in the old memory that others may wait for. */
static void old_words_done(struct task *t)
{
	futex_exit_robust(t);
	futex_pi_restart(t);
	task_tid_word_done(t);
}

/* The old program's timers, and what they sent. */
static void timers_end(struct process *p, struct task *t)
{
	posix_timers_delete_all(p);
	spin_lock(&p->sig_lock);
	sigqueue_remove_code(&p->shared_pending, SI_TIMER);
	sigqueue_remove_code(&t->pending, SI_TIMER);
	signal_recalc(t);
	spin_unlock(&p->sig_lock);
}

/* 0, or the error that still could happen, with nothing changed but the other threads gone. */
static int exec_commit(struct exec *e)
{
	struct task *t = task_current();
	struct process *p = t->process;
	int old_tid = t->tid, err = exec_become_single();

	if (!err)
		err = fdtable_unshare(NULL);
	if (!err)
		err = sighand_unshare(p);
	if (err)
		return err;
	if (t->space)
		old_words_done(t);
	if (unlikely(e->cred || e->is_secret || p->dumpable != DUMPABLE_USER))
		process_secrets_close(p);       /* until task_reset(): the rights follow the memory */
	space_replace(e, t);
	fdtable_close_on_exec();
	timers_end(p, t);
	task_reset(e, t, p);
	frame_reset(e, t);
	if (unlikely(t->dispatch != NULL))
		syscall_dispatch_clear(t);
	if (unlikely(t->ptrace))
		ptrace_exec_done(old_tid);
	return 0;
}

/* ---- the whole ---- */

static struct exec *exec_alloc(void)
{
	struct exec *e = kmalloc(sizeof *e, 0);

	if (!e)
		return NULL;
	e->file = NULL;
	e->space = NULL;
	e->cred = NULL;
	e->secrets_ns = user_ns_current();
	e->fd_hidden = e->is_secure = e->is_secret = e->is_fatal = e->is_guarded = false;
	e->personality = process_current()->personality;
	memset(&e->image, 0, sizeof e->image);
	exec_args_init(&e->args);
	return e;
}

static void exec_free(struct exec *e)
{
	exec_cred_done(e);
	exec_args_fini(&e->args);
	if (e->space)
		space_put_user(e->space);
	if (e->file)
		file_put(e->file);              /* writers stay out while the program runs: its exe is this file */
	kfree(e);
}

/* With file and arguments in place. */
static int exec_run(struct exec *e)
{
	int err = exec_scripts_follow(e);

	if (!err)
		err = exec_cred_prepare(e);
	if (!err)
		err = space_build(e);
	return err ? err : exec_commit(e);
}

/* The program turned out not to be what its headers promise: no error is returned, SIGSEGV ends the process. */
static void caller_dies(void)
{
	struct process *p = process_current();

	spin_lock(&p->sig_lock);
	signal_kill_group_locked(p, SIGSEGV);
	spin_unlock(&p->sig_lock);
}

/* What execveat() through a descriptor is called: "/dev/fd/3" or "/dev/fd/3/name", of any length. NULL without memory. */
static char *fd_name(int dirfd, const char *path)
{
	size_t size = sizeof "/dev/fd/2147483647/" + strlen(path);
	char *name = kmalloc(size, 0);

	if (name)
		snprintf(name, size, *path ? "/dev/fd/%d/%s" : "/dev/fd/%d", dirfd, path);
	return name;
}

int exec_user(int dirfd, const char *path, uaddr_t argv, uaddr_t envp, int flags)
{
	unsigned walk = (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0);
	struct exec *e = exec_alloc();
	struct task *t = task_current();
	char *name = NULL;
	int err;

	if (!e)
		return -ENOMEM;
	if (unlikely(t->flags & TASK_OVER_NPROC)) {
		err = -EAGAIN;
		if (account_is_over_nproc(t->cred->account))
			goto out;
		t->flags &= ~TASK_OVER_NPROC;
	}
	e->filename = path;
	if (dirfd != AT_FDCWD && *path != '/') {
		err = -ENOMEM;
		name = fd_name(dirfd, path);
		if (!name)
			goto out;
		e->filename = name;
		e->fd_hidden = fd_get_cloexec(dirfd) == 1;
	}
	err = exec_open(dirfd, path, walk, &e->file);
	if (!err)
		err = exec_args_from_user(&e->args, argv, envp);
	if (!err)
		err = exec_run(e);
	if (err && e->is_fatal)
		caller_dies();
out:
	exec_free(e);
	kfree(name);
	return err;
}

int exec_path(const char *path, const char *const argv[], const char *const envp[])
{
	struct exec *e = exec_alloc();
	int err;

	if (!e)
		return -ENOMEM;
	e->filename = path;
	err = exec_open(AT_FDCWD, path, WALK_FOLLOW, &e->file);
	if (!err)
		err = exec_args_from_kernel(&e->args, argv, envp);
	if (!err)
		err = exec_run(e);
	exec_free(e);
	return err;
}
