/*
 * unshare.c - unshare(2) and setns(2): a task leaves what it shares, or joins what others have.
 *
 * Everything is made or found first, then put in place; what is put in place cannot fail.
 * Context: task, may sleep. task->lock for the pointers that others read.
 */
#include <base/err.h>
#include <fs/file.h>
#include <fs/namespace.h>
#include <ipc/sysv.h>
#include <linux/sched.h>
#include <mm/space.h>
#include <task/ns.h>
#include <task/user_ns.h>
#include "proc_priv.h"

/* ---- unshare ---- */

/* What goes with what, as unshare(2) has it. */
static uint64_t flags_completed(uint64_t f)
{
	if (f & CLONE_NEWUSER)
		f |= CLONE_THREAD | CLONE_FS;
	if (f & CLONE_VM)
		f |= CLONE_SIGHAND;
	if (f & CLONE_SIGHAND)
		f |= CLONE_THREAD;
	if (f & CLONE_NEWNS)
		f |= CLONE_FS;
	return f;
}

static int flags_check(uint64_t f)
{
	struct process *p = process_current();

	if (f & ~(uint64_t)(CLONE_THREAD | CLONE_FS | CLONE_SIGHAND | CLONE_VM | CLONE_FILES | CLONE_SYSVSEM | NS_FLAGS))
		return -EINVAL;
	if ((f & (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM)) && load_relaxed(&p->nr_threads) > 1)
		return -EINVAL;
	if ((f & (CLONE_SIGHAND | CLONE_VM)) && refcount_read(&process_sighand(p)->refs) > 1)
		return -EINVAL;
	if ((f & CLONE_VM) && load_relaxed(&task_current()->space->users) > 1)
		return -EINVAL;
	return 0;
}

static void context_replace(struct fs_context *fresh)
{
	struct task *t = task_current();
	struct fs_context *old = t->fs;

	spin_lock(&t->lock);
	t->fs = fresh;
	spin_unlock(&t->lock);
	fs_context_put(old);
}

int cred_make_user_ns(const struct cred *old, struct cred **out)
{
	struct cred *c;
	int err;

	if (fs_is_chrooted())
		return -EPERM;
	c = cred_copy(old);
	if (!c)
		return -ENOMEM;
	err = user_ns_make(c);
	if (err) {
		cred_put(c);
		return err;
	}
	*out = c;
	return 0;
}

/* The parts made: put in place by the caller, or dropped here. */
struct parts { struct fs_context *fs; struct cred *cred; struct ns_set *ns; };

static int parts_make(struct parts *p, uint64_t f)
{
	struct task *t = task_current();
	int err = 0;

	if ((f & CLONE_FS) && (refcount_read(&t->fs->refs) > 1 || (f & CLONE_NEWNS))) {
		p->fs = fs_context_copy(t->fs);
		if (!p->fs)
			return -ENOMEM;
	}
	if (f & CLONE_FILES)
		err = fdtable_unshare(NULL);
	if (!err && (f & CLONE_NEWUSER))
		err = cred_make_user_ns(t->cred, &p->cred);
	return err ? err : ns_set_copy(t->ns, f, p->cred ?: t->cred, p->fs, &p->ns);
}

int task_unshare(uint64_t flags)
{
	uint64_t f = flags_completed(flags);
	struct parts p = { 0 };
	int err = flags_check(f);

	if (err)
		return err;
	err = parts_make(&p, f);
	if (err) {
		if (p.cred)
			cred_put(p.cred);
		if (p.fs)
			fs_context_put(p.fs);
		return err;
	}
	if (f & (CLONE_SYSVSEM | CLONE_NEWIPC))
		sem_undo_exit(task_current());  /* what it owes the semaphores that it no longer reaches */
	if (p.fs)
		context_replace(p.fs);
	ns_set_replace(p.ns);
	if (p.cred)
		cred_replace(p.cred);
	return 0;
}

/* ---- setns ---- */

static int user_check(struct user_ns *u)
{
	struct task *t = task_current();

	if (u == t->cred->user_ns || load_relaxed(&t->process->nr_threads) > 1 || refcount_read(&t->fs->refs) > 1)
		return -EINVAL;
	return capable_in(u, CAP_SYS_ADMIN) ? 0 : -EPERM;
}

/* May who has credentials c by then join n? */
static int other_check(struct ns *n, const struct cred *c)
{
	if (!cred_capable_in(c, user_ns_of(n->owner), CAP_SYS_ADMIN) || !cred_capable_here(c, CAP_SYS_ADMIN))
		return -EPERM;
	return n->type->may_enter ? n->type->may_enter(n, c) : 0;
}

static int set_make(struct ns *const *list, unsigned nr, const struct cred *c, struct ns_set **out)
{
	struct ns_set *s = task_current()->ns, *next;
	int err = 0;

	ns_set_get(s);
	for (unsigned i = 0; i < nr && !err; i++) {
		if (list[i]->type->flag == CLONE_NEWUSER)
			continue;
		err = other_check(list[i], c);
		if (err)
			break;
		next = ns_set_with(s, list[i]);
		if (!next)
			err = -ENOMEM;
		ns_set_put(s);
		s = next;
	}
	if (err && s)
		ns_set_put(s);
	*out = s;
	return err;
}

int task_setns(struct ns *const *list, unsigned nr)
{
	struct cred *fresh = NULL;
	struct ns_set *s = NULL;
	int err = 0;

	for (unsigned i = 0; i < nr && !err; i++) {
		if (list[i]->type->flag != CLONE_NEWUSER)
			continue;
		err = user_check(user_ns_of(list[i]));
		fresh = err ? NULL : cred_copy(cred_current());
		if (fresh)
			user_ns_cred_enter(fresh, user_ns_of(list[i]));
		else if (!err)
			err = -ENOMEM;
	}
	if (!err)
		err = set_make(list, nr, fresh ?: cred_current(), &s);
	if (err) {
		if (fresh)
			cred_put(fresh);
		return err;
	}
	for (unsigned i = 0; i < nr; i++) {
		if (list[i]->type->flag == CLONE_NEWIPC)
			sem_undo_exit(task_current());
		if (list[i]->type->entered)
			list[i]->type->entered(list[i]);
	}
	ns_set_replace(s);
	if (fresh) {
		if (!user_ns_is_made_by(fresh->user_ns, cred_current())) {
			process_current()->dumpable = (uint8_t)load_relaxed(&suid_dumpable);     /* what it brings along is not that namespace's */
			task_current()->pdeath_signal = 0;
		}
		cred_replace(fresh);
	}
	return 0;
}
