/*
 * hashtab.c - the writers of RCU hash tables.
 *
 * Lock order: a bucket of the old table, then one of its successor. Bucket locks are
 * bits, held for a chain's length, with preemption off; context: any but interrupts.
 */
#include <sync/hashtab.h>

static uintptr_t marker(const uintptr_t *b) { return (uintptr_t)b | HTAB_END; }

void htab_prepare(struct htab_table *t, unsigned bits)
{
	t->successor = NULL;
	t->mask = (1ul << bits) - 1;
	for (unsigned long i = 0; i <= t->mask; i++)
		t->head[i] = marker(&t->head[i]);
}

/* ---- bucket locks ---- */

/* Returns the head without the lock bit. */
static uintptr_t bucket_lock(uintptr_t *b)
{
	for (;;) {
		uintptr_t v = load_relaxed(b) & ~HTAB_LOCK;     /* relaxed: the exchange checks it */

		if (likely(cas_acquire(b, &v, v | HTAB_LOCK)))  /* pairs with bucket_unlock() */
			return v;
		cpu_relax();
	}
}

/* The new head goes in with the lock bit gone: insertions take effect here. */
static void bucket_unlock(uintptr_t *b, uintptr_t head)
{
	store_release(b, head);                 /* pairs with bucket_lock() and A */
}

/* Lock the bucket where entries of that hash live now (I1). RCU read section: tables stay. */
static uintptr_t *bucket_lock_current(struct htab *h, unsigned long hash, uintptr_t *head)
{
	struct htab_table *t = rcu_load(h->table);

	for (;;) {
		uintptr_t *b = htab_bucket(t, hash);

		*head = bucket_lock(b);
		if (likely(!(*head & HTAB_MOVED)))
			return b;
		bucket_unlock(b, *head);
		t = load_relaxed(&t->successor);        /* relaxed: the bucket's lock orders; not NULL: something was moved there */
	}
}

/* ---- changing ---- */

void htab_insert(struct htab *h, struct htab_node *n, unsigned long hash)
{
	uintptr_t *b, head;

	n->hash = hash;
	rcu_read_lock();
	b = bucket_lock_current(h, hash, &head);
	store_relaxed(&n->next, head);          /* relaxed: published by the unlock */
	bucket_unlock(b, (uintptr_t)n);
	rcu_read_unlock();
}

struct htab_node *htab_insert_unique(struct htab *h, struct htab_node *n, unsigned long hash,
				     bool (*match)(const struct htab_node *, const void *), const void *key)
{
	uintptr_t *b, head;

	n->hash = hash;
	b = bucket_lock_current(h, hash, &head);
	for (uintptr_t v = head; !(v & HTAB_END); v = load_relaxed(&((struct htab_node *)v)->next)) {   /* relaxed: under the lock */
		struct htab_node *other = (struct htab_node *)v;

		if (other->hash == hash && match(other, key)) {
			bucket_unlock(b, head);
			return other;
		}
	}
	store_relaxed(&n->next, head);
	bucket_unlock(b, (uintptr_t)n);
	return NULL;
}

bool htab_remove(struct htab *h, struct htab_node *n)
{
	uintptr_t *b, head, *at, next;
	struct htab_node *before = NULL;
	bool found;

	rcu_read_lock();
	b = bucket_lock_current(h, n->hash, &head);
	for (uintptr_t v = head; !(v & HTAB_END) && v != (uintptr_t)n; v = load_relaxed(&before->next))
		before = (struct htab_node *)v;
	at = before ? &before->next : b;
	found = (before ? load_relaxed(at) : head) == (uintptr_t)n;
	next = load_relaxed(&n->next);          /* relaxed: under the lock. n keeps it, for readers that stand on it */
	if (found && before)
		store_relaxed(at, next);        /* relaxed: what stands behind n was there when `before` came, whose publication B or A saw */
	bucket_unlock(b, found && !before ? next : head);
	rcu_read_unlock();
	return found;
}

/* ---- resizing ---- */

/* The last node of the chain that begins with head, and the word that points to it. */
static struct htab_node *chain_last(uintptr_t *b, uintptr_t head, uintptr_t **at)
{
	struct htab_node *n = (struct htab_node *)head;
	uintptr_t next;

	*at = b;
	while (!((next = load_relaxed(&n->next)) & HTAB_END)) {         /* relaxed: under the lock */
		*at = &n->next;
		n = (struct htab_node *)next;
	}
	return n;
}

/* Move the entries of a bucket, the last first (I2), and leave it MOVED. */
static void bucket_move(uintptr_t *b, struct htab_table *to)
{
	uintptr_t head = bucket_lock(b);

	while (!(head & HTAB_END)) {
		uintptr_t *at, *target, there;
		struct htab_node *n = chain_last(b, head, &at);

		target = htab_bucket(to, n->hash);
		there = bucket_lock(target);
		store_release(&n->next, there);         /* pairs with B: a reader on n goes on in the new chain */
		bucket_unlock(target, (uintptr_t)n);    /* now it is in both */
		if (at == b)
			head = marker(b);
		store_release(at, marker(b) | (at == b ? HTAB_LOCK : 0));       /* pairs with A and B: found in `to` from here on */
	}
	bucket_unlock(b, head | HTAB_MOVED);
}

struct htab_table *htab_resize(struct htab *h, struct htab_table *to)
{
	struct htab_table *old = plain_load(&h->table);         /* resizes exclude each other */

	store_release(&old->successor, to);             /* pairs with C */
	for (unsigned long i = 0; i <= old->mask; i++) {
		preempt_disable();
		bucket_move(&old->head[i], to);
		preempt_enable();
	}
	rcu_store(h->table, to);                        /* who still has `old` finds all by its successor */
	return old;
}
