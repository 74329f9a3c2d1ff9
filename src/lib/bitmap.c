/* bitmap.c - searching arrays of bits a word at a time. Tests: tests/unit/lib/bitmap.c. */
#include <lib/bitmap.h>

/* First bit at or after from in the map xored with flip. */
static size_t find(const unsigned long *m, size_t nbits, size_t from, unsigned long flip)
{
	while (from < nbits) {
		unsigned long word = (m[from / BITS_PER_LONG] ^ flip) >> (from % BITS_PER_LONG);

		if (word) {
			from += __builtin_ctzl(word);
			return from < nbits ? from : nbits;
		}
		from = (from / BITS_PER_LONG + 1) * BITS_PER_LONG;
	}
	return nbits;
}

size_t bitmap_find_set(const unsigned long *m, size_t nbits, size_t from) { return find(m, nbits, from, 0); }
size_t bitmap_find_clear(const unsigned long *m, size_t nbits, size_t from) { return find(m, nbits, from, ~0ul); }

size_t bitmap_weight(const unsigned long *m, size_t nbits)
{
	size_t n = 0;

	for (size_t bit = bitmap_find_set(m, nbits, 0); bit < nbits; bit = bitmap_find_set(m, nbits, bit + 1))
		n++;
	return n;
}
