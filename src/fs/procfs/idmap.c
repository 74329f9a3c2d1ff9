/*
 * idmap.c - /proc/PID/uid_map, gid_map, projid_map and setgroups: the maps of a task's user namespace.
 *
 * An opened file keeps the namespace that the task had then, and who opened it: both that one and who writes must have
 * the rights, so that nobody has a program of more rights write for him.
 */
#include "procfs_priv.h"
#include <mm/slab.h>
#include <task/user_ns.h>

struct opened_map { struct user_ns *ns; const struct cred *opener; enum id_kind kind; };

static int show_map(struct text_buf *b, void *arg)
{
	const struct opened_map *o = arg;
	uint32_t line[3];
	int err = 0;

	for (unsigned i = 0; !err && id_map_line(o->ns, o->kind, i, o->opener->user_ns, line); i++)
		err = text_printf(b, "%10u %10u %10u\n", line[0], line[1], line[2]);
	return err;
}

static int store_map(char *text, size_t len, loff_t at, void *arg)
{
	const struct opened_map *o = arg;

	return id_map_write(o->ns, o->kind, at || len >= PAGE_SIZE ? NULL : text, o->opener);
}

static int show_setgroups(struct text_buf *b, void *arg)
{
	const struct opened_map *o = arg;

	return text_printf(b, "%s\n", load_relaxed(&o->ns->setgroups_denied) ? "deny" : "allow");
}

static int store_setgroups(char *text, size_t len, loff_t at, void *arg)
{
	const struct opened_map *o = arg;

	return at || len >= 8 ? -EINVAL : user_ns_setgroups_write(o->ns, text, o->opener);
}

static void release(void *arg)
{
	struct opened_map *o = arg;

	user_ns_put(o->ns);
	cred_put(o->opener);
	kfree(o);
}

static int open_common(struct inode *i, struct file *f, enum id_kind kind, bool setgroups)
{
	struct pseudo_file p = { .show = setgroups ? show_setgroups : show_map, .store = setgroups ? store_setgroups : store_map };
	struct opened_map *o = kmalloc(sizeof *o, 0);
	struct task *t;
	int err = proc_open_task(i, f);

	if (err || !o) {
		kfree(o);
		if (!err)
			task_put(f->priv);
		return err ? err : -ENOMEM;
	}
	t = f->priv;
	f->priv = NULL;
	*o = (struct opened_map){ .ns = user_ns_of(ns_of_task(t, NS_USER)), .opener = task_cred_get(task_current()), .kind = kind };
	task_put(t);
	if (setgroups && (f->mode & FILE_WRITE) && !cred_capable_in(o->opener, o->ns, CAP_SYS_ADMIN)) {
		release(o);
		return -EACCES;
	}
	p.arg = o;
	f->mode |= FILE_NO_SPLICE;
	return pseudo_open(f, &p, release);
}

static int uid_open(struct inode *i, struct file *f) { return open_common(i, f, ID_UID, false); }
static int gid_open(struct inode *i, struct file *f) { return open_common(i, f, ID_GID, false); }
static int project_open(struct inode *i, struct file *f) { return open_common(i, f, ID_PROJECT, false); }
static int setgroups_open(struct inode *i, struct file *f) { return open_common(i, f, ID_GID, true); }

const struct file_ops proc_uid_map_ops = { .open = uid_open };
const struct file_ops proc_gid_map_ops = { .open = gid_open };
const struct file_ops proc_projid_map_ops = { .open = project_open };
const struct file_ops proc_setgroups_ops = { .open = setgroups_open };
