/*
 * sched.c - policy, priority, affinity: sched_*, getcpu.
 *
 * Linux's numbers become sched's classes here; SCHED_DEADLINE does not exist (EINVAL).
 * Locks: none here; a thread is held by reference.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <ipc/futex.h>
#include <lib/bitmap.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <sched/sched.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/pid_ns.h>
#include <task/process.h>
#include <task/user_ns.h>
#include <time/clock.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <linux/time_types.h>

SYSCALL(sched_yield, void)
{
	sched_yield_now();
	return 0;
}

SYSCALL(getcpu, uaddr_t cpu, uaddr_t node, uaddr_t unused)
{
	unsigned here = cpu_id(), zero = 0;

	if (!uaddr_is_null(cpu) && user_write(cpu, &here))
		return -EFAULT;
	if (!uaddr_is_null(node) && user_write(node, &zero))
		return -EFAULT;
	return 0;
}

/* ---- who may change whom ---- */

/* Thread pid, counted; 0 means the caller. */
static struct task *target_get(int pid, int *err)
{
	struct task *t;

	*err = pid < 0 ? -EINVAL : -ESRCH;
	if (pid < 0)
		return NULL;
	if (pid)
		return task_lookup(pid);
	t = task_current();
	task_get(t);
	return t;
}

static bool is_owner(struct task *t)
{
	const struct cred *mine = cred_current(), *theirs = task_cred_get(t);
	bool same = mine->euid == theirs->euid || mine->euid == theirs->uid;

	cred_put(theirs);
	return same;
}

/* ---- policies ---- */

static int class_of_policy(unsigned policy)
{
	switch (policy) {
	case SCHED_NORMAL:
		return SCHED_CLASS_FAIR;
	case SCHED_FIFO:
		return SCHED_CLASS_FIFO;
	case SCHED_RR:
		return SCHED_CLASS_RR;
	case SCHED_BATCH:
		return SCHED_CLASS_BATCH;
	case SCHED_IDLE:
		return SCHED_CLASS_IDLE;
	default:
		return -EINVAL;
	}
}

static unsigned policy_of(const struct thread *t)
{
	static const uint8_t policy[] = {
		[SCHED_CLASS_FAIR] = SCHED_NORMAL, [SCHED_CLASS_BATCH] = SCHED_BATCH, [SCHED_CLASS_IDLE] = SCHED_IDLE,
		[SCHED_CLASS_FIFO] = SCHED_FIFO, [SCHED_CLASS_RR] = SCHED_RR,
	};

	return policy[t->se.own_policy];
}

struct change { int class, rt_prio, nice; bool reset_on_fork, set_nice; };

static bool change_is_privileged(struct task *t, const struct change *c)
{
	const struct sched_entity *se = &t->thread.se;
	uint64_t limit = t->process->rlim[RLIMIT_RTPRIO].rlim_cur;

	if (c->set_nice && c->nice < se->nice && (uint64_t)(20 - c->nice) > t->process->rlim[RLIMIT_NICE].rlim_cur)
		return true;
	if (sched_policy_is_rt((unsigned)c->class) &&
	    ((c->class != se->own_policy && !limit) || (c->rt_prio > se->own_rt_prio && (uint64_t)c->rt_prio > limit)))
		return true;
	if (se->own_policy == SCHED_CLASS_IDLE && c->class != SCHED_CLASS_IDLE &&
	    (uint64_t)(20 - se->nice) > t->process->rlim[RLIMIT_NICE].rlim_cur)
		return true;
	return !is_owner(t) || (se->reset_on_fork && !c->reset_on_fork);
}

static int change_apply(struct task *t, const struct change *c)
{
	int err;

	if (sched_policy_is_rt((unsigned)c->class) ? c->rt_prio < 1 || c->rt_prio > 99 : c->rt_prio != 0)
		return -EINVAL;
	if (change_is_privileged(t, c) && !capable(CAP_SYS_NICE))
		return -EPERM;
	err = sched_set_policy(&t->thread, (enum sched_policy)c->class, c->rt_prio);
	if (err)
		return err;
	futex_pi_adjust(t);
	if (c->set_nice)
		sched_set_nice(&t->thread, c->nice);
	t->thread.se.reset_on_fork = c->reset_on_fork;
	return 0;
}

/* policy -1: keep the present one. */
static long set_scheduler(int pid, int policy, uaddr_t param)
{
	struct sched_param p;
	struct change c = { 0 };
	struct task *t;
	int err;

	if (pid < 0 || uaddr_is_null(param))
		return -EINVAL;
	if (user_read(&p, param))
		return -EFAULT;
	t = target_get(pid, &err);
	if (!t)
		return err;
	if (policy < 0) {
		c.class = t->thread.se.own_policy;
		c.reset_on_fork = t->thread.se.reset_on_fork;
	} else {
		c.class = class_of_policy((unsigned)policy & ~SCHED_RESET_ON_FORK);
		c.reset_on_fork = policy & SCHED_RESET_ON_FORK;
	}
	c.rt_prio = p.sched_priority;
	err = c.class < 0 ? c.class : change_apply(t, &c);
	task_put(t);
	return err;
}

SYSCALL(sched_setscheduler, int pid, int policy, uaddr_t param)
{
	return policy < 0 ? -EINVAL : set_scheduler(pid, policy, param);
}

SYSCALL(sched_setparam, int pid, uaddr_t param) { return set_scheduler(pid, -1, param); }

SYSCALL(sched_getscheduler, int pid)
{
	struct task *t;
	long ret;
	int err;

	t = target_get(pid, &err);
	if (!t)
		return err;
	ret = (long)policy_of(&t->thread) | (t->thread.se.reset_on_fork ? SCHED_RESET_ON_FORK : 0);
	task_put(t);
	return ret;
}

SYSCALL(sched_getparam, int pid, uaddr_t param)
{
	struct sched_param p;
	struct task *t;
	int err;

	if (uaddr_is_null(param))
		return -EINVAL;
	t = target_get(pid, &err);
	if (!t)
		return err;
	p.sched_priority = t->thread.se.own_rt_prio;
	task_put(t);
	return user_write(param, &p);
}

/* Of Linux 6.12: a class that a loaded program makes. It has bounds even where there is none. */
#define SCHED_EXT_ 7

static long priority_bound(int policy, int of_rt)
{
	switch (policy) {
	case SCHED_FIFO:
	case SCHED_RR:
		return of_rt;
	case SCHED_NORMAL:
	case SCHED_BATCH:
	case SCHED_IDLE:
	case SCHED_DEADLINE:
	case SCHED_EXT_:
		return 0;
	default:
		return -EINVAL;
	}
}

SYSCALL(sched_get_priority_max, int policy) { return priority_bound(policy, 99); }
SYSCALL(sched_get_priority_min, int policy) { return priority_bound(policy, 1); }

SYSCALL(sched_rr_get_interval, int pid, uaddr_t to)
{
	struct __kernel_timespec ts;
	struct task *t;
	uint64_t ns;
	int err;

	t = target_get(pid, &err);
	if (!t)
		return err;
	ns = sched_slice_ns(&t->thread);
	task_put(t);
	ts = (struct __kernel_timespec){ .tv_sec = (long long)(ns / NSEC_PER_SEC), .tv_nsec = (long long)(ns % NSEC_PER_SEC) };
	return user_write(to, &ts);
}

/* ---- sched_attr ---- */

/* The caller's struct may be older (shorter: the rest is 0) or newer (longer: the rest must be 0). */
static int attr_copy_in(struct sched_attr *a, uaddr_t from)
{
	static const uint32_t known = sizeof(*a);
	uint32_t size;
	uint8_t byte;

	if (user_read(&size, from))
		return -EFAULT;
	if (!size)
		size = SCHED_ATTR_SIZE_VER0;
	if (size < SCHED_ATTR_SIZE_VER0 || size > PAGE_SIZE)
		goto too_big;
	memset(a, 0, sizeof(*a));
	if (user_copy_in(a, from, MIN(size, known)))
		return -EFAULT;
	for (uint32_t i = known; i < size; i++) {
		if (user_read(&byte, uaddr_add(from, i)))
			return -EFAULT;
		if (byte)
			goto too_big;
	}
	return 0;
too_big:
	return user_write(from, &known) ? -EFAULT : -E2BIG;
}

#define ATTR_FLAGS_SUPPORTED (SCHED_FLAG_RESET_ON_FORK | SCHED_FLAG_KEEP_POLICY | SCHED_FLAG_KEEP_PARAMS)

SYSCALL(sched_setattr, int pid, uaddr_t uattr, unsigned flags)
{
	struct sched_attr a;
	struct change c = { 0 };
	struct task *t;
	int err;

	if (uaddr_is_null(uattr) || pid < 0 || flags)
		return -EINVAL;
	err = attr_copy_in(&a, uattr);
	if (err)
		return err;
	if ((int)a.sched_policy < 0)
		return -EINVAL;
	if (a.sched_flags & ~(uint64_t)SCHED_FLAG_ALL)
		return -EINVAL;
	if (a.sched_flags & ~(uint64_t)ATTR_FLAGS_SUPPORTED)
		return -EOPNOTSUPP;             /* utilisation clamps, as a kernel without them */
	t = target_get(pid, &err);
	if (!t)
		return err;
	c.class = a.sched_flags & SCHED_FLAG_KEEP_POLICY ? t->thread.se.own_policy : class_of_policy(a.sched_policy);
	c.reset_on_fork = a.sched_flags & SCHED_FLAG_RESET_ON_FORK;
	if (a.sched_flags & SCHED_FLAG_KEEP_PARAMS) {
		c.rt_prio = t->thread.se.own_rt_prio;
	} else {
		c.rt_prio = a.sched_priority > 99 ? -1 : (int)a.sched_priority;
		c.nice = a.sched_nice < -20 ? -20 : a.sched_nice > 19 ? 19 : a.sched_nice;
		c.set_nice = c.class == SCHED_CLASS_FAIR || c.class == SCHED_CLASS_BATCH;
	}
	err = c.class < 0 ? c.class : change_apply(t, &c);
	task_put(t);
	return err;
}

SYSCALL(sched_getattr, int pid, uaddr_t uattr, unsigned size, unsigned flags)
{
	struct sched_attr a = { 0 };
	struct task *t;
	int err;

	if (uaddr_is_null(uattr) || pid < 0 || size > PAGE_SIZE || size < SCHED_ATTR_SIZE_VER0 || flags)
		return -EINVAL;
	t = target_get(pid, &err);
	if (!t)
		return err;
	a.sched_policy = policy_of(&t->thread);
	a.sched_flags = t->thread.se.reset_on_fork ? SCHED_FLAG_RESET_ON_FORK : 0;
	a.sched_priority = t->thread.se.own_rt_prio;
	if (!sched_policy_is_rt(t->thread.se.own_policy)) {
		a.sched_nice = t->thread.se.nice;
		a.sched_runtime = sched_slice_ns(&t->thread);
	}
	task_put(t);
	a.size = MIN(size, (unsigned)sizeof(a));
	if (size > sizeof(a) && user_zero(uaddr_add(uattr, sizeof(a)), size - sizeof(a)))
		return -EFAULT;
	return user_copy_out(uattr, &a, a.size);
}

/* ---- affinity ---- */

SYSCALL(sched_setaffinity, int pid, unsigned len, uaddr_t umask)
{
	size_t size = BITMAP_LONGS(nr_cpus) * sizeof(long);
	unsigned long *mask = kzalloc(size);
	struct task *t;
	int err;

	if (!mask)
		return -ENOMEM;
	err = user_copy_in(mask, umask, MIN((size_t)len, size));
	if (err)
		goto free_mask;
	t = target_get(pid, &err);
	if (pid < 0)
		err = -ESRCH;
	if (!t)
		goto free_mask;
	if (!is_owner(t) && !capable(CAP_SYS_NICE))
		err = -EPERM;
	else
		err = sched_set_affinity(&t->thread, mask);
	task_put(t);
free_mask:
	kfree(mask);
	return err;
}

SYSCALL(sched_getaffinity, int pid, unsigned len, uaddr_t umask)
{
	size_t size = BITMAP_LONGS(nr_cpus) * sizeof(long);
	unsigned long *mask;
	struct task *t;
	long ret;
	int err;

	if ((uint64_t)len * 8 < nr_cpus || len % sizeof(long))
		return -EINVAL;
	mask = kzalloc(size);
	if (!mask)
		return -ENOMEM;
	t = target_get(pid, &err);
	if (!t) {
		ret = -ESRCH;
		goto free_mask;
	}
	sched_get_affinity(&t->thread, mask);
	task_put(t);
	size = MIN((size_t)len, size);
	ret = user_copy_out(umask, mask, size) ? -EFAULT : (long)size;
free_mask:
	kfree(mask);
	return ret;
}
