/*
 * memfd.c - memfd_create(2): files of memory that have a descriptor and no name.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/hugetlb.h>
#include <fs/shmem.h>
#include <linux/memfd.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <syscall/define.h>
#include <task/pid_ns.h>

#ifndef MFD_NOEXEC_SEAL                         /* newer than some <linux/memfd.h> */
#define MFD_NOEXEC_SEAL 0x0008U
#define MFD_EXEC 0x0010U
#endif
#define MFD_ALL (MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB | MFD_NOEXEC_SEAL | MFD_EXEC)
#define PREFIX "memfd:"
#define NAME_ROOM (NAME_MAX_LEN - (sizeof PREFIX - 1) + 1)      /* with the terminator */

static int flags_check(unsigned flags)
{
	if (flags & MFD_HUGETLB)
		flags &= ~((unsigned)MFD_HUGE_MASK << MFD_HUGE_SHIFT);
	if (flags & ~MFD_ALL)
		return -EINVAL;
	return (flags & MFD_EXEC) && (flags & MFD_NOEXEC_SEAL) ? -EINVAL : 0;
}

static int memfd_make(const char *name, unsigned flags)
{
	uint32_t seals = flags & MFD_NOEXEC_SEAL ? F_SEAL_EXEC : flags & MFD_ALLOW_SEALING ? 0 : F_SEAL_SEAL;
	uint32_t mode = flags & MFD_NOEXEC_SEAL ? 0666 : 0777;
	unsigned shift = flags & MFD_HUGETLB ? hugetlb_shift(flags) : 0;
	struct file *f;
	int err;

	if ((flags & MFD_HUGETLB) && !shift)
		return -ENODEV;
	err = shift ? hugetlb_file_create(name, shift, mode, 0, seals, NULL, &f) : shmem_file_create(name, mode, 0, seals, NULL, &f);
	return err ? err : fd_add(f, flags & MFD_CLOEXEC);
}

/* Who says nothing of execution gets what vm.memfd_noexec says; at 2 nobody gets what may be executed. */
static int noexec_apply(unsigned *flags)
{
	int level = pid_ns_memfd_noexec(pid_ns_current());

	if (!(*flags & (MFD_EXEC | MFD_NOEXEC_SEAL)))
		*flags |= level ? MFD_NOEXEC_SEAL : MFD_EXEC;
	return level >= 2 && !(*flags & MFD_NOEXEC_SEAL) ? -EACCES : 0;
}

SYSCALL(memfd_create, uaddr_t user_name, unsigned flags)
{
	char *name;
	ssize_t len;
	int ret = flags_check(flags);

	if (!ret)
		ret = noexec_apply(&flags);
	if (ret)
		return ret;
	name = kmalloc(NAME_MAX_LEN + 1, 0);
	if (!name)
		return -ENOMEM;
	memcpy(name, PREFIX, sizeof PREFIX - 1);
	len = user_copy_string(name + sizeof PREFIX - 1, user_name, NAME_ROOM);
	if (len < 0)
		ret = len == -ENAMETOOLONG ? -EINVAL : (int)len;
	else
		ret = memfd_make(name, flags);
	kfree(name);
	return ret;
}
