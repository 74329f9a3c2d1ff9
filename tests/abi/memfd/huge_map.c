/* Mappings of files of huge pages while there is none: what reserves fails, what does not gets SIGBUS; borders, and what smaps tells. */
#include "huge.h"

#define SHARED (MAP_SHARED | MAP_NORESERVE)
#define RW (PROT_READ | PROT_WRITE)
#define AT ((char *)0x40000000000)

static int fd;
static char *m;

static void errors(void)
{
	int self = open("/proc/self/exe", O_RDONLY);

	map("shared", NULL, HUGE, RW, MAP_SHARED, fd, 0);
	map("shared, a page", NULL, PAGE, RW, MAP_SHARED, fd, 0);
	map("private", NULL, HUGE, PROT_READ, MAP_PRIVATE, fd, 0);
	map("no access", NULL, HUGE, PROT_NONE, MAP_SHARED, fd, 0);
	map("odd offset", NULL, HUGE, PROT_READ, SHARED, fd, PAGE);
	map("odd offset, reserved", NULL, HUGE, PROT_READ, MAP_SHARED, fd, PAGE);
	map("odd place", AT + PAGE, HUGE, PROT_READ, SHARED | MAP_FIXED, fd, 0);
	map("odd place, new", AT + PAGE, HUGE, PROT_READ, SHARED | MAP_FIXED_NOREPLACE, fd, 0);
	map("MAP_HUGETLB", NULL, HUGE, PROT_READ, MAP_SHARED | MAP_HUGETLB, fd, 0);
	map("MAP_HUGETLB of 16 KiB", NULL, HUGE, PROT_READ, SHARED | MAP_HUGETLB | 14u << 26, fd, 0);
	map("MAP_HUGETLB of a small file", NULL, HUGE, PROT_READ, MAP_PRIVATE | MAP_HUGETLB, self, 0);
	map("MAP_HUGETLB of no file", NULL, HUGE, PROT_READ, MAP_PRIVATE | MAP_HUGETLB, 99, 0);
	map("nothing", NULL, 0, PROT_READ, SHARED, fd, 0);
	map("everything", NULL, -PAGE, PROT_READ, SHARED, fd, 0);
	close(self);
}

static void places(void)
{
	char *p;

	p = map("found", NULL, 5000, RW, SHARED, fd, 0);
	show_file("is", fd);
	munmap(p, HUGE);
	p = map("hint", AT + PAGE, HUGE, PROT_READ, SHARED, fd, 0);
	judge("rounded down", p == AT);
	munmap(p, HUGE);
	p = map("fixed", AT, 3 * HUGE, PROT_READ, SHARED | MAP_FIXED, fd, 2 * HUGE);
	show_file("reading does not grow", fd);
	p = map("the same file beside it", AT + 3 * HUGE, HUGE, PROT_READ, SHARED | MAP_FIXED, fd, 5 * HUGE);
	show("unmap both", munmap(AT, 4 * HUGE));
	p = map("far", NULL, HUGE, RW, SHARED, fd, 20 * HUGE);
	show_file("writing does", fd);
	munmap(p, HUGE);
	p = map("private", NULL, HUGE, RW, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
	touch("write", p, true);
	touch("read", p + 5, false);
	munmap(p, HUGE);
	p = map("below 4 GiB", NULL, HUGE, RW, SHARED | MAP_32BIT, fd, 0);
	judge("is not", (uintptr_t)p >= 1ul << 32);
	munmap(p, HUGE);
	p = map("populated", NULL, HUGE, RW, SHARED | MAP_POPULATE, fd, 0);
	munmap(p, HUGE);
	p = map("validated", NULL, HUGE, RW, MAP_SHARED_VALIDATE | MAP_NORESERVE, fd, 0);
	munmap(p, HUGE);
}

static void again(void) { map("again", m, HUGE, RW, SHARED | MAP_FIXED, fd, 0); }

static void parts(void)
{
	show("unmap a page", munmap(m, PAGE));
	show("unmap from a page on", munmap(m + PAGE, 4 * HUGE - PAGE));
	show("protect a page", mprotect(m, PAGE, PROT_READ));
	show("protect", mprotect(m, HUGE, PROT_READ));
	touch("write", m, true);
	show("protect back", mprotect(m, HUGE, RW));
	show("msync", msync(m, HUGE, MS_SYNC));
	show("mlock", mlock(m, HUGE));
	show("munlock", munlock(m, HUGE));
	show("grow", (long)mremap(m, 4 * HUGE, 5 * HUGE, MREMAP_MAYMOVE) == -1 ? -1 : 0);
	show("copy", (long)mremap(m, 0, HUGE, MREMAP_MAYMOVE) == -1 ? -1 : 0);
	show("leave", (long)mremap(m, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP) == -1 ? -1 : 0);
	show("move to an odd place", (long)mremap(m, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, AT + PAGE) == -1 ? -1 : 0);
	judge("move", mremap(m + HUGE, HUGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, AT) == AT);
	touch("there", AT + 77, false);
	touch("here", m + HUGE, false);
	show("unmap", munmap(AT, HUGE));
	show("other pages, a page", remap_file_pages(m, PAGE, 0, 512, 0));
	touch("there", m, false);
	show("other pages, odd", remap_file_pages(m, HUGE, 0, 1, 0));
	touch("gone", m, false);
	again();
	show("other pages", remap_file_pages(m, HUGE, 0, 512, 0));
	touch("gone", m, false);
	again();
	map("reserved", m, HUGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
	touch("gone", m, false);
	again();
	map("odd", m, HUGE, RW, SHARED | MAP_FIXED, fd, PAGE);
	touch("gone", m, false);
	again();
	show("shrink", (long)mremap(m + 2 * HUGE, 2 * HUGE, PAGE, 0) == -1 ? -1 : 0);
	touch("behind", m + 3 * HUGE, false);
}

static void advice(void)
{
	static const struct { const char *what; int advice; } all[] = {
		{ "drop", MADV_DONTNEED }, { "remove", MADV_REMOVE }, { "free", MADV_FREE }, { "will need", MADV_WILLNEED },
		{ "huge", MADV_HUGEPAGE }, { "not huge", MADV_NOHUGEPAGE }, { "merge", MADV_MERGEABLE }, { "cold", 20 }, { "page out", 21 },
		{ "populate", 22 }, { "populate to write", 23 }, { "no fork", MADV_DONTFORK }, { "fork", MADV_DOFORK },
		{ "wipe", MADV_WIPEONFORK }, { "no dump", MADV_DONTDUMP }, { "dump", MADV_DODUMP }, { "collapse", 25 },
	};
	unsigned char there[512];

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		show(all[i].what, madvise(m, HUGE, all[i].advice));
	show("drop a page", madvise(m, PAGE, MADV_DONTNEED));
	show("drop from a page on", madvise(m + PAGE, HUGE - PAGE, MADV_DONTNEED));
	show("no dump of a page", madvise(m, PAGE, MADV_DONTDUMP));
	memset(there, 9, sizeof there);
	show("mincore", mincore(m, HUGE, there));
	say("%d %d\n", there[0], there[511]);
}

/* Lines of the mapping at m, without its address, device and inode. */
static void tell(const char *path, const char *const *wanted)
{
	char line[512], name[64] = "";
	FILE *f = fopen(path, "r");
	bool on = false;

	while (f && fgets(line, sizeof line, f)) {
		unsigned long from;
		char c;

		if (sscanf(line, "%lx%c", &from, &c) == 2 && (c == '-' || (c == ' ' && !strchr(line, ':'))))
			on = from == (uintptr_t)m;
		else if (!wanted)
			on = strtoul(line, NULL, 16) == (uintptr_t)m;
		if (!on)
			continue;
		if (!wanted)
			say("%s", strchr(line, ' '));
		for (const char *const *w = wanted; w && *w; w++)
			if (!strncmp(line, *w, strlen(*w)))
				say("%s", line);
		if (wanted && sscanf(line, "%*x-%*x %*s %*x %*s %*u %63[^\n]", name) == 1)
			say("%s\n", name);
	}
	if (f)
		fclose(f);
}

static void told(void)
{
	static const char *const smaps[] = { "Size", "KernelPageSize", "MMUPageSize", "Rss", "Shared_Hugetlb", "Locked", "THPeligible", "VmFlags", NULL };

	tell("/proc/self/smaps", smaps);
	tell("/proc/self/numa_maps", NULL);
}

static void child(void)
{
	touch("in a child", m, true);
	show("unmap", munmap(m, HUGE));
}

int main(void)
{
	fd = huge_create(0);
	errors();
	places();
	m = map("mapping", NULL, 4 * HUGE, RW, SHARED, fd, 0);
	touch("read", m, false);
	touch("write", m + 5001, true);
	show("by the kernel", write(1, m, 1));
	parts();
	advice();
	told();
	in_child("child", child);
	show("unmap", munmap(m, 2 * HUGE));
	return 0;
}
