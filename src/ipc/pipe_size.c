/*
 * pipe_size.c - how many pages a pipe may have, and who pays for them: F_SETPIPE_SZ, /proc/sys/fs/pipe-*.
 *
 *   I1  p->account is charged for exactly p->ring.nr_slots pages, root's account for none
 *   I2  a pipe shrinks only to what holds its bytes and pieces
 * The limits are compared with a count that others change meanwhile: two tasks of a user may both be
 * refused at the limit, never both be let beyond it.
 * Lock order: p->lock; the account's count is an atomic.     Context: task, may sleep.
 * Tests: tests/abi/pipe/size.c, limits.c.
 */
#include "pipe_priv.h"
#include "ipc_priv.h"
#include <mm/slab.h>
#include <linux/capability.h>

#define PIPE_SIZE_LIMIT (1u << 31)
#define MANY_SLOTS 65536u                       /* of a ring at most: what Linux finds room for in one piece */
#define FEW_SLOTS 2u                            /* of a pipe beyond its user's soft limit */

int pipe_max_size = 1024 * 1024;
uint64_t pipe_user_pages_soft = 16 * 1024, pipe_user_pages_hard;

static bool is_privileged(void) { return capable(CAP_SYS_RESOURCE) || capable(CAP_SYS_ADMIN); }

/* Root's pipes are not counted. Returns how many pages the account has now. */
static uint64_t account_pages(struct user_account *a, long pages)
{
	if (a == &account_root)
		return 0;
	return (uint64_t)(fetch_add_relaxed(&a->pipe_pages, pages) + pages);   /* relaxed: compared with a limit */
}

static bool beyond(uint64_t pages, uint64_t limit) { return limit && unlikely(pages > limit); }

int pipe_charge(struct pipe *p)
{
	unsigned want = RING_FIRST_SLOTS, max = (unsigned)load_relaxed(&pipe_max_size) / PAGE_SIZE;
	struct user_account *a = cred_current()->account;
	uint64_t pages;

	if (unlikely(want > max) && !capable(CAP_SYS_RESOURCE))
		want = max;
	pages = account_pages(a, want);
	if (beyond(pages, pipe_user_pages_soft) && want > FEW_SLOTS && !is_privileged()) {
		pages = account_pages(a, (long)FEW_SLOTS - (long)want);
		want = FEW_SLOTS;
	}
	if (beyond(pages, pipe_user_pages_hard) && !is_privileged()) {
		account_pages(a, -(long)want);
		return -ENFILE;
	}
	account_get(a);
	p->account = a;
	p->ring.nr_slots = want;                       /* empty: its first slots, fewer of them */
	return 0;
}

void pipe_discharge(struct pipe *p)
{
	account_pages(p->account, -(long)p->ring.nr_slots);
	account_put(p->account);
}

long pipe_get_size(struct file *f)
{
	return file_is_pipe(f) ? (long)ring_size(&((struct pipe *)f->priv)->ring) : -EBADF;
}

uint64_t pipe_size_round(uint64_t bytes)
{
	uint64_t size = PAGE_SIZE;

	while (size < bytes)
		size *= 2;
	return size;
}

/* May the pipe have so many pages, paid for? p->lock held. 0, -EPERM, -EBUSY: then nothing is charged. */
static int resize_charge(struct pipe *p, unsigned slots)
{
	unsigned old = p->ring.nr_slots;
	uint64_t pages;
	int err = 0;

	if (slots > old && slots > (unsigned)load_relaxed(&pipe_max_size) / PAGE_SIZE && !capable(CAP_SYS_RESOURCE))
		return -EPERM;
	pages = account_pages(p->account, (long)slots - (long)old);
	if (slots > old && (beyond(pages, pipe_user_pages_soft) || beyond(pages, pipe_user_pages_hard)) && !is_privileged())
		err = -EPERM;
	else if (p->used > (uint64_t)slots * PAGE_SIZE || p->held || (p->pieces && p->pieces->slots > slots))
		err = -EBUSY;
	if (err)
		account_pages(p->account, (long)old - (long)slots);
	return err;
}

/* p->lock held. 0, -EPERM, -EBUSY, -ENOMEM: then it is as before. */
static int pipe_resize(struct pipe *p, unsigned slots)
{
	struct pipe_pieces *q = NULL, *old_pieces = p->pieces;
	unsigned old = p->ring.nr_slots;
	int err = resize_charge(p, slots);

	if (err)
		return err;
	if (slots > MANY_SLOTS || (old_pieces && !(q = pieces_alloc(slots, 0, 0))))
		err = -ENOMEM;
	if (!err)
		err = ring_resize(&p->ring, slots);
	if (err) {
		account_pages(p->account, (long)old - (long)slots);
		kfree(q);
		return err;
	}
	if (q) {
		pieces_move(q, old_pieces);
		store_release(&p->pieces, q);           /* pairs with pipe_held_span(): none is at it, it is not held */
		kfree(old_pieces);
	}
	pipe_limit_update(p);
	return 0;
}

long pipe_set_size(struct file *f, unsigned long bytes)
{
	struct pipe *p = f->priv;
	uint32_t size;
	long err;

	if (!file_is_pipe(f))
		return -EBADF;
	if (bytes > PIPE_SIZE_LIMIT)
		return -EINVAL;
	size = (uint32_t)pipe_size_round(bytes);
	mutex_lock(&p->lock);
	err = pipe_resize(p, size / PAGE_SIZE);
	mutex_unlock(&p->lock);
	pipe_wake_all(p);
	return err ? err : (long)size;
}
