/*
 * super.c - instances of tmpfs: options, limits, statfs.
 *
 * Options: size= (bytes, k m g t or % of memory), nr_blocks=, nr_inodes=, mode=, uid=, gid=; unknown
 * ones are EINVAL as on Linux, those that need what we do not have (huge=, mpol=, quota) as well.
 */
#include <asm/statfs.h>
#include <base/err.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/magic.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <task/user_ns.h>
#include <trace/klog.h>
#include "tmpfs_priv.h"

/* ---- options ---- */

/* A number with suffix k m g t, in bytes; "%" of memory where percent_of is not 0. */
static int parse_size(const char *s, uint64_t percent_of, uint64_t *out)
{
	static const char suffixes[] = "kmgt";
	const char *at;
	int err = str_parse_u64(&s, 0, out);

	if (err)
		return -EINVAL;
	if (*s == '%' && percent_of) {
		*out = *out * percent_of / 100;
		s++;
	} else if (*s && (at = strchr(suffixes, *s | 0x20))) {
		*out <<= 10 * (at - suffixes + 1);
		s++;
	}
	return *s ? -EINVAL : 0;
}

int tmpfs_parse_number(const char *s, unsigned base, uint32_t *out)
{
	uint64_t v;
	int err = str_parse_u64(&s, base, &v);

	if (err || *s || v > ~0u)
		return -EINVAL;
	*out = (uint32_t)v;
	return 0;
}

static int parse_option(char *word, struct tmpfs_options *o)
{
	char *value = strchr(word, '=');
	uint64_t n;
	int err;

	if (!value)
		return strcmp(word, "inode64") && strcmp(word, "noswap") ? -EINVAL : 0;
	*value++ = '\0';
	if (!strcmp(word, "size") || !strcmp(word, "nr_blocks")) {
		bool bytes = word[0] == 's';

		err = parse_size(value, bytes ? o->memory : 0, &n);
		o->max_pages = bytes ? DIV_ROUND_UP(n, PAGE_SIZE) : n;
		o->has_size = true;
		return err;
	}
	if (!strcmp(word, "nr_inodes")) {
		o->has_inodes = true;
		err = parse_size(value, 0, &o->max_inodes);
		return !err && o->max_inodes > UINT64_MAX / TMPFS_INODE_SPACE ? -EINVAL : err;
	}
	if (!strcmp(word, "mode")) {
		o->has_mode = true;
		err = tmpfs_parse_number(value, 8, &o->mode);
		o->mode &= 07777;
		return err;
	}
	if (!strcmp(word, "uid")) {
		o->has_uid = true;
		err = tmpfs_parse_number(value, 10, &o->uid);
		o->uid = uid_taken(o->uid);
		return err ? err : o->uid == ID_NONE ? -EINVAL : 0;
	}
	if (!strcmp(word, "gid")) {
		o->has_gid = true;
		err = tmpfs_parse_number(value, 10, &o->gid);
		o->gid = gid_taken(o->gid);
		return err ? err : o->gid == ID_NONE ? -EINVAL : 0;
	}
	return -EINVAL;
}

int tmpfs_each_option(const char *text, int (*take)(char *word, struct tmpfs_options *o), struct tmpfs_options *o)
{
	char *copy, *word, *next;
	int err = 0;

	if (!text || !*text)
		return 0;
	copy = kstrndup(text, strlen(text));
	if (!copy)
		return -ENOMEM;
	for (word = copy; word && !err; word = next) {
		next = strchr(word, ',');
		if (next)
			*next++ = '\0';
		if (*word)
			err = take(word, o);
	}
	kfree(copy);
	return err;
}

static int parse_options(const char *text, uint64_t memory, struct tmpfs_options *o)
{
	o->memory = memory;
	return tmpfs_each_option(text, parse_option, o);
}

/* ---- birth ---- */

static void tmpfs_free(struct tmpfs *t)
{
	percpu_free(t->credits, sizeof(long));
	kfree(t);
}

struct tmpfs *tmpfs_alloc(const struct tmpfs_options *o, uint64_t pages_total, bool always_show)
{
	struct tmpfs *t = kzalloc(sizeof *t);

	if (!t)
		return NULL;
	t->credits = percpu_alloc(sizeof(long), sizeof(long));
	if (!t->credits) {
		kfree(t);
		return NULL;
	}
	t->pages_total = (uint32_t)pages_total;
	t->max_pages = o->has_size ? o->max_pages : pages_total / 2;
	t->max_inodes = o->has_inodes ? o->max_inodes : pages_total / 2;
	t->show_size = always_show || o->has_size;
	t->show_inodes = always_show || o->has_inodes;
	t->root_mode = o->has_mode ? o->mode : 01777;
	t->root_uid = o->has_uid ? o->uid : cred_current()->fsuid;
	t->root_gid = o->has_gid ? o->gid : cred_current()->fsgid;
	return t;
}

int tmpfs_make_root(struct super *s, const struct tmpfs *t)
{
	struct inode *i;
	struct name name;
	int err = tmpfs_inode_create(s, S_IFDIR | t->root_mode, 0, &i);

	if (err)
		return err;
	i->uid = t->root_uid;
	i->gid = t->root_gid;
	dentry_init_name(&name, "/", 1);
	s->root = dentry_alloc(NULL, &name);
	if (!s->root) {
		inode_put(i);
		return -ENOMEM;
	}
	s->root->super = s;
	dentry_attach(s->root, i);
	return 0;
}

int tmpfs_super_create(const struct fs_type *type, const char *text, bool always_show, struct super **out)
{
	struct tmpfs_options o = { 0 };
	struct mm_stats stats;
	struct super *s;
	int err;

	mm_stats_read(&stats);
	err = parse_options(text, stats.total * PAGE_SIZE, &o);
	if (err)
		return err;
	s = super_alloc(type, &tmpfs_super_ops);
	if (!s)
		return -ENOMEM;
	s->magic = TMPFS_MAGIC;
	s->pin_dentries = s->has_xattrs = true;
	s->priv = tmpfs_alloc(&o, stats.total, always_show);
	err = s->priv ? tmpfs_make_root(s, s->priv) : -ENOMEM;
	if (err) {
		super_put(s);
		return err;
	}
	super_live(s);
	*out = s;
	return 0;
}

/* ---- the super block's operations ---- */

void tmpfs_evict(struct inode *i) { tmpfs_uncharge_inode(i->super->priv); }

void tmpfs_put_super(struct super *s)
{
	if (s->priv)
		tmpfs_free(s->priv);
}

static int tmpfs_statfs(struct super *s, void *out)
{
	struct tmpfs *t = s->priv;
	struct statfs *st = out;

	if (t->max_pages) {
		st->f_blocks = (__statfs_word)t->max_pages;
		st->f_bavail = st->f_bfree = (__statfs_word)MAX((int64_t)t->max_pages - tmpfs_used_pages(t), (int64_t)0);
	}
	if (t->max_inodes) {
		st->f_files = (__statfs_word)t->max_inodes;
		st->f_ffree = (__statfs_word)(MAX((int64_t)t->max_inodes * TMPFS_INODE_SPACE - load_relaxed(&t->used_space), (int64_t)0) / TMPFS_INODE_SPACE);
	}
	return 0;
}

static int tmpfs_show_options(struct super *s, char *buf, size_t size)
{
	const struct tmpfs *t = s->priv;
	size_t n = 0;

	if (t->show_size)
		n += (size_t)scnprintf(buf + n, size - n, ",size=%luk", t->max_pages * (PAGE_SIZE / 1024));
	if (t->show_inodes)
		n += (size_t)scnprintf(buf + n, size - n, ",nr_inodes=%lu", t->max_inodes);
	if (t->root_mode != 01777)
		n += (size_t)scnprintf(buf + n, size - n, ",mode=%03o", t->root_mode);
	if (t->root_uid)
		n += (size_t)scnprintf(buf + n, size - n, ",uid=%u", uid_shown(t->root_uid));
	if (t->root_gid)
		n += (size_t)scnprintf(buf + n, size - n, ",gid=%u", gid_shown(t->root_gid));
	scnprintf(buf + n, size - n, ",inode64");
	return 0;
}

/* Limits may change, but not below what is in use; one that was lifted does not come back. */
static int tmpfs_remount(struct super *s, unsigned flags, const char *text)
{
	struct tmpfs *t = s->priv;
	struct tmpfs_options o = { 0 };
	int err = parse_options(text, (uint64_t)t->pages_total * PAGE_SIZE, &o);

	if (err)
		return err;
	mutex_lock(&s->rename_lock);
	if (o.max_pages && (!t->max_pages || (int64_t)o.max_pages < tmpfs_used_pages(t)))
		err = -EINVAL;
	if (o.max_inodes && (!t->max_inodes || (int64_t)o.max_inodes * TMPFS_INODE_SPACE < load_relaxed(&t->used_space)))
		err = -EINVAL;
	if (!err && o.has_size) {
		store_relaxed(&t->max_pages, o.max_pages);
		t->show_size = true;
	}
	if (!err && o.has_inodes) {
		store_relaxed(&t->max_inodes, o.max_inodes);
		t->show_inodes = true;
	}
	mutex_unlock(&s->rename_lock);
	return err;
}

const struct super_ops tmpfs_super_ops = {
	.evict = tmpfs_evict, .put_super = tmpfs_put_super, .statfs = tmpfs_statfs,
	.show_options = tmpfs_show_options, .remount = tmpfs_remount, .charge_xattr = tmpfs_charge_xattr,
};

/* ---- bring-up ---- */

static int tmpfs_mount(const struct fs_type *t, unsigned flags, const char *source, const char *options, struct super **out)
{
	return tmpfs_super_create(t, options, false, out);
}

static int tmpfs_check_option(const char *option)
{
	struct tmpfs_options o = { 0 };
	struct mm_stats stats;

	mm_stats_read(&stats);
	return parse_options(option, stats.total * PAGE_SIZE, &o);
}

static struct fs_type tmpfs_type = { .name = "tmpfs", .check_option = tmpfs_check_option, .nodev = true, .for_user_ns = true, .mount = tmpfs_mount };
static const struct fs_type rootfs_type = { .name = "rootfs", .nodev = true };

void tmpfs_init(void)
{
	struct super *root;

	fs_register(&tmpfs_type);
	ramfs_init();
	if (tmpfs_super_create(&rootfs_type, NULL, true, &root) || mount_root(root))
		panic("fs: no memory for the root file system");
	root->root->inode->mode = S_IFDIR | 0755;       /* no option that was asked for */
}
