/*
 * hwpoison.c - madvise(2) MADV_HWPOISON and MADV_SOFT_OFFLINE: frames that fail, as an administrator pretends.
 */
#include "../show.h"
#include <setjmp.h>

#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif
#define PAGES 4

static sigjmp_buf back;
static char *base;
static siginfo_t last;

static void on_bus(int sig, siginfo_t *info, void *context)
{
	last = *info;
	siglongjmp(back, 1);
}

static void tell(const char *what)
{
	say("%s: SIGBUS, code %d, page %ld, at %ld, lsb %d\n", what, last.si_code, ((char *)last.si_addr - base) / (long)PAGE,
	    (long)((uintptr_t)last.si_addr & (PAGE - 1)), last.si_addr_lsb);
}

static void advise(const char *what, char *at, size_t len, int advice)
{
	if (sigsetjmp(back, 1))
		tell(what);
	else
		show(what, madvise(at, len, advice));
}

static void look(const char *what, char *at)
{
	if (sigsetjmp(back, 1))
		tell(what);
	else
		say("%s: '%c'\n", what, *(volatile char *)at ? *(volatile char *)at : '0');
}

static void put(const char *what, char *at)
{
	if (sigsetjmp(back, 1)) {
		tell(what);
		return;
	}
	*(volatile char *)at = 'n';
	say("%s: done\n", what);
}

static void in_fork(void) { look("in a child", base + PAGE + 5); }

static void private_pages(void)
{
	int null = open("/dev/zero", O_RDONLY), pipes[2];

	say("-- private\n");
	base = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(base, 'a', 3 * PAGE);
	advise("second page fails", base + PAGE, PAGE, MADV_HWPOISON);
	look("first", base);
	look("second", base + PAGE + 5);
	put("write to the second", base + PAGE + 6);
	look("third", base + 2 * PAGE);
	show("read into it", read(null, base + PAGE, 10));
	if (pipe(pipes))
		fatal("pipe");
	show("write from it", write(pipes[1], base + PAGE, 10));
	show("write from before", write(pipes[1], base + PAGE - 10, 20));
	show("read only", mprotect(base + PAGE, PAGE, PROT_READ));
	look("second", base + PAGE + 5);
	show("writable again", mprotect(base, 2 * PAGE, PROT_READ | PROT_WRITE));
	look("second", base + PAGE + 5);
	in_child("fork", in_fork);
	show("thrown away", madvise(base + PAGE, PAGE, MADV_DONTNEED));
	look("second", base + PAGE + 5);
	put("write to the second", base + PAGE + 6);
	advise("keeps its contents elsewhere", base + 2 * PAGE, PAGE, MADV_SOFT_OFFLINE);
	look("third", base + 2 * PAGE);
	put("write to the third", base + 2 * PAGE);
	munmap(base, PAGES * PAGE);
}

static void file_pages(const char *what, int fd)
{
	char buf[8] = "1234567";

	say("-- %s\n", what);
	if (ftruncate(fd, PAGES * PAGE))
		fatal("ftruncate");
	base = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memset(base, 'f', PAGES * PAGE);
	advise("second page fails", base + PAGE, PAGE, MADV_HWPOISON);
	look("first", base);
	look("second", base + PAGE + 5);
	put("write to the second", base + PAGE + 6);
	show("pread", pread(fd, buf, 4, PAGE));
	show("pread from before", pread(fd, buf, 4, PAGE - 2));
	show("pwrite", pwrite(fd, buf, 4, PAGE));
	in_child("fork", in_fork);
	show("private memory is not the file's", madvise(base + PAGE, PAGE, MADV_DONTNEED));
	look("second", base + PAGE + 5);
	show("cut", ftruncate(fd, PAGE));
	show("grown", ftruncate(fd, PAGES * PAGE));
	look("second", base + PAGE + 5);
	put("write to the second", base + PAGE + 5);
	show("pread", pread(fd, buf, 8, PAGE));
	advise("keeps its contents elsewhere", base, PAGE, MADV_SOFT_OFFLINE);
	look("first", base);
	put("write to the first", base + 1);
	show("pread", pread(fd, buf, 2, 0));
	say("%.2s\n", buf);
	munmap(base, PAGES * PAGE);
}

static void errors(void)
{
	base = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*base = 'x';
	munmap(base + PAGE, PAGE);
	show("within a page", madvise(base + 1, PAGE, MADV_HWPOISON));
	show("no length", madvise(base, 0, MADV_HWPOISON));
	show("nothing there", madvise(base + PAGE, PAGE, MADV_HWPOISON));
	show("nothing there, softly", madvise(base + PAGE, PAGE, MADV_SOFT_OFFLINE));
	show("may not be read", mprotect(base, PAGE, PROT_NONE));
	show("fails", madvise(base, PAGE, MADV_HWPOISON));
	mprotect(base, PAGE, PROT_READ);
	show("becomes a user", setuid(1000));
	show("a user", madvise(base, PAGE, MADV_HWPOISON));
	show("a user, softly", madvise(base, PAGE, MADV_SOFT_OFFLINE));
	show("a user, no length", madvise(base, 0, MADV_HWPOISON));
}

static void killed(void)
{
	signal(SIGBUS, SIG_DFL);
	base = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*base = 1;
	show("not reached", madvise(base, PAGE, MADV_HWPOISON));
}

int main(void)
{
	struct sigaction a = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO | SA_NODEFER };

	sigaction(SIGBUS, &a, NULL);
	private_pages();
	file_pages("file", open("file", O_RDWR | O_CREAT, 0600));
	file_pages("memfd", (int)syscall(SYS_memfd_create, "m", 0));
	in_child("without a handler", killed);
	errors();
	return 0;
}
