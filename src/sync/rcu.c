/*
 * rcu.c - grace periods: when has every reader that may hold an old pointer gone?
 *
 * Grace periods are numbered: `started` counts those begun, `completed` those
 * ended; at most one is under way. One thread (gp_thread) runs them:
 *
 *   started = n; full fence (G1); then wait until each CPU
 *     - reported a quiescent state for n: it saw started == n, full fence (Q),
 *       and was then outside any reader (context switch; an interrupt that found
 *       it preemptible, hence also user mode), or
 *     - was seen idle, or was idle in between: rcu_watching even, or changed.
 *   completed = n.
 *
 * A callback queued on a CPU waits for grace period started + 1, `started` being
 * read after a full fence (C1) that follows the removal it is about.
 *
 * Why no reader is missed. Let W remove an object, n = the number waited for.
 *   Reader's CPU reported for n: if its reader began before the report, the
 *     report waited for it. If after: it read started == n before Q, and the
 *     caller read started < n after C1, so C1 comes before Q, and the reader,
 *     behind Q, sees W.
 *   Reader's CPU was seen idle: leaving idle has a full fence (I1) between its
 *     store of rcu_watching and the first read. gp_thread saw the old value after
 *     G1, so G1 comes before I1, and the reader sees W, which happened before
 *     started == n (the request of n is read by gp_thread).
 *
 * Callbacks stand in three lists per CPU: next (no number yet), wait (for
 * wait_gp), done. They move on in the tick, in the CPU's callback thread and by
 * impatient callers, never in rcu_call() itself, which may run under any lock.
 *
 * Nobody interrupts a CPU as long as it reports by itself. A CPU that has not for
 * a few milliseconds is kicked; at once, when callbacks pile up.
 * Context: as the header says. Locks: none but the barrier's mutex; lists are own
 * CPU with interrupts off.
 */
#include <sync/rcu.h>
#include <sync/mutex.h>
#include <sync/waitq.h>
#include <arch/cpu.h>
#include <percpu/xcall.h>
#include <trace/klog.h>

#define MSEC_NS        1000000ull
#define SCAN_NS        (1 * MSEC_NS)        /* between looks at the CPUs */
#define KICK_SCANS     8u                   /* looks before CPUs that did not report are kicked */
#define STALL_NS       (10000 * MSEC_NS)
#define PILE           2000u                /* callbacks on one CPU that make it urgent */
#define RUN_BATCH      64u                  /* callbacks run before others get a chance */

struct rcu_list { struct rcu_head *first, **last; };

struct rcu_cpu {                            /* keys: o own CPU, interrupts off; a own writes, gp_thread reads; g gp_thread */
	atomic_ulong reported;                  /* a: the grace period of the last quiescent state */
	atomic_ulong wait_gp;                   /* a: number that list `wait` waits for, 0 none    */
	struct rcu_list next, wait, done;       /* o */
	unsigned nr;                            /* o, peeked: callbacks in all lists               */
	struct thread *thread;                  /* c after rcu_start_threads() */
	struct rcu_head barrier;                /* barrier_lock */
	unsigned long passed __cacheline_aligned;   /* g: this CPU is done with that grace period  */
	unsigned watching_before;               /* g: rcu_watching when it began */
};
DEFINE_PERCPU_ALIGNED(struct rcu_cpu, rcu_cpu);
DEFINE_PERCPU(atomic_uint, rcu_watching) = 0;

/* Read by every CPU at each context switch, written once or twice per grace period. */
static struct {
	atomic_ulong started, completed;
	atomic_ulong requested;                 /* the highest number somebody waits for */
	atomic_bool urgent;                     /* callbacks pile up somewhere */
	struct thread *gp_thread;               /* c after rcu_start_threads() */
} gp __cacheline_aligned;

static struct mutex barrier_lock = MUTEX_INIT(barrier_lock, RANK_MUTEX_LEAF);
static atomic_uint barrier_left;
static struct completion barrier_done;

/* ---- quiescent states ---- */

void rcu_note_context_switch(void)
{
	unsigned long n = load_acquire(&gp.started);    /* pairs with the store in gp_begin() */

	if (likely(this_cpu_read(rcu_cpu.reported) == n))
		return;
	fence_seq_cst();                        /* Q, pairs with C1 */
	store_release(&this_cpu_ptr(rcu_cpu)->reported, n);     /* earlier readers are over; pairs with cpu_passed() */
}

void rcu_idle_enter(void)
{
	atomic_uint *w = this_cpu_ptr(rcu_watching);

	if (*w & 1)
		store_release(w, *w + 1);           /* earlier readers are over; pairs with cpu_passed() */
}

void rcu_idle_exit(void)
{
	atomic_uint *w = this_cpu_ptr(rcu_watching);

	if (*w & 1)
		return;
	store_relaxed(w, *w + 1);               /* relaxed: the fence orders */
	fence_seq_cst();                        /* I1, pairs with G1 */
}

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
	unsigned long r = load_relaxed(&gp.requested);  /* relaxed: the CAS checks it */

	do {
		if (r >= n)
			return;
	} while (!cas_acq_rel(&gp.requested, &r, n));   /* pairs with gp_wait_request(): our removals first */
	if (gp.gp_thread)
		unpark(gp.gp_thread);
}

static void callbacks_advance(struct rcu_cpu *r)
{
	if (r->wait.first && load_acquire(&gp.completed) >= r->wait_gp) {   /* pairs with gp_end() */
		list_move(&r->done, &r->wait);
		store_relaxed(&r->wait_gp, 0);      /* relaxed: a stale number costs one wake-up in vain */
	}
	if (!r->wait.first && r->next.first) {
		list_move(&r->wait, &r->next);
		fence_seq_cst();                    /* C1, pairs with Q */
		store_relaxed(&r->wait_gp, load_relaxed(&gp.started) + 1);
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
	if (r->nr++ == 0)
		rcu_want_tick();
	irq_restore(f);
}

bool rcu_needs_cpu(void)
{
	return this_cpu_read(rcu_cpu.next.first) || this_cpu_read(rcu_cpu.done.first);
}

/* The interrupted code was preemptible, so it is no reader. User mode is. */
static bool interrupted_preemptible(void)
{
	return (this_cpu_read(preempt_count) & (PREEMPT_MASK | PREEMPT_HARDIRQ_MASK)) <= PREEMPT_HARDIRQ;
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
		store_relaxed(&gp.urgent, true);    /* relaxed: a hint */
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

/* The callback thread of one CPU, bound to it. */
static void callback_thread(void *arg)
{
	struct rcu_cpu *r = arg;
	irqflags_t f;

	for (;;) {
		struct rcu_head *h;
		unsigned n;

		park_begin(PARK_INTERRUPTIBLE);
		h = callbacks_take(r);
		if (!h) {
			(void)park(PARK_INTERRUPTIBLE, ~0ull);      /* kernel threads get no signals */
			continue;
		}
		park_end();
		n = callbacks_run(h);
		f = irq_save();
		r->nr -= n;
		irq_restore(f);
	}
}

/* ---- grace periods: gp_thread ---- */

static bool cpu_passed(unsigned cpu, unsigned long n)
{
	struct rcu_cpu *r = cpu_ptr(rcu_cpu, cpu);      /* reported: a */
	unsigned w;

	if (r->passed == n)
		return true;
	w = load_acquire(cpu_ptr(rcu_watching, cpu));   /* pairs with rcu_idle_enter() */
	if (load_acquire(&r->reported) != n && (w & 1) && w == r->watching_before)   /* pairs with rcu_note_context_switch() */
		return false;
	r->passed = n;
	return true;
}

static bool all_passed(unsigned long n, bool kick)
{
	bool all = true;
	irqflags_t f;

	f = irq_save();
	rcu_note_context_switch();              /* we are in task context: this CPU has no reader */
	irq_restore(f);
	for_each_cpu(cpu) {
		if (cpu_passed(cpu, n))
			continue;
		all = false;
		preempt_disable();
		if (kick && cpu != cpu_id())
			ipi_send_resched(cpu);
		preempt_enable();
	}
	return all;
}

static void gp_begin(unsigned long n)
{
	for_each_cpu(cpu)
		cpu_ptr(rcu_cpu, cpu)->watching_before = load_relaxed(cpu_ptr(rcu_watching, cpu));
	store_release(&gp.started, n);          /* pairs with rcu_note_context_switch() */
	fence_seq_cst();                        /* G1, pairs with I1 */
}

static void stall_report(unsigned long n, uint64_t since)
{
	for_each_cpu(cpu)
		if (!cpu_passed(cpu, n))
			klog(KLOG_ERR, "rcu: CPU %u has not left its read section for %llu s (preempt_count %x)\n", cpu,
			     (unsigned long long)((sync_now_ns() - since) / (1000 * MSEC_NS)), *cpu_ptr(preempt_count, cpu));
}

static void gp_sleep(uint64_t ns)
{
	park_begin(PARK_INTERRUPTIBLE);
	(void)park(PARK_INTERRUPTIBLE, sync_now_ns() + ns);      /* early or late: we look again */
}

static void gp_run(unsigned long n)
{
	uint64_t since = sync_now_ns(), report = since + STALL_NS;

	gp_begin(n);
	for (unsigned scan = 0; !all_passed(n, scan && (scan % KICK_SCANS == 0 || load_relaxed(&gp.urgent))); scan++) {
		gp_sleep(SCAN_NS);
		if (sync_now_ns() >= report) {
			stall_report(n, since);
			report += STALL_NS;
		}
	}
	store_relaxed(&gp.urgent, false);
	store_release(&gp.completed, n);        /* pairs with callbacks_advance() */
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

static void gp_loop(void *arg)
{
	(void)arg;
	for (;;) {
		unsigned long n = gp.completed;

		park_begin(PARK_INTERRUPTIBLE);
		if (load_acquire(&gp.requested) <= n) {     /* pairs with gp_request() */
			(void)park(PARK_INTERRUPTIBLE, ~0ull);
			continue;
		}
		park_end();
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

void rcu_synchronize(void)
{
	struct waiting w;

	might_sleep();
	if (nr_cpus_online == 1 || !gp.gp_thread)
		return;                             /* we run in task context on the only CPU: no reader exists */
	completion_init(&w.done);
	rcu_call(&w.head, waiting_done);
	advance_here();
	completion_wait(&w.done);
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
	if (!gp.gp_thread)
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
				rcu_spawn_thread("rcu_callbacks", callback_thread, cpu_ptr(rcu_cpu, cpu), (int)cpu);
	gp.gp_thread = rcu_spawn_thread("rcu_grace", gp_loop, NULL, -1);
}
