/* namespace.h - mount namespaces, as other rooms see them: part of a task's struct ns_set (NS_MNT). */
#pragma once
#include <fs/dcache.h>
#include <task/ns.h>

struct mnt_ns {
	struct ns ns;
	struct mount *root;                     /* mount_lock; counted by the tree itself */
	struct list mounts;                     /* mount_lock: all of the tree, in order of id */
	bool is_anonymous;                      /* a tree that stands nowhere yet, of fsmount(2) or open_tree(2) */
};
static inline struct mnt_ns *mnt_ns_from(struct ns *n) { return container_of(n, struct mnt_ns, ns); }
static inline struct mnt_ns *mnt_ns_current(void) { return mnt_ns_from(ns_current(NS_MNT)); }
/* May the current task change mounts at all? CAP_SYS_ADMIN over its mount namespace. */
bool mount_may_change(void);
/* Is the current task's root another directory than its namespace's? */
bool fs_is_chrooted(void);
