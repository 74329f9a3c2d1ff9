/*
 * mem.c - /proc/PID/mem: the memory of a process as a file, by virtual address.
 *
 * Opening needs the right to inspect the process; the file keeps the task, not its memory: after exec or exit
 * it shows what is there then, or ends. Context: task, may sleep.
 */
#include "procfs_priv.h"
#include <mm/slab.h>
#include <mm/space.h>
#include <fs/file.h>
#include <linux/fs.h>

static int mem_open(struct inode *i, struct file *f)
{
	int err = proc_open_task(i, f);

	if (!err && !proc_may_inspect(f->priv)) {
		task_put(f->priv);
		f->priv = NULL;
		err = -EACCES;
	}
	return err;
}

static void mem_release(struct file *f)
{
	if (f->priv)
		task_put(f->priv);
}

/* One page at a time through a kernel buffer: two address spaces are never open at once. */
static ssize_t mem_copy(struct file *f, struct uio *u, loff_t *pos, bool write)
{
	struct space *s = task_space_get(f->priv);
	char *page = kmalloc(PAGE_SIZE, 0);
	ssize_t done = 0, n = 0;

	while (s && page && u->left) {
		size_t part = MIN(u->left, PAGE_SIZE);

		if (write) {
			part = uio_copy_from(u, page, part);
			n = part ? space_write_forced(s, (uint64_t)*pos, page, part) : -EFAULT;
		} else {
			n = space_read(s, (uint64_t)*pos, page, part);
			if (n > 0)
				n = uio_copy_to(u, page, (size_t)n) == (size_t)n ? n : -EFAULT;
		}
		if (n <= 0)
			break;
		done += n;
		*pos += n;
	}
	if (s)
		space_put_user(s);
	if (!page)
		return -ENOMEM;
	kfree(page);
	return done ? done : n < 0 ? -EIO : 0;
}

static ssize_t mem_read(struct file *f, struct uio *u, loff_t *pos) { return mem_copy(f, u, pos, false); }
static ssize_t mem_write(struct file *f, struct uio *u, loff_t *pos) { return mem_copy(f, u, pos, true); }

/* Positions are addresses: any value, the kernel half reads as an error. */
static loff_t mem_seek(struct file *f, loff_t off, int whence)
{
	if (whence != SEEK_SET && whence != SEEK_CUR)
		return -EINVAL;
	return f->pos = whence == SEEK_CUR ? f->pos + off : off;
}

static int mem_mmap(struct file *f, struct vma_request *r) { return -ENODEV; }

const struct file_ops proc_mem_ops = { .read = mem_read, .write = mem_write, .seek = mem_seek, .mmap = mem_mmap, .open = mem_open, .release = mem_release };
