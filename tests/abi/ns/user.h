/* user.h - what the programs of tests/abi/ns and mount that make a user namespace share. */
#pragma once
#include "ns.h"
#include <grp.h>
#include <sys/prctl.h>

/* Nobody in particular from here on, whose /proc files are one's own. */
static inline void become_user(void)
{
	if (setgroups(0, NULL) || setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
		fatal("ids");
	prctl(PR_SET_DUMPABLE, 1);
}

/* The maps of the namespace that one has just made: only one's own numbers may stand there. */
static inline void map_self(const char *uid_map, const char *gid_map)
{
	put_file("/proc/self/setgroups", "deny");
	put_file("/proc/self/uid_map", uid_map);
	put_file("/proc/self/gid_map", gid_map);
}
