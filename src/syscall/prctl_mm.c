/*
 * prctl_mm.c - what a program says of its own memory: PR_SET_MM, PR_GET_AUXV.
 *
 * Who restores a process from a checkpoint tells here where code, data, heap, stack, arguments and
 * environment lie, with what auxiliary vector it was started, and from which file. Only /proc, core
 * dumps and brk(2) look at it. A change is judged as a whole, together with what stays.
 * Locks: space->lock.  Context: own task, may sleep.  Tests: tests/abi/proc/prctl_mm.c.
 */
#include "prctl_priv.h"
#include <base/err.h>
#include <fs/dcache.h>
#include <fs/file.h>
#include <fs/inode.h>
#include <fs/dcache.h>
#include <linux/mount.h>
#include <lib/string.h>
#include <fs/dcache.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/stat.h>
#include <mm/space.h>
#include <task/cred.h>
#include <task/process.h>
#include <task/task.h>
#include <task/user_ns.h>

#define LOWEST_ADDR 65536ul
#define AUXV_SIZE sizeof(((struct space_layout *)0)->auxv)

/* ---- addresses ---- */

static bool is_user_addr(uint64_t addr) { return addr >= LOWEST_ADDR && addr < USER_END; }

/* 0 or -EINVAL: an address that cannot be, an end before its start, more data than RLIMIT_DATA. */
static int layout_check(const struct space_layout *l)
{
	const uint64_t all[] = { l->start_code, l->end_code, l->start_data, l->end_data, l->start_brk, l->brk, l->start_stack,
				 l->arg_start, l->arg_end, l->env_start, l->env_end };
	uint64_t limit = load_relaxed(&process_current()->rlim[RLIMIT_DATA].rlim_cur);  /* relaxed: as it is now or was */

	for (unsigned i = 0; i < ARRAY_SIZE(all); i++)
		if (!is_user_addr(all[i]))
			return -EINVAL;
	if (l->start_code >= l->end_code || l->start_data > l->end_data || l->start_brk > l->brk || l->arg_start > l->arg_end ||
	    l->env_start > l->env_end)
		return -EINVAL;
	return l->brk - l->start_brk + l->end_data - l->start_data > limit ? -EINVAL : 0;
}

/* The word of l that PR_SET_MM's option names; NULL: none. *in_stack: something must be mapped at or above it. */
static uint64_t *layout_word(struct space_layout *l, uint64_t what, bool *in_stack)
{
	*in_stack = false;
	switch (what) {
	case PR_SET_MM_START_CODE: return &l->start_code;
	case PR_SET_MM_END_CODE: return &l->end_code;
	case PR_SET_MM_START_DATA: return &l->start_data;
	case PR_SET_MM_END_DATA: return &l->end_data;
	case PR_SET_MM_START_BRK: return &l->start_brk;
	case PR_SET_MM_BRK: return &l->brk;
	}
	*in_stack = true;
	switch (what) {
	case PR_SET_MM_START_STACK: return &l->start_stack;
	case PR_SET_MM_ARG_START: return &l->arg_start;
	case PR_SET_MM_ARG_END: return &l->arg_end;
	case PR_SET_MM_ENV_START: return &l->env_start;
	case PR_SET_MM_ENV_END: return &l->env_end;
	default: return NULL;
	}
}

static int is_above(struct vma *v, void *addr) { return v->end > *(uint64_t *)addr; }

static int word_set(struct space *s, uint64_t what, uint64_t addr)
{
	struct space_layout fresh;
	uint64_t *word;
	bool in_stack, is_mapped;
	int err;

	if (!is_user_addr(addr))
		return -EINVAL;
	is_mapped = space_for_each_vma(s, 0, is_above, &addr) != 0;
	mutex_lock(&s->lock);
	fresh = s->layout;
	word = layout_word(&fresh, what, &in_stack);
	err = word ? 0 : -EINVAL;
	if (!err) {
		*word = addr;
		err = layout_check(&fresh);
	}
	if (!err && in_stack && !is_mapped)
		err = -EFAULT;
	if (!err)
		s->layout = fresh;
	mutex_unlock(&s->lock);
	return err;
}

/* ---- the auxiliary vector ---- */

/* len bytes of it; its last entry is AT_NULL, whatever was there. */
static int auxv_read(uint64_t auxv[AUXV_SIZE / 8], uaddr_t from, uint64_t len)
{
	memset(auxv, 0, AUXV_SIZE);
	if (user_copy_in(auxv, from, len))
		return -EFAULT;
	auxv[AUXV_SIZE / 8 - 2] = auxv[AUXV_SIZE / 8 - 1] = 0;
	return 0;
}

static int auxv_set(struct space *s, uaddr_t from, uint64_t len)
{
	uint64_t auxv[AUXV_SIZE / 8];
	int err = len > AUXV_SIZE ? -EINVAL : auxv_read(auxv, from, len);

	if (err)
		return err;
	mutex_lock(&s->lock);
	memcpy(s->layout.auxv, auxv, len);
	mutex_unlock(&s->lock);
	return 0;
}

long prctl_auxv(uaddr_t to, uint64_t len)
{
	struct space *s = task_current()->space;
	uint64_t auxv[AUXV_SIZE / 8];

	mutex_lock(&s->lock);
	memcpy(auxv, s->layout.auxv, AUXV_SIZE);
	mutex_unlock(&s->lock);
	return user_copy_out(to, auxv, MIN(len, AUXV_SIZE)) ? -EFAULT : (long)AUXV_SIZE;
}

/* ---- the program's file ---- */

static int maps_file(struct vma *v, void *path) { return v->file && path_equal(&v->file->path, path); }

/* Another file, once nothing of the old one is mapped any more. */
static int exe_replace(struct space *s, struct file *f)
{
	struct path old = { 0 };
	struct file *before;
	int err = 0;

	mutex_lock(&s->lock);
	if (s->exe) {
		old = s->exe->path;
		path_get(&old);
	}
	mutex_unlock(&s->lock);
	if (old.dentry) {
		err = space_for_each_vma(s, 0, maps_file, &old) ? -EBUSY : 0;
		path_put(&old);
	}
	if (err)
		return err;
	mutex_lock(&s->lock);
	before = s->exe;
	file_get(f);
	s->exe = f;
	mutex_unlock(&s->lock);
	if (before)
		file_put(before);
	return 0;
}

static int exe_set(struct space *s, int fd)
{
	struct file *f = fd_get(fd);
	int err = 0;

	if (!f)
		return -EBADF;
	if (!S_ISREG(f->inode->mode) || (f->path.mnt && (f->path.mnt->flags & MS_NOEXEC)))
		err = -EACCES;
	if (!err)
		err = inode_permission(f->inode, MAY_EXEC);
	if (!err)
		err = exe_replace(s, f);
	file_put(f);
	return err;
}

/* ---- all at once ---- */

static int map_set(struct space *s, uaddr_t from, uint64_t size)
{
	struct prctl_mm_map m;
	uint64_t auxv[AUXV_SIZE / 8];
	struct space_layout fresh = { 0 };
	int err;

	if (size != sizeof m)
		return -EINVAL;
	if (user_read(&m, from))
		return -EFAULT;
	fresh.start_code = m.start_code, fresh.end_code = m.end_code;
	fresh.start_data = m.start_data, fresh.end_data = m.end_data;
	fresh.start_brk = m.start_brk, fresh.brk = m.brk;
	fresh.start_stack = m.start_stack;
	fresh.arg_start = m.arg_start, fresh.arg_end = m.arg_end;
	fresh.env_start = m.env_start, fresh.env_end = m.env_end;
	err = layout_check(&fresh);
	if (!err && m.auxv_size)
		err = !m.auxv || m.auxv_size > AUXV_SIZE ? -EINVAL : auxv_read(auxv, UADDR((uint64_t)m.auxv), m.auxv_size);
	if (!err && m.exe_fd != ~0u)
		err = capable_here(CAP_CHECKPOINT_RESTORE) || capable_here(CAP_SYS_ADMIN) ? exe_set(s, (int)m.exe_fd) : -EPERM;
	if (err)
		return err;
	mutex_lock(&s->lock);
	fresh.mmap_base = s->layout.mmap_base;
	memcpy(fresh.auxv, m.auxv_size ? auxv : s->layout.auxv, AUXV_SIZE);
	s->layout = fresh;
	mutex_unlock(&s->lock);
	return 0;
}

long prctl_mm(uint64_t what, uint64_t addr, uint64_t a4, uint64_t a5)
{
	struct space *s = task_current()->space;
	const unsigned size = sizeof(struct prctl_mm_map);

	what = (unsigned)what;
	if (a5 || (a4 && what != PR_SET_MM_AUXV && what != PR_SET_MM_MAP && what != PR_SET_MM_MAP_SIZE))
		return -EINVAL;
	if (what == PR_SET_MM_MAP)
		return map_set(s, UADDR(addr), a4);
	if (what == PR_SET_MM_MAP_SIZE)
		return user_write(UADDR(addr), &size) ? -EFAULT : 0;
	if (!capable(CAP_SYS_RESOURCE))
		return -EPERM;
	if (what == PR_SET_MM_EXE_FILE)
		return exe_set(s, (int)addr);
	if (what == PR_SET_MM_AUXV)
		return auxv_set(s, UADDR(addr), a4);
	return word_set(s, what, addr);
}
