/*
 * vector.h - an iovec array of user mode as a struct uio.
 */
#pragma once
#include <fs/uio.h>
#include <mm/page.h>

#define MAX_RW ((size_t)INT32_MAX & PAGE_MASK)  /* Linux's MAX_RW_COUNT: more is cut */
#define VECTOR_FAST_SEGS 8

struct vector { struct uio u; struct uio_seg fast[VECTOR_FAST_SEGS], *segs; };

/* Copy an iovec array in; of the count the lower half matters, as with Linux. 0, -EINVAL, -EFAULT, -ENOMEM; on success pair with vector_free(). May sleep. */
__must_check int vector_init(struct vector *v, uaddr_t from, unsigned count);
void vector_free(struct vector *v);
