/*
 * port.c - the machine that host tests run on: threads as CPUs.
 *
 * Linked by tests of src/sync, src/percpu and other lock-free cores, with
 * src/arch/host/include first on the include path. Alone it gives per-CPU data
 * and interrupts that do not exist; threads.c adds parking, RCU's threads and
 * workers.
 *
 * Dynamic per-CPU memory: one thread-local pool, the same offsets in every thread;
 * free blocks are kept by size.
 */
#include <percpu/percpu.h>
#include <percpu/preempt.h>
#include <arch/irq.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>

#define POOL 65536u
#define CLASSES 8

DEFINE_PERCPU(uintptr_t, percpu_base);
DEFINE_PERCPU(unsigned, cpu_number);
DEFINE_PERCPU(atomic_bool, cpu_online);
DEFINE_PERCPU(uint32_t, preempt_count) = PREEMPT_NO_RESCHED;
DEFINE_PERCPU(irqflags_t, host_irq_flags) = IRQ_FLAG_ON;

typedef char pool_type[POOL];
DEFINE_PERCPU_STATIC(pool_type, pool) __cacheline_aligned;
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned pool_used = CACHELINE;          /* a handle is never 0 */
static unsigned freed[CLASSES];                 /* offset of the first free block of 8 << class, linked by its first word on CPU 0 */

unsigned nr_cpus;
uintptr_t *percpu_bases;

void host_cpus_init(unsigned n)
{
	percpu_bases = calloc(n, sizeof *percpu_bases);
	if (!percpu_bases)
		abort();
	nr_cpus = n;
}

void host_cpu_enter(unsigned cpu)
{
	percpu_base = host_thread_pointer();
	cpu_number = cpu;
	store_release(&percpu_bases[cpu], percpu_base);
	store_release(&cpu_online, true);       /* pairs with cpu_is_online() */
}

static unsigned class_of(size_t size)
{
	unsigned c = 0;

	while ((8u << c) < size)
		c++;
	return c;
}

percpu_dyn_t percpu_alloc(size_t size, size_t align)
{
	unsigned c = class_of(size), at;

	if (c >= CLASSES || align > (8u << c))
		return NULL;
	pthread_mutex_lock(&pool_lock);
	at = freed[c];
	if (at) {
		memcpy(&freed[c], (char *)cpu_ptr(pool, 0) + at, sizeof at);
	} else {
		at = ALIGN_UP(pool_used, 8u << c);
		pool_used = at + (8u << c);
	}
	pthread_mutex_unlock(&pool_lock);
	if (at + (8u << c) > POOL)
		abort();
	for_each_cpu(cpu)
		memset((char *)cpu_ptr(pool, cpu) + at, 0, size);
	return (percpu_dyn_t)(percpu_key_(pool) + at);
}

void percpu_free(percpu_dyn_t p, size_t size)
{
	unsigned c = class_of(size), at = (unsigned)((uintptr_t)p - percpu_key_(pool));

	if (!p)
		return;
	pthread_mutex_lock(&pool_lock);
	memcpy((char *)cpu_ptr(pool, 0) + at, &freed[c], sizeof at);
	freed[c] = at;
	pthread_mutex_unlock(&pool_lock);
}
