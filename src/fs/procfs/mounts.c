/*
 * mounts.c - /proc/PID/mounts and mountinfo: the mount table as the task's root sees it.
 */
#include "procfs_priv.h"
#include <lib/string.h>
#include <mm/slab.h>
#include <fs/dcache.h>
#include <linux/mount.h>

struct walk { struct text_buf *b; struct path root; char *path, *options; bool info; };

static const struct { unsigned flag; const char *name; } flag_names[] = {
	{ MS_NOSUID, ",nosuid" }, { MS_NODEV, ",nodev" }, { MS_NOEXEC, ",noexec" }, { MS_NOATIME, ",noatime" },
	{ MS_NODIRATIME, ",nodiratime" }, { MS_RELATIME, ",relatime" },
};

static void show_flags(struct text_buf *b, unsigned flags)
{
	text_printf(b, "%s", flags & MS_RDONLY ? "ro" : "rw");
	for (size_t i = 0; i < ARRAY_SIZE(flag_names); i++)
		if (flags & flag_names[i].flag)
			text_printf(b, "%s", flag_names[i].name);
}

#define ESCAPED " \t\n\\"                /* as octal, as fstab(5) reads them */

static int show_mount(struct mount *m, void *arg)
{
	struct walk *w = arg;
	struct path p = { m, m->root };
	int err = 0;
	char *where = path_to_string(&p, &w->root, w->path, PATH_MAX_LEN, &err);

	if (err || where[0] != '/')
		return 0;                       /* not below this task's root */
	w->options[0] = '\0';
	if (m->super->ops->show_options)
		m->super->ops->show_options(m->super, w->options, PATH_MAX_LEN);
	if (w->info) {
		text_printf(w->b, "%u %u %u:%u / ", m->id, m->parent ? m->parent->id : m->id, DEV_MAJOR(m->super->dev), DEV_MINOR(m->super->dev));
		text_escape(w->b, where, ESCAPED);
		text_printf(w->b, " ");
		show_flags(w->b, m->flags | (m->super->flags & MS_RDONLY));
		text_printf(w->b, " - %s %s %s%s\n", m->super->type->name, m->source ? m->source : "none",
			    m->super->flags & MS_RDONLY ? "ro" : "rw", w->options);
		return 0;
	}
	text_escape(w->b, m->source ? m->source : "none", ESCAPED);
	text_printf(w->b, " ");
	text_escape(w->b, where, ESCAPED);
	text_printf(w->b, " %s ", m->super->type->name);
	show_flags(w->b, m->flags | (m->super->flags & MS_RDONLY));
	text_printf(w->b, "%s 0 0\n", w->options);
	return 0;
}

static int show(struct text_buf *b, struct task *t, bool info)
{
	struct walk w = { .b = b, .info = info, .path = kmalloc(PATH_MAX_LEN, 0), .options = kmalloc(PATH_MAX_LEN, 0) };
	int err = -ENOMEM;

	if (w.path && w.options) {
		err = -EINVAL;
		spin_lock(&t->lock);
		if (t->fs) {
			w.root = t->fs->root;
			path_get(&w.root);
			err = 0;
		}
		spin_unlock(&t->lock);
		if (!err) {
			err = mounts_for_each(show_mount, &w);
			path_put(&w.root);
		}
	}
	kfree(w.path);
	kfree(w.options);
	return err;
}

int proc_show_mounts(struct text_buf *b, struct task *t) { return show(b, t, false); }
int proc_show_mountinfo(struct text_buf *b, struct task *t) { return show(b, t, true); }
