/* unit: src/fs/initramfs/cpio.c */
/* Archives built here, whole, cut at every byte, and with every byte changed: never a read outside, faults named. */
#include "../../../src/fs/initramfs/cpio.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(c) do { if (!(c)) { fprintf(stderr, "cpio: line %d: %s\n", __LINE__, #c); exit(1); } } while (0)

static size_t add(char *to, const char *name, unsigned mode, const char *data)
{
	size_t n = sprintf(to, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 7, mode, 1, 2, 1, 99, (unsigned)strlen(data),
			   8, 9, 4, 65, (unsigned)strlen(name) + 1, 0);

	memcpy(to + n, name, strlen(name) + 1);
	n += strlen(name) + 1;
	while (n % 4)
		to[n++] = 0;
	memcpy(to + n, data, strlen(data));
	n += strlen(data);
	while (n % 4)
		to[n++] = 0;
	return n;
}

static int walk(const char *archive, size_t len, const char **why, size_t *offset)
{
	struct cpio_entry e;
	int n = 0, got;

	*offset = 0;
	while ((got = cpio_next(archive, len, offset, &e, why)) > 0) {
		volatile char sink = 0;
		for (uint32_t i = 0; i < e.data_len; i++)
			sink += ((const char *)e.data)[i];
		sink += e.name[e.name_len];
		n++;
	}
	return got < 0 ? got : n;
}

int main(void)
{
	char *a = calloc(1, 2048);
	size_t n = 0, offset = 0, first;
	const char *why = NULL;
	struct cpio_entry e;

	n += add(a + n, "dir", 0040755, "");
	first = n;
	n += add(a + n, "dir/file", 0100644, "hello");
	n += add(a + n, "TRAILER!!!", 0, "");
	n += 64;                                /* padding, then a second archive */
	n += add(a + n, "late", 0120777, "target");
	n += add(a + n, "TRAILER!!!", 0, "");
	CHECK(cpio_next(a, n, &offset, &e, &why) == 1 && !strcmp(e.name, "dir") && e.mode == 0040755 && offset == first);
	CHECK(cpio_next(a, n, &offset, &e, &why) == 1 && e.data_len == 5 && !memcmp(e.data, "hello", 5) && e.rdev_minor == 65 && e.mtime == 99);
	CHECK(cpio_next(a, n, &offset, &e, &why) == 1 && !strcmp(e.name, "late"));
	CHECK(cpio_next(a, n, &offset, &e, &why) == 0);
	CHECK(walk(a, first, &why, &offset) < 0 && !strcmp(why, "no end mark") && offset == first);
	for (size_t cut = 0; cut <= n; cut++) {
		char *copy = malloc(cut ? cut : 1);     /* exact size: the sanitizer sees one byte too many */
		memcpy(copy, a, cut);
		walk(copy, cut, &why, &offset);
		CHECK(offset <= cut);
		free(copy);
	}
	for (size_t i = 0; i < n; i++)
		for (int bit = 0; bit < 8; bit++) {
			char *copy = malloc(n);
			memcpy(copy, a, n);
			copy[i] ^= 1 << bit;
			walk(copy, n, &why, &offset);
			free(copy);
		}
	a[first] = 'x';
	CHECK(walk(a, n, &why, &offset) < 0 && !strcmp(why, "bad magic") && offset == first);
	free(a);
	return 0;
}
