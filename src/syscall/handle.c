/*
 * handle.c - system calls on handles of files: name_to_handle_at, open_by_handle_at.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/file.h>
#include <fs/handle.h>
#include <fs/mount_stat.h>
#include <fs/names.h>
#include <linux/capability.h>
#include <syscall/define.h>
#include <task/cred.h>

#define HANDLE_BYTES_MAX 128u                   /* MAX_HANDLE_SZ of the kernel */
#ifndef AT_HANDLE_FID                           /* newer than some <linux/fcntl.h> */
#define AT_HANDLE_FID 0x200
#endif
#ifndef AT_HANDLE_MNT_ID_UNIQUE
#define AT_HANDLE_MNT_ID_UNIQUE 0x001
#endif

/* struct file_handle of the kernel and glibc: no UAPI header has it. */
struct handle_head { uint32_t bytes; int32_t type; };

static int make_for(const struct path *p, uaddr_t handle, uaddr_t mnt_id, int flags)
{
	uint64_t wide = MOUNT_UNIQUE_BASE + p->mnt->id;
	int narrow = (int)p->mnt->id, err;
	struct handle_head head;
	struct file_id id;
	bool fits;

	if (!super_has_handles(p->dentry->super))
		return -EOPNOTSUPP;
	if (user_read(&head, handle))
		return -EFAULT;
	if (head.bytes > HANDLE_BYTES_MAX)
		return -EINVAL;
	fits = head.bytes >= sizeof id;
	if (fits) {
		err = handle_make(p->dentry, &id);
		if (err)
			return err;
	}
	head = (struct handle_head){ .bytes = sizeof id, .type = fits ? FILE_ID_TYPE : 255 };   /* FILEID_INVALID */
	err = flags & AT_HANDLE_MNT_ID_UNIQUE ? user_write(mnt_id, &wide) : user_write(mnt_id, &narrow);
	if (err || user_write(handle, &head) || (fits && user_write(uaddr_add(handle, sizeof head), &id)))
		return -EFAULT;
	return fits ? 0 : -EOVERFLOW;
}

SYSCALL(name_to_handle_at, int dirfd, uaddr_t name, uaddr_t handle, uaddr_t mnt_id, int flags)
{
	unsigned walk = (flags & AT_SYMLINK_FOLLOW ? WALK_FOLLOW : 0) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0);
	struct path p;
	int err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH | AT_HANDLE_FID | AT_HANDLE_MNT_ID_UNIQUE))
		return -EINVAL;
	err = path_lookup_user(dirfd, name, walk, &p);
	if (err)
		return err;
	err = make_for(&p, handle, mnt_id, flags);
	path_put(&p);
	return err;
}

/* The mount that dirfd lies in, counted, as a path. */
static int mount_of(int dirfd, struct path *out)
{
	struct fd_ref r;
	struct file *f;
	int err = 0;

	if (dirfd == AT_FDCWD)
		return path_lookup(AT_FDCWD, ".", 0, out);
	f = fd_borrow_path(dirfd, &r);
	if (!f)
		return -EBADF;
	if (f->path.mnt) {
		*out = f->path;
		path_get(out);
	} else {
		err = -ESTALE;                  /* of no file system that has handles */
	}
	fd_return(&r);
	return err;
}

/* Replace *p, somewhere in the mount, by the file of the handle. */
static int find_file(struct path *p, uaddr_t handle, const struct handle_head *head)
{
	struct dentry *d = NULL;
	struct file_id id;

	if (head->bytes >= sizeof id && user_copy_in(&id, uaddr_add(handle, sizeof *head), sizeof id))
		return -EFAULT;
	if (super_has_handles(p->dentry->super) && head->type == FILE_ID_TYPE && head->bytes >= sizeof id)
		d = handle_lookup(p->dentry->super, &id);
	if (!d)
		return -ESTALE;
	dentry_put(p->dentry);
	p->dentry = d;
	return 0;
}

SYSCALL(open_by_handle_at, int dirfd, uaddr_t handle, int flags)
{
	struct handle_head head;
	struct path p;
	struct file *f;
	int err;

	if (user_read(&head, handle))
		return -EFAULT;
	if (head.bytes > HANDLE_BYTES_MAX || !head.bytes)
		return -EINVAL;
	err = mount_of(dirfd, &p);
	if (err)
		return err;
	err = capable(CAP_DAC_READ_SEARCH) ? find_file(&p, handle, &head) : -EPERM;
	if (!err)
		err = file_open_check((uint32_t)flags);
	if (!err && (flags & O_DIRECTORY) && !inode_is_dir(p.dentry->inode))
		err = -ENOTDIR;
	if (!err)
		err = file_open_path(&p, (uint32_t)flags | O_LARGEFILE, &f);
	path_put(&p);
	return err ? err : fd_add(f, flags & O_CLOEXEC);
}
