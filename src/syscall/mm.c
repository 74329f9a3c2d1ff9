/*
 * mm.c - system calls on memory: mmap and friends, mlock.
 *
 * Decodes arguments, checks files and rights, and leaves the rest to mm/space.h.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/file.h>
#include <fs/hugetlb.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/resource.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <proc/ptrace.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/process.h>
#include <task/signal.h>
#include <task/task.h>

#define MMAP_MIN_ADDR 65536ul
/* Flags of mmap that MAP_SHARED_VALIDATE vouches for. */
#define MAP_KNOWN (MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE | MAP_EXECUTABLE | MAP_UNINITIALIZED | \
	MAP_GROWSDOWN | MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB | \
	MAP_32BIT | (63u << 26))

#ifndef MADV_SOFT_OFFLINE                       /* not in <linux/mman.h> */
#define MADV_SOFT_OFFLINE 101
#endif

static struct space *space_own(void) { return task_current()->space; }

/* ---- mmap ---- */

/* What the file permits: VMA_MAY* and VMA_* bits to add, or -errno. */
static int file_rights(const struct file *f, unsigned prot, unsigned flags, uint32_t *extra)
{
	unsigned type = flags & MAP_TYPE;

	*extra = VMA_MAYREAD | VMA_MAYWRITE | VMA_MAYEXEC;
	if (type == MAP_SHARED_VALIDATE && (flags & ~(MAP_KNOWN | MAP_SYNC)))
		return -EOPNOTSUPP;
	if (type == MAP_SHARED_VALIDATE && (flags & MAP_SYNC))
		return -EOPNOTSUPP;
	if (type != MAP_PRIVATE) {
		if ((prot & PROT_WRITE) && !(f->mode & FILE_WRITE))
			return -EACCES;
		if (!(f->mode & FILE_WRITE))
			*extra &= ~VMA_MAYWRITE;
	}
	if (!(f->mode & FILE_READ))
		return -EACCES;
	if (f->path.mnt && (f->path.mnt->flags & MS_NOEXEC)) {
		if (prot & PROT_EXEC)
			return -EPERM;
		*extra &= ~VMA_MAYEXEC;
	}
	return 0;
}

/* As space_map(), where the file's seals have a say: F_SEAL_WRITE forbids shared mappings that could be written. */
static int map_sealable(struct file *f, uint64_t addr, struct vma_request *r, uint32_t extra, uint64_t *out)
{
	int err;

	if (load_acquire(&f->inode->seals) & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) {    /* pairs with file_add_seals() */
		if (r->prot & PROT_WRITE)
			return -EPERM;
		extra &= ~VMA_MAYWRITE;
	}
	if (!(extra & VMA_MAYWRITE))
		return space_map(task_current()->space, addr, r->len, r->prot, r->flags, extra, r->map, f, r->pgoff, out);
	if (!filemap_shared_write_begin(r->map))
		return -EPERM;
	err = space_map(task_current()->space, addr, r->len, r->prot, r->flags, extra, r->map, f, r->pgoff, out);
	filemap_shared_write_end(r->map);
	return err;
}

/* Mappings of i end there. */
static uint64_t last_byte(const struct inode *i) { return S_ISREG(i->mode) || S_ISSOCK(i->mode) ? INT64_MAX : UINT64_MAX; }

static __always_inline int map_file(struct file *f, uint64_t addr, uint64_t len, unsigned prot, unsigned flags, uint64_t off, uint64_t *out)
{
	struct vma_request r = { .len = len, .pgoff = off >> PAGE_SHIFT, .prot = prot, .flags = flags };
	struct space *s = space_own();
	uint32_t extra;
	int err;

	if (r.pgoff > (last_byte(f->inode) - ALIGN_UP(len, PAGE_SIZE)) >> PAGE_SHIFT)
		return -EOVERFLOW;
	if ((flags & MAP_TYPE) < MAP_SHARED || (flags & MAP_TYPE) > MAP_SHARED_VALIDATE)
		return -EINVAL;
	err = file_rights(f, prot, flags, &extra);
	if (err)
		return err;
	if (f->ops->mmap) {
		err = f->ops->mmap(f, &r);
		if (err)
			return err;
	} else if (S_ISREG(f->inode->mode)) {
		r.map = &f->inode->map;
		file_accessed(f);
	} else {
		return -ENODEV;
	}
	if (flags & MAP_GROWSDOWN)
		return -EINVAL;
	extra |= r.vma_flags;
	if (!r.map)                             /* anonymous by its nature: /dev/zero */
		return space_map(s, addr, len, prot, flags | MAP_ANONYMOUS, extra, NULL, NULL, 0, out);
	if (unlikely(r.map->is_shmem) && (flags & MAP_TYPE) != MAP_PRIVATE && load_relaxed(&f->inode->seals) != F_SEAL_SEAL)
		return map_sealable(f, addr, &r, extra, out);  /* relaxed: a final word never changes */
	return space_map(s, addr, len, prot, flags, extra, r.map, f, r.pgoff, out);
}

static __noinline int mmap_hugetlb(struct file *f, uint64_t addr, uint64_t len, unsigned prot, unsigned flags, uint64_t off, uint64_t *out)
{
	uint64_t all = ALIGN_UP(len, 1ul << f->inode->map.huge_shift);
	int err = len && !all ? -ENOMEM : map_file(f, addr, all, prot, flags | MAP_HUGETLB, off, out);

	if (!err && (prot & PROT_WRITE))
		hugetlb_file_mapped(f, off + all);
	return err;
}

static int mmap_file(struct file *f, uint64_t addr, uint64_t len, unsigned prot, unsigned flags, uint64_t off, uint64_t *out)
{
	return unlikely(file_is_hugetlb(f)) ? mmap_hugetlb(f, addr, len, prot, flags, off, out) : map_file(f, addr, len, prot, flags, off, out);
}

/* MAP_HUGETLB without a file: one of its own. */
static __noinline int mmap_huge_anonymous(uint64_t addr, uint64_t len, unsigned prot, unsigned flags, uint64_t off, uint64_t *out)
{
	unsigned shift = hugetlb_shift(flags);
	struct file *f;
	int err;

	if (!shift)
		return -EINVAL;
	err = hugetlb_file_create("anon_hugepage", shift, 0777, ALIGN_UP(len, 1ul << shift), F_SEAL_SEAL, NULL, &f);
	if (err)
		return err;
	err = mmap_file(f, addr, len, prot, flags, off, out);
	file_put(f);
	return err;
}

#ifndef MAP_DROPPABLE                           /* newer than some <linux/mman.h> */
#define MAP_DROPPABLE 0x08
#endif

/* Memory that may be taken away when there is none left: of no use to a child, to a core dump, or locked. */
static int mmap_droppable(uint64_t addr, uint64_t len, unsigned prot, unsigned flags, uint64_t *out)
{
	const uint32_t extra = VMA_DROPPABLE | VMA_NORESERVE | VMA_WIPEONFORK | VMA_DONTDUMP | VMA_MAYREAD | VMA_MAYWRITE | VMA_MAYEXEC;

	if (flags & (MAP_LOCKED | MAP_GROWSDOWN))
		return -EINVAL;
	return space_map(space_own(), addr, len, prot, (flags & ~MAP_TYPE) | MAP_PRIVATE, extra, NULL, NULL, 0, out);
}

/* Neither private nor shared memory as usual. */
static __noinline int mmap_unusual(uint64_t addr, uint64_t len, unsigned prot, unsigned flags, uint64_t off, uint64_t *out)
{
	if (flags & MAP_HUGETLB)
		return mmap_huge_anonymous(addr, len, prot, flags, off, out);
	return (flags & MAP_TYPE) == MAP_DROPPABLE ? mmap_droppable(addr, len, prot, flags, out) : -EINVAL;
}

static int mmap_check(struct space *s, uint64_t addr, uint64_t len, unsigned flags, uint64_t off)
{
	int err = 0;

	/* Of a plain length that may lie anywhere there is nothing to say. */
	if (unlikely((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) || len - 1 >= USER_END / 2 || (int64_t)off < 0))
		err = space_map_check(s, addr, len, flags, off >> PAGE_SHIFT, addr < MMAP_MIN_ADDR && capable(CAP_SYS_RAWIO));
	if (!err && (flags & MAP_LOCKED) && !rlimit_current(RLIMIT_MEMLOCK) && !capable(CAP_IPC_LOCK))
		err = -EPERM;
	return err;
}

SYSCALL(mmap, uint64_t addr, uint64_t len, unsigned prot, unsigned flags, int fd, uint64_t off)
{
	struct space *s = space_own();
	struct fd_ref ref;
	struct file *f;
	uint64_t at;
	int err;

	if (off & ~PAGE_MASK)
		return -EINVAL;
	if (flags & MAP_ANONYMOUS) {
		err = mmap_check(s, addr, len, flags, off);
		if (!err && likely((flags & (MAP_TYPE | MAP_HUGETLB)) < MAP_SHARED_VALIDATE))
			err = space_map(s, addr, len, prot, flags, 0, NULL, NULL, 0, &at);
		else if (!err)
			err = mmap_unusual(addr, len, prot, flags, off, &at);
		return err ? err : (long)at;
	}
	f = fd_borrow(fd, &ref);
	if (!f)
		return -EBADF;
	err = (flags & MAP_HUGETLB) && !file_is_hugetlb(f) ? -EINVAL : mmap_check(s, addr, len, flags, off);
	if (!err)
		err = mmap_file(f, addr, len, prot, flags, off, &at);
	fd_return(&ref);
	return err ? err : (long)at;
}

SYSCALL(munmap, uint64_t addr, uint64_t len) { return space_unmap(space_own(), addr, len); }
SYSCALL(mprotect, uint64_t addr, uint64_t len, uint64_t prot) { return space_protect(space_own(), addr, len, prot); }
SYSCALL(brk, uint64_t brk) { return (long)space_brk(space_own(), brk); }

SYSCALL(mremap, uint64_t old, uint64_t old_len, uint64_t new_len, uint64_t flags, uint64_t new_addr)
{
	uint64_t at;
	int err;

	if (flags >> 32)
		return -EINVAL;
	err = space_remap(space_own(), old, old_len, new_len, (unsigned)flags, new_addr,
			  new_addr < MMAP_MIN_ADDR && capable(CAP_SYS_RAWIO), &at);
	return err ? err : (long)at;
}

SYSCALL(remap_file_pages, uint64_t start, uint64_t len, uint64_t prot, uint64_t pgoff, uint64_t flags)
{
	if (prot)
		return -EINVAL;
	start &= PAGE_MASK;
	len &= PAGE_MASK;
	if (start + len <= start || pgoff + (len >> PAGE_SHIFT) < pgoff)
		return -EINVAL;
	return space_map_other_pages(space_own(), start, len, pgoff, !(flags & MAP_NONBLOCK));
}

/* MADV_HWPOISON, MADV_SOFT_OFFLINE: an administrator's way to see what happens when memory fails. */
static int advise_failure(uint64_t addr, uint64_t len, bool soft)
{
	uint64_t end = addr + ALIGN_UP(len, PAGE_SIZE);
	int err = 0;

	if ((addr & ~PAGE_MASK) || end < addr || (len && ALIGN_UP(len, PAGE_SIZE) == 0))
		return -EINVAL;
	if (addr < end && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	for (; addr < end && !err; addr += PAGE_SIZE) {
		siginfo_t info;

		err = space_fail_page(space_own(), addr, soft);
		if (err || soft)
			continue;
		memset(&info, 0, sizeof info);
		info.si_signo = SIGBUS;
		info.si_code = BUS_MCEERR_AR;
		info.si_addr = (void *)addr;
		info.si_addr_lsb = PAGE_SHIFT;
		signal_force_info(&info);
	}
	return err;
}

SYSCALL(madvise, uint64_t addr, uint64_t len, int advice)
{
	if (unlikely(advice == MADV_HWPOISON || advice == MADV_SOFT_OFFLINE))
		return advise_failure(addr, len, advice == MADV_SOFT_OFFLINE);
	return space_advise(space_own(), addr, len, advice);
}

SYSCALL(msync, uint64_t addr, uint64_t len, int flags) { return space_msync(space_own(), addr, len, flags); }
SYSCALL(mincore, uint64_t addr, uint64_t len, uint64_t vec) { return space_mincore(space_own(), addr, len, UADDR(vec)); }

/* ---- mlock ---- */

static bool may_lock(void) { return rlimit_current(RLIMIT_MEMLOCK) || capable(CAP_IPC_LOCK); }

SYSCALL(mlock, uint64_t addr, uint64_t len)
{
	return may_lock() ? space_lock_range(space_own(), addr, len, VMA_LOCKED) : -EPERM;
}

SYSCALL(mlock2, uint64_t addr, uint64_t len, unsigned flags)
{
	if (flags & ~MLOCK_ONFAULT)
		return -EINVAL;
	return may_lock() ? space_lock_range(space_own(), addr, len, VMA_LOCKED | (flags & MLOCK_ONFAULT ? VMA_LOCKONFAULT : 0)) : -EPERM;
}

SYSCALL(munlock, uint64_t addr, uint64_t len) { return space_lock_range(space_own(), addr, len, 0); }

SYSCALL(mlockall, unsigned flags)
{
	uint32_t lock;

	if (!flags || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) || flags == MCL_ONFAULT)
		return -EINVAL;
	if (!may_lock())
		return -EPERM;
	lock = VMA_LOCKED | (flags & MCL_ONFAULT ? VMA_LOCKONFAULT : 0);
	return space_lock_all(space_own(), flags & MCL_CURRENT ? lock : 0, flags & MCL_FUTURE ? lock : 0);
}

SYSCALL(munlockall, void) { return space_lock_all(space_own(), 0, 0); }

/* No CPU here has shadow stacks for user programs. */
SYSCALL(map_shadow_stack, uint64_t addr, uint64_t size, unsigned flags) { return -EOPNOTSUPP; }
