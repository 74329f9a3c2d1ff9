/*
 * maps.c - /proc/PID/maps and smaps: the form of a line, names of special mappings, fields and flags.
 */
#include "text.h"

static void line_of(const char *what, void *at)
{
	unsigned long from, to;
	char *next, *name;

	slurp("/proc/self/maps");
	for (char *line = proc_text; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		if (sscanf(line, "%lx-%lx", &from, &to) != 2 || (unsigned long)at < from || (unsigned long)at >= to)
			continue;
		name = strlen(line) > 73 ? line + 73 : "";
		say("%s: %lu pages, %.4s, offset %.8s, name at %ld: %s\n", what, (to - from) / PAGE, strchr(line, ' ') + 1, strchr(line, ' ') + 6,
		    *name ? 73l : (long)strlen(line), name);
		return;
	}
	say("%s: not there\n", what);
}

static void smaps_of(const char *what, void *at)
{
	unsigned long from, to;
	bool here = false;

	slurp("/proc/self/smaps");
	say("%s:\n", what);
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n")) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = (unsigned long)at >= from && (unsigned long)at < to;
		else if (here && strncmp(line, "THPel", 5) && strncmp(line, "ProtectionKey", 13))
			say("  %s|\n", line);
	}
}

int main(void)
{
	int fd = open("a file\nwith \\ odd name", O_RDWR | O_CREAT, 0600);
	char *p, *r = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)!ftruncate(fd, 4 * PAGE);
	munmap(r, PAGE), munmap(r + 7 * PAGE, PAGE);
	r += PAGE;
	memset(r, 1, 3 * PAGE);
	line_of("anonymous", r);
	smaps_of("anonymous, 3 of 6 touched", r);
	mlock(r, 6 * PAGE);
	smaps_of("locked", r);
	madvise(r, 6 * PAGE, MADV_DONTFORK);
	munlock(r, 6 * PAGE);
	smaps_of("not for children", r);
	p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
	p[0] = 1;
	line_of("shared file", p);
	smaps_of("shared file", p);
	mmap(p + 2 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0);
	(void)*(volatile char *)(p + 2 * PAGE);
	line_of("private file", p + 2 * PAGE);
	unlink("a file\nwith \\ odd name");
	line_of("unlinked", p);
	p = mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	smaps_of("closed, noreserve", p);
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	p[0] = 1;
	line_of("shared anonymous", p);
	smaps_of("shared anonymous", p);
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, open("/dev/zero", O_RDWR), 0);
	line_of("/dev/zero", p);
	return 0;
}
