/* mbind of shared memory: the policy is the object's, seen through every mapping, by every process, after the mapping is gone. */
#include "mempolicy.h"
#include <sys/shm.h>

static uint64_t one = 1, none;
static char *base;

/* What every page of [p, p + n) has: runs of the same, and what numa_maps says of the mappings there. */
static void pages(const char *what, char *p, unsigned n)
{
	char line[512], *at;
	FILE *f;

	say("%s:", what);
	for (unsigned i = 0; i < n; i++) {
		int mode = -1;

		get_policy(&mode, NULL, 0, p + i * PAGE, MPOL_F_ADDR);
		say(" %#x", mode);
	}
	f = fopen("/proc/self/numa_maps", "r");
	while (f && fgets(line, sizeof line, f)) {
		unsigned long from = strtoul(line, &at, 16);

		if (from < (uintptr_t)p || from >= (uintptr_t)p + n * PAGE)
			continue;
		at = strchr(at + 1, ' ');
		*at = 0;
		say(", %lu%s", (from - (uintptr_t)p) / PAGE, strrchr(line, ' '));
	}
	if (f)
		fclose(f);
	say("\n");
}

static void child(void) { pages("in a child", base, 8); }

static void bind_in_child(void) { show("bind in a child", bind_range(base + 7 * PAGE, PAGE, MPOL_INTERLEAVE, &one, 65, 0)); }

static void anonymous(void)
{
	char *again;

	base = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	show("bind", bind_range(base + 2 * PAGE, 4 * PAGE, MPOL_BIND, &one, 65, 0));
	pages("bound", base, 8);
	show("prefer in the middle", bind_range(base + 3 * PAGE, PAGE, MPOL_PREFERRED, &one, 65, 0));
	pages("split", base, 8);
	in_child("child", child);
	in_child("child", bind_in_child);
	pages("what the child did", base, 8);
	show("default", bind_range(base + 7 * PAGE, PAGE, MPOL_DEFAULT, &none, 65, 0));
	pages("mine had none", base, 8);
	again = mremap(base, 0, 8 * PAGE, MREMAP_MAYMOVE);
	pages("second mapping", again, 8);
	show("default of all", bind_range(base, 6 * PAGE, MPOL_DEFAULT, &none, 65, 0));
	pages("first", base, 8);
	pages("second", again, 8);
	munmap(base, 8 * PAGE);
	munmap(again, 8 * PAGE);
}

static void file(void)
{
	int fd = syscall(SYS_memfd_create, "policy", 0);
	char *a, *b, *own;

	ftruncate(fd, 8 * PAGE);
	a = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	show("bind", bind_range(a + PAGE, 4 * PAGE, MPOL_BIND, &one, 65, 0));
	munmap(a, 8 * PAGE);
	b = mmap(NULL, 6 * PAGE, PROT_READ, MAP_SHARED, fd, 2 * PAGE);
	pages("mapped anew, from page 2", b, 6);
	own = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	pages("private", own, 8);
	show("bind the private one", bind_range(own, 3 * PAGE, MPOL_PREFERRED, &one, 65, 0));
	own[0] = 1;
	pages("private", own, 8);
	pages("shared", b, 6);
	show("home", syscall(450, b, PAGE, 0, 0));
	show("local", bind_range(b, 6 * PAGE, MPOL_LOCAL, NULL, 0, 0));
	pages("shared", b, 6);
	pages("private", own, 8);
	show("truncate", ftruncate(fd, 0));
	show("grow", ftruncate(fd, 8 * PAGE));
	pages("shared", b, 6);
	show("static", bind_range(b, PAGE, MPOL_BIND | MPOL_F_STATIC_NODES, &one, 65, 0));
	show_policy("private", own + 2 * PAGE);
	munmap(b, 6 * PAGE);
	munmap(own, 8 * PAGE);
	close(fd);
}

static void segment(void)
{
	int id = shmget(IPC_PRIVATE, 4 * PAGE, IPC_CREAT | 0600);
	char *a = shmat(id, NULL, 0), *b;

	show("bind", bind_range(a, 2 * PAGE, MPOL_BIND, &one, 65, 0));
	b = shmat(id, NULL, SHM_RDONLY);
	pages("second attachment", b, 4);
	shmdt(a);
	show("end of it", shmctl(id, IPC_RMID, NULL));
	pages("second attachment", b, 4);
	shmdt(b);
}

/* Many ranges, set and cut in a fixed order; told by their sum. */
static void many(void)
{
	static const int modes[] = { MPOL_BIND, MPOL_PREFERRED, MPOL_INTERLEAVE, MPOL_LOCAL, MPOL_DEFAULT };
	char *p = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *q = mremap(p, 0, 64 * PAGE, MREMAP_MAYMOVE);
	unsigned seed = 7;

	for (unsigned i = 0; i < 400; i++) {
		unsigned from, n;
		int mode;

		seed = seed * 1103515245 + 12345;
		from = seed >> 16 & 63;
		n = 1 + (seed >> 22 & 15);
		n = from + n > 64 ? 64 - from : n;
		mode = modes[(seed >> 26) % 5];
		bind_range((i & 1 ? p : q) + from * PAGE, n * PAGE, mode, mode >= MPOL_LOCAL || !mode ? &none : &one, 65, 0);
	}
	pages("many", p, 64);
	munmap(p, 64 * PAGE);
	munmap(q, 64 * PAGE);
}

int main(void)
{
	anonymous();
	file();
	segment();
	many();
	return 0;
}
