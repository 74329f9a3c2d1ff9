/*
 * mem.c - /proc/PID/mem: the memory of a process as a file, by virtual address.
 *
 * Opening needs the right to inspect the process; the file keeps the memory that it has then, as a structure, not what is
 * mapped: after exec or exit it is at its end. The next program may be one that is not to be looked into.
 * Context: task, may sleep.     Tests: tests/abi/procfs/exec_rights.c.
 */
#include "node.h"
#include <mm/slab.h>
#include <mm/space.h>
#include <fs/file.h>
#include <linux/fs.h>

int proc_open_space(struct inode *i, struct space **out)
{
	struct task *t = proc_node_task(proc_node(i));
	int err = t ? task_inspect_space(t, true, out) : -ESRCH;

	if (t)
		task_put(t);
	if (!err && *out) {
		space_get(*out);
		space_put_user(*out);
	}
	return err;
}

static int mem_open(struct inode *i, struct file *f)
{
	struct space *s;
	int err = proc_open_space(i, &s);

	if (err)
		return err;
	f->priv = s;
	f->mode |= FILE_NO_SPLICE;
	return 0;
}

static void mem_release(struct file *f)
{
	if (f->priv)
		space_put(f->priv);
}

/* One page at a time through a kernel buffer: two address spaces are never open at once. */
static ssize_t mem_copy(struct file *f, struct uio *u, loff_t *pos, bool write)
{
	struct space *s = f->priv && space_try_get_user(f->priv) ? f->priv : NULL;
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

const struct file_ops proc_mem_ops = { .read = mem_read, .write = mem_write, .seek = mem_seek, .mmap = mem_mmap, .open = mem_open, .release = mem_release, .no_splice_to = true };
