/* unit: */
/* Scanning a component finds its end at every length and alignment, and gives the hash of the same name by length. */
#include "../../../src/fs/name_hash.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

uint64_t name_key[2] = { 0x123456789abcdef1ull, 0xfedcba9876543211ull };

int main(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static char stored[512];
	uint32_t a, b;

	assert(page != MAP_FAILED && !mprotect(page + 4096, 4096, PROT_NONE));
	for (unsigned len = 0; len <= 300; len++)
		for (unsigned slack = 0; slack < 9; slack++)
			for (int slash = 0; slash < 2; slash++) {
				char *s = page + 4096 - len - 1 - slack;

				for (unsigned i = 0; i < len; i++)
					do
						s[i] = (char)rand();
					while (!s[i] || s[i] == '/');
				memset(s + len, slash ? '/' : 0, slack + 1);
				page[4095] = 0;
				assert(name_scan(s, &a) == len);
				b = name_hash(s, len);
				assert(a == b);
				memset(stored, 0, sizeof stored);
				memcpy(stored, s, len);
				assert(name_equal(stored, s, len));
				if (len) {
					stored[rand() % len] ^= 0x40;
					assert(!name_equal(stored, s, len));
				}
			}
	/* Names that differ in their last zero bytes' place only: "a" and "a" with a longer tail. */
	assert(name_hash("a", 1) != name_hash("ab", 2));
	puts("ok");
	return 0;
}
