/*
 * file.c - opened files: birth, positions, the last reference.
 *
 * A struct file is counted; a descriptor slot holds one reference. It is freed at once, to be opened
 * again while it is in the cache; what lookups without a lock do about that: fdtable.c, I4.
 *   I1  f->path is empty exactly for anonymous files; then f->inode is counted by f itself
 *   I2  FILE_WRITER is set exactly while f counts in inode->writers
 *   I3  a file leaves ops->release only after nobody can poll it: epoll items go first
 * Locks: none here but pos_lock (RANK_FILE_POS) in seek.  Context: task, may sleep.
 */
#include <fs/capable.h>
#include <fs/file.h>
#include <fs/names.h>
#include <fs/notify.h>
#include <fs/owner.h>
#include <linux/capability.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <task/cred.h>
#include <trace/klog.h>
#include "file_priv.h"

#define COUNT_BATCH 32

atomic_long nr_files;
void (*file_watches_release)(struct file *f) __ro_after_init;

static struct slab_cache *file_cache __ro_after_init;
static_assert(offsetof(struct file, refs) >= SLAB_LINKS, "a lookup looks at the count of a free file");
uint64_t file_max = INT64_MAX;
static atomic_bool is_full;                /* file_max is reached; looked at when a batch is added */
DEFINE_PERCPU(uint32_t, nr_files_delta);          /* own CPU; int in effect, within +-COUNT_BATCH of zero */

/* Opens and closes touch this CPU's word; nr_files sees them in batches. */
static void file_count(int n)
{
	int delta;

	this_cpu_add(nr_files_delta, n);
	delta = (int)this_cpu_read(nr_files_delta);
	if (likely(delta > -COUNT_BATCH && delta < COUNT_BATCH))
		return;
	preempt_disable();
	delta = (int)this_cpu_read(nr_files_delta);
	this_cpu_sub(nr_files_delta, delta);
	preempt_enable();
	fetch_add_relaxed(&nr_files, delta);      /* relaxed: a statistic */
	file_limit_changed();
}

/* All CPUs' parts, too. */
long file_nr_opened(void)
{
	long n = load_relaxed(&nr_files);

	for_each_cpu(cpu)
		n += (int)load_relaxed(cpu_ptr(nr_files_delta, cpu));    /* remote, relaxed: a statistic */
	return MAX(n, 0l);
}

void file_limit_changed(void) { store_relaxed(&is_full, file_nr_opened() >= (long)file_max); }

static uint32_t file_mode_of(uint32_t flags, const struct inode *i)
{
	uint32_t mode = 0;

	if (flags & O_PATH)
		return FILE_PATH;
	if ((flags & O_ACCMODE) != O_WRONLY)
		mode |= FILE_READ;
	if ((flags & O_ACCMODE) != O_RDONLY)
		mode |= FILE_WRITE;
	if ((flags & O_ACCMODE) == O_ACCMODE)     /* 3: ioctl only */
		mode &= ~(FILE_READ | FILE_WRITE);
	if (flags & O_APPEND)
		mode |= FILE_APPEND;
	if (flags & O_NONBLOCK)
		mode |= FILE_NONBLOCK;
	if (flags & O_NOCTTY)
		mode |= FILE_NOCTTY;
	if (i && (S_ISREG(i->mode) || S_ISDIR(i->mode)))
		mode |= FILE_SEEKABLE | FILE_ATOMIC_POS;
	return mode;
}

void file_set_ops(struct file *f, const struct file_ops *ops)
{
	f->ops = ops;
	if (ops->seek && !(f->mode & FILE_PATH))
		f->mode |= FILE_SEEKABLE;
}

static uint64_t opener_mark(void)
{
	const struct task *t = task_current();

	return likely(t->thread.is_task && t->cred_mark) ? t->cred_mark : cred_mark();
}

int file_alloc(const struct file_ops *ops, const struct path *path, struct inode *inode, uint32_t flags, struct file **out)
{
	struct file *f = NULL;
	bool refused = unlikely(load_relaxed(&is_full)) && !capable(CAP_SYS_ADMIN);      /* relaxed: late by a batch */

	if (likely(!refused))
		f = slab_alloc(file_cache, ALLOC_ZERO);
	if (unlikely(!f)) {
		if (!path && inode)
			inode_put(inode);
		return refused ? -ENFILE : -ENOMEM;
	}
	store_release(&f->refs.n, 1);             /* pairs with slot_get_file(): the slots of the file it was are empty */
	mutex_init(&f->pos_lock, RANK_FILE_POS);
	if (path) {
		path_get(path);
		f->path = *path;
		inode = path->dentry->inode;
	}
	if ((path || !inode) && !(flags & O_PATH))
		flags |= O_LARGEFILE;                  /* opened by name, if only in a moment: as every 64-bit program has it */
	f->inode = inode;
	f->cred_mark = opener_mark();
	f->flags = flags & ~(uint32_t)(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC);
	f->mode = file_mode_of(flags, inode);
	if (ops)
		file_set_ops(f, ops);
	file_count(1);
	*out = f;
	return 0;
}

static __noinline void file_release(struct file *f)
{
	notify_file(f, f->mode & FILE_WRITE ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
	if (unlikely(f->watches))
		file_watches_release(f);
	if (unlikely(f->mode & FILE_LOCKED)) {
		flock_release_file(f);
		lease_release_file(f);
	}
	if (unlikely(f->owner))                 /* after the lease, whose breakers tell him */
		file_owner_release(f);
	if (f->ops && f->ops->release && !(f->mode & FILE_PATH))
		f->ops->release(f);
	if (f->mode & FILE_WRITER)
		fetch_sub_release(&f->inode->writers, 1);  /* pairs with file_deny_write() */
	if ((f->mode & FILE_WRITER) && f->path.mnt)
		percpu_counter_add(&f->path.mnt->writers, -1);
	if (unlikely(f->mode & FILE_TREE))
		f->ops->release(f);
	if (f->mode & FILE_DENIES)
		file_allow_write(f);
	if (f->path.dentry)
		path_put(&f->path);
	else if (f->inode)
		inode_put(f->inode);
	file_count(-1);
	slab_free(file_cache, f);                 /* found once more, it has no references, or is another file: fdtable.c */
}

void file_put(struct file *f)
{
	if (refcount_put(&f->refs))
		file_release(f);
}

/* inode->writers: above zero so many files write, below zero so many programs run from it. */
/* Count with the mount: then it stays writable, or is not any more. */
static int mount_count_writer(struct mount *m)
{
	bool late;

	rcu_read_lock();                                /* mount_forbid_writing_locked() waits for us, or we see its flag */
	percpu_counter_add(&m->writers, 1);
	late = load_relaxed(&m->flags) & MS_RDONLY;
	rcu_read_unlock();
	return unlikely(late) ? -EROFS : 0;
}

int file_count_writer(struct file *f)
{
	struct inode *i = f->inode;
	int n = load_relaxed(&i->writers);

	if (!(f->mode & FILE_WRITE) || !S_ISREG(i->mode))
		return 0;
	do {
		if (n < 0)
			return -ETXTBSY;
	} while (!cas_acquire(&i->writers, &n, n + 1));    /* pairs with file_allow_write() */
	f->mode |= FILE_WRITER;
	return f->path.mnt ? mount_count_writer(f->path.mnt) : 0;
}

int file_deny_write(struct file *f)
{
	int n = load_relaxed(&f->inode->writers);

	do {
		if (n > 0)
			return -ETXTBSY;
	} while (!cas_acquire(&f->inode->writers, &n, n - 1)); /* pairs with file_release() */
	file_bits_change(&f->mode, 0, FILE_DENIES);
	return 0;
}

void file_allow_write(struct file *f)
{
	file_bits_change(&f->mode, FILE_DENIES, 0);
	fetch_add_release(&f->inode->writers, 1);      /* pairs with file_count_writer() */
}

ssize_t file_read_kernel(struct file *f, void *buf, size_t len, loff_t pos)
{
	struct uio u;

	if (!(f->mode & FILE_READ))
		return -EBADF;
	if (!f->ops->read)
		return -EINVAL;
	uio_init_kernel(&u, buf, len);
	return f->ops->read(f, &u, &pos);
}

ssize_t file_write_kernel(struct file *f, const void *buf, size_t len, loff_t pos)
{
	struct uio u;

	if (!(f->mode & FILE_WRITE))
		return -EBADF;
	if (!f->ops->write)
		return -EINVAL;
	uio_init_kernel(&u, (void *)(uintptr_t)buf, len);
	return f->ops->write(f, &u, &pos);
}

static loff_t seek_set(struct file *f, loff_t pos)
{
	if (pos < 0)
		return -EINVAL;
	f->pos = pos;
	return pos;
}

/* SEEK_DATA and SEEK_HOLE: holes are known only of files that live in the page cache alone. */
static loff_t seek_data_hole(struct file *f, loff_t off, int whence)
{
	struct filemap *m = &f->inode->map;
	uint64_t size = load_relaxed(&f->inode->size), index = (uint64_t)off >> PAGE_SHIFT, next;

	if (off < 0 || (uint64_t)off >= size)
		return -ENXIO;
	if (!S_ISREG(f->inode->mode) || !m->owner || (m->ops && m->ops->read_page))
		return seek_set(f, whence == SEEK_DATA ? off : (loff_t)size);
	next = filemap_next_page(m, index);
	if (whence == SEEK_HOLE) {
		for (; next == index && index << PAGE_SHIFT < size; next = filemap_next_page(m, ++index))
			;
		return seek_set(f, MIN(MAX((uint64_t)off, index << PAGE_SHIFT), size));
	}
	if (next == ~0ull || next << PAGE_SHIFT >= size)
		return -ENXIO;
	return seek_set(f, MAX((uint64_t)off, next << PAGE_SHIFT));
}

/* Caller excludes other users of the position (pos_lock if shared). */
loff_t file_seek_generic(struct file *f, loff_t off, int whence)
{
	loff_t base, pos;

	switch (whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = f->pos;
		break;
	case SEEK_END:
		if (S_ISDIR(f->inode->mode))
			return -EINVAL;
		base = (loff_t)load_relaxed(&f->inode->size);
		break;
	case SEEK_DATA:
	case SEEK_HOLE:
		if (S_ISDIR(f->inode->mode))
			return -EINVAL;
		return seek_data_hole(f, off, whence);
	default:
		return -EINVAL;
	}
	if (__builtin_add_overflow(base, off, &pos))
		return -EINVAL;
	return seek_set(f, pos);
}

static void file_vma_opened(struct file *f)
{
	file_get(f);
	if (unlikely(f->mode & FILE_VMA_COUNTED))
		f->ops->vma_opened(f);
}

static void file_vma_closed(struct file *f)
{
	if (unlikely(f->mode & FILE_VMA_COUNTED))
		f->ops->vma_closed(f);
	file_put(f);
}

static int file_vma_punch(struct file *f, uint64_t from, uint64_t len)
{
	return file_fallocate(f, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, (int64_t)from, (int64_t)len);
}

static bool file_vma_may_write(struct file *f)
{
	struct inode *i = f->inode;

	return cred_current()->fsuid == i->uid || capable_inode(i, CAP_FOWNER) || !inode_permission(i, MAY_WRITE);
}

static const struct vma_file_ops file_vma_ops = {
	.get = file_get, .put = file_put, .opened = file_vma_opened, .closed = file_vma_closed, .punch = file_vma_punch,
	.may_write = file_vma_may_write,
};

void file_init(void)
{
	struct mm_stats m;

	mm_stats_read(&m);
	file_max = MAX(m.total * (PAGE_SIZE / 1024) / 10, 8192ul);       /* a tenth of memory, as Linux */
	file_cache = slab_cache_create_typesafe("filp", sizeof(struct file), CACHELINE);
	vma_file_ops = &file_vma_ops;
	fdtable_init();
	flock_init();
	anon_init();
}
