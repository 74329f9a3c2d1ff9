/*
 * name_hash.h - hashing and comparing names a word at a time.
 *
 * The hash is keyed: names come from users, and a chain they could lengthen at will would be a
 * weapon. Each 8 bytes are folded into the state by a 64x64->128 multiplication with a secret.
 * Loads may reach past the end of a string, never past the end of its page.
 * Tests: tests/unit/fs/name_hash.c.
 */
#pragma once
#include <base/compiler.h>

#define NAME_ONES  0x0101010101010101ul
#define NAME_HIGHS 0x8080808080808080ul

extern uint64_t name_key[2];                /* set at bring-up, before the first name; both odd */

static inline uint64_t name_mix(uint64_t h)
{
	unsigned __int128 m = (unsigned __int128)h * name_key[1];

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}
static inline uint32_t name_fold(uint64_t h) { return (uint32_t)(h ^ h >> 32); }

/* The 8 bytes at s; zeroes for what lies on the next page, if that may not be read. */
static __always_inline __attribute__((no_sanitize("address"))) uint64_t name_load(const char *s)
{
	uint64_t w = 0;

	if (likely(((uintptr_t)s & (PAGE_SIZE - 1)) <= PAGE_SIZE - 8)) {
		__builtin_memcpy(&w, s, 8);
		return w;
	}
	for (unsigned i = 0; i < 8; i++) {
		uint64_t c = (unsigned char)s[i];

		w |= c << 8 * i;
		if (!c)
			break;
	}
	return w;
}
/* High bits where a byte of w is zero; exact up to the lowest one. */
static inline uint64_t name_zeroes(uint64_t w) { return (w - NAME_ONES) & ~w & NAME_HIGHS; }
static inline uint64_t name_low_bytes(unsigned n) { return n ? ~0ul >> (64 - 8 * n) : 0; }

/*
 * Length of the component at s, up to '/' or the end; its hash, and its last bytes as a word padded with
 * zeroes (len % 8 of them).
 */
static __always_inline size_t name_scan_tail(const char *s, uint32_t *hash, uint64_t *tail)
{
	uint64_t h = name_key[0];

	for (size_t len = 0;; len += 8) {
		uint64_t w = name_load(s + len), ends = name_zeroes(w) | name_zeroes(w ^ NAME_ONES * '/');

		if (likely(ends)) {
			uint64_t first = ends & -ends;          /* the high bit of the byte that ends the name */

			*tail = w & ((first >> 7) - 1);
			*hash = name_fold(name_mix(h ^ *tail));
			return len + (unsigned)__builtin_ctzl(first) / 8;
		}
		h = name_mix(h ^ w);
	}
}
static inline size_t name_scan(const char *s, uint32_t *hash)
{
	uint64_t tail;

	return name_scan_tail(s, hash, &tail);
}

/* The same hash for a name of known length. */
static inline uint32_t name_hash(const char *s, size_t len)
{
	uint64_t h = name_key[0], w;

	for (; len >= 8; len -= 8, s += 8) {
		__builtin_memcpy(&w, s, 8);
		h = name_mix(h ^ w);
	}
	w = 0;
	for (size_t i = 0; i < len; i++)
		w |= (uint64_t)(unsigned char)s[i] << 8 * i;
	return name_fold(name_mix(h ^ w));
}

/* Is `stored`, padded with zeroes to whole words, equal to the len bytes at s, whose last word is tail? */
static __always_inline bool name_equal_tail(const char *stored, const char *s, size_t len, uint64_t tail)
{
	uint64_t a, b;

	for (; unlikely(len >= 8); len -= 8, s += 8, stored += 8) {
		__builtin_memcpy(&a, stored, 8);
		__builtin_memcpy(&b, s, 8);
		if (a != b)
			return false;
	}
	if (!len)
		return true;
	__builtin_memcpy(&a, stored, 8);
	return a == tail;
}
static inline bool name_equal(const char *stored, const char *s, size_t len)
{
	size_t rest = len & 7;

	return name_equal_tail(stored, s, len, rest ? name_load(s + len - rest) & name_low_bytes((unsigned)rest) : 0);
}
