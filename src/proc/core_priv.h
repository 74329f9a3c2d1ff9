/*
 * core_priv.h - shared by the parts of a core dump: core_dump.c (when and where), core_name.c (the file's name),
 * core_elf.c (what is in it).
 */
#pragma once
#include <fs/pseudo.h>
#include <task/core.h>
#include "proc_priv.h"

struct core_member {                        /* on the stack of a thread that waits for the dump's end */
	struct list node;
	struct task *task;
	struct completion over;
};

struct core_dump {                          /* on the dumping thread's stack; process->dump points to it */
	struct task *task;                      /* who dumps: the thread that got the signal */
	const siginfo_t *info;
	int dumpable;                           /* of the process, when the signal came */
	uint64_t limit;                         /* RLIMIT_CORE */
	struct list members;                    /* core_member.node of the others; sig_lock until gathered */
	unsigned nr_awaited;                    /* others that have not come yet; sig_lock */
	struct completion gathered;
};

/* The file's name by the pattern, terminated, appended to b. 0 or -ENOMEM. */
__must_check int core_name(const struct core_dump *d, struct text_buf *b);
/* Write the dump. True when it was begun: limits may have cut it short. All members are parked. */
bool core_elf_write(const struct core_dump *d, struct file *f);
