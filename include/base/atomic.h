/*
 * atomic.h - shared accesses with explicit C11 orders.
 *
 * Every access to memory that another thread may touch concurrently without a
 * common lock goes through these; they take a pointer to a plain integer or
 * pointer object. A non-relaxed access names its partner in a comment; a
 * relaxed one says why relaxed is enough.
 *
 *   load_*, store_*      single accesses
 *   exchange_*, fetch_*  read-modify-writes; cas_* compares first
 *   fence_*              order what stands around them; fence_after_rmw() is free behind a read-modify-write
 *   plain_*              an ordinary access to memory that others share: right only under the lock, or by
 *                        the ownership, that its comment names. A race on one is a bug, and is found
 *
 * What they cost on x86-64: loads and stores a mov, whatever the order, but store_seq_cst an xchg;
 * read-modify-writes one locked instruction, whatever the order; fence_seq_cst one, the others nothing.
 * So the order of a read-modify-write is chosen for the proof alone.
 *
 * There are three backends of one source: the kernel and the host compile these macros as they stand,
 * the model checker instruments the same built-ins. What is machine-specific beside them is a header
 * that src/arch/{host,model}/include shadow: percpu/percpu.h, percpu/preempt.h, arch/irq.h, arch/cpu.h, arch/fence.h.
 */
#pragma once
#include <base/compiler.h>
#include <arch/fence.h>

typedef unsigned int atomic_uint;           /* touched only through this header */
typedef int atomic_int;
typedef unsigned long atomic_ulong;
typedef long atomic_long;
typedef bool atomic_bool;

#define load_relaxed(p)      __atomic_load_n((p), __ATOMIC_RELAXED)
#define load_acquire(p)      __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define load_seq_cst(p)      __atomic_load_n((p), __ATOMIC_SEQ_CST)
#define store_relaxed(p, v)  __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define store_release(p, v)  __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define store_seq_cst(p, v)  __atomic_store_n((p), (v), __ATOMIC_SEQ_CST)

#define exchange_relaxed(p, v) __atomic_exchange_n((p), (v), __ATOMIC_RELAXED)
#define exchange_acquire(p, v) __atomic_exchange_n((p), (v), __ATOMIC_ACQUIRE)
#define exchange_release(p, v) __atomic_exchange_n((p), (v), __ATOMIC_RELEASE)
#define exchange_acq_rel(p, v) __atomic_exchange_n((p), (v), __ATOMIC_ACQ_REL)
#define exchange_seq_cst(p, v) __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)

#define fetch_add_relaxed(p, v) __atomic_fetch_add((p), (v), __ATOMIC_RELAXED)
#define fetch_add_acquire(p, v) __atomic_fetch_add((p), (v), __ATOMIC_ACQUIRE)
#define fetch_add_release(p, v) __atomic_fetch_add((p), (v), __ATOMIC_RELEASE)
#define fetch_add_acq_rel(p, v) __atomic_fetch_add((p), (v), __ATOMIC_ACQ_REL)
#define fetch_add_seq_cst(p, v) __atomic_fetch_add((p), (v), __ATOMIC_SEQ_CST)
#define fetch_sub_relaxed(p, v) __atomic_fetch_sub((p), (v), __ATOMIC_RELAXED)
#define fetch_sub_acquire(p, v) __atomic_fetch_sub((p), (v), __ATOMIC_ACQUIRE)
#define fetch_sub_release(p, v) __atomic_fetch_sub((p), (v), __ATOMIC_RELEASE)
#define fetch_sub_acq_rel(p, v) __atomic_fetch_sub((p), (v), __ATOMIC_ACQ_REL)
#define fetch_sub_seq_cst(p, v) __atomic_fetch_sub((p), (v), __ATOMIC_SEQ_CST)
#define fetch_or_relaxed(p, v) __atomic_fetch_or((p), (v), __ATOMIC_RELAXED)
#define fetch_or_acquire(p, v) __atomic_fetch_or((p), (v), __ATOMIC_ACQUIRE)
#define fetch_or_release(p, v) __atomic_fetch_or((p), (v), __ATOMIC_RELEASE)
#define fetch_or_acq_rel(p, v) __atomic_fetch_or((p), (v), __ATOMIC_ACQ_REL)
#define fetch_or_seq_cst(p, v) __atomic_fetch_or((p), (v), __ATOMIC_SEQ_CST)
#define fetch_and_relaxed(p, v) __atomic_fetch_and((p), (v), __ATOMIC_RELAXED)
#define fetch_and_acquire(p, v) __atomic_fetch_and((p), (v), __ATOMIC_ACQUIRE)
#define fetch_and_release(p, v) __atomic_fetch_and((p), (v), __ATOMIC_RELEASE)
#define fetch_and_acq_rel(p, v) __atomic_fetch_and((p), (v), __ATOMIC_ACQ_REL)
#define fetch_and_seq_cst(p, v) __atomic_fetch_and((p), (v), __ATOMIC_SEQ_CST)
#define fetch_xor_relaxed(p, v) __atomic_fetch_xor((p), (v), __ATOMIC_RELAXED)
#define fetch_xor_acq_rel(p, v) __atomic_fetch_xor((p), (v), __ATOMIC_ACQ_REL)

/* Compare *p with *expected and store v when equal; else load *p into *expected, ordered as the second order says. */
#define cas_relaxed(p, expected, v) \
	__atomic_compare_exchange_n((p), (expected), (v), 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define cas_acquire(p, expected, v) \
	__atomic_compare_exchange_n((p), (expected), (v), 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)
#define cas_release(p, expected, v) \
	__atomic_compare_exchange_n((p), (expected), (v), 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED)
#define cas_acq_rel(p, expected, v) \
	__atomic_compare_exchange_n((p), (expected), (v), 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)
#define cas_seq_cst(p, expected, v) \
	__atomic_compare_exchange_n((p), (expected), (v), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

#define fence_acquire() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define fence_release() __atomic_thread_fence(__ATOMIC_RELEASE)
#define fence_seq_cst() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* Ordinary accesses to shared memory, see above. */
#define plain_load(p)     (*(p))
#define plain_store(p, v) ((void)(*(p) = (v)))

/* Spin until cond (free of side effects) holds; a pause loop in the kernel. */
#define spin_until(cond) do { if (unlikely(!(cond))) do cpu_relax(); while (!(cond)); } while (0)
