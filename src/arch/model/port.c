/*
 * port.c - the machine that model tests run on: per-CPU memory, parking, and hooks of nobody.
 *
 * Compiled and instrumented as the sources are. A thread sleeps on its token, src/sched/park_token.h.
 * Hooks that a test may want otherwise are weak.
 */
#include <percpu/preempt.h>
#include <arch/cpu.h>
#include <sync/waitq.h>
#include <trace/klog.h>
#include <base/err.h>
#include <model/model.h>
#include "../../sched/park_token.h"

#define __hook __attribute__((weak))

struct thread { atomic_uint token; } __cacheline_aligned;
static struct thread threads[MODEL_THREADS_MAX];

DEFINE_PERCPU(atomic_bool, cpu_online) = true;
DEFINE_PERCPU_ALIGNED(uint32_t, preempt_count) = PREEMPT_NO_RESCHED;
unsigned nr_cpus, nr_cpus_online;

/* Of tests that link RCU. */
extern atomic_uint rcu_watching __hook;
void rcu_idle_enter(void) __hook;
void rcu_idle_exit(void) __hook;
void model_parked(bool forever);
void model_port_reset(unsigned n);
void model_port_reset(unsigned n)
{
	nr_cpus = nr_cpus_online = n;
}

/* ---- per-CPU memory ---- */

percpu_dyn_t percpu_alloc(size_t size, size_t align)
{
	return (percpu_dyn_t)(model_percpu_alloc(size, align) + model_area(0));
}
void percpu_free(percpu_dyn_t p, size_t size)
{
	(void)size;
	if (p)
		model_percpu_free((uintptr_t)p - model_area(0));
}

/* ---- parking ---- */

struct thread *model_thread_of(unsigned n) { return &threads[n]; }
__hook struct thread *park_self(void) { return &threads[model_thread() < MODEL_THREADS_MAX ? model_thread() : 0]; }

__hook void park_begin(enum park_mode mode)
{
	(void)mode;
	token_begin(&park_self()->token);
}
__hook void park_end(void) { }

/* A deadline may pass at any time. */
int model_park(uint64_t deadline_ns)
{
	struct thread *t = park_self();
	bool forever = deadline_ns == ~0ull, watched;

	if (!token_park(&t->token))
		return 0;
	if (!forever && model_choose(2)) {
		store_relaxed(&t->token, (unsigned)TOKEN_SET);
		return -ETIMEDOUT;
	}
	watched = &rcu_watching && (this_cpu_read(rcu_watching) & 1);
	if (watched)
		rcu_idle_enter();               /* a CPU whose thread sleeps is idle */
	if (token_is_parked(&t->token))
		model_parked(forever);
	if (watched)
		rcu_idle_exit();
	return 0;
}

__hook int park(enum park_mode mode, uint64_t deadline_ns)
{
	(void)mode;
	return model_park(deadline_ns);
}

void model_unpark(struct thread *t) { (void)token_call(&t->token); }
__hook void unpark(struct thread *t) { model_unpark(t); }

/* A hint: either answer may come. */
__hook bool thread_is_on_cpu(const struct thread *t)
{
	(void)t;
	return model_choose(2) == 0;
}

__hook uint64_t sync_now_ns(void) { return 0; }

/* ---- hooks ---- */

__hook void klog(enum klog_level level, const char *fmt, ...) { (void)level; (void)fmt; }
__hook void panic(const char *fmt, ...) { model_assert_failed(fmt); }
__hook void ipi_send_resched(unsigned cpu) { (void)cpu; }
__hook void ipi_send_xcall(unsigned cpu) { (void)cpu; }
__hook void cpu_yield_to(unsigned cpu) { (void)cpu; }
