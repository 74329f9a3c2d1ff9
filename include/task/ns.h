/*
 * ns.h - namespaces: which set of names, objects and mounts a task sees.
 *
 * A task points to a struct ns_set, shared with its relatives until one of them asks for a namespace of its own. The
 * initial set and the initial namespaces are static and never counted, so that fork shares no line for them.
 * Lifetimes: sets and namespaces are counted; a namespace's end is its type's free().
 */
#pragma once
#include <task/task.h>
#include <linux/sched.h>

enum ns_kind { NS_CGROUP, NS_IPC, NS_MNT, NS_NET, NS_PID, NS_TIME, NS_USER, NS_UTS, NS_KINDS };

struct ns;
struct cred;
struct fs_context;
struct ns_request {                             /* a namespace to be made */
	struct ns *from;                        /* the maker's, of the same kind */
	struct ns *owner;                       /* the user namespace that owns it */
	struct fs_context *fs;                  /* NS_MNT: whose directories move to the copies */
};
struct ns_type {
	const char *name;                       /* as below /proc/PID/ns */
	uint64_t flag;                          /* CLONE_NEW* */
	struct ns *initial;
	uint64_t initial_ino;
	/* NULL: there is the initial one only, or (user) it is not made so. 0 with *out (refs 1), -ENOMEM, -ENOSPC. May sleep. */
	int (*make)(const struct ns_request *r, struct ns **out);
	void (*free)(struct ns *n);             /* last reference; may sleep */
	/* setns(2), beyond rights over the owner: 0, -EINVAL, -EPERM. NULL: 0. c: the credentials that it would act with. */
	int (*may_enter)(struct ns *n, const struct cred *c);
	/* A set with it is now the current task's. NULL: nothing more to do. */
	void (*entered)(struct ns *n);
	struct ns *(*parent)(struct ns *n);     /* borrowed; NULL: kinds without. The parent of the initial one is NULL */
};
struct ns {                                     /* first member of each namespace */
	refcount_t refs;
	const struct ns_type *type;             /* const */
	uint64_t ino;                           /* const: what stat(2) of its file says */
	struct ns *owner;                       /* const, counted: a user namespace; NULL for the initial one of those */
};
struct ns_set {
	refcount_t refs;
	struct ns *of[NS_KINDS];                /* counted; const */
};
extern struct ns_set ns_set_initial;
/* Bring-up, by the room that owns the kind; the initial namespace becomes part of the initial set. */
void ns_register(enum ns_kind k, const struct ns_type *t);

static inline struct ns *ns_current(enum ns_kind k) { return task_current()->ns->of[k]; }
/* A fresh namespace's common part: refs 1, a number of its own. */
void ns_init(struct ns *n, const struct ns_type *t, struct ns *owner);
void ns_get(struct ns *n);
/* Under RCU or a lock that keeps the memory: false when its end has begun. */
static inline bool ns_try_get(struct ns *n) { return n == n->type->initial || refcount_try_get(&n->refs); }
void ns_put(struct ns *n);                      /* may sleep */

static inline void ns_set_get(struct ns_set *s)
{
	if (unlikely(s != &ns_set_initial))
		refcount_get(&s->refs);
}
void ns_set_put_slow(struct ns_set *s);
static inline void ns_set_put(struct ns_set *s)
{
	if (unlikely(s != &ns_set_initial))
		ns_set_put_slow(s);
}
#define NS_FLAGS (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME)
/*
 * A copy of from, counted, with new namespaces for the CLONE_NEW* in flags (none: from itself), owned by c's user
 * namespace. 0, -EPERM, -EINVAL, -ENOSPC, -ENOMEM. May sleep.
 */
__must_check int ns_set_copy(struct ns_set *from, uint64_t flags, const struct cred *c, struct fs_context *fs, struct ns_set **out);
void ns_set_replace(struct ns_set *fresh);      /* becomes the current task's; consumed */
/* As from, but in n for its kind; counted. NULL without memory. */
struct ns_set *ns_set_with(struct ns_set *from, struct ns *n);
/* A namespace of another task, counted, or NULL when it has gone. */
struct ns *ns_of_task(struct task *t, enum ns_kind k);
struct ns *ns_for_children(struct task *t, enum ns_kind k);     /* NS_PID: where its children will be born */
void ns_setup(void);                            /* bring-up, before the first task */
void ns_exit(struct task *t);                   /* current task leaves its set */
