/*
 * rcu.c - callbacks, and the thread that runs grace periods.
 *
 * Callbacks stand in three lists per CPU: next (no number yet), wait (for
 * wait_gp), done. They move on in the tick, in the CPU's callback thread and by
 * impatient callers, never in rcu_call() itself, which may run under any lock.
 * Which number they wait for and why that is enough: rcu_gp.c.
 *
 * Nobody interrupts a CPU as long as it reports by itself. A CPU that has not for
 * a few milliseconds is kicked; at once, when callbacks pile up or somebody waits
 * in the expedited form: then the thread also looks again without sleeping.
 * A CPU that holds up a grace period for STALL_NS is named in the log.
 * Context: as the header says. Locks: none but the barrier's mutex; lists are own
 * CPU with interrupts off.
 */
#include <sync/rcu.h>
#include <sync/mutex.h>
#include <sync/completion.h>
#include <sync/tuning.h>
#include <arch/cpu.h>
#include <percpu/xcall.h>
#include <trace/klog.h>
#include "rcu_priv.h"

#define MSEC_NS        1000000ull
#define SCAN_NS        (1 * MSEC_NS)        /* between looks at the CPUs */
#define KICK_SCANS     8u                   /* looks before CPUs that did not report are kicked */
#define HASTE          256u                 /* expedited: looks without sleeping between */
#define HASTE_KICK     64u                  /* ... and how often CPUs are kicked meanwhile */
#define STALL_NS       (10000 * MSEC_NS)
#define PILE           2000u                /* callbacks on one CPU that make it urgent */
#define RUN_BATCH      64u                  /* callbacks run before others get a chance */

struct rcu_list { struct rcu_head *first, **last; };

struct rcu_cpu {                            /* keys: o own CPU, interrupts off; a own writes, the thread reads */
	atomic_ulong wait_gp;                   /* a: number that list `wait` waits for, 0 none    */
	struct rcu_list next, wait, done;       /* o */
	atomic_uint nr;                         /* o, peeked: callbacks in all lists               */
	struct thread *thread;                  /* c after rcu_start_threads() */
	struct rcu_head barrier;                /* barrier_lock */
};
DEFINE_PERCPU_ALIGNED(struct rcu_cpu, rcu_cpu);

static atomic_bool urgent;                  /* callbacks pile up somewhere */
static atomic_uint nr_expedited;            /* callers that want the grace period now */
static struct thread *gp_thread;            /* c after rcu_start_threads() */

static struct mutex barrier_lock = MUTEX_INIT(barrier_lock, RANK_MUTEX_LEAF);
static atomic_uint barrier_left;
static struct completion barrier_done;

/* ---- callback lists: own CPU, interrupts off ---- */

static void list_reset(struct rcu_list *l)
{
	l->first = NULL;
	l->last = &l->first;
}

static void list_move(struct rcu_list *to, struct rcu_list *from)
{
	if (!from->first)
		return;
	*to->last = from->first;
	to->last = from->last;
	list_reset(from);
}

static void gp_request(unsigned long n)
{
	unsigned long r = load_relaxed(&rcu_gp.requested);  /* relaxed: the CAS checks it */

	do {
		if (r >= n)
			return;
	} while (!cas_relaxed(&rcu_gp.requested, &r, n));   /* relaxed: our removals are before C1, and the unpark publishes n */
	if (gp_thread)
		unpark(gp_thread);
}

static void callbacks_advance(struct rcu_cpu *r)
{
	if (r->wait.first && rcu_gp_is_over(r->wait_gp)) {
		list_move(&r->done, &r->wait);
		store_relaxed(&r->wait_gp, 0);      /* relaxed: a stale number costs one wake-up in vain */
	}
	if (!r->wait.first && r->next.first) {
		list_move(&r->wait, &r->next);
		store_relaxed(&r->wait_gp, rcu_gp_target());    /* relaxed: read by others to wake us, see wake_callback_threads() */
	}
	/* Also repairs a request made before gp_thread existed. */
	if (r->wait.first)
		gp_request(r->wait_gp);
}

void rcu_call(struct rcu_head *head, void (*fn)(struct rcu_head *))
{
	irqflags_t f = irq_save();
	struct rcu_cpu *r = this_cpu_ptr(rcu_cpu);

	head->next = NULL;
	head->fn = fn;
	if (unlikely(!r->next.last)) {          /* first callback ever, maybe before rcu_init() */
		list_reset(&r->next);
		list_reset(&r->wait);
		list_reset(&r->done);
	}
	*r->next.last = head;
	r->next.last = &head->next;
	store_relaxed(&r->nr, r->nr + 1);       /* relaxed: peeked by rcu_barrier() */
	if (r->nr == 1)
		rcu_want_tick();
	irq_restore(f);
}

bool rcu_has_callbacks(void) { return this_cpu_read(rcu_cpu.nr) != 0; }

bool rcu_needs_cpu(void)
{
	return this_cpu_read(rcu_cpu.next.first) || this_cpu_read(rcu_cpu.done.first);
}

/* The interrupted code was preemptible, so it is no reader. User mode is. */
static bool interrupted_preemptible(void)
{
	return (this_cpu_read(preempt_count) & (PREEMPT_MASK | PREEMPT_HARDIRQ_MASK)) <= PREEMPT_HARDIRQ;
}

bool rcu_wants_switch(void)
{
	return !interrupted_preemptible() && load_relaxed(&this_cpu_ptr(rcu_qs)->reported) != load_relaxed(&rcu_gp.started);   /* relaxed: a hint */
}

void rcu_tick(void)
{
	struct rcu_cpu *r = this_cpu_ptr(rcu_cpu);

	if (interrupted_preemptible())
		rcu_note_context_switch();
	if (!r->nr)
		return;
	callbacks_advance(r);
	if (r->nr > PILE)
		store_relaxed(&urgent, true);    /* relaxed: a hint */
	if (r->done.first && r->thread)
		unpark(r->thread);
}

/* ---- running callbacks ---- */

static unsigned callbacks_run(struct rcu_head *h)
{
	unsigned n = 0;

	while (h) {
		struct rcu_head *next = h->next;    /* fn frees h */

		h->fn(h);
		h = next;
		n++;
	}
	return n;
}

/* Cut at most RUN_BATCH callbacks off the done list. */
static struct rcu_head *callbacks_take(struct rcu_cpu *r)
{
	struct rcu_head *first, **end;
	irqflags_t f = irq_save();

	callbacks_advance(r);
	first = r->done.first;
	end = &r->done.first;
	for (unsigned i = 0; i < RUN_BATCH && *end; i++)
		end = &(*end)->next;
	if (first) {
		r->done.first = *end;
		if (!*end)
			r->done.last = &r->done.first;
		*end = NULL;                        /* cuts the taken part off; &first when all of it is taken */
	}
	irq_restore(f);
	return first;
}

bool rcu_run_callbacks(void)
{
	struct rcu_cpu *r = this_cpu_ptr(rcu_cpu);
	struct rcu_head *h = callbacks_take(r);
	irqflags_t f;
	unsigned n;

	if (!h)
		return false;
	n = callbacks_run(h);
	f = irq_save();
	store_relaxed(&r->nr, r->nr - n);       /* relaxed: peeked by rcu_barrier() */
	irq_restore(f);
	return true;
}

/* The callback thread of one CPU, bound to it. */
static void callback_thread(void *arg)
{
	(void)arg;
	for (;;) {
		park_begin(PARK_INTERRUPTIBLE);
		if (!rcu_run_callbacks())
			(void)park(PARK_INTERRUPTIBLE, ~0ull);      /* kernel threads get no signals */
	}
}

/* ---- grace periods: gp_thread ---- */

static bool all_passed(unsigned long n, bool kick)
{
	bool all = true;
	irqflags_t f;

	f = irq_save();
	rcu_note_context_switch();              /* we are in task context: this CPU has no reader */
	irq_restore(f);
	for_each_cpu(cpu) {
		if (rcu_gp_cpu_passed(cpu, n))
			continue;
		all = false;
		preempt_disable();
		if (kick && cpu != cpu_id())
			ipi_send_resched(cpu);
		preempt_enable();
	}
	return all;
}

static void stall_report(unsigned long n, uint64_t since)
{
	for_each_cpu(cpu)
		if (!rcu_gp_cpu_passed(cpu, n))
			klog(KLOG_ERR, "rcu: CPU %u has not left its read section for %llu s (preempt_count %x)\n", cpu,
			     (unsigned long long)((sync_now_ns() - since) / (1000 * MSEC_NS)), *cpu_ptr(preempt_count, cpu));
}

static void gp_sleep(uint64_t ns)
{
	park_begin(PARK_INTERRUPTIBLE);
	(void)park(PARK_INTERRUPTIBLE, sync_now_ns() + ns);      /* early or late: we look again */
}

/* Kicks are interrupts: none in the first moments, many would not be needed. relaxed: hints. */
static bool wants_kick(unsigned scan)
{
	if (load_relaxed(&nr_expedited))
		return scan % HASTE_KICK == 0;
	return scan && (scan % KICK_SCANS == 0 || load_relaxed(&urgent));
}

/* Somebody waits for this very grace period: the interrupts that were sent take effect within microseconds. */
static void haste_pause(void)
{
	for (unsigned i = 0; i < RCU_HASTE_SPINS; i++)
		cpu_relax();
}

static void gp_run(unsigned long n)
{
	uint64_t since = sync_now_ns(), report = since + STALL_NS;

	rcu_gp_begin(n);
	for (unsigned scan = 0; !all_passed(n, wants_kick(scan)); scan++) {
		if (load_relaxed(&nr_expedited) && scan < HASTE)
			haste_pause();
		else
			gp_sleep(SCAN_NS);
		if (sync_now_ns() >= report) {
			stall_report(n, since);
			report += STALL_NS;
		}
	}
	store_relaxed(&urgent, false);
	rcu_gp_end(n);
}

static void wake_callback_threads(unsigned long n)
{
	for_each_cpu(cpu) {
		struct rcu_cpu *r = cpu_ptr(rcu_cpu, cpu);
		unsigned long want = load_relaxed(&r->wait_gp);     /* relaxed: who sets it later, reads completed himself in the tick */

		if (want && want <= n && r->thread)
			unpark(r->thread);
	}
}

/* Sleep until somebody asks for more than grace period n; false: to be called again. */
static bool gp_wait_for_request(unsigned long n)
{
	park_begin(PARK_INTERRUPTIBLE);
	if (load_relaxed(&rcu_gp.requested) <= n) {     /* relaxed: park_begin() takes in what an unpark published */
		(void)park(PARK_INTERRUPTIBLE, ~0ull);
		return false;
	}
	park_end();
	return true;
}

static void gp_loop(void *arg)
{
	(void)arg;
	for (;;) {
		unsigned long n = rcu_gp.completed;

		if (!gp_wait_for_request(n))
			continue;
		gp_run(n + 1);
		wake_callback_threads(n + 1);
	}
}

/* ---- waiting ---- */

struct waiting { struct rcu_head head; struct completion done; };

static void waiting_done(struct rcu_head *h)
{
	completion_signal(&container_of(h, struct waiting, head)->done);
}

static void advance_here(void)
{
	irqflags_t f = irq_save();

	callbacks_advance(this_cpu_ptr(rcu_cpu));
	irq_restore(f);
}

static void synchronize(void)
{
	struct waiting w;

	might_sleep();
	if (nr_cpus_online == 1 || !gp_thread)
		return;                             /* we run in task context on the only CPU: no reader exists */
	completion_init(&w.done);
	rcu_call(&w.head, waiting_done);
	advance_here();
	completion_wait(&w.done);
}

void rcu_synchronize(void) { synchronize(); }

void rcu_synchronize_expedited(void)
{
	fetch_add_relaxed(&nr_expedited, 1);    /* relaxed: a hint to gp_thread, woken below */
	if (gp_thread)
		unpark(gp_thread);              /* one that is under way is hurried too: ours comes after it */
	synchronize();
	fetch_sub_relaxed(&nr_expedited, 1);
}

static void barrier_passed(struct rcu_head *h)
{
	(void)h;
	if (fetch_sub_acq_rel(&barrier_left, 1) == 1)   /* acq_rel: all callbacks before the waiter goes on */
		completion_signal(&barrier_done);
}

static void barrier_queue(void *arg)
{
	struct rcu_cpu *r = this_cpu_ptr(rcu_cpu);

	(void)arg;
	if (!r->nr)
		return;
	fetch_add_relaxed(&barrier_left, 1);    /* relaxed: rcu_barrier() holds one itself meanwhile */
	rcu_call(&r->barrier, barrier_passed);
	callbacks_advance(r);
}

void rcu_barrier(void)
{
	might_sleep();
	if (!gp_thread)
		return;
	mutex_lock(&barrier_lock);
	completion_init(&barrier_done);
	store_relaxed(&barrier_left, 1);
	for_each_cpu(cpu)
		if (load_relaxed(&cpu_ptr(rcu_cpu, cpu)->nr))   /* relaxed: only callbacks that happened before count */
			xcall_run(cpu, barrier_queue, NULL);
	barrier_passed(NULL);
	completion_wait(&barrier_done);
	mutex_unlock(&barrier_lock);
}

/* ---- bring-up ---- */

void rcu_init(void)
{
	rcu_idle_exit();
}

void rcu_start_threads(void)
{
	for_each_cpu(cpu)
		if (cpu_is_online(cpu))
			cpu_ptr(rcu_cpu, cpu)->thread =
				rcu_spawn_thread("rcu_callbacks", callback_thread, NULL, (int)cpu, false);
	gp_thread = rcu_spawn_thread("rcu_grace", gp_loop, NULL, -1, true);
}
