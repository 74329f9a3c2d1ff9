/*
 * uio.c - moving bytes between kernel memory and the segments of a read or write.
 *
 *   I1  u->left is the sum of the segments' lengths from seg on, less seg_off
 *   I2  after a short copy (fault) the uio stands behind the last byte moved
 * Context: task, may sleep (page faults); no locks but sleeping ones held.
 */
#include <fs/uio.h>
#include <lib/string.h>

enum uio_dir { UIO_TO, UIO_FROM, UIO_ZERO, UIO_SKIP };

/* Move n bytes of the current segment; returns how many. */
static inline size_t segment_move(struct uio *u, void *kernel, size_t n, enum uio_dir dir)
{
	uint64_t at = u->seg->base + u->seg_off;

	if (dir == UIO_SKIP)
		return n;
	if (unlikely(u->is_kernel)) {
		if (dir == UIO_TO)
			memcpy((void *)at, kernel, n);
		else if (dir == UIO_FROM)
			memcpy(kernel, (void *)at, n);
		else
			memset((void *)at, 0, n);
		return n;
	}
	if (dir == UIO_TO)
		return n - user_copy_out_partial(UADDR(at), kernel, n);
	if (dir == UIO_FROM)
		return n - user_copy_in_partial(kernel, UADDR(at), n);
	return n - user_zero(UADDR(at), n);
}

static inline size_t uio_move(struct uio *u, char *kernel, size_t n, enum uio_dir dir)
{
	size_t done = 0;

	if (n > u->left)
		n = u->left;
	while (done < n) {
		size_t room = u->seg->len - u->seg_off, want = MIN(n - done, room), got;

		if (unlikely(!room)) {
			u->seg++;
			u->nr_segs--;
			u->seg_off = 0;
			continue;
		}
		got = segment_move(u, kernel + done, want, dir);
		u->seg_off += got;
		u->left -= got;
		done += got;
		if (unlikely(got < want))
			break;
	}
	return done;
}

size_t uio_copy_to(struct uio *u, const void *from, size_t n) { return uio_move(u, (char *)(uintptr_t)from, n, UIO_TO); }
size_t uio_copy_from(struct uio *u, void *to, size_t n) { return uio_move(u, to, n, UIO_FROM); }
size_t uio_zero(struct uio *u, size_t n) { return uio_move(u, NULL, n, UIO_ZERO); }
void uio_skip(struct uio *u, size_t n) { uio_move(u, NULL, n, UIO_SKIP); }
