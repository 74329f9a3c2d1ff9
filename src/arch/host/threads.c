/*
 * threads.c - parking, RCU's threads, calls to other CPUs and workers, on pthreads.
 *
 * A thread sleeps on its token by futex(2): NONE, SET (called), PARKED. While it is
 * parked its CPU is idle to RCU. Callbacks of a CPU, and calls to it, are served by
 * its own thread: at host_poll(), and in park(), which therefore looks up every
 * millisecond while there are callbacks.
 *
 * Workers are parked between two host_run(). `job` is written before `round` is
 * raised; a worker runs the job of each round once and counts itself out.
 */
#include <host/host.h>
#include <arch/cpu.h>
#include <percpu/xcall.h>
#include <sync/defer.h>
#include <sync/rcu.h>
#include <sync/waitq.h>
#include <trace/klog.h>
#include <base/err.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { NONE, SET, PARKED };

struct thread {
	atomic_uint token;
	unsigned cpu;
	pthread_t id;
	void (*fn)(void *);                     /* service threads */
	void *arg;
#ifdef CONFIG_DEBUG
	struct held_locks held;
#endif
};

#define MAX_CPUS 64
static struct thread threads[MAX_CPUS];         /* by CPU */
static unsigned nr_workers, next_service;
static pthread_barrier_t entered;

static void (*job)(unsigned cpu);
static atomic_uint round_nr, nr_done, nr_ready;
static atomic_bool leaving;
bool host_stop;
unsigned nr_cpus_online;

DEFINE_PERCPU(struct thread *, host_self);
DEFINE_PERCPU(atomic_bool, host_called);        /* others set: calls wait in the inbox */

struct thread *park_self(void) { return host_self; }
bool thread_is_on_cpu(const struct thread *t) { return load_relaxed(&t->token) != PARKED; }
#ifdef CONFIG_DEBUG
struct held_locks *park_self_locks(void) { return &host_self->held; }
#endif

/* ---- time, messages ---- */

uint64_t host_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}
uint64_t sync_now_ns(void) { return host_now_ns(); }

void klog(enum klog_level level, const char *fmt, ...)
{
	va_list ap;

	(void)level;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "panic: ");
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
	va_end(ap);
	abort();
}

void host_failed(const char *file, int line, const char *what) { panic("%s:%d: %s", file, line, what); }

/* ---- quiescent points ---- */

/* Does this CPU have callbacks, or calls? */
static bool has_chores(void)
{
	return load_relaxed(&host_called) || rcu_has_callbacks();
}

static void do_chores(void)
{
	if (load_relaxed(&host_called)) {       /* relaxed: the inbox is taken with acquire */
		store_relaxed(&host_called, false);
		fence_seq_cst();                /* called off before the look: who pushes later sets it again */
		xcall_interrupt();
	}
	rcu_tick();
	while (rcu_run_callbacks())
		;
}

void host_poll(void)
{
#ifdef HOST_CHECKS
	check(!preempt_is_off());
#endif
	rcu_note_context_switch();
	if (unlikely(has_chores()))
		do_chores();
}

/* ---- parking ---- */

static void futex_wait_token(struct thread *t, uint64_t ns)
{
	struct timespec ts = { .tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000) };

	syscall(SYS_futex, &t->token, FUTEX_WAIT_PRIVATE, PARKED, &ts, NULL, 0);
}

void park_begin(enum park_mode mode)
{
	(void)mode;
	(void)exchange_acq_rel(&host_self->token, (unsigned)NONE);
}
void park_end(void) { }

int park(enum park_mode mode, uint64_t deadline_ns)
{
	struct thread *t = host_self;
	unsigned none = NONE;
	int err = 0;

	(void)mode;
	host_poll();                            /* may run what unparks us */
	if (!cas_acq_rel(&t->token, &none, (unsigned)PARKED))
		return 0;
	while (load_acquire(&t->token) == PARKED) {
		uint64_t now = host_now_ns(), slice = 10000000;

		if (now >= deadline_ns) {
			err = -ETIMEDOUT;
			break;
		}
		if (has_chores())
			slice = 500000;
		rcu_idle_enter();
		futex_wait_token(t, MIN(slice, deadline_ns - now));
		rcu_idle_exit();
		if (has_chores())
			do_chores();
	}
	store_relaxed(&t->token, SET);          /* relaxed: running again; who calls now calls in vain */
	return err;
}

void unpark(struct thread *t)
{
	if (exchange_acq_rel(&t->token, (unsigned)SET) == PARKED)
		syscall(SYS_futex, &t->token, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* ---- other CPUs ---- */

void cpu_yield_to(unsigned cpu)
{
	(void)cpu;
	sched_yield();
}

void ipi_send_resched(unsigned cpu) { (void)cpu; }      /* they report by themselves, or are idle */

void ipi_send_xcall(unsigned cpu)
{
	store_release(cpu_ptr(host_called, cpu), true);
	unpark(&threads[cpu]);                  /* its park() returns in vain, which park() may */
}

/* ---- threads ---- */

static void enter(unsigned cpu)
{
	host_cpu_enter(cpu);
	host_self = &threads[cpu];
	threads[cpu].cpu = cpu;
	pthread_barrier_wait(&entered);
	rcu_idle_exit();
}

static void *service(void *arg)
{
	struct thread *t = arg;

	enter(t->cpu);
	while (!load_acquire(&t->fn))
		sched_yield();
	t->fn(t->arg);
	return NULL;
}

void rcu_want_tick(void) { }

/* A CPU's callbacks are its own thread's business here: see the head. */
struct thread *rcu_spawn_thread(const char *name, void (*fn)(void *), void *arg, int cpu, bool urgent)
{
	struct thread *t;

	(void)name, (void)urgent;
	if (cpu >= 0)
		return &threads[cpu];
	t = &threads[next_service++];
	t->arg = arg;
	store_release(&t->fn, fn);
	return t;
}

static void *worker(void *arg)
{
	struct thread *t = arg;
	unsigned seen = 0;

	enter(t->cpu);
	for (;;) {
		while (load_acquire(&round_nr) == seen && !load_relaxed(&leaving)) {
			park_begin(PARK_UNINTERRUPTIBLE);
			if (load_acquire(&round_nr) == seen && !load_relaxed(&leaving))
				(void)park(PARK_UNINTERRUPTIBLE, ~0ull);
			park_end();
		}
		if (load_relaxed(&leaving))
			return NULL;
		seen++;
		/* Start together: threads are woken one after the other. */
		fetch_add_acq_rel(&nr_ready, 1);
		while (load_acquire(&nr_ready) < nr_workers)
			sched_yield();
		job(t->cpu);
		host_poll();
		rcu_synchronize();              /* our callbacks so far have run */
		fetch_add_acq_rel(&nr_done, 1);
	}
}

static void start(unsigned cpu, void *(*fn)(void *))
{
	threads[cpu].cpu = cpu;
	if (pthread_create(&threads[cpu].id, NULL, fn, &threads[cpu]))
		abort();
}

void host_begin(unsigned n)
{
	unsigned all = n + HOST_SERVICE_CPUS;

	if (all > MAX_CPUS)
		abort();
	nr_workers = n;
	nr_cpus_online = all;
	host_cpus_init(all);
	next_service = n + 1;
	pthread_barrier_init(&entered, NULL, all);
	for (unsigned cpu = 0; cpu < n; cpu++)
		start(cpu, worker);
	for (unsigned cpu = n + 1; cpu < all; cpu++)
		start(cpu, service);
	enter(n);
	rcu_start_threads();
	defer_start_thread();
}

uint64_t host_run(void (*fn)(unsigned cpu))
{
	uint64_t since = host_now_ns();

	store_relaxed(&nr_ready, 0);
	store_relaxed(&nr_done, 0);
	job = fn;
	fetch_add_release(&round_nr, 1);
	for (unsigned cpu = 0; cpu < nr_workers; cpu++)
		unpark(&threads[cpu]);
	while (load_acquire(&nr_done) < nr_workers) {
		struct timespec ts = { .tv_nsec = 200000 };

		host_poll();
		rcu_idle_enter();
		nanosleep(&ts, NULL);
		rcu_idle_exit();
	}
	return host_now_ns() - since;
}

static uint64_t stop_after;

/* Sleeps beside the workers: the main thread cannot, it waits for them. */
static void *stopper(void *arg)
{
	struct timespec ts = { .tv_sec = (time_t)(stop_after / 1000000000), .tv_nsec = (long)(stop_after % 1000000000) };

	(void)arg;
	nanosleep(&ts, NULL);
	store_relaxed(&host_stop, true);
	return NULL;
}

void host_run_for(void (*fn)(unsigned cpu), uint64_t ns)
{
	pthread_t id;

	stop_after = ns;
	store_relaxed(&host_stop, false);
	if (pthread_create(&id, NULL, stopper, NULL))
		abort();
	(void)host_run(fn);
	pthread_join(id, NULL);
}

uint64_t host_budget_ns(int argc, char **argv, unsigned ms)
{
	return (uint64_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : ms) * 1000000;
}

int host_end(void)
{
	store_relaxed(&leaving, true);
	for (unsigned cpu = 0; cpu < nr_workers; cpu++)
		unpark(&threads[cpu]);
	for (unsigned cpu = 0; cpu < nr_workers; cpu++)
		pthread_join(threads[cpu].id, NULL);
	return 0;
}
