/*
 * xattr.c - extended attributes kept in memory (tmpfs): user., trusted. and security.
 *
 * A list per inode, guarded by i->lock. POSIX ACLs (system.) are not supported, as on a Linux file system
 * mounted without them. Sockets have one that nobody sets, system.sockprotoname. Context: task, may sleep.
 */
#include <fs/notify.h>
#include <fs/capable.h>
#include <base/err.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/xattr.h>
#include <mm/slab.h>
#include <task/cred.h>
#include "fs_priv.h"

#define XATTR_COST 40                           /* beside its name and its value */

struct xattr {
	struct xattr *next;
	char *name;
	size_t size;
	char value[];
};

/* What an attribute takes of its file system's limit: as in Linux. */
static int64_t space_of(const char *name, size_t size) { return (int64_t)(XATTR_COST + strlen(name) + size); }

static int xattr_charge(struct inode *i, const char *name, size_t size)
{
	const struct super_ops *ops = i->super->ops;

	return ops->charge_xattr ? ops->charge_xattr(i->super, space_of(name, size)) : 0;
}

static void xattr_uncharge(struct inode *i, const char *name, size_t size)
{
	if (i->super->ops->charge_xattr)
		(void)!i->super->ops->charge_xattr(i->super, -space_of(name, size));
}

/* An attribute that was i's. */
static void xattr_free(struct inode *i, struct xattr *x)
{
	xattr_uncharge(i, x->name, x->size);
	kfree(x->name);
	kfree(x);
}

void xattrs_free(struct inode *i)
{
	struct xattr *x;

	while ((x = i->xattrs)) {
		i->xattrs = x->next;
		xattr_free(i, x);
	}
}

#define PROTOCOL_NAME "system.sockprotoname"    /* not in the UAPI headers */

static bool is_socket(const struct inode *i) { return S_ISSOCK(i->mode) && inode_is_anon(i); }

/* n bytes of an attribute, or of a list, to a buffer of size bytes; size 0 asks for n. */
static long give(char *buf, size_t size, const char *from, size_t n)
{
	if (size && n > size)
		return -ERANGE;
	if (size)
		memcpy(buf, from, n);
	return (long)n;
}

static bool may_see_trusted(void) { return capable(CAP_SYS_ADMIN); }

/* What the name's class asks for. write: set or remove. */
static int check_class(const struct path *p, const char *name, bool write)
{
	struct inode *i = p->dentry->inode;
	const char *dot = strchr(name, '.');
	const struct cred *c = cred_current();

	if (write && path_want_write(p))
		return -EROFS;
	if (write && i->is_immutable)
		return -EPERM;
	if (str_has_prefix(name, XATTR_TRUSTED_PREFIX)) {
		if (!may_see_trusted())
			return write ? -EPERM : -ENODATA;
	} else if (str_has_prefix(name, XATTR_USER_PREFIX)) {
		if (!S_ISREG(i->mode) && !S_ISDIR(i->mode))
			return write ? -EPERM : -ENODATA;
		if (write && S_ISDIR(i->mode) && (i->mode & S_ISVTX) && c->fsuid != i->uid && !cred_capable_inode(c, i, CAP_FOWNER))
			return -EPERM;
		if (inode_permission(i, write ? MAY_WRITE : MAY_READ))
			return -EACCES;
	} else if (str_has_prefix(name, XATTR_SECURITY_PREFIX)) {
		/* No type, no rights: the inode of eventfds and their like. */
		if (write && (i->mode & S_IFMT) && strcmp(name, XATTR_NAME_CAPS) && !capable(CAP_SYS_ADMIN))
			return -EPERM;
	} else if (!write && is_socket(i) && !strcmp(name, PROTOCOL_NAME)) {
		return 0;
	} else {
		bool is_system = str_has_prefix(name, XATTR_SYSTEM_PREFIX);

		return !is_system && inode_permission(i, write ? MAY_WRITE : MAY_READ) ? -EACCES : -EOPNOTSUPP;
	}
	if (!i->super->has_xattrs)
		return -EOPNOTSUPP;
	return dot[1] ? 0 : -EINVAL;
}

static struct xattr **find_locked(struct inode *i, const char *name)
{
	struct xattr **x = &i->xattrs;

	while (*x && strcmp((*x)->name, name))
		x = &(*x)->next;
	return x;
}

/* Is it a file's capabilities, in a form that exec(2) would know? */
static int check_caps(const void *value, size_t size)
{
	uint32_t magic;

	if (size != XATTR_CAPS_SZ_2 && size != XATTR_CAPS_SZ_3)
		return -EINVAL;
	memcpy(&magic, value, sizeof magic);
	if ((magic & VFS_CAP_REVISION_MASK) != (size == XATTR_CAPS_SZ_2 ? VFS_CAP_REVISION_2 : VFS_CAP_REVISION_3))
		return -EINVAL;
	return capable(CAP_SETFCAP) ? 0 : -EPERM;
}

long inode_getxattr(const struct path *p, const char *name, void *buf, size_t size)
{
	struct inode *i = p->dentry->inode;
	struct xattr *x;
	long n = check_class(p, name, false);

	if (n)
		return n;
	if (is_socket(i))
		return give(buf, size, i->priv, strlen(i->priv) + 1);
	mutex_lock(&i->lock);
	x = *find_locked(i, name);
	if (!x)
		n = -ENODATA;
	else if (size && x->size > size)
		n = -ERANGE;
	else
		n = (long)x->size;
	if (n > 0 && size)
		memcpy(buf, x->value, x->size);
	mutex_unlock(&i->lock);
	return n;
}

void xattr_caps_drop_locked(struct inode *i)
{
	struct xattr **at = find_locked(i, XATTR_NAME_CAPS), *old = *at;

	if (old) {
		store_relaxed(at, old->next);
		xattr_free(i, old);
	}
}

long inode_get_caps(struct inode *i, void *buf, size_t size)
{
	struct xattr *x;
	long n = -ENODATA;

	mutex_lock(&i->lock);
	x = *find_locked(i, XATTR_NAME_CAPS);
	if (x)
		n = x->size <= size ? (long)x->size : -EINVAL;
	if (n > 0)
		memcpy(buf, x->value, x->size);
	mutex_unlock(&i->lock);
	return n;
}

/* NULL without memory. */
static struct xattr *xattr_alloc(const char *name, const void *value, size_t size)
{
	struct xattr *x = kmalloc(sizeof *x + size, 0);

	if (!x)
		return NULL;
	x->name = kstrndup(name, strlen(name));
	if (!x->name) {
		kfree(x);
		return NULL;
	}
	x->size = size;
	memcpy(x->value, value, size);
	return x;
}

int inode_setxattr(const struct path *p, const char *name, const void *value, size_t size, int flags)
{
	struct inode *i = p->dentry->inode;
	struct xattr *fresh, **at, *old;
	int err = size && !strcmp(name, XATTR_NAME_CAPS) ? check_caps(value, size) : 0;

	if (!err)
		err = check_class(p, name, true);

	if (err)
		return err;
	err = xattr_charge(i, name, size);
	if (err)
		return err;
	fresh = xattr_alloc(name, value, size);
	if (!fresh) {
		xattr_uncharge(i, name, size);
		return -ENOMEM;
	}
	mutex_lock(&i->lock);
	at = find_locked(i, name);
	old = *at;
	if (old ? flags & XATTR_CREATE : flags & XATTR_REPLACE) {
		err = old ? -EEXIST : -ENODATA;
		old = fresh;
	} else {
		fresh->next = old ? old->next : NULL;
		store_relaxed(at, fresh);       /* exec looks without the lock whether there is any */
		i->ctime = time_now();
	}
	mutex_unlock(&i->lock);
	if (old)
		xattr_free(i, old);
	if (!err)
		notify_dentry(p->dentry, IN_ATTRIB);
	return err;
}

int inode_removexattr(const struct path *p, const char *name)
{
	struct inode *i = p->dentry->inode;
	struct xattr **at, *old;
	int err = check_class(p, name, true);

	if ((!err || (err == -EOPNOTSUPP && (i->mode & S_IFMT))) && !strcmp(name, XATTR_NAME_CAPS) &&
	    !cred_capable_inode(cred_current(), i, CAP_SETFCAP))
		err = -EPERM;
	if (err == -EOPNOTSUPP && is_socket(i) && str_has_prefix(name, XATTR_SECURITY_PREFIX))
		err = -EAGAIN;                  /* left to security modules: there are none */
	if (err)
		return err;
	mutex_lock(&i->lock);
	at = find_locked(i, name);
	old = *at;
	if (old) {
		*at = old->next;
		i->ctime = time_now();
	}
	mutex_unlock(&i->lock);
	if (!old)
		return -ENODATA;
	xattr_free(i, old);
	notify_dentry(p->dentry, IN_ATTRIB);
	return 0;
}

long inode_listxattr(const struct path *p, char *buf, size_t size)
{
	struct inode *i = p->dentry->inode;
	bool trusted = may_see_trusted();
	size_t total = 0;
	long err = 0;

	if (is_socket(i))
		return give(buf, size, PROTOCOL_NAME, sizeof PROTOCOL_NAME);
	mutex_lock(&i->lock);
	for (struct xattr *x = i->xattrs; x && !err; x = x->next) {
		size_t n = strlen(x->name) + 1;

		if (!trusted && str_has_prefix(x->name, XATTR_TRUSTED_PREFIX))
			continue;
		if (size && total + n > size)
			err = -ERANGE;
		else if (size)
			memcpy(buf + total, x->name, n);
		total += n;
	}
	mutex_unlock(&i->lock);
	return err ? err : (long)total;
}
