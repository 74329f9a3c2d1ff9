/*
 * pagefile.c - read and write of files whose pages are cached: tmpfs and what is like it.
 *
 * A reader takes no lock: it sees the size, then whatever the pages hold. Writers of one inode
 * exclude each other by i->lock, which also makes O_APPEND atomic; the size grows after the bytes
 * below it are in place.
 * Lock order: f->pos_lock (if shared), i->lock (RANK_INODE), then page faults.   Context: task, may sleep.
 */
#include <fs/file.h>
#include <mm/filemap.h>
#include <task/cred.h>
#include <task/process.h>
#include <task/signal.h>

/* Copy up to n bytes at *pos within one page. Bytes moved, or -errno. */
static ssize_t page_read(struct filemap *m, struct uio *u, uint64_t pos, size_t n)
{
	struct page *p = filemap_find(m, pos >> PAGE_SHIFT);
	size_t off = pos & (PAGE_SIZE - 1), got;

	if (unlikely(!p)) {
		if (m->ops && m->ops->read_page) {
			int err = filemap_get(m, pos >> PAGE_SHIFT, &p);

			if (err)
				return err;
		} else if (unlikely(filemap_has_failed(m, pos >> PAGE_SHIFT))) {
			return -EIO;
		} else {
			return (ssize_t)uio_zero(u, n);        /* a hole */
		}
	}
	got = uio_copy_to(u, (char *)page_address(p) + off, n);
	page_put(p);
	return (ssize_t)got;
}

ssize_t filemap_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct inode *i = f->inode;
	ssize_t done = 0, got;

	while (u->left) {
		uint64_t size = load_relaxed(&i->size), at = (uint64_t)*pos;
		size_t n;

		if (at >= size)
			break;
		n = MIN(MIN(u->left, PAGE_SIZE - (at & (PAGE_SIZE - 1))), size - at);
		got = page_read(&i->map, u, at, n);
		if (unlikely(got <= 0)) {
			if (!done)
				done = got ? got : -EFAULT;
			break;
		}
		*pos += got;
		done += got;
		if (unlikely((size_t)got < n))
			break;
	}
	file_accessed(f);                       /* at the end of the file, too */
	return done;
}

ssize_t file_write_limit(uint64_t pos, size_t len)
{
	uint64_t limit = process_current()->rlim[RLIMIT_FSIZE].rlim_cur;

	if (limit != RLIM_INFINITY) {
		if (pos >= limit) {
			siginfo_t info;

			siginfo_init_kernel(&info, SIGXFSZ);
			signal_send_task(task_current(), &info);
			return -EFBIG;
		}
		len = MIN(len, limit - pos);
	}
	if (pos >= INT64_MAX)
		return -EFBIG;
	return (ssize_t)MIN(len, (uint64_t)INT64_MAX - pos);
}

/* Is there a first byte to write? */
static __noinline bool uio_is_readable(const struct uio *u)
{
	struct uio probe = *u;
	char byte;

	return uio_copy_from(&probe, &byte, 1);
}

/* A page that is not there is made only if there is something to write to it. */
static int page_to_write(struct filemap *m, uint64_t index, const struct uio *u, struct page **out)
{
	*out = filemap_find(m, index);
	if (likely(*out))
		return 0;
	return uio_is_readable(u) ? filemap_get(m, index, out) : -EFAULT;
}

static ssize_t filemap_write_locked(struct inode *i, struct uio *u, loff_t *pos, size_t len)
{
	ssize_t done = 0;

	while (len) {
		uint64_t at = (uint64_t)*pos;
		size_t off = at & (PAGE_SIZE - 1), n = MIN(len, PAGE_SIZE - off), got;
		struct page *p;
		int err;

		if (unlikely(i->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) || (unlikely(i->seals & F_SEAL_GROW) && at + n > i->size))
			return done ? done : uio_is_readable(u) ? -EPERM : -EFAULT;
		err = page_to_write(&i->map, at >> PAGE_SHIFT, u, &p);
		if (unlikely(err))
			return done ? done : err;
		got = uio_copy_from(u, (char *)page_address(p) + off, n);
		page_put(p);
		*pos += (loff_t)got;
		done += (ssize_t)got;
		len -= got;
		if (got && (uint64_t)*pos > i->size)
			store_release(&i->size, (uint64_t)*pos);   /* pairs with readers' loads: bytes before size */
		if (unlikely(got < n))
			return done ? done : -EFAULT;
	}
	return done;
}

ssize_t filemap_write(struct file *f, struct uio *u, loff_t *pos)
{
	struct inode *i = f->inode;
	ssize_t n;

	if (unlikely(!u->left))
		return 0;
	mutex_lock(&i->lock);
	if (((f->mode & FILE_APPEND) && !(u->how & UIO_NO_APPEND)) || (u->how & UIO_APPEND))
		*pos = (loff_t)i->size;
	n = file_write_limit((uint64_t)*pos, u->left);
	if (likely(n > 0)) {
		inode_privileges_drop(i);
		n = filemap_write_locked(i, u, pos, (size_t)n);
		if (likely(n > 0))
			inode_touch_mtime(i);
	}
	mutex_unlock(&i->lock);
	return n;
}
