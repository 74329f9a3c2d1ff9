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

/* Move n bytes at `at`, in one segment; returns how many. */
static inline size_t segment_move(const struct uio *u, uint64_t at, void *kernel, size_t n, enum uio_dir dir)
{
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

/* What does not lie in the current segment alone. */
static __always_inline size_t uio_move_far(struct uio *u, char *kernel, size_t n, enum uio_dir dir)
{
	const struct uio_seg *s = u->seg;
	size_t off = u->seg_off, done = 0;

	while (done < n) {
		size_t want = MIN(n - done, s->len - off), got;

		if (unlikely(!want)) {
			s++;
			off = 0;
			continue;
		}
		got = segment_move(u, s->base + off, kernel + done, want, dir);
		off += got;
		done += got;
		if (unlikely(got < want))
			break;
	}
	u->nr_segs -= (unsigned)(s - u->seg);
	u->seg = s;
	u->seg_off = off;
	u->left -= done;
	return done;
}

static __noinline size_t copy_to_far(struct uio *u, char *from, size_t n) { return uio_move_far(u, from, n, UIO_TO); }
static __noinline size_t copy_from_far(struct uio *u, char *to, size_t n) { return uio_move_far(u, to, n, UIO_FROM); }
static __noinline size_t zero_far(struct uio *u, size_t n) { return uio_move_far(u, NULL, n, UIO_ZERO); }
static __noinline size_t skip_far(struct uio *u, size_t n) { return uio_move_far(u, NULL, n, UIO_SKIP); }

static __always_inline size_t uio_move(struct uio *u, char *kernel, size_t n, enum uio_dir dir)
{
	size_t got;

	n = MIN(n, u->left);
	if (unlikely(!n))
		return 0;                       /* there may be no segment at all */
	if (unlikely(n > u->seg->len - u->seg_off))
		return dir == UIO_TO ? copy_to_far(u, kernel, n) : dir == UIO_FROM ? copy_from_far(u, kernel, n) :
		       dir == UIO_ZERO ? zero_far(u, n) : skip_far(u, n);
	got = segment_move(u, u->seg->base + u->seg_off, kernel, n, dir);
	u->seg_off += got;
	u->left -= got;
	return got;
}

size_t uio_copy_to(struct uio *u, const void *from, size_t n) { return uio_move(u, (char *)(uintptr_t)from, n, UIO_TO); }
size_t uio_copy_from(struct uio *u, void *to, size_t n) { return uio_move(u, to, n, UIO_FROM); }
size_t uio_zero(struct uio *u, size_t n) { return uio_move(u, NULL, n, UIO_ZERO); }
void uio_skip(struct uio *u, size_t n) { uio_move(u, NULL, n, UIO_SKIP); }
