/*
 * mount_stat.c - statmount(2) and listmount(2).
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/mount_stat.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <syscall/define.h>

/* Of headers later than ours: struct mnt_id_req and struct statmount. */
struct request {
	uint32_t size, spare;
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
	return r->spare || r->id <= MOUNT_UNIQUE_BASE ? -EINVAL : 0;
}

/* Is the namespace asked for our own? Others are not found. */
static bool is_own_ns(const struct request *r) { return !r->ns_id || r->ns_id == mnt_ns_current()->ns.ino; }

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
	struct request r;
	int err;

	if (flags)
		return -EINVAL;
	err = request_read(req, &r);
	if (err)
		return err;
	if (!is_own_ns(&r))
		return -ENOENT;
	if (!user_range_ok(to, size))
		return -EFAULT;
	st.mask = r.param;
	if ((st.mask & MOUNT_STAT_STRINGS) && size == sizeof(struct answer))
		return -EOVERFLOW;
	err = mount_stat(r.id, size > sizeof(struct answer) ? size - sizeof(struct answer) : 0, &st);
	if (!err)
		err = st.text.error ? st.text.error : answer_write(&st, to, size);
	text_fini(&st.text);
	return err;
}

SYSCALL(listmount, uaddr_t req, uaddr_t to, size_t nr, unsigned flags)
{
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
	n = is_own_ns(&r) ? mount_list(r.id, r.param, ids, nr, flags & LIST_REVERSE) : -ENOENT;
	if (n > 0 && user_copy_out(to, ids, (size_t)n * sizeof *ids))
		n = -EFAULT;
	if (nr * sizeof *ids <= PAGE_SIZE)
		kfree(ids);
	else
		vfree(ids);
	return n;
}
