/*
 * pid_ns.h - namespaces of process numbers.
 *
 * A task belongs to the namespace it was born in, and has a number in that and in every one above. What it makes its
 * children's (unshare, setns) is ns->of[NS_PID]. Number 1 is the namespace's init: signals from inside that it does
 * not handle pass it by, it takes in orphans, and when it ends everything inside is killed and nothing is born there any more.
 */
#pragma once
#include <task/ns.h>
#include <task/pid.h>
#include <task/process.h>

#define PID_CHUNK_BITS 32768u               /* one page of bits */
struct pid_numbers {                        /* which are in use; lock-free */
	atomic_uint last;
	unsigned long *chunks[PID_MAX_LIMIT / PID_CHUNK_BITS];   /* a; grow only */
};

struct pid_ns {
	struct ns ns;
	struct pid_ns *parent;                  /* counted; NULL for the initial one */
	unsigned level;
	/* tasklist_lock to write; RCU to read */
	struct process *init;                   /* number 1, from its birth until its end */
	bool is_ending;                         /* nobody may enter */
	struct thread *ending;                  /* init's last thread, which waits for nr_pids to fall to nr_left */
	unsigned nr_left;
	atomic_int memfd_noexec;                /* /proc/sys/vm/memfd_noexec: 0 to 2; the namespaces above count, too */
	int reboot_signal;                      /* reboot(2) inside: what init is said to have died of */
	/* On one line: a new number changes both. */
	unsigned nr_pids __cacheline_aligned;   /* numbers published here; tasklist_lock; peeked */
	struct pid_numbers numbers;
};
extern struct pid_ns pid_ns_initial;

static inline struct pid_ns *pid_ns_from(struct ns *n) { return container_of(n, struct pid_ns, ns); }
static inline void pid_ns_get(struct pid_ns *ns) { ns_get(&ns->ns); }
static inline void pid_ns_put(struct pid_ns *ns) { ns_put(&ns->ns); }
/* The one it was born in, borrowed. */
static inline struct pid_ns *pid_ns_of(const struct pid *p) { return likely(!p->levels) ? &pid_ns_initial : p->levels->ns; }
static inline struct pid_ns *pid_ns_current(void)
{
	return likely(!pid_ns_in_use) || !thread_current()->is_task ? &pid_ns_initial : pid_ns_of(task_current()->pid);
}
/* Is p the init of its namespace (not the machine's)? Stays so when it may be killed after all. */
static inline bool process_is_ns_init(const struct process *p) { return unlikely(p->pid->levels) && p->pid->levels->ns->init == p; }
/* Is a in b, or further below? */
bool pid_ns_is_inside(const struct pid_ns *a, const struct pid_ns *b);
int pid_ns_memfd_noexec(const struct pid_ns *ns);       /* what is in force */
void pid_ns_init(void);                     /* bring-up, by ns_setup() */
