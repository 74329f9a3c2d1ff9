/*
 * list.h - intrusive circular doubly linked lists, and hash chains with RCU readers.
 *
 * The caller provides all exclusion. The _rcu forms may run beside readers
 * that hold an RCU read section; an element removed by hnode_del_rcu() keeps
 * its next pointer, so that a reader standing on it still finds the way.
 */
#pragma once
#include <base/atomic.h>

struct list { struct list *next, *prev; };

#define LIST_INIT(name) { &(name), &(name) }

static inline void list_init(struct list *l) { l->next = l->prev = l; }
static inline bool list_empty(const struct list *l) { return l->next == l; }

static inline void list_insert_between(struct list *n, struct list *a, struct list *b)
{
	n->prev = a;
	n->next = b;
	a->next = n;
	b->prev = n;
}
/* Add n right after head (push) or right before it (append). */
static inline void list_push(struct list *head, struct list *n) { list_insert_between(n, head, head->next); }
static inline void list_append(struct list *head, struct list *n) { list_insert_between(n, head->prev, head); }

static inline void list_del(struct list *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
}
/* Remove n and leave it an empty list, so that a second removal is harmless. */
static inline void list_del_init(struct list *n) { list_del(n); list_init(n); }

/* Move all of from to the end of to; from is empty afterwards. */
static inline void list_splice_append(struct list *to, struct list *from)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	list_init(from);
}
#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first(head, type, member) list_entry((head)->next, type, member)
#define list_last(head, type, member)  list_entry((head)->prev, type, member)
#define list_for_each(pos, head, member) \
	for (pos = list_entry((head)->next, __typeof__(*pos), member); &pos->member != (head); \
	     pos = list_entry(pos->member.next, __typeof__(*pos), member))
#define list_for_each_reverse(pos, head, member) \
	for (pos = list_entry((head)->prev, __typeof__(*pos), member); &pos->member != (head); \
	     pos = list_entry(pos->member.prev, __typeof__(*pos), member))
#define list_for_each_safe(pos, tmp, head, member) \
	for (pos = list_entry((head)->next, __typeof__(*pos), member), \
	     tmp = list_entry(pos->member.next, __typeof__(*pos), member); &pos->member != (head); \
	     pos = tmp, tmp = list_entry(tmp->member.next, __typeof__(*pos), member))

/* Hash chain: a head of one pointer; removal needs no head. */
struct hnode { struct hnode *next, **pprev; };
struct hlist { struct hnode *first; };

static inline void hlist_push_rcu(struct hlist *h, struct hnode *n)
{
	struct hnode *first = h->first;

	n->next = first;
	n->pprev = &h->first;
	if (first)
		first->pprev = &n->next;
	store_release(&h->first, n);        /* pairs with the readers' load_acquire: n is initialised */
}
static inline bool hnode_is_linked(const struct hnode *n) { return n->pprev != NULL; }
static inline void hnode_del_rcu(struct hnode *n)
{
	struct hnode *next = n->next;

	store_relaxed(n->pprev, next);      /* readers see either n or next, both valid */
	if (next)
		next->pprev = n->pprev;
	n->pprev = NULL;
}
#define hlist_for_each_rcu(pos, head, member) \
	for (struct hnode *it_ = load_acquire(&(head)->first); \
	     it_ && (pos = container_of(it_, __typeof__(*pos), member), 1); \
	     it_ = load_acquire(&it_->next))
