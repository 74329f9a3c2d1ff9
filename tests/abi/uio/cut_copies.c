/*
 * cut_copies.c - copies of every kind of length that run into a page that is not there: what came before counts, to the byte.
 */
#include "../show.h"

#define BIG (3 * PAGE)

static char data[BIG];
static int file, zero;

/* Read `len` bytes to where only `good` fit. */
static void cut(const char *what, int fd, char *edge, size_t len, size_t good)
{
	char *at = edge - good;
	bool same = true;
	long n;

	memset(edge - 2 * PAGE, '.', 2 * PAGE);
	n = fd == file ? pread(fd, at, len, 5) : read(fd, at, len);
	for (long i = 0; i < n; i++)
		same = same && at[i] == (fd == file ? data[5 + i] : 0);
	for (char *p = edge - 2 * PAGE; p < at; p++)
		same = same && *p == '.';
	say("%s %zu, %zu fit: %ld, %s\n", what, len, good, n, same ? "all right" : "wrong bytes");
}

int main(void)
{
	static const size_t lens[] = { 17, 33, 65, 100, 511, 512, 513, 519, 1000, 4095, 4096, 4097, 6000 };
	static const size_t goods[] = { 1, 7, 8, 9, 63, 64, 500, 505, 512, 900, 4090, 5001 };
	char *p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(p + 2 * PAGE, PAGE);
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (char)(i * 7 + i / 251);
	file = open("file", O_RDWR | O_CREAT, 0600);
	zero = open("/dev/zero", O_RDWR);
	if (write(file, data, sizeof data) != sizeof data || zero < 0)
		return 1;
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++)
		for (size_t k = 0; k < sizeof goods / sizeof *goods; k++)
			if (goods[k] < lens[i]) {
				cut("file", file, p + 2 * PAGE, lens[i], goods[k]);
				cut("zero", zero, p + 2 * PAGE, lens[i], goods[k]);
			}
	return 0;
}
