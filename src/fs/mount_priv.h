/*
 * mount_priv.h - the table of mounts and its trees, shared by mount.c, propagate.c, mnt_ns.c, namespace.c and mount_fd.c.
 *
 * mount_lock guards everything here. mount_unlock() gives up, outside the lock, what was taken off meanwhile, for the end
 * of a mount may be the end of a namespace.
 */
#pragma once
#include <fs/namespace.h>
#include "fs_priv.h"

extern struct mutex mount_lock;
void mount_unlock(void);

/* ---- mount.c: the table ---- */

/* m onto a place; consumes references on both. */
void mount_place_locked(struct mount *m, struct mount *parent, struct dentry *at);
/* m, which stands nowhere, into over's place, with its references on it; over onto m's root. */
void mount_place_below_locked(struct mount *m, struct mount *over);
void mount_detach_locked(struct mount *m);  /* off its mountpoint; no effect on one that stands nowhere */
/* Let a dentry be a mountpoint: -ENOENT when it is no name any more. */
__must_check int mountpoint_mark(struct dentry *at);
void mountpoint_unmark_locked(struct dentry *at);      /* unless something stands on it */
struct mount *mount_find_locked(const struct mount *m, const struct dentry *d);
bool mount_is_below(const struct mount *m, const struct mount *top);
/* The mounts of top's tree, parents before children: top, ..., NULL. */
struct mount *mount_next(struct mount *m, const struct mount *top);
/* The same, past everything below m. */
struct mount *mount_next_beside(struct mount *m, const struct mount *top);
/* Read-only, unless a regular file is open for writing by it: 0 or -EBUSY. */
__must_check int mount_forbid_writing_locked(struct mount *m);
void mount_free_unused(struct mount *m);    /* never attached */

/* Take top and all below, and what of them propagated, away; in use or not. */
void mount_tree_end_locked(struct mount *top, bool propagate);
/*
 * Count m exactly: begin; a grace period, with mount_lock given back; end. Then it is frozen: to be ended, or percpu_ref_thaw().
 * The caller holds it. begin: 0, or -EBUSY when it is seen to be in use. end: true when m was taken away meanwhile: what was the
 * tree's reference is the caller's, and nothing else to be done.
 */
__must_check int mount_count_begin_locked(struct mount *m);
__must_check bool mount_count_end_locked(struct mount *m);
bool mount_is_idle_locked(const struct mount *m, unsigned held);       /* frozen; held: the caller's references and the tree's */
/* Take top, which is frozen, and what of it propagated, away if nobody else holds them: 0 or -EBUSY, frozen still. */
__must_check int mount_end_idle_locked(struct mount *top, unsigned held);

/* ---- mnt_ns.c ---- */

struct mnt_ns *mnt_ns_alloc(struct ns *owner, bool is_anonymous);      /* without mounts; NULL without memory */
/* m, in no namespace's table, into ns's, and the other way; m->ns stays then. */
void mnt_ns_add_locked(struct mnt_ns *ns, struct mount *m);
void mnt_ns_remove_locked(struct mount *m);
void mount_enter_ns_locked(struct mount *top, struct mnt_ns *ns);      /* the whole tree becomes ns's */
struct mount *mount_from_locked(const struct mnt_ns *ns, uint64_t id);         /* the first whose id is not below; or NULL */
struct mount *mount_before_locked(const struct mnt_ns *ns, uint64_t id);       /* the last whose id is below; or NULL */
struct mount *mount_behind_locked(const struct mount *m);      /* the next of its namespace; or NULL */
/* Room for nr more mounts, or -ENOSPC: fs.mount-max. */
__must_check int mnt_ns_has_room_locked(const struct mnt_ns *ns, unsigned nr);
void mnt_ns_tell_change(struct mnt_ns *ns); /* NULL: nobody */
void mnt_ns_init(void);                     /* bring-up */

/* ---- copying (mount_copy.c) ---- */

#define COPY_PRIVATE    1u                  /* copies belong to no group */
#define COPY_SLAVE      2u                  /* ... are slaves of what they are copies of */
#define COPY_SHARED     4u                  /* ... are shared, in groups of their own if need be */
#define COPY_DEMOTE     8u                  /* ... are slaves of what is shared (a namespace of fewer rights) */
#define COPY_UNBINDABLE 16u                 /* take unbindable ones along */
#define COPY_NS_FILES   32u                 /* and files of mount namespaces */
/* A copy of m that shows root; attached nowhere. 0, -ENOMEM. */
__must_check int mount_copy(struct mount *m, struct dentry *root, unsigned how, struct mount **out);
/* With all that stands below root in m's tree. 0, -ENOMEM, -EINVAL, -EPERM. */
__must_check int mount_copy_tree(struct mount *m, struct dentry *root, unsigned how, struct mount **out);
unsigned mount_copy_size(struct mount *top);   /* how many mounts a copy by propagation has */
void mount_drop_tree(struct mount *top);    /* a copy that was never attached */
bool mount_has_locked_children(const struct mount *m, const struct dentry *d);

/* ---- namespace.c: what the old and the new calls share; locked but mount_type_check() ---- */

__must_check int mount_type_check(const struct fs_type *type);         /* may the current task make one? */
/* Take mount_lock, and p on top of what was mounted on it meanwhile: -ENOENT, locked too, when that is nowhere any more. */
__must_check int mount_lock_at(struct path *p);
__must_check int mount_graft(struct mount *m, struct path *at);        /* a new one */
__must_check int mount_move_locked(const struct path *from, const struct path *at, bool beneath);  /* beneath at's mount instead of onto it */
__must_check int mount_bind_check(const struct mount *m, const struct dentry *d, bool recursive);
bool mount_would_reveal(struct mount *fresh, unsigned flags);
bool mount_flags_may_be(const struct mount *m, unsigned flags);

/* ---- propagate.c ---- */

static inline bool mount_is_shared(const struct mount *m) { return m->group; }
void mount_group_make(struct mount *m);     /* a peer group of its own, unless it has one */
void mount_group_join(struct mount *m, struct mount *of);
void mount_set_propagation(struct mount *m, unsigned type);            /* MS_SHARED MS_PRIVATE MS_SLAVE MS_UNBINDABLE */
void mount_group_set(struct mount *m, struct mount *like);       /* m, private so far, is shared, and a slave, as another is */
/* Would something mounted on (from, at) propagate onto all of `to`? */
bool mount_would_cover(const struct mount *from, const struct dentry *at, const struct mount *to);
void mount_make_slave_of(struct mount *m, struct mount *master);
/* Copies of the tree top for every mount that receives what is mounted on (to, at), placed. 0, or -errno with nothing changed. */
__must_check int mount_propagate(struct mount *to, struct dentry *at, struct mount *top, struct list *placed);
struct mount *mount_propagation_next(struct mount *m, const struct mount *origin);
/* Attach the tree top (nowhere yet, or moving) at where, propagating; it becomes where's namespace's. */
void mount_lock_tree(struct mount *top);     /* as of a namespace of more rights: what it covers and its flags stay */
__must_check int mount_attach_tree(struct mount *top, const struct path *where, bool moving);
