/*
 * inode.c - files as objects: birth, links, permission, attributes, death.
 *
 * The last reference evicts the inode (the file system drops what it keeps, cached pages go) and frees
 * the memory after a grace period: walks look at mode, owner and link target under RCU.
 *   I1  an inode without names that is still referenced counts in super->nr_orphans
 *   I2  mode, uid and gid are single words, stored once per change: readers take no lock
 * Context: task; inode_permission() also under RCU; inode_put() may sleep.
 */
#include <fs/inode.h>
#include <fs/capable.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <time/clock.h>
#include "file_priv.h"
#include "fs_priv.h"

#define COUNT_BATCH 32

struct bounded_counter nr_inodes;
static struct slab_cache *inode_cache __ro_after_init;
struct timespec_k time_now(void)
{
	uint64_t ns = clock_realtime_ns();

	return (struct timespec_k){ (int64_t)(ns / NSEC_PER_SEC), (uint32_t)(ns % NSEC_PER_SEC) };
}

struct inode *inode_alloc(struct super *s)
{
	struct inode *i = slab_alloc(inode_cache, ALLOC_ZERO);

	if (unlikely(!i))
		return NULL;
	refcount_set(&i->refs, 1);
	i->super = s;
	i->nlink = 1;
	i->ino = fetch_add_relaxed(&s->next_ino, 1);    /* relaxed: only distinct */
	i->atime = i->mtime = i->ctime = i->btime = time_now();
	filemap_init(&i->map, NULL, i, &i->size);
	mutex_init(&i->lock, RANK_INODE);
	bounded_counter_add(&nr_inodes, 1);
	return i;
}

static void inode_free_rcu(struct rcu_head *head)
{
	struct inode *i = container_of(head, struct inode, rcu);

	kfree(i->link);
	slab_free(inode_cache, i);
}

static __noinline void inode_evict(struct inode *i)
{
	struct super *s = i->super;

	if (!load_relaxed(&i->nlink))                   /* relaxed: nobody else is left */
		fetch_add_relaxed(&s->nr_orphans, -1);
	if (s->ops->evict)
		s->ops->evict(i);
	filemap_fini(&i->map);
	if (i->xattrs)
		xattrs_free(i);
	flock_place_free(i->lock_place);
	bounded_counter_add(&nr_inodes, -1);
	rcu_call(&i->rcu, inode_free_rcu);
}

void inode_put(struct inode *i)
{
	if (refcount_put(&i->refs))
		inode_evict(i);
}

bool inode_add_link(struct inode *i)
{
	unsigned n = load_relaxed(&i->nlink);

	do {
		if (!n && !i->linkable)
			return false;
	} while (!cas_relaxed(&i->nlink, &n, n + 1));   /* relaxed: a count; names are published by the table */
	if (!n)
		fetch_add_relaxed(&i->super->nr_orphans, -1);
	return true;
}

void inode_drop_link(struct inode *i)
{
	if (fetch_sub_relaxed(&i->nlink, 1) == 1)
		fetch_add_relaxed(&i->super->nr_orphans, 1);
}

/* ---- permission ---- */

static __noinline int permission_by_capability(const struct cred *c, const struct inode *i, uint32_t mode, int mask)
{
	if (i->ops && i->ops->beyond_mode)
		return i->ops->beyond_mode(i, mask);
	if (S_ISDIR(mode)) {
		if (cred_capable_inode(c, i, CAP_DAC_OVERRIDE) || (!(mask & MAY_WRITE) && cred_capable_inode(c, i, CAP_DAC_READ_SEARCH)))
			return 0;
		return i->ops && i->ops->permits && i->ops->permits(i) ? 0 : -EACCES;
	}
	if (mask == MAY_READ && cred_capable_inode(c, i, CAP_DAC_READ_SEARCH))
		return 0;
	if ((!(mask & MAY_EXEC) || (mode & 0111)) && cred_capable_inode(c, i, CAP_DAC_OVERRIDE))
		return 0;
	return -EACCES;
}

int inode_permission_as(const struct cred *c, struct inode *i, int mask)
{
	uint32_t mode = load_relaxed(&i->mode), bits = mode;    /* relaxed: I2 */

	if (unlikely(i->is_immutable)) {
		if (mask & MAY_WRITE)
			return -EPERM;
		if (!(mode & 0777) && i->ops->beyond_mode)
			return i->ops->beyond_mode(i, mask);    /* not even whether it is there */
	}
	if (c->fsuid == load_relaxed(&i->uid))
		bits >>= 6;
	else if ((((bits >> 3) ^ bits) & 7) && cred_has_group(c, load_relaxed(&i->gid)))
		bits >>= 3;
	if (likely(!((unsigned)mask & ~bits & 7)))
		return 0;
	return permission_by_capability(c, i, mode, mask);
}

int inode_permission(struct inode *i, int mask) { return inode_permission_as(cred_current(), i, mask); }

/* ---- attributes ---- */

void inode_touch_mtime(struct inode *i)
{
	i->mtime = i->ctime = time_now();
}

int inode_setattr_generic(struct inode *i, const struct inode_attr *a)
{
	uint32_t mode = a->valid & ATTR_MODE ? (i->mode & S_IFMT) | (a->mode & 07777) : i->mode;

	if (a->valid & ATTR_SIZE) {
		uint64_t old = i->size;

		store_release(&i->size, a->size);       /* before the pages go: faults look at it (filemap.c) */
		if (a->size < old)
			filemap_truncate(&i->map, a->size);
	}
	if (a->valid & ATTR_KILL_SUID) {
		mode &= ~(S_ISUID | (mode & S_IXGRP ? S_ISGID : 0));
		if (unlikely(i->xattrs != NULL))
			xattr_caps_drop_locked(i);
	}
	if (a->valid & ATTR_UID)
		store_relaxed(&i->uid, a->uid);
	if (a->valid & ATTR_GID)
		store_relaxed(&i->gid, a->gid);
	store_relaxed(&i->mode, mode);
	if (a->valid & ATTR_ATIME)
		i->atime = a->atime;
	if (a->valid & ATTR_MTIME)
		i->mtime = a->mtime;
	i->ctime = a->valid & ATTR_CTIME ? a->ctime : time_now();
	return 0;
}

/* ---- device numbers as user space has them: 32 bits in mknod(2), 64 in struct stat ---- */

uint64_t dev_encode(dev_num_t d)
{
	uint64_t major = DEV_MAJOR(d), minor = DEV_MINOR(d);

	return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffull) << 12;
}

dev_num_t dev_decode(uint64_t user)
{
	return DEV_MAKE((uint32_t)(user >> 8) & 0xfff, ((uint32_t)user & 0xff) | ((uint32_t)(user >> 12) & 0xfff00));
}

void inode_init(void)
{
	inode_cache = slab_cache_create("inode", sizeof(struct inode), CACHELINE);
}
