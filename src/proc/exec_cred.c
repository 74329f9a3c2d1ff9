/*
 * exec_cred.c - what a program file makes of who executes it; capabilities(7), "Transformation of capabilities".
 *
 *   I1  who is traced by one without CAP_SYS_PTRACE, shares its folders with another process, or has given up new
 *       privileges gains no capability, and becomes another user only with CAP_SETUID
 *   I2  between that judgement and the new credentials nobody attaches: process->exec_lock is held, which
 *       ptrace_attach() takes. Only an exec that gains something takes it.
 * Lock order: process->exec_lock, sig_lock.       Context: task, may sleep.
 * Tests: tests/abi/cred/file_caps.c, tests/abi/cred/no_new_privs.c, tests/abi/exec/suid.c, tests/abi/ptrace/setuid.c.
 */
#include <fs/dcache.h>
#include <fs/namespace.h>
#include <fs/names.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/personality.h>
#include <linux/securebits.h>
#include <proc/ptrace.h>
#include <task/cred.h>
#include <task/user_ns.h>
#include "exec_priv.h"

/* What a file grants by itself. */
struct file_caps {
	uint64_t permitted, inheritable;
	bool is_there, effective;
};

/* Is kernel id `root` user 0 of u or of a namespace above it? */
static bool is_root_here_or_above(const struct user_ns *u, uint32_t root)
{
	for (; u != &user_ns_initial; u = user_ns_of(u->ns.owner)) {
		if (user_ns_root(u) == root && root != ID_NONE)
			return true;
	}
	return !root;
}

/* The attribute's value, taken apart. 0, -EINVAL. */
static int file_caps_decode(const struct vfs_ns_cap_data *d, size_t size, const struct user_ns *u, struct file_caps *f)
{
	uint32_t revision = d->magic_etc & VFS_CAP_REVISION_MASK;

	if (size == XATTR_CAPS_SZ_1 && revision == VFS_CAP_REVISION_1)
		f->permitted = d->data[0].permitted, f->inheritable = d->data[0].inheritable;
	else if ((size == XATTR_CAPS_SZ_2 && revision == VFS_CAP_REVISION_2) || (size == XATTR_CAPS_SZ_3 && revision == VFS_CAP_REVISION_3))
		f->permitted = d->data[0].permitted | (uint64_t)d->data[1].permitted << 32,
		f->inheritable = d->data[0].inheritable | (uint64_t)d->data[1].inheritable << 32;
	else
		return -EINVAL;
	if (!is_root_here_or_above(u, revision == VFS_CAP_REVISION_3 ? d->rootid : 0)) {
		*f = (struct file_caps){ 0 };   /* granted in a namespace that is not ours */
		return 0;
	}
	f->permitted &= CAP_ALL;
	f->inheritable &= CAP_ALL;
	f->effective = d->magic_etc & VFS_CAP_FLAGS_EFFECTIVE;
	f->is_there = true;
	return 0;
}

static int file_caps_get(struct inode *i, const struct user_ns *u, struct file_caps *f)
{
	struct vfs_ns_cap_data d;
	long n;

	*f = (struct file_caps){ 0 };
	if (likely(!load_relaxed(&i->xattrs)))
		return 0;
	n = inode_get_caps(i, &d, sizeof d);
	if (n == -ENODATA)
		return 0;
	return n < 0 ? (int)n : file_caps_decode(&d, (size_t)n, u, f);
}

/* Permitted capabilities from the file's own and, for root, all. *effective: they are effective at once. */
static int caps_take(struct cred *c, const struct file_caps *f, bool *effective)
{
	bool real = cred_is_root(c, c->uid), eff = cred_is_root(c, c->euid);
	int err = 0;

	c->cap_permitted = (c->cap_bounding & f->permitted) | (c->cap_inheritable & f->inheritable);
	*effective = f->effective;
	if (f->effective && (f->permitted & ~c->cap_permitted))
		err = -EPERM;                   /* it would not know how to do without */
	if (err || (c->securebits & SECBIT_NOROOT) || (f->is_there && eff && !real))
		return err;
	if (real || eff)
		c->cap_permitted = c->cap_bounding | c->cap_inheritable;
	*effective |= eff;
	return 0;
}

/* Do tasks outside the process share its folders? They could steer a program with more rights by them. */
static bool folders_are_shared(struct process *p)
{
	struct fs_context *fs = task_current()->fs;
	unsigned own = 0;
	struct task *t;

	spin_lock(&p->sig_lock);
	list_for_each(t, &p->threads, group_node)
		own += load_relaxed(&t->fs) == fs;      /* relaxed: a thread that leaves it now makes us judge too strictly at worst */
	spin_unlock(&p->sig_lock);
	return refcount_read(&fs->refs) > own;
}

/* I1: what would be gained is not. c: as the file would have it. */
static void gain_judge(struct cred *c, const struct cred *old)
{
	struct process *p = process_current();
	bool is_bound = load_relaxed(&task_current()->no_new_privs);

	if (!is_bound && !folders_are_shared(p) && ptrace_tracer_is_capable(c->user_ns))
		return;
	if (is_bound || !capable_here(CAP_SETUID)) {
		c->euid = c->uid;
		c->egid = c->gid;
	}
	c->cap_permitted &= old->cap_permitted;
}

static bool cred_same(const struct cred *a, const struct cred *b)
{
	return a->euid == b->euid && a->egid == b->egid && a->suid == b->suid && a->sgid == b->sgid &&
	       a->fsuid == b->fsuid && a->fsgid == b->fsgid && a->cap_permitted == b->cap_permitted &&
	       a->cap_effective == b->cap_effective && a->cap_ambient == b->cap_ambient && a->securebits == b->securebits;
}

static int cred_publish(struct exec *e, const struct cred *c, const struct cred *old)
{
	if (likely(cred_same(c, old)))
		return 0;
	e->cred = cred_copy(old);
	if (!e->cred)
		return -ENOMEM;
	e->cred->euid = c->euid, e->cred->suid = c->suid, e->cred->fsuid = c->fsuid;
	e->cred->egid = c->egid, e->cred->sgid = c->sgid, e->cred->fsgid = c->fsgid;
	e->cred->cap_permitted = c->cap_permitted;
	e->cred->cap_effective = c->cap_effective;
	e->cred->cap_ambient = c->cap_ambient;
	e->cred->securebits = c->securebits;
	return 0;
}

/* Set-id bits, where the mount and the caller let them count. */
static void ids_take(struct exec *e, struct cred *c, const struct inode *i, const struct cred *old)
{
	bool suid = i->mode & S_ISUID, sgid = (i->mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);

	if (load_relaxed(&task_current()->no_new_privs) || (unlikely(user_ns_in_use) && !ids_are_known(old, i->uid, i->gid)))
		return;
	if (suid)
		c->euid = i->uid;
	if (sgid)
		c->egid = i->gid;
	if (suid || sgid)
		e->personality &= ~(unsigned)PER_CLEAR_ON_SETID;
}

int exec_cred_prepare(struct exec *e)
{
	const struct cred *old = cred_current();
	struct inode *i = e->file->inode;
	struct cred c = *old;
	struct file_caps f = { 0 };
	bool is_setid, gains, effective;
	int err = 0;

	/* A mount of another namespace may be what its root there made of it. */
	if (!(e->file->path.mnt->flags & MS_NOSUID) && e->file->path.mnt->ns == mnt_ns_current()) {
		if (unlikely(i->mode & (S_ISUID | S_ISGID)))
			ids_take(e, &c, i, old);
		err = file_caps_get(i, old->user_ns, &f);
	}
	if (!err)
		err = caps_take(&c, &f, &effective);
	if (unlikely(err))
		return err;
	is_setid = c.euid != old->uid || c.egid != old->gid;
	gains = c.cap_permitted & ~old->cap_permitted;
	if (unlikely(gains))
		e->personality &= ~(unsigned)PER_CLEAR_ON_SETID;
	if (unlikely(is_setid || gains)) {
		if (mutex_lock_interruptible(&process_current()->exec_lock))
			return -ERESTARTNOINTR;
		e->is_guarded = true;
		gain_judge(&c, old);
	}
	c.suid = c.fsuid = c.euid;
	c.sgid = c.fsgid = c.egid;
	if (f.is_there || is_setid)
		c.cap_ambient = 0;
	c.cap_permitted |= c.cap_ambient;
	c.cap_effective = effective ? c.cap_permitted : c.cap_ambient;
	c.securebits &= ~(unsigned)SECBIT_KEEP_CAPS;
	e->is_secure = is_setid || (!cred_is_root(&c, c.uid) && (effective || (c.cap_permitted & ~c.cap_ambient)));
	return cred_publish(e, &c, old);
}

void exec_cred_done(struct exec *e)
{
	if (e->cred)
		cred_put(e->cred);
	if (e->is_guarded)
		mutex_unlock(&process_current()->exec_lock);
}
