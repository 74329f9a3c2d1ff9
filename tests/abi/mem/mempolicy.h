/* mempolicy.h - memory policies by their calls: there is no libnuma. */
#ifndef MEMPOLICY_H
#define MEMPOLICY_H
#include "../show.h"
#include <linux/mempolicy.h>

#ifndef MPOL_PREFERRED_MANY
#define MPOL_PREFERRED_MANY 5
#endif
#define MPOL_WEIGHTED 6
#define NODES_WORDS 16                          /* 1024 nodes */

static inline long set_policy(int mode, const void *mask, unsigned long max) { return syscall(SYS_set_mempolicy, mode, mask, max); }
static inline long get_policy(int *mode, void *mask, unsigned long max, void *addr, unsigned long flags)
{
	return syscall(SYS_get_mempolicy, mode, mask, max, addr, flags);
}
static inline long bind_range(void *addr, unsigned long len, int mode, const void *mask, unsigned long max, unsigned flags)
{
	return syscall(SYS_mbind, addr, len, mode, mask, max, flags);
}

/* Mode and mask of the task, or of the address. */
static inline void show_policy(const char *what, void *addr)
{
	uint64_t mask[NODES_WORDS + 1];
	int mode = -1;
	long r;

	memset(mask, 0xee, sizeof mask);
	r = get_policy(&mode, mask, 1025, addr, addr ? MPOL_F_ADDR : 0);
	if (r)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: mode %#x, nodes %#lx %#lx .. %#lx %#lx\n", what, mode, mask[0], mask[1], mask[15], mask[16]);
}
#endif
