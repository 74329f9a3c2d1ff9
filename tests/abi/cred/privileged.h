/*
 * privileged.h - a program file with set-id bits or capabilities, on a file system of its own (others may be nosuid), and what it tells
 * of itself when it runs.
 */
#ifndef PRIVILEGED_H
#define PRIVILEGED_H

#include "../exec/run.h"
#include "ids.h"
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/xattr.h>

static inline void tell_rights(void)
{
	unsigned r, e, s;

	syscall(SYS_getresuid, &r, &e, &s);
	caps("   ");
	say("    uid %u %u %u secure %lu dumpable %d\n", r, e, s, getauxval(AT_SECURE), prctl(PR_GET_DUMPABLE));
}

/* This program as `file`, mode and all, in the fresh directory dir. */
static inline void privileged_begin(const char *dir, const char *file, mode_t mode)
{
	mkdir(dir, 0755);
	mount("none", dir, "tmpfs", 0, "mode=755");
	put_self(file, mode);
}

#endif
