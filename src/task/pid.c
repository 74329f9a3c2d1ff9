/*
 * pid.c - numbers of tasks, groups and sessions.
 *
 * A number is claimed by advancing `last_nr` and setting its bit in a bitmap, both lock-free:
 * numbers ascend, wrap at pid_max to PID_RESERVED, and are used again only when free.
 *   I1  a bit is set exactly while its number is in use or being given out
 *   I2  the hash holds exactly the published numbers; it changes under tasklist_lock, and grows
 *       beside all that (grow_lock) when it holds more than a number for each bucket
 * pid_alloc() takes effect at the fetch_or of the bit; it is lock-free (a claim fails only
 * because another succeeded). pid_find() needs RCU alone. A struct pid is freed a grace
 * period after its last reference.
 */
#include <task/pid.h>
#include <task/process.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <sync/mutex.h>
#include <trace/klog.h>
#include <lib/bitmap.h>

#define CHUNK_BITS 32768u                   /* one page of bits */
#define HASH_BITS  8                        /* at first */
#define HASH_MAX   20

int pid_max = 32768;

static unsigned long first_chunk[BITMAP_LONGS(CHUNK_BITS)];
static unsigned long *chunks[PID_MAX_LIMIT / CHUNK_BITS] = { first_chunk };  /* a; grow only */
static struct {                             /* on one line: a new number changes both */
	atomic_uint last_nr;                    /* a */
	unsigned nr_published;                  /* tasklist_lock; peeked */
} numbers __cacheline_aligned;
static struct htab pid_hash __cacheline_aligned;
static unsigned hash_bits = HASH_BITS;      /* grow_lock; peeked */
static struct mutex grow_lock = MUTEX_INIT(grow_lock, RANK_NONE);      /* tried only */
static struct slab_cache *pid_cache __ro_after_init;

static unsigned long *chunk_get(unsigned nr)
{
	unsigned long **slot = &chunks[nr / CHUNK_BITS], *chunk = load_acquire(slot), *none = NULL;
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
	unsigned bit = nr % CHUNK_BITS;

	return !(fetch_or_acq_rel(&chunk[bit / 64], BIT(bit % 64)) & BIT(bit % 64)); /* pairs with number_free() */
}

static void number_free(unsigned nr)
{
	unsigned bit = nr % CHUNK_BITS;

	fetch_and_release(&chunks[nr / CHUNK_BITS][bit / 64], ~BIT(bit % 64));
}

/* The number after `last` that seems free, wrapping once; 0 when all are in use or memory ended. */
static unsigned number_next_free(unsigned last, unsigned max)
{
	unsigned nr = last + 1 >= max ? PID_RESERVED : last + 1;
	bool wrapped = nr == PID_RESERVED;

	for (;;) {
		unsigned long *chunk = chunk_get(nr);
		unsigned base = ALIGN_DOWN(nr, CHUNK_BITS), end = MIN(max - base, CHUNK_BITS);
		size_t bit;

		if (!chunk)
			return 0;
		bit = bitmap_find_clear(chunk, end, nr % CHUNK_BITS);
		if (bit < end)
			return base + (unsigned)bit;
		nr = base + CHUNK_BITS;
		if (nr < max)
			continue;
		if (wrapped)
			return 0;
		wrapped = true;
		nr = PID_RESERVED;
	}
}

static int number_claim_slow(void)
{
	for (unsigned tries = 0; tries < 1000; tries++) {
		unsigned nr = number_next_free(load_relaxed(&numbers.last_nr), (unsigned)load_relaxed(&pid_max));

		if (!nr)
			return -EAGAIN;
		if (bit_claim(chunks[nr / CHUNK_BITS], nr)) {
			store_relaxed(&numbers.last_nr, nr); /* relaxed: only a hint where to look next */
			return (int)nr;
		}
	}
	return -EAGAIN;
}

static int number_claim(void)
{
	unsigned nr = fetch_add_relaxed(&numbers.last_nr, 1) + 1;  /* relaxed: the bit decides */
	unsigned long *chunk;

	if (unlikely(nr >= (unsigned)load_relaxed(&pid_max)))
		return number_claim_slow();
	chunk = chunk_get(nr);
	if (likely(chunk) && likely(bit_claim(chunk, nr)))
		return (int)nr;
	return number_claim_slow();
}

/* ---- the hash ---- */

static struct htab_table *hash_table_alloc(unsigned bits)
{
	size_t size = htab_size(bits);
	struct htab_table *t = bits > 10 ? vmalloc(size, 0) : kmalloc(size, 0);

	if (t)
		htab_prepare(t, bits);
	return t;
}

/* More numbers than buckets: twice as many. Without memory it stays as it is. */
static __noinline void hash_grow(void)
{
	struct htab_table *fresh, *old;
	bool is_vmalloc;

	if (!mutex_trylock(&grow_lock))
		return;
	is_vmalloc = hash_bits > 10;
	fresh = hash_bits < HASH_MAX ? hash_table_alloc(hash_bits + 1) : NULL;
	if (fresh) {
		old = htab_resize(&pid_hash, fresh);
		store_relaxed(&hash_bits, hash_bits + 1);      /* relaxed: peeked as a hint */
		rcu_synchronize();
		is_vmalloc ? vfree(old) : kfree(old);
	}
	mutex_unlock(&grow_lock);
}

static bool match_any(const struct htab_node *n, const void *key)
{
	(void)n, (void)key;                     /* the hash is the number itself */
	return true;
}

/* ---- birth and death ---- */

int pid_alloc(struct pid **out)
{
	struct pid *p = slab_alloc(pid_cache, 0);
	int nr;

	/* relaxed: hints */
	if (unlikely(load_relaxed(&numbers.nr_published) >> load_relaxed(&hash_bits)) && load_relaxed(&hash_bits) < HASH_MAX)
		hash_grow();

	if (!p)
		return -ENOMEM;
	nr = number_claim();
	if (nr < 0) {
		slab_free(pid_cache, p);
		return nr;
	}
	p->nr = nr;
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
	htab_insert(&pid_hash, &p->hash, (unsigned)p->nr);
	store_relaxed(&numbers.nr_published, numbers.nr_published + 1);
}

static void pid_free_rcu(struct rcu_head *head)
{
	struct pid *p = container_of(head, struct pid, rcu);

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
	number_free((unsigned)p->nr);
	pid_put(p);
	pid_put(p);
}

struct pid *pid_find(int nr)
{
	struct htab_node *n = htab_find(&pid_hash, (unsigned)nr, match_any, NULL);

	return n ? container_of(n, struct pid, hash) : NULL;
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
	if (!htab_remove(&pid_hash, &p->hash))
		return;                         /* number 0 of bring-up, or done before */
	store_relaxed(&numbers.nr_published, numbers.nr_published - 1);
	number_free((unsigned)p->nr);
	pid_put(p);
}

struct task *task_lookup(int tid)
{
	struct task *t = NULL;
	struct pid *p;

	rcu_read_lock();
	p = pid_find(tid);
	if (p) {
		t = rcu_load(p->task);
		if (t && !refcount_try_get(&t->refs))
			t = NULL;
	}
	rcu_read_unlock();
	return t;
}

static struct process *process_get_of(struct pid *pid)
{
	struct process *p = rcu_load(pid->process);

	return p && refcount_try_get(&p->refs) ? p : NULL;
}

struct process *process_lookup(int tgid)
{
	struct process *p = NULL;
	struct pid *pid;

	rcu_read_lock();
	pid = pid_find(tgid);
	if (pid)
		p = process_get_of(pid);
	rcu_read_unlock();
	return p;
}

struct process *process_next(int nr)
{
	unsigned at = nr < 1 ? 1 : (unsigned)nr;

	while (at < (unsigned)PID_MAX_LIMIT) {
		unsigned base = ALIGN_DOWN(at, CHUNK_BITS);
		unsigned long *chunk = load_acquire(&chunks[at / CHUNK_BITS]);  /* pairs with chunk_get() */
		size_t bit = chunk ? bitmap_find_set(chunk, CHUNK_BITS, at % CHUNK_BITS) : CHUNK_BITS;
		struct process *p;

		at = base + (unsigned)bit;
		if (bit == CHUNK_BITS)
			continue;
		p = process_lookup((int)at);
		if (p)
			return p;
		at++;
	}
	return NULL;
}

int pid_last(void)
{
	return (int)MIN(load_relaxed(&numbers.last_nr), (unsigned)load_relaxed(&pid_max) - 1);
}

void pid_init(void)
{
	struct htab_table *t = hash_table_alloc(HASH_BITS);

	bug_on(!t);
	htab_init(&pid_hash, t);
	pid_cache = slab_cache_create("pid", sizeof(struct pid), 0);
	pid_max = MAX(pid_max, MIN((int)(1024 * nr_cpus), PID_MAX_LIMIT));
}
