/*
 * hugetlb.c - files of huge pages, without any: the pools are empty and stay so.
 *
 * What Linux does with such a file when it finds no page: reads are zeroes up to its size, which is whole pages; nothing can be
 * written or allocated; a mapping that reserves its pages fails, one that does not (MAP_NORESERVE) gets SIGBUS when touched.
 *   I1  a file's map has no page, and to faults no size (nothing): all of it lies past the end
 * One instance per page size, that nobody can mount. Files have no name; each has a dentry of its own, outside the table.
 * Locks: i->lock for size and seals.   Context: task, may sleep.   Tests: tests/abi/memfd/huge*.c
 */
#include <asm/statfs.h>
#include <base/err.h>
#include <fs/hugetlb.h>
#include <fs/pseudo.h>
#include <fs/shmem.h>
#include <lib/string.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/memfd.h>
#include <linux/mount.h>
#include <task/cred.h>
#include <trace/klog.h>
#include "fs_priv.h"

static const struct fs_type hugetlb_type = { .name = "hugetlbfs", .nodev = true };
static struct { unsigned shift; struct mount *mount; } pools[] = { { .shift = 21 }, { .shift = 30 } };        /* the first one by default */
static uint64_t nothing;                        /* I1: never changes */

int hugetlb_shm_group;
uint64_t hugetlb_overcommit;

static uint64_t page_size(const struct inode *i) { return 1ul << i->map.huge_shift; }

unsigned hugetlb_shift(unsigned flags)
{
	unsigned shift = flags >> MFD_HUGE_SHIFT & MFD_HUGE_MASK;       /* as MAP_HUGE_* and SHM_HUGE_* */

	for (unsigned i = 0; i < ARRAY_SIZE(pools); i++)
		if (!shift || pools[i].shift == shift)
			return pools[i].shift;
	return 0;
}

/* ---- operations ---- */

static int hugetlb_setattr(struct inode *i, const struct inode_attr *a)
{
	if ((a->valid & ATTR_SIZE) && (a->size & (page_size(i) - 1)))
		return -EINVAL;
	if ((a->valid & ATTR_SIZE) && ((a->size < i->size && (i->seals & F_SEAL_SHRINK)) || (a->size > i->size && (i->seals & F_SEAL_GROW))))
		return -EPERM;
	return inode_setattr_generic(i, a);
}

static int hugetlb_fallocate(struct inode *i, int mode, uint64_t from, uint64_t len)
{
	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE))
		return -EOPNOTSUPP;
	if (mode & FALLOC_FL_PUNCH_HOLE)
		return i->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE) ? -EPERM : 0;   /* it is one hole */
	return (i->seals & F_SEAL_GROW) && from + len > i->size ? -EPERM : -ENOSPC;
}

static ssize_t hugetlb_read(struct file *f, struct uio *u, loff_t *pos)
{
	uint64_t size = load_relaxed(&f->inode->size);  /* relaxed: a truncation meanwhile may be seen or not */
	size_t n = (uint64_t)*pos < size ? MIN(u->left, size - (uint64_t)*pos) : 0, done;

	if (!n)
		return 0;
	done = uio_zero(u, n);
	*pos += (loff_t)done;
	return done ? (ssize_t)done : -EFAULT;
}

/* All of it is data: where pages are is not told. */
static loff_t hugetlb_seek(struct file *f, loff_t off, int whence)
{
	loff_t size = (loff_t)load_relaxed(&f->inode->size);    /* relaxed: as above */

	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return file_seek_generic(f, off, whence);
	if (off >= size)
		return -ENXIO;
	if (whence == SEEK_HOLE)
		off = size;
	return off < 0 ? -EINVAL : (f->pos = off);
}

static int hugetlb_fsync(struct file *f, loff_t from, loff_t to, int datasync) { return 0; }

static const struct inode_ops hugetlb_inode_ops = { .setattr = hugetlb_setattr, .fallocate = hugetlb_fallocate };
static const struct file_ops hugetlb_file_ops = { .read = hugetlb_read, .seek = hugetlb_seek, .fsync = hugetlb_fsync };
static const struct inode_ops no_ops;

void hugetlb_file_mapped(struct file *f, uint64_t end)
{
	struct inode *i = f->inode;

	mutex_lock(&i->lock);
	if (end > i->size)
		store_release(&i->size, end);
	mutex_unlock(&i->lock);
}

/* ---- birth ---- */

/* A dentry outside the table over i, whose reference is taken, also on error. 0, -ENOMEM. */
static int make_path(struct mount *m, struct inode *i, const char *name, struct path *out)
{
	struct name n;

	dentry_init_name(&n, name, strlen(name));
	out->dentry = dentry_alloc(m->root, &n);
	if (!out->dentry) {
		inode_put(i);
		return -ENOMEM;
	}
	dentry_attach(out->dentry, i);
	mount_get(m);
	out->mnt = m;
	return 0;
}

int hugetlb_file_create(const char *name, unsigned shift, uint32_t mode, uint64_t size, uint32_t seals, const struct file_ops *ops,
			struct file **out)
{
	struct mount *m = pools[shift == pools[0].shift ? 0 : 1].mount;
	struct inode *i = inode_alloc(m->super);
	struct path p;
	int err;

	if (!i)
		return -ENOMEM;
	i->mode = S_IFREG | mode;
	i->uid = cred_current()->fsuid;
	i->gid = cred_current()->fsgid;
	i->ops = &hugetlb_inode_ops;
	i->fops = &hugetlb_file_ops;
	i->size = size;
	i->seals = seals;
	i->nlink = 0;
	i->map.size = &nothing;
	i->map.is_shmem = true;
	i->map.huge_shift = (uint8_t)shift;
	err = make_path(m, i, name, &p);
	if (err)
		return err;
	err = file_alloc(ops ? ops : &hugetlb_file_ops, &p, NULL, O_RDWR, out);
	path_put(&p);
	if (!err)
		(*out)->mode |= FILE_NO_SPLICE;
	return err;
}

/* ---- bring-up ---- */

static int hugetlb_statfs(struct super *s, void *out)
{
	((struct statfs *)out)->f_bsize = s->block_size;
	return 0;
}

static const struct super_ops hugetlb_super_ops = { .statfs = hugetlb_statfs };

static struct mount *pool_make(unsigned shift)
{
	struct super *s = super_alloc(&hugetlb_type, &hugetlb_super_ops);
	struct inode *root = s ? inode_alloc(s) : NULL;
	struct name name;

	if (!root)
		return NULL;
	s->magic = HUGETLBFS_MAGIC;
	s->block_size = 1u << shift;
	s->pin_dentries = true;
	root->mode = S_IFDIR | 0755;
	root->ops = &no_ops;
	root->fops = &pinned_dir_ops;
	root->nlink = 2;
	dentry_init_name(&name, "/", 1);
	s->root = dentry_alloc(NULL, &name);
	if (!s->root)
		return NULL;
	s->root->super = s;
	dentry_attach(s->root, root);
	dentry_get(s->root);
	super_live(s);
	return mount_alloc(s, s->root, MS_NOUSER, "hugetlbfs");
}

void hugetlb_init(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(pools); i++) {
		pools[i].mount = pool_make(pools[i].shift);
		if (!pools[i].mount)
			panic("hugetlb: no memory");
	}
}
