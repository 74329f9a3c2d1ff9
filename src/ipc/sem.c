/*
 * sem.c - System V semaphores: sets, semget(2) and semctl(2). Operations: sem_op.c.
 *
 * Everything about a set is guarded by its object's lock.   Context: task, may sleep.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/pseudo.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/process.h>
#include "sem_priv.h"

#define SEM_VALUE_MAX 32767                     /* SEMVMX of <linux/sem.h> */

static void sem_free(struct sysv_object *o) { kfree(set_of(o)); }

void sem_destroy_locked(struct ipc_ns *ns, struct sysv_object *o)
{
	struct sem_set *s = set_of(o);

	sysv_remove_locked(ns, SYSV_SEM, o);
	ns->sem_used -= s->n;
	sem_wake_removed_locked(s);
}

/* ---- semget ---- */

static int sem_make(const struct sysv_get *g, struct sysv_object **out)
{
	struct ipc_ns *ns = g->ns;
	int n = (int)g->arg, err;
	struct sem_set *s;

	if (!n)
		return -EINVAL;
	if (ns->sem_used + n > ns->sem_mns)
		return -ENOSPC;
	s = kzalloc(sizeof *s + (size_t)n * sizeof s->sems[0]);
	if (!s)
		return -ENOMEM;
	sysv_object_init(&s->o, g, sem_free);
	s->n = n;
	s->ctime = sysv_now();
	list_init(&s->waiters);
	list_init(&s->undos);
	err = sysv_enter(g, &s->o);
	if (err) {
		kfree(s);
		return err;
	}
	ns->sem_used += n;
	*out = &s->o;
	return 0;
}

static int sem_check(struct sysv_object *o, uint64_t n) { return (int)n > set_of(o)->n ? -EINVAL : 0; }

long sem_get(int key, int n, int flags)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct sysv_get g = { .ns = ns, .kind = SYSV_SEM, .key = key, .flags = flags, .max = ns->sem_mni,
			      .check = sem_check, .make = sem_make, .arg = (uint64_t)n };

	if (n < 0 || n > ns->sem_msl)
		return -EINVAL;
	return sysv_find_or_make(&g);
}

/* ---- semctl: what is told ---- */

static void stat_fill(struct sysv_object *o, void *out)
{
	const struct sem_set *s = set_of(o);
	struct semid64_ds *d = out;

	memset(d, 0, sizeof *d);
	sysv_perm_out(&s->o, &d->sem_perm);
	d->sem_otime = s->otime;
	d->sem_ctime = s->ctime;
	d->sem_nsems = (unsigned long)s->n;
}

static long stat_call(int id, int cmd, uaddr_t buf)
{
	struct semid64_ds d;
	long ret = sysv_stat(SYSV_SEM, id, cmd == IPC_STAT, cmd == SEM_STAT_ANY, stat_fill, &d);

	return ret >= 0 && user_write(buf, &d) ? -EFAULT : ret;
}

static long info_call(int cmd, uaddr_t buf)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct seminfo i = { .semmni = ns->sem_mni, .semmns = ns->sem_mns, .semmsl = ns->sem_msl, .semopm = ns->sem_opm,
			     .semvmx = SEM_VALUE_MAX, .semmnu = SEMMNU, .semmap = SEMMAP, .semume = SEMUME };

	i.semusz = cmd == SEM_INFO ? (int)load_relaxed(&ns->ids[SYSV_SEM].used) : SEMUSZ;
	i.semaem = cmd == SEM_INFO ? load_relaxed(&ns->sem_used) : SEMAEM;
	return user_write(buf, &i) ? -EFAULT : sysv_highest(ns, SYSV_SEM);
}

/* Waiters whose blocking operation is on semaphore i: for zero, or for more. */
static int waiters_count(const struct sem_set *s, int i, bool for_zero)
{
	const struct sem_waiter *w;
	int n = 0;

	list_for_each(w, &s->waiters, node)
		n += w->ops[w->blocking].sem_num == i && !w->ops[w->blocking].sem_op == for_zero;
	return n;
}

static long value_read_locked(const struct sem_set *s, int i, int cmd)
{
	switch (cmd) {
	case GETVAL:
		return s->sems[i].value;
	case GETPID:
		return s->sems[i].pid;
	default:
		return waiters_count(s, i, cmd == GETZCNT);
	}
}

static long value_get(int id, int i, int cmd)
{
	struct sysv_object *o;
	long ret = sysv_get(ipc_ns_current(), SYSV_SEM, id, &o);

	if (ret)
		return ret;
	ret = sysv_permission(o, S_IRUGO_BITS);
	if (!ret)
		ret = i < 0 || i >= set_of(o)->n ? -EINVAL : value_read_locked(set_of(o), i, cmd);
	sysv_release(o);
	return ret;
}

/* ---- semctl: what is changed ---- */

/* Values were set by hand: nothing is owed for semaphore i (-1: for any) any more. */
static void forget_undo_locked(struct sem_set *s, int i)
{
	struct sem_undo *u;

	list_for_each(u, &s->undos, set_node)
		for (int k = i < 0 ? 0 : i; k < (i < 0 ? s->n : i + 1); k++)
			u->adjust[k] = 0;
}

static long value_set(int id, int i, int value)
{
	struct sysv_object *o;
	struct sem_set *s;
	long err;

	if (value < 0 || value > SEM_VALUE_MAX)
		return -ERANGE;
	err = sysv_get(ipc_ns_current(), SYSV_SEM, id, &o);
	if (err)
		return err;
	s = set_of(o);
	if (i < 0 || i >= s->n)
		err = -EINVAL;
	else
		err = sysv_permission(o, S_IWUGO_BITS);
	if (!err) {
		forget_undo_locked(s, i);
		s->sems[i] = (struct sem){ value, process_current()->tgid };
		s->ctime = sysv_now();
		sem_wake_locked(s);
	}
	sysv_release(o);
	return err;
}

static long set_values_locked(struct sem_set *s, const uint16_t *values)
{
	for (int i = 0; i < s->n; i++)
		if (values[i] > SEM_VALUE_MAX)
			return -ERANGE;
	for (int i = 0; i < s->n; i++)
		s->sems[i] = (struct sem){ values[i], process_current()->tgid };
	forget_undo_locked(s, -1);
	s->ctime = sysv_now();
	sem_wake_locked(s);
	return 0;
}

static long values_call(int id, int cmd, uaddr_t array)
{
	struct sysv_object *o;
	uint16_t *values;
	size_t size;
	long err = sysv_get(ipc_ns_current(), SYSV_SEM, id, &o);

	if (err)
		return err;
	err = sysv_permission(o, cmd == GETALL ? S_IRUGO_BITS : S_IWUGO_BITS);
	sysv_unlock(o);
	if (err)
		goto put;
	size = (size_t)set_of(o)->n * sizeof *values;
	values = kmalloc(size, 0);
	err = !values ? -ENOMEM : cmd == SETALL && user_copy_in(values, array, size) ? -EFAULT : 0;
	if (err)
		goto free;
	mutex_lock(&o->lock);
	if (o->removed)
		err = -EIDRM;
	else if (cmd == SETALL)
		err = set_values_locked(set_of(o), values);
	else
		for (int i = 0; i < set_of(o)->n; i++)
			values[i] = (uint16_t)set_of(o)->sems[i].value;
	mutex_unlock(&o->lock);
	if (!err && cmd == GETALL && user_copy_out(array, values, size))
		err = -EFAULT;
free:
	kfree(values);
put:
	sysv_put(o);
	return err;
}

static long set_locked(struct sysv_object *o, const void *wanted)
{
	const struct semid64_ds *d = wanted;
	long err = sysv_perm_set(o, &d->sem_perm);

	if (!err)
		set_of(o)->ctime = sysv_now();
	return err;
}

static long set_call(int id, uaddr_t buf)
{
	struct semid64_ds d;

	return user_read(&d, buf) ? -EFAULT : sysv_change(SYSV_SEM, id, set_locked, &d);
}

long sem_control(int id, int index, int cmd, uint64_t arg)
{
	if (id < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_INFO:
	case SEM_INFO:
		return info_call(cmd, UADDR(arg));
	case IPC_STAT:
	case SEM_STAT:
	case SEM_STAT_ANY:
		return stat_call(id, cmd, UADDR(arg));
	case GETVAL:
	case GETPID:
	case GETNCNT:
	case GETZCNT:
		return value_get(id, index, cmd);
	case GETALL:
	case SETALL:
		return values_call(id, cmd, UADDR(arg));
	case SETVAL:
		return value_set(id, index, (int)arg);
	case IPC_SET:
		return set_call(id, UADDR(arg));
	case IPC_RMID:
		return sysv_end(SYSV_SEM, id, sem_destroy_locked);
	default:
		return -EINVAL;
	}
}

/* ---- /proc/sysvipc/sem ---- */

static void show_one(struct text_buf *b, struct sysv_object *o)
{
	const struct sem_set *s = set_of(o);

	text_printf(b, "%10d %10d  %4o %10u %5u %5u %5u %5u %10lu %10lu\n", o->key, o->id, o->mode, (unsigned)s->n, o->uid, o->gid,
		    o->cuid, o->cgid, (unsigned long)s->otime, (unsigned long)s->ctime);
}

int sem_show(struct text_buf *b, void *arg)
{
	text_printf(b, "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n");
	return sysv_show_each(b, SYSV_SEM, show_one);
}
