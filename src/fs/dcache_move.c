/*
 * dcache_move.c - rename in the table of names: one step that a look-up never sees half of.
 *
 * From taking the name out of its chain to putting it into the new one, both directories' ->moves are odd
 * and preemption is off: a look-up that missed meanwhile looks again. The name and the parent change inside
 * d->seq. A replaced name goes last, so that the name itself leads somewhere all the time.
 * moves_begun and moves_done bracket the renames of directories for those who read several names as one
 * (path.c); files have no names below, so their renames share no line with others.
 * Context: both directories' inode->lock held.
 */
#include <arch/cpu.h>
#include <lib/string.h>
#include <mm/slab.h>
#include "dcache_find.h"
#include "fs_priv.h"

#define MOVES_PATIENCE 1000                 /* looks before a reader goes on and finds itself disturbed */

static atomic_uint moves_begun, moves_done;

static void long_name_free_rcu(struct rcu_head *head) { kfree(container_of(head, struct long_name, rcu)); }

unsigned dentry_moves_begin(void)
{
	unsigned done, tries = 0;

	for (;;) {
		done = load_acquire(&moves_done);       /* pairs with moves_leave() */
		if (done == load_acquire(&moves_begun) || ++tries == MOVES_PATIENCE)
			return done;
		cpu_relax();
	}
}

bool dentry_moves_retry(unsigned seen)
{
	fence_acquire();                        /* the names before the second look */
	return load_relaxed(&moves_begun) != seen;
}

/* Preemption is off from here to the end: readers spin while a count is odd. */
static void moves_enter(struct dentry *from, struct dentry *to, bool has_dir)
{
	preempt_disable();
	if (has_dir)
		fetch_add_acq_rel(&moves_begun, 1);     /* before the names change; pairs with dentry_moves_retry() */
	seq_write_begin(&from->moves);
	if (to != from)
		seq_write_begin(&to->moves);
}

static void moves_leave(struct dentry *from, struct dentry *to, bool has_dir)
{
	seq_write_end(&from->moves);
	if (to != from)
		seq_write_end(&to->moves);
	if (has_dir)
		fetch_add_acq_rel(&moves_done, 1);
	preempt_enable();
}

void dentry_move(struct dentry *d, struct dentry *to, const struct name *n, struct long_name *spare, struct dentry *target)
{
	bool is_dir = S_ISDIR(d->inode->mode);
	struct dentry *from = d->parent;
	struct long_name *old = dentry_name_room(d);

	dentry_get(to);
	moves_enter(from, to, is_dir);
	dentry_chain_remove(d);
	dentry_unlist(d);
	seq_write_begin(&d->seq);
	dentry_name_set(d, n, spare);
	store_relaxed(&d->parent, to);
	seq_write_end(&d->seq);
	dentry_list(d);
	dentry_chain_insert(d);
	if (target)
		dentry_unhash(target);
	moves_leave(from, to, is_dir);
	if (old)
		rcu_call(&old->rcu, long_name_free_rcu);
	dentry_put(from);
}

/* Swap the texts of two names: inline ones by bytes, long ones by pointer. Inside both ->seq. */
static void names_swap(struct dentry *a, struct dentry *b)
{
	struct name na = a->name, nb = b->name;
	char text[sizeof a->inline_name];

	memcpy(text, a->inline_name, sizeof text);
	memcpy(a->inline_name, b->inline_name, sizeof text);
	memcpy(b->inline_name, text, sizeof text);
	store_relaxed(&a->name.s, nb.s == b->inline_name ? a->inline_name : nb.s);
	store_relaxed(&b->name.s, na.s == a->inline_name ? b->inline_name : na.s);
	store_relaxed(&a->name.len, nb.len);
	store_relaxed(&b->name.len, na.len);
	store_relaxed(&a->name.hash, nb.hash);
	store_relaxed(&b->name.hash, na.hash);
}

void dentry_exchange(struct dentry *a, struct dentry *b)
{
	bool has_dir = S_ISDIR(a->inode->mode) || S_ISDIR(b->inode->mode);
	struct dentry *pa = a->parent, *pb = b->parent;

	moves_enter(pa, pb, has_dir);
	dentry_chain_remove(a);
	dentry_chain_remove(b);
	dentry_unlist(a);
	dentry_unlist(b);
	seq_write_begin(&a->seq);
	seq_write_begin(&b->seq);
	names_swap(a, b);
	store_relaxed(&a->parent, pb);          /* each takes over the other's reference */
	store_relaxed(&b->parent, pa);
	seq_write_end(&b->seq);
	seq_write_end(&a->seq);
	dentry_list(a);
	dentry_list(b);
	dentry_chain_insert(a);
	dentry_chain_insert(b);
	moves_leave(pa, pb, has_dir);
}
