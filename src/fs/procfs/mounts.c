/*
 * mounts.c - /proc/PID/mounts, mountinfo and mountstats: the mount table as the task's root sees it.
 *
 * An opened file keeps the mount namespace and the root that the task had when it was opened. There may be any number of
 * mounts: the text is made in parts (fs/pseudo.h), in order of id, each going on behind the mount at which the last one
 * ended; so no mount is told twice, and none that stays is left out. mount_lock is held for one part at a time.
 * Context: task, may sleep.       Tests: tests/abi/mount/mounts_file.c, mounts_parts.c, mounts_poll.c.
 */
#include "node.h"
#include <lib/string.h>
#include <mm/slab.h>
#include <fs/namespace.h>
#include <fs/nsfs.h>
#include <linux/mount.h>

#define PART_MOUNTS 512u                         /* looked at in one part, told or not */

enum form { FORM_MOUNTS, FORM_INFO, FORM_STATS };
struct opened_mounts { struct mnt_ns *ns; struct path root; enum form form; };  /* counted */
struct walk { struct text_buf *b; struct path root; char *path, *options, *text; enum form form; unsigned nr; };

static const struct { unsigned flag; const char *name; } flag_names[] = {
	{ MS_NOSUID, ",nosuid" }, { MS_NODEV, ",nodev" }, { MS_NOEXEC, ",noexec" }, { MS_NOATIME, ",noatime" },
	{ MS_NODIRATIME, ",nodiratime" }, { MS_RELATIME, ",relatime" }, { MS_NOSYMFOLLOW, ",nosymfollow" },
};

static void show_flags(struct text_buf *b, unsigned flags)
{
	text_printf(b, "%s", flags & MS_RDONLY ? "ro" : "rw");
	for (size_t i = 0; i < ARRAY_SIZE(flag_names); i++)
		if (flags & flag_names[i].flag)
			text_printf(b, "%s", flag_names[i].name);
}

#define ESCAPED " \t\n\\"                /* as octal, as fstab(5) reads them */

/* Which directory of its file system a mount shows. */
static void show_root(struct walk *w, const struct mount *m)
{
	int err;
	char *s;

	if (m->super->type == nsfs_fs_type()) {
		text_escape(w->b, m->root->name.s, ESCAPED);
		return;
	}
	s = dentry_to_string(m->root, w->text, PATH_MAX_LEN, &err);
	text_escape(w->b, s ? s : "?", ESCAPED);
}

static void show_propagation(struct walk *w, const struct mount *m)
{
	if (m->group)
		text_printf(w->b, " shared:%u", m->group);
	if (m->master) {
		unsigned from = mount_dominating_group(m, &w->root);

		text_printf(w->b, " master:%u", m->master->group);
		if (from && from != m->master->group)
			text_printf(w->b, " propagate_from:%u", from);
	}
	if (m->is_unbindable)
		text_printf(w->b, " unbindable");
}

static int show_mount(struct walk *w, struct mount *m)
{
	/* By the place, for what is shown there may have been removed; but the root is where it is. */
	struct path p = m == w->root.mnt || !m->parent ? (struct path){ m, m->root } : (struct path){ m->parent, m->mountpoint };
	int err = 0;
	char *where = path_to_string(&p, &w->root, w->path, PATH_MAX_LEN, &err);

	if (err || where[0] != '/')
		return 0;                       /* not below this task's root */
	w->options[0] = '\0';
	if (m->super->ops->show_options)
		m->super->ops->show_options(m->super, w->options, PATH_MAX_LEN);
	if (w->form == FORM_STATS) {
		text_printf(w->b, "device ");
		text_escape(w->b, m->source ? m->source : "none", ESCAPED);
		text_printf(w->b, " mounted on ");
		text_escape(w->b, where, ESCAPED);
		return text_printf(w->b, " with fstype %s\n", m->super->type->name);
	}
	if (w->form == FORM_INFO) {
		text_printf(w->b, "%u %u %u:%u ", m->id, m->parent ? m->parent->id : m->id, DEV_MAJOR(m->super->dev), DEV_MINOR(m->super->dev));
		show_root(w, m);
		text_printf(w->b, " ");
		text_escape(w->b, where, ESCAPED);
		text_printf(w->b, " ");
		show_flags(w->b, m->flags);
		show_propagation(w, m);
		text_printf(w->b, " - %s ", m->super->type->name);
		text_escape(w->b, m->source, ESCAPED "#");
		text_printf(w->b, " %s%s\n", m->super->flags & MS_RDONLY ? "ro" : "rw", w->options);
		return 0;
	}
	text_escape(w->b, m->source, ESCAPED "#");
	text_printf(w->b, " ");
	text_escape(w->b, where, ESCAPED);
	text_printf(w->b, " %s ", m->super->type->name);
	show_flags(w->b, m->flags | (m->super->flags & MS_RDONLY));
	text_printf(w->b, "%s 0 0\n", w->options);
	return 0;
}

/* Non-zero: enough for this part, go on here. */
static int show_next(struct mount *m, void *arg)
{
	struct walk *w = arg;

	if (text_is_part(w->b) || w->nr++ == PART_MOUNTS) {
		w->b->at = m->id;
		w->b->has_more = true;
		return 1;
	}
	return show_mount(w, m);
}

static int show(struct text_buf *b, void *arg)
{
	const struct opened_mounts *o = arg;
	struct walk w = { .b = b, .root = o->root, .form = o->form, .path = kmalloc(PATH_MAX_LEN, 0), .options = kmalloc(PATH_MAX_LEN, 0),
			  .text = kmalloc(PATH_MAX_LEN, 0) };
	int err = -ENOMEM;

	if (w.path && w.options && w.text)
		err = mounts_for_each(o->ns, (unsigned)b->at, show_next, &w);
	kfree(w.path);
	kfree(w.options);
	kfree(w.text);
	return MIN(err, 0);
}

/* ---- opening ---- */

static void mounts_release(void *arg)
{
	struct opened_mounts *o = arg;

	path_put(&o->root);
	ns_put(&o->ns->ns);
	kfree(o);
}

static int mounts_open(struct inode *i, struct file *f, enum form form)
{
	struct task *t = proc_node_task(proc_node(i));
	struct ns *ns = t ? ns_of_task(t, NS_MNT) : NULL;
	struct opened_mounts *o = ns ? kmalloc(sizeof *o, 0) : NULL;
	int err = !ns ? -EINVAL : !o ? -ENOMEM : proc_task_path(t, true, &o->root);

	if (t)
		task_put(t);
	if (err) {
		kfree(o);
		if (ns)
			ns_put(ns);
		return err;
	}
	o->ns = mnt_ns_from(ns);
	o->form = form;
	return pseudo_open(f, &(struct pseudo_file){ .show = show, .arg = o, .changes = &o->ns->changes,
						     .pollable = form == FORM_STATS ? NULL : &o->ns->changed }, mounts_release);
}

static int open_mounts(struct inode *i, struct file *f) { return mounts_open(i, f, FORM_MOUNTS); }
static int open_mountinfo(struct inode *i, struct file *f) { return mounts_open(i, f, FORM_INFO); }
static int open_mountstats(struct inode *i, struct file *f) { return mounts_open(i, f, FORM_STATS); }

const struct file_ops proc_mounts_fops = { .open = open_mounts };
const struct file_ops proc_mountinfo_fops = { .open = open_mountinfo };
const struct file_ops proc_mountstats_fops = { .open = open_mountstats };
