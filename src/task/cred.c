/*
 * cred.c - who a task acts as: user and group ids, capabilities; and per-user accounts.
 *
 * A published struct cred never changes. Its task replaces it as a whole; others read
 * task->cred under RCU, hence the grace period before it is freed.
 * accounts_lock is a leaf: taken to find or drop an account, never on fork or exit.
 */
#include <task/cred.h>
#include <task/process.h>
#include <task/user_ns.h>
#include <mm/slab.h>
#include <lib/string.h>
#include <lib/hash.h>
#include <trace/klog.h>

#define ACCOUNT_BUCKETS 32
#define SIGPENDING_BATCH 16

struct user_account account_root __cacheline_aligned = { .uid = 0, .refs = { 1 } };

/* Not const itself: a cred's type is one that can be counted. */
static struct cred root_storage __ro_after_init = {
	.refs = { 1 },
	.cap_permitted = CAP_ALL,
	.cap_effective = CAP_ALL,
	.cap_bounding = CAP_ALL,
	.account = &account_root,
	.user_ns = &user_ns_initial,
};
extern const struct cred cred_root __attribute__((alias("root_storage")));

static struct slab_cache *cred_cache __ro_after_init;
DEFINE_PERCPU_STATIC(uint64_t, nr_marks);         /* own CPU: numbers given to credentials (cred_mark) */
static struct spinlock accounts_lock = SPINLOCK_INIT(RANK_LEAF);
static struct list accounts[ACCOUNT_BUCKETS];           /* accounts_lock */

static struct list *account_bucket(uint32_t uid)
{
	return &accounts[hash_u64(uid) % ACCOUNT_BUCKETS];
}

static struct user_account *account_find_locked(uint32_t uid)
{
	struct user_account *a;

	list_for_each(a, account_bucket(uid), node) {
		if (a->uid == uid && refcount_try_get(&a->refs))
			return a;
	}
	return NULL;
}

struct user_account *account_lookup(uint32_t uid)
{
	struct user_account *a, *fresh;

	if (uid == 0) {
		account_get(&account_root);
		return &account_root;
	}
	spin_lock(&accounts_lock);
	a = account_find_locked(uid);
	spin_unlock(&accounts_lock);
	if (a)
		return a;
	fresh = kzalloc(sizeof *fresh);
	if (!fresh)
		return NULL;
	fresh->uid = uid;
	refcount_set(&fresh->refs, 1);
	spin_lock(&accounts_lock);
	a = account_find_locked(uid);
	if (!a)
		list_push(account_bucket(uid), &fresh->node);
	spin_unlock(&accounts_lock);
	if (!a)
		return fresh;
	kfree(fresh);
	return a;
}

/* The root account is static: never counted, so that its line is not shared by every cred. */
void account_get(struct user_account *a)
{
	if (a != &account_root)
		refcount_get(&a->refs);
}

void account_put(struct user_account *a)
{
	if (a == &account_root || !refcount_put(&a->refs))
		return;
	spin_lock(&accounts_lock);
	list_del(&a->node);
	spin_unlock(&accounts_lock);
	kfree(a);
}

const struct cred *cred_current(void)
{
	if (unlikely(!thread_current()->is_task))
		return &cred_root;              /* bring-up and kernel threads */
	return task_current()->cred;
}

static void cred_free_rcu(struct rcu_head *head)
{
	struct cred *c = container_of(head, struct cred, rcu);

	account_put(c->account);
	user_ns_put(c->user_ns);
	kfree(c->groups);
	slab_free(cred_cache, c);
}

void cred_put(const struct cred *c)
{
	struct cred *w = (struct cred *)c;

	if (c != &cred_root && refcount_put(&w->refs))
		rcu_call(&w->rcu, cred_free_rcu);
}

struct cred *cred_copy(const struct cred *c)
{
	struct cred *fresh = slab_alloc(cred_cache, 0);

	if (!fresh)
		return NULL;
	*fresh = *c;
	refcount_set(&fresh->refs, 1);
	if (c->ngroups) {
		fresh->groups = kmalloc(c->ngroups * sizeof *c->groups, 0);
		if (!fresh->groups) {
			slab_free(cred_cache, fresh);
			return NULL;
		}
		memcpy(fresh->groups, c->groups, c->ngroups * sizeof *c->groups);
	}
	account_get(fresh->account);
	user_ns_get(fresh->user_ns);
	return fresh;
}

void cred_replace(struct cred *fresh)
{
	struct task *t = task_current();
	const struct cred *old = t->cred;

	if (old->account != fresh->account) {
		account_add_tasks(fresh->account, 1);
		account_add_tasks(old->account, -1);
	}
	t->cred_mark = 0;
	rcu_store(t->cred, (const struct cred *)fresh);  /* pairs with rcu_load() of readers: fresh is complete */
	cred_put(old);
}

static __noinline uint64_t mark_new(void)
{
	uint64_t mark;

	preempt_disable();
	this_cpu_inc(nr_marks);
	mark = this_cpu_read(nr_marks) << 16 | cpu_id();
	preempt_enable();
	return mark;
}

uint64_t cred_mark(void)
{
	struct task *t = task_current();

	if (unlikely(!t->thread.is_task))
		return 0;
	if (unlikely(!t->cred_mark))
		t->cred_mark = mark_new();
	return t->cred_mark;
}

bool cred_has_group(const struct cred *c, uint32_t gid)
{
	unsigned lo = 0, hi = c->ngroups;

	if (gid == c->fsgid)
		return true;
	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;

		if (c->groups[mid] == gid)
			return true;
		if (c->groups[mid] < gid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

bool cred_capable(const struct cred *c, unsigned cap)
{
	return (c->cap_effective & CAP_BIT(cap)) && likely(c->user_ns == &user_ns_initial);
}

bool capable(unsigned cap)
{
	return cred_capable(cred_current(), cap);
}

void cred_init(void)
{
	cred_cache = slab_cache_create("cred", sizeof(struct cred), 0);
	for (unsigned i = 0; i < ACCOUNT_BUCKETS; i++)
		list_init(&accounts[i]);
	bug_on(bounded_counter_init(&account_root.nr_sigpending, SIGPENDING_BATCH));
}
