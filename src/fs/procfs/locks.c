/*
 * locks.c - /proc/locks, and the lines of a file's own locks in /proc/PID/fdinfo, as Linux words them.
 *
 * /proc/locks is made in parts: there may be any number of locks. A part takes some of them at a time out of the walk of
 * file_locks_walk(), which holds its spinlocks for so many; the lines are made without.
 * Context: task; a file's own lines are made under a spinlock of flock.c. Tests: tests/abi/procfs/locks*.c, tests/abi/file/lease*.c.
 */
#include "procfs_priv.h"
#include <fs/file.h>
#include <mm/slab.h>
#include <task/pid_ns.h>
#include <task/task.h>
#include <linux/fcntl.h>

#define PART_STEPS 64u                           /* of one part, told or not */

struct lines { struct text_buf *b; const struct pid_ns *ns; const char *before; unsigned id; bool is_told; };
struct walk { struct file_lock_walk at; struct lines lines; struct file_lock_info step[16]; };  /* text_buf.walk */

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
		[FILE_LEASE_ACTIVE] = "LEASE  ACTIVE   ", [FILE_LEASE_BREAKING] = "LEASE  BREAKING ", [FILE_LEASE_BREAKER] = "LEASE  BREAKER  ",
	};
	struct lines *l = arg;
	int pid = pid_in_view(l->ns, i->pid);

	if (!i->level) {
		l->id++;
		l->is_told = pid != 0;
	}
	if (!l->is_told)
		return 0;
	text_printf(l->b, "%s%u: ", l->before, l->id);
	if (i->level)
		text_printf(l->b, "%*s", (int)i->level + 2, "-> ");
	text_printf(l->b, "%s %s %d ", kinds[i->kind], i->type == F_WRLCK ? "WRITE" : i->type == F_RDLCK ? "READ" : "UNLCK", pid);
	if (i->kind == FILE_LEASE_BREAKER)      /* has no file yet */
		text_printf(l->b, "<none>:0 ");
	else
		text_printf(l->b, "%02x:%02x:%lu ", DEV_MAJOR(i->dev), DEV_MINOR(i->dev), i->ino);
	if (i->kind != FILE_LOCK_POSIX && i->kind != FILE_LOCK_OFD)
		return text_printf(l->b, "0 EOF\n");
	return i->end == INT64_MAX ? text_printf(l->b, "%lu EOF\n", i->start) : text_printf(l->b, "%lu %lu\n", i->start, i->end);
}

/* A part of the text, from where the walk is. */
int proc_show_locks(struct text_buf *b, void *arg)
{
	struct walk *w = b->walk ? b->walk : kzalloc(sizeof *w);
	unsigned n = 0, steps = 0;

	if (!w)
		return -ENOMEM;
	b->walk = w;
	w->lines.b = b;
	w->lines.ns = b->view;
	w->lines.before = "";
	do {
		if (text_is_part(b) || steps++ == PART_STEPS) {
			b->has_more = true;
			break;
		}
		n = file_locks_walk(&w->at, w->step, ARRAY_SIZE(w->step));
		for (unsigned i = 0; i < n; i++)
			add_line(&w->step[i], &w->lines);
	} while (n);
	return 0;
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
