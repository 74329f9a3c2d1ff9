/*
 * unix_name.c - names of AF_UNIX sockets: paths, abstract names, the binding of either.
 *
 * A bound socket stands in a bucket by its inode, or by the bytes of its abstract name and its type.
 *   I1  a socket in a bucket has its file: unix_name_release() takes it out before the file's reference goes
 * Locks: a bucket's (RANK_SOCKET_BUCKET), then a socket's.   Context: task, may sleep.
 */
#include <fs/names.h>
#include <lib/hash.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/slab.h>
#include "unix_priv.h"

#define NR_BUCKETS 256u
#define NAME_OFFSET offsetof(struct sockaddr_un, sun_path)

static struct bucket { struct spinlock lock; struct list sockets; } buckets[NR_BUCKETS];
static const uint64_t name_key[2] = { 0x756e6978, 0x6e616d65 };
static atomic_uint next_auto;

static struct bucket *bucket_of_inode(const struct inode *i) { return &buckets[hash_u64((uintptr_t)i) % NR_BUCKETS]; }
static struct bucket *bucket_of_hash(uint32_t hash) { return &buckets[hash % NR_BUCKETS]; }

int unix_addr_check(const struct sock_addr *a)
{
	return a->len <= NAME_OFFSET || a->len > sizeof a->un || a->family != AF_UNIX ? -EINVAL : 0;
}

static bool is_abstract(const struct sockaddr_un *n) { return !n->sun_path[0]; }

static uint32_t name_hash(const struct sockaddr_un *n, unsigned len, int type)
{
	return (uint32_t)hash_bytes(name_key, n->sun_path, len - NAME_OFFSET) + (uint32_t)type;
}

static struct unix_addr *addr_alloc(const struct sock_addr *a, int type)
{
	struct unix_addr *n = kzalloc(sizeof *n + 1);

	if (!n)
		return NULL;
	refcount_set(&n->refs, 1);
	n->name.sun_family = AF_UNIX;
	n->len = a->len;
	memcpy(n->name.sun_path, a->un.sun_path, a->len - NAME_OFFSET);
	if (!is_abstract(&n->name))                     /* with its end, whatever the caller counted; 109 bytes at most */
		n->len = (unsigned)(NAME_OFFSET + strnlen(n->name.sun_path, sizeof n->name.sun_path) + 1);
	else
		n->hash = name_hash(&n->name, n->len, type);
	return n;
}

void unix_addr_put(struct unix_addr *a)
{
	if (refcount_put(&a->refs))
		kfree(a);
}

void unix_addr_get_name(const struct unix_sock *u, struct sock_addr *out)
{
	const struct unix_addr *a = load_acquire(&u->addr);     /* pairs with publish() */

	out->len = 0;
	out->family = AF_UNIX;
	if (!a)
		return;
	out->len = a->len;
	memcpy(&out->un, &a->name, MIN((size_t)a->len, sizeof a->name));
	if (a->len > sizeof a->name)
		out->bytes[sizeof a->name] = 0;
}

/* ---- finding ---- */

static bool is_called(const struct unix_sock *u, const struct inode *i, const struct unix_addr *want)
{
	if (i)
		return u->bound == i;
	return !u->bound && u->addr->hash == want->hash && u->addr->len == want->len &&
	       !memcmp(u->addr->name.sun_path, want->name.sun_path, want->len - NAME_OFFSET);
}

static struct unix_sock *bucket_find_locked(struct bucket *b, const struct inode *i, const struct unix_addr *want, int type)
{
	struct unix_sock *u;

	list_for_each(u, &b->sockets, name_node)
		if (is_called(u, i, want) && (i || u->sock.type == type))
			return u;
	return NULL;
}

static struct unix_sock *bucket_lookup(struct bucket *b, const struct inode *i, const struct unix_addr *want, int type)
{
	struct unix_sock *u;

	spin_lock(&b->lock);
	u = bucket_find_locked(b, i, want, type);
	if (u)
		sock_get(&u->sock);                     /* I1 */
	spin_unlock(&b->lock);
	return u;
}

static int lookup_path(const struct unix_addr *n, int type, struct unix_sock **out)
{
	struct unix_sock *u = NULL;
	struct path p;
	int err = path_lookup(AT_FDCWD, n->name.sun_path, WALK_FOLLOW, &p);

	if (err)
		return err;
	err = inode_permission(p.dentry->inode, MAY_WRITE);
	if (!err) {
		err = -ECONNREFUSED;
		if (S_ISSOCK(p.dentry->inode->mode))
			u = bucket_lookup(bucket_of_inode(p.dentry->inode), p.dentry->inode, NULL, type);
	}
	if (u && u->sock.type != type) {
		sock_put(&u->sock);
		u = NULL;
		err = -EPROTOTYPE;
	}
	if (u) {
		path_touch_atime(&p);
		err = 0;
	}
	path_put(&p);
	*out = u;
	return err;
}

int unix_lookup(const struct sock_addr *a, int type, struct unix_sock **out)
{
	struct unix_addr *n = addr_alloc(a, type);
	int err = 0;

	if (!n)
		return -ENOMEM;
	if (!is_abstract(&n->name)) {
		err = lookup_path(n, type, out);
	} else {
		*out = bucket_lookup(bucket_of_hash(n->hash), NULL, n, type);
		err = *out ? 0 : -ECONNREFUSED;
	}
	unix_addr_put(n);
	return err;
}

/* ---- binding ---- */

/* Give u its name, in bucket b. 0; -EINVAL: it has one; -EADDRINUSE. Consumes n and p when 0. */
static int publish(struct unix_sock *u, struct bucket *b, struct unix_addr *n, const struct path *p)
{
	int err = 0;

	spin_lock(&b->lock);
	spin_lock(&u->sock.lock);
	if (u->addr)
		err = -EINVAL;
	else if (!p && bucket_find_locked(b, NULL, n, u->sock.type))
		err = -EADDRINUSE;
	if (!err) {
		if (p) {
			u->path = *p;
			u->bound = p->dentry->inode;
		}
		store_release(&u->addr, n);
		list_push(&b->sockets, &u->name_node);
	}
	spin_unlock(&u->sock.lock);
	spin_unlock(&b->lock);
	return err;
}

static int bind_path(struct unix_sock *u, struct unix_addr *n)
{
	const char *slash = strrchr(n->name.sun_path, '/');
	struct path dir, p;
	int err = vfs_make_socket(n->name.sun_path, u->sock.inode->mode, &dir, &p.dentry);

	if (err)
		return err == -EEXIST ? -EADDRINUSE : err;
	p.mnt = dir.mnt;
	mount_get(p.mnt);
	err = publish(u, bucket_of_inode(p.dentry->inode), n, &p);
	if (err) {
		path_put(&p);
		(void)!vfs_unlink_in(&dir, slash ? slash + 1 : n->name.sun_path);       /* else somebody was faster: it is gone */
	}
	path_put(&dir);
	return err;
}

int unix_autobind(struct unix_sock *u)
{
	struct sock_addr a = { .len = NAME_OFFSET + 6 };
	char digits[8];
	int err;

	if (load_acquire(&u->addr))
		return 0;
	a.family = AF_UNIX;
	for (unsigned tries = 0; tries < 1u << 20; tries++) {
		struct unix_addr *n;

		scnprintf(digits, sizeof digits, "%05x", fetch_add_relaxed(&next_auto, 1) & 0xfffff);
		memcpy(a.un.sun_path + 1, digits, 5);
		n = addr_alloc(&a, u->sock.type);
		if (!n)
			return -ENOMEM;
		err = publish(u, bucket_of_hash(n->hash), n, NULL);
		if (err)
			unix_addr_put(n);
		if (err != -EADDRINUSE)
			return err == -EINVAL ? 0 : err;
	}
	return -ENOSPC;
}

int unix_bind(struct sock *s, const struct sock_addr *a)
{
	struct unix_sock *u = unix_of(s);
	struct unix_addr *n;
	int err;

	if (a->len == NAME_OFFSET && a->family == AF_UNIX)
		return unix_autobind(u);
	err = unix_addr_check(a);
	if (err)
		return err;
	n = addr_alloc(a, s->type);
	if (!n)
		return -ENOMEM;
	err = is_abstract(&n->name) ? publish(u, bucket_of_hash(n->hash), n, NULL) : bind_path(u, n);
	if (err)
		unix_addr_put(n);
	return err;
}

void unix_name_release(struct unix_sock *u)
{
	struct bucket *b;

	if (!u->addr || list_empty(&u->name_node))      /* no name, or its listener's */
		return;
	b = u->bound ? bucket_of_inode(u->bound) : bucket_of_hash(u->addr->hash);
	spin_lock(&b->lock);
	list_del_init(&u->name_node);
	spin_unlock(&b->lock);
	if (u->bound) {
		u->bound = NULL;
		path_put(&u->path);
	}
}

void unix_name_init(void)
{
	for (unsigned n = 0; n < NR_BUCKETS; n++) {
		spin_init(&buckets[n].lock, RANK_SOCKET_BUCKET);
		list_init(&buckets[n].sockets);
	}
}
