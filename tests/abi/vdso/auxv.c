/* auxv.c - the auxiliary vector: which entries, in which order, what they say; /proc/self/auxv. */
#include "vdso.h"
#include <linux/auxvec.h>

#ifndef AT_RSEQ_FEATURE_SIZE
#define AT_RSEQ_FEATURE_SIZE 27
#define AT_RSEQ_ALIGN 28
#endif

extern char **environ;

int main(int argc, char **argv)
{
	unsigned long *aux, copy[128];
	char **e = environ;
	int fd, n, i;

	while (*e++)
		;
	aux = (unsigned long *)e;
	for (i = 0; aux[2 * i]; i++) {
		unsigned long v = aux[2 * i + 1];

		switch (aux[2 * i]) {
		case AT_PAGESZ: case AT_CLKTCK: case AT_PHENT: case AT_FLAGS: case AT_UID: case AT_EUID: case AT_GID: case AT_EGID:
		case AT_SECURE: case AT_HWCAP2: case AT_RSEQ_FEATURE_SIZE: case AT_RSEQ_ALIGN: case AT_BASE:
			say("%lu = %lu\n", aux[2 * i], v);
			break;
		case AT_EXECFN:
			say("%lu = file name %d\n", aux[2 * i], strstr((char *)v, "auxv") != NULL || strstr((char *)v, "/") != NULL);
			break;
		case AT_PLATFORM:
			say("%lu = %s\n", aux[2 * i], (char *)v);
			break;
		case AT_RANDOM:
			say("%lu = on the stack %d\n", aux[2 * i], v > (unsigned long)&argc);
			break;
		case AT_MINSIGSTKSZ:
			say("%lu = enough %d\n", aux[2 * i], v >= 1000 && v < 20000);
			break;
		default:
			say("%lu = some %d\n", aux[2 * i], v != 0);
		}
	}
	fd = open("/proc/self/auxv", O_RDONLY);
	n = read(fd, copy, sizeof copy);
	judge("/proc/self/auxv is the same", n == (i + 1) * 16 && !memcmp(copy, aux, n));
	say("rest %zd\n", read(fd, copy, sizeof copy));
	return argc > 9 || !argv;
}
