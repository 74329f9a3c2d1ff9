/*
 * memory.c - mappings and faults. Pages are fresh in every operation: nothing is warmed.
 *
 * Floor of a fault on anonymous memory: the exception, one look-up, one zeroed page, one entry.
 */
#include "bench.h"

#define FRESH_PAGES 1024ul
#define HUGE (2ul << 20)

static void *map(size_t size, int flags)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	if (p == MAP_FAILED)
		bench_fail("mmap");
	return p;
}

/* One fresh page touched; the mapping is 4 MiB, and is made anew when all of it was touched. */
static void op_mmap_fault(struct run *r, unsigned long n)
{
	for (; n; n--) {
		if (r->size == 0) {
			if (r->mem)
				munmap(r->mem, FRESH_PAGES * PAGE);
			r->mem = map(FRESH_PAGES * PAGE, MAP_NORESERVE);
			madvise(r->mem, FRESH_PAGES * PAGE, MADV_NOHUGEPAGE);
			r->size = FRESH_PAGES;
		}
		r->mem[--r->size * PAGE] = 1;
	}
}

/* 2 MiB, aligned and asked to be huge, touched page by page. */
static void op_mmap_fault_huge(struct run *r, unsigned long n)
{
	(void)r;
	for (; n; n--) {
		char *p = map(2 * HUGE, MAP_NORESERVE);
		char *aligned = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));

		madvise(aligned, HUGE, MADV_HUGEPAGE);
		for (size_t i = 0; i < HUGE; i += PAGE)
			aligned[i] = 1;
		munmap(p, 2 * HUGE);
	}
}

static void op_mmap_munmap(struct run *r, unsigned long n)
{
	(void)r;
	for (; n; n--) {
		long p = SYS6(mmap, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p < 0 && p > -4096)
			bench_fail("mmap");
		MUST(SYS2(munmap, p, PAGE));
	}
}

static void touched(struct run *r)
{
	r->size = 64 * PAGE;
	r->mem = map(r->size, MAP_POPULATE);
}

/* 64 touched pages made read-only, and writable again. */
static void op_mprotect(struct run *r, unsigned long n)
{
	for (; n; n--) {
		MUST(SYS3(mprotect, r->mem, r->size, PROT_READ));
		MUST(SYS3(mprotect, r->mem, r->size, PROT_READ | PROT_WRITE));
	}
}

/* 64 touched pages moved to another address. */
static void op_mremap(struct run *r, unsigned long n)
{
	if (!r->more)
		r->more = map(r->size, 0);
	for (; n; n--) {
		void *from = r->mem;

		r->mem = mremap(from, r->size, r->size, MREMAP_MAYMOVE | MREMAP_FIXED, r->more);
		if (r->mem == MAP_FAILED)
			bench_fail("mremap");
		r->more = from;
	}
}

/* The heap grown by a page, touched, and shrunk. */
static void op_brk_grow(struct run *r, unsigned long n)
{
	long base = SYS1(brk, 0);

	(void)r;
	for (; n; n--) {
		if (SYS1(brk, base + (long)PAGE) != base + (long)PAGE)
			bench_fail("brk");
		*(volatile char *)base = 1;
		(void)SYS1(brk, base);
	}
}

/* A child writes to 64 pages it shares with its parent: one operation is 64 copies, with fork and exit. */
static void op_cow_fault(struct run *r, unsigned long n)
{
	for (; n; n--) {
		pid_t pid = (pid_t)MUST(fork());

		if (!pid) {
			for (size_t i = 0; i < r->size; i += PAGE)
				r->mem[i] = 2;
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

static void cached_file(struct run *r)
{
	snprintf(r->path, sizeof r->path, "/tmp/bench.map%d", r->id);
	r->fd[0] = (int)MUST(open(r->path, O_RDWR | O_CREAT | O_TRUNC, 0644));
	r->size = 64 * PAGE;
	for (size_t i = 0; i < r->size; i += PAGE)
		MUST(pwrite(r->fd[0], r->path, 64, (off_t)i));
}

static void drop_file(struct run *r)
{
	close(r->fd[0]);
	unlink(r->path);
}

static volatile char sink;

/* 64 cached pages of a file mapped, read page by page, and unmapped. */
static void op_file_fault(struct run *r, unsigned long n)
{
	for (; n; n--) {
		char *p = mmap(NULL, r->size, PROT_READ, MAP_SHARED, r->fd[0], 0);

		if (p == MAP_FAILED)
			bench_fail("mmap");
		for (size_t i = 0; i < r->size; i += PAGE)
			sink = p[i];
		munmap(p, r->size);
	}
}

const struct bench bench_memory[] = {
	{ "mmap_fault", "memory", NULL, op_mmap_fault, NULL, ONE_TASK, 0, 0 },
	{ "mmap_fault_huge", "memory", NULL, op_mmap_fault_huge, NULL, ONE_TASK | SLOW, 0, 0 },
	{ "mmap_munmap", "memory", NULL, op_mmap_munmap, NULL, ONE_TASK, 0, 0 },
	{ "mprotect", "memory", touched, op_mprotect, NULL, ONE_TASK, 0, 0 },
	{ "mremap", "memory", touched, op_mremap, NULL, ONE_TASK, 0, 0 },
	{ "brk_grow", "memory", NULL, op_brk_grow, NULL, ONE_TASK | NO_SCALE, 0, 0 },
	{ "cow_fault", "memory", touched, op_cow_fault, NULL, NO_SCALE | SLOW, 0, 0 },
	{ "file_fault", "memory", cached_file, op_file_fault, drop_file, ONE_TASK, 0, 0 },
	{ 0 },
};
