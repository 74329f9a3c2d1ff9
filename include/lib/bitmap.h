/* bitmap.h - arrays of bits in unsigned longs; plain accesses, exclusion is the caller's. */
#pragma once
#include <base/compiler.h>

#define BITS_PER_LONG 64
#define BITMAP_LONGS(bits) (((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG)

static inline bool bitmap_test(const unsigned long *m, size_t bit) { return m[bit / 64] >> (bit % 64) & 1; }
static inline void bitmap_set(unsigned long *m, size_t bit) { m[bit / 64] |= 1ul << (bit % 64); }
static inline void bitmap_clear(unsigned long *m, size_t bit) { m[bit / 64] &= ~(1ul << (bit % 64)); }
/* First set / clear bit at or after from, or nbits when there is none. */
size_t bitmap_find_set(const unsigned long *m, size_t nbits, size_t from);
size_t bitmap_find_clear(const unsigned long *m, size_t nbits, size_t from);
size_t bitmap_weight(const unsigned long *m, size_t nbits);
