/*
 * sysv.c - numbers, keys and permissions of System V objects; the namespace that holds them.
 *
 * A number is a slot and a sequence number, which grows when slots are used again, so that a stale number is not
 * taken for another object. Slots are given out in rising order, and from the start again when the end is reached.
 *   I1  a slot holds one reference of its object; the slot is emptied under ids->lock and the object's lock
 *   I2  object->removed is set exactly then
 * Locks: see sysv_priv.h.   Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/inode.h>
#include <fs/pseudo.h>
#include <lib/string.h>
#include <linux/sched.h>
#include <mm/slab.h>
#include <trace/klog.h>
#include <task/process.h>
#include <task/user_ns.h>
#include "ipc_priv.h"
#include "sysv_priv.h"

#define FIRST_SLOTS 64
#define SEQ_MAX (0x7fffffff >> SLOT_BITS)

struct sysv_slots {
	struct rcu_head rcu;
	unsigned size;
	struct sysv_object *at[];               /* r */
};

struct ipc_ns ipc_ns_initial;

int64_t sysv_now(void) { return time_now().sec; }

/* ---- look-up ---- */

static struct sysv_object *slot_read(struct sysv_ids *ids, unsigned slot)
{
	struct sysv_slots *s = rcu_load(ids->slots);

	return s && slot < s->size ? rcu_load(s->at[slot]) : NULL;
}

int sysv_get_slot(struct ipc_ns *ns, int kind, int slot, struct sysv_object **out)
{
	struct sysv_object *o;

	if (slot < 0)
		return -EINVAL;
	rcu_read_lock();
	o = slot_read(&ns->ids[kind], (unsigned)slot % SLOT_MAX);
	if (o && !refcount_try_get(&o->refs))
		o = NULL;
	rcu_read_unlock();
	if (!o)
		return -EINVAL;
	mutex_lock(&o->lock);
	if (o->removed) {
		sysv_release(o);
		return -EIDRM;
	}
	*out = o;
	return 0;
}

int sysv_get(struct ipc_ns *ns, int kind, int id, struct sysv_object **out)
{
	int err = sysv_get_slot(ns, kind, id, out);

	if (!err && (*out)->id != id) {
		sysv_release(*out);
		err = -EINVAL;
	}
	return err;
}

static struct sysv_object *find_key_locked(struct sysv_ids *ids, int key)
{
	for (int i = 0; i <= ids->highest; i++) {
		struct sysv_object *o = ids->slots->at[i];

		if (o && load_relaxed(&o->key) == key)          /* relaxed: a key goes under ids->lock alone */
			return o;
	}
	return NULL;
}

void sysv_unlock(struct sysv_object *o) { mutex_unlock(&o->lock); }

static void free_rcu(struct rcu_head *head)
{
	struct sysv_object *o = container_of(head, struct sysv_object, rcu);

	o->free(o);
}

void sysv_put(struct sysv_object *o)
{
	if (refcount_put(&o->refs))
		rcu_call(&o->rcu, free_rcu);
}

/* ---- permission ---- */

static bool in_group(const struct cred *c, uint32_t gid)
{
	return gid == c->egid || cred_has_group(c, gid);
}

int sysv_permission(const struct sysv_object *o, int flags)
{
	const struct cred *c = cred_current();
	unsigned want = (unsigned)(flags >> 6 | flags >> 3 | flags) & 7, granted = o->mode;

	if (c->euid == o->cuid || c->euid == o->uid)
		granted >>= 6;
	else if (in_group(c, o->cgid) || in_group(c, o->gid))
		granted >>= 3;
	return (want & ~granted & 7) && !capable_over(ns_current(NS_IPC), CAP_IPC_OWNER) ? -EACCES : 0;
}

/* IPC_SET, IPC_RMID: 0, -EPERM. */
static int may_control(const struct sysv_object *o)
{
	uint32_t euid = cred_current()->euid;

	return euid == o->cuid || euid == o->uid || capable_over(ns_current(NS_IPC), CAP_SYS_ADMIN) ? 0 : -EPERM;
}

void sysv_perm_out(const struct sysv_object *o, struct ipc64_perm *p)
{
	p->key = o->key;
	p->uid = uid_shown(o->uid);
	p->gid = gid_shown(o->gid);
	p->cuid = uid_shown(o->cuid);
	p->cgid = gid_shown(o->cgid);
	p->mode = o->mode;
	p->seq = o->seq;
}

int sysv_perm_set(struct sysv_object *o, const struct ipc64_perm *p)
{
	uint32_t uid = uid_taken(p->uid), gid = gid_taken(p->gid);

	if (uid == ID_NONE || gid == ID_NONE)
		return -EINVAL;
	o->uid = uid;
	o->gid = gid;
	o->mode = (o->mode & ~0777u) | (p->mode & 0777);
	return 0;
}

/* ---- birth and removal ---- */

void sysv_object_init(struct sysv_object *o, const struct sysv_get *g, void (*free)(struct sysv_object *))
{
	const struct cred *c = cred_current();

	o->key = g->key;
	o->mode = (uint32_t)g->flags & 0777;
	o->uid = o->cuid = c->euid;
	o->gid = o->cgid = c->egid;
	o->removed = false;
	o->free = free;
	refcount_set(&o->refs, 1);
	mutex_init(&o->lock, RANK_IPC_OBJECT);
}

static void slots_free_rcu(struct rcu_head *head) { kfree(container_of(head, struct sysv_slots, rcu)); }

/* Room for slot n. 0 or -ENOMEM. */
static int slots_grow_locked(struct sysv_ids *ids, unsigned n)
{
	struct sysv_slots *old = ids->slots, *s;
	unsigned size = old ? old->size : FIRST_SLOTS;

	if (old && n < size)
		return 0;
	while (size <= n)
		size *= 2;
	s = kzalloc(sizeof *s + size * sizeof s->at[0]);
	if (!s)
		return -ENOMEM;
	s->size = size;
	if (old)
		memcpy(s->at, old->at, old->size * sizeof s->at[0]);
	rcu_store(ids->slots, s);                       /* pairs with slot_read() */
	if (old)
		rcu_call(&old->rcu, slots_free_rcu);
	return 0;
}

/* A free slot in [from, to), or -1. */
static int slot_free_in(const struct sysv_ids *ids, int from, int to)
{
	for (int i = from; i < to; i++)
		if (!ids->slots || (unsigned)i >= ids->slots->size || !ids->slots->at[i])
			return i;
	return -1;
}

static void publish_locked(struct sysv_ids *ids, struct sysv_object *o, int slot, uint16_t seq)
{
	o->seq = seq;
	o->id = seq << SLOT_BITS | slot;
	ids->highest = MAX(ids->highest, slot);
	ids->used++;
	rcu_store(ids->slots->at[slot], o);             /* pairs with slot_read(): o is complete */
}

/* As kernel/{shm,sem,msg}_next_id of /proc/sys asks for once: that number, or its sequence and the first free slot behind. */
static int enter_as_locked(struct sysv_ids *ids, struct sysv_object *o, int id)
{
	int slot = slot_free_in(ids, id % SLOT_MAX, SLOT_MAX), err = slot < 0 ? -ENOSPC : slots_grow_locked(ids, (unsigned)slot);

	if (err)
		return err;
	publish_locked(ids, o, slot, (uint16_t)(id >> SLOT_BITS));
	store_relaxed(&ids->next_id, -1);
	return 0;
}

/* Give o a slot and a number. 0, -ENOSPC, -ENOMEM. */
static int enter_locked(struct sysv_ids *ids, struct sysv_object *o, int max)
{
	int wanted = load_relaxed(&ids->next_id), end, slot, err;

	if (ids->used >= (unsigned)max)
		return -ENOSPC;
	if (unlikely(wanted >= 0))
		return enter_as_locked(ids, o, wanted);
	end = MIN(MAX((int)(ids->used * 3 / 2), FIRST_SLOTS), max);
	slot = slot_free_in(ids, ids->last + 1, end);
	if (slot < 0)
		slot = slot_free_in(ids, 0, end);
	if (slot < 0)
		return -ENOSPC;
	err = slots_grow_locked(ids, (unsigned)slot);
	if (err)
		return err;
	if (slot <= ids->last && ++ids->seq >= SEQ_MAX)
		ids->seq = 0;
	ids->last = slot;
	publish_locked(ids, o, slot, ids->seq);
	return 0;
}

void sysv_remove_locked(struct ipc_ns *ns, int kind, struct sysv_object *o)
{
	struct sysv_ids *ids = &ns->ids[kind];
	int slot = o->id % SLOT_MAX;

	store_relaxed(&ids->slots->at[slot], (struct sysv_object *)NULL);       /* relaxed: readers look at `removed` */
	o->removed = true;
	store_relaxed(&o->key, IPC_PRIVATE);
	ids->used--;
	while (ids->highest >= 0 && !ids->slots->at[ids->highest])
		ids->highest--;
	sysv_put(o);                                    /* the caller's is left */
}

static long make_locked(const struct sysv_get *g)
{
	struct sysv_object *o;
	int err = g->make(g, &o);

	return err ? err : o->id;
}

static long find_locked(const struct sysv_get *g, struct sysv_object *o)
{
	long ret;

	mutex_lock(&o->lock);
	ret = g->check ? g->check(o, g->arg) : 0;
	if (!ret)
		ret = sysv_permission(o, g->flags);
	if (!ret)
		ret = o->id;
	mutex_unlock(&o->lock);
	return ret;
}

long sysv_find_or_make(const struct sysv_get *g)
{
	struct sysv_ids *ids = &g->ns->ids[g->kind];
	struct sysv_object *o = NULL;
	long ret;

	mutex_lock(&ids->lock);
	if (g->key != IPC_PRIVATE)
		o = find_key_locked(ids, g->key);
	if (o)
		ret = (g->flags & (IPC_CREAT | IPC_EXCL)) == (IPC_CREAT | IPC_EXCL) ? -EEXIST : find_locked(g, o);
	else if (g->key != IPC_PRIVATE && !(g->flags & IPC_CREAT))
		ret = -ENOENT;
	else
		ret = make_locked(g);
	mutex_unlock(&ids->lock);
	return ret;
}

int sysv_enter(const struct sysv_get *g, struct sysv_object *o) { return enter_locked(&g->ns->ids[g->kind], o, g->max); }

long sysv_stat(int kind, int id, bool by_number, bool any, void (*fill)(struct sysv_object *o, void *out), void *out)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct sysv_object *o;
	long ret = by_number ? sysv_get(ns, kind, id, &o) : sysv_get_slot(ns, kind, id, &o);

	if (ret)
		return ret;
	ret = any ? 0 : sysv_permission(o, S_IRUGO_BITS);
	if (!ret) {
		fill(o, out);
		ret = by_number ? 0 : o->id;
	}
	sysv_release(o);
	return ret;
}

long sysv_change(int kind, int id, long (*change)(struct sysv_object *o, const void *wanted), const void *wanted)
{
	struct sysv_object *o;
	long err = sysv_get(ipc_ns_current(), kind, id, &o);

	if (err)
		return err;
	err = may_control(o);
	if (!err)
		err = change(o, wanted);
	sysv_release(o);
	return err;
}

long sysv_end(int kind, int id, void (*end)(struct ipc_ns *ns, struct sysv_object *o))
{
	struct ipc_ns *ns = ipc_ns_current();
	struct sysv_object *o;
	long err;

	mutex_lock(&ns->ids[kind].lock);
	err = sysv_get(ns, kind, id, &o);
	if (!err) {
		err = may_control(o);
		if (!err)
			end(ns, o);
		sysv_release(o);
	}
	mutex_unlock(&ns->ids[kind].lock);
	return err;
}

int sysv_highest(struct ipc_ns *ns, int kind) { return MAX(load_relaxed(&ns->ids[kind].highest), 0); }

/* ---- /proc/sysvipc ---- */

int sysv_show_each(struct text_buf *b, int kind, void (*show)(struct text_buf *b, struct sysv_object *o))
{
	struct ipc_ns *ns = ipc_ns_current();

	for (int i = 0; i <= load_relaxed(&ns->ids[kind].highest); i++) {
		struct sysv_object *o;

		if (sysv_get_slot(ns, kind, i, &o))
			continue;
		show(b, o);
		sysv_release(o);
	}
	return 0;
}

/* ---- namespaces ---- */

static int ipc_ns_setup(struct ipc_ns *ns)
{
	for (unsigned i = 0; i < SYSV_KINDS; i++) {
		mutex_init(&ns->ids[i].lock, RANK_IPC_IDS);
		ns->ids[i].highest = ns->ids[i].last = ns->ids[i].next_id = -1;
	}
	ns->shm_max = ns->shm_all = ~0ul - (1ul << 24);
	ns->shm_mni = 4096;
	ns->sem_msl = 32000;
	ns->sem_mns = 1024000000;
	ns->sem_opm = 500;
	ns->sem_mni = 32000;
	ns->msg_max = 8192;
	ns->msg_mnb = 16384;
	ns->msg_mni = 32000;
	return mqueue_ns_setup(ns);
}

static void ipc_ns_fini(struct ipc_ns *ns)
{
	static void (*const destroy[SYSV_KINDS])(struct ipc_ns *, struct sysv_object *) = {
		[SYSV_SHM] = shm_destroy_locked, [SYSV_SEM] = sem_destroy_locked, [SYSV_MSG] = msg_destroy_locked,
	};

	mqueue_ns_end(ns);
	for (int kind = 0; kind < SYSV_KINDS; kind++) {
		struct sysv_ids *ids = &ns->ids[kind];

		mutex_lock(&ids->lock);
		while (ids->highest >= 0) {
			struct sysv_object *o = ids->slots->at[ids->highest];

			refcount_get(&o->refs);
			mutex_lock(&o->lock);
			destroy[kind](ns, o);
			sysv_release(o);
		}
		mutex_unlock(&ids->lock);
		if (ids->slots)
			rcu_call(&ids->slots->rcu, slots_free_rcu);
	}
}

static void ipc_ns_free(struct ns *n)
{
	struct ipc_ns *ns = container_of(n, struct ipc_ns, ns);

	ipc_ns_fini(ns);
	kfree(ns);
}

static int ipc_ns_make(const struct ns_request *r, struct ns **out);
static const struct ns_type ipc_ns_type = {
	.name = "ipc", .flag = CLONE_NEWIPC, .initial = &ipc_ns_initial.ns, .initial_ino = 0xefffffff, .make = ipc_ns_make, .free = ipc_ns_free,
};

static int ipc_ns_make(const struct ns_request *r, struct ns **out)
{
	struct ipc_ns *ns = kzalloc(sizeof *ns);
	int err;

	if (!ns)
		return -ENOMEM;
	err = ipc_ns_setup(ns);
	if (err) {
		kfree(ns);
		return err;
	}
	ns_init(&ns->ns, &ipc_ns_type, r->owner);
	*out = &ns->ns;
	return 0;
}

void sysv_init(void)
{
	mqueue_init();
	if (ipc_ns_setup(&ipc_ns_initial))
		panic("ipc: no memory");
	ns_register(NS_IPC, &ipc_ns_type);
}
