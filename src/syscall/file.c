/*
 * file.c - system calls on descriptors: read, write, seek, close, duplicate.
 *
 * The way of read(2) and write(2): borrow the descriptor (no count for a sole user of the table), check
 * mode and range, call the file's operation with its own position. The position is locked only when
 * the file is seekable and somebody else holds it, too.
 */
#include <fs/file.h>
#include <fs/notify.h>
#include <ipc/pipe.h>
#include <net/socket.h>
#include <syscall/define.h>
#include <task/process.h>
#include <linux/close_range.h>
#include <linux/fs.h>
#include <linux/uio.h>
#include "rw.h"
#include "vector.h"

#define SEEK_LAST SEEK_HOLE
/* Since Linux 6.9; not yet in every linux-libc-dev. */
#ifndef RWF_NOAPPEND
#define RWF_NOAPPEND 0x20
#endif

/* HIPRI, DSYNC and SYNC ask for nothing: no storage here is slower than memory. */
#define RWF_KNOWN (RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND | RWF_NOAPPEND)

static_assert(sizeof(struct uio_seg) == sizeof(struct iovec), "iovec arrays are copied as they are");

static bool pos_lock(struct file *f) __no_lock_analysis
{
	if (likely(!(f->mode & FILE_ATOMIC_POS)) || likely(refcount_read(&f->refs) == 1))
		return false;
	mutex_lock(&f->pos_lock);
	return true;
}

static void pos_unlock(struct file *f, bool locked) __no_lock_analysis
{
	if (unlikely(locked))
		mutex_unlock(&f->pos_lock);
}

static int may_read(const struct file *f)
{
	if (unlikely(!(f->mode & FILE_READ)))
		return -EBADF;
	if (unlikely(!f->ops->read))
		return S_ISDIR(f->inode->mode) ? -EISDIR : -EINVAL;
	return 0;
}

static int may_write(const struct file *f)
{
	if (unlikely(!(f->mode & FILE_WRITE)))
		return -EBADF;
	if (unlikely(!f->ops->write))
		return -EINVAL;
	return 0;
}

static ssize_t file_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct task *t = task_current();
	ssize_t n;

	if (unlikely((loff_t)((uint64_t)*pos + u->left) < 0))
		return -EINVAL;
	n = f->ops->read(f, u, pos);

	if (n > 0) {
		t->rchar += (uint64_t)n;
		notify_file(f, IN_ACCESS);
	}
	t->syscr++;
	return n;
}

static ssize_t file_write(struct file *f, struct uio *u, loff_t *pos)
{
	struct task *t = task_current();
	ssize_t n;

	if (unlikely((loff_t)((uint64_t)*pos + u->left) < 0))
		return -EINVAL;
	n = f->ops->write(f, u, pos);

	if (n > 0) {
		t->wchar += (uint64_t)n;
		notify_file(f, IN_MODIFY);
	}
	t->syscw++;
	return n;
}

static int uio_init_checked(struct uio *u, uaddr_t buf, size_t len)
{
	if (unlikely(!user_range_ok(buf, len)))
		return -EFAULT;
	uio_init_user(u, buf, MIN(len, MAX_RW));
	return 0;
}

/* read() and write(), compiled for each. */
static __always_inline ssize_t transfer(int fd, uaddr_t buf, size_t len, bool is_write)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	struct uio u;
	ssize_t n;

	if (unlikely(!f))
		return -EBADF;
	n = is_write ? may_write(f) : may_read(f);
	if (likely(!n))
		n = uio_init_checked(&u, buf, len);
	if (likely(!n)) {
		bool locked = pos_lock(f);

		n = is_write ? file_write(f, &u, &f->pos) : file_read(f, &u, &f->pos);
		pos_unlock(f, locked);
	}
	fd_return(&r);
	return n;
}

SYSCALL(read, int fd, uaddr_t buf, size_t len) { return transfer(fd, buf, len, false); }
SYSCALL(write, int fd, uaddr_t buf, size_t len) { return transfer(fd, buf, len, true); }

/* ---- at a position ---- */

static ssize_t check_position(const struct file *f, loff_t pos, bool is_write)
{
	if (pos < 0)
		return -EINVAL;
	if (unlikely(is_write && (f->mode & FILE_NO_PWRITE)))
		return -ESPIPE;
	return f->mode & (FILE_SEEKABLE | FILE_POSITIONED) ? 0 : -ESPIPE;
}

/* pread64() and pwrite64(), compiled for each. */
static __always_inline ssize_t transfer_at(int fd, uaddr_t buf, size_t len, loff_t pos, bool is_write)
{
	struct fd_ref r;
	struct file *f;
	struct uio u;
	ssize_t n;

	if (pos < 0)
		return -EINVAL;
	f = fd_borrow(fd, &r);
	if (!f)
		return -EBADF;
	n = check_position(f, pos, is_write);
	if (!n)
		n = is_write ? may_write(f) : may_read(f);
	if (!n)
		n = uio_init_checked(&u, buf, len);
	if (!n)
		n = is_write ? file_write(f, &u, &pos) : file_read(f, &u, &pos);
	fd_return(&r);
	return n;
}

SYSCALL(pread64, int fd, uaddr_t buf, size_t len, loff_t pos) { return transfer_at(fd, buf, len, pos, false); }
SYSCALL(pwrite64, int fd, uaddr_t buf, size_t len, loff_t pos) { return transfer_at(fd, buf, len, pos, true); }

/* ---- vectors ---- */

/* RWF_* as UIO_*. Only pipes and sockets can promise not to wait. */
int rwf_set(struct uio *u, const struct file *f, int flags)
{
	if ((flags & ~RWF_KNOWN) || ((flags & RWF_NOWAIT) && !file_is_pipe(f) && !file_is_socket(f)))
		return -EOPNOTSUPP;
	if ((flags & RWF_APPEND) && (flags & RWF_NOAPPEND))
		return -EINVAL;
	u->how = (flags & RWF_APPEND ? UIO_APPEND : 0) | (flags & RWF_NOAPPEND ? UIO_NO_APPEND : 0) | (flags & RWF_NOWAIT ? UIO_NO_WAIT : 0);
	return 0;
}

ssize_t file_move(struct file *f, struct uio *u, loff_t *pos, bool is_write)
{
	return (is_write ? file_write : file_read)(f, u, pos);
}

/* All of readv() to pwritev2(). pos NULL: the file's own. */
static long vector_call(int fd, uaddr_t vec, unsigned long count, loff_t *pos, int flags, bool is_write)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	struct vector v;
	bool locked;
	ssize_t n;

	if (!f)
		return -EBADF;
	n = pos ? check_position(f, *pos, is_write) : 0;
	if (!n)
		n = is_write ? may_write(f) : may_read(f);
	if (!n)
		n = vector_init(&v, vec, count);
	if (n)
		goto out;
	if (unlikely(!v.u.left))
		goto free;
	if (unlikely(flags)) {
		n = rwf_set(&v.u, f, flags);
		if (n)
			goto free;
	}
	locked = !pos && pos_lock(f);
	n = (is_write ? file_write : file_read)(f, &v.u, pos ? pos : &f->pos);
	pos_unlock(f, locked);
free:
	vector_free(&v);
out:
	fd_return(&r);
	return n;
}

SYSCALL(readv, int fd, uaddr_t vec, unsigned long count) { return vector_call(fd, vec, count, NULL, 0, false); }
SYSCALL(writev, int fd, uaddr_t vec, unsigned long count) { return vector_call(fd, vec, count, NULL, 0, true); }

SYSCALL(preadv, int fd, uaddr_t vec, unsigned long count, loff_t pos)
{
	return pos < 0 ? -EINVAL : vector_call(fd, vec, count, &pos, 0, false);
}

SYSCALL(pwritev, int fd, uaddr_t vec, unsigned long count, loff_t pos)
{
	return pos < 0 ? -EINVAL : vector_call(fd, vec, count, &pos, 0, true);
}

/* Position -1 means the file's own. The fifth argument is the upper half of a 32-bit program's position. */
SYSCALL(preadv2, int fd, uaddr_t vec, unsigned long count, loff_t pos, unsigned long unused, int flags)
{
	if (pos < -1)
		return -EINVAL;
	return vector_call(fd, vec, count, pos == -1 ? NULL : &pos, flags, false);
}

SYSCALL(pwritev2, int fd, uaddr_t vec, unsigned long count, loff_t pos, unsigned long unused, int flags)
{
	if (pos < -1)
		return -EINVAL;
	return vector_call(fd, vec, count, pos == -1 ? NULL : &pos, flags, true);
}

SYSCALL(lseek, int fd, loff_t off, unsigned whence)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	loff_t pos;

	if (!f)
		return -EBADF;
	if (whence > SEEK_LAST) {
		pos = -EINVAL;
	} else if (!(f->mode & FILE_SEEKABLE)) {
		pos = f->mode & FILE_SEEK_NOOP ? 0 : -ESPIPE;
	} else {
		bool locked = pos_lock(f);

		pos = f->ops->seek ? f->ops->seek(f, off, (int)whence) : file_seek_generic(f, off, (int)whence);
		pos_unlock(f, locked);
	}
	fd_return(&r);
	return pos;
}

/* ---- descriptors ---- */

SYSCALL(close, int fd)
{
	int err = fd_close(fd);

	/* The descriptor is gone: a restarted close() would hit another file. */
	if (unlikely(err == -ERESTARTSYS || err == -ERESTARTNOINTR || err == -ERESTARTNOHAND))
		return -EINTR;
	return err;
}

SYSCALL(close_range, unsigned from, unsigned to, unsigned flags)
{
	int err;

	if ((flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) || from > to)
		return -EINVAL;
	if (flags & CLOSE_RANGE_UNSHARE) {
		const struct fd_range but = { from, to };

		err = fdtable_unshare(flags & CLOSE_RANGE_CLOEXEC ? NULL : &but);
		if (err)
			return err;
	}
	if (flags & CLOSE_RANGE_CLOEXEC)
		fd_cloexec_range(from, to);
	else
		fd_close_range(from, to);
	return 0;
}

SYSCALL(dup, int fd)
{
	struct file *f = fd_get_path(fd);

	return f ? fd_add(f, false) : -EBADF;
}

static long dup_to(int from, int to, bool cloexec)
{
	struct file *f = fd_get_path(from);

	return f ? fd_replace(to, f, cloexec) : -EBADF;
}

SYSCALL(dup2, int from, int to)
{
	struct fd_ref r;

	if (from != to)
		return dup_to(from, to, false);
	if (!fd_borrow_path(from, &r))
		return -EBADF;
	fd_return(&r);
	return to;
}

SYSCALL(dup3, int from, int to, int flags)
{
	if ((flags & ~O_CLOEXEC) || from == to)
		return -EINVAL;
	return dup_to(from, to, flags & O_CLOEXEC);
}
