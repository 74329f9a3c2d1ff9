/*
 * pid.c - numbers of tasks, groups and sessions.
 *
 * A number is claimed by advancing `last` and setting its bit in a bitmap, both lock-free:
 * numbers ascend, wrap at pid_max to PID_RESERVED, and are used again only when free.
 *   I1  a bit is set exactly while its number is in use or being given out
 *   I2  the hash holds exactly the published numbers; it changes under tasklist_lock, and grows
 *       beside all that (mm/hash_table.h) when it holds more than a number for each bucket
 *   I3  a pid stands in the hash by its number of the initial namespace, and in inner_hash once for every level below
 * pid_alloc() takes effect at the fetch_or of the bit; it is lock-free (a claim fails only
 * because another succeeded). pid_find() needs RCU alone. A struct pid is freed a grace
 * period after its last reference.
 */
#include <task/pid.h>
#include <task/pid_ns.h>
#include <task/process.h>
#include <task/user_ns.h>
#include <linux/capability.h>
#include <mm/hash_table.h>
#include <mm/slab.h>
#include <trace/klog.h>
#include <lib/bitmap.h>
#include <lib/hash.h>

#define HASH_BITS  8                        /* at first */

int pid_max = 32768;

struct pid_table { struct hash_table h; } __cacheline_aligned;
static unsigned long first_chunk[BITMAP_LONGS(PID_CHUNK_BITS)];
struct pid_ns pid_ns_initial = { .numbers.chunks = { first_chunk } };
bool pid_ns_in_use;
static unsigned nr_inner;                   /* numbers in inner; tasklist_lock; peeked */
static struct pid_table outer, inner;       /* by pid->nr; by namespace and number below it */
static struct slab_cache *pid_cache __ro_after_init;

static unsigned long *chunk_get(struct pid_numbers *n, unsigned nr)
{
	unsigned long **slot = &n->chunks[nr / PID_CHUNK_BITS], *chunk = load_acquire(slot), *none = NULL;
	struct page *page;

	if (likely(chunk))
		return chunk;
	page = page_alloc(0, ALLOC_ZERO, PAGE_KERNEL);
	if (!page)
		return NULL;
	if (cas_acq_rel(slot, &none, (unsigned long *)page_address(page)))  /* pairs with load_acquire above */
		return page_address(page);
	page_put(page);
	return none;
}

static bool bit_claim(unsigned long *chunk, unsigned nr)
{
	unsigned bit = nr % PID_CHUNK_BITS;

	return !(fetch_or_acq_rel(&chunk[bit / 64], BIT(bit % 64)) & BIT(bit % 64)); /* pairs with number_free() */
}

static void number_free(struct pid_numbers *n, unsigned nr)
{
	unsigned bit = nr % PID_CHUNK_BITS;

	fetch_and_release(&n->chunks[nr / PID_CHUNK_BITS][bit / 64], ~BIT(bit % 64));
}

/* The number after `last` that seems free, wrapping once; 0 when all are in use or memory ended. */
static unsigned number_next_free(struct pid_numbers *n, unsigned last, unsigned max)
{
	unsigned nr = last + 1 >= max ? PID_RESERVED : last + 1;
	bool wrapped = nr == PID_RESERVED;

	for (;;) {
		unsigned long *chunk = chunk_get(n, nr);
		unsigned base = ALIGN_DOWN(nr, PID_CHUNK_BITS), end = MIN(max - base, PID_CHUNK_BITS);
		size_t bit;

		if (!chunk)
			return 0;
		bit = bitmap_find_clear(chunk, end, nr % PID_CHUNK_BITS);
		if (bit < end)
			return base + (unsigned)bit;
		nr = base + PID_CHUNK_BITS;
		if (nr < max)
			continue;
		if (wrapped)
			return 0;
		wrapped = true;
		nr = PID_RESERVED;
	}
}

static int number_claim_slow(struct pid_numbers *n)
{
	for (unsigned tries = 0; tries < 1000; tries++) {
		unsigned nr = number_next_free(n, load_relaxed(&n->last), (unsigned)load_relaxed(&pid_max));

		if (!nr)
			return -EAGAIN;
		if (bit_claim(n->chunks[nr / PID_CHUNK_BITS], nr)) {
			store_relaxed(&n->last, nr);    /* relaxed: only a hint where to look next */
			return (int)nr;
		}
	}
	return -EAGAIN;
}

static int number_claim(struct pid_numbers *n)
{
	unsigned nr = fetch_add_relaxed(&n->last, 1) + 1;  /* relaxed: the bit decides */
	unsigned long *chunk;

	if (unlikely(nr >= (unsigned)load_relaxed(&pid_max)))
		return number_claim_slow(n);
	chunk = chunk_get(n, nr);
	if (likely(chunk) && likely(bit_claim(chunk, nr)))
		return (int)nr;
	return number_claim_slow(n);
}

/* That number, and no other. */
static int number_claim_exact(struct pid_numbers *n, int nr)
{
	unsigned long *chunk = chunk_get(n, (unsigned)nr);

	if (!chunk)
		return -ENOMEM;
	return bit_claim(chunk, (unsigned)nr) ? nr : -EEXIST;
}

/* Numbers that somebody chose, for a pid of ns. */
static int tids_check(const struct pid_ns *ns, const int *tids, unsigned nr_tids)
{
	if (nr_tids > ns->level + 1)
		return -EINVAL;
	for (unsigned i = 0; i < nr_tids; i++, ns = ns->parent) {
		if (tids[i] < 1 || tids[i] >= load_relaxed(&pid_max))
			return -EINVAL;
		if (ns->level && tids[i] != 1 && !ns->init)
			return -EINVAL;
		if (!capable_over(&ns->ns, CAP_CHECKPOINT_RESTORE) && !capable_over(&ns->ns, CAP_SYS_ADMIN))
			return -EPERM;
	}
	return 0;
}

/* ---- the hash ---- */

static bool match_any(const struct htab_node *n, const void *key)
{
	(void)n, (void)key;                     /* the hash is the number itself */
	return true;
}

/* ---- namespaces below the initial one ---- */

struct inner_key { const struct pid_ns *ns; int nr; };

static bool match_inner(const struct htab_node *n, const void *key)
{
	const struct pid_level *l = container_of(n, struct pid_level, hash);
	const struct inner_key *k = key;

	return l->ns == k->ns && l->nr == k->nr;
}

static unsigned long inner_hash(const struct pid_ns *ns, int nr) { return hash_u64((uintptr_t)ns + (unsigned)nr); }

/* Give back the numbers of the levels from `from` (of 1 ..) on. */
static void levels_free_numbers(struct pid_levels *l, unsigned from)
{
	for (unsigned i = from; i <= l->level; i++) {
		struct pid_level *x = &l->at[i - 1];

		/* The first child of a fresh namespace that was never born: the next one is to be number 1. */
		if (!load_relaxed(&x->ns->nr_pids) && x->nr == 1)
			store_relaxed(&x->ns->numbers.last, 0u);
		number_free(&x->ns->numbers, (unsigned)x->nr);
	}
}

static int levels_alloc(struct pid_ns *ns, const int *tids, unsigned nr_tids, struct pid *p)
{
	struct pid_levels *l;

	if (hash_table_is_full(&inner.h, load_relaxed(&nr_inner)))
		hash_table_grow_slow(&inner.h);
	l = kmalloc(sizeof *l + ns->level * sizeof l->at[0], 0);
	if (!l)
		return -ENOMEM;
	l->ns = ns;
	l->level = ns->level;
	for (struct pid_ns *at = ns; at->level; at = at->parent) {
		struct pid_level *x = &l->at[at->level - 1];
		unsigned depth = ns->level - at->level;
		int nr = depth < nr_tids ? number_claim_exact(&at->numbers, tids[depth]) : number_claim(&at->numbers);

		if (nr < 0) {
			levels_free_numbers(l, at->level + 1);
			kfree(l);
			return nr;
		}
		*x = (struct pid_level){ .pid = p, .ns = at, .nr = nr };
	}
	pid_ns_get(ns);
	p->levels = l;
	return 0;
}

static void levels_publish_locked(struct pid_levels *l)
{
	for (unsigned i = 0; i < l->level; i++) {
		htab_insert(&inner.h.tab, &l->at[i].hash, inner_hash(l->at[i].ns, l->at[i].nr));
		store_relaxed(&l->at[i].ns->nr_pids, l->at[i].ns->nr_pids + 1);
		store_relaxed(&nr_inner, nr_inner + 1);
	}
}

static void levels_detach_locked(struct pid_levels *l)
{
	for (unsigned i = 0; i < l->level; i++) {
		struct pid_ns *ns = l->at[i].ns;

		(void)htab_remove(&inner.h.tab, &l->at[i].hash);
		store_relaxed(&nr_inner, nr_inner - 1);
		store_relaxed(&ns->nr_pids, ns->nr_pids - 1);
		if (unlikely(ns->ending != NULL) && ns->nr_pids <= ns->nr_left)
			unpark(ns->ending);
	}
	levels_free_numbers(l, 1);
}

int pid_nr_in_slow(const struct pid *p, const struct pid_ns *ns)
{
	if (!ns->level)
		return p->nr;
	return p->levels && ns->level <= p->levels->level && p->levels->at[ns->level - 1].ns == ns ? p->levels->at[ns->level - 1].nr : 0;
}

int pid_seen_slow(const struct pid *p) { return pid_nr_in_slow(p, pid_ns_current()); }

bool pid_may_publish_locked(struct pid *pid, struct process *p)
{
	struct pid_ns *ns = pid_ns_of(pid);

	if (likely(!pid->levels))
		return true;
	if (ns->is_ending || (!ns->init && (!p || pid_own_nr(pid) != 1)))
		return false;
	if (!ns->init) {
		p->is_unkillable = true;
		rcu_store(ns->init, p);
	}
	return true;
}

/* ---- birth and death ---- */

int pid_alloc(struct pid_ns *ns, const int *tids, unsigned nr_tids, struct pid **out)
{
	struct pid *p;
	int nr;

	if (unlikely(nr_tids)) {
		int err = tids_check(ns, tids, nr_tids);

		if (err)
			return err;
	}
	p = slab_alloc(pid_cache, 0);

	if (unlikely(hash_table_is_full(&outer.h, load_relaxed(&pid_ns_initial.nr_pids))))
		hash_table_grow_slow(&outer.h);

	if (!p)
		return -ENOMEM;
	p->levels = NULL;
	nr = likely(nr_tids <= ns->level) ? number_claim(&pid_ns_initial.numbers)
					  : number_claim_exact(&pid_ns_initial.numbers, tids[ns->level]);
	if (nr < 0) {
		slab_free(pid_cache, p);
		return nr;
	}
	p->nr = nr;
	if (unlikely(ns->level)) {
		int err = levels_alloc(ns, tids, nr_tids, p);

		if (err) {
			number_free(&pid_ns_initial.numbers, (unsigned)nr);
			slab_free(pid_cache, p);
			return err;
		}
	}
	refcount_set(&p->refs, 2);
	p->hash.hash = 0;                       /* of nobody in the table until it is published */
	p->task = NULL;
	p->process = NULL;
	list_init(&p->pgrp_members);
	list_init(&p->session_members);
	p->watch = NULL;
	*out = p;
	return 0;
}

void pid_publish_locked(struct pid *p)
{
	htab_insert(&outer.h.tab, &p->hash, (unsigned)p->nr);
	store_relaxed(&pid_ns_initial.nr_pids, pid_ns_initial.nr_pids + 1);
	if (unlikely(p->levels))
		levels_publish_locked(p->levels);
}

static void pid_free_rcu(struct rcu_head *head)
{
	struct pid *p = container_of(head, struct pid, rcu);

	if (unlikely(p->levels)) {
		pid_ns_put(p->levels->ns);
		kfree(p->levels);
	}
	kfree(p->watch);
	slab_free(pid_cache, p);
}

void pid_put(struct pid *p)
{
	if (refcount_put(&p->refs))
		rcu_call(&p->rcu, pid_free_rcu);
}

void pid_free_unborn(struct pid *p)
{
	number_free(&pid_ns_initial.numbers, (unsigned)p->nr);
	if (p->levels)
		levels_free_numbers(p->levels, 1);
	pid_put(p);
	pid_put(p);
}

static __noinline struct pid *pid_find_inner(const struct pid_ns *ns, int nr)
{
	const struct inner_key k = { ns, nr };
	struct htab_node *n = htab_find(&inner.h.tab, inner_hash(ns, nr), match_inner, &k);

	return n ? container_of(n, struct pid_level, hash)->pid : NULL;
}

static struct pid *pid_find_outer(int nr)
{
	struct htab_node *n = htab_find(&outer.h.tab, (unsigned)nr, match_any, NULL);

	return n ? container_of(n, struct pid, hash) : NULL;
}

struct pid *pid_find_in(const struct pid_ns *ns, int nr) { return ns->level ? pid_find_inner(ns, nr) : pid_find_outer(nr); }

struct pid *pid_find(int nr)
{
	if (unlikely(pid_ns_in_use))
		return pid_find_in(pid_ns_current(), nr);
	return pid_find_outer(nr);
}

struct pid *pid_lookup(int nr)
{
	struct pid *p;

	rcu_read_lock();
	p = pid_find(nr);
	if (p && !refcount_try_get(&p->refs))
		p = NULL;
	rcu_read_unlock();
	return p;
}

void pid_detach_locked(struct pid *p)
{
	if (p->task || p->process || !list_empty(&p->pgrp_members) || !list_empty(&p->session_members))
		return;
	if (!htab_remove(&outer.h.tab, &p->hash))
		return;                         /* number 0 of bring-up, or done before */
	store_relaxed(&pid_ns_initial.nr_pids, pid_ns_initial.nr_pids - 1);
	number_free(&pid_ns_initial.numbers, (unsigned)p->nr);
	if (unlikely(p->levels))
		levels_detach_locked(p->levels);
	pid_put(p);
}

static struct task *task_get_of(struct pid *pid)
{
	struct task *t = rcu_load(pid->task);

	return t && refcount_try_get(&t->refs) ? t : NULL;
}

struct task *pid_task_get(struct pid *p)
{
	struct task *t;

	rcu_read_lock();
	t = task_get_of(p);
	rcu_read_unlock();
	return t;
}

struct task *task_lookup(int tid)
{
	struct task *t = NULL;
	struct pid *p;

	rcu_read_lock();
	p = pid_find(tid);
	if (p)
		t = task_get_of(p);
	rcu_read_unlock();
	return t;
}

struct task *task_lookup_in(const struct pid_ns *ns, int tid)
{
	struct task *t = NULL;
	struct pid *p;

	rcu_read_lock();
	p = pid_find_in(ns, tid);
	if (p)
		t = task_get_of(p);
	rcu_read_unlock();
	return t;
}

static struct process *process_get_of(struct pid *pid)
{
	struct process *p = rcu_load(pid->process);

	return p && refcount_try_get(&p->refs) ? p : NULL;
}

static struct process *process_lookup_in(const struct pid_ns *ns, int tgid)
{
	struct process *p = NULL;
	struct pid *pid;

	rcu_read_lock();
	pid = pid_find_in(ns, tgid);
	if (pid)
		p = process_get_of(pid);
	rcu_read_unlock();
	return p;
}

struct process *process_lookup(int tgid) { return process_lookup_in(pid_ns_current(), tgid); }

/* The first number in use in ns from nr on, or PID_MAX_LIMIT. */
static int number_next(const struct pid_ns *ns, int nr)
{
	unsigned at = nr < 1 ? 1 : (unsigned)nr;

	while (at < (unsigned)PID_MAX_LIMIT) {
		unsigned base = ALIGN_DOWN(at, PID_CHUNK_BITS);
		unsigned long *chunk = load_acquire(&ns->numbers.chunks[at / PID_CHUNK_BITS]);  /* pairs with chunk_get() */
		size_t bit = chunk ? bitmap_find_set(chunk, PID_CHUNK_BITS, at % PID_CHUNK_BITS) : PID_CHUNK_BITS;

		at = base + (unsigned)bit;
		if (bit != PID_CHUNK_BITS)
			return (int)at;
	}
	return PID_MAX_LIMIT;
}

struct process *process_next(const struct pid_ns *ns, int *nr)
{
	struct process *p;

	for (int at = number_next(ns, *nr); at < PID_MAX_LIMIT; at = number_next(ns, at + 1)) {
		p = process_lookup_in(ns, at);
		if (p) {
			*nr = at;
			return p;
		}
	}
	return NULL;
}

struct task *task_next(const struct pid_ns *ns, int *nr)
{
	struct task *t;

	for (int at = number_next(ns, *nr); at < PID_MAX_LIMIT; at = number_next(ns, at + 1)) {
		t = task_lookup_in(ns, at);
		if (t) {
			*nr = at;
			return t;
		}
	}
	return NULL;
}

int pid_last(void)
{
	return (int)MIN(load_relaxed(&pid_ns_current()->numbers.last), (unsigned)load_relaxed(&pid_max) - 1);
}

void pid_init(void)
{
	bug_on(hash_table_init(&outer.h, HASH_BITS) || hash_table_init(&inner.h, HASH_BITS));
	pid_cache = slab_cache_create("pid", sizeof(struct pid), CACHELINE);
	pid_max = MAX(pid_max, MIN((int)(1024 * nr_cpus), PID_MAX_LIMIT));
}
