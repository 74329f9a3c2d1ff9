/*
 * vmsplice_leak.c - pages that went through pipes in every way are free again: more of them than a guest has memory.
 */
#include "lent.h"

#define ROUNDS 800

static void round_of(int n, int f)
{
	char *m = memory(16);
	off_t off = 0;
	int p[2], q[2];

	if (pipe(p) || pipe(q))
		fatal("pipe");
	give(p[1], m, 16 * PAGE, n & 1 ? SPLICE_F_GIFT : 0);
	tee(p[0], q[1], 9 * PAGE + 5, 0);
	if (n & 2)
		(void)!read(p[0], buf, 3 * PAGE + 7);
	if (n & 4)
		splice(p[0], NULL, q[1], NULL, 100, SPLICE_F_NONBLOCK);
	if (n & 8)
		splice(q[0], NULL, f, &off, 5 * PAGE, 0);
	if (n & 16)
		give(q[0], buf, 100, SPLICE_F_NONBLOCK);
	munmap(m, 16 * PAGE);
	off = 0;
	splice(f, &off, q[1], NULL, 3 * PAGE, SPLICE_F_NONBLOCK);
	(void)!ftruncate(f, 0);
	(void)!fcntl(q[1], F_SETPIPE_SZ, 32 * PAGE);
	close(p[0]), close(p[1]), close(q[0]), close(q[1]);
}

static long free_kb(void)
{
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");
	long kb = 0;

	while (fgets(line, sizeof line, f))
		if (sscanf(line, "MemFree: %ld", &kb) == 1)
			break;
	fclose(f);
	return kb;
}

int main(void)
{
	int f = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	long before;

	round_of(31, f);
	before = free_kb();
	for (int n = 0; n < ROUNDS; n++)
		round_of(n, f);
	/* 800 rounds of 16 pages are 50 MB: what waits in lists of the kernel's is less. */
	judge("memory is free again", before - free_kb() < 16 << 10);
	return 0;
}
