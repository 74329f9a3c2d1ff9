/*
 * limits.c - RLIMIT_AS and RLIMIT_DATA at mmap, mremap, mprotect, brk; vm.max_map_count.
 */
#include "region.h"
#include <sys/resource.h>

static void set(int what, long bytes)
{
	struct rlimit l = { bytes, RLIM_INFINITY };

	setrlimit(what, &l);
}

static void as(void)
{
	char *r = region_rw(4), *p;

	set(RLIMIT_AS, field_kb("/proc/self/status", "VmSize:") * 1024 + 4 * PAGE);
	show_ok("4 pages more", (long)(p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0)));
	show_ok("a page more", (long)mmap(NULL, PAGE, PROT_NONE, ANON | MAP_NORESERVE, -1, 0));
	show_ok("in place of another", (long)mmap(p, PAGE, RW, ANON | MAP_FIXED, -1, 0));
	show_ok("mremap, larger", (long)mremap(r, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	show_ok("mremap, moved", (long)mremap(r, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p));
}

static void data(void)
{
	char *r = region(16), *p;

	set(RLIMIT_DATA, field_kb("/proc/self/status", "VmData:") * 1024 + 4 * PAGE);
	show("mprotect makes data", mprotect(r, 4 * PAGE, RW));
	show("mprotect makes more", mprotect(r + 4 * PAGE, PAGE, RW));
	show("mprotect to read", mprotect(r + 4 * PAGE, PAGE, PROT_READ));
	show_ok("anonymous", (long)mmap(NULL, PAGE, RW, ANON, -1, 0));
	show_ok("shared anonymous", (long)mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	show_ok("read-only", (long)mmap(NULL, PAGE, PROT_READ, ANON, -1, 0));
	show("given back", munmap(r, PAGE));
	show_ok("anonymous again", (long)(p = mmap(NULL, PAGE, RW, ANON, -1, 0)));
	show_ok("mremap, larger", (long)mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
}

static void count(void)
{
	char *r = region(1200);
	int fd = open("/proc/sys/vm/max_map_count", O_RDWR);
	unsigned n, lines = 0;
	char old[16] = "", c;

	(void)!read(fd, old, sizeof old);
	say("max_map_count %s", old);
	show("lowered", pwrite(fd, "500\n", 4, 0));
	for (n = 1; n < 1200 && !mprotect(r + n * PAGE, PAGE, PROT_READ); n += 2)
		;
	say("mprotect: %s\n", n < 1200 ? errno_name(errno) : "never refused");
	int maps = open("/proc/self/maps", O_RDONLY);
	while (read(maps, &c, 1) == 1)
		lines += c == '\n';
	judge("about 500 mappings", lines >= 499 && lines <= 502);
	show_ok("mmap", (long)mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	show("munmap in a middle", munmap(r + 1001 * PAGE, PAGE));
	show("munmap of a whole", munmap(r + PAGE, PAGE));
	show("mlock", mlock(r + 1001 * PAGE, PAGE));
	show("madvise", madvise(r + 1001 * PAGE, PAGE, MADV_DONTFORK));
	show("restored", pwrite(fd, old, strlen(old), 0));
	show("bad number", pwrite(fd, "-1\n", 3, 0));
	show("no number", pwrite(fd, "x\n", 2, 0));
	show("now munmap in a middle", munmap(r + 1001 * PAGE, PAGE));
}

int main(void)
{
	in_child("RLIMIT_AS", as);
	in_child("RLIMIT_DATA", data);
	in_child("max_map_count", count);
	return 0;
}
