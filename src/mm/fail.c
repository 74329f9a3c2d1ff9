/*
 * fail.c - frames that fail: what they held is lost, or moved in time, and they are never used again.
 *
 * Out of use means that one reference is never put. Of anonymous memory that several spaces share since a fork, only the
 * space that the failure was told of loses (or moves) its page: nothing leads from a frame to its entries.
 * Locks: s->lock to find the file; the table's lock, or m->lock.     Context: task, may sleep.
 */
#include "space_priv.h"
#include <base/err.h>
#include <trace/klog.h>
#include "mm_priv.h"

atomic_ulong mm_nr_failed;

/* The entry's reference on p goes with the frame. */
static void retire(struct page *p)
{
	fetch_add_relaxed(&mm_nr_failed, 1);            /* relaxed: a statistic, and see filemap_has_failed() */
	klog(KLOG_WARN, "mm: frame %lx is out of use\n", page_to_pfn(p).v);
}

/* Replace the entry of addr, which holds p, by one that holds `other`, a copy (NULL: by one that says what happened). */
static int fail_anon(struct space *s, uint64_t addr, struct page *p, struct page *other)
{
	unsigned i = table_index(addr, 1);
	struct page *pt;
	int err = -EAGAIN;
	pte_t e;

	rcu_read_lock();
	pt = pt_find(s, addr);
	if (!pt)
		goto out;
	spin_lock(&pt->lock);
	e = pt->used == TABLE_DEAD ? 0 : table_entries(pt)[i];
	if (e && pte_kind_of(e) == PTE_KIND_ANON && pte_page(e) == p) {
		pt_clear(pt, i);
		tlb_flush_range(s, addr, addr + PAGE_SIZE, false);
		if (other)
			page_copy(other, p);
		pt_set(pt, i, other ? pte_make(page_to_pfn(other), e & ~PTE_ADDR) : PTE_FAILED);
		err = 0;
	}
	spin_unlock(&pt->lock);
out:
	rcu_read_unlock();
	return err;
}

/* p is a page of the file that is mapped at addr. The file is held meanwhile, s->lock is not. */
static int fail_file(struct space *s, uint64_t addr, struct page *p, struct page *other)
{
	struct filemap *m = NULL;
	struct file *file = NULL;
	uint64_t index = 0;
	struct vma *v;
	int err;

	mutex_lock(&s->lock);
	v = vma_find(s, addr);
	if (v && v->start <= addr && v->map && !(v->flags & VMA_SPECIAL)) {
		m = v->map;
		file = v->file;
		index = v->pgoff + ((addr - v->start) >> PAGE_SHIFT);
		if (file)
			vma_file_ops->get(file);
		else if (share_is(m))
			share_get(m);
		else
			m = NULL;
	}
	mutex_unlock(&s->lock);
	if (!m)
		return -EBUSY;
	err = filemap_fail(m, index, p, other);
	if (file)
		vma_file_ops->put(file);
	else
		share_put(m);
	return err;
}

int space_fail_page(struct space *s, uint64_t addr, bool soft)
{
	struct page *p, *other = NULL;
	int err;

	do {
		err = space_get_page(s, addr, false, &p);
		if (err)
			return err;
		err = -EBUSY;
		if (p == zero_page || (p->kind != PAGE_ANON && p->kind != PAGE_FILE))
			goto put;
		if (soft && !other)
			other = page_alloc(0, ALLOC_USER, p->kind);
		err = soft && !other ? -ENOMEM : p->kind == PAGE_ANON ? fail_anon(s, addr, p, other) : fail_file(s, addr, p, other);
		if (err)
			goto put;
		retire(p);
		/* One reference stays: the entry's of an anonymous page, the map's of one that was replaced, else ours. */
		if (p->kind == PAGE_ANON || other)
			page_put(p);
		return 0;
put:
		page_put(p);
	} while (err == -EAGAIN);
	if (other)
		page_put(other);
	return err;
}
