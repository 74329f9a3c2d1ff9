/*
 * maps.c - /proc/PID/maps and smaps: the VMAs of an address space as text.
 *
 * The walk holds space->lock; text_printf() may allocate but takes no lock of mm's spaces.
 */
#include "procfs_priv.h"
#include <lib/string.h>
#include <mm/space.h>
#include <mm/slab.h>
#include <fs/file.h>

struct walk { struct text_buf *b; char *path; bool smaps; };

static const char *vma_label(const struct vma *v)
{
	const struct space_layout *l = &v->space->layout;

	if (v->name)
		return v->name;
	if (v->start <= l->brk && v->end >= l->start_brk && v->flags & VMA_HEAP)
		return "[heap]";
	if (v->start <= l->start_stack && v->end > l->start_stack)
		return "[stack]";
	return "";
}

static void show_line(struct walk *w, struct vma *v)
{
	const struct inode *i = v->file ? v->file->inode : NULL;
	const char *label = vma_label(v);
	int err = 0;
	size_t start = w->b->len, column;

	if (v->file && v->file->path.dentry) {
		char *name = path_to_string(&v->file->path, NULL, w->path, PATH_MAX_LEN, &err);

		label = err ? "" : name;
	}
	text_printf(w->b, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %lu ", v->start, v->end, v->flags & VMA_READ ? 'r' : '-',
			     v->flags & VMA_WRITE ? 'w' : '-', v->flags & VMA_EXEC ? 'x' : '-', v->flags & VMA_SHARED ? 's' : 'p',
			     i ? v->pgoff << PAGE_SHIFT : 0, i ? DEV_MAJOR(i->super->dev) : 0, i ? DEV_MINOR(i->super->dev) : 0,
			     i ? i->ino : 0);
	column = w->b->len - start;
	if (*label)
		text_printf(w->b, "%*s%s", column < 73 ? (int)(73 - column) : 0, "", label);
	text_printf(w->b, "\n");
}

static int show_vma(struct vma *v, void *arg)
{
	struct walk *w = arg;

	show_line(w, v);
	if (w->smaps)
		text_printf(w->b, "Size:           %8lu kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n",
			    (v->end - v->start) / 1024);
	return 0;
}

static int show(struct text_buf *b, struct task *t, bool smaps)
{
	struct space *s = task_space_get(t);
	struct walk w = { b, kmalloc(PATH_MAX_LEN, 0), smaps };
	int err = 0;

	if (!w.path)
		err = -ENOMEM;
	else if (s)
		err = space_for_each_vma(s, show_vma, &w);
	if (s)
		space_put_user(s);
	kfree(w.path);
	return err;
}

int proc_show_maps(struct text_buf *b, struct task *t) { return show(b, t, false); }
int proc_show_smaps(struct text_buf *b, struct task *t) { return show(b, t, true); }
