/*
 * pagemap.c - /proc/PID/pagemap: a word for each page of an address space, at eight times its number.
 *
 * All pages count as dirty since they were last asked for, as smaps says of their mappings. Where a frame is, only
 * those may know who may do all, when the file is opened.
 * Locks: space->lock, not while copying to the user.   Context: task, may sleep.
 */
#include "node.h"
#include <fs/file.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <asm/ioctls.h>
#include <mm/slab.h>
#include <mm/usage.h>
#include <task/signal.h>
#include <task/user_ns.h>

#define WORDS 256u                              /* at once */
#define PAGEMAP_SCAN_ 0xc0606610u               /* since Linux 6.7 */
#define WORD_PRESENT (1ull << 63)
#define WORD_FILE (1ull << 61)
#define WORD_EXCLUSIVE (1ull << 56)
#define WORD_SOFT_DIRTY (1ull << 55)

struct pagemap { struct space *space; bool shows_frames; };        /* space: as it was when the file was opened (mem.c) */
struct fill { uint64_t *words, start, end; bool shows_frames; };

static int pagemap_open(struct inode *i, struct file *f)
{
	struct pagemap *m = kzalloc(sizeof *m);
	int err = m ? proc_open_space(i, &m->space) : -ENOMEM;

	if (err) {
		kfree(m);
		return err;
	}
	m->shows_frames = cred_capable_in(cred_current(), &user_ns_initial, CAP_SYS_ADMIN);
	f->priv = m;
	return 0;
}

static void pagemap_release(struct file *f)
{
	struct pagemap *m = f->priv;

	if (!m)
		return;
	if (m->space)
		space_put(m->space);
	kfree(m);
}

static uint64_t word_of(const struct page_state *p, bool shows_frames)
{
	if (!p->is_present)
		return WORD_SOFT_DIRTY;
	return WORD_PRESENT | WORD_SOFT_DIRTY | (p->is_file ? WORD_FILE : 0) | (p->is_exclusive ? WORD_EXCLUSIVE : 0) |
	       (shows_frames ? p->pfn : 0);
}

/* The part of v that is asked for. 1: past it. */
static int fill_vma(struct vma *v, void *arg)
{
	struct fill *f = arg;

	if (v->start >= f->end)
		return 1;
	for (uint64_t addr = MAX(v->start, f->start); addr < MIN(v->end, f->end); addr += PAGE_SIZE) {
		struct page_state p;

		vma_page_state(v, addr, &p);
		f->words[(addr - f->start) >> PAGE_SHIFT] = word_of(&p, f->shows_frames);
	}
	return 0;
}

static ssize_t pagemap_copy(const struct pagemap *m, struct space *s, struct uio *u, loff_t *pos)
{
	uint64_t *words = kmalloc(WORDS * sizeof *words, 0), at = (uint64_t)*pos / sizeof *words, last = USER_END >> PAGE_SHIFT;
	ssize_t done = 0;

	if (!words)
		return -ENOMEM;
	while (u->left && at < last) {
		size_t n = MIN(MIN(u->left / sizeof *words, (size_t)WORDS), last - at), got;
		struct fill f = { words, at << PAGE_SHIFT, (at + n) << PAGE_SHIFT, m->shows_frames };

		__builtin_memset(words, 0, n * sizeof *words);
		(void)space_for_each_vma(s, f.start, fill_vma, &f);
		got = uio_copy_to(u, words, n * sizeof *words);
		done += (ssize_t)got;
		at += n;
		if (got < n * sizeof *words) {
			done = done ? done : -EFAULT;
			break;
		}
		if (signal_is_fatal_pending())
			break;
	}
	kfree(words);
	*pos += done > 0 ? done : 0;
	return done;
}

static ssize_t pagemap_read(struct file *f, struct uio *u, loff_t *pos)
{
	const struct pagemap *m = f->priv;
	struct space *s = m->space && space_try_get_user(m->space) ? m->space : NULL;
	ssize_t n = 0;

	if (!s)
		return 0;
	if (*pos % 8 || u->left % 8)
		n = -EINVAL;
	else if (u->left)
		n = pagemap_copy(m, s, u, pos);
	space_put_user(s);
	return n;
}

static loff_t pagemap_seek(struct file *f, loff_t off, int whence)
{
	if (whence != SEEK_SET && whence != SEEK_CUR)
		return -EINVAL;
	return f->pos = whence == SEEK_CUR ? f->pos + off : off;
}

/* There is one request, and it is not served here. */
static long pagemap_ioctl(struct file *f, unsigned cmd, uint64_t arg) { return cmd == PAGEMAP_SCAN_ || cmd == FIONREAD ? -ENOTTY : -EINVAL; }
static int pagemap_mmap(struct file *f, struct vma_request *r) { return -ENODEV; }

const struct file_ops proc_pagemap_ops = {
	.ioctl = pagemap_ioctl, .read = pagemap_read, .seek = pagemap_seek, .mmap = pagemap_mmap, .open = pagemap_open, .release = pagemap_release,
};
