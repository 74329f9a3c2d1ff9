/* unit: src/lib/hash.c */
/* SipHash-1-3 against values of the published algorithm, computed by an independent, literal transcription. */
#include <lib/hash.h>
#include <stdio.h>

#define ROTL(x, b) (uint64_t)(((x) << (b)) | ((x) >> (64 - (b))))
#define ROUND do { v0 += v1; v1 = ROTL(v1, 13); v1 ^= v0; v0 = ROTL(v0, 32); v2 += v3; v3 = ROTL(v3, 16); v3 ^= v2; \
	v0 += v3; v3 = ROTL(v3, 21); v3 ^= v0; v2 += v1; v1 = ROTL(v1, 17); v1 ^= v2; v2 = ROTL(v2, 32); } while (0)

static uint64_t reference(uint64_t k0, uint64_t k1, const unsigned char *in, size_t len)
{
	uint64_t v0 = k0 ^ 0x736f6d6570736575, v1 = k1 ^ 0x646f72616e646f6d, v2 = k0 ^ 0x6c7967656e657261, v3 = k1 ^ 0x7465646279746573;
	uint64_t b = (uint64_t)len << 56;
	size_t i = 0;

	for (; i + 8 <= len; i += 8) {
		uint64_t m = 0;
		for (int j = 7; j >= 0; j--)
			m = m << 8 | in[i + j];
		v3 ^= m; ROUND; v0 ^= m;
	}
	for (size_t j = 0; i + j < len; j++)
		b |= (uint64_t)in[i + j] << (8 * j);
	v3 ^= b; ROUND; v0 ^= b;
	v2 ^= 0xff; ROUND; ROUND; ROUND;
	return v0 ^ v1 ^ v2 ^ v3;
}

int main(void)
{
	unsigned char data[64];
	uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };

	for (int i = 0; i < 64; i++)
		data[i] = i;
	for (size_t len = 0; len <= 64; len++)
		if (hash_bytes(key, data, len) != reference(key[0], key[1], data, len)) {
			fprintf(stderr, "hash_bytes: length %zu differs\n", len);
			return 1;
		}
	return 0;
}
