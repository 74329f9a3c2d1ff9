/*
 * percpu.h (host) - each thread of a host program is a CPU.
 *
 * A per-CPU variable is thread-local. In static TLS its distance from the
 * thread pointer is the same in every thread, so the distance is the key and
 * the thread pointer the base: cpu_ptr() works as in the kernel. A thread calls
 * host_cpu_enter() before it uses any of this (host.h does it for its threads).
 * Dynamic per-CPU memory comes from a thread-local pool. Shadows include/percpu/percpu.h:
 * src/arch/host/include stands first on the path.
 *
 * this_cpu_* are two relaxed accesses, for others may look.
 */
#pragma once
#include <base/atomic.h>

#define DECLARE_PERCPU(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	extern _Thread_local percpu_type_##name name
#define DEFINE_PERCPU(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	_Thread_local percpu_type_##name name
#define DEFINE_PERCPU_STATIC(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	static _Thread_local percpu_type_##name name
#define DEFINE_PERCPU_ALIGNED(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	_Thread_local percpu_type_##name name __cacheline_aligned

DECLARE_PERCPU(uintptr_t, percpu_base);
DECLARE_PERCPU(unsigned, cpu_number);
DECLARE_PERCPU(atomic_bool, cpu_online);

extern unsigned nr_cpus;
extern uintptr_t *percpu_bases;

/* There will be n CPUs: before any thread enters. */
void host_cpus_init(unsigned n);
/* This thread is CPU `cpu` (< n) from now on. */
void host_cpu_enter(unsigned cpu);

static inline uintptr_t host_thread_pointer(void)
{
	uintptr_t p;

	__asm__("mov %%fs:0, %0" : "=r"(p));
	return p;
}

#define percpu_key_(var) ((uintptr_t)&(var) - host_thread_pointer())
#define this_cpu_read(var)     load_relaxed(&(var))
#define this_cpu_write(var, v) store_relaxed(&(var), (v))
#define this_cpu_add(var, v)   store_relaxed(&(var), load_relaxed(&(var)) + (v))
#define this_cpu_sub(var, v)   store_relaxed(&(var), load_relaxed(&(var)) - (v))
#define this_cpu_or(var, v)    store_relaxed(&(var), load_relaxed(&(var)) | (v))
#define this_cpu_and(var, v)   store_relaxed(&(var), load_relaxed(&(var)) & (v))
#define this_cpu_inc(var)      this_cpu_add(var, 1)
#define this_cpu_dec(var)      this_cpu_sub(var, 1)
#define this_cpu_dec_and_test(var) (--(var) == 0)
#define this_cpu_ptr(var)      (&(var))
#define cpu_ptr(var, cpu)      ((percpu_type_##var *)(percpu_key_(var) + percpu_bases[cpu]))
#define for_each_cpu(cpu)      for (unsigned cpu = 0; cpu < nr_cpus; cpu++)

static inline unsigned cpu_id(void) { return cpu_number; }
static inline bool cpu_is_online(unsigned cpu) { return load_acquire(cpu_ptr(cpu_online, cpu)); }

typedef struct percpu_handle *percpu_dyn_t;
percpu_dyn_t percpu_alloc(size_t size, size_t align);       /* after all CPUs have entered */
void percpu_free(percpu_dyn_t p, size_t size);
static inline void *percpu_dyn_ptr(percpu_dyn_t p, unsigned cpu) { return (void *)((uintptr_t)p + percpu_bases[cpu]); }
static inline void *percpu_dyn_this(percpu_dyn_t p) { return (void *)((uintptr_t)p + host_thread_pointer()); }
static inline void percpu_dyn_add(percpu_dyn_t p, int64_t n)
{
	int64_t *cell = percpu_dyn_this(p);

	store_relaxed(cell, load_relaxed(cell) + n);
}
static inline void percpu_dyn_add_release(percpu_dyn_t p, int64_t n)
{
	int64_t *cell = percpu_dyn_this(p);

	store_release(cell, load_relaxed(cell) + n);
}
static inline int64_t percpu_dyn_read(percpu_dyn_t p) { return load_relaxed((int64_t *)percpu_dyn_this(p)); }
