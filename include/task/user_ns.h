/*
 * user_ns.h - user namespaces: ids as their members write them, and capabilities that hold only inside.
 *
 * The kernel keeps one kind of id (a kernel id: what the initial namespace calls it) in credentials, inodes and
 * objects. Ids are translated where they cross to user space, by the map of the namespace of who asks. While no
 * namespace but the initial one was ever made that costs one look at user_ns_in_use.
 */
#pragma once
#include <task/cred.h>
#include <task/ns.h>

struct id_extent { uint32_t inside, below, kernel, count; };   /* below: as the parent names it */
#define ID_EXTENTS_MAX 340
#define ID_NONE (~0u)
#define ID_OVERFLOW 65534u                  /* what an id without a name here is shown as */
struct id_map {
	unsigned nr;                            /* published last: 0 is "not written yet" */
	struct id_extent *extents;
};

struct user_ns {
	struct ns ns;                           /* ns.owner: the parent; NULL for the initial one */
	unsigned level;
	uint32_t owner_uid, owner_gid;          /* kernel ids of its maker's effective ones */
	struct id_map uid, gid, project;        /* user_ns_lock to write, once; nothing has a project */
	bool setgroups_denied;                  /* user_ns_lock */
	bool maker_had_setfcap;
};
extern struct user_ns user_ns_initial;
extern bool user_ns_in_use;                 /* another one was made: never false again */

static inline struct user_ns *user_ns_of(struct ns *n) { return container_of(n, struct user_ns, ns); }
static inline struct user_ns *user_ns_current(void) { return cred_current()->user_ns; }
static inline void user_ns_get(struct user_ns *u) { ns_get(&u->ns); }
static inline void user_ns_put(struct user_ns *u) { ns_put(&u->ns); }
/* Is child the same as top, or below it? */
bool user_ns_is_inside(const struct user_ns *child, const struct user_ns *top);
/* For fork, unshare: fresh credentials whose namespace is a new child of the current one, all capabilities in it. c: a copy, not yet published. */
__must_check int user_ns_make(struct cred *c);
/* setns(2): the same for one that is there. */
void user_ns_cred_enter(struct cred *c, struct user_ns *u);

/* ---- ids ---- */

uint32_t id_to_kernel_slow(const struct id_map *m, uint32_t id);       /* ID_NONE: has none */
uint32_t id_from_kernel_slow(const struct id_map *m, uint32_t id);     /* ID_NONE: has none */
uint32_t uid_shown_slow(uint32_t uid);
uint32_t gid_shown_slow(uint32_t gid);
uint32_t uid_taken_slow(uint32_t uid);
uint32_t gid_taken_slow(uint32_t gid);
/* A kernel id as the current task is to see it; those without a name are 65534. */
static inline uint32_t uid_shown(uint32_t uid) { return likely(!user_ns_in_use) ? uid : uid_shown_slow(uid); }
static inline uint32_t gid_shown(uint32_t gid) { return likely(!user_ns_in_use) ? gid : gid_shown_slow(gid); }
/* An id that the current task wrote as a kernel id; ID_NONE: it has none here (ID_NONE itself stays). */
static inline uint32_t uid_taken(uint32_t uid) { return likely(!user_ns_in_use) ? uid : uid_taken_slow(uid); }
static inline uint32_t gid_taken(uint32_t gid) { return likely(!user_ns_in_use) ? gid : gid_taken_slow(gid); }
uint32_t uid_shown_in(const struct user_ns *u, uint32_t uid);          /* to another's members */
uint32_t user_ns_root(const struct user_ns *u);                        /* kernel id of its user 0; ID_NONE before its map */
static inline bool cred_is_root(const struct cred *c, uint32_t uid)
{
	return likely(c->user_ns == &user_ns_initial) ? !uid : uid == user_ns_root(c->user_ns) && uid != ID_NONE;
}

/* ---- capabilities ---- */

/* Has c cap over what u owns? Its own namespace's, or that of an ancestor of u, or as the maker of one. */
bool cred_capable_in(const struct cred *c, const struct user_ns *u, unsigned cap);
/* Is u, or one above it, a child of c's namespace that c's user made? */
bool user_ns_is_made_by(const struct user_ns *u, const struct cred *c);
static inline bool capable_in(const struct user_ns *u, unsigned cap) { return cred_capable_in(cred_current(), u, cap); }
static inline bool capable_over(const struct ns *n, unsigned cap) { return capable_in(user_ns_of(n->owner), cap); }
/* In the current namespace, whichever it is. */
static inline bool capable_here(unsigned cap) { return cred_current()->cap_effective & CAP_BIT(cap); }
static inline bool cred_capable_here(const struct cred *c, unsigned cap) { return c->cap_effective & CAP_BIT(cap); }
/* Have both ids names in c's namespace? What its capabilities over a file depend on (fs/capable.h). */
bool user_ns_knows(const struct user_ns *u, uint32_t uid, uint32_t gid);
bool ids_are_known(const struct cred *c, uint32_t uid, uint32_t gid);

/* ---- /proc/PID/uid_map, gid_map, projid_map, setgroups: of t's namespace; opener: who opened the file ---- */
enum id_kind { ID_UID, ID_GID, ID_PROJECT };
/* text: NULL when it cannot be a map for other reasons: -EINVAL, unless nobody could write there: -EPERM. */
__must_check int id_map_write(struct user_ns *u, enum id_kind k, const char *text, const struct cred *opener);
/* The i-th line as `by`'s namespace sees it; false: no more. */
bool id_map_line(struct user_ns *u, enum id_kind k, unsigned i, struct user_ns *by, uint32_t line[3]);
__must_check int user_ns_setgroups_write(struct user_ns *u, const char *text, const struct cred *opener);
static inline bool user_ns_may_setgroups(const struct user_ns *u)
{
	return u == &user_ns_initial || (load_relaxed(&u->gid.nr) && !load_relaxed(&u->setgroups_denied));
}
void user_ns_init(void);                        /* bring-up, by ns_setup() */
