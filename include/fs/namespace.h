/* namespace.h - mount namespaces, as other rooms see them: part of a task's struct ns_set (NS_MNT). */
#pragma once
#include <fs/dcache.h>
#include <fs/poll.h>
#include <task/ns.h>

struct mnt_ns {
	struct ns ns;
	struct mount *root;                     /* mount_lock; counted by the tree itself */
	struct rbtree mounts;                   /* mount_lock: all of the tree, by id */
	unsigned nr_mounts;                     /* mount_lock to write: how many those are */
	unsigned nr_coming;                     /* mount_lock: copies that propagate to it just now */
	uint64_t id;                            /* const, ascending: what statmount(2) and ioctl_nsfs(2) call it; 0: anonymous */
	struct rbnode by_id;                    /* mount_lock: of all but the anonymous ones */
	struct pollable changed;                /* told of each mount and umount, after it: /proc/PID/mounts can be polled */
	atomic_uint changes;
	struct list dying_node;                 /* mnt_ns.c: without members */
	bool is_anonymous;                      /* a tree that stands nowhere yet, of fsmount(2) or open_tree(2) */
};
extern int mount_max;                           /* fs.mount-max: how many mounts a namespace may have */
static inline struct mnt_ns *mnt_ns_from(struct ns *n) { return container_of(n, struct mnt_ns, ns); }
static inline struct mnt_ns *mnt_ns_current(void) { return mnt_ns_from(ns_current(NS_MNT)); }
/*
 * Call fn for mounts of the namespace in order of id, from the first on whose id is not below `from`, until it returns
 * something else than 0: that is returned. Holds mount_lock.
 */
int mounts_for_each(struct mnt_ns *ns, unsigned from, int (*fn)(struct mount *m, void *arg), void *arg);
/* The namespace of that id, counted, or NULL. May sleep. */
struct mnt_ns *mnt_ns_lookup(uint64_t id);
/* The next one by id, or the one before, that the current task may administer; counted, or NULL. May sleep. */
struct mnt_ns *mnt_ns_beside(const struct mnt_ns *ns, bool before);
/* May the current task change mounts at all? CAP_SYS_ADMIN over its mount namespace. */
bool mount_may_change(void);
/* Is the current task's root another directory than its namespace's? */
bool fs_is_chrooted(void);
