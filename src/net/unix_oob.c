/*
 * unix_oob.c - the urgent byte of an AF_UNIX stream: MSG_OOB, SIOCATMARK, SO_OOBINLINE.
 *
 * It is a packet of one byte whose len is 0, so that the ordinary reader stumbles over it and asks here what to do.
 *   I1  u->oob is in u->rx and has not been read; there is at most one
 *   I2  another packet of len 0 is the mark that the urgent byte leaves when it was read by MSG_OOB
 * A second urgent byte makes an ordinary one of the first (len 1). Ordinary reads end in front of the byte; one that begins
 * there drops it, or with SO_OOBINLINE reads it.
 * Locks: read_lock, then the socket's lock.   Context: task, may sleep.
 */
#include <fs/owner.h>
#include "unix_priv.h"

void unix_oob_append_locked(struct unix_sock *to, struct packet *p)
{
	if (to->oob)
		store_relaxed(&to->oob->len, 1u);
	p->len = 0;
	queue_append(&to->rx, p);
	store_relaxed(&to->oob, p);
}

void unix_oob_tell(struct unix_sock *to)
{
	struct file *f;

	spin_lock(&to->sock.lock);
	f = to->sock.opened;
	if (f && !refcount_try_get(&f->refs))
		f = NULL;
	spin_unlock(&to->sock.lock);
	if (!f)
		return;
	file_owner_tell_urgent(f);
	file_put(f);
}

/* The first packet leaves the queue, with what is unread of it. */
static struct packet *take_first_locked(struct unix_sock *u)
{
	struct packet *p = queue_take(&u->rx);

	store_relaxed(&u->nr_queued, u->nr_queued - 1);
	store_relaxed(&u->charge, u->charge - p->charge);
	return p;
}

static bool is_inline(const struct unix_sock *u) { return load_relaxed(&u->sock.options.flags) & OPTION_OOBINLINE; }

struct packet *unix_oob_pass(struct unix_sock *u, struct packet *p, bool is_peek, bool has_some, bool *read_now, bool *has_freed)
{
	struct packet *mark = NULL, *dropped = NULL;

	*read_now = false;
	spin_lock(&u->sock.lock);
	if (!p->len && p != u->oob) {
		if (has_some && !u->oob) {
			p = NULL;
		} else if (is_peek) {
			p = p->next;
		} else {
			mark = take_first_locked(u);
			p = u->rx.head;
		}
	}
	if (p && p == u->oob) {
		if (has_some) {
			p = NULL;
		} else if (is_peek) {
			*read_now = is_inline(u);
			if (!*read_now)
				p = p->next;
		} else {
			store_relaxed(&u->oob, (struct packet *)NULL);
			store_relaxed(&p->len, 1u);
			if (!is_inline(u)) {
				dropped = take_first_locked(u);
				store_relaxed(&u->bytes, u->bytes - 1);
				p = u->rx.head;
			}
		}
	}
	spin_unlock(&u->sock.lock);
	*has_freed |= mark || dropped;
	if (mark)
		packet_free(mark);
	if (dropped)
		packet_free(dropped);
	return p;
}

/* The mark of an earlier byte right in front of the urgent one goes: two would follow each other. */
static struct packet *take_mark_before_locked(struct unix_sock *u, struct packet *oob)
{
	struct packet **link = &u->rx.head, *p;

	for (p = u->rx.head; p != oob; p = p->next) {
		if (p->next == oob && !p->len) {
			store_relaxed(link, oob);
			store_relaxed(&u->nr_queued, u->nr_queued - 1);
			store_relaxed(&u->charge, u->charge - p->charge);
			return p;
		}
		link = &p->next;
	}
	return NULL;
}

ssize_t unix_oob_receive(struct sock *s, struct sock_msg *m)
{
	struct unix_sock *u = unix_of(s);
	struct packet *oob, *mark = NULL;
	bool has_room = m->u->left;             /* else the byte is lost */
	size_t got = 0;

	mutex_lock(&u->read_lock);
	spin_lock(&s->lock);
	oob = is_inline(u) ? NULL : u->oob;
	if (oob && !(m->flags & MSG_PEEK)) {
		store_relaxed(&u->oob, (struct packet *)NULL);
		store_relaxed(&u->bytes, u->bytes - 1);
		mark = take_mark_before_locked(u, oob);
	}
	spin_unlock(&s->lock);
	if (oob)
		got = packet_copy_out(oob, 0, 1, m->u);
	mutex_unlock(&u->read_lock);
	if (mark)
		packet_free(mark);
	if (!oob)
		return -EINVAL;
	if (unlikely(sock_is_watched(s)))
		pollable_touch_ordered(&s->pollable);
	if (!got && has_room)
		return -EFAULT;
	m->out_flags |= MSG_OOB;
	return 1;
}

bool unix_oob_is_at_mark(struct unix_sock *u)
{
	struct packet *p;
	bool is_at;

	spin_lock(&u->sock.lock);
	p = u->rx.head;
	is_at = p && (p == u->oob || (!p->len && (!u->oob || p->next == u->oob)));
	spin_unlock(&u->sock.lock);
	return is_at;
}
