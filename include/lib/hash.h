/* hash.h - keyed and unkeyed hashing. hash_bytes() is SipHash-1-3, safe for hostile keys. */
#pragma once
#include <base/types.h>

uint64_t hash_bytes(const uint64_t key[2], const void *data, size_t len);
/* Mix one word; for keys an attacker cannot choose. */
static inline uint64_t hash_u64(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15ull;
	return x ^ x >> 29;
}
