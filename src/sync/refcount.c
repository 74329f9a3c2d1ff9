/*
 * refcount.c - what happens when a reference count goes wrong.
 *
 * A count that reached zero or wrapped is set far away from both, so that no
 * later put can free the object: it leaks, which is the lesser harm.
 */
#include <sync/refcount.h>
#include <trace/klog.h>

#define SATURATED 0x40000000u

void refcount_saturated(const refcount_t *r)
{
	store_relaxed((atomic_uint *)&r->n, SATURATED); /* relaxed: any value in the middle will do */
	warn_once("sync: reference count %p was used after its end; the object leaks\n", (const void *)r);
}
