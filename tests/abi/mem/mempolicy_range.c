/* mbind, set_mempolicy_home_node: arguments, holes, split and joined mappings, what moves; numa_maps. */
#include "mempolicy.h"

static uint64_t one = 1, two = 2, three = 3, none = 0;
static char *base;

/* Mappings of our pages: offset and length in pages, policy. */
static void layout(const char *what)
{
	char line[512], *at;
	FILE *f = fopen("/proc/self/maps", "r");

	say("%s:", what);
	while (fgets(line, sizeof line, f)) {
		unsigned long from, to;
		int mode = -1;

		if (sscanf(line, "%lx-%lx", &from, &to) != 2 || from < (uintptr_t)base || to > (uintptr_t)base + 16 * PAGE)
			continue;
		get_policy(&mode, NULL, 0, (void *)from, MPOL_F_ADDR);
		say(" %lu+%lu:%#x", (from - (uintptr_t)base) / PAGE, (to - from) / PAGE, mode);
	}
	fclose(f);
	f = fopen("/proc/self/numa_maps", "r");
	while (f && fgets(line, sizeof line, f)) {
		unsigned long from = strtoul(line, &at, 16);

		if (from < (uintptr_t)base || from >= (uintptr_t)base + 16 * PAGE)
			continue;
		if (strstr(at, " active="))     /* varies */
			memmove(strstr(at, " active="), strchr(strstr(at, " active=") + 1, ' '), strlen(strchr(strstr(at, " active=") + 1, ' ')) + 1);
		say("\n  %lu%s", (from - (uintptr_t)base) / PAGE, at);
		if (strchr(at, '\n'))
			continue;
	}
	if (f)
		fclose(f);
	say("\n");
}

static void fresh(void)
{
	munmap(base, 16 * PAGE);
	base = mmap(base, 12 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | (base ? MAP_FIXED : 0), -1, 0);
	madvise(base, 12 * PAGE, MADV_NOHUGEPAGE);
}

static void arguments(void)
{
	char what[48], *edge = page_edge();

	for (unsigned f = 0; f < 33; f = f ? f * 2 : 1) {
		snprintf(what, sizeof what, "flags %u", f);
		show(what, bind_range(base, PAGE, MPOL_BIND, &one, 65, f));
	}
	show("flags -1", bind_range(base, PAGE, MPOL_BIND, &one, 65, -1u));
	show("odd address", bind_range(base + 1, PAGE, MPOL_BIND, &one, 65, 0));
	show("no length", bind_range(base, 0, MPOL_BIND, &none, 65, 0));
	show("odd address, no length", bind_range(base + 1, 0, MPOL_BIND, &none, 65, 0));
	show("length that wraps", bind_range(base, -PAGE, MPOL_BIND, &none, 65, 0));
	show("length that rounds to 0", bind_range(base, -1ul, MPOL_BIND, &none, 65, 0));
	show("no nodes", bind_range(base, PAGE, MPOL_BIND, &none, 65, 0));
	show("bad nodes, bad flags", bind_range(base, PAGE, MPOL_BIND, edge, 65, 64));
	show("mode 9, bad nodes", bind_range(base, PAGE, 9, edge, 65, 64));
	show("node 1", bind_range(base, PAGE, MPOL_BIND, &two, 65, 0));
	show("node 1, nothing there", bind_range(base - PAGE, PAGE, MPOL_BIND, &two, 65, 0));
	show("default with nodes", bind_range(base, PAGE, MPOL_DEFAULT, &one, 65, 0));
	show("default", bind_range(base, PAGE, MPOL_DEFAULT, NULL, 0, MPOL_MF_STRICT));
	show("kernel", bind_range((void *)DIRECT_ADDRESS, PAGE, MPOL_BIND, &one, 65, 0));
}

static void ranges(void)
{
	fresh();
	layout("fresh");
	show("middle", bind_range(base + 4 * PAGE, PAGE + 1, MPOL_BIND, &one, 65, 0));
	layout("is");
	show("the same behind it", bind_range(base + 6 * PAGE, PAGE, MPOL_BIND, &three, 65, 0));
	layout("is");
	show("another", bind_range(base + 5 * PAGE, PAGE, MPOL_PREFERRED, &one, 65, 0));
	layout("is");
	show("all of it", bind_range(base, 12 * PAGE, MPOL_INTERLEAVE, &one, 65, 0));
	layout("is");
	mprotect(base + 2 * PAGE, PAGE, PROT_READ);
	layout("a part protected");
	munmap(base + 8 * PAGE, PAGE);
	show("over a hole", bind_range(base + 7 * PAGE, 3 * PAGE, MPOL_BIND, &one, 65, 0));
	show("hole at the start", bind_range(base + 8 * PAGE, 3 * PAGE, MPOL_BIND, &one, 65, 0));
	show("hole at the end", bind_range(base + 11 * PAGE, 2 * PAGE, MPOL_BIND, &one, 65, 0));
	layout("is");
	show("default over a hole", bind_range(base + 7 * PAGE, 3 * PAGE, MPOL_DEFAULT, NULL, 0, 0));
	show("default in a hole", bind_range(base + 8 * PAGE, PAGE, MPOL_DEFAULT, NULL, 0, 0));
	layout("is");
	show("home of nothing", syscall(450, base + 8 * PAGE, PAGE, 0, 0));
	show("home of the default", syscall(450, base + 7 * PAGE, PAGE, 0, 0));
	show("home of an interleaved", syscall(450, base, PAGE, 0, 0));
	bind_range(base, 4 * PAGE, MPOL_BIND, &one, 65, 0);
	show("home", syscall(450, base + PAGE, PAGE, 0, 0));
	layout("is");
	show("home 1", syscall(450, base, PAGE, 1, 0));
	show("home -1", syscall(450, base, PAGE, -1l, 0));
	show("home flags", syscall(450, base, PAGE, 0, 1));
	show("home, odd", syscall(450, base + 1, PAGE, 0, 0));
	show("home, no length", syscall(450, base, 0, 0, 0));
	show("home, wraps", syscall(450, base, -PAGE, 0, 0));
	show("home of all", syscall(450, base, 12 * PAGE, 0, 0));
	layout("is");
	bind_range(base, 4 * PAGE, MPOL_PREFERRED_MANY, &one, 65, 0);
	show("home of many", syscall(450, base, 4 * PAGE, 0, 0));
	layout("is");
}

static void child(void) { layout("child"); }

static void moved(void)
{
	char *to;

	fresh();
	base[0] = base[5 * PAGE] = 1;
	show("strict, elsewhere", bind_range(base, 2 * PAGE, MPOL_LOCAL, NULL, 0, MPOL_MF_STRICT));
	layout("is");
	show("strict, nothing there", bind_range(base + 2 * PAGE, PAGE, MPOL_LOCAL, NULL, 0, MPOL_MF_STRICT));
	show("strict, here", bind_range(base + 5 * PAGE, PAGE, MPOL_BIND, &one, 65, MPOL_MF_STRICT));
	show("strict, move", bind_range(base, 2 * PAGE, MPOL_LOCAL, NULL, 0, MPOL_MF_STRICT | MPOL_MF_MOVE));
	show("relative, strict", bind_range(base, PAGE, MPOL_BIND | MPOL_F_RELATIVE_NODES, &two, 65, MPOL_MF_STRICT));
	show("relative", bind_range(base, PAGE, MPOL_BIND | MPOL_F_RELATIVE_NODES, &two, 65, 0));
	show("balancing", bind_range(base + 7 * PAGE, PAGE, MPOL_BIND | 1 << 13, &one, 65, 0));
	show("static", bind_range(base + 8 * PAGE, PAGE, MPOL_PREFERRED_MANY | MPOL_F_STATIC_NODES, &three, 65, 0));
	layout("is");
	show_policy("static", base + 8 * PAGE);
	in_child("fork", child);
	to = mremap(base + 8 * PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, base + 13 * PAGE);
	judge("moved", to == base + 13 * PAGE);
	layout("is");
}

static void shared(void)
{
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	show("shared", bind_range(p, PAGE, MPOL_BIND, &one, 65, 0));
	show_policy("first", p);
	show_policy("second", p + PAGE);
}

int main(void)
{
	base = mmap(NULL, 16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fresh();
	arguments();
	ranges();
	moved();
	shared();
	return 0;
}
