/*
 * locks.c - /proc/locks, and the lines of a file's own locks in /proc/PID/fdinfo, as Linux words them.
 *
 * Context: the lines are made under the spinlocks of flock.c; text grows without sleeping. Tests: tests/abi/procfs/locks.c.
 */
#include "procfs_priv.h"
#include <fs/file.h>
#include <task/pid_ns.h>
#include <task/task.h>
#include <linux/fcntl.h>

struct lines { struct text_buf *b; const struct pid_ns *ns; const char *before; unsigned id; };

/* As the namespace of the mount sees it; 0: not at all. In the first one also those who have ended are told. */
static int pid_in_view(const struct pid_ns *ns, int pid)
{
	const struct pid *p;
	int nr;

	if (pid < 0 || ns == &pid_ns_initial)
		return pid;
	rcu_read_lock();
	p = pid_find(pid);
	nr = p ? pid_nr_in(p, ns) : 0;
	rcu_read_unlock();
	return nr;
}

static int add_line(const struct file_lock_info *i, void *arg)
{
	static const char *const kinds[] = {
		[FILE_LOCK_POSIX] = "POSIX  ADVISORY ", [FILE_LOCK_OFD] = "OFDLCK ADVISORY ", [FILE_LOCK_FLOCK] = "FLOCK  ADVISORY ",
	};
	struct lines *l = arg;
	int pid = pid_in_view(l->ns, i->pid);

	l->id += !i->waits;
	if (!pid)
		return 0;
	text_printf(l->b, "%s%u: %s%s %s %d %02x:%02x:%lu ", l->before, l->id, i->waits ? "-> " : "", kinds[i->kind],
		    i->type == F_WRLCK ? "WRITE" : "READ ", pid, DEV_MAJOR(i->dev), DEV_MINOR(i->dev), i->ino);
	if (i->kind == FILE_LOCK_FLOCK)
		return text_printf(l->b, "0 EOF\n");
	return i->end == INT64_MAX ? text_printf(l->b, "%lu EOF\n", i->start) : text_printf(l->b, "%lu %lu\n", i->start, i->end);
}

int proc_show_locks(struct text_buf *b, void *arg)
{
	struct lines l = { .b = b, .ns = b->view, .before = "" };

	return file_locks_for_each(add_line, &l);
}

int proc_show_file_locks(struct text_buf *b, struct task *t, struct file *f)
{
	struct lines l = { .b = b, .ns = b->view, .before = "lock:\t" };
	const struct fdtable *table;

	spin_lock(&t->lock);
	table = t->files;                       /* compared, never followed */
	spin_unlock(&t->lock);
	return file_locks_of(f, table, add_line, &l);
}
