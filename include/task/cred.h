/* cred.h - credentials: counted, immutable once published; replaced as a whole by their task (RCU). */
#pragma once
#include <sync/refcount.h>
#include <sync/rcu.h>
#include <base/err.h>

struct cred {
	refcount_t refs;
	uint32_t uid, euid, suid, fsuid, gid, egid, sgid, fsgid;
	uint64_t cap_inheritable, cap_permitted, cap_effective, cap_bounding, cap_ambient;
	uint32_t securebits;
	unsigned ngroups;
	uint32_t *groups;                       /* sorted; owned */
	struct rcu_head rcu;
};
static inline void cred_get(const struct cred *c) { refcount_get((refcount_t *)&c->refs); }
void cred_put(const struct cred *c);
const struct cred *cred_current(void);      /* borrowed: valid until the task replaces it */
struct cred *cred_copy(const struct cred *c); /* writable copy, refs 1; NULL without memory */
void cred_replace(struct cred *fresh);      /* becomes the current task's; consumes fresh */
bool cred_has_group(const struct cred *c, uint32_t gid);
bool cred_capable(const struct cred *c, unsigned cap);   /* CAP_* of <linux/capability.h> */
bool capable(unsigned cap);                 /* current task */
extern const struct cred cred_root;
