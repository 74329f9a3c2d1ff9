/*
 * mount_stat.h - mounts by number: what statmount(2) and listmount(2) tell.
 */
#pragma once
#include <fs/namespace.h>
#include <fs/pseudo.h>

/* The number of a mount that is never used again, as statx(2) tells it. */
#define MOUNT_UNIQUE_BASE (1ull << 32)
static inline uint64_t mount_unique_id(const struct mount *m) { return MOUNT_UNIQUE_BASE + m->id; }

/* Linux's STATMOUNT_*, of later headers. */
#define MOUNT_STAT_SUPER   1u
#define MOUNT_STAT_BASIC   2u
#define MOUNT_STAT_FROM    4u
#define MOUNT_STAT_ROOT    8u
#define MOUNT_STAT_POINT   16u
#define MOUNT_STAT_FS_TYPE 32u
#define MOUNT_STAT_NS      64u
#define MOUNT_STAT_OPTIONS 128u
#define MOUNT_STAT_STRINGS (MOUNT_STAT_ROOT | MOUNT_STAT_POINT | MOUNT_STAT_FS_TYPE | MOUNT_STAT_OPTIONS)
#define MOUNT_STAT_ALL (MOUNT_STAT_STRINGS | MOUNT_STAT_SUPER | MOUNT_STAT_BASIC | MOUNT_STAT_FROM | MOUNT_STAT_NS)
#define MOUNT_ID_ROOT (~0ull)               /* of listmount(2): below the task's root, or what stands for it in another namespace */

struct mount_stat {
	uint64_t mask;                          /* MOUNT_STAT_*: asked for, then told */
	dev_num_t dev;
	uint64_t magic;
	uint32_t super_flags;
	uint64_t id, parent_id;
	uint32_t old_id, old_parent_id;
	uint64_t attr, propagation, peer_group, master, propagate_from, ns_id;
	uint32_t fs_type, root, point, options; /* offsets in text */
	struct text_buf text;                   /* of zero-terminated strings; the caller's to end */
};
/* The mount of that number in a namespace; room: bytes for strings. 0, -ENOENT, -EPERM, -EOVERFLOW, -ENOMEM. May sleep. */
__must_check int mount_stat(struct mnt_ns *ns, uint64_t id, size_t room, struct mount_stat *st);
/*
 * Numbers of the mounts of a namespace below the mount `parent` (MOUNT_ID_ROOT: and the root itself), in order or in
 * reverse, those behind `after` unless it is 0. How many, -ENOENT, -EPERM. May sleep.
 */
__must_check long mount_list(struct mnt_ns *ns, uint64_t parent, uint64_t after, uint64_t *ids, size_t nr, bool reverse);
