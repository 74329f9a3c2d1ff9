/* fdinfo.c - /proc/PID/fdinfo/N: position, flags and mount of an opened file. */
#include "procfs_priv.h"
#include <fs/file.h>
#include <mm/slab.h>

static unsigned mount_id(const struct file *f) { return f->path.mnt ? f->path.mnt->id : 0; }

int proc_show_fdinfo(struct text_buf *b, struct task *t, int fd)
{
	struct file *f;
	char *more;

	if (!proc_may_inspect(t))
		return -EACCES;
	f = fd_lookup_of(t, fd);
	if (!f)
		return -ENOENT;
	text_printf(b, "pos:\t%ld\nflags:\t0%o\nmnt_id:\t%u\nino:\t%lu\n", load_relaxed(&f->pos),
		    f->flags | (fd_cloexec_of(t, fd) ? O_CLOEXEC : 0), mount_id(f), f->inode ? f->inode->ino : 0);
	proc_show_file_locks(b, t, f);
	more = f->ops->show_fdinfo ? kzalloc(PAGE_SIZE) : NULL;
	if (more) {
		f->ops->show_fdinfo(f, more, PAGE_SIZE);
		text_printf(b, "%s", more);
		kfree(more);
	}
	file_put(f);
	return 0;
}
