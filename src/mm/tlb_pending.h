/*
 * tlb_pending.h - entries that are cleared, but whose translations other CPUs may still hold.
 *
 * Who truncates a file frees its pages when no entry maps them and no CPU translates to them. An entry may be gone
 * already, cleared by an unmap that has not flushed yet:
 *
 *   who unmaps                                   who truncates
 *   pending + 1                      (A)         table lock: is the entry there? clear it
 *   table lock: clear the entry      (L)         pending ? flush for them                  (C)
 *   flush                                        free the page
 *   pending - 1                      (B)
 *
 * Who finds the entry gone comes behind L by the table's lock, hence behind A: it sees pending, or, by B and C, comes
 * behind the flush. Tests: tests/model/tlb_pending.c.
 */
#pragma once
#include <base/atomic.h>

static inline void tlb_pending_begin(atomic_uint *n) { fetch_add_relaxed(n, 1); }      /* A; relaxed: published by the table's lock */
static inline void tlb_pending_end(atomic_uint *n) { fetch_sub_release(n, 1); }        /* B, pairs with C: the flush is done */
static inline bool tlb_is_pending(const atomic_uint *n) { return load_acquire(n); }    /* C, pairs with B */
