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

/* ---- users ---- */

SYSCALL(setuid, uint32_t uid)
{
	const struct cred *old = cred_current();
	bool may_all = capable_here(CAP_SETUID);
	struct cred *c;

	uid = uid_taken(uid);
	if (uid == ID_NONE)
		return -EINVAL;
	if (!may_all && uid != old->uid && uid != old->suid)
		return -EPERM;
	c = cred_copy(old);
	if (!c)
		return -ENOMEM;
	if (may_all)
		c->uid = c->suid = uid;
	c->euid = c->fsuid = uid;
	return uids_install(c);
}

SYSCALL(setreuid, uint32_t ruid, uint32_t euid)
{
	const struct cred *old = cred_current();
	struct cred *c;

	if (!uid_take(&ruid) || !uid_take(&euid))
		return -EINVAL;
	if (!capable_here(CAP_SETUID)) {
		if (ruid != UNCHANGED && ruid != old->uid && ruid != old->euid)
			return -EPERM;
		if (euid != UNCHANGED && euid != old->uid && euid != old->euid && euid != old->suid)
			return -EPERM;
	}
	c = cred_copy(old);
	if (!c)
		return -ENOMEM;
	if (ruid != UNCHANGED)
		c->uid = ruid;
	if (euid != UNCHANGED)
		c->euid = euid;
	if (ruid != UNCHANGED || (euid != UNCHANGED && euid != old->uid))
		c->suid = c->euid;
	c->fsuid = c->euid;
	return uids_install(c);
}

static bool uid_is_own(const struct cred *c, uint32_t uid)
{
	return uid == UNCHANGED || uid == c->uid || uid == c->euid || uid == c->suid;
}

SYSCALL(setresuid, uint32_t ruid, uint32_t euid, uint32_t suid)
{
	const struct cred *old = cred_current();
	struct cred *c;

	if (!uid_take(&ruid) || !uid_take(&euid) || !uid_take(&suid))
		return -EINVAL;
	if (!capable_here(CAP_SETUID) && !(uid_is_own(old, ruid) && uid_is_own(old, euid) && uid_is_own(old, suid)))
		return -EPERM;
	c = cred_copy(old);
	if (!c)
		return -ENOMEM;
	if (ruid != UNCHANGED)
		c->uid = ruid;
	if (euid != UNCHANGED)
		c->euid = euid;
	if (suid != UNCHANGED)
		c->suid = suid;
	c->fsuid = c->euid;
	return uids_install(c);
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
	uint32_t was = old->fsuid;
	struct cred *c;

	uid = uid_taken(uid);
	if (uid == was || uid == UNCHANGED || !(uid_is_own(old, uid) || capable_here(CAP_SETUID)))
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

static bool gid_is_own(const struct cred *c, uint32_t gid)
{
	return gid == UNCHANGED || gid == c->gid || gid == c->egid || gid == c->sgid;
}

SYSCALL(setgid, uint32_t gid)
{
	const struct cred *old = cred_current();
	bool may_all = capable_here(CAP_SETGID);
	struct cred *c;

	gid = gid_taken(gid);
	if (gid == ID_NONE)
		return -EINVAL;
	if (!may_all && gid != old->gid && gid != old->sgid)
		return -EPERM;
	c = cred_copy(old);
	if (!c)
		return -ENOMEM;
	if (may_all)
		c->gid = c->sgid = gid;
	c->egid = c->fsgid = gid;
	cred_install(c);
	return 0;
}

SYSCALL(setregid, uint32_t rgid, uint32_t egid)
{
	const struct cred *old = cred_current();
	struct cred *c;

	if (!gid_take(&rgid) || !gid_take(&egid))
		return -EINVAL;
	if (!capable_here(CAP_SETGID)) {
		if (rgid != UNCHANGED && rgid != old->gid && rgid != old->egid)
			return -EPERM;
		if (!gid_is_own(old, egid))
			return -EPERM;
	}
	c = cred_copy(old);
	if (!c)
		return -ENOMEM;
	if (rgid != UNCHANGED)
		c->gid = rgid;
	if (egid != UNCHANGED)
		c->egid = egid;
	if (rgid != UNCHANGED || (egid != UNCHANGED && egid != old->gid))
		c->sgid = c->egid;
	c->fsgid = c->egid;
	cred_install(c);
	return 0;
}

SYSCALL(setresgid, uint32_t rgid, uint32_t egid, uint32_t sgid)
{
	const struct cred *old = cred_current();
	struct cred *c;

	if (!gid_take(&rgid) || !gid_take(&egid) || !gid_take(&sgid))
		return -EINVAL;
	if (!capable_here(CAP_SETGID) && !(gid_is_own(old, rgid) && gid_is_own(old, egid) && gid_is_own(old, sgid)))
		return -EPERM;
	c = cred_copy(old);
	if (!c)
		return -ENOMEM;
	if (rgid != UNCHANGED)
		c->gid = rgid;
	if (egid != UNCHANGED)
		c->egid = egid;
	if (sgid != UNCHANGED)
		c->sgid = sgid;
	c->fsgid = c->egid;
	cred_install(c);
	return 0;
}

SYSCALL(getresgid, uaddr_t rgid, uaddr_t egid, uaddr_t sgid)
{
	const struct cred *c = cred_current();

	return three_out(rgid, gid_shown(c->gid), egid, gid_shown(c->egid), sgid, gid_shown(c->sgid));
}

SYSCALL(setfsgid, uint32_t gid)
{
	const struct cred *old = cred_current();
	uint32_t was = old->fsgid;
	struct cred *c;

	gid = gid_taken(gid);
	if (gid == was || gid == UNCHANGED || !(gid_is_own(old, gid) || gid == old->fsgid || capable_here(CAP_SETGID)))
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
