/*
 * space.c - address spaces: birth, sharing, fork, death.
 *
 * Lifetime: `users` counts tasks (and lookups that need the mappings); at zero
 * the mappings go and every CPU leaves the page tables. `refs` counts pointers to
 * the struct, all users holding one together; at zero it is RCU-freed.
 * Context: task, may sleep.
 */
#include "space_priv.h"
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/bitmap.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <percpu/preempt.h>
#include <trace/klog.h>
#include "mm_priv.h"

struct space kernel_space;
struct page *zero_page __ro_after_init;
uint64_t (*space_rlimit)(unsigned resource);
bool (*space_may_lock)(void);
bool (*space_is_killed)(void);
static struct slab_cache *space_cache __ro_after_init;
DEFINE_PERCPU(uint64_t, space_ids);         /* own CPU: spaces numbered here so far */

/* Never the same twice: CPU number and a count of that CPU's. */
static uint64_t id_next(void)
{
	uint64_t id;

	preempt_disable();
	this_cpu_inc(space_ids);
	id = this_cpu_read(space_ids) << 16 | cpu_id();
	preempt_enable();
	return id;
}

struct space *space_alloc(void)
{
	struct space *s = slab_alloc(space_cache, ALLOC_ZERO);
	struct page *root;

	if (!s)
		return NULL;
	root = table_alloc();
	if (!root) {
		slab_free(space_cache, s);
		return NULL;
	}
	s->root = page_address(root);
	s->root_pa = pfn_to_paddr(page_to_pfn(root));
	paging_root_init(s->root);
	mutex_init(&s->lock, RANK_SPACE);
	seq_init(&s->seq);
	s->users = 1;
	s->refs = 1;
	s->tlb_gen = 1;
	s->dump_filter = CORE_FILTER_DEFAULT;
	s->id = id_next();
	s->cpus = (unsigned long *)(s + 1);
	place_reset(s);
	return s;
}

void space_get_user(struct space *s) { fetch_add_relaxed(&s->users, 1); }     /* relaxed: caller is a user */

bool space_try_get_user(struct space *s)
{
	return users_try_get(&s->users);
}

void space_get(struct space *s) { fetch_add_relaxed(&s->refs, 1); }           /* relaxed: the caller has one, or is a user */

static void space_free_rcu(struct rcu_head *h) { slab_free(space_cache, container_of(h, struct space, rcu)); }

void space_put(struct space *s)
{
	if (fetch_sub_acq_rel(&s->refs, 1) == 1)        /* all holders' accesses happen before the free */
		rcu_call(&s->rcu, space_free_rcu);
}

void (*space_aio_end)(struct space *s) __ro_after_init;

/* Nobody runs in s any more. Entries of file pages are simply forgotten: no CPU can use them. */
static void space_tear_down(struct space *s)
{
	uint64_t rss;

	if (unlikely(s->aio))
		space_aio_end(s);
	tlb_retire(s);
	vma_release_all(s);
	rss = pt_free_all(s);
	s->hiwater_rss = MAX(s->hiwater_rss, rss);
	paging_root_fini(s->root);
	page_put_zeroed(virt_to_page(s->root));
	s->root = NULL;
	if (s->exe)
		vma_file_ops->put(s->exe);
	s->exe = NULL;
}

uint64_t space_put_user_hiwater(struct space *s)
{
	uint64_t hiwater;

	if (!users_put(&s->users))
		return 0;
	space_tear_down(s);
	hiwater = s->hiwater_rss;
	space_put(s);
	return hiwater;
}

void space_put_user(struct space *s) { (void)space_put_user_hiwater(s); }

/* ---- fork ---- */

static int fork_copy_vmas(struct space *from, struct space *to)
{
	struct vma *last = NULL, *n;

	for (struct vma *v = vma_first(from); v; v = vma_next(v)) {
		if (v->flags & VMA_DONTFORK)
			continue;
		n = vma_dup(to, v);
		if (!n)
			return -ENOMEM;
		n->flags &= ~(VMA_LOCKED | VMA_LOCKONFAULT);
		if (n->map)
			vma_link_map(n, v);
		vma_append_tree(to, n, last);
		last = n;
	}
	return 0;
}

unsigned space_auxv_len(const struct space *s)
{
	const uint64_t *a = s->layout.auxv;
	unsigned n = 0;

	while (n < ARRAY_SIZE(s->layout.auxv) - 2 && a[n])
		n += 2;
	return n + 2;
}

/* relaxed: settings, that others of the old space may change meanwhile */
void space_inherit(struct space *s, const struct space *from)
{
	uint8_t mdwe = load_relaxed(&from->mdwe);

	s->no_huge = load_relaxed(&from->no_huge);
	s->merge_any = load_relaxed(&from->merge_any);
	s->mdwe = mdwe & MDWE_NO_INHERIT ? 0 : mdwe;
}

int space_fork(struct space *from, struct space **out)
{
	struct space *s = space_alloc();
	int err;

	if (!s)
		return -ENOMEM;
	mutex_lock(&from->lock);
	if (unlikely(!commit_may(from, from->commit_pages))) {
		mutex_unlock(&from->lock);
		space_put_user(s);
		return -ENOMEM;
	}
	s->layout = from->layout;
	s->dump_filter = load_relaxed(&from->dump_filter);
	space_inherit(s, from);
	s->hole_from = from->hole_from;
	s->hole_max = from->hole_max;
	s->exe = from->exe;
	if (s->exe)
		vma_file_ops->get(s->exe);
	err = fork_copy_vmas(from, s);
	if (!err)
		err = fork_copy_tables(from, s);
	mutex_unlock(&from->lock);
	if (err) {
		space_put_user(s);
		return err;
	}
	*out = s;
	return 0;
}

/* ---- small queries ---- */

int space_for_each_vma(struct space *s, uint64_t from, int (*fn)(struct vma *v, void *arg), void *arg)
{
	int err = 0;

	mutex_lock(&s->lock);
	for (struct vma *v = vma_find(s, from); v && !err; v = vma_next(v))
		err = fn(v, arg);
	mutex_unlock(&s->lock);
	return err;
}

/* ---- bring-up ---- */

void space_init_kernel(uint64_t *root, paddr_t root_pa)
{
	kernel_space.root = root;
	kernel_space.root_pa = root_pa;
	kernel_space.users = kernel_space.refs = 1;
	mutex_init(&kernel_space.lock, RANK_SPACE);
	this_cpu_write(loaded_space, &kernel_space);
}

void space_init(void)
{
	filemap_init_caches();
	vma_cache_init();
	space_cache = slab_cache_create("space", sizeof(struct space) + BITMAP_LONGS(nr_cpus) * sizeof(long), 64);
	zero_page = page_alloc(0, ALLOC_ZERO, PAGE_KERNEL);
	if (!zero_page)
		panic("mm: no memory");
}
