/*
 * core.h - what is set about core dumps: who may be dumped, and what the file is called (core(5)).
 *
 * proc/core_dump.c acts on it; /proc/sys shows and sets it.
 */
#pragma once
#include <base/types.h>
#include <base/err.h>

/* process->dumpable, PR_GET_DUMPABLE */
enum { DUMPABLE_NOT, DUMPABLE_USER, DUMPABLE_ROOT };        /* ROOT: it changed who it acts for; what it leaves is root's */
extern int suid_dumpable;                   /* which of them such a process becomes; a single word */
extern int core_uses_pid;                   /* ".PID" behind a name that has none */

#define CORE_PATTERN_MAX 128                /* with the terminating zero */
void core_pattern_get(char out[CORE_PATTERN_MAX]);
/* The first line of text, cut to size. -EINVAL: a pipe to a program ("|...") is not supported. */
int core_pattern_set(const char *text, size_t len);
