/*
 * mount_stat.c - statmount(2) and listmount(2).
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/file.h>
#include <fs/mount_stat.h>
#include <fs/nsfs.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <syscall/define.h>
#include <task/user_ns.h>

/* Of headers later than ours: struct mnt_id_req and struct statmount. */
struct request {
	uint32_t size, ns_fd;                   /* ns_fd: of a namespace's file; 0: none */
	uint64_t id, param, ns_id;
};
#define REQUEST_SIZE_FIRST 24u              /* without ns_id */
static_assert(sizeof(struct request) == 32, "mnt_id_req, MNT_ID_REQ_SIZE_VER1");

struct answer {
	uint32_t size, options;
	uint64_t mask;
	uint32_t dev_major, dev_minor;
	uint64_t magic;
	uint32_t super_flags, fs_type;
	uint64_t id, parent_id;
	uint32_t old_id, old_parent_id;
	uint64_t attr, propagation, peer_group, master, propagate_from;
	uint32_t root, point;
	uint64_t ns_id, spare[49];
};
static_assert(sizeof(struct answer) == 512, "statmount");

#define LIST_REVERSE 1u
#define LIST_MAX 1000000u

/* 0, -EFAULT, -E2BIG, -EINVAL. */
static int request_read(uaddr_t user, struct request *r)
{
	uint32_t size;
	uint8_t rest;

	if (user_read(&size, user))
		return -EFAULT;
	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size < REQUEST_SIZE_FIRST)
		return -EINVAL;
	for (uint32_t i = sizeof *r; i < size; i++) {
		if (user_read(&rest, uaddr_add(user, i)))
			return -EFAULT;
		if (rest)
			return -E2BIG;
	}
	memset(r, 0, sizeof *r);
	if (user_copy_in(r, user, MIN(size, (uint32_t)sizeof *r)))
		return -EFAULT;
	return r->id <= MOUNT_UNIQUE_BASE ? -EINVAL : 0;
}

/* The namespace of a file, counted: 0, -EBADF, -EINVAL. */
static int ns_of_fd(int fd, struct mnt_ns **out)
{
	struct fd_ref ref;
	struct file *f = fd_borrow(fd, &ref);
	struct mnt_ns *ns;

	if (!f)
		return -EBADF;
	ns = f->inode ? nsfs_mnt_ns(f->inode) : NULL;
	if (ns)
		ns_get(&ns->ns);
	fd_return(&ref);
	*out = ns;
	return ns ? 0 : -EINVAL;
}

/* The one of an id, counted: 0, -ENOENT, or refusal for who may not administer it. */
static int ns_of_id(uint64_t id, int refusal, struct mnt_ns **out)
{
	struct mnt_ns *ns = mnt_ns_lookup(id);

	if (ns && ns != mnt_ns_current() && !capable_over(&ns->ns, CAP_SYS_ADMIN)) {
		ns_put(&ns->ns);
		return refusal;
	}
	*out = ns;
	return ns ? 0 : -ENOENT;
}

/* The namespace asked for, counted. */
static int ns_of_request(const struct request *r, int refusal, struct mnt_ns **out)
{
	if (r->ns_id)
		return r->ns_fd ? -EINVAL : ns_of_id(r->ns_id, refusal, out);
	if (r->ns_fd)
		return ns_of_fd((int)r->ns_fd, out);
	*out = mnt_ns_current();
	ns_get(&(*out)->ns);
	return 0;
}

static int answer_write(const struct mount_stat *st, uaddr_t to, size_t size)
{
	struct answer a = {
		.mask = st->mask, .dev_major = DEV_MAJOR(st->dev), .dev_minor = DEV_MINOR(st->dev), .magic = st->magic,
		.super_flags = st->super_flags, .id = st->id, .parent_id = st->parent_id, .old_id = st->old_id,
		.old_parent_id = st->old_parent_id, .attr = st->attr, .propagation = st->propagation, .peer_group = st->peer_group,
		.master = st->master, .propagate_from = st->propagate_from, .ns_id = st->ns_id,
		.fs_type = st->fs_type, .root = st->root, .point = st->point, .options = st->options,
	};

	size = MIN(size, sizeof a);
	a.size = (uint32_t)(size + st->text.len);
	if (st->text.len && user_copy_out(uaddr_add(to, sizeof a), st->text.data, st->text.len))
		return -EFAULT;
	return user_copy_out(to, &a, size);
}

SYSCALL(statmount, uaddr_t req, uaddr_t to, size_t size, unsigned flags)
{
	struct mount_stat st = { 0 };
	struct mnt_ns *ns;
	struct request r;
	int err;

	if (flags)
		return -EINVAL;
	err = request_read(req, &r);
	if (err)
		return err;
	err = ns_of_request(&r, -EPERM, &ns);
	if (err)
		return err;
	st.mask = r.param;
	if (!user_range_ok(to, size))
		err = -EFAULT;
	else if ((st.mask & MOUNT_STAT_STRINGS) && size == sizeof(struct answer))
		err = -EOVERFLOW;
	else
		err = mount_stat(ns, r.id, size > sizeof(struct answer) ? size - sizeof(struct answer) : 0, &st);
	if (!err)
		err = st.text.error ? st.text.error : answer_write(&st, to, size);
	text_fini(&st.text);
	ns_put(&ns->ns);
	return err;
}

SYSCALL(listmount, uaddr_t req, uaddr_t to, size_t nr, unsigned flags)
{
	struct mnt_ns *ns;
	struct request r;
	uint64_t *ids;
	long n;

	if (flags & ~LIST_REVERSE)
		return -EINVAL;
	if (nr > LIST_MAX)
		return -EOVERFLOW;
	if (!user_range_ok(to, nr * sizeof *ids))
		return -EFAULT;
	n = request_read(req, &r);
	if (n)
		return n;
	if (r.param && r.param <= MOUNT_UNIQUE_BASE)
		return -EINVAL;
	ids = nr * sizeof *ids <= PAGE_SIZE ? kmalloc(MAX(nr, 1ul) * sizeof *ids, 0) : vmalloc(nr * sizeof *ids, 0);
	if (!ids)
		return -ENOMEM;
	n = ns_of_request(&r, -ENOENT, &ns);
	if (!n) {
		n = mount_list(ns, r.id, r.param, ids, nr, flags & LIST_REVERSE);
		ns_put(&ns->ns);
	}
	if (n > 0 && user_copy_out(to, ids, (size_t)n * sizeof *ids))
		n = -EFAULT;
	if (nr * sizeof *ids <= PAGE_SIZE)
		kfree(ids);
	else
		vfree(ids);
	return n;
}
