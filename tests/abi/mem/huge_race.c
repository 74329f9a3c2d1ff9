/*
 * huge_race.c - threads change parts of the same huge pages at once, and children take copies of them meanwhile: no page
 * shows another's contents, and what was written and not dropped stays.
 *
 * Each thread owns every fourth page of the arena and drops, protects and writes only those; all share the huge pages.
 */
#include "huge.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/uio.h>

#define BLOCKS 3ul
#define PAGES (BLOCKS * HUGE / PAGE)
#define WORKERS 4ul
#define MS 60
#define ROUNDS 10

static char *arena;
static atomic_long wrong;
static struct timespec start;

static bool time_left(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < MS;
}

static uint64_t *word(size_t page) { return (uint64_t *)(arena + page * PAGE + 64); }

static void *owner(void *arg)
{
	size_t me = (size_t)arg;
	uint64_t mine[PAGES / WORKERS] = { 0 }, turn = 1;
	unsigned seed = (unsigned)me;

	while (time_left()) {
		size_t n = (size_t)rand_r(&seed) % (PAGES / WORKERS), page = n * WORKERS + me;
		uint64_t got;

		switch (rand_r(&seed) % 8) {
		case 0:
			madvise(arena + page * PAGE, PAGE, MADV_DONTNEED);
			mine[n] = 0;
			break;
		case 1:
			mprotect(arena + page * PAGE, PAGE, PROT_READ);
			wrong += *word(page) != mine[n];
			mprotect(arena + page * PAGE, PAGE, PROT_READ | PROT_WRITE);
			break;
		case 2:
			got = ++turn << 32 | page;
			process_vm_writev(getpid(), &(struct iovec){ &got, 8 }, 1, &(struct iovec){ word(page), 8 }, 1, 0);
			mine[n] = got;
			break;
		default:
			*word(page) = mine[n] = ++turn << 32 | page;
		}
		wrong += *word(page) != mine[n];
	}
	for (size_t n = 0; n < PAGES / WORKERS; n++)
		wrong += *word(n * WORKERS + me) != mine[n];
	return NULL;
}

/* Maps, writes, drops and unmaps huge pages of its own, beside the others. */
static void *mapper(void *arg)
{
	while (time_left()) {
		char *p = huge_map(2, PROT_READ | PROT_WRITE);

		stamp(p, HUGE, 8);
		stamp(p + HUGE, HUGE, 9);
		wrong += stamps_wrong(p, HUGE, 8);
		madvise(p, HUGE, MADV_DONTNEED);
		wrong += p[8] != 0;
		mprotect(p + HUGE, HUGE, PROT_READ);
		wrong += stamps_wrong(p + HUGE, HUGE, 9);
		munmap(p, 2 * HUGE);
	}
	return NULL;
}

/* A child's copy does not change, whatever the parent's threads do. */
static void *forker(void *arg)
{
	while (time_left()) {
		int status;

		if (!fork()) {
			uint64_t sum = 0, again = 0;

			for (size_t i = 0; i < PAGES; i++)
				sum = sum * 31 + *word(i);
			for (size_t i = 0; i < PAGES; i++)
				again = again * 31 + *word(i);
			for (size_t i = 0; i < PAGES; i++)
				if (*word(i) && (*word(i) & 0xffffffff) != i)
					_exit(2);
			mprotect(arena, BLOCKS * HUGE, PROT_READ | PROT_WRITE);
			for (size_t i = 5; i < PAGES; i += 37)
				*word(i) = 1;
			_exit(sum != again);
		}
		wait(&status);
		wrong += status != 0;
	}
	return NULL;
}

int main(void)
{
	pthread_t t[WORKERS + 2];

	huge_on("always");
	for (int round = 0; round < ROUNDS; round++) {
		clock_gettime(CLOCK_MONOTONIC, &start);
		arena = huge_map(BLOCKS, PROT_READ | PROT_WRITE);
		for (size_t i = 0; i < BLOCKS; i++)
			arena[i * HUGE] = 1;
		if (!round)
			huge_show("arena", arena, BLOCKS * HUGE);
		for (size_t i = 0; i < WORKERS; i++)
			pthread_create(&t[i], NULL, owner, (void *)i);
		pthread_create(&t[WORKERS], NULL, mapper, NULL);
		pthread_create(&t[WORKERS + 1], NULL, forker, NULL);
		for (size_t i = 0; i < WORKERS + 2; i++)
			pthread_join(t[i], NULL);
		munmap(arena, BLOCKS * HUGE);
	}
	say("wrong: %ld\n", (long)wrong);
	huge_on("never");
	return 0;
}
