/* huge_parts.c - a huge page of which a part is unmapped, protected, dropped, moved, locked or read by another way: contents stay. */
#include "huge.h"
#include <setjmp.h>
#include <sys/uio.h>

static sigjmp_buf out;
static void on_fault(int sig) { siglongjmp(out, sig); }

static const char *try_write(volatile char *p)
{
	int sig = sigsetjmp(out, 1);

	if (!sig)
		*p = *p;
	return sig ? "faults" : "works";
}

static const char *try_read(volatile char *p)
{
	int sig = sigsetjmp(out, 1);

	if (!sig)
		(void)*p;
	return sig ? "faults" : "works";
}

static char *fresh(int seed)
{
	char *p = huge_map(1, PROT_READ | PROT_WRITE);

	stamp(p, HUGE, seed);
	return p;
}

static void gone(const char *what, char *p, int seed)
{
	say("%s: %ld wrong\n", what, stamps_wrong(p, HUGE, seed));
	munmap(p, HUGE);
}

int main(void)
{
	unsigned char vec[HUGE / PAGE];
	char *p, *q, buf[64];
	long n;

	signal(SIGSEGV, on_fault);
	huge_on("always");
	p = fresh(1);
	huge_show("whole", p, HUGE);
	munmap(p + 3 * PAGE, 2 * PAGE);
	say("hole: page 2 %s, 3 %s, 4 %s, 5 %s\n", try_read(p + 2 * PAGE), try_read(p + 3 * PAGE), try_read(p + 4 * PAGE), try_read(p + 5 * PAGE));
	huge_show("with a hole", p, HUGE);
	say("%ld and %ld wrong\n", stamps_wrong(p, 3 * PAGE, 1), stamps_wrong(p, PAGE, 2));
	munmap(p, HUGE);

	p = fresh(2);
	mprotect(p + 10 * PAGE, PAGE, PROT_READ);
	say("a page read-only: 9 %s, 10 %s, 11 %s\n", try_write(p + 9 * PAGE), try_write(p + 10 * PAGE), try_write(p + 11 * PAGE));
	gone("protected", p, 2);

	p = fresh(3);
	mprotect(p, HUGE, PROT_READ);
	say("all read-only: write %s, read %s\n", try_write(p + 9 * PAGE), try_read(p + 10 * PAGE));
	mprotect(p, HUGE, PROT_NONE);
	say("all forbidden: write %s, read %s\n", try_write(p + 9 * PAGE), try_read(p + 10 * PAGE));
	huge_show("forbidden", p, HUGE);
	mprotect(p, HUGE, PROT_READ | PROT_WRITE);
	say("all back: write %s, read %s\n", try_write(p + 9 * PAGE), try_read(p + 10 * PAGE));
	huge_show("back", p, HUGE);
	gone("protected as a whole", p, 3);

	p = fresh(4);
	madvise(p + 7 * PAGE, 2 * PAGE, MADV_DONTNEED);
	say("dropped two: %ld wrong, sum %d\n", stamps_wrong(p, HUGE, 4), p[7 * PAGE + 8] + p[8 * PAGE + 8] + p[7 * PAGE + 12]);
	madvise(p, HUGE, MADV_DONTNEED);
	huge_show("dropped all", p, HUGE);
	say("sum %d\n", p[8] + p[9 * PAGE + 8]);
	stamp(p, HUGE, 5);
	gone("written anew", p, 5);
	p = fresh(5);
	madvise(p, HUGE, MADV_DONTNEED);
	p[PAGE] = 1;
	huge_show("touched again after a whole drop", p, HUGE);
	say("zeroes: %d\n", p[8] + p[1 * PAGE + 12] + p[511 * PAGE + 8]);
	munmap(p, HUGE);

	p = fresh(6);
	q = huge_map(2, PROT_READ);
	munmap(q, 2 * HUGE);
	q = mremap(p, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, q + 33 * PAGE);
	say("moved askew: %ld wrong\n", stamps_wrong(q, HUGE, 6));
	q = mremap(q, HUGE, 100 * PAGE, 0);
	say("shrunk: %ld wrong\n", stamps_wrong(q, 100 * PAGE, 6));
	munmap(q, 100 * PAGE);

	p = fresh(7);
	say("mlock: %d\n", mlock(p + PAGE, PAGE));
	munlock(p, HUGE);
	n = mincore(p, HUGE, vec);
	for (size_t i = 0; i < sizeof vec; i++)
		n += vec[i] & 1;
	say("mincore: %ld\n", n);
	n = process_vm_readv(getpid(), &(struct iovec){ buf, sizeof buf }, 1, &(struct iovec){ p + 77 * PAGE, sizeof buf }, 1, 0);
	say("read by another way: %ld, %d\n", n, buf[8]);
	buf[8] = 77;
	n = process_vm_writev(getpid(), &(struct iovec){ buf, sizeof buf }, 1, &(struct iovec){ p + 77 * PAGE, sizeof buf }, 1, 0);
	say("written by another way: %ld, %d\n", n, p[77 * PAGE + 8]);
	gone("looked at", p, 7);

	p = huge_map(2, PROT_READ | PROT_WRITE);
	say("populate: %d\n", madvise(p, 2 * HUGE, 23));
	huge_show("populated", p, 2 * HUGE);
	munmap(p, 2 * HUGE);
	p = mmap(p, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_FIXED_NOREPLACE, -1, 0);
	huge_show("mapped populated", p, 2 * HUGE);
	munmap(p, 2 * HUGE);
	huge_on("never");
	return 0;
}
