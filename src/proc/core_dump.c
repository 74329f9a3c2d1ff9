/*
 * core_dump.c - when a signal leaves a core file, and where; the ELF file itself is core_elf.c's.
 *
 * The thread that got the signal ends the group, as any deadly signal does, but for itself, and waits until every
 * other thread has come to the start of its exit: core_dump_join_locked(). There they sleep with frame, registers and stack as
 * user mode left them, until the file is written. A SIGKILL meanwhile cuts the file short (process->dumper), and is
 * what the process died of.
 *   I1  process->dump is set from the section of sig_lock that sets GROUP_EXIT until the one that lets the members go
 *   I2  a thread that was TASK_LEAVING in the first of the two is not awaited; every other thread joins
 *   I3  a member is let go once: its node is out of the list before its completion is signalled, which frees it
 * Lock: sig_lock.   Context: task, on the way to user mode.
 * Tests: tests/abi/core/.
 */
#include <fs/file.h>
#include <fs/names.h>
#include <linux/resource.h>
#include <linux/stat.h>
#include <sched/sched.h>
#include <time/clock.h>
#include "core_priv.h"

#define CORE_MIN 4096u                      /* with less of RLIMIT_CORE nothing is begun */
#define PARK_POLL_NS 50000u
#define CORE_MODE (S_IRUSR | S_IWUSR)

/* ---- the other threads ---- */

void core_dump_join_locked(struct task *t)
{
	struct process *p = t->process;
	struct core_member self = { .task = t };
	struct core_dump *d = p->dump;
	bool is_awaited = d && d->task != t && !(t->flags & TASK_LEAVING);

	t->flags |= TASK_LEAVING;               /* I2 */
	if (!is_awaited)
		return;
	completion_init(&self.over);
	list_append(&d->members, &self.node);
	if (!--d->nr_awaited)
		completion_signal(&d->gathered);
	spin_unlock(&p->sig_lock);
	completion_wait(&self.over);
	spin_lock(&p->sig_lock);
}

void core_dump_join(struct task *t)
{
	spin_lock(&t->process->sig_lock);
	core_dump_join_locked(t);
	spin_unlock(&t->process->sig_lock);
}

/* End the group with the signal; 0, or -EAGAIN when it ends already, or is about to execute another program. */
static int group_gather(struct core_dump *d, struct process *p)
{
	struct completion never;
	struct core_member *m;
	struct task *t;

	spin_lock(&p->sig_lock);
	if ((p->group_flags & GROUP_EXIT) || p->group_exec) {
		spin_unlock(&p->sig_lock);
		return -EAGAIN;
	}
	list_for_each(t, &p->threads, group_node)
		d->nr_awaited += t != d->task && !(t->flags & TASK_LEAVING);
	if (!d->nr_awaited)
		completion_signal(&d->gathered);
	signal_end_group_locked(p, d->info->si_signo, d->task);
	p->dump = d;
	p->dumper = d->task;
	spin_unlock(&p->sig_lock);

	completion_wait(&d->gathered);
	completion_init(&never);
	list_for_each(m, &d->members, node)
		while (!thread_is_parked(&m->task->thread))     /* a few instructions, unless it was preempted there: by us, maybe */
			if (!completion_wait_deadline(&never, clock_monotonic_ns() + PARK_POLL_NS))
				break;                          /* never */
	return 0;
}

static void group_let_go(struct core_dump *d, struct process *p, bool is_dumped)
{
	struct core_member *m;

	spin_lock(&p->sig_lock);
	if (is_dumped && p->group_exit_status != SIGKILL)
		p->group_exit_status |= CORE_DUMPED;
	p->dump = NULL;
	p->dumper = NULL;
	spin_unlock(&p->sig_lock);
	while (!list_empty(&d->members)) {      /* nobody joins any more */
		m = list_first(&d->members, struct core_member, node);
		list_del(&m->node);
		completion_signal(&m->over);    /* I3 */
	}
}

/* ---- the file ---- */

/* Is this what was just made for us, and nobody else's to look at? */
static bool file_is_ours(const struct file *f)
{
	const struct inode *i = f->inode;

	return S_ISREG(i->mode) && i->nlink == 1 && i->uid == cred_current()->fsuid && (i->mode & 0677) == CORE_MODE && f->ops->write;
}

static int file_make(const char *name, bool is_roots, struct file **out)
{
	int err;

	if (is_roots && *name != '/')
		return -EACCES;                 /* root's file, in a directory that the user chose */
	err = is_roots ? 0 : vfs_unlink(AT_FDCWD, name);
	if (err && err != -ENOENT)
		return err;
	err = file_open(AT_FDCWD, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_LARGEFILE, CORE_MODE, 0, out);
	if (!err && !file_is_ours(*out)) {
		file_put(*out);
		err = -EACCES;
	}
	return err;
}

static bool dump_to_file(struct core_dump *d, bool is_roots)
{
	struct text_buf name = { 0 };
	bool is_dumped = false;
	struct file *f;

	if (!core_name(d, &name) && !file_make(name.data, is_roots, &f)) {
		is_dumped = core_elf_write(d, f);
		file_put(f);
	}
	text_fini(&name);
	return is_dumped;
}

/* ---- entry ---- */

void core_dump(struct task *t, const siginfo_t *info)
{
	struct process *p = t->process;
	struct core_dump d = {
		.task = t, .info = info, .dumpable = load_relaxed(&p->dumpable), .limit = rlimit_current(RLIMIT_CORE),
		.members = LIST_INIT(d.members),
	};
	const bool is_roots = d.dumpable == DUMPABLE_ROOT;
	struct cred *as_root = NULL;

	if (d.dumpable == DUMPABLE_NOT || d.limit < CORE_MIN)
		return;
	completion_init(&d.gathered);
	if (is_roots) {                         /* the program ends: it need not get its own ids back */
		as_root = cred_copy(cred_current());
		if (!as_root)
			return;
		as_root->fsuid = 0;
	}
	if (group_gather(&d, p)) {
		if (as_root)
			cred_put(as_root);
		return;
	}
	if (as_root)
		cred_replace(as_root);
	group_let_go(&d, p, dump_to_file(&d, is_roots));
}
