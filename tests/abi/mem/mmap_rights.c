/*
 * mmap_rights.c - what the access mode of a descriptor allows of a mapping, now and by mprotect.
 */
#include "region.h"

static void all(const char *name, int fd)
{
	static const struct { const char *name; int prot; } prots[] = {
		{ "none", PROT_NONE }, { "r", PROT_READ }, { "w", PROT_WRITE }, { "rw", RW }, { "x", PROT_EXEC },
	};

	for (unsigned i = 0; i < 5; i++)
		for (int type = MAP_SHARED; type <= MAP_PRIVATE; type++) {
			char what[64];
			void *p = mmap(NULL, PAGE, prots[i].prot, type, fd, 0);

			snprintf(what, sizeof what, "%s %s %s", name, type == MAP_SHARED ? "shared" : "private", prots[i].name);
			if (p == MAP_FAILED) {
				say("%s: %s\n", what, errno_name(errno));
				continue;
			}
			say("%s: ok", what);
			for (unsigned k = 0; k < 5; k++)
				say(" %s=%s", prots[k].name, mprotect(p, PAGE, prots[k].prot) ? errno_name(errno) : "ok");
			say("\n");
			munmap(p, PAGE);
		}
}

int main(void)
{
	int fd = temp_file("f", PAGE);

	all("read-write", fd);
	all("read-only", open("f", O_RDONLY));
	all("write-only", open("f", O_WRONLY));
	all("append", open("f", O_RDWR | O_APPEND));
	try_map("/dev/null", NULL, PAGE, PROT_READ, MAP_PRIVATE, open("/dev/null", O_RDWR), 0);
	try_map("/dev/zero, private", NULL, PAGE, RW, MAP_PRIVATE, open("/dev/zero", O_RDWR), 0);
	try_map("/dev/zero, shared", NULL, PAGE, RW, MAP_SHARED, open("/dev/zero", O_RDWR), 0);
	try_map("/dev/zero, read-only, shared", NULL, PAGE, RW, MAP_SHARED, open("/dev/zero", O_RDONLY), 0);
	try_map("/dev/full", NULL, PAGE, PROT_READ, MAP_PRIVATE, open("/dev/full", O_RDWR), 0);
	try_map("/dev/urandom", NULL, PAGE, PROT_READ, MAP_PRIVATE, open("/dev/urandom", O_RDONLY), 0);
	try_map("/proc/self/maps", NULL, PAGE, PROT_READ, MAP_PRIVATE, open("/proc/self/maps", O_RDONLY), 0);
	try_map("/proc/self/mem", NULL, PAGE, PROT_READ, MAP_PRIVATE, open("/proc/self/mem", O_RDONLY), 0);
	return 0;
}
