/*
 * sysv_priv.h - what the three kinds of System V objects share.
 *
 * An object is found by number under RCU, counted, and then locked by its own mutex, under which `removed` says
 * whether it still is one. Keys are searched under ids->lock.
 * Lifetime: counted (one by its slot until removal), RCU-freed.   Lock order: ids->lock, object->lock.
 */
#pragma once
#include <ipc/sysv.h>
#include <task/cred.h>
#include <linux/ipc.h>
#include <linux/stat.h>

/* Keys: c const, l lock, r RCU. */
struct sysv_object {
	int id;                                 /* c: seq << SLOT_BITS | slot */
	int key;                                /* l: IPC_PRIVATE once it was removed */
	uint16_t seq;                           /* c */
	uint32_t uid, gid, cuid, cgid, mode;    /* l */
	bool removed;                           /* l */
	refcount_t refs;
	struct mutex lock;
	void (*free)(struct sysv_object *o);    /* c: after a grace period, may not sleep */
	struct rcu_head rcu;
};
/* rwx for all three, as sysv_permission() takes them. */
#define S_IRUGO_BITS 0444
#define S_IWUGO_BITS 0222
#define S_IXUGO_BITS 0111
#define SLOT_BITS 15
#define SLOT_MAX (1 << SLOT_BITS)

/*
 * shmget, semget, msgget. find_or_make: the id, or -errno. check (may be NULL): of one that is found, as to the size asked for;
 * make (ids->lock held): build an object and sysv_enter() it; 0 or -errno.
 */
struct sysv_get {
	struct ipc_ns *ns;
	int kind, key, flags, max;
	int (*check)(struct sysv_object *o, uint64_t arg);
	int (*make)(const struct sysv_get *g, struct sysv_object **out);
	uint64_t arg;
};
long sysv_find_or_make(const struct sysv_get *g);
/* Give o its number and publish it. 0, -ENOSPC, -ENOMEM: then o is still the caller's. */
__must_check int sysv_enter(const struct sysv_get *g, struct sysv_object *o);
void sysv_object_init(struct sysv_object *o, const struct sysv_get *g, void (*free)(struct sysv_object *));

/* Counted and locked; -EINVAL: none of this number; -EIDRM: removed meanwhile. */
__must_check int sysv_get(struct ipc_ns *ns, int kind, int id, struct sysv_object **out);
/* The same by slot, whatever the sequence number (the _STAT commands). */
__must_check int sysv_get_slot(struct ipc_ns *ns, int kind, int slot, struct sysv_object **out);
void sysv_unlock(struct sysv_object *o);        /* unlocks only */
void sysv_put(struct sysv_object *o);
static inline void sysv_release(struct sysv_object *o) { sysv_unlock(o); sysv_put(o); }
/* Take o out of its slot, under ids->lock and o->lock; drops the slot's reference. */
void sysv_remove_locked(struct ipc_ns *ns, int kind, struct sysv_object *o);

int sysv_permission(const struct sysv_object *o, int flags);            /* 0, -EACCES; bits as in a mode, any of the three places */
void sysv_perm_out(const struct sysv_object *o, struct ipc64_perm *p);
int sysv_perm_set(struct sysv_object *o, const struct ipc64_perm *p);   /* IPC_SET: 0, -EINVAL */
/*
 * The _STAT commands: have fill() tell of an object, locked, found by number or by slot; `any` looks at no rights.
 * 0 by number, its number by slot, -EINVAL, -EIDRM, -EACCES.
 */
long sysv_stat(int kind, int id, bool by_number, bool any, void (*fill)(struct sysv_object *o, void *out), void *out);
/* IPC_SET: change() the object, locked, by who may. 0, -EINVAL, -EIDRM, -EPERM, or what change() returns. */
long sysv_change(int kind, int id, long (*change)(struct sysv_object *o, const void *wanted), const void *wanted);
/* IPC_RMID: end() it, by who may; ids->lock and o->lock held. 0, -EINVAL, -EIDRM, -EPERM. */
long sysv_end(int kind, int id, void (*end)(struct ipc_ns *ns, struct sysv_object *o));
int sysv_highest(struct ipc_ns *ns, int kind);                          /* 0 when there is none, as the _INFO commands say it */

/* For /proc/sysvipc: each object in order of slots, locked. */
struct text_buf;
int sysv_show_each(struct text_buf *b, int kind, void (*show)(struct text_buf *b, struct sysv_object *o));
int64_t sysv_now(void);                         /* seconds since 1970 */

/* What a namespace's end does to one that is left. ids->lock and o->lock held. */
void shm_destroy_locked(struct ipc_ns *ns, struct sysv_object *o);
void sem_destroy_locked(struct ipc_ns *ns, struct sysv_object *o);
void msg_destroy_locked(struct ipc_ns *ns, struct sysv_object *o);
