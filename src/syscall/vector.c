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

/* Check the segments, cut the sum at MAX_RW. */
static int vector_check(struct vector *v, unsigned count)
{
	size_t total = 0;

	for (unsigned n = 0; n < count; n++) {
		struct uio_seg *s = &v->segs[n];

		if ((ssize_t)s->len < 0)
			return -EINVAL;
		if (!user_range_ok(UADDR(s->base), s->len))
			return -EFAULT;
		s->len = MIN(s->len, MAX_RW - total);
		total += s->len;
	}
	v->u.left = total;
	return 0;
}

int vector_init(struct vector *v, uaddr_t from, unsigned long count)
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
	v->u = (struct uio){ .seg = v->segs, .nr_segs = (unsigned)count };
	err = user_copy_in(v->segs, from, count * sizeof *v->segs);
	if (!err)
		err = vector_check(v, (unsigned)count);
	if (err)
		vector_free(v);
	return err;
}
