/*
 * cachestat.c - cachestat(2): how much of a file is in memory. Nothing is ever written back or evicted.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/capable.h>
#include <fs/file.h>
#include <fs/hugetlb.h>
#include <linux/capability.h>
#include <syscall/define.h>
#include <task/cred.h>

struct range { uint64_t off, len; };        /* struct cachestat_range, of later headers; len 0: to the end */
struct counts { uint64_t cached, dirty, writeback, evicted, recently_evicted; };       /* struct cachestat */

/* Who may change the file anyway. */
static bool may_ask(const struct file *f)
{
	struct inode *i = f->inode;

	return (f->mode & FILE_WRITE) || cred_current()->fsuid == i->uid || capable_inode(i, CAP_FOWNER) || !inode_permission(i, MAY_WRITE);
}

SYSCALL(cachestat, int fd, uaddr_t range, uaddr_t to, unsigned flags)
{
	struct counts c = { 0 };
	struct range r;
	struct fd_ref ref;
	struct file *f = fd_borrow(fd, &ref);
	int err = 0;

	if (!f)
		return -EBADF;
	if (user_read(&r, range))
		err = -EFAULT;
	else if (file_is_hugetlb(f))
		err = -EOPNOTSUPP;
	else if (!may_ask(f))
		err = -EPERM;
	else if (flags)
		err = -EINVAL;
	if (!err)
		c.cached = filemap_count(&f->inode->map, r.off >> PAGE_SHIFT, r.len ? (r.off + r.len - 1) >> PAGE_SHIFT : ~0ul);
	fd_return(&ref);
	return err ? err : user_write(to, &c);
}
