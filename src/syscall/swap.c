/*
 * swap.c - swapon(2) and swapoff(2): no file system or device here can hold swap space, and they say so as documented.
 */
#include <base/err.h>
#include <fs/dcache.h>
#include <linux/capability.h>
#include <syscall/define.h>
#include <task/cred.h>

#define SWAP_FLAGS 0x7ffff                      /* SWAP_FLAG_PREFER, its priority, the DISCARD bits */

/* The file must exist; then EINVAL: not a block device, and no file system that supports swap files. */
static long refuse(uaddr_t path)
{
	struct path p;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = path_lookup_user(AT_FDCWD, path, WALK_FOLLOW, &p);
	if (err)
		return err;
	path_put(&p);
	return -EINVAL;
}

SYSCALL(swapon, uaddr_t path, int flags) { return flags & ~SWAP_FLAGS ? -EINVAL : refuse(path); }
SYSCALL(swapoff, uaddr_t path) { return refuse(path); }
