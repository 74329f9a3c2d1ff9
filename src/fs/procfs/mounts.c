/*
 * mounts.c - /proc/PID/mounts, mountinfo and mountstats: the mount table as the task's root sees it.
 */
#include "procfs_priv.h"
#include <lib/string.h>
#include <mm/slab.h>
#include <fs/namespace.h>
#include <fs/nsfs.h>
#include <linux/mount.h>

enum form { FORM_MOUNTS, FORM_INFO, FORM_STATS };
struct walk { struct text_buf *b; struct path root; char *path, *options, *text; enum form form; };

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

static int show_mount(struct mount *m, void *arg)
{
	struct walk *w = arg;
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

static int show(struct text_buf *b, struct task *t, enum form form)
{
	struct walk w = { .b = b, .form = form, .path = kmalloc(PATH_MAX_LEN, 0), .options = kmalloc(PATH_MAX_LEN, 0),
			  .text = kmalloc(PATH_MAX_LEN, 0) };
	struct ns *ns = NULL;
	int err = -ENOMEM;

	if (w.path && w.options && w.text) {
		err = -EINVAL;
		spin_lock(&t->lock);
		if (t->fs) {
			w.root = t->fs->root;
			path_get(&w.root);
			err = 0;
		}
		spin_unlock(&t->lock);
		if (!err) {
			ns = ns_of_task(t, NS_MNT);
			err = ns ? mounts_for_each(mnt_ns_from(ns), show_mount, &w) : -EINVAL;
			path_put(&w.root);
		}
		if (ns)
			ns_put(ns);
	}
	kfree(w.path);
	kfree(w.options);
	kfree(w.text);
	return err;
}

int proc_show_mounts(struct text_buf *b, struct task *t) { return show(b, t, FORM_MOUNTS); }
int proc_show_mountinfo(struct text_buf *b, struct task *t) { return show(b, t, FORM_INFO); }
int proc_show_mountstats(struct text_buf *b, struct task *t) { return show(b, t, FORM_STATS); }
