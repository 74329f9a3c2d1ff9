/* capable.h - capabilities over files: they hold where both ids of the file have names in the holder's user namespace. */
#pragma once
#include <fs/inode.h>
#include <task/user_ns.h>

static inline bool cred_capable_inode(const struct cred *c, const struct inode *i, unsigned cap)
{
	return (c->cap_effective & CAP_BIT(cap)) &&
	       (likely(c->user_ns == &user_ns_initial) || ids_are_known(c, load_relaxed(&i->uid), load_relaxed(&i->gid)));
}
static inline bool capable_inode(const struct inode *i, unsigned cap) { return cred_capable_inode(cred_current(), i, cap); }
