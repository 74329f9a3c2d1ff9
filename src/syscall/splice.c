/*
 * splice.c - system calls that move bytes between files without passing them through the caller.
 *
 * A source in the page cache is written from its pages; any other is read into one page. From a
 * pipe, bytes are written from where they lie while the pipe is held. A source position moves only by
 * what the target took. Into a pipe, pages are lent: cached ones, those of user memory, and those that another pipe was
 * lent; what is written to them later shows to its reader.
 * A write to a socket may be a message: it gets as many pieces at once as Linux's does.
 */
#include <fs/file.h>
#include <fs/notify.h>
#include <ipc/pipe.h>
#include <lib/string.h>
#include <mm/space.h>
#include <net/socket.h>
#include <syscall/define.h>
#include <task/signal.h>
#include <linux/fadvise.h>
#include "vector.h"

#define MAX_COPY ((size_t)INT32_MAX & PAGE_MASK)
#define BATCH 16u                               /* pieces of one write to a socket, pages of one read of a stream: as many as Linux's */

/* Not in the UAPI headers. */
#define SPLICE_F_MOVE 1u
#define SPLICE_F_NONBLOCK 2u
#define SPLICE_F_MORE 4u
#define SPLICE_F_GIFT 8u
#define SPLICE_F_ALL (SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT)

/* Up to a page of a source: where it lies. */
struct chunk {
	struct page *bounce;                    /* owned, or NULL: not needed so far */
	struct page *lent;                      /* what data lies in, if others write to it as well; counted while in use */
	void *data;
	size_t len;
};

static void chunk_done(struct chunk *c)
{
	if (c->lent)
		page_put(c->lent);
	c->lent = NULL;
}

static void chunk_end(struct chunk *c)
{
	chunk_done(c);
	if (c->bounce)
		page_put(c->bounce);
}

/* Read up to max bytes at *pos, which moves. Bytes, 0 at the end, -errno. Pair with chunk_done(). */
static ssize_t chunk_read(struct chunk *c, struct file *in, loff_t *pos, size_t max)
{
	size_t off = (size_t)*pos & (PAGE_SIZE - 1);
	struct inode *i = in->inode;
	struct uio u;
	ssize_t n;

	if (in->ops->read == filemap_read && (uint64_t)*pos < load_relaxed(&i->size)) {
		c->lent = filemap_find(&i->map, (uint64_t)*pos >> PAGE_SHIFT);
		if (c->lent) {
			max = MIN(max, PAGE_SIZE - off);
			max = MIN(max, load_relaxed(&i->size) - (uint64_t)*pos);
			c->data = (char *)page_address(c->lent) + off;
			*pos += (loff_t)max;
			c->len = max;
			notify_file(in, IN_ACCESS);
			return (ssize_t)max;
		}
	}
	if (!c->bounce && !(c->bounce = page_alloc(0, 0, PAGE_KERNEL)))
		return -ENOMEM;
	c->data = page_address(c->bounce);
	uio_init_kernel(&u, c->data, MIN(max, PAGE_SIZE));
	n = in->ops->read(in, &u, pos);
	if (n > 0)
		notify_file(in, IN_ACCESS);
	c->len = n > 0 ? (size_t)n : 0;
	return n;
}

static ssize_t chunk_to_pipe(struct chunk *c, size_t at, struct file *out, bool may_wait)
{
	struct pipe_span s = { (char *)c->data + at, c->len - at, c->lent };
	struct uio u;

	if (c->lent)
		return pipe_lend(out, &s, 1, may_wait);
	uio_init_kernel(&u, s.data, s.len);
	return pipe_write(out, &u, may_wait);
}

/* Write the chunk from its byte `at` on. Bytes taken or -errno. */
static ssize_t chunk_write(struct chunk *c, size_t at, struct file *out, loff_t *pos, bool may_wait)
{
	struct uio u;
	ssize_t n;

	if (unlikely(!out->ops->write || out->ops->no_splice_to))
		return -EINVAL;
	uio_init_kernel(&u, (char *)c->data + at, c->len - at);
	n = file_is_pipe(out) ? chunk_to_pipe(c, at, out, may_wait && !(out->mode & FILE_NONBLOCK)) : out->ops->write(out, &u, pos);
	if (n > 0)
		notify_file(out, IN_MODIFY);
	return n;
}

/* Copy up to len bytes from a seekable file; a pipe may be waited for until it takes the first. Bytes moved, or -errno if none. */
static ssize_t copy_bytes(struct file *in, loff_t *in_pos, struct file *out, loff_t *out_pos, size_t len, bool may_wait)
{
	struct chunk c = { .len = 0 };
	size_t done = 0;
	ssize_t n = 0;

	while (done < len) {
		loff_t next = *in_pos;
		size_t taken = 0;

		n = chunk_read(&c, in, &next, len - done);
		/* A target that took a part is asked again: only then it says why. */
		for (; n > 0 && taken < c.len; taken += n > 0 ? (size_t)n : 0)
			n = chunk_write(&c, taken, out, out_pos, may_wait && !done && !taken);
		chunk_done(&c);
		if (next != *in_pos)                    /* /dev/zero has no position to move */
			*in_pos += (loff_t)taken;
		done += taken;
		if (n <= 0 || signal_is_pending())
			break;
	}
	chunk_end(&c);
	return done ? (ssize_t)done : n;
}

/* ---- sockets ---- */

/* Write the pieces to a socket, at once. Bytes taken or -errno. */
static ssize_t segs_write(const struct uio_seg *seg, unsigned nr, size_t len, struct file *out)
{
	struct uio u = { .seg = seg, .nr_segs = nr, .is_kernel = true, .left = len };
	ssize_t n = out->ops->write(out, &u, &out->pos);

	if (n > 0)
		notify_file(out, IN_MODIFY);
	return n;
}

/* One write of up to len bytes of a seekable file. Bytes moved, 0 at its end, or -errno. */
static ssize_t copy_batch(struct file *in, loff_t *in_pos, struct file *out, size_t len)
{
	struct chunk c[BATCH] = { 0 };
	struct uio_seg seg[BATCH];
	loff_t next = *in_pos;
	size_t sum = 0;
	unsigned nr = 0;
	ssize_t n = 1;

	while (nr < BATCH && sum < len) {
		n = chunk_read(&c[nr], in, &next, len - sum);
		if (n <= 0)
			break;
		seg[nr] = (struct uio_seg){ (uintptr_t)c[nr].data, c[nr].len };
		sum += c[nr++].len;
	}
	if (sum) {
		n = segs_write(seg, nr, sum, out);
		if (n > 0 && next != *in_pos)           /* /dev/zero has no position to move */
			*in_pos += n;
	}
	for (unsigned k = 0; k < BATCH; k++)
		chunk_end(&c[k]);
	return n;
}

static ssize_t copy_to_socket(struct file *in, loff_t *in_pos, struct file *out, size_t len)
{
	size_t done = 0;
	ssize_t n = 0;

	while (done < len) {
		n = copy_batch(in, in_pos, out, len - done);
		if (n <= 0)
			break;
		done += (size_t)n;
		if (signal_is_pending())
			break;
	}
	return done ? (ssize_t)done : n;
}

/* One write of up to len bytes that a held pipe has at the cursor, which moves by what was taken. Bytes, or -errno. */
static ssize_t held_to_socket(struct file *in, struct pipe_cursor *at, struct file *out, size_t len)
{
	struct pipe_cursor ahead = *at;
	struct pipe_span s[BATCH];
	struct uio_seg seg[BATCH];
	size_t sum = 0;
	unsigned nr = 0;
	ssize_t n;

	for (; nr < BATCH && sum < len; nr++) {
		pipe_held_span(in, &ahead, &s[nr]);
		s[nr].len = MIN(s[nr].len, len - sum);
		pipe_cursor_advance(&ahead, &s[nr], s[nr].len);
		seg[nr] = (struct uio_seg){ (uintptr_t)s[nr].data, s[nr].len };
		sum += s[nr].len;
	}
	n = segs_write(seg, nr, sum, out);
	if (n == (ssize_t)sum)
		*at = ahead;
	for (size_t left = n > 0 && n < (ssize_t)sum ? (size_t)n : 0; left;) {
		struct pipe_span first;

		pipe_held_span(in, at, &first);
		first.len = MIN(first.len, left);
		pipe_cursor_advance(at, &first, first.len);
		left -= first.len;
	}
	return n;
}

static int check_modes(const struct file *in, const struct file *out)
{
	return (in->mode & FILE_READ) && (out->mode & FILE_WRITE) ? 0 : -EBADF;
}

static int check_source(const struct file *in)
{
	return in->ops->read && !(in->mode & FILE_NO_SPLICE) && !S_ISDIR(in->inode->mode) ? 0 : -EINVAL;
}

static int check_ends(const struct file *in, const struct file *out)
{
	int err = check_modes(in, out) ?: check_source(in);

	return err ? err : out->ops->write ? 0 : -EINVAL;
}

/* Positions from pos on are a file's, as for read(). */
static int check_range(loff_t pos, size_t len)
{
	return (ssize_t)len < 0 || pos < 0 || (loff_t)((uint64_t)pos + len) < 0 ? -EINVAL : 0;
}

/*
 * One read of a source that cannot seek. What was read must get into the pipe, for which the caller found room: another
 * writer may have taken it meanwhile, then even O_NONBLOCK waits.
 */
static ssize_t stream_to_pipe(struct file *in, struct file *out, size_t len, bool may_wait)
{
	struct page *page[BATCH];
	struct uio_seg seg[BATCH];
	struct uio u = { .seg = seg, .is_kernel = true };
	unsigned nr = 0;
	ssize_t n;

	if (!may_wait && file_is_socket(in) && socket_is_stream(in))
		u.how = UIO_NO_WAIT;                    /* of others the flag asks about the pipe alone */
	for (; nr < BATCH && u.left < len; nr++) {
		page[nr] = page_alloc(0, 0, PAGE_KERNEL);
		if (!page[nr])
			break;
		seg[nr] = (struct uio_seg){ (uintptr_t)page_address(page[nr]), MIN(len - u.left, PAGE_SIZE) };
		u.left += seg[nr].len;
	}
	u.nr_segs = nr;
	n = u.left ? in->ops->read(in, &u, &in->pos) : len ? -ENOMEM : 0;
	if (n > 0) {
		struct uio w = { .seg = seg, .nr_segs = DIV_ROUND_UP((unsigned)n, (unsigned)PAGE_SIZE), .is_kernel = true, .left = (size_t)n };

		notify_file(in, IN_ACCESS);
		n = pipe_write(out, &w, true);
		if (n > 0)
			notify_file(out, IN_MODIFY);
	}
	while (nr)
		page_put(page[--nr]);
	return n;
}

/* ---- sendfile, copy_file_range ---- */

/* What is asked of the source before the target's descriptor is looked at. */
static int check_send_source(const struct file *in, const loff_t *pos, bool is_given, size_t len)
{
	if (!(in->mode & FILE_READ))
		return -EBADF;
	if (is_given && !(in->mode & (FILE_SEEKABLE | FILE_POSITIONED)))
		return -ESPIPE;
	return check_range(*pos, len);
}

static ssize_t to_pipe(struct file *in, loff_t *in_pos, struct file *out, size_t len, bool may_wait)
{
	ssize_t room;
	bool waits = may_wait && !(out->mode & FILE_NONBLOCK);

	room = pipe_wait_room(out, waits);
	if (room <= 0)
		return room;
	len = MIN(len, (size_t)room);
	if (in->mode & FILE_SEEKABLE)
		return copy_bytes(in, in_pos, out, NULL, len, waits);
	return stream_to_pipe(in, out, len, may_wait);
}

/* A target that takes nothing is found out once there is something to take. A source that cannot seek must lead into a pipe. */
static ssize_t send_file(struct file *in, loff_t *in_pos, struct file *out, size_t len)
{
	if (!(out->mode & FILE_WRITE))
		return -EBADF;
	if (!(in->mode & FILE_SEEKABLE)) {
		if (!file_is_pipe(out) || file_is_pipe(in) || check_source(in))
			return -EINVAL;
		return to_pipe(in, in_pos, out, MIN(len, MAX_COPY), !(out->mode & FILE_NONBLOCK));
	}
	if (out->mode & FILE_APPEND)
		return -EINVAL;
	if (!len)
		return 0;
	if (check_source(in))
		return -EINVAL;
	len = MIN(len, MAX_COPY);
	return file_is_socket(out) ? copy_to_socket(in, in_pos, out, len) : copy_bytes(in, in_pos, out, &out->pos, len, true);
}

SYSCALL(sendfile, int out_fd, int in_fd, uaddr_t offset, size_t len)
{
	struct fd_ref in, out;
	loff_t pos, *in_pos;
	ssize_t n = -EBADF;

	if (!uaddr_is_null(offset) && user_read(&pos, offset))
		return -EFAULT;
	if (!fd_borrow(in_fd, &in))
		goto write_back;
	in_pos = uaddr_is_null(offset) ? &in.file->pos : &pos;
	n = check_send_source(in.file, in_pos, in_pos == &pos, len);
	if (n)
		goto return_in;
	n = -EBADF;
	if (!fd_borrow(out_fd, &out))
		goto return_in;
	n = send_file(in.file, in_pos, out.file, len);
	fd_return(&out);
return_in:
	fd_return(&in);
write_back:                                     /* also after an error */
	if (!uaddr_is_null(offset) && user_write(offset, &pos))
		return -EFAULT;
	return n;
}

static ssize_t copy_range(struct file *in, loff_t *in_pos, struct file *out, loff_t *out_pos, size_t len)
{
	const struct inode *a = in->inode, *b = out->inode;
	uint64_t size;
	ssize_t limit;

	if (S_ISDIR(a->mode) || S_ISDIR(b->mode))
		return -EISDIR;
	if (!S_ISREG(a->mode) || !S_ISREG(b->mode))
		return -EINVAL;
	if (check_modes(in, out) || (out->mode & FILE_APPEND))
		return -EBADF;
	if (a->super != b->super)
		return -EXDEV;
	if ((uint64_t)*in_pos + len < (uint64_t)*in_pos || (uint64_t)*out_pos + len < (uint64_t)*out_pos)
		return -EOVERFLOW;
	size = load_relaxed(&a->size);
	len = (uint64_t)*in_pos < size ? MIN(len, size - (uint64_t)*in_pos) : 0;
	limit = *out_pos < 0 ? (ssize_t)MIN(len, MAX_COPY) : file_write_limit((uint64_t)*out_pos, len);
	if (limit < 0)
		return limit;
	len = (size_t)limit;
	if (a == b && *in_pos < *out_pos + (loff_t)len && *out_pos < *in_pos + (loff_t)len)
		return -EINVAL;                        /* overlapping */
	if (check_range(*in_pos, len) || check_range(*out_pos, len))
		return -EINVAL;
	if (!len)
		return 0;
	return check_source(in) ?: copy_bytes(in, in_pos, out, out_pos, MIN(len, MAX_COPY), true);
}

SYSCALL(copy_file_range, int in_fd, uaddr_t in_off, int out_fd, uaddr_t out_off, size_t len, unsigned flags)
{
	struct fd_ref in, out;
	loff_t in_pos, out_pos;
	ssize_t n = -EBADF;

	if (!fd_borrow(in_fd, &in))
		return -EBADF;
	if (!fd_borrow(out_fd, &out))
		goto return_in;
	in_pos = in.file->pos;
	out_pos = out.file->pos;
	n = -EFAULT;
	if ((!uaddr_is_null(in_off) && user_read(&in_pos, in_off)) || (!uaddr_is_null(out_off) && user_read(&out_pos, out_off)))
		goto return_out;
	n = flags ? -EINVAL : copy_range(in.file, &in_pos, out.file, &out_pos, len);
	if (n <= 0)
		goto return_out;
	if (uaddr_is_null(in_off))
		in.file->pos = in_pos;
	else if (user_write(in_off, &in_pos))
		n = -EFAULT;
	if (uaddr_is_null(out_off))
		out.file->pos = out_pos;
	else if (user_write(out_off, &out_pos))
		n = -EFAULT;
return_out:
	fd_return(&out);
return_in:
	fd_return(&in);
	return n;
}

/* ---- splice, tee ---- */

/* Up to len bytes that a pipe holds into a file or another pipe, which is not waited for. Bytes, or -errno if none. */
static ssize_t held_to_file(struct file *in, struct file *out, loff_t *out_pos, size_t len)
{
	struct pipe_cursor at = { 0 };
	size_t done = 0;
	ssize_t n = 0;

	while (done < len) {
		struct pipe_span s;
		struct chunk c;

		if (file_is_socket(out)) {
			n = held_to_socket(in, &at, out, len - done);
			if (n <= 0)
				break;
			done += (size_t)n;
			continue;
		}
		pipe_held_span(in, &at, &s);
		c = (struct chunk){ .data = s.data, .len = MIN(s.len, len - done), .lent = s.page };   /* the pipe counts it */
		n = chunk_write(&c, 0, out, out_pos, false);
		if (n <= 0)
			break;
		done += (size_t)n;
		pipe_cursor_advance(&at, &s, (size_t)n);
	}
	return done ? (ssize_t)done : n;
}

/*
 * Bytes of a pipe into a file or another pipe; `keep` leaves them in the source (tee). Room in a pipe is waited for only
 * while nothing was moved, and not while the source is held: others may read it meanwhile.
 */
static ssize_t from_pipe(struct file *in, struct file *out, loff_t *out_pos, size_t len, bool may_wait, bool keep)
{
	bool waits_for_room = may_wait && file_is_pipe(out) && !(out->mode & FILE_NONBLOCK);
	ssize_t n;

	for (;;) {
		n = pipe_hold(in, may_wait && !(in->mode & FILE_NONBLOCK));
		if (n <= 0)
			return n;
		n = held_to_file(in, out, out_pos, MIN(len, (size_t)n));
		pipe_unhold(in, n > 0 && !keep ? (size_t)n : 0);
		if (n != -EAGAIN || !waits_for_room)
			return n;
		n = pipe_wait_room(out, true);
		if (n < 0)
			return n;
	}
}

static ssize_t splice_files(struct file *in, loff_t *in_pos, struct file *out, loff_t *out_pos, size_t len, unsigned flags)
{
	bool may_wait = !(flags & SPLICE_F_NONBLOCK);
	bool in_pipe = file_is_pipe(in), out_pipe = file_is_pipe(out);
	int err = check_ends(in, out);

	if (err)
		return err;
	if (in_pipe && out_pipe && in->priv == out->priv)
		return -EINVAL;
	if (in_pipe) {
		if (!out_pipe && ((out->mode & FILE_APPEND) || (out_pos != &out->pos && !(out->mode & FILE_SEEKABLE))))
			return -EINVAL;
		if (!out_pipe && check_range(*out_pos, len))
			return -EINVAL;
		return from_pipe(in, out, out_pos, MIN(len, MAX_COPY), may_wait, false);
	}
	if (!out_pipe || (in_pos != &in->pos && !(in->mode & FILE_SEEKABLE)))
		return -EINVAL;
	if ((in->mode & FILE_SEEKABLE) && check_range(*in_pos, len))
		return -EINVAL;
	return to_pipe(in, in_pos, out, MIN(len, MAX_COPY), may_wait);
}

SYSCALL(splice, int in_fd, uaddr_t in_off, int out_fd, uaddr_t out_off, size_t len, unsigned flags)
{
	bool has_in = !uaddr_is_null(in_off), has_out = !uaddr_is_null(out_off);
	struct fd_ref in, out;
	loff_t in_pos = 0, out_pos = 0;
	ssize_t n = -EBADF;

	if (!len)
		return 0;
	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	if (!fd_borrow(in_fd, &in))
		return -EBADF;
	if (!fd_borrow(out_fd, &out))
		goto return_in;
	n = -ESPIPE;
	if ((has_in && file_is_pipe(in.file)) || (has_out && file_is_pipe(out.file)))
		goto return_out;
	n = -EFAULT;
	if ((has_out && user_read(&out_pos, out_off)) || (has_in && user_read(&in_pos, in_off)))
		goto return_out;
	n = splice_files(in.file, has_in ? &in_pos : &in.file->pos, out.file, has_out ? &out_pos : &out.file->pos, len, flags);
	if (n > 0 && ((has_in && user_write(in_off, &in_pos)) || (has_out && user_write(out_off, &out_pos))))
		n = -EFAULT;
return_out:
	fd_return(&out);
return_in:
	fd_return(&in);
	return n;
}

SYSCALL(tee, int in_fd, int out_fd, size_t len, unsigned flags)
{
	struct fd_ref in, out;
	ssize_t n = -EBADF;

	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	if (!len)
		return 0;
	if (!fd_borrow(in_fd, &in))
		return -EBADF;
	if (fd_borrow(out_fd, &out)) {
		n = check_ends(in.file, out.file);
		if (!n && (!file_is_pipe(in.file) || !file_is_pipe(out.file) || in.file->priv == out.file->priv))
			n = -EINVAL;
		if (!n)
			n = from_pipe(in.file, out.file, NULL, MIN(len, MAX_COPY), !(flags & SPLICE_F_NONBLOCK), true);
		fd_return(&out);
	}
	fd_return(&in);
	return n;
}

/* ---- advice: everything is in memory already ---- */

SYSCALL(fadvise64, int fd, loff_t off, loff_t len, int advice)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	long err = 0;

	if (!f)
		return -EBADF;
	if (S_ISFIFO(f->inode->mode))
		err = -ESPIPE;
	else if (len < 0 || advice < POSIX_FADV_NORMAL || advice > POSIX_FADV_NOREUSE)
		err = -EINVAL;
	fd_return(&r);
	return err;
}

SYSCALL(readahead, int fd, loff_t off, size_t len)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	long err = 0;

	if (!f)
		return -EBADF;
	if (!(f->mode & FILE_READ))
		err = -EBADF;
	else if (!S_ISREG(f->inode->mode) || (ssize_t)len < 0)
		err = -EINVAL;
	fd_return(&r);
	return err;
}

/* ---- vmsplice ---- */

/* Bytes that a pipe holds to the segments; the first ones are waited for. */
static ssize_t pipe_to_user(struct file *f, struct uio *u, bool may_wait)
{
	ssize_t held = pipe_hold(f, may_wait);
	struct pipe_cursor at = { 0 };
	size_t done = 0;

	if (held <= 0)
		return held;
	while (u->left && done < (size_t)held) {
		struct pipe_span s;
		size_t len, moved;

		pipe_held_span(f, &at, &s);
		len = MIN(MIN(s.len, u->left), (size_t)held - done);
		moved = uio_copy_to(u, s.data, len);
		pipe_cursor_advance(&at, &s, moved);
		done += moved;
		if (moved < len)
			break;
	}
	pipe_unhold(f, done);
	return done ? (ssize_t)done : -EFAULT;
}

#define LEND_BATCH 16                          /* pages that reach the pipe at once: as many as Linux's */

/* Count pages of the user's memory that u begins with. How many, or -EFAULT, -ENOMEM if none. */
static int user_spans(const struct uio *u, struct pipe_span *s)
{
	const struct uio_seg *seg = u->seg;
	size_t off = u->seg_off, left = u->left;
	int n = 0, err = 0;

	while (n < LEND_BATCH && left) {
		uint64_t addr = seg->base + off;
		size_t in_page = addr & (PAGE_SIZE - 1);

		if (off == seg->len) {
			seg++;
			off = 0;
			continue;
		}
		err = space_get_page(task_current()->space, addr - in_page, false, &s[n].page);
		if (err)
			break;
		s[n].data = (char *)page_address(s[n].page) + in_page;
		s[n].len = MIN(MIN(seg->len - off, left), PAGE_SIZE - in_page);
		off += s[n].len;
		left -= s[n++].len;
	}
	return n ? n : err;
}

/* Lend the pages of the segments. They stay the user's: what he writes to them shows to the reader. */
static ssize_t user_to_pipe(struct uio *u, struct file *f, bool may_wait)
{
	struct pipe_span s[LEND_BATCH];
	ssize_t n = pipe_wait_room(f, may_wait);
	size_t done = 0;

	while (n > 0 && u->left) {
		int nr = user_spans(u, s);

		n = nr > 0 ? pipe_lend(f, s, (unsigned)nr, may_wait && !done) : nr;
		while (nr > 0)
			page_put(s[--nr].page);
		if (n > 0) {
			uio_skip(u, (size_t)n);
			done += (size_t)n;
		}
	}
	return done ? (ssize_t)done : n;
}

/* O_NONBLOCK does not matter, as on Linux: the flag of the call does. */
SYSCALL(vmsplice, int fd, uaddr_t vec, unsigned long count, unsigned flags)
{
	bool may_wait = !(flags & SPLICE_F_NONBLOCK);
	struct fd_ref r;
	struct vector v;
	ssize_t n = -EBADF;

	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	if (!fd_borrow(fd, &r))
		return -EBADF;
	if (!(r.file->mode & (FILE_READ | FILE_WRITE)))
		goto out;
	n = vector_init(&v, vec, count);
	if (n)
		goto out;
	if (v.u.left && !file_is_pipe(r.file))
		n = -EBADF;                     /* only now: nothing may be moved to anywhere */
	else if (v.u.left)
		n = r.file->mode & FILE_WRITE ? user_to_pipe(&v.u, r.file, may_wait) : pipe_to_user(r.file, &v.u, may_wait);
	if (n > 0)
		notify_file(r.file, r.file->mode & FILE_WRITE ? IN_MODIFY : IN_ACCESS);
	vector_free(&v);
out:
	fd_return(&r);
	return n;
}
