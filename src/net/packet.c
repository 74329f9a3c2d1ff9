/*
 * packet.c - messages on their way: bytes in pieces, small ones in one slab object with their head.
 *
 * A packet belongs to who made it until it is queued, then to the queue, then to who took it.
 * Context: task; filling and copying may sleep.
 */
#include <mm/slab.h>
#include "net_priv.h"
#include <net/rights.h>

#define SMALL_ROOM 192u                         /* one write of a few bytes: never more than a slab object */

static struct slab_cache *small_cache __ro_after_init;

static struct packet *piece_alloc(size_t room)
{
	struct packet *p;

	if (likely(room <= SMALL_ROOM)) {
		p = slab_alloc(small_cache, 0);
		room = SMALL_ROOM;
	} else {
		p = kmalloc(sizeof *p + room, 0);
	}
	if (unlikely(!p))
		return NULL;
	p->more = NULL;
	p->room = (uint32_t)room;
	return p;
}

static void piece_free(struct packet *p)
{
	if (likely(p->room == SMALL_ROOM))
		slab_free(small_cache, p);
	else
		kfree(p);
}

static void pieces_free(struct packet *p)
{
	while (p) {
		struct packet *more = p->more;

		piece_free(p);
		p = more;
	}
}

struct packet *packet_alloc(size_t len)
{
	struct packet *p = piece_alloc(MIN(len, PIECE_MAX)), *last = p;

	if (unlikely(!p))
		return NULL;
	p->sender = NULL;
	p->rights = NULL;
	p->pid = NULL;
	p->len = (uint32_t)len;
	p->done = 0;
	for (size_t have = p->room; unlikely(have < len); have += last->room) {
		last = last->more = piece_alloc(MIN(len - have, PIECE_MAX));
		if (!last) {
			pieces_free(p);
			return NULL;
		}
	}
	return p;
}

void packet_free(struct packet *p)
{
	if (unlikely(p->rights))
		rights_free(p->rights);
	if (unlikely(p->pid))
		pid_put(p->pid);
	if (p->sender)
		sock_put(p->sender);
	if (likely(!p->more))
		piece_free(p);
	else
		pieces_free(p);
}

int packet_fill(struct packet *p, struct uio *u)
{
	size_t left = p->len;

	for (; p && left; p = p->more) {
		size_t n = MIN(left, (size_t)p->room);

		if (unlikely(uio_copy_from(u, p->data, n) != n))
			return -EFAULT;
		left -= n;
	}
	return 0;
}

size_t packet_copy_out(struct packet *p, size_t from, size_t n, struct uio *u)
{
	size_t done = 0;

	for (; p && done < n; p = p->more) {
		size_t want, got;

		if (unlikely(from >= p->room)) {
			from -= p->room;
			continue;
		}
		want = MIN(n - done, p->room - from);
		got = uio_copy_to(u, p->data + from, want);
		done += got;
		if (unlikely(got < want))
			break;
		from = 0;
	}
	return done;
}

void packet_init(void)
{
	small_cache = slab_cache_create("packet", sizeof(struct packet) + SMALL_ROOM, 0);
}
