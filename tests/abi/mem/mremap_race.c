/* What a thread writes where a mapping stands that is moved meanwhile: it is there afterwards, or the thread was told. */
#include "../show.h"
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/mman.h>

#define STEP (2ul << 20)
#define LEN (32 * STEP)
#define ROUNDS 25

static char *volatile target;
static volatile int round_now, done_now;
static volatile int was_refused;
static sigjmp_buf back;

static void on_fault(int sig) { siglongjmp(back, 1); }

static int is_written(void)
{
	if (sigsetjmp(back, 1))
		return 0;
	*(volatile char *)target = 'w';
	return 1;
}

/* The first page, whose table is not there yet, while the move is on its way. */
static void *writer(void *arg)
{
	for (int i = 1; i <= ROUNDS; i++) {
		while (round_now != i)
			sched_yield();
		for (volatile int k = 0; k < (i * 37) % 4000; k++)
			;
		was_refused = !is_written();
		done_now = i;
	}
	return NULL;
}

static void race(const char *what, int flags)
{
	int lost = 0, fd = flags & MAP_ANONYMOUS ? -1 : memfd_create("x", 0);
	pthread_t t;

	if (fd >= 0 && ftruncate(fd, LEN))
		fatal("ftruncate");
	round_now = done_now = 0;
	pthread_create(&t, NULL, writer, NULL);
	for (int i = 1; i <= ROUNDS; i++) {
		char *area = mmap(NULL, 3 * LEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		char *from = (char *)(((uintptr_t)area + STEP - 1) & ~(STEP - 1)), *to = from + LEN;

		if (fd >= 0 && (ftruncate(fd, 0) || ftruncate(fd, LEN)))
			fatal("ftruncate");
		if (mmap(from, LEN, PROT_READ | PROT_WRITE, flags | MAP_FIXED | MAP_NORESERVE, fd, 0) != from)
			fatal("mmap");
		madvise(from, LEN, MADV_NOHUGEPAGE);
		for (size_t at = STEP; at < LEN; at += STEP)
			from[at] = 'a';
		target = from;
		round_now = i;
		if (mremap(from, LEN, LEN, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to)
			fatal("mremap");
		while (done_now != i)
			sched_yield();
		lost += !was_refused && to[0] != 'w';
		lost += to[STEP] != 'a' || to[LEN - STEP] != 'a';
		/* Nothing is left at the old place. */
		if (mmap(from, STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != from)
			fatal("mmap");
		lost += from[0] != 0;
		munmap(area, 3 * LEN);
	}
	pthread_join(t, NULL);
	if (fd >= 0)
		close(fd);
	say("%s: lost %d\n", what, lost);
}

int main(void)
{
	struct sigaction sa = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &sa, NULL);
	race("private", MAP_PRIVATE | MAP_ANONYMOUS);
	race("file", MAP_SHARED);
	return 0;
}
