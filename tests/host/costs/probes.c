/*
 * probes.c - one function for each primitive whose cost tests/host/costs/count.py counts.
 *
 * Compiled with the kernel's own flags and linked with the kernel's own objects,
 * so that what is counted is what the kernel runs. Never executed.
 */
#include <fs/poll.h>
#include <percpu/counter.h>
#include <percpu/ref.h>
#include <sync/completion.h>
#include <sync/deque.h>
#include <sync/hashtab.h>
#include <sync/mpsc.h>
#include <sync/ring.h>
#include <sync/runnable.h>
#include <sync/rwlock.h>
#include <sync/rwsem.h>
#include <sync/seqlock.h>
#include <sync/sole.h>

#define PROBE(name, type, action) \
	void probe_##name(type *p); \
	__attribute__((used, noinline, section(".text.probes"))) void probe_##name(type *p) { action; }
#define PROBE_RESULT(name, type, result) \
	unsigned long probe_##name(type *p); \
	__attribute__((used, noinline, section(".text.probes"))) unsigned long probe_##name(type *p) { return (unsigned long)(result); }

PROBE_RESULT(load_acquire, unsigned long, load_acquire(p))
PROBE(store_release, unsigned long, store_release(p, 1))
PROBE_RESULT(fetch_add, unsigned long, fetch_add_acq_rel(p, 1))
PROBE_RESULT(cas, unsigned long, ({ unsigned long e = 0; cas_acquire(p, &e, 1); }))
PROBE_RESULT(exchange, unsigned long, exchange_acquire(p, 1))
PROBE(fence, unsigned long, fence_seq_cst())
PROBE(this_cpu_inc, unsigned long, this_cpu_inc(preempt_count))
PROBE_RESULT(this_cpu_read, unsigned long, this_cpu_read(cpu_number))
PROBE(spin_lock, struct spinlock, spin_lock(p))
PROBE(spin_unlock, struct spinlock, spin_unlock(p))
PROBE(irq_spin_section, struct irq_spinlock, irqflags_t f = irq_spin_lock(p); irq_spin_unlock(p, f))
PROBE(rw_read_lock, struct rwlock, rw_read_lock(p))
PROBE(rw_write_lock, struct rwlock, rw_write_lock(p))
PROBE(rw_write_unlock, struct rwlock, rw_write_unlock(p))
PROBE(mutex_lock, struct mutex, mutex_lock(p))
PROBE(mutex_unlock, struct mutex, mutex_unlock(p))
PROBE(wake_nobody_ordered, struct waitq, waitq_wake_all_ordered(p))
PROBE(wake_nobody, struct waitq, waitq_wake_all(p))
PROBE(rcu_read_section, unsigned, rcu_read_lock(); barrier(); rcu_read_unlock())
PROBE(seq_write, struct seqcount, seq_write_begin(p); barrier(); seq_write_end(p))
PROBE_RESULT(seq_read, struct seqcount, seq_retry(p, seq_begin(p)))
PROBE(generation_bump, struct generation, gen_bump_ordered(p))
PROBE(notify_nobody, struct pollable, pollable_notify_ordered(p, 1))
PROBE(percpu_ref_get, struct percpu_ref, percpu_ref_get(p))
PROBE_RESULT(percpu_ref_put, struct percpu_ref, percpu_ref_put(p))
PROBE(percpu_counter_add, struct percpu_counter, percpu_counter_add(p, 1))
PROBE(bounded_counter_add, struct bounded_counter, bounded_counter_add(p, 1))
PROBE(rwsem_read_section, struct percpu_rwsem, (void)percpu_rwsem_try_read_lock(p); percpu_rwsem_read_unlock(p))
PROBE_RESULT(sole_owner, sole_t, sole_is(p))
PROBE_RESULT(runnable, struct runnable, runnable_peek(p))
PROBE_RESULT(stack_push, struct stack, stack_push(p, (struct stack_node *)(p + 1)))
PROBE_RESULT(stack_pop_own, struct stack, stack_pop_own(p, (struct stack_node **)(p + 1)))
PROBE_RESULT(mpsc_push_here, struct mpsc, mpsc_append(p, (struct stack_node *)(p + 1)))
PROBE_RESULT(mpsc_push, struct mpsc, stack_push(&p->in, (struct stack_node *)(p + 1)))
PROBE_RESULT(mpsc_pop, struct mpsc, mpsc_pop(p))
PROBE_RESULT(ring_put, struct ring, ring_put(p, 1))
PROBE_RESULT(deque_push, struct deque, deque_push(p, p))
static bool match(const struct htab_node *n, const void *key) { return n == key; }
PROBE_RESULT(htab_find, struct htab, htab_find(p, 1, match, p + 1))
PROBE(context_switch, unsigned, rcu_note_context_switch())
