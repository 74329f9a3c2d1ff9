/* prctl(PR_SET_MDWE): nothing becomes executable that is or was writable; kept by fork and exec unless said otherwise. */
#include "../show.h"
#include <sys/prctl.h>

#define SET 65
#define GET 66
#define p(o, a, b, c, d) syscall(SYS_prctl, o, a, b, c, d)

static void maps(void)
{
	char *m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *x = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	show_ok("rwx private", (long)mmap(NULL, PAGE, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	show_ok("rwx shared", (long)mmap(NULL, PAGE, 7, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	show_ok("wx", (long)mmap(NULL, PAGE, 6, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	show_ok("rx", (long)x);
	show("rw to rx", mprotect(m, PAGE, 5));
	show("rw to rwx", mprotect(m, PAGE, 7));
	show("rw to r", mprotect(m, PAGE, 1));
	show("r to rx", mprotect(m, PAGE, 5));
	show("rx to rwx", mprotect(x, PAGE, 7));
	show("rx to x", mprotect(x, PAGE, 4));
	show("x to rx", mprotect(x, PAGE, 5));
	show("rx to rw", mprotect(x, PAGE, 3));
	show("rw to rx", mprotect(x, PAGE, 5));
	show("hole", mprotect((void *)PAGE, PAGE, 7));
	show_ok("fixed over it", (long)mmap(m, PAGE, 7, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	show("is still there", mprotect(m, PAGE, 3));
	munmap(m, PAGE);
	munmap(x, PAGE);
}

static void child(void (*fn)(void))
{
	int st;

	if (!fork()) {
		fn();
		_exit(0);
	}
	wait(&st);
	if (st)
		say("status %x\n", st);
}

static void get(void) { show("mdwe", p(GET, 0, 0, 0, 0)); }
static void inherited(void)
{
	show("set 1", p(SET, 1, 0, 0, 0));
	get();
	show("again", p(SET, 1, 0, 0, 0));
	show("set 0", p(SET, 0, 0, 0, 0));
	show("set 3", p(SET, 3, 0, 0, 0));
	child(get);
	maps();
	execl("/proc/self/exe", "again", "x", NULL);
}
static void not_inherited(void)
{
	show("set 3", p(SET, 3, 0, 0, 0));
	get();
	show("set 1", p(SET, 1, 0, 0, 0));
	show("set 3", p(SET, 3, 0, 0, 0));
	child(get);
	show_ok("rwx", (long)mmap(NULL, PAGE, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	execl("/proc/self/exe", "again", "x", NULL);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		get();
		show_ok("after exec, rwx", (long)mmap(NULL, PAGE, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
		return 0;
	}
	get();
	for (unsigned long i = 0; i < 9; i++) {
		if (i != 1 && i != 3)
			show("set", p(SET, i, 0, 0, 0));
		if (i)
			show("set, odd rest", p(SET, 1, i == 1, i == 2, i > 2));
		if (i)
			show("get, odd rest", p(GET, i == 1, i == 2, i == 3, i > 3));
	}
	show("set, high bit", p(SET, 1ul << 32 | 1, 0, 0, 0));
	maps();
	child(inherited);
	child(not_inherited);
	get();
}
