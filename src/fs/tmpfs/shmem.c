/*
 * shmem.c - files of tmpfs that never had a name, and the seals of all of them.
 *
 * They live in one instance without limits that nobody can mount. Each has a dentry of its own that is not in the
 * table: it gives the name that /proc shows, and dies with the last opened file or mapping.
 * Locks: i->lock for a change of seals.   Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/shmem.h>
#include <lib/string.h>
#include <linux/fcntl.h>
#include <task/cred.h>
#include <trace/klog.h>
#include "tmpfs_priv.h"

#define SEALS_ALL (F_SEAL_SEAL | F_SEAL_EXEC | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

static const struct fs_type shmem_type = { .name = "tmpfs", .nodev = true };
static struct mount *shmem_mount __ro_after_init;

static int make_path(const char *name, uint32_t mode, uint64_t size, uint32_t seals, struct path *out)
{
	struct super *s = shmem_mount->super;
	struct inode *i;
	struct name n;
	int err = tmpfs_inode_create(s, S_IFREG | mode, 0, &i);

	if (err)
		return err == -ENOSPC ? -ENOMEM : err;
	i->uid = cred_current()->fsuid;
	i->gid = cred_current()->fsgid;
	i->size = size;
	i->seals = seals;
	i->nlink = 0;
	dentry_init_name(&n, name, strlen(name));
	out->dentry = dentry_alloc(shmem_mount->root, &n);
	if (!out->dentry) {
		inode_put(i);
		return -ENOMEM;
	}
	dentry_attach(out->dentry, i);
	mount_get(shmem_mount);
	out->mnt = shmem_mount;
	return 0;
}

int shmem_file_create(const char *name, uint32_t mode, uint64_t size, uint32_t seals, const struct file_ops *ops, struct file **out)
{
	struct path p;
	int err = make_path(name, mode, size, seals, &p);

	if (err)
		return err;
	err = file_alloc(ops ? ops : p.dentry->inode->fops, &p, NULL, O_RDWR, out);
	path_put(&p);
	return err;                             /* not counted as a writer: it may be executed while it is open */
}

/* ---- seals ---- */

static bool has_seals(const struct file *f) { return S_ISREG(f->inode->mode) && f->inode->map.is_shmem; }

long file_get_seals(struct file *f)
{
	return has_seals(f) ? (long)load_relaxed(&f->inode->seals) : -EINVAL;   /* relaxed: one word, tells nothing else */
}

static int add_seals_locked(struct inode *i, uint32_t seals)
{
	if (i->seals & F_SEAL_SEAL)
		return -EPERM;
	if ((seals & F_SEAL_WRITE) && !(i->seals & F_SEAL_WRITE) && !filemap_deny_shared_write(&i->map))
		return -EBUSY;
	if ((seals & F_SEAL_EXEC) && (i->mode & 0111))          /* what runs stays what it is */
		seals |= F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;
	store_release(&i->seals, i->seals | seals);             /* pairs with the load in mmap(2) */
	return 0;
}

long file_add_seals(struct file *f, unsigned seals)
{
	int err;

	if (!(f->mode & FILE_WRITE))
		return -EPERM;
	if (seals & ~(unsigned)SEALS_ALL)
		return -EINVAL;
	if (!has_seals(f))
		return -EINVAL;
	mutex_lock(&f->inode->lock);
	err = add_seals_locked(f->inode, seals);
	mutex_unlock(&f->inode->lock);
	return err;
}

/* ---- bring-up ---- */

void shmem_init(void)
{
	struct super *s;

	if (tmpfs_super_create(&shmem_type, "nr_blocks=0,nr_inodes=0", false, &s))
		panic("shmem: no memory");
	dentry_get(s->root);
	shmem_mount = mount_alloc(s, s->root, MS_NOUSER, "tmpfs");
	if (!shmem_mount)
		panic("shmem: no memory");
}
