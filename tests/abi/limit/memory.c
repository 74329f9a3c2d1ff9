/* RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_MEMLOCK: which calls they bound. */
#include "../show.h"
#include <sys/resource.h>

#define MB (1ul << 20)

static void *map(size_t len, int prot, int flags) { return mmap(NULL, len, prot, flags | MAP_ANONYMOUS, -1, 0); }
static void try_map(const char *what, size_t len, int prot, int flags)
{
	void *p = map(len, prot, flags);

	show_ok(what, p == MAP_FAILED ? -1 : 0);
	if (p != MAP_FAILED)
		munmap(p, len);
}
static void as(void)
{
	struct rlimit l = { 40 * MB, 40 * MB };
	char *p;

	setrlimit(RLIMIT_AS, &l);
	try_map("20 MiB", 20 * MB, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	try_map("50 MiB", 50 * MB, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	try_map("50 MiB without access", 50 * MB, PROT_NONE, MAP_PRIVATE | MAP_NORESERVE);
	try_map("50 MiB shared", 50 * MB, PROT_READ, MAP_SHARED);
	p = map(20 * MB, PROT_READ, MAP_PRIVATE);
	show_ok("mremap to 60", mremap(p, 20 * MB, 60 * MB, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0);
	show_ok("mremap to 30", mremap(p, 20 * MB, 30 * MB, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0);
	p = (char *)syscall(SYS_brk, 0);
	judge("brk 50 MiB refused", (char *)syscall(SYS_brk, p + 50 * MB) == p);
}
static void data(void)
{
	struct rlimit l = { 10 * MB, 10 * MB };
	char *p;

	setrlimit(RLIMIT_DATA, &l);
	p = (char *)syscall(SYS_brk, 0);
	judge("brk 5 MiB", (char *)syscall(SYS_brk, p + 5 * MB) == p + 5 * MB);
	judge("brk 20 MiB refused", (char *)syscall(SYS_brk, p + 20 * MB) == p + 5 * MB);
	try_map("20 MiB writable private", 20 * MB, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	try_map("20 MiB read-only", 20 * MB, PROT_READ, MAP_PRIVATE);
	try_map("20 MiB shared", 20 * MB, PROT_READ | PROT_WRITE, MAP_SHARED);
	p = map(20 * MB, PROT_READ, MAP_PRIVATE);
	show("made writable", mprotect(p, 20 * MB, PROT_READ | PROT_WRITE));
}
static int eat(int depth)
{
	volatile char page[4096];

	page[0] = (char)depth;
	return depth ? eat(depth - 1) + page[0] : 0;
}
static void stack_ok(void) { eat(400); }
static void stack_small(void)
{
	struct rlimit l = { MB, MB };

	setrlimit(RLIMIT_STACK, &l);
	eat(400);
	say("not reached\n");
}
static void locked(void)
{
	struct rlimit l = { 64 * 1024, 64 * 1024 };
	char *p = map(MB, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	setrlimit(RLIMIT_MEMLOCK, &l);
	show("root locks", mlock(p, MB));
	munlock(p, MB);
	(void)!setuid(1000);
	show("64 KiB", mlock(p, 64 * 1024));
	show("one page more", mlock(p + 64 * 1024, 4096));
	show("the same again", mlock(p, 64 * 1024));
	munlock(p, MB);
	show("1 MiB", mlock(p, MB));
	show("MAP_LOCKED", map(MB, PROT_READ, MAP_PRIVATE | MAP_LOCKED) == MAP_FAILED ? -1 : 0);
	show("mlockall now", mlockall(MCL_CURRENT));
	l.rlim_cur = 0;
	setrlimit(RLIMIT_MEMLOCK, &l);
	show("limit 0", mlock(p, 4096));
}

int main(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	in_child("address space", as);
	in_child("data", data);
	in_child("stack", stack_ok);
	in_child("small stack", stack_small);
	in_child("locked", locked);
}
