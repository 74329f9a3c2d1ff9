/* huge.h - anonymous memory that may be mapped by 2 MiB: switched on, placed, and what smaps says of it. */
#ifndef HUGE_H
#define HUGE_H
#include "../procfs/text.h"
#include <sys/prctl.h>

#define HUGE (2ul << 20)
#define ENABLED "/sys/kernel/mm/transparent_hugepage/enabled"

/* Memory is scarce in a small guest, and the switch stands at never there. */
static inline void huge_on(const char *how)
{
	int fd;

	mkdir("/sys", 0755);
	(void)!syscall(SYS_mount, "sysfs", "/sys", "sysfs", 0, NULL);
	fd = open(ENABLED, O_WRONLY);
	if (fd < 0 || write(fd, how, strlen(how)) != (ssize_t)strlen(how))
		say("cannot switch: %s\n", strerror(errno));
	close(fd);
}

/* n aligned pieces of 2 MiB, a page that is not there before and behind. */
static inline char *huge_map(size_t n, int prot)
{
	char *p = mmap(NULL, (n + 2) * HUGE, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *at = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));

	if (at == p)
		at += HUGE;
	munmap(p, (size_t)(at - p));
	munmap(at + n * HUGE, (size_t)(p + (n + 2) * HUGE - (at + n * HUGE)));
	return at;
}

/* A row of smaps in kB, summed over the mappings that lie in [at, at + len). */
static inline long smaps_sum(const char *row, const void *at, size_t len)
{
	unsigned long from, to, size = strlen(row);
	bool here = false;
	long sum = 0;

	slurp("/proc/self/smaps");
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n"))
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = from >= (uintptr_t)at && to <= (uintptr_t)at + len;
		else if (here && !strncmp(line, row, size))
			sum += atol(line + size + 1);
	return sum;
}

static inline void huge_show(const char *what, const void *at, size_t len)
{
	long rss = smaps_sum("Rss", at, len), huge = smaps_sum("AnonHugePages", at, len);

	say("%s: resident %ld, huge %ld\n", what, rss, huge);
}

/* Each page of [at, at + len) holds its number, and `seed`. */
static inline void stamp(char *at, size_t len, int seed)
{
	for (size_t i = 0; i < len; i += PAGE)
		*(uint64_t *)(at + i + 8) = (uint64_t)seed << 32 | i / PAGE;
}

static inline long stamps_wrong(const char *at, size_t len, int seed)
{
	long n = 0;

	for (size_t i = 0; i < len; i += PAGE)
		n += *(const uint64_t *)(at + i + 8) != ((uint64_t)seed << 32 | i / PAGE);
	return n;
}
#endif
