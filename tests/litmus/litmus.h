/*
 * litmus.h - shapes with known outcomes, that test the checker itself.
 *
 * A shape is two to four threads over X, Y, Z; what it observes it puts into R[]. Its
 * outcome is R[0..n-1], then, for shapes that ask for the last store, X and Y. Each
 * shape lists all outcomes that the model allows, for C11 (RC11, release sequences of
 * C++20) and x86-TSO (loads and stores a mov, seq_cst stores an xchg, seq_cst fences an
 * mfence): every one of these must be seen, and no other.
 */
#pragma once
#include <model/model.h>
#include <base/atomic.h>

#define RLX __ATOMIC_RELAXED
#define ACQ __ATOMIC_ACQUIRE
#define REL __ATOMIC_RELEASE
#define AR  __ATOMIC_ACQ_REL
#define SC  __ATOMIC_SEQ_CST

static unsigned X, Y, Z, R[8];

#define LD(v, o)      __atomic_load_n(&(v), o)
#define ST(v, n, o)   __atomic_store_n(&(v), (n), o)
#define ADD(v, n, o)  __atomic_fetch_add(&(v), (n), o)
#define XCHG(v, n, o) __atomic_exchange_n(&(v), (n), o)
#define FENCE(o)      __atomic_thread_fence(o)
static inline unsigned cas(unsigned *p, unsigned from, unsigned to, int o)
{
	unsigned e = from;

	return __atomic_compare_exchange_n(p, &e, to, 0, o, RLX);
}
#define CAS(v, from, to, o) cas(&(v), (from), (to), o)

/* Threads by number of statements' lists; `n` observations, and the last values of X and Y when `last`. */
#define FINISH_(id, n, last) static void id##_end(void) \
{ unsigned v[8] = { R[0], R[1], R[2], R[3], R[4], R[5], 0, 0 }; v[n] = X; v[(n) + 1] = Y; model_outcome((n) + (last), v); }
#define SHAPE2(id, n, last, c11, tso, p, q) \
	static void id##_0(void) { p; } static void id##_1(void) { q; } FINISH_(id, n, last) \
	MODEL_TEST(id, .claim = "litmus", .threads = { id##_0, id##_1 }, .finish = id##_end, .outcomes_c11 = c11, .outcomes_tso = tso)
#define SHAPE3(id, n, last, c11, tso, p, q, r) \
	static void id##_0(void) { p; } static void id##_1(void) { q; } static void id##_2(void) { r; } FINISH_(id, n, last) \
	MODEL_TEST(id, .claim = "litmus", .threads = { id##_0, id##_1, id##_2 }, .finish = id##_end, .outcomes_c11 = c11, .outcomes_tso = tso)
#define SHAPE4(id, n, last, c11, tso, p, q, r, s) \
	static void id##_0(void) { p; } static void id##_1(void) { q; } static void id##_2(void) { r; } static void id##_3(void) { s; } \
	FINISH_(id, n, last) \
	MODEL_TEST(id, .claim = "litmus", .threads = { id##_0, id##_1, id##_2, id##_3 }, .finish = id##_end, .outcomes_c11 = c11, .outcomes_tso = tso)
