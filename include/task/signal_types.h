/* signal_types.h - signal sets and queues; numbers and structs from the UAPI headers. */
#pragma once
#include <base/list.h>
#include <sync/refcount.h>
#include <sync/spinlock.h>
#include <linux/signal.h>

struct user_account;
struct posix_timer;

typedef uint64_t sigset64_t;                /* bit n-1 = signal n */
#define SIGMASK(n) (1ull << ((n) - 1))
#define NR_SIGNALS 64

struct sigqueue {
	sigset64_t set;                         /* which are pending */
	struct list queued;                     /* struct queued_signal, oldest first */
	struct queued_signal *spare;            /* kept for the next; NULL: none */
};
struct queued_signal {
	struct list node;
	siginfo_t info;
	struct user_account *account;           /* counted: whose RLIMIT_SIGPENDING it uses; NULL: its timer's */
	struct posix_timer *timer;              /* counted while queued: whose part this is; else NULL */
};

struct sigaction_k { uint64_t handler, flags, restorer; sigset64_t mask; };  /* kernel struct sigaction of x86-64 */
static_assert(sizeof(struct sigaction_k) == sizeof(struct sigaction), "rt_sigaction(2) copies it whole");
#define HANDLER_DEFAULT 0ul                 /* SIG_DFL, SIG_IGN as words */
#define HANDLER_IGNORE  1ul

/*
 * The table of actions: a process's own, or shared by CLONE_SIGHAND without CLONE_THREAD.
 * Guarded by the process's sig_lock; while several processes share it (refs > 1), also by
 * share_lock, taken inside it.
 */
struct sighand {
	struct sigaction_k action[NR_SIGNALS];
	sigset64_t touched;                     /* the others are all zero: exec need not look at them */
	refcount_t refs;
	struct spinlock share_lock;
};
/*
 * A signal sent from interrupt context (timers): the interrupt queues the post, a kernel
 * thread sends it. Embedded in the process it goes to, or in a timer of it; one that is queued is not
 * queued again.
 */
struct process;
struct signal_post {
	struct signal_post *next;
	struct process *process;
	int sig;
	void (*send)(struct signal_post *post); /* instead of sending sig; the process is held meanwhile */
	atomic_bool queued;
	atomic_bool is_sending;                 /* the thread is at it */
};
extern struct sighand sighand_none;         /* all default: what a zombie shows */
