/*
 * shm.c - System V shared memory: segments are unnamed files of memory, attached by mapping them.
 *
 * All attachments of a segment map one struct file, whose VMAs are counted (FILE_VMA_COUNTED).
 *   I1  nr_attached = VMAs of the file, and calls of shmat() that are about to make one
 *   I2  a segment that was removed by IPC_RMID while attached (SHM_DEST) ends with the last of them
 * Lifetime: the segment holds its file until it is removed; the file holds the segment's memory.
 * Lock order: ids->lock, object->lock, attach_lock (leaf; taken under space->lock).
 */
#include <asm/shmbuf.h>
#include <base/err.h>
#include <fs/hugetlb.h>
#include <fs/pseudo.h>
#include <fs/shmem.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <mm/commit.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <task/process.h>
#include "sysv_priv.h"

/* <linux/shm.h> asks for the C library's <unistd.h>: what shmctl(2) defines beside <asm/shmbuf.h>. */
#define SHM_EXEC 0100000
#define SHM_RDONLY 010000
#define SHM_RND 020000
#define SHM_REMAP 040000
#define SHM_NORESERVE 010000                    /* of shmget(2) */
#define SHM_HUGETLB 04000
#define SHM_LOCK 11
#define SHM_UNLOCK 12
#define SHM_STAT 13
#define SHM_INFO 14
#define SHM_STAT_ANY 15
#define SHM_DEST 01000                          /* bits of shm_perm.mode */
#define SHM_LOCKED 02000
struct shm_info { int used_ids; unsigned long shm_tot, shm_rss, shm_swp, swap_attempts, swap_successes; };

#define MMAP_LOWEST 65536ul

struct shm {
	struct sysv_object o;
	struct ipc_ns *ns;                      /* valid until o.removed */
	uint64_t size;                          /* c */
	struct file *file;                      /* counted until o.removed; o.lock */
	int64_t ctime;                          /* o.lock */
	int cpid;                               /* c */
	bool promised;                          /* c: counts in what commit.c promised */
	struct spinlock attach_lock;
	uint64_t nr_attached;                   /* attach_lock, as those below */
	int lpid;
	int64_t atime, dtime;
};
static struct shm *shm_of(struct sysv_object *o) { return container_of(o, struct shm, o); }
static uint64_t pages_of(const struct shm *s) { return DIV_ROUND_UP(s->size, PAGE_SIZE); }

/* ---- the end ---- */

static void shm_free(struct sysv_object *o)
{
	if (shm_of(o)->promised)
		commit_share(-(int64_t)pages_of(shm_of(o)));
	kfree(shm_of(o));
}

void shm_destroy_locked(struct ipc_ns *ns, struct sysv_object *o)
{
	struct shm *s = shm_of(o);

	ns->shm_pages -= pages_of(s);
	sysv_remove_locked(ns, SYSV_SHM, o);
	file_put(s->file);                      /* not the last while it is mapped */
}

static bool is_to_end(struct shm *s)
{
	uint64_t n;

	spin_lock(&s->attach_lock);
	n = s->nr_attached;
	spin_unlock(&s->attach_lock);
	return !n && (s->o.mode & SHM_DEST) && !s->o.removed;
}

/* The last attachment of a segment to be removed may be gone. The caller holds a reference. */
static void end_if_due(struct shm *s)
{
	struct ipc_ns *ns = NULL;

	mutex_lock(&s->o.lock);
	if (is_to_end(s) && ns_try_get(&s->ns->ns))
		ns = s->ns;
	mutex_unlock(&s->o.lock);
	if (!ns)
		return;                         /* or its namespace is ending, and all of it */
	mutex_lock(&ns->ids[SYSV_SHM].lock);
	mutex_lock(&s->o.lock);
	if (is_to_end(s))
		shm_destroy_locked(ns, &s->o);
	mutex_unlock(&s->o.lock);
	mutex_unlock(&ns->ids[SYSV_SHM].lock);
	ns_put(&ns->ns);
}

/* ---- the file ---- */

static void shm_vma_opened(struct file *f)
{
	struct shm *s = f->priv;

	spin_lock(&s->attach_lock);
	s->nr_attached++;
	s->atime = sysv_now();
	s->lpid = process_current()->tgid;
	spin_unlock(&s->attach_lock);
}

/* Drop what nr_attached counts. */
static void detached(struct shm *s, bool was_vma)
{
	bool last;

	spin_lock(&s->attach_lock);
	last = --s->nr_attached == 0;
	if (was_vma) {
		s->dtime = sysv_now();
		s->lpid = process_current()->tgid;
	}
	spin_unlock(&s->attach_lock);
	if (last && (load_relaxed(&s->o.mode) & SHM_DEST))      /* relaxed: end_if_due() looks again, as does IPC_RMID */
		end_if_due(s);
}

static void shm_vma_closed(struct file *f) { detached(f->priv, true); }

static void shm_release(struct file *f)
{
	struct shm *s = f->priv;

	if (s)
		sysv_put(&s->o);
}

static const struct file_ops shm_file_ops = {
	.vma_opened = shm_vma_opened, .vma_closed = shm_vma_closed, .release = shm_release,
};

/* ---- shmget ---- */

/* Huge pages are set aside for a segment when it is made: there are none. 0, -EINVAL, -EPERM, -ENOMEM. */
static int huge_check(int flags)
{
	if (!hugetlb_shift((unsigned)flags))
		return -EINVAL;
	if (!capable(CAP_IPC_LOCK) && !cred_has_group(cred_current(), (uint32_t)load_relaxed(&hugetlb_shm_group)))   /* relaxed: a setting */
		return -EPERM;
	return flags & SHM_NORESERVE ? 0 : -ENOMEM;
}

static int shm_file_make(struct shm *s, int flags)
{
	unsigned shift = flags & SHM_HUGETLB ? hugetlb_shift((unsigned)flags) : 0;
	char name[16];
	int err;

	snprintf(name, sizeof name, "SYSV%08x", (unsigned)s->o.key);
	if (shift)
		err = hugetlb_file_create(name, shift, s->o.mode, ALIGN_UP(s->size, 1ul << shift), F_SEAL_SEAL, &shm_file_ops, &s->file);
	else
		err = shmem_file_create(name, s->o.mode, s->size, F_SEAL_SEAL, &shm_file_ops, &s->file);
	if (!err)
		s->file->mode |= FILE_VMA_COUNTED;
	return err;
}

static int shm_make(const struct sysv_get *g, struct sysv_object **out)
{
	struct ipc_ns *ns = g->ns;
	uint64_t pages = DIV_ROUND_UP(g->arg, PAGE_SIZE);
	struct shm *s;
	bool promise;
	int err = 0;

	if (!g->arg || g->arg > ns->shm_max)
		return -EINVAL;
	if (pages << PAGE_SHIFT < g->arg || ns->shm_pages + pages < pages || ns->shm_pages + pages > ns->shm_all)
		return -ENOSPC;
	if (g->flags & SHM_HUGETLB)
		err = huge_check(g->flags);
	if (!err && g->arg > INT64_MAX)
		err = -EINVAL;                  /* no file has such a size */
	if (err)
		return err;
	promise = !(g->flags & (SHM_HUGETLB | SHM_NORESERVE)) || (load_relaxed(&commit_mode) == COMMIT_NEVER && !(g->flags & SHM_HUGETLB));      /* relaxed: a setting */
	if (promise && !commit_may(task_current()->space, pages))
		return -ENOMEM;
	s = kzalloc(sizeof *s);
	if (!s)
		return -ENOMEM;
	sysv_object_init(&s->o, g, shm_free);
	spin_init(&s->attach_lock, RANK_LEAF);
	s->ns = ns;
	s->size = g->arg;
	s->cpid = process_current()->tgid;
	s->ctime = sysv_now();
	err = shm_file_make(s, g->flags);
	if (err) {
		kfree(s);
		return err;
	}
	s->promised = promise;
	if (promise)
		commit_share((int64_t)pages);
	refcount_get(&s->o.refs);
	s->file->priv = s;
	err = sysv_enter(g, &s->o);
	if (err) {
		file_put(s->file);
		sysv_put(&s->o);
		return err;
	}
	s->file->inode->ino = (uint64_t)s->o.id;
	ns->shm_pages += pages;
	*out = &s->o;
	return 0;
}

static int shm_check(struct sysv_object *o, uint64_t size) { return size > shm_of(o)->size ? -EINVAL : 0; }

long shm_get(int key, uint64_t size, int flags)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct sysv_get g = { .ns = ns, .kind = SYSV_SHM, .key = key, .flags = flags, .max = ns->shm_mni,
			      .check = shm_check, .make = shm_make, .arg = size };

	return sysv_find_or_make(&g);
}

/* ---- shmat, shmdt ---- */

static int attach_address(uint64_t *addr, int flags)
{
	if (*addr & ~PAGE_MASK) {
		if (!(flags & SHM_RND))
			return -EINVAL;
		*addr &= PAGE_MASK;
	}
	return !*addr && (flags & SHM_REMAP) ? -EINVAL : 0;
}

/* is_fixed: an address was asked for, which rounding may have made 0. */
static long attach_map(struct shm *s, uint64_t addr, bool is_fixed, int flags)
{
	uint32_t may = VMA_COUNTED | VMA_MAYREAD | VMA_MAYEXEC | (flags & SHM_RDONLY ? 0 : VMA_MAYWRITE);
	unsigned prot = PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
	unsigned fixed = !is_fixed ? 0 : flags & SHM_REMAP ? MAP_FIXED : MAP_FIXED_NOREPLACE;
	unsigned huge = file_is_hugetlb(s->file) ? MAP_HUGETLB | MAP_NORESERVE : 0;     /* what it needs was set aside by shmget(2) */
	uint64_t at;
	int err;

	if (is_fixed && addr < MMAP_LOWEST && !capable(CAP_SYS_RAWIO))
		return -EPERM;
	err = space_map(task_current()->space, addr, s->size, prot, MAP_SHARED | fixed | huge, may, &s->file->inode->map, s->file, 0, &at);

	if (err)
		return err == -EEXIST ? -EINVAL : err;
	return (long)at;
}

long shm_attach(int id, uint64_t addr, int flags)
{
	int want = S_IRUGO_BITS | (flags & SHM_RDONLY ? 0 : S_IWUGO_BITS) | (flags & SHM_EXEC ? S_IXUGO_BITS : 0);
	struct sysv_object *o;
	bool is_fixed = addr != 0;
	struct shm *s;
	long ret;

	if (id < 0)
		return -EINVAL;
	ret = attach_address(&addr, flags);
	if (!ret)
		ret = sysv_get(ipc_ns_current(), SYSV_SHM, id, &o);
	if (ret)
		return ret;
	s = shm_of(o);
	ret = sysv_permission(o, want);
	if (ret) {
		sysv_release(o);
		return ret;
	}
	spin_lock(&s->attach_lock);
	s->nr_attached++;                       /* keeps the segment, and thus its file */
	spin_unlock(&s->attach_lock);
	sysv_unlock(o);
	ret = attach_map(s, addr, is_fixed, flags);
	detached(s, false);
	sysv_put(o);
	return ret;
}

struct detach { uint64_t base, end, from, to; const struct file *file; };

/* The first VMA that belongs to an attachment at d->base. */
static int detach_find(struct vma *v, void *arg)
{
	struct detach *d = arg;

	if (v->end <= d->base || !v->file || v->file->ops != &shm_file_ops)
		return 0;
	if (v->start - d->base != v->pgoff << PAGE_SHIFT || (d->file && v->file != d->file))
		return 0;
	if (d->file && v->start >= d->end)
		return 0;
	d->file = v->file;
	d->from = v->start;
	d->to = v->end;
	d->end = d->base + ALIGN_UP(v->file->inode->size, PAGE_SIZE);
	return 1;
}

long shm_detach(uint64_t addr)
{
	struct space *space = task_current()->space;
	struct detach d = { .base = addr };
	bool found = false;

	if (addr & ~PAGE_MASK)
		return -EINVAL;
	while (space_for_each_vma(space, 0, detach_find, &d)) {
		int err = space_unmap(space, d.from, d.to - d.from);

		if (err)
			return err;
		found = true;
	}
	return found ? 0 : -EINVAL;
}

/* ---- shmctl ---- */

static void stat_fill(struct sysv_object *o, void *out)
{
	struct shm *s = shm_of(o);
	struct shmid64_ds *d = out;

	memset(d, 0, sizeof *d);
	sysv_perm_out(&s->o, &d->shm_perm);
	d->shm_segsz = s->size;
	d->shm_ctime = s->ctime;
	d->shm_cpid = s->cpid;
	spin_lock(&s->attach_lock);
	d->shm_atime = s->atime;
	d->shm_dtime = s->dtime;
	d->shm_lpid = s->lpid;
	d->shm_nattch = s->nr_attached;
	spin_unlock(&s->attach_lock);
}

static long stat_call(int id, int cmd, uaddr_t buf)
{
	struct shmid64_ds d;
	long ret = sysv_stat(SYSV_SHM, id, cmd == IPC_STAT, cmd == SHM_STAT_ANY, stat_fill, &d);

	return ret >= 0 && user_write(buf, &d) ? -EFAULT : ret;
}

static long limits_call(uaddr_t buf)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct shminfo64 i = { .shmmax = ns->shm_max, .shmmin = 1, .shmmni = (unsigned long)ns->shm_mni,
			       .shmseg = (unsigned long)ns->shm_mni, .shmall = ns->shm_all };

	return user_write(buf, &i) ? -EFAULT : sysv_highest(ns, SYSV_SHM);
}

static long usage_call(uaddr_t buf)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct sysv_object *o;
	struct shm_info i;

	memset(&i, 0, sizeof i);                        /* it has padding */
	i.shm_tot = ns->shm_pages;
	for (int slot = 0; slot <= load_relaxed(&ns->ids[SYSV_SHM].highest); slot++) {
		if (sysv_get_slot(ns, SYSV_SHM, slot, &o))
			continue;
		i.used_ids++;
		i.shm_rss += load_relaxed(&shm_of(o)->file->inode->map.nr_pages);
		sysv_release(o);
	}
	return user_write(buf, &i) ? -EFAULT : sysv_highest(ns, SYSV_SHM);
}

/* IPC_RMID: nobody finds it by its key any more, and it goes with the last who has it attached. */
static void doom_locked(struct ipc_ns *ns, struct sysv_object *o)
{
	store_relaxed(&o->key, IPC_PRIVATE);
	store_relaxed(&o->mode, o->mode | SHM_DEST);
	if (is_to_end(shm_of(o)))
		shm_destroy_locked(ns, o);
}

static long set_locked(struct sysv_object *o, const void *wanted)
{
	const struct shmid64_ds *d = wanted;
	long err = sysv_perm_set(o, &d->shm_perm);

	if (!err)
		shm_of(o)->ctime = sysv_now();
	return err;
}

static long set_call(int id, uaddr_t buf)
{
	struct shmid64_ds d;

	return user_read(&d, buf) ? -EFAULT : sysv_change(SYSV_SHM, id, set_locked, &d);
}

static long lock_call(int id, bool lock)
{
	struct sysv_object *o;
	uint32_t euid = cred_current()->euid;
	long err = sysv_get(ipc_ns_current(), SYSV_SHM, id, &o);

	if (err)
		return err;
	if (!capable(CAP_IPC_LOCK) && ((euid != o->uid && euid != o->cuid) || (lock && !rlimit_current(RLIMIT_MEMLOCK))))
		err = -EPERM;
	else if (!file_is_hugetlb(shm_of(o)->file))     /* nothing is ever swapped out */
		store_relaxed(&o->mode, lock ? o->mode | SHM_LOCKED : o->mode & ~(uint32_t)SHM_LOCKED);
	sysv_release(o);
	return err;
}

long shm_control(int id, int cmd, uaddr_t buf)
{
	if (cmd < 0 || id < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_INFO:
		return limits_call(buf);
	case SHM_INFO:
		return usage_call(buf);
	case SHM_STAT:
	case SHM_STAT_ANY:
	case IPC_STAT:
		return stat_call(id, cmd, buf);
	case IPC_SET:
		return set_call(id, buf);
	case IPC_RMID:
		return sysv_end(SYSV_SHM, id, doom_locked);
	case SHM_LOCK:
	case SHM_UNLOCK:
		return lock_call(id, cmd == SHM_LOCK);
	default:
		return -EINVAL;
	}
}

/* ---- /proc/sysvipc/shm ---- */

static void show_one(struct text_buf *b, struct sysv_object *o)
{
	struct shmid64_ds d;
	struct shm *s = shm_of(o);

	stat_fill(&s->o, &d);
	text_printf(b, "%10d %10d  %4o %21lu %5u %5u  %5lu %5u %5u %5u %5u %10lu %10lu %10lu %21lu %21lu\n", o->key, o->id, o->mode,
		    s->size, (unsigned)d.shm_cpid, (unsigned)d.shm_lpid, (unsigned long)d.shm_nattch, o->uid, o->gid, o->cuid, o->cgid,
		    (unsigned long)d.shm_atime, (unsigned long)d.shm_dtime, (unsigned long)d.shm_ctime,
		    load_relaxed(&s->file->inode->map.nr_pages) * PAGE_SIZE, 0ul);
}

int shm_show(struct text_buf *b, void *arg)
{
	text_printf(b, "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid"
		       "      atime      dtime      ctime                   rss                  swap\n");
	return sysv_show_each(b, SYSV_SHM, show_one);
}
