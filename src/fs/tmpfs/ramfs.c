/*
 * ramfs.c - ramfs: a tmpfs without limits, sizes of directories, extended attributes and seals.
 *
 * One option: mode= of the root. Others are ignored, as Linux does. Its files are a tmpfs's (inode.c).
 */
#include <base/err.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/magic.h>
#include <mm/slab.h>
#include "tmpfs_priv.h"

#define ROOT_MODE 0755u

/* mode=; what is there besides is nobody's. */
static int parse_option(char *word, struct tmpfs_options *o)
{
	int err = strncmp(word, "mode=", 5) ? 0 : tmpfs_parse_number(word + 5, 8, &o->mode);

	o->mode &= 07777;
	return err;
}

static int ramfs_check_option(const char *option)
{
	struct tmpfs_options o = { 0 };

	return tmpfs_each_option(option, parse_option, &o);
}

static int ramfs_statfs(struct super *s, void *out) { return 0; }

static int ramfs_show_options(struct super *s, char *buf, size_t size)
{
	const struct tmpfs *t = s->priv;

	if (t->root_mode != ROOT_MODE)
		scnprintf(buf, size, ",mode=%o", t->root_mode);
	return 0;
}

static int ramfs_remount(struct super *s, unsigned flags, const char *text) { return 0; }

static const struct super_ops ramfs_super_ops = {
	.evict = tmpfs_evict, .put_super = tmpfs_put_super, .statfs = ramfs_statfs,
	.show_options = ramfs_show_options, .remount = ramfs_remount,
};

static int ramfs_mount(const struct fs_type *type, unsigned flags, const char *source, const char *text, struct super **out)
{
	/* Limits of 0: none. */
	struct tmpfs_options o = { .mode = ROOT_MODE, .has_mode = true, .has_size = true, .has_inodes = true };
	struct tmpfs *t;
	struct super *s;
	int err = tmpfs_each_option(text, parse_option, &o);

	if (err)
		return err;
	s = super_alloc(type, &ramfs_super_ops);
	if (!s)
		return -ENOMEM;
	s->magic = RAMFS_MAGIC;
	s->pin_dentries = true;
	t = s->priv = tmpfs_alloc(&o, 0, false);
	if (t)
		t->is_ramfs = true;
	err = t ? tmpfs_make_root(s, t) : -ENOMEM;
	if (err) {
		super_put(s);
		return err;
	}
	super_live(s);
	*out = s;
	return 0;
}

static struct fs_type ramfs_type = { .name = "ramfs", .nodev = true, .for_user_ns = true, .check_option = ramfs_check_option, .mount = ramfs_mount };

void ramfs_init(void) { fs_register(&ramfs_type); }
