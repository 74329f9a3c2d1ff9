/*
 * mmap_truncate.c - mappings of a file that is cut, grown and punched: SIGBUS, zeroes, what write(2) and read(2) see.
 */
#include "../show.h"
#include <linux/falloc.h>
#include <setjmp.h>

static sigjmp_buf back;
static volatile int code;
static void *volatile where;

static void on_fault(int sig, siginfo_t *si, void *uc)
{
	(void)uc;
	code = sig * 100 + si->si_code;
	where = si->si_addr;
	siglongjmp(back, 1);
}

static void touch(const char *what, volatile char *p, int store)
{
	if (sigsetjmp(back, 1)) {
		say("%s: signal %d code %d, address %s\n", what, code / 100, code % 100, where == (void *)p ? "right" : "wrong");
		return;
	}
	if (store)
		*p = (char)store;
	say("%s: %d\n", what, *p);
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	int fd = open("f", O_RDWR | O_CREAT, 0600), p[2];
	char *s, *v, *late, b[16];

	sigaction(SIGBUS, &sa, NULL), sigaction(SIGSEGV, &sa, NULL);
	(void)!pipe(p);
	ftruncate(fd, 2 * PAGE + 100);
	s = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	v = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	touch("inside", s + PAGE, 7);
	touch("private sees it", v + PAGE, 0);
	touch("private writes", v + PAGE, 8);
	touch("shared keeps its own", s + PAGE, 0);
	touch("last page, behind the end", s + 2 * PAGE + 200, 9);
	touch("next page", s + 3 * PAGE, 0);
	touch("next page, store", s + 3 * PAGE, 1);
	touch("private, next page", v + 3 * PAGE, 0);
	show("read gives the end", pread(fd, b, 16, 2 * PAGE + 95));
	ftruncate(fd, 4 * PAGE);
	touch("grown", s + 3 * PAGE, 0);
	touch("what was stored behind the end", s + 2 * PAGE + 200, 0);
	touch("private, grown", v + 3 * PAGE, 5);
	ftruncate(fd, PAGE + 10);
	touch("cut, page kept", s + PAGE, 0);
	touch("cut, behind the end", s + PAGE + 100, 0);
	touch("cut, page gone", s + 2 * PAGE, 0);
	touch("private, own copy kept", v + PAGE, 0);
	touch("private, own copy behind the end", v + 3 * PAGE, 0);
	touch("private, page gone", v + 2 * PAGE, 0);
	ftruncate(fd, 4 * PAGE);
	touch("again grown: zero", s + PAGE + 100, 0);
	touch("again grown: new page", s + 2 * PAGE, 3);
	show("write", pwrite(fd, "abc", 3, 2 * PAGE));
	touch("seen in the mapping", s + 2 * PAGE, 0);
	show("punch", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2 * PAGE, PAGE));
	touch("punched", s + 2 * PAGE, 0);
	touch("store into the hole", s + 2 * PAGE, 4);
	show("read it", pread(fd, b, 1, 2 * PAGE));
	say("%d\n", b[0]);
	show("cut to nothing", ftruncate(fd, 0));
	show("write from the mapping to a pipe", write(p[1], s, 10));
	show("write from it to its own file", write(fd, s, 10));
	show("read into it", (ftruncate(fd, 10), read(open("/dev/zero", O_RDONLY), s + PAGE, 10)));
	late = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 16 * PAGE);
	touch("mapped behind the end", late, 0);
	show("mincore", late == MAP_FAILED ? -1 : 0);
	unlink("f");
	touch("unlinked", s + 1, 2);
	close(fd);
	touch("closed", s + 1, 0);
	show("msync", msync(s, PAGE, MS_SYNC));
	return 0;
}
