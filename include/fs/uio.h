/*
 * uio.h - where the bytes of a read or write come from or go to: user or kernel segments.
 */
#pragma once
#include <base/compiler.h>
#include <arch/usercopy.h>

struct uio_seg { uint64_t base; uint64_t len; };       /* = struct iovec */
#define UIO_APPEND 1u                          /* write at the end, whatever the file's mode */
#define UIO_NO_APPEND 2u                       /* write at the position, whatever the file's mode */
#define UIO_NO_WAIT 4u                         /* -EAGAIN rather than wait */

struct uio {
	const struct uio_seg *seg;              /* current segment              */
	unsigned nr_segs;                       /* from seg on                  */
	bool is_kernel;                         /* base is a kernel address     */
	uint8_t how;                            /* UIO_*: what one call asks for */
	size_t seg_off;                         /* done in *seg                 */
	size_t left;                            /* bytes still wanted, all segs */
	struct uio_seg one;                     /* storage for a single segment */
};
static inline void uio_init_user(struct uio *u, uaddr_t base, size_t len)
{
	u->one.base = base.v;
	u->one.len = u->left = len;
	u->seg = &u->one;
	u->nr_segs = 1;
	u->is_kernel = false;
	u->how = 0;
	u->seg_off = 0;
}
static inline void uio_init_kernel(struct uio *u, void *base, size_t len)
{
	uio_init_user(u, UADDR((uintptr_t)base), len);
	u->is_kernel = true;
}
/* Move up to n bytes; return bytes moved (short on a fault: then the caller returns what it has, or -EFAULT for 0). May sleep. */
size_t uio_copy_to(struct uio *u, const void *from, size_t n);       /* kernel -> uio */
size_t uio_copy_from(struct uio *u, void *to, size_t n);             /* uio -> kernel */
size_t uio_zero(struct uio *u, size_t n);
void uio_skip(struct uio *u, size_t n);                              /* n <= left */

/* Directory entries on their way to getdents64 or the kernel. */
struct dir_emitter { bool (*emit)(struct dir_emitter *e, const char *name, size_t len, uint64_t ino, unsigned type, loff_t next_pos); };
/* false: buffer is full, stop. */
static inline bool dir_emit(struct dir_emitter *e, const char *name, size_t len, uint64_t ino, unsigned type, loff_t next_pos)
{
	return e->emit(e, name, len, ino, type, next_pos);
}
