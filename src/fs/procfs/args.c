/*
 * args.c - /proc/PID/cmdline and environ: the words a program was started with, as they stand in its memory now.
 *
 * Only anonymous memory is read, which takes no file. The areas may be long: the text is made in parts (fs/pseudo.h).
 * Context: task, may sleep.       Tests: tests/abi/procfs/cmdline.c
 */
#include "procfs_priv.h"
#include <lib/string.h>
#include <mm/slab.h>
#include <mm/space.h>

/* At most a page of anonymous memory at addr, below end. Bytes, 0 if there is none. */
static size_t read_some(struct space *s, uint64_t addr, uint64_t end, char *page)
{
	ssize_t n;

	end = MIN(end, space_anon_end(s, addr));
	n = end > addr ? space_read(s, addr, page, MIN(end - addr, PAGE_SIZE)) : 0;
	return n > 0 ? (size_t)n : 0;
}

/* The part at b->at of the area [from, end). */
static int show_area(struct text_buf *b, struct space *s, uint64_t from, uint64_t end, char *page)
{
	size_t n = from + b->at < end ? read_some(s, from + b->at, end, page) : 0;

	b->at += n;
	b->has_more = n && from + b->at < end;
	return text_write(b, page, n);
}

/* A program that wrote over the end of its arguments gave itself another title: one string, of a page at most. */
static int show_title(struct text_buf *b, struct space *s, uint64_t from, char *page)
{
	size_t n = read_some(s, from, USER_END, page), len = strnlen(page, n);

	return text_write(b, page, len < n ? len + 1 : len);
}

int proc_show_cmdline(struct text_buf *b, struct task *t)
{
	struct space *s = task_space_get(t);
	char *page = s ? kmalloc(PAGE_SIZE, 0) : NULL;
	uint64_t from, end;
	int err = 0;

	if (!s)
		return 0;
	from = s->layout.arg_start;
	end = s->layout.arg_end;
	if (!page)
		err = -ENOMEM;
	else if (from < end && read_some(s, end - 1, end, page) && *page)
		err = b->at ? 0 : show_title(b, s, from, page);
	else
		err = show_area(b, s, from, end, page);
	space_put_user(s);
	kfree(page);
	return err;
}

int proc_show_environ(struct text_buf *b, struct task *t, struct space *s)
{
	char *page;
	int err;

	if (!space_try_get_user(s))
		return 0;
	page = kmalloc(PAGE_SIZE, 0);
	err = page ? show_area(b, s, s->layout.env_start, s->layout.env_end, page) : -ENOMEM;
	space_put_user(s);
	kfree(page);
	return err;
}
