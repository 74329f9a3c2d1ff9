/*
 * vector.c - iovec arrays: copied in once, checked, cut at what one call may move.
 */
#include <base/err.h>
#include <mm/slab.h>
#include <linux/uio.h>
#include "vector.h"

void vector_free(struct vector *v)
{
	if (v->segs != v->fast)
		kfree(v->segs);
}

static void vector_cut(struct vector *v, unsigned count)
{
	size_t total = 0;

	for (struct uio_seg *s = v->segs; s < v->segs + count; s++) {
		s->len = MIN(s->len, MAX_RW - total);
		total += s->len;
	}
	v->u.left = total;
}

/*
 * Check the segments, cut the sum at MAX_RW. A negative length anywhere comes before a bad address. A single segment is
 * cut first, as read(2) does; of many, each must lie in user space whole.
 */
static int vector_check(struct vector *v, unsigned count)
{
	const struct uio_seg *end = v->segs + count;
	size_t total = 0, lengths = 0;
	bool is_bad = false;

	if (count == 1 && (ssize_t)v->segs->len > (ssize_t)MAX_RW)
		v->segs->len = MAX_RW;
	for (const struct uio_seg *s = v->segs; s < end; s++) {
		lengths |= s->len;
		is_bad |= !user_range_ok(UADDR(s->base), s->len);
		total += s->len;                /* at most 1024 times user space */
	}
	if (unlikely(is_bad))
		return (ssize_t)lengths < 0 ? -EINVAL : -EFAULT;
	v->u.left = total;
	if (unlikely(total > MAX_RW))
		vector_cut(v, count);
	return 0;
}

/* The array ends in memory that cannot be read: a negative length before that comes first. */
static __noinline int vector_fault(uaddr_t from, unsigned count)
{
	struct uio_seg s;

	for (unsigned k = 0; k < count && !user_copy_in(&s, UADDR(from.v + k * sizeof s), sizeof s); k++) {
		if ((ssize_t)s.len < 0)
			return -EINVAL;
	}
	return -EFAULT;
}

int vector_init(struct vector *v, uaddr_t from, unsigned count)
{
	int err;

	if (count > UIO_MAXIOV)
		return -EINVAL;
	v->segs = v->fast;
	if (count > VECTOR_FAST_SEGS) {
		v->segs = kmalloc(count * sizeof *v->segs, 0);
		if (!v->segs)
			return -ENOMEM;
	}
	v->u = (struct uio){ .seg = v->segs, .nr_segs = count };
	err = user_copy_in(v->segs, from, count * sizeof *v->segs);
	err = likely(!err) ? vector_check(v, count) : vector_fault(from, count);
	if (err)
		vector_free(v);
	return err;
}
