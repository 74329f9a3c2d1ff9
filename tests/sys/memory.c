/*
 * memory.c - mmap, munmap, mprotect, mremap, brk, copy on write, shared and
 * file mappings, and what SIGSEGV and SIGBUS say about a bad access.
 * limit: 60
 */
#include "show.h"
#include <setjmp.h>
#include <sys/stat.h>

static sigjmp_buf back;
static siginfo_t last;

static void caught(int sig, siginfo_t *si, void *context)
{
	(void)sig, (void)context;
	last = *si;
	siglongjmp(back, 1);
}

static void access_at(const char *what, volatile char *p, bool is_write)
{
	if (sigsetjmp(back, 1)) {
		say("%s: signal %d, code %d, address %s\n", what, last.si_signo,
		    last.si_code, last.si_addr == p ? "exact" : "OTHER");
		return;
	}
	if (is_write)
		*p = 1;
	else
		(void)*p;
	say("%s: ok\n", what);
}

static char *map(size_t pages, int prot, int flags)
{
	char *p = mmap(NULL, pages * PAGE, prot, flags | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		fatal("mmap");
	return p;
}

static void faults(void)
{
	struct sigaction sa = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO };
	char *p = map(5, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	int fd = open("short", O_RDWR | O_CREAT, 0600);

	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	access_at("null", NULL, false);
	access_at("unmapped", (char *)0x10000, true);
	mprotect(p + PAGE, PAGE, PROT_READ);
	mprotect(p + 2 * PAGE, PAGE, PROT_NONE);
	access_at("first page", p + 5, true);
	access_at("read of read-only", p + PAGE + 5, false);
	access_at("write to read-only", p + PAGE + 5, true);
	access_at("read of no access", p + 2 * PAGE + 5, false);
	access_at("after the hole", p + 3 * PAGE, true);
	munmap(p + 3 * PAGE, PAGE);
	access_at("unmapped middle", p + 3 * PAGE, true);
	access_at("last page", p + 4 * PAGE, true);
	access_at("kernel", KERNEL_ADDRESS, false);
	if (sigsetjmp(back, 1))
		say("non-canonical: signal %d, code %d\n", last.si_signo, last.si_code);
	else
		*(volatile char *)NON_CANONICAL = 1;
	if (ftruncate(fd, 100))
		fatal("ftruncate");
	p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	access_at("file, first page", p + 200, true);
	access_at("file, beyond its end", p + PAGE, false);
	if (ftruncate(fd, 2 * PAGE))
		fatal("ftruncate");
	access_at("file, grown", p + PAGE, true);
	if (ftruncate(fd, 0))
		fatal("ftruncate");
	access_at("file, cut", p, false);
	mprotect(p, PAGE, PROT_READ);
	access_at("write to code", (char *)(uintptr_t)faults, true);
}

static void zeros(void)
{
	char *p = map(300, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	long sum = 0;

	for (size_t i = 0; i < 300 * PAGE; i += 512)
		sum += p[i];
	for (int i = 0; i < 300; i++)
		p[i * PAGE] = i;
	munmap(p, 300 * PAGE);
	for (int round = 0; round < 5; round++) {
		p = map(300, PROT_READ | PROT_WRITE, MAP_PRIVATE);
		for (size_t i = 0; i < 300 * PAGE; i += 64)
			sum += p[i];
		memset(p, 0xff, 300 * PAGE);
		munmap(p, 300 * PAGE);
	}
	show("bytes of new memory that were not zero", sum);
}

static void copy_on_write(void)
{
	char *priv = map(64, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	char *shared = map(2, PROT_READ | PROT_WRITE, MAP_SHARED);
	int bad = 0, status;

	for (int i = 0; i < 64; i++)
		priv[i * PAGE] = i;
	for (int c = 0; c < 4; c++)
		if (fork() == 0) {
			for (int i = 0; i < 64; i++)
				bad += priv[i * PAGE] != i;
			for (int i = 0; i < 64; i++)
				priv[i * PAGE] = 100 + c;
			sleep_ms(10);
			for (int i = 0; i < 64; i++)
				bad += priv[i * PAGE] != 100 + c;
			shared[c] = 1;
			_exit(bad != 0);
		}
	for (int c = 0; c < 4; c++) {
		wait(&status);
		bad += status != 0;
	}
	for (int i = 0; i < 64; i++)
		bad += priv[i * PAGE] != i;
	show("private pages that leaked", bad);
	show("shared bytes set by children", shared[0] + shared[1] + shared[2] + shared[3]);
	/* a grandchild's view, and a write by the parent while children look */
	if (fork() == 0) {
		priv[0] = 50;
		if (fork() == 0)
			_exit(priv[0] != 50 || priv[PAGE] != 1);
		wait(&status);
		_exit(status != 0);
	}
	priv[0] = 51;
	wait(&status);
	say("grandchild: %s, parent sees %d\n", ending(status), priv[0]);
	/* the kernel's own writes break sharing too */
	if (fork() == 0) {
		int fd = open("/dev/zero", O_RDONLY);

		if (read(fd, priv, 64 * PAGE) != 64 * (long)PAGE)
			_exit(1);
		_exit(priv[PAGE] != 0);
	}
	wait(&status);
	say("read into shared pages: %s, parent sees %d\n", ending(status), priv[5 * PAGE]);
}

static void files(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0600), ro;
	char buf[16] = "";
	char *p, *q;

	for (int i = 0; i < 3 * (int)PAGE / 8; i++)
		if (write(fd, "01234567", 8) != 8)
			fatal("write");
	p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	q = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	memcpy(p + PAGE, "SHARED", 6);
	(void)!pread(fd, buf, 8, PAGE);
	say("read sees the shared write: %s; the private mapping: %.8s\n", buf, q + PAGE);
	memcpy(q + PAGE, "PRIVATE", 7);
	(void)!pread(fd, buf, 8, PAGE);
	say("read after the private write: %s; the shared mapping: %.8s\n", buf, p + PAGE);
	(void)!pwrite(fd, "written!", 8, 2 * PAGE);
	say("mappings see write(2): %.8s %.8s\n", p + 2 * PAGE, q + 2 * PAGE);
	show("msync", msync(p, PAGE, MS_SYNC));
	close(fd);
	unlink("file");
	say("after close and unlink: %.6s\n", p + PAGE);
	ro = open("/bin/busybox", O_RDONLY);
	p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, ro, 0);
	say("busybox starts with: %.3s\n", p + 1);
	show("write permission on a read-only private file",
	     mprotect(p, PAGE, PROT_READ | PROT_WRITE));
	show("write permission on a read-only shared file", mprotect(
	     mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ro, 0), PAGE, PROT_READ | PROT_WRITE));
	p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, ro, PAGE);
	(void)!pread(ro, buf, 8, PAGE);
	judge("an offset maps the right page", !memcmp(p, buf, 8));
}

static void fixed(void)
{
	char *p = map(8, PROT_READ | PROT_WRITE, MAP_PRIVATE), *q;

	memset(p, 'a', 8 * PAGE);
	q = mmap(p + 2 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	judge("fixed at its place", q == p + 2 * PAGE);
	say("around: %c %d %d %c\n", p[2 * PAGE - 1], q[0], q[2 * PAGE - 1], p[4 * PAGE]);
	q = mmap(p, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	judge("a hint that is taken moves", q != p && q != MAP_FAILED);
	q = mmap(p + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | 0x100000, -1, 0);
	show_ok("MAP_FIXED_NOREPLACE over a mapping", q == MAP_FAILED ? -1 : 0);
	munmap(p, 8 * PAGE);
	q = mmap(p, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | 0x100000, -1, 0);
	judge("MAP_FIXED_NOREPLACE into a hole", q == p);
}

static void remap(void)
{
	char *p = map(4, PROT_READ | PROT_WRITE, MAP_PRIVATE), *q;

	for (int i = 0; i < 4; i++)
		p[i * PAGE] = 'A' + i;
	q = mremap(p, 4 * PAGE, 2 * PAGE, 0);
	judge("mremap shrinks in place", q == p);
	q = mremap(p, 2 * PAGE, 200 * PAGE, MREMAP_MAYMOVE);
	say("mremap grows: %c %c %d\n", q[0], q[PAGE], q[100 * PAGE]);
	p = map(2, PROT_READ, MAP_PRIVATE);
	q = mremap(q, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p);
	judge("mremap to a fixed place", q == p && q[0] == 'A');
}

static void heap(void)
{
	char *start = sbrk(0);

	show_ok("sbrk 1 MiB", (long)sbrk(0) == -1 ? -1 : syscall(SYS_brk, start + (1 << 20)) ? 0 : -1);
	start[0] = 1;
	start[(1 << 20) - 1] = 1;
	judge("brk back", (char *)syscall(SYS_brk, start) == start);
	judge("brk below the start is refused", (char *)syscall(SYS_brk, 0x1000) == start);
	judge("brk into the sky is refused", (char *)syscall(SYS_brk, 0x7fff00000000) == start);
	syscall(SYS_brk, start + PAGE * 2);
	judge("memory of a grown heap is new", start[PAGE] == 0);
}

static int depth(int n)
{
	volatile char frame[8192];

	frame[0] = n;
	return n ? depth(n - 1) + frame[0] * 0 : 1;
}

static void endless(void) { for (volatile int i = 0;; i++) depth(1 << 20); }

static void stack(void)
{
	char *p = (char *)&p;

	show("a stack of 4 MiB", depth(500));
	in_child("a stack without end", endless);
	(void)p;
}

static void advice(void)
{
	char *p = map(4, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	unsigned char v[4];

	memset(p, 'x', 4 * PAGE);
	show("madvise DONTNEED", madvise(p + PAGE, PAGE, MADV_DONTNEED));
	say("afterwards: %c %d %c\n", p[0], p[PAGE], p[2 * PAGE]);
	show("madvise over a hole", (munmap(p + 2 * PAGE, PAGE), madvise(p, 4 * PAGE, MADV_DONTNEED)));
	show("mincore", mincore(p, PAGE, v));
}

/* Two threads' worth of churn: maps made and removed next to each other by four processes. */
static void churn(void)
{
	int bad = 0, status;

	for (int c = 0; c < 4; c++)
		if (fork() == 0) {
			unsigned seed = c + 1;

			for (int i = 0; i < 300; i++) {
				size_t n = 1 + (seed = seed * 1103515245 + 12345) / 65536 % 40;
				char *p = map(n, PROT_READ | PROT_WRITE, MAP_PRIVATE);

				for (size_t j = 0; j < n; j++) {
					bad += p[j * PAGE] != 0;
					p[j * PAGE] = c;
				}
				munmap(p, i % 3 ? n * PAGE : n / 2 * PAGE + PAGE);
			}
			_exit(bad != 0);
		}
	while (wait(&status) > 0)
		bad += status != 0;
	show("processes that saw another's memory", bad);
}

int main(void)
{
	faults();
	zeros();
	copy_on_write();
	files();
	fixed();
	remap();
	heap();
	stack();
	advice();
	churn();
	return 0;
}
