/*
 * access.c - reaching memory of a space that need not be loaded: single pages,
 * copies, population, futex keys.
 *
 * An access finds the entry under its table's lock; where it does not permit
 * the access, the fault handler is asked to make it so, and the access tries
 * again. Copies run under that lock, so that no copy on write comes between.
 * Context: task, may sleep. The caller is a user of the space.
 */
#include "space_priv.h"
#include <arch/upcall.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/futex_key.h>
#include "mm_priv.h"

/* The entry permits the access; a forced one writes to what is this space's alone, though its program may not. */
static bool entry_permits(pte_t e, unsigned access)
{
	if (!(e & PTE_P))
		return false;
	if (!(access & FAULT_WRITE) || (e & PTE_W))
		return true;
	return (access & FAULT_FORCE) && pte_kind_of(e) == PTE_KIND_ANON &&
	       (load_acquire(&pte_page(e)->refs) == 1 || (e & PTE_OWN));        /* pairs with page_put(): the other holders are done with it */
}

/* The page at addr if its entry permits the access, its table locked; else NULL, unlocked. RCU held. */
static struct page *access_begin(struct space *s, uint64_t addr, unsigned access, struct page **pt_out)
{
	struct page *pt = pt_find(s, addr);
	pte_t e;

	if (!pt)
		return NULL;
	spin_lock(&pt->lock);
	if (pt_is_huge(pt))
		huge_break(s, pt, addr);
	e = pt->used == TABLE_DEAD ? 0 : table_entries(pt)[table_index(addr, 1)];
	if (entry_permits(e, access)) {
		*pt_out = pt;
		return pte_page(e);
	}
	spin_unlock(&pt->lock);
	return NULL;
}

static int access_fault(struct space *s, uint64_t addr, unsigned access)
{
	switch (space_fault(s, addr, access)) {
	case FAULT_DONE:
		return 0;
	case FAULT_NOMEM:
		return mm_out_of_memory() ? 0 : -ENOMEM;
	default:
		return -EFAULT;
	}
}

int space_get_page(struct space *s, uint64_t addr, bool write, struct page **out)
{
	const unsigned access = write ? FAULT_WRITE : 0;
	struct page *pt, *p;
	int err = 0;

	while (!err) {
		if (addr >= USER_END)
			return -EFAULT;
		rcu_read_lock();
		p = access_begin(s, addr, access, &pt);
		if (p) {
			page_get(p);                    /* the entry's lock keeps it: counted by the entry or by its filemap */
			spin_unlock(&pt->lock);
		}
		rcu_read_unlock();
		if (p && unlikely(load_relaxed(&p->flags) & PG_IO)) {   /* relaxed: set before it was ever mapped */
			page_put(p);
			return -EFAULT;
		}
		if (p) {
			*out = p;
			return 0;
		}
		err = access_fault(s, addr, access);
	}
	return -EFAULT;
}

/* What the entry of addr holds, mapped or kept for later (PROT_NONE), counted; NULL: nothing, or only zeroes. */
static struct page *entry_peek(struct space *s, uint64_t addr)
{
	struct page *pt, *p = NULL;
	pte_t e = 0;

	rcu_read_lock();
	pt = pt_find(s, addr);
	if (pt) {
		spin_lock(&pt->lock);
		if (pt_is_huge(pt))
			huge_break(s, pt, addr);
		if (pt->used != TABLE_DEAD)
			e = table_entries(pt)[table_index(addr, 1)];
		if (e && pte_kind_of(e) != PTE_KIND_ZERO) {
			p = pte_page(e);
			page_get(p);
		}
		spin_unlock(&pt->lock);
	}
	rcu_read_unlock();
	return p;
}

int space_peek_page(struct space *s, uint64_t addr, struct page **out)
{
	struct vma_view v;
	bool found;

	*out = entry_peek(s, addr);
	if (*out)
		return 0;
	rcu_read_lock();
	found = vma_snapshot(s, addr, &v);
	rcu_read_unlock();
	return found && v.map ? space_get_page(s, addr, false, out) : -EFAULT;
}

/* Copy within one page; 0 or -EFAULT. */
static int copy_piece(struct space *s, uint64_t addr, void *buf, size_t len, unsigned access)
{
	struct page *pt, *p;
	int err = 0;

	while (!err) {
		rcu_read_lock();
		p = access_begin(s, addr, access, &pt);
		if (p) {
			char *at = (char *)page_address(p) + (addr & (PAGE_SIZE - 1));

			if (access & FAULT_WRITE)
				memcpy(at, buf, len);
			else
				memcpy(buf, at, len);
			spin_unlock(&pt->lock);
		}
		rcu_read_unlock();
		if (p)
			return 0;
		err = access_fault(s, addr, access);
	}
	return -EFAULT;
}

static ssize_t space_copy(struct space *s, uint64_t addr, void *buf, size_t len, unsigned access)
{
	size_t done = 0;

	while (done < len) {
		size_t n = MIN(len - done, PAGE_SIZE - ((addr + done) & (PAGE_SIZE - 1)));

		if (addr + done >= USER_END || copy_piece(s, addr + done, (char *)buf + done, n, access))
			return done ? (ssize_t)done : -EFAULT;
		done += n;
	}
	return done;
}

ssize_t space_read(struct space *s, uint64_t addr, void *buf, size_t len) { return space_copy(s, addr, buf, len, 0); }
ssize_t space_write(struct space *s, uint64_t addr, const void *buf, size_t len)
{
	return space_copy(s, addr, (void *)buf, len, FAULT_WRITE);
}
ssize_t space_write_forced(struct space *s, uint64_t addr, const void *buf, size_t len)
{
	return space_copy(s, addr, (void *)buf, len, FAULT_WRITE | FAULT_FORCE);
}

uint64_t space_anon_end(struct space *s, uint64_t addr)
{
	const struct vma *v;
	uint64_t end;

	mutex_lock(&s->lock);
	v = vma_find(s, addr);
	end = v && v->start <= addr && !v->map ? v->end : 0;
	mutex_unlock(&s->lock);
	return end;
}

/* A huge entry covers addr and permits the access. */
static bool huge_permits(struct space *s, uint64_t addr, bool write)
{
	struct page *pt;
	bool yes = false;

	rcu_read_lock();
	pt = pt_find(s, addr);
	if (pt && pt_is_huge(pt)) {
		spin_lock(&pt->lock);
		if (pt_is_huge(pt)) {
			pte_t e = *huge_entry(s, addr);

			yes = (e & PTE_P) && (!write || (e & PTE_W));
		}
		spin_unlock(&pt->lock);
	}
	rcu_read_unlock();
	return yes;
}

int space_populate(struct space *s, uint64_t addr, uint64_t len, bool write)
{
	uint64_t end = addr + len;

	for (; addr < end; addr += PAGE_SIZE) {
		struct page *pt, *p;
		enum fault_result r;

		if (!(addr & (HUGE_SIZE - 1)) && space_is_killed && space_is_killed())
			return -EINTR;
		if (load_relaxed(&huge_mode) && huge_permits(s, addr, write)) {        /* relaxed: a setting; without it breaking does no harm */
			addr = ALIGN_DOWN(addr, HUGE_SIZE) + HUGE_SIZE - PAGE_SIZE;
			continue;
		}
		rcu_read_lock();
		p = access_begin(s, addr, write ? FAULT_WRITE : 0, &pt);
		if (p)
			spin_unlock(&pt->lock);
		rcu_read_unlock();
		if (p)
			continue;
		r = space_fault(s, addr, write ? FAULT_WRITE : 0);
		if (r != FAULT_DONE)
			return r == FAULT_NOMEM ? -ENOMEM : -EFAULT;
	}
	return 0;
}

/* The word lies in a private mapping of a file that may only be read: is it the file's page that is seen there? 0, -EFAULT, -ENOMEM. */
static int check_shows_file(struct space *s, uint64_t addr)
{
	struct page *p;
	int err = space_get_page(s, addr, false, &p);

	if (err)
		return err;
	if (p->kind == PAGE_ANON)
		err = -EFAULT;                  /* a copy that nobody can ever change: to wait there makes no sense */
	page_put(p);
	return err;
}

/* Said to be shared, but in private memory, with a page if in a file. 0, -EFAULT, -ENOMEM. May sleep. */
static __noinline int key_of_private(struct space *s, uint64_t addr, const struct vma_view *v, struct futex_key *out)
{
	if (!(v->flags & VMA_WRITE))
		return v->map ? check_shows_file(s, addr) : -EFAULT;
	out->a = (uint64_t)s;
	out->b = addr | 1;                      /* not what the same word is as a private one */
	return 0;
}

/* As Linux: a private mapping that may be written counts as written to, whatever the call wants; so what it shows of a file is a copy. */
static __always_inline int key_of_shared(struct space *s, uint64_t addr, uint32_t access, struct futex_key *out)
{
	struct vma_view v;
	bool is_there;

	rcu_read_lock();
	is_there = vma_snapshot(s, addr, &v) && v.flags & access;
	if (likely(is_there && v.map)) {
		out->a = filemap_number(v.map);
		out->b = (v.pgoff << PAGE_SHIFT) + (addr - v.start);
		is_there = !filemap_is_past_end(v.map, out->b);
		rcu_read_unlock();
		if (likely(is_there && v.flags & VMA_SHARED))
			return 0;
	} else {
		rcu_read_unlock();
	}
	return is_there ? key_of_private(s, addr, &v, out) : -EFAULT;
}

int space_futex_key(struct space *s, uint64_t addr, struct futex_key *out)
{
	return key_of_shared(s, addr, VMA_READ | VMA_WRITE, out);
}

int space_futex_key_writable(struct space *s, uint64_t addr, struct futex_key *out)
{
	return key_of_shared(s, addr, VMA_WRITE, out);
}
