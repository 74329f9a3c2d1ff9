/*
 * region.h - mappings as /proc/self/maps shows them, relative to a region of the test's own.
 */
#ifndef REGION_H
#define REGION_H

#include "../show.h"
#include <setjmp.h>

#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

/* n pages of room, PROT_NONE, with an unmapped page at both sides, so that nothing joins it. */
static inline char *region(unsigned n)
{
	char *p = mmap(NULL, (n + 2) * PAGE, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		fatal("region");
	munmap(p, PAGE);
	munmap(p + (n + 1) * PAGE, PAGE);
	return p + PAGE;
}

/* The same, readable and writable. */
static inline char *region_rw(unsigned n)
{
	char *p = region(n);

	if (mprotect(p, n * PAGE, RW))
		fatal("region_rw");
	return p;
}

/* The kB after a field of a file such as /proc/self/status, or -1; allocates nothing. */
static inline long field_kb(const char *path, const char *field)
{
	static char text[16384];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);
	char *at;

	close(fd);
	text[n > 0 ? n : 0] = 0;
	at = strstr(text, field);
	return at ? atol(at + strlen(field)) : -1;
}

/* The mappings that lie in [base, base + n pages), in pages from base. */
static inline void show_maps(const char *what, const char *base, unsigned n)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned long from, to, off;
	char perms[8], line[512];

	say("%s:", what);
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "%lx-%lx %7s %lx", &from, &to, perms, &off) == 4 && to > (unsigned long)base &&
		    from < (unsigned long)base + n * PAGE)
			say(" %ld-%ld %s%s", (long)(from - (unsigned long)base) / (long)PAGE, (long)(to - (unsigned long)base) / (long)PAGE,
			    perms, off ? " off" : "");
	say("\n");
	if (f)
		fclose(f);
}

static sigjmp_buf touch_back;
static siginfo_t touch_info;

static inline void touch_handler(int sig, siginfo_t *i, void *context)
{
	touch_info = *i;
	siglongjmp(touch_back, 1);
}

/* What a store (write) or load at p ends in: "ok" or the signal with its code, and whether it tells the address. */
static inline void touch(const char *what, volatile char *p, bool write)
{
	struct sigaction sa = { .sa_sigaction = touch_handler, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	if (sigsetjmp(touch_back, 1)) {
		say("%s: %s code %d%s\n", what, touch_info.si_signo == SIGSEGV ? "SIGSEGV" : "SIGBUS", touch_info.si_code,
		    touch_info.si_addr == p ? "" : " elsewhere");
		return;
	}
	if (write)
		*p = 1;
	else
		(void)*p;
	say("%s: ok\n", what);
}

static inline void load(const char *what, void *p) { touch(what, p, false); }
static inline void store(const char *what, void *p) { touch(what, p, true); }

static inline int temp_file(const char *name, unsigned size)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);

	for (unsigned i = 0; i < size; i++)
		if (write(fd, &"abcdefghijklmnop"[i / PAGE % 16], 1) != 1)
			fatal("temp_file");
	return fd;
}

/* What mmap gives: "ok" or the error. The mapping goes at once. */
static inline void try_map(const char *what, void *addr, size_t len, int prot, int flags, int fd, off_t off)
{
	long r = syscall(SYS_mmap, addr, len, prot, flags, fd, off);

	show_ok(what, r);
	if (r != -1)
		munmap((void *)r, len);
}

#endif
