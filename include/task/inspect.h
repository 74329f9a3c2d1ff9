/*
 * inspect.h - who may look into another task, and its memory together with the right to it.
 */
#pragma once
#include <task/task.h>

struct process;
struct space;
struct user_ns;

/*
 * May the current task look into t, as ptrace(2) has it? By its real ids, or by those it has for files. To take something of t's first
 * and to ask then is right: an exec that changes who t acts for has let go of what the old program had before the new one gets anything.
 */
bool task_may_inspect(struct task *t, bool by_fs_ids);
/*
 * t's memory as a user (space_put_user), if the current task may look into it, or runs on it: the one that the right was judged for,
 * whatever t executes meanwhile. 0 with it, or with NULL when there is none; -EACCES.
 */
__must_check int task_inspect_space(struct task *t, bool by_fs_ids, struct space **out);
/* Has c rights over the memory of p, though it holds secrets (it is not dumpable)? */
bool process_secrets_are_open_to(struct process *p, const struct cred *c);

/* ---- exec ---- */

/* From here on nobody may look who could not look at anything, until process_secrets_set(). */
void process_secrets_close(struct process *p);
/* u: whose rights count over the new program; its reference moves. dumpable: DUMPABLE_*. */
void process_secrets_set(struct process *p, struct user_ns *u, int dumpable);
