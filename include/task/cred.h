/* cred.h - credentials: counted, immutable once published; replaced as a whole by their task (RCU). */
#pragma once
#include <sync/refcount.h>
#include <sync/rcu.h>
#include <percpu/counter.h>
#include <base/list.h>
#include <base/err.h>
#include <linux/capability.h>

/*
 * What one real user id holds in all, for RLIMIT_NPROC and RLIMIT_SIGPENDING. Counted, found by
 * uid. User 0 may have any number of tasks: they are not counted, so that its forks share no line; its
 * pending signals are counted per CPU.
 */
struct user_account {
	uint32_t uid;
	refcount_t refs;
	atomic_long nr_tasks, mqueue_bytes, inotify_instances, inotify_watches, inflight_files, pipe_pages, epoll_watches;
	struct list node;                       /* bucket of its uid; accounts_lock */
	struct bounded_counter nr_sigpending;   /* one word but for user 0 */
};
extern struct user_account account_root;
struct user_account *account_lookup(uint32_t uid);          /* counted; NULL without memory */
void account_get(struct user_account *a);
void account_put(struct user_account *a);
/* One more signal pending; false when that makes more than limit. It is counted in either case. */
static inline bool account_add_signal(struct user_account *a, uint64_t limit)
{
	const struct bounded_counter *c = &a->nr_sigpending;
	int64_t n;

	bounded_counter_add(&a->nr_sigpending, 1);
	n = bounded_counter_read(c);
	if (likely((uint64_t)(n + bounded_counter_error(c)) <= limit))
		return true;
	return bounded_counter_sum(c) <= (int64_t)MIN(limit, (uint64_t)INT64_MAX);
}
static inline void account_drop_signal(struct user_account *a) { bounded_counter_add(&a->nr_sigpending, -1); }

struct user_ns;
struct cred {     /* all ids are kernel ids */
	refcount_t refs;
	uint32_t uid, euid, suid, fsuid, gid, egid, sgid, fsgid;
	uint64_t cap_inheritable, cap_permitted, cap_effective, cap_bounding, cap_ambient;
	uint32_t securebits;
	unsigned ngroups;
	uint32_t *groups;                       /* sorted; owned */
	struct user_account *account;           /* of uid; counted */
	struct user_ns *user_ns;                /* where the capabilities hold (user_ns.h); counted */
	struct rcu_head rcu;
};
extern const struct cred cred_root;         /* static: never counted, so that its line is shared by reading only */
static inline void cred_get(const struct cred *c)
{
	if (c != &cred_root)
		refcount_get((refcount_t *)&c->refs);
}
void cred_put(const struct cred *c);
const struct cred *cred_current(void);      /* borrowed: valid until the task replaces it */
struct cred *cred_copy(const struct cred *c); /* writable copy, refs 1; NULL without memory */
void cred_replace(struct cred *fresh);      /* becomes the current task's; consumes fresh */
/*
 * A number that stands for the current task's credentials as they came to be: another one after a change of them, after
 * exec, and in a forked child; threads share it. Files keep their opener's. 0 in a kernel thread.
 */
uint64_t cred_mark(void);
bool cred_has_group(const struct cred *c, uint32_t gid);
bool cred_capable(const struct cred *c, unsigned cap);   /* CAP_* of <linux/capability.h>, over the machine: initial user namespace */
bool capable(unsigned cap);                 /* current task */
#define CAP_BIT(cap) (1ull << (cap))
#define CAP_ALL (CAP_BIT(CAP_LAST_CAP + 1) - 1)
void cred_init(void);                       /* bring-up */
/* A task of account is born or gone; a change of real user moves one. */
static inline void account_add_tasks(struct user_account *a, long n)
{
	if (a != &account_root)
		fetch_add_relaxed(&a->nr_tasks, n);     /* relaxed: a statistic compared with a limit */
}
