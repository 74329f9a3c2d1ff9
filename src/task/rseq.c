/*
 * rseq.c - restartable sequences.
 *
 * The scheduler marks a registered thread when it preempts it, or finds that it runs on another CPU than
 * its area says (thread.rseq_*, WORK_NOTIFY); a signal counts as well. Nothing else costs anything: a
 * thread that was not marked goes to user mode as ever. On the way out the marked one looks at its
 * area: inside a sequence it goes on at the abort address. Whatever is wrong with the area is SIGSEGV.
 * mm_cid: 0 while the memory has one user, else the CPU's number: no two running threads share one.
 * Context: task, may fault; nothing is locked.
 */
#include <task/rseq.h>
#include <arch/usercopy.h>
#include <arch/frame.h>
#include <base/err.h>
#include <mm/space.h>
#include <sched/sched.h>
#include <task/signal.h>
#include <linux/rseq.h>

#define AREA_ORIGINAL 32u                   /* the first version's size, and all versions' alignment */
#define AREA_END      28u                   /* of what we know: up to mm_cid */

/* Linux 6.12's area; the header may be older. */
struct rseq_area {
	uint32_t cpu_id_start, cpu_id;
	uint64_t cs;                            /* of a struct rseq_cs, or 0 */
	uint32_t flags;
	uint32_t node_id, mm_cid;
};
static_assert(offsetof(struct rseq_area, mm_cid) + sizeof(uint32_t) == AREA_END, "what AT_RSEQ_FEATURE_SIZE says");

static uaddr_t field(const struct task *t, size_t offset) { return UADDR(t->rseq.v + offset); }

/* ---- the numbers ---- */

static int numbers_write(const struct task *t, uint32_t start, uint32_t cpu, uint32_t mm_cid)
{
	uint32_t cpus[2] = { start, cpu }, ids[2] = { 0, mm_cid };

	if (user_copy_out(field(t, offsetof(struct rseq_area, cpu_id_start)), cpus, sizeof cpus))
		return -EFAULT;
	return user_copy_out(field(t, offsetof(struct rseq_area, node_id)), ids, sizeof ids);
}

/* Stores may fault, sleep and move us: then the scheduler marks us again, and we come back. */
static int numbers_update(struct task *t)
{
	unsigned cpu = cpu_id();

	t->thread.rseq_cpu_plus_1 = cpu + 1;
	if (unlikely(cpu != cpu_id()))
		thread_set_work(&t->thread, WORK_NOTIFY);
	return numbers_write(t, cpu, cpu, load_relaxed(&t->space->users) > 1 ? cpu : 0);
}

/* ---- the sequence ---- */

static int sequence_check(const struct task *t, const struct rseq_cs *cs)
{
	uint64_t end = cs->start_ip + cs->post_commit_offset;
	uint32_t sig;

	if (cs->start_ip >= USER_END || end >= USER_END || end < cs->start_ip || cs->abort_ip >= USER_END || cs->version > 0)
		return -EINVAL;
	if (cs->abort_ip - cs->start_ip < cs->post_commit_offset)
		return -EINVAL;                 /* it would be aborted for ever */
	if (user_read(&sig, UADDR(cs->abort_ip - sizeof sig)))
		return -EFAULT;
	return sig == t->rseq_sig ? 0 : -EINVAL;
}

/* Abort the sequence that f is in, if any. `interrupted`: something came between. */
static int sequence_fix(struct task *t, struct user_frame *f, bool interrupted)
{
	const uint64_t none = 0;
	struct rseq_cs cs;
	uint32_t flags;
	uint64_t at;
	int err;

	if (user_read(&at, field(t, offsetof(struct rseq_area, cs))))
		return -EFAULT;
	if (likely(!at))
		return 0;
	if (at >= USER_END)
		return -EINVAL;
	if (user_read(&cs, UADDR(at)))
		return -EFAULT;
	err = sequence_check(t, &cs);
	if (err)
		return err;
	if (f->rip - cs.start_ip >= cs.post_commit_offset)      /* it left it behind */
		return user_write(field(t, offsetof(struct rseq_area, cs)), &none);
	if (cs.flags || user_read(&flags, field(t, offsetof(struct rseq_area, flags))) || flags)
		return -EINVAL;                 /* flags that forbade restarting are gone from Linux 6.1 on */
	if (!interrupted)
		return 0;
	if (user_write(field(t, offsetof(struct rseq_area, cs)), &none))
		return -EFAULT;
	f->rip = cs.abort_ip;
	thread_set_work(&t->thread, WORK_FULL_RESTORE);
	return 0;
}

void rseq_resume(struct user_frame *f)
{
	struct task *t = task_current();
	bool interrupted;

	if (!rseq_is_registered(t))
		return;
	interrupted = exchange_relaxed(&t->thread.rseq_interrupted, false);     /* relaxed: set on this CPU, or before we came here */
	if (sequence_fix(t, f, interrupted) || numbers_update(t))
		signal_force_segv();
}

bool rseq_signal(struct user_frame *f)
{
	struct task *t = task_current();

	(void)exchange_relaxed(&t->thread.rseq_interrupted, false);
	return !sequence_fix(t, f, true) && !numbers_update(t);
}

/* ---- registration ---- */

static bool area_fits(uaddr_t area, uint32_t len)
{
	if (len == AREA_ORIGINAL)
		return area.v % AREA_ORIGINAL == 0;
	return len > AREA_ORIGINAL && area.v % AREA_ORIGINAL == 0;
}

long rseq_register(uaddr_t area, uint32_t len, uint32_t sig)
{
	struct task *t = task_current();
	const uint64_t none = 0;

	if (rseq_is_registered(t)) {
		if (t->rseq.v != area.v || t->rseq_len != len)
			return -EINVAL;
		return t->rseq_sig != sig ? -EPERM : -EBUSY;
	}
	if (!area_fits(area, len))
		return -EINVAL;
	if (area.v >= USER_END || len > USER_END - area.v)
		return -EFAULT;
	t->rseq = area;
	if (user_write(field(t, offsetof(struct rseq_area, cs)), &none))        /* a stale one would be the program's death */
		return -EFAULT;
	t->rseq_len = len;
	t->rseq_sig = sig;
	t->thread.rseq_interrupted = false;
	t->thread.rseq_cpu_plus_1 = cpu_id() + 1;
	thread_set_work(&t->thread, WORK_NOTIFY);
	return 0;
}

long rseq_unregister(uaddr_t area, uint32_t len, uint32_t sig)
{
	struct task *t = task_current();

	if (!rseq_is_registered(t) || t->rseq.v != area.v || t->rseq_len != len)
		return -EINVAL;
	if (t->rseq_sig != sig)
		return -EPERM;
	if (numbers_write(t, 0, (uint32_t)RSEQ_CPU_ID_UNINITIALIZED, 0))
		return -EFAULT;
	rseq_forget(t);
	return 0;
}

void rseq_forget(struct task *t)
{
	t->thread.rseq_cpu_plus_1 = 0;
}

void rseq_fork(struct task *child, struct task *parent, bool shares_memory)
{
	if (!rseq_is_registered(parent))
		return;
	if (shares_memory) {
		thread_set_work(&parent->thread, WORK_NOTIFY);  /* the memory has several users now: mm_cid */
		return;
	}
	child->rseq = parent->rseq;
	child->rseq_len = parent->rseq_len;
	child->rseq_sig = parent->rseq_sig;
	child->thread.rseq_cpu_plus_1 = parent->thread.rseq_cpu_plus_1;
	thread_set_work(&child->thread, WORK_NOTIFY);
}
