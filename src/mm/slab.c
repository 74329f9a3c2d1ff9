/*
 * slab.c - kernel objects of one size, with per-CPU magazines.
 *
 * A slab is a block of pages cut into objects. Free objects travel in chains:
 * the first word of a free object points to the next. A magazine is such a
 * chain with its length, so magazines need no memory of their own.
 *
 *     CPU:   loaded ->o->o->o     previous ->o->o->o      popped and pushed with
 *                |         |                              preemption off
 *            store: full chains, linked by their first object's second word
 *                |
 *     cache: depot: the same, for all CPUs
 *                |
 *     slabs: partial list, each with its own free chain
 *
 * What RCU frees comes in bursts, as many as were allocated in a grace period: the store of
 * a CPU takes those up and gives them out again, so that in the long run a CPU that frees as
 * much as it allocates meets no other. It holds STORE_BYTES of a cache, at most.
 *
 *   I1  a CPU's chains are touched by that CPU only, preemption off
 *   I2  every chain in a store or the depot has exactly cache->magazine objects
 *   I3  a slab in `partial` has a free object; full slabs stand in no list;
 *       at most one empty slab is kept
 * struct page of a slab's first page: node = partial list; priv = cache number
 * | objects in use << 16 | first free object << 32 (index, NO_OBJECT at the
 * end). Its other pages repeat kind and order only, so that kfree() finds the
 * head from any object by alignment.
 * Locks: cache->lock (RANK_SLAB); the page allocator is called without it.
 * Context: task, RCU callbacks; never sleeps.
 */
#include <mm/slab.h>
#include <lib/string.h>
#include <percpu/preempt.h>
#include <trace/klog.h>
#include "mm_priv.h"

#define CACHES_MAX 96
#define NO_OBJECT  0xffffu
#define DEPOT_MAX  4                        /* full magazines kept per cache */
#define STORE_BYTES 32768                   /* kept in a CPU's store of a cache */
#define POISON     0x6b6b6b6b6b6b6b6bul

struct slab_cache {
	const char *name;                       /* const after creation, down to magazine */
	uint32_t size;                          /* object, rounded to its alignment */
	uint16_t id;
	uint8_t order;
	bool is_typesafe;                       /* its slabs leave it after a grace period */
	uint16_t per_slab, magazine, store_max; /* objects; objects; full chains */
	struct spinlock lock __cacheline_aligned;
	struct list partial;                    /* lock */
	void *depot;                            /* lock: first object of the first full chain */
	unsigned nr_depot;                      /* lock */
	unsigned nr_empty;                      /* lock: slabs in partial without a used object */
	uint64_t nr_slabs, nr_out;              /* lock: slabs; objects outside slabs (used, in magazines or depot) */
};

struct magazines { void *loaded, *previous, *store; uint16_t nr_loaded, nr_previous, nr_store; };
typedef struct magazines magazine_row[CACHES_MAX];
DEFINE_PERCPU(magazine_row, magazines);     /* own CPU; counts read by statistics */

static struct slab_cache caches[CACHES_MAX];
static unsigned nr_caches;
static struct spinlock caches_lock = SPINLOCK_INIT(RANK_LEAF);

/* ---- words of a free object ---- */

static inline void **chain_next(void *obj) { return obj; }
static inline void **depot_next(void *obj) { return (void **)obj + 1; }

/*
 * A debug build fills free objects with POISON, and gives each a tail: a canary that says whether it is in use, and who
 * allocated it (slab_owners.c).
 */
#ifdef CONFIG_DEBUG
struct tail { uint64_t canary; uint64_t owner; };
#define TAIL        sizeof(struct tail)
#define CANARY_USED 0x5ca1ab1e0ddba11ul
#define CANARY_FREE 0xf0ad1ed0b1ec7edul

static inline struct tail *tail_of(const struct slab_cache *c, const void *obj)
{
	return (struct tail *)((uintptr_t)obj + c->size - TAIL);
}

static void tail_expect(const struct slab_cache *c, const void *obj, uint64_t canary, const char *what)
{
	uint64_t found = tail_of(c, obj)->canary ^ (uintptr_t)obj;

	if (found != canary)
		panic("slab: %s object %lx %s", c->name, (unsigned long)obj,
		      found == CANARY_USED || found == CANARY_FREE ? what : "overrun");
}

/* Fill a free object. */
static void poison(const struct slab_cache *c, void *obj)
{
	for (uint32_t i = c->is_typesafe ? c->size : SLAB_LINKS; i + 8 <= c->size - TAIL; i += 8)
		*(uint64_t *)((char *)obj + i) = POISON;
	tail_of(c, obj)->canary = CANARY_FREE ^ (uintptr_t)obj;
}

static void debug_alloc(const struct slab_cache *c, void *obj, uintptr_t caller)
{
	for (uint32_t i = c->is_typesafe ? c->size : SLAB_LINKS; i + 8 <= c->size - TAIL; i += 8)
		if (*(const uint64_t *)((const char *)obj + i) != POISON)
			panic("slab: %s object %lx written after free, offset %u", c->name, (unsigned long)obj, i);
	tail_expect(c, obj, CANARY_FREE, "handed out twice");
	tail_of(c, obj)->canary = CANARY_USED ^ (uintptr_t)obj;
	tail_of(c, obj)->owner = slab_owner_enter(c->id, caller);
}

static void debug_free(const struct slab_cache *c, void *obj)
{
	tail_expect(c, obj, CANARY_USED, "freed twice");
	slab_owner_leave(tail_of(c, obj)->owner);
	poison(c, obj);
}
#else
#define TAIL 0u
static inline void poison(const struct slab_cache *c, void *obj) { (void)c, (void)obj; }
static inline void debug_alloc(const struct slab_cache *c, void *obj, uintptr_t caller) { (void)c, (void)obj, (void)caller; }
static inline void debug_free(const struct slab_cache *c, void *obj) { (void)c, (void)obj; }
#endif

/* ---- slabs ---- */

static inline struct slab_cache *slab_cache_of(const struct page *s) { return &caches[s->priv & 0xffff]; }
static inline unsigned slab_used(const struct page *s) { return s->priv >> 16 & 0xffff; }
static inline unsigned slab_first(const struct page *s) { return s->priv >> 32 & 0xffff; }
static inline void slab_set(struct page *s, unsigned id, unsigned used, unsigned first)
{
	s->priv = id | (uint64_t)used << 16 | (uint64_t)first << 32;
}
static inline struct page *slab_head(const void *obj)
{
	struct page *p = virt_to_page(obj);

	return p - (page_to_pfn(p).v & ((1ul << p->order) - 1));
}
static inline void *slab_object(const struct slab_cache *c, struct page *s, unsigned i)
{
	return (char *)page_address(s) + (size_t)i * c->size;
}

/* A fresh slab, all objects free; not yet in the list. */
static struct page *slab_new(struct slab_cache *c, unsigned flags)
{
	struct page *s = page_alloc(c->order, flags & ALLOC_ATOMIC, PAGE_SLAB);

	if (!s)
		return NULL;
	for (unsigned i = 1; i < 1u << c->order; i++) {
		s[i].kind = PAGE_SLAB;
		s[i].order = c->order;
	}
	for (unsigned i = 0; i < c->per_slab; i++) {
		void *obj = slab_object(c, s, i);

		*(uint16_t *)obj = i + 1 < c->per_slab ? i + 1 : NO_OBJECT;
		poison(c, obj);
	}
	slab_set(s, c->id, 0, 0);
	return s;
}

static void slab_pages_free(struct page *s)
{
	for (unsigned i = 1; i < 1u << s->order; i++)
		s[i].kind = PAGE_RESERVED;
	page_put(s);
}

static void slab_free_rcu(struct rcu_head *head)
{
	slab_pages_free(container_of(head, struct page, rcu));
}

/* Out of its cache and of the list. */
static void slab_destroy(struct page *s)
{
	if (slab_cache_of(s)->is_typesafe)
		rcu_call(&s->rcu, slab_free_rcu);
	else
		slab_pages_free(s);
}

static void *slab_take_locked(struct slab_cache *c, struct page *s)
{
	void *obj = slab_object(c, s, slab_first(s));
	unsigned used = slab_used(s), next = *(uint16_t *)obj;

	if (!used)
		c->nr_empty--;
	slab_set(s, c->id, used + 1, next);
	if (next == NO_OBJECT)
		list_del(&s->node);
	c->nr_out++;
	return obj;
}

/* Returns a slab that became superfluous, to be destroyed without the lock. */
static struct page *slab_give_locked(struct slab_cache *c, void *obj)
{
	struct page *s = slab_head(obj);
	unsigned used = slab_used(s), first = slab_first(s);

	assert(s->kind == PAGE_SLAB && slab_cache_of(s) == c);
	c->nr_out--;
	*(uint16_t *)obj = first;
	slab_set(s, c->id, used - 1, ((char *)obj - (char *)page_address(s)) / c->size);
	if (first == NO_OBJECT)
		list_push(&c->partial, &s->node);
	if (used > 1)
		return NULL;
	if (!c->nr_empty) {
		c->nr_empty = 1;
		list_del(&s->node);
		list_append(&c->partial, &s->node);     /* emptied last, used last */
		return NULL;
	}
	list_del(&s->node);
	c->nr_slabs--;
	return s;
}

/* ---- magazines, slow paths; preemption off ---- */

/* A chain back to its slabs. */
static __noinline void chain_give(struct slab_cache *c, void *chain)
{
	while (chain) {
		struct page *dead[8];
		unsigned n = 0;

		spin_lock(&c->lock);
		while (chain && n < ARRAY_SIZE(dead)) {
			void *next = *chain_next(chain);

			if ((dead[n] = slab_give_locked(c, chain)))
				n++;
			chain = next;
		}
		spin_unlock(&c->lock);
		while (n)
			slab_destroy(dead[--n]);
	}
}

static void magazine_load(const struct slab_cache *c, struct magazines *m, void *chain)
{
	m->loaded = chain;
	m->nr_loaded = c->magazine;
}

static bool refill_from_store(const struct slab_cache *c, struct magazines *m)
{
	void *chain = m->store;

	if (!chain)
		return false;
	m->store = *depot_next(chain);
	m->nr_store--;
	magazine_load(c, m, chain);
	return true;
}

/* A full chain from the depot, or NULL. */
static inline void *depot_take(struct slab_cache *c)
{
	void *chain;

	spin_lock(&c->lock);
	chain = c->depot;
	if (chain) {
		store_relaxed(&c->depot, *depot_next(chain));
		c->nr_depot--;
	}
	spin_unlock(&c->lock);
	return chain;
}

static bool refill_from_depot(struct slab_cache *c, struct magazines *m)
{
	void *chain;

	if (!load_relaxed(&c->depot))           /* relaxed: a hint */
		return false;
	chain = depot_take(c);
	if (!chain)
		return false;
	magazine_load(c, m, chain);
	return true;
}

/* Half a magazine from the slabs. */
static bool refill_from_slabs(struct slab_cache *c, struct magazines *m, unsigned flags)
{
	unsigned want = MAX(c->magazine / 2u, 1u);
	struct page *fresh = NULL;

	for (;;) {
		spin_lock(&c->lock);
		if (fresh) {
			list_push(&c->partial, &fresh->node);
			c->nr_slabs++;
			c->nr_empty++;
		}
		while (m->nr_loaded < want && !list_empty(&c->partial)) {
			void *obj = slab_take_locked(c, list_first(&c->partial, struct page, node));

			*chain_next(obj) = m->loaded;
			m->loaded = obj;
			m->nr_loaded++;
		}
		spin_unlock(&c->lock);
		if (m->nr_loaded)
			return true;
		fresh = slab_new(c, flags);
		if (!fresh)
			return false;
	}
}

static __noinline bool magazine_refill(struct slab_cache *c, struct magazines *m, unsigned flags)
{
	if (m->nr_previous) {
		m->loaded = m->previous;
		m->nr_loaded = m->nr_previous;
		m->previous = NULL;
		m->nr_previous = 0;
		return true;
	}
	return refill_from_store(c, m) || refill_from_depot(c, m) || refill_from_slabs(c, m, flags);
}

/* A full chain to the depot; returns it when that is full. */
static void *depot_put(struct slab_cache *c, void *chain)
{
	spin_lock(&c->lock);
	if (c->nr_depot < DEPOT_MAX) {
		*depot_next(chain) = c->depot;
		store_relaxed(&c->depot, chain);
		c->nr_depot++;
		chain = NULL;
	}
	spin_unlock(&c->lock);
	return chain;
}

/* loaded is full: make room. */
static __noinline void magazine_flush(struct slab_cache *c, struct magazines *m)
{
	void *spare = m->previous;

	if (m->nr_previous == c->magazine) {
		if (m->nr_store < c->store_max) {
			*depot_next(spare) = m->store;
			m->store = spare;
			m->nr_store++;
			spare = NULL;
		} else {
			spare = depot_put(c, spare);
		}
	}
	m->previous = m->loaded;
	m->nr_previous = m->nr_loaded;
	m->loaded = NULL;
	m->nr_loaded = 0;
	chain_give(c, spare);
}

/* ---- fast paths ---- */

/* caller: whom a debug build shows as the owner. */
static __always_inline void *object_alloc(struct slab_cache *c, unsigned flags, uintptr_t caller)
{
	struct magazines *m;
	void *obj;

	assert(!in_interrupt());
	preempt_disable();
	m = &(*this_cpu_ptr(magazines))[c->id];
	if (unlikely(!m->nr_loaded) && !magazine_refill(c, m, flags)) {
		preempt_enable();
		return NULL;
	}
	obj = m->loaded;
	m->loaded = *chain_next(obj);
	m->nr_loaded--;
	preempt_enable();
	debug_alloc(c, obj, caller);
	if (flags & ALLOC_ZERO)
		memset(obj, 0, c->size - TAIL);
	return obj;
}

void *slab_alloc(struct slab_cache *c, unsigned flags) { return object_alloc(c, flags, (uintptr_t)__builtin_return_address(0)); }

void slab_free(struct slab_cache *c, void *obj)
{
	struct magazines *m;

	assert(!in_interrupt());
	debug_free(c, obj);
	preempt_disable();
	m = &(*this_cpu_ptr(magazines))[c->id];
	if (unlikely(m->nr_loaded == c->magazine))
		magazine_flush(c, m);
	*chain_next(obj) = m->loaded;
	m->loaded = obj;
	m->nr_loaded++;
	preempt_enable();
}

/* ---- caches ---- */

static unsigned magazine_size(size_t size)
{
#ifdef CONFIG_DEBUG
	return 2;                               /* the slow paths become the common ones */
#else
	return size <= 128 ? 24 : size <= 256 ? 16 : size <= 1024 ? 8 : 4;
#endif
}

static unsigned store_size(size_t size, unsigned magazine)
{
#ifdef CONFIG_DEBUG
	return 1;
#else
	return MAX(STORE_BYTES / (size * magazine), (size_t)1);
#endif
}

/* The smallest block that wastes at most an eighth. */
static unsigned slab_order(size_t size)
{
	unsigned order = 0;

	while (order < 3 && ((PAGE_SIZE << order) < size || (PAGE_SIZE << order) % size * 8 > PAGE_SIZE << order))
		order++;
	return order;
}

static struct slab_cache *cache_create(const char *name, size_t size, size_t align, bool is_typesafe)
{
	struct slab_cache *c;
	unsigned id;

	spin_lock(&caches_lock);
	id = nr_caches;
	if (id < CACHES_MAX)
		store_release(&nr_caches, id + 1);      /* pairs with slab_cache_info() */
	spin_unlock(&caches_lock);
	if (id == CACHES_MAX)
		panic("slab: more than %u caches", CACHES_MAX);
	c = &caches[id];
	c->size = ALIGN_UP(MAX(size, (size_t)SLAB_LINKS) + TAIL, MAX(align, (size_t)8));
	c->id = id;
	c->is_typesafe = is_typesafe;
	c->order = slab_order(c->size);
	bug_on(c->size > PAGE_SIZE << c->order);
	c->per_slab = (PAGE_SIZE << c->order) / c->size;
	c->magazine = magazine_size(c->size);
	c->store_max = store_size(c->size, c->magazine);
	spin_init(&c->lock, RANK_SLAB);
	list_init(&c->partial);
	store_release(&c->name, name);
	return c;
}

struct slab_cache *slab_cache_create(const char *name, size_t size, size_t align)
{
	return cache_create(name, size, align, false);
}

struct slab_cache *slab_cache_create_typesafe(const char *name, size_t size, size_t align)
{
	return cache_create(name, size, align, true);
}

bool slab_cache_info(unsigned i, struct slab_info *info)
{
	struct slab_cache *c;
	uint64_t idle = 0;

	if (i >= load_acquire(&nr_caches))
		return false;
	c = &caches[i];
	for_each_cpu(cpu) {
		struct magazines *m = &(*cpu_ptr(magazines, cpu))[i];   /* remote: counts only */

		idle += load_relaxed(&m->nr_loaded) + load_relaxed(&m->nr_previous) + (unsigned)load_relaxed(&m->nr_store) * c->magazine;
	}
	spin_lock(&c->lock);
	idle += (uint64_t)c->nr_depot * c->magazine;
	info->active = c->nr_out > idle ? c->nr_out - idle : 0;
	info->slabs = c->nr_slabs;
	spin_unlock(&c->lock);
	info->name = load_acquire(&c->name) ?: "?";
	info->size = c->size;
	info->per_slab = c->per_slab;
	info->slab_pages = 1u << c->order;
	return true;
}

uint64_t slab_cached_bytes(void)
{
	struct slab_info s;
	uint64_t idle = 0;

	for (unsigned i = 0; slab_cache_info(i, &s); i++) {
		uint64_t all = s.slabs * s.slab_pages << PAGE_SHIFT;

		idle += all - MIN(s.active * s.size, all);
	}
	return idle;
}

static void cache_drain(struct slab_cache *c)
{
	struct magazines *m;
	void *chain, *next;
	struct page *s = NULL;

	preempt_disable();
	m = &(*this_cpu_ptr(magazines))[c->id];
	chain_give(c, m->loaded);
	chain_give(c, m->previous);
	for (chain = m->store; chain; chain = next) {
		next = *depot_next(chain);
		chain_give(c, chain);
	}
	*m = (struct magazines){ 0 };
	while ((chain = depot_take(c)))
		chain_give(c, chain);
	spin_lock(&c->lock);
	if (c->nr_empty) {
		s = list_last(&c->partial, struct page, node);
		if (slab_used(s)) {                     /* the empty one stands elsewhere: leave it */
			s = NULL;
		} else {
			list_del(&s->node);
			c->nr_empty--;
			c->nr_slabs--;
		}
	}
	spin_unlock(&c->lock);
	if (s)
		slab_destroy(s);
	preempt_enable();
}

void slab_drain_cpu(void)
{
	for (unsigned i = 0; i < load_acquire(&nr_caches); i++)
		if (load_acquire(&caches[i].name))
			cache_drain(&caches[i]);
}

/* ---- kmalloc ---- */

static const uint16_t class_sizes[] = { 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096, 8192 };
static const char *const class_names[] = {
	"kmalloc-16", "kmalloc-32", "kmalloc-48", "kmalloc-64", "kmalloc-96", "kmalloc-128", "kmalloc-192", "kmalloc-256",
	"kmalloc-384", "kmalloc-512", "kmalloc-768", "kmalloc-1k", "kmalloc-2k", "kmalloc-4k", "kmalloc-8k",
};
static struct slab_cache *classes[ARRAY_SIZE(class_sizes)] __ro_after_init;
static uint8_t class_of_16[1024 / 16 + 1] __ro_after_init;      /* class of (size + 15) / 16 */

static inline struct slab_cache *class_find(size_t size)
{
	if (size <= 1024)
		return classes[class_of_16[(size + 15) / 16]];
	return classes[ARRAY_SIZE(class_sizes) - (size <= 2048 ? 3 : size <= 4096 ? 2 : 1)];
}

void *kmalloc(size_t size, unsigned flags)
{
	if (likely(size <= 8192))
		return object_alloc(class_find(size), flags, (uintptr_t)__builtin_return_address(0));
	if (size > PAGE_SIZE << PAGE_MAX_ORDER)
		return NULL;
	struct page *p = page_alloc(64 - __builtin_clzl((size - 1) >> PAGE_SHIFT), flags, PAGE_KERNEL);
	return p ? page_address(p) : NULL;
}

void kfree(void *ptr)
{
	struct page *p;

	if (!ptr)
		return;
	p = virt_to_page(ptr);
	if (likely(p->kind == PAGE_SLAB))
		slab_free(slab_cache_of(slab_head(ptr)), ptr);
	else
		page_put(p);
}

char *kstrndup(const char *s, size_t len)
{
	size_t n = strnlen(s, len);
	char *d = kmalloc(n + 1, 0);

	if (d) {
		memcpy(d, s, n);
		d[n] = 0;
	}
	return d;
}

void slab_init(void)
{
	unsigned k = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(class_sizes); i++)
		classes[i] = slab_cache_create(class_names[i], class_sizes[i], class_sizes[i] % 64 ? 16 : 64);
	for (unsigned i = 0; i <= 1024 / 16; i++) {
		while (class_sizes[k] < i * 16)
			k++;
		class_of_16[i] = k;
	}
}
