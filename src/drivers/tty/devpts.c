/*
 * devpts.c - the file system of pty slaves: /dev/pts.
 *
 * One super block, however often it is mounted; a later mount's options hold for all, as Linux had
 * it before instances. A node is made when its master opens and removed when it closes.
 */
#include "tty_priv.h"
#include <fs/pseudo.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <task/cred.h>
#include <trace/klog.h>
#include <asm/statfs.h>
#include <linux/magic.h>

static struct super *devpts_super __ro_after_init;
static struct dentry *ptmx_node __ro_after_init;
static uint32_t node_mode = 0600;               /* mode= */
static int64_t node_uid = -1, node_gid = -1;    /* uid=, gid=; -1: the opener's */
static uint32_t ptmx_mode;                      /* ptmxmode= */

int devpts_add(unsigned index, struct dentry **out)
{
	const struct cred *cred = cred_current();
	char name[12];
	int err;

	scnprintf(name, sizeof name, "%u", index);
	err = pseudo_add_node(devpts_super->root, name, S_IFCHR | node_mode, DEV_MAKE(MAJOR_PTS, index), out);
	if (err)
		return err;
	(*out)->inode->uid = node_uid < 0 ? cred->fsuid : (uint32_t)node_uid;
	(*out)->inode->gid = node_gid < 0 ? cred->fsgid : (uint32_t)node_gid;
	return 0;
}

void devpts_remove(struct dentry *d) { pseudo_remove(d); }

/* One option "name=number"; false when it is another one. */
static bool option_number(const char *option, const char *name, unsigned base, uint64_t *out)
{
	if (!str_has_prefix(option, name))
		return false;
	option += strlen(name);
	return str_parse_u64(&option, base, out) == 0;
}

static int apply_option(const char *option)
{
	uint64_t n;

	if (option_number(option, "mode=", 8, &n))
		node_mode = n & 07777;
	else if (option_number(option, "ptmxmode=", 8, &n))
		ptmx_mode = n & 07777;
	else if (option_number(option, "uid=", 10, &n))
		node_uid = (uint32_t)n;
	else if (option_number(option, "gid=", 10, &n))
		node_gid = (uint32_t)n;
	else if (strcmp(option, "newinstance") && !option_number(option, "max=", 10, &n))
		return -EINVAL;
	return 0;
}

static int apply_options(const char *options)
{
	char text[64];

	while (options && *options) {
		const char *end = strchr(options, ',');
		size_t len = end ? (size_t)(end - options) : strlen(options);
		int err;

		if (len >= sizeof text)
			return -EINVAL;
		memcpy(text, options, len);
		text[len] = '\0';
		err = len ? apply_option(text) : 0;
		if (err)
			return err;
		options = end ? end + 1 : NULL;
	}
	ptmx_node->inode->mode = S_IFCHR | ptmx_mode;
	return 0;
}

static int devpts_mount(const struct fs_type *t, unsigned flags, const char *source, const char *options, struct super **out)
{
	int err = apply_options(options);

	if (err)
		return err;
	super_get(devpts_super);
	*out = devpts_super;
	return 0;
}

static int devpts_remount(struct super *s, unsigned flags, const char *options) { return apply_options(options); }

static int devpts_show_options(struct super *s, char *buf, size_t size)
{
	int n = 0;

	if (node_uid >= 0)
		n += scnprintf(buf + n, size - (size_t)n, ",uid=%ld", node_uid);
	if (node_gid >= 0)
		n += scnprintf(buf + n, size - (size_t)n, ",gid=%ld", node_gid);
	n += scnprintf(buf + n, size - (size_t)n, ",mode=%03o,ptmxmode=%03o", node_mode, ptmx_mode);
	return n;
}

static int devpts_statfs(struct super *s, void *out)
{
	struct statfs *st = out;

	st->f_type = DEVPTS_SUPER_MAGIC;
	st->f_bsize = PAGE_SIZE;
	st->f_namelen = NAME_MAX_LEN;
	return 0;
}

static const struct super_ops devpts_super_ops = {
	.statfs = devpts_statfs,
	.show_options = devpts_show_options,
	.remount = devpts_remount,
};
static struct fs_type devpts_type = { .name = "devpts", .nodev = true, .for_user_ns = true, .mount = devpts_mount };

void devpts_init(void)
{
	bug_on(pseudo_super_create(&devpts_type, &devpts_super_ops, DEVPTS_SUPER_MAGIC, 0755, &devpts_super));
	devpts_super->block_size = 1024;
	bug_on(pseudo_add_node(devpts_super->root, "ptmx", S_IFCHR | ptmx_mode, DEV_MAKE(MAJOR_TTY_AUX, 2), &ptmx_node));
	fs_register(&devpts_type);
}
