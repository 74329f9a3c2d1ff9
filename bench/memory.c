/*
 * memory.c - mappings and faults. Pages are fresh in every operation: nothing is warmed.
 *
 * Floor of a fault on anonymous memory: the exception, one look-up, one zeroed page, one entry;
 * of mprotect and mremap, one entry a page and one flush. A kernel may map the neighbours of a
 * page that faults: figures of single pages are the mean over a whole mapping, its making, its
 * unmapping and the freeing of its pages included.
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

OP(op_brk, SYS1(brk, 0))

/* One fresh page touched, from the end down; the mapping is 4 MiB, and is made anew when all of it was touched. */
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

static void drop_pages(struct run *r)
{
	if (r->mem)
		munmap(r->mem, FRESH_PAGES * PAGE);
}

/*
 * Linux switches huge pages off at boot in a guest with 512 MiB or less. At its best it has them where they
 * are asked for; so they are switched on for this benchmark, on a kernel that has such a switch.
 */
#define THP "/sys/kernel/mm/transparent_hugepage/"

struct thp { char enabled[16], defrag[16]; };

/* Store what `path` says now, "a [b] c", as "b" to `old`; then write `value` to it. */
static void thp_swap(const char *path, const char *value, char old[16])
{
	char line[128] = "", *from, *to;
	int fd = open(path, O_RDWR);

	if (fd < 0)
		return;
	if (read(fd, line, sizeof line - 1) > 0 && (from = strchr(line, '[')) && (to = strchr(from, ']'))) {
		*to = 0;
		snprintf(old, 16, "%s", from + 1);
	}
	lseek(fd, 0, SEEK_SET);
	MUST(write(fd, value, strlen(value)));
	close(fd);
}

static void allow_huge(struct run *r)
{
	struct thp *old = r->more = calloc(1, sizeof *old);

	thp_swap(THP "enabled", "madvise", old->enabled);
	thp_swap(THP "defrag", "madvise", old->defrag);
}

static void forbid_huge(struct run *r)
{
	struct thp *old = r->more;
	char now[16];

	if (old->enabled[0])
		thp_swap(THP "enabled", old->enabled, now);
	if (old->defrag[0])
		thp_swap(THP "defrag", old->defrag, now);
	free(old);
}

/* 2 MiB mapped, aligned and asked to be huge, touched page by page, unmapped. */
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

/* A page that nobody touches, mapped and unmapped. */
static void op_mmap_munmap(struct run *r, unsigned long n)
{
	(void)r;
	for (; n; n--) {
		long p = MUST_SYS(SYS6(mmap, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

		MUST_SYS(SYS2(munmap, p, PAGE));
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
		MUST_SYS(SYS3(mprotect, r->mem, r->size, PROT_READ));
		MUST_SYS(SYS3(mprotect, r->mem, r->size, PROT_READ | PROT_WRITE));
	}
}

/* 64 touched pages moved to another address: the hole that the last move left, which other threads would take. */
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
		WANT(SYS1(brk, base + (long)PAGE), base + (long)PAGE);
		*(volatile char *)base = 1;
		(void)SYS1(brk, base);
	}
}

/* Pages that a sleeping child shares, and keeps sharing: each is copied once. */
static void share_pages(struct run *r)
{
	if (r->pid)
		partner_stop(r);
	r->pid = (pid_t)MUST(fork());
	if (!r->pid)
		for (;;)
			pause();
	r->size = FRESH_PAGES;
}

static void make_shared_pages(struct run *r)
{
	pin_run(r);
	r->mem = map(FRESH_PAGES * PAGE, MAP_NORESERVE);
	madvise(r->mem, FRESH_PAGES * PAGE, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < FRESH_PAGES; i++)
		r->mem[i * PAGE] = 1;
	share_pages(r);
}

/* A write to a page that a child shares: one copy. After 1024 of them the child is replaced by a new one. */
static void op_cow_fault(struct run *r, unsigned long n)
{
	for (; n; n--) {
		if (r->size == 0)
			share_pages(r);
		r->mem[--r->size * PAGE]++;
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

PRIVATE volatile char sink;

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
	{ "brk", "memory", NULL, op_brk, NULL, .flags = ONE_TASK },
	{ "mmap_fault", "memory", NULL, op_mmap_fault, drop_pages, .flags = ONE_TASK | CURVE, .window = FRESH_PAGES },
	{ "mmap_fault_huge", "memory", allow_huge, op_mmap_fault_huge, forbid_huge, .flags = ONE_TASK | NO_SCALE | SLOW },
	{ "mmap_munmap", "memory", NULL, op_mmap_munmap, NULL, .flags = ONE_TASK | CURVE },
	{ "mprotect", "memory", touched, op_mprotect, NULL, .flags = ONE_TASK | CURVE },
	{ "mremap", "memory", touched, op_mremap, NULL, .flags = ONE_TASK | THREADS_NO },
	{ "brk_grow", "memory", NULL, op_brk_grow, NULL, .flags = ONE_TASK | THREADS_NO },
	{ "cow_fault", "memory", make_shared_pages, op_cow_fault, partner_stop, .flags = THREADS_NO | CURVE, .window = FRESH_PAGES },
	{ "file_fault", "memory", cached_file, op_file_fault, drop_file, .flags = ONE_TASK | SHARE | CURVE },
	{ 0 },
};
