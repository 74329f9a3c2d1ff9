/*
 * swap.c - swapon(2) and swapoff(2): no file system or device here can hold swap space, and they say so as documented.
 */
#include <base/err.h>
#include <fs/dcache.h>
#include <fs/file.h>
#include <linux/capability.h>
#include <syscall/define.h>
#include <task/cred.h>

#define SWAP_FLAGS 0x7ffff                      /* SWAP_FLAG_PREFER, its priority, the DISCARD bits */

/* The file must be one that could be opened to be written; then EINVAL: it does not hold, or is not, swap space. */
static long refuse(uaddr_t name)
{
	struct file *f;
	char *path;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = path_copy_user(name, false, &path);
	if (err)
		return err;
	err = file_open(AT_FDCWD, path, O_RDWR | O_LARGEFILE, 0, WALK_FOLLOW, &f);
	path_free_user(path);
	if (err)
		return err;
	file_put(f);
	return -EINVAL;
}

SYSCALL(swapon, uaddr_t name, int flags) { return flags & ~SWAP_FLAGS ? -EINVAL : refuse(name); }
SYSCALL(swapoff, uaddr_t name) { return refuse(name); }
