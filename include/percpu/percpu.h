/*
 * percpu.h - one memory area per CPU.
 *
 * A per-CPU variable lives in section .percpu, its link address serving as a
 * key: GS base = this CPU's area - link address of the section, so that
 * `mov %gs:var(%rip)` is one instruction. While the boot CPU still has GS base
 * 0 the section itself is its area; percpu_init() copies the section to every
 * CPU's own area, so nothing may store a pointer into it before.
 *
 * A declaration says who else may look. Access rules:
 *   this_cpu_*()        one instruction, any context, no guard needed
 *   this_cpu_ptr(var)   asserts that preemption is off; plain C access through it
 *   cpu_ptr(var, cpu)   another CPU's copy: comment which field and why
 * `var` is the variable's name (not its address).
 */
#pragma once
#include <base/atomic.h>

#define DECLARE_PERCPU(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	extern percpu_type_##name __seg_gs name
#define DEFINE_PERCPU(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	percpu_type_##name __seg_gs name __section(".percpu")
/* Private to one file. */
#define DEFINE_PERCPU_STATIC(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	static percpu_type_##name __seg_gs name __section(".percpu")
/* For hot words of one room: own cache line, no false sharing with neighbours. */
#define DEFINE_PERCPU_ALIGNED(type, name) \
	typedef __typeof__(type) percpu_type_##name; \
	percpu_type_##name __seg_gs name __section(".percpu.aligned") __cacheline_aligned

DECLARE_PERCPU(uintptr_t, percpu_base);     /* this CPU's GS base; const after bring-up   */
DECLARE_PERCPU(unsigned, cpu_number);       /* this CPU's number; const after bring-up    */

extern unsigned nr_cpus;                    /* CPUs that ACPI reports (possible), >= 1     */
extern uintptr_t *percpu_bases;             /* GS base by CPU number, nr_cpus entries      */

#define percpu_key_(var) ((uintptr_t)(&(var)))

/* One-instruction accesses to scalars; var may be a field of a per-CPU struct. */
#define this_cpu_read(var)      (*(volatile __typeof__(var) *)&(var))
#define this_cpu_write(var, v)  ((void)(*(volatile __typeof__(var) *)&(var) = (v)))

#define percpu_asm_op_(op, var, v) do { \
	if (sizeof(var) == 8) \
		__asm__ volatile(op "q %1, %%gs:%0" : "+m"(*(uint64_t *)percpu_key_(var)) : "er"((uint64_t)(v)) : "cc"); \
	else if (sizeof(var) == 4) \
		__asm__ volatile(op "l %1, %%gs:%0" : "+m"(*(uint32_t *)percpu_key_(var)) : "er"((uint32_t)(v)) : "cc"); \
	else \
		__builtin_trap(); \
} while (0)
#define this_cpu_add(var, v) percpu_asm_op_("add", var, v)
#define this_cpu_sub(var, v) percpu_asm_op_("sub", var, v)
#define this_cpu_or(var, v)  percpu_asm_op_("or", var, v)
#define this_cpu_and(var, v) percpu_asm_op_("and", var, v)
#define this_cpu_inc(var)    this_cpu_add(var, 1)
#define this_cpu_dec(var)    this_cpu_sub(var, 1)
/* Decrement a 32-bit variable; true when it is zero afterwards. One instruction and the flag it leaves. */
#define this_cpu_dec_and_test(var) ({ \
	bool zero_; \
	static_assert(sizeof(var) == 4, "32-bit per-CPU variable"); \
	__asm__ volatile("decl %%gs:%1" : "=@ccz"(zero_), "+m"(*(uint32_t *)percpu_key_(var)) :: "memory"); \
	zero_; })

/* Pointer to this CPU's copy; preemption must be off while it is used. */
#define this_cpu_ptr(var) ((percpu_type_##var *)(percpu_key_(var) + this_cpu_read(percpu_base)))
/* Pointer to the copy of CPU number cpu (< nr_cpus). */
#define cpu_ptr(var, cpu) ((percpu_type_##var *)(percpu_key_(var) + percpu_bases[cpu]))

#define for_each_cpu(cpu) for (unsigned cpu = 0; cpu < nr_cpus; cpu++)

DECLARE_PERCPU(atomic_bool, cpu_online);    /* takes calls and threads; set once by its own CPU */
static inline bool cpu_is_online(unsigned cpu) { return load_acquire(cpu_ptr(cpu_online, cpu)); }

static inline unsigned cpu_id(void) { return this_cpu_read(cpu_number); }

/*
 * Set up areas for n CPUs from boot memory and move the boot CPU to its own.
 * Bring-up only, once, after mm's boot allocator and the direct map work.
 */
void percpu_init(unsigned n);

/*
 * Dynamic per-CPU memory, zeroed on every CPU, for reference and event counts.
 * The handle is a key like a variable's address. Returns NULL without memory.
 * May sleep; percpu_free() too.
 */
typedef struct percpu_handle *percpu_dyn_t;
/* Set at bring-up once vmalloc works: zeroed memory for another chunk (nr_cpus areas), NULL without. */
extern void *(*percpu_grow)(size_t size);
percpu_dyn_t percpu_alloc(size_t size, size_t align);
void percpu_free(percpu_dyn_t p, size_t size);
size_t percpu_area_bytes(void);             /* of one CPU: from one area to the next */
static inline void *percpu_dyn_ptr(percpu_dyn_t p, unsigned cpu) { return (void *)((uintptr_t)p + percpu_bases[cpu]); }
static inline void *percpu_dyn_this(percpu_dyn_t p) { return (void *)((uintptr_t)p + this_cpu_read(percpu_base)); }
/* Add to this CPU's int64_t, read it: one instruction, any context; a migration in the middle is impossible. */
static inline void percpu_dyn_add(percpu_dyn_t p, int64_t n)
{
	__asm__ volatile("addq %1, %%gs:(%0)" :: "r"(p), "er"(n) : "memory", "cc");
}
/* The same, what comes before it first: any store is that on x86. */
static inline void percpu_dyn_add_release(percpu_dyn_t p, int64_t n) { percpu_dyn_add(p, n); }
static inline int64_t percpu_dyn_read(percpu_dyn_t p)
{
	int64_t v;

	__asm__ volatile("movq %%gs:(%1), %0" : "=r"(v) : "r"(p) : "memory");
	return v;
}
