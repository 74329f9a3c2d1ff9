/*
 * cred.c - system calls on identities: user and group ids, supplementary groups, capabilities.
 *
 * Each builds a copy of the caller's credentials, changes it by the rules of credentials(7) and
 * capabilities(7), and puts it in place as a whole; most failures come before the copy.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <linux/limits.h>
#include <linux/securebits.h>
#include <mm/slab.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/process.h>
#include <task/user_ns.h>

#define UNCHANGED (~0u)
#define CAPS_OF_FSUID (CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_MKNOD) | CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_DAC_READ_SEARCH) | \
		       CAP_BIT(CAP_FOWNER) | CAP_BIT(CAP_FSETID) | CAP_BIT(CAP_LINUX_IMMUTABLE) | CAP_BIT(CAP_MAC_OVERRIDE))

SYSCALL(getuid, void) { return uid_shown(task_current()->cred->uid); }
SYSCALL(geteuid, void) { return uid_shown(task_current()->cred->euid); }
SYSCALL(getgid, void) { return gid_shown(task_current()->cred->gid); }
SYSCALL(getegid, void) { return gid_shown(task_current()->cred->egid); }

/* ---- putting in place ---- */

static bool any_root(const struct cred *c) { return cred_is_root(c, c->uid) || cred_is_root(c, c->euid) || cred_is_root(c, c->suid); }

/* What a change of user ids does to capabilities. */
static void caps_follow_uids(struct cred *c, const struct cred *old)
{
	if (c->securebits & SECBIT_NO_SETUID_FIXUP)
		return;
	if (any_root(old) && !any_root(c)) {
		if (!(c->securebits & SECBIT_KEEP_CAPS))
			c->cap_permitted = c->cap_effective = 0;
		c->cap_ambient = 0;
	}
	if (cred_is_root(c, old->euid) && !cred_is_root(c, c->euid))
		c->cap_effective = 0;
	else if (!cred_is_root(c, old->euid) && cred_is_root(c, c->euid))
		c->cap_effective = c->cap_permitted;
}

static void caps_follow_fsuid(struct cred *c, const struct cred *old)
{
	if (c->securebits & SECBIT_NO_SETUID_FIXUP)
		return;
	if (cred_is_root(c, old->fsuid) && !cred_is_root(c, c->fsuid))
		c->cap_effective &= ~CAPS_OF_FSUID;
	else if (!cred_is_root(c, old->fsuid) && cred_is_root(c, c->fsuid))
		c->cap_effective |= CAPS_OF_FSUID & c->cap_permitted;
}

static void cred_install(struct cred *c)
{
	const struct cred *old = cred_current();
	struct task *t = task_current();

	if (old->euid != c->euid || old->egid != c->egid || old->fsuid != c->fsuid || old->fsgid != c->fsgid) {
		t->process->dumpable = (uint8_t)load_relaxed(&suid_dumpable);
		t->pdeath_signal = 0;
	}
	cred_replace(c);
}

/* The account belongs to the real user. 0 or -EAGAIN; consumes c on error. */
static int account_follow(struct cred *c, const struct cred *old)
{
	struct user_account *a;

	if (c->uid == old->uid)
		return 0;
	a = account_lookup(c->uid);
	if (!a) {
		cred_put(c);
		return -EAGAIN;
	}
	account_put(c->account);
	c->account = a;
	return 0;
}

/* Too many tasks of the new user are no error here, where few look for one, but at the next exec. */
static void nproc_look(struct task *t, const struct user_account *a)
{
	if (account_is_over_nproc(a))
		t->flags |= TASK_OVER_NPROC;
	else
		t->flags &= ~TASK_OVER_NPROC;
}

static long uids_install(struct cred *c)
{
	const struct cred *old = cred_current();
	bool is_other = c->uid != old->uid;
	int err = account_follow(c, old);

	if (err)
		return err;
	caps_follow_uids(c, old);
	if (is_other)                           /* before we are one of them */
		nproc_look(task_current(), c->account);
	cred_install(c);
	return 0;
}

/* An id argument becomes a kernel id, UNCHANGED stays. false: it has no meaning in the caller's namespace. */
static bool uid_take(uint32_t *uid) { return *uid == UNCHANGED || (*uid = uid_taken(*uid)) != ID_NONE; }
static bool gid_take(uint32_t *gid) { return *gid == UNCHANGED || (*gid = gid_taken(*gid)) != ID_NONE; }

/* ---- the rules, which are the same for users and groups ---- */

struct ids { uint32_t real, effective, saved, fs; };

static bool is_own(const struct ids *i, uint32_t id)
{
	return id == UNCHANGED || id == i->real || id == i->effective || id == i->saved;
}

/* setuid(2), setgid(2): 0 or -EPERM. */
static int ids_set(struct ids *i, uint32_t id, bool may_all)
{
	if (!may_all && id != i->real && id != i->saved)
		return -EPERM;
	if (may_all)
		i->real = i->saved = id;
	i->effective = i->fs = id;
	return 0;
}

/* setreuid(2), setregid(2): 0 or -EPERM. */
static int ids_set_re(struct ids *i, uint32_t real, uint32_t effective, bool may_all)
{
	bool saves = real != UNCHANGED || (effective != UNCHANGED && effective != i->real);

	if (!may_all && real != UNCHANGED && real != i->real && real != i->effective)
		return -EPERM;
	if (!may_all && !is_own(i, effective))
		return -EPERM;
	if (real != UNCHANGED)
		i->real = real;
	if (effective != UNCHANGED)
		i->effective = effective;
	if (saves)
		i->saved = i->effective;
	i->fs = i->effective;
	return 0;
}

/* Does a setres call ask for what is so? Then it leaves all as it is, the file system's id too, and the credentials the same. */
static bool ids_are_res(const struct ids *i, uint32_t real, uint32_t effective, uint32_t saved)
{
	return (real == UNCHANGED || real == i->real) && (saved == UNCHANGED || saved == i->saved) &&
	       (effective == UNCHANGED || (effective == i->effective && effective == i->fs));
}

/* setresuid(2), setresgid(2): 0 or -EPERM. */
static int ids_set_res(struct ids *i, uint32_t real, uint32_t effective, uint32_t saved, bool may_all)
{
	if (!may_all && !(is_own(i, real) && is_own(i, effective) && is_own(i, saved)))
		return -EPERM;
	if (real != UNCHANGED)
		i->real = real;
	if (effective != UNCHANGED)
		i->effective = effective;
	if (saved != UNCHANGED)
		i->saved = saved;
	i->fs = i->effective;
	return 0;
}

/* ---- users ---- */

static struct ids uids_of(const struct cred *c)
{
	return (struct ids){ .real = c->uid, .effective = c->euid, .saved = c->suid, .fs = c->fsuid };
}

/* What a rule said, and if it was 0, its ids: 0, -EPERM, -ENOMEM, -EAGAIN. */
static long uids_change(int err, const struct ids *i)
{
	struct cred *c;

	if (err)
		return err;
	c = cred_copy(cred_current());
	if (!c)
		return -ENOMEM;
	c->uid = i->real;
	c->euid = i->effective;
	c->suid = i->saved;
	c->fsuid = i->fs;
	return uids_install(c);
}

SYSCALL(setuid, uint32_t uid)
{
	struct ids i = uids_of(cred_current());

	uid = uid_taken(uid);
	return uid == ID_NONE ? -EINVAL : uids_change(ids_set(&i, uid, capable_here(CAP_SETUID)), &i);
}

SYSCALL(setreuid, uint32_t ruid, uint32_t euid)
{
	struct ids i = uids_of(cred_current());

	if (!uid_take(&ruid) || !uid_take(&euid))
		return -EINVAL;
	return uids_change(ids_set_re(&i, ruid, euid, capable_here(CAP_SETUID)), &i);
}

SYSCALL(setresuid, uint32_t ruid, uint32_t euid, uint32_t suid)
{
	struct ids i = uids_of(cred_current());

	if (!uid_take(&ruid) || !uid_take(&euid) || !uid_take(&suid))
		return -EINVAL;
	if (ids_are_res(&i, ruid, euid, suid))
		return 0;
	return uids_change(ids_set_res(&i, ruid, euid, suid, capable_here(CAP_SETUID)), &i);
}

static long three_out(uaddr_t a, uint32_t x, uaddr_t b, uint32_t y, uaddr_t c, uint32_t z)
{
	return user_write(a, &x) || user_write(b, &y) || user_write(c, &z) ? -EFAULT : 0;
}

SYSCALL(getresuid, uaddr_t ruid, uaddr_t euid, uaddr_t suid)
{
	const struct cred *c = cred_current();

	return three_out(ruid, uid_shown(c->uid), euid, uid_shown(c->euid), suid, uid_shown(c->suid));
}

/* Never fails: returns the id that was in force, and programs ask again to see. */
SYSCALL(setfsuid, uint32_t uid)
{
	const struct cred *old = cred_current();
	struct ids i = uids_of(old);
	uint32_t was = old->fsuid;
	struct cred *c;

	uid = uid_taken(uid);
	if (uid == was || uid == UNCHANGED || !(is_own(&i, uid) || capable_here(CAP_SETUID)))
		return uid_shown(was);
	c = cred_copy(old);
	if (!c)
		return uid_shown(was);
	c->fsuid = uid;
	caps_follow_fsuid(c, old);
	cred_install(c);
	return uid_shown(was);
}

/* ---- groups ---- */

static struct ids gids_of(const struct cred *c)
{
	return (struct ids){ .real = c->gid, .effective = c->egid, .saved = c->sgid, .fs = c->fsgid };
}

static long gids_change(int err, const struct ids *i)
{
	struct cred *c;

	if (err)
		return err;
	c = cred_copy(cred_current());
	if (!c)
		return -ENOMEM;
	c->gid = i->real;
	c->egid = i->effective;
	c->sgid = i->saved;
	c->fsgid = i->fs;
	cred_install(c);
	return 0;
}

SYSCALL(setgid, uint32_t gid)
{
	struct ids i = gids_of(cred_current());

	gid = gid_taken(gid);
	return gid == ID_NONE ? -EINVAL : gids_change(ids_set(&i, gid, capable_here(CAP_SETGID)), &i);
}

SYSCALL(setregid, uint32_t rgid, uint32_t egid)
{
	struct ids i = gids_of(cred_current());

	if (!gid_take(&rgid) || !gid_take(&egid))
		return -EINVAL;
	return gids_change(ids_set_re(&i, rgid, egid, capable_here(CAP_SETGID)), &i);
}

SYSCALL(setresgid, uint32_t rgid, uint32_t egid, uint32_t sgid)
{
	struct ids i = gids_of(cred_current());

	if (!gid_take(&rgid) || !gid_take(&egid) || !gid_take(&sgid))
		return -EINVAL;
	if (ids_are_res(&i, rgid, egid, sgid))
		return 0;
	return gids_change(ids_set_res(&i, rgid, egid, sgid, capable_here(CAP_SETGID)), &i);
}

SYSCALL(getresgid, uaddr_t rgid, uaddr_t egid, uaddr_t sgid)
{
	const struct cred *c = cred_current();

	return three_out(rgid, gid_shown(c->gid), egid, gid_shown(c->egid), sgid, gid_shown(c->sgid));
}

SYSCALL(setfsgid, uint32_t gid)
{
	const struct cred *old = cred_current();
	struct ids i = gids_of(old);
	uint32_t was = old->fsgid;
	struct cred *c;

	gid = gid_taken(gid);
	if (gid == was || gid == UNCHANGED || !(is_own(&i, gid) || capable_here(CAP_SETGID)))
		return gid_shown(was);
	c = cred_copy(old);
	if (!c)
		return gid_shown(was);
	c->fsgid = gid;
	cred_install(c);
	return gid_shown(was);
}

static long groups_translate_out(const struct cred *c, uaddr_t list)
{
	for (unsigned i = 0; i < c->ngroups; i++) {
		uint32_t gid = gid_shown(c->groups[i]);

		if (user_write(uaddr_add(list, i * sizeof gid), &gid))
			return -EFAULT;
	}
	return (long)c->ngroups;
}

SYSCALL(getgroups, int size, uaddr_t list)
{
	const struct cred *c = cred_current();

	if (size < 0)
		return -EINVAL;
	if (!size)
		return c->ngroups;
	if (c->ngroups > (unsigned)size)
		return -EINVAL;
	if (unlikely(user_ns_in_use))
		return groups_translate_out(c, list);
	return user_copy_out(list, c->groups, c->ngroups * sizeof *c->groups) ? -EFAULT : (long)c->ngroups;
}

static void sift_down(uint32_t *a, unsigned root, unsigned n)
{
	for (;;) {
		unsigned child = 2 * root + 1;
		uint32_t t = a[root];

		if (child >= n)
			return;
		if (child + 1 < n && a[child + 1] > a[child])
			child++;
		if (a[child] <= t)
			return;
		a[root] = a[child];
		a[child] = t;
		root = child;
	}
}

/* Heap sort: no recursion, and no bad case for hostile lists. */
static void groups_sort(uint32_t *a, unsigned n)
{
	for (unsigned i = n / 2; i-- > 0; )
		sift_down(a, i, n);
	for (unsigned end = n; end > 1; ) {
		uint32_t top = a[0];

		a[0] = a[--end];
		a[end] = top;
		sift_down(a, 0, end);
	}
}

SYSCALL(setgroups, int size, uaddr_t list)
{
	uint32_t *groups = NULL;
	struct cred *c;

	if (!capable_here(CAP_SETGID) || !user_ns_may_setgroups(user_ns_current()))
		return -EPERM;
	if ((unsigned)size > NGROUPS_MAX)
		return -EINVAL;
	if (size) {
		groups = kmalloc((size_t)size * sizeof *groups, 0);
		if (!groups)
			return -ENOMEM;
		if (user_copy_in(groups, list, (size_t)size * sizeof *groups)) {
			kfree(groups);
			return -EFAULT;
		}
		for (int i = 0; i < size; i++) {
			groups[i] = gid_taken(groups[i]);
			if (unlikely(groups[i] == ID_NONE)) {
				kfree(groups);
				return -EINVAL;
			}
		}
		groups_sort(groups, (unsigned)size);
	}
	c = cred_copy(cred_current());
	if (!c) {
		kfree(groups);
		return -ENOMEM;
	}
	kfree(c->groups);
	c->groups = groups;
	c->ngroups = (unsigned)size;
	cred_install(c);
	return 0;
}

/* ---- capabilities ---- */

/* Words of 32 bits per set that the caller's version has; 0: unknown version, ours told instead. */
static int cap_version(uaddr_t header, struct __user_cap_header_struct *h, unsigned *words)
{
	const uint32_t ours = _LINUX_CAPABILITY_VERSION_3;

	if (user_read(h, header))
		return -EFAULT;
	*words = 2;
	switch (h->version) {
	case _LINUX_CAPABILITY_VERSION_1:
		*words = 1;
		return 0;
	case _LINUX_CAPABILITY_VERSION_2:
	case _LINUX_CAPABILITY_VERSION_3:
		return 0;
	}
	return user_write(header, &ours) ? -EFAULT : -EINVAL;
}

SYSCALL(capget, uaddr_t header, uaddr_t data)
{
	struct __user_cap_header_struct h;
	struct __user_cap_data_struct d[2];
	const struct cred *c;
	struct task *t;
	unsigned words;
	int err = cap_version(header, &h, &words);

	if (err || uaddr_is_null(data))
		return uaddr_is_null(data) && err == -EINVAL ? 0 : err;
	if (h.pid < 0)
		return -EINVAL;
	t = h.pid ? task_lookup(h.pid) : NULL;
	if (h.pid && !t)
		return -ESRCH;
	c = task_cred_get(t ?: task_current());
	for (unsigned i = 0; i < 2; i++) {
		d[i].effective = (uint32_t)(c->cap_effective >> 32 * i);
		d[i].permitted = (uint32_t)(c->cap_permitted >> 32 * i);
		d[i].inheritable = (uint32_t)(c->cap_inheritable >> 32 * i);
	}
	cred_put(c);
	if (t)
		task_put(t);
	return user_copy_out(data, d, words * sizeof *d) ? -EFAULT : 0;
}

static bool caps_allowed(const struct cred *old, uint64_t effective, uint64_t permitted, uint64_t inheritable)
{
	if (!cred_capable_here(old, CAP_SETPCAP) && (inheritable & ~(old->cap_inheritable | old->cap_permitted)))
		return false;
	return !(inheritable & ~(old->cap_inheritable | old->cap_bounding)) && !(permitted & ~old->cap_permitted) &&
	       !(effective & ~permitted);
}

SYSCALL(capset, uaddr_t header, uaddr_t data)
{
	struct __user_cap_header_struct h;
	struct __user_cap_data_struct d[2] = { 0 };
	const struct cred *old = cred_current();
	uint64_t effective, permitted, inheritable;
	struct cred *c;
	unsigned words;
	int err = cap_version(header, &h, &words);

	if (err)
		return err;
	if (h.pid && h.pid != task_current()->tid)
		return -EPERM;
	if (user_copy_in(d, data, words * sizeof *d))
		return -EFAULT;
	effective = (d[0].effective | (uint64_t)d[1].effective << 32) & CAP_ALL;
	permitted = (d[0].permitted | (uint64_t)d[1].permitted << 32) & CAP_ALL;
	inheritable = (d[0].inheritable | (uint64_t)d[1].inheritable << 32) & CAP_ALL;
	if (!caps_allowed(old, effective, permitted, inheritable))
		return -EPERM;
	c = cred_copy(old);
	if (!c)
		return -ENOMEM;
	c->cap_effective = effective;
	c->cap_permitted = permitted;
	c->cap_inheritable = inheritable;
	c->cap_ambient &= permitted & inheritable;
	cred_install(c);
	return 0;
}
