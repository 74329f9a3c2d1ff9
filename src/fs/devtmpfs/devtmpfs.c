/*
 * devtmpfs.c - /dev: the nodes of the devices that drivers announced.
 *
 * One tmpfs instance, made at bring-up, shown by every mount of the type. Users may add and remove
 * names like in any tmpfs; symlinks such as /dev/fd are theirs to make.
 * Locks: directories' inode->lock. Context: task, may sleep.
 */
#include <base/err.h>
#include <drivers/tty.h>
#include <lib/string.h>
#include <trace/klog.h>
#include "../fs_priv.h"

static struct super *devtmpfs;
static struct fs_type devtmpfs_type;

/* Make name in dir, or find it when it is a directory wanted as one. 0 with *out counted. */
static int make(struct dentry *dir, const struct name *n, uint32_t mode, dev_num_t dev, struct dentry **out)
{
	struct dentry *d;
	int err;

	mutex_lock_nested(&dir->inode->lock, RANK_INODE_PARENT);
	err = child_for_create(dir, n, &d);
	if (!err) {
		err = dir_create_locked(dir, d, mode, dev, NULL);
		if (err)
			dentry_put(d);
	} else if (err == -EEXIST && S_ISDIR(mode)) {
		d = dentry_lookup_child(dir, n);
		err = d ? 0 : -ENOENT;
	}
	mutex_unlock(&dir->inode->lock);
	*out = d;
	return err;
}

int devtmpfs_add(const char *name, uint32_t mode, dev_num_t dev)
{
	struct dentry *dir = devtmpfs->root, *d;
	const char *slash;
	struct name n;
	static bool is_registered;              /* bring-up: one thread */
	int err = 0;

	if (!is_registered) {                           /* the type appears with the first device */
		fs_register(&devtmpfs_type);
		is_registered = true;
	}
	if (!(mode & S_IFMT))
		mode |= S_IFCHR;
	dentry_get(dir);
	for (; !err; name = slash + 1) {
		slash = strchr(name, '/');
		dentry_init_name(&n, name, slash ? (size_t)(slash - name) : strlen(name));
		err = make(dir, &n, slash ? S_IFDIR | 0755 : mode, dev, &d);
		if (!err) {
			dentry_put(dir);
			dir = d;
		}
		if (!slash)
			break;
	}
	dentry_put(dir);
	return err;
}

static int devtmpfs_mount(const struct fs_type *t, unsigned flags, const char *source, const char *options, struct super **out)
{
	super_get(devtmpfs);
	*out = devtmpfs;
	return 0;
}

static struct fs_type devtmpfs_type = { .name = "devtmpfs", .nodev = true, .mount = devtmpfs_mount };

void devtmpfs_init(void)
{
	if (tmpfs_super_create(&devtmpfs_type, "mode=755", true, &devtmpfs))
		panic("fs: no memory for devtmpfs");
}
