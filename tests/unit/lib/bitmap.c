/* unit: src/lib/bitmap.c */
/* Searches against a bit-by-bit search, at every size and start around word edges. */
#include <lib/bitmap.h>
#include <stdio.h>
#include <stdlib.h>

static size_t slow(const unsigned long *m, size_t n, size_t from, bool want)
{
	while (from < n && bitmap_test(m, from) != want)
		from++;
	return from < n ? from : n;
}

int main(void)
{
	unsigned long m[4];

	srand(2);
	for (int round = 0; round < 200; round++) {
		for (int i = 0; i < 4; i++)
			m[i] = round % 3 == 0 ? 0 : round % 3 == 1 ? ~0ul : (unsigned long)rand() << 32 ^ rand();
		for (int i = 0; i < 5; i++)
			round & 1 ? bitmap_set(m, rand() % 256) : bitmap_clear(m, rand() % 256);
		for (size_t n = 0; n <= 256; n += 1 + rand() % 7) {
			size_t weight = 0;
			for (size_t from = 0; from <= n; from++) {
				if (bitmap_find_set(m, n, from) != slow(m, n, from, true) ||
				    bitmap_find_clear(m, n, from) != slow(m, n, from, false))
					return fprintf(stderr, "bitmap: n %zu from %zu\n", n, from), 1;
				weight += from < n && bitmap_test(m, from);
			}
			if (bitmap_weight(m, n) != weight)
				return fprintf(stderr, "bitmap: weight of %zu\n", n), 1;
		}
	}
	return 0;
}
