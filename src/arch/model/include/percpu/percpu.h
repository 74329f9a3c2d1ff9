/*
 * percpu.h (model) - each thread of a model test is a CPU, with an area of its own.
 *
 * A per-CPU variable lives in section percpu_vars, which is copied to every area when
 * an execution begins; its address serves as the key. this_cpu_* are two relaxed
 * accesses, for others may look. Shadows include/percpu/percpu.h.
 */
#pragma once
#include <base/atomic.h>

#define DECLARE_PERCPU(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	extern percpu_type_##name name
#define DEFINE_PERCPU(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	percpu_type_##name name __section("percpu_vars")
#define DEFINE_PERCPU_STATIC(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	static percpu_type_##name name __section("percpu_vars")
#define DEFINE_PERCPU_ALIGNED(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	percpu_type_##name name __section("percpu_vars") __cacheline_aligned

extern unsigned nr_cpus;                    /* the test's threads */
unsigned model_cpu(void);
uintptr_t model_area(unsigned cpu);
uintptr_t model_percpu_start(void);
size_t model_percpu_alloc(size_t size, size_t align);
void model_percpu_free(size_t at);

DECLARE_PERCPU(atomic_bool, cpu_online);

#define model_copy_of(var, cpu) \
	((__typeof__(var) *)((uintptr_t)&(var) - model_percpu_start() + model_area(cpu)))
#define model_here(var)        model_copy_of(var, model_cpu())
#define this_cpu_read(var)     load_relaxed(model_here(var))
#define this_cpu_write(var, v) store_relaxed(model_here(var), (v))
#define this_cpu_add(var, v)   store_relaxed(model_here(var), load_relaxed(model_here(var)) + (v))
#define this_cpu_sub(var, v)   store_relaxed(model_here(var), load_relaxed(model_here(var)) - (v))
#define this_cpu_or(var, v)    store_relaxed(model_here(var), load_relaxed(model_here(var)) | (v))
#define this_cpu_and(var, v)   store_relaxed(model_here(var), load_relaxed(model_here(var)) & (v))
#define this_cpu_inc(var)      this_cpu_add(var, 1)
#define this_cpu_dec(var)      this_cpu_sub(var, 1)
/* Of preempt_count, which nobody counts here. */
#define this_cpu_dec_and_test(var) ((void)sizeof(var), false)
#define this_cpu_ptr(var)      model_here(var)
#define cpu_ptr(var, cpu)      model_copy_of(var, cpu)
#define for_each_cpu(cpu)      for (unsigned cpu = 0; cpu < nr_cpus; cpu++)

static inline unsigned cpu_id(void) { return model_cpu(); }
static inline bool cpu_is_online(unsigned cpu) { return load_acquire(cpu_ptr(cpu_online, cpu)); }

typedef struct percpu_handle *percpu_dyn_t;
percpu_dyn_t percpu_alloc(size_t size, size_t align);
void percpu_free(percpu_dyn_t p, size_t size);
static inline void *percpu_dyn_ptr(percpu_dyn_t p, unsigned cpu) { return (void *)((uintptr_t)p - model_area(0) + model_area(cpu)); }
static inline void *percpu_dyn_this(percpu_dyn_t p) { return percpu_dyn_ptr(p, model_cpu()); }
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
