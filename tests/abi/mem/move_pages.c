/* move_pages, migrate_pages: arguments and their order, where pages are, on a machine of one node. */
#include "mempolicy.h"
#include <sys/prctl.h>

static long move(int pid, unsigned long n, void *pages, void *nodes, void *status, int flags)
{
	return syscall(SYS_move_pages, pid, n, pages, nodes, status, flags);
}
static long migrate(int pid, unsigned long max, void *from, void *to) { return syscall(SYS_migrate_pages, pid, max, from, to); }

static void *pages[40];
static int nodes[40], status[40];

static void show_status(const char *what, long r, int n)
{
	show(what, r);
	say("  status:");
	for (int i = 0; i < n; i++)
		say(" %d", status[i]);
	say("\n");
	memset(status, 0x55, sizeof status);
}

static void call_all(void)
{
	uint64_t one = 1, two = 2, three = 3, none = 0;
	char *edge = page_edge();

	show("flags 1", move(0, 0, NULL, NULL, NULL, 1));
	show("flags 8, no such process", move(99999, 0, NULL, NULL, NULL, 8));
	show("flags all, no such process", move(99999, 0, NULL, NULL, NULL, 4));
	show("no such process", move(99999, 1, NULL, NULL, NULL, 0));
	show("negative", move(-1, 1, NULL, NULL, NULL, 0));
	show("nothing", move(0, 0, NULL, NULL, NULL, 0));
	show("init", move(1, 0, NULL, NULL, NULL, 0));
	show("bad pages", move(0, 1, edge, NULL, status, 0));
	show("bad status", move(0, 1, pages, NULL, edge, 0));
	show_status("stat", move(0, 20, pages, NULL, status, 0), 20);
	memset(nodes, 0, sizeof nodes);
	show_status("to node 0", move(0, 20, pages, nodes, status, MPOL_MF_MOVE), 20);
	show_status("to node 0, flags 0", move(0, 20, pages, nodes, status, 0), 20);
	nodes[2] = 1;
	show_status("one to node 1", move(0, 5, pages, nodes, status, MPOL_MF_MOVE), 5);
	nodes[2] = -1;
	show_status("one to node -1", move(0, 5, pages, nodes, status, MPOL_MF_MOVE), 5);
	nodes[2] = 4096;
	show_status("one to node 4096", move(0, 5, pages, nodes, status, MPOL_MF_MOVE), 5);
	nodes[2] = 0;
	show("bad nodes", move(0, 1, pages, edge, status, 0));
	show("bad pages, good nodes", move(0, 1, edge, nodes, status, 0));
	show("bad status, nodes", move(0, 1, pages, nodes, edge, 0));
	show("too many", move(0, 1ul << 62, edge, NULL, status, 0));
	show("migrate nothing", migrate(0, 65, &none, &none));
	show("migrate from 0 to 0", migrate(0, 65, &one, &one));
	show("migrate from none to 0", migrate(0, 65, &none, &one));
	show("migrate to 1", migrate(0, 65, &one, &two));
	show("migrate to 0 and 1", migrate(0, 65, &one, &three));
	show("migrate from 1 to 0", migrate(0, 65, &two, &one));
	show("migrate, no such process", migrate(99999, 65, &one, &one));
	show("migrate, no such process, bad nodes", migrate(99999, 65, &one, edge));
	show("migrate, bad nodes", migrate(0, 65, edge, &one));
	show("migrate, NULL", migrate(0, 65, NULL, NULL));
	show("migrate, no process, too long", migrate(99999, 65537, &one, &one));
	show("migrate init", migrate(1, 65, &one, &one));
	show("migrate negative", migrate(-1, 65, &one, &one));
}

int main(void)
{
	char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(p, 8 * PAGE, MADV_NOHUGEPAGE);
	p[0] = 1;
	p[PAGE] = 1;
	volatile char c = p[2 * PAGE];          /* zeroes */
	(void)c;
	mprotect(p + PAGE, PAGE, PROT_NONE);
	munmap(p + 4 * PAGE, PAGE);
	for (int i = 0; i < 8; i++)
		pages[i] = p + i * PAGE + (i == 1 ? 9 : 0);
	pages[8] = KERNEL_ADDRESS;
	pages[9] = NON_CANONICAL;
	for (int i = 12; i < 20; i++)
		pages[i] = p;
	call_all();
	if (setresuid(65534, 65534, 65534))
		fatal("setresuid");
	prctl(PR_SET_DUMPABLE, 1);
	say("as nobody\n");
	call_all();
	return 0;
}
