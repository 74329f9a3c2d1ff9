/*
 * unmap_truncate.c - a file is truncated while mappings of it go and another mapping comes to their place: what stands
 * there now is no business of the file's.
 */
#include "../show.h"
#include <pthread.h>
#include <sys/mman.h>

#define PAGES 64
#define SIZE  (PAGES * 4096l)
#define ROUNDS 60

static int fd, lost, rounds_done, stop;
static char *at;
static pthread_barrier_t turn;

static void *truncater(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (ftruncate(fd, 0) || ftruncate(fd, 4096))
			return NULL;
	}
	return unused;
}

/* Comes as soon as there is room. */
static void *successor(void *unused)
{
	for (int round = 0; round < ROUNDS; round++) {
		pthread_barrier_wait(&turn);
		while (mmap(at, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != at)
			;
		for (int i = 0; i < PAGES; i++)
			*(volatile char *)(at + i * 4096) = 1;
		pthread_barrier_wait(&turn);
		for (int i = 0; i < PAGES; i++)
			lost += *(volatile char *)(at + i * 4096) != 1;
		rounds_done++;
		munmap(at, SIZE);
		pthread_barrier_wait(&turn);
	}
	return unused;
}

int main(void)
{
	pthread_t a, b;

	at = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fd = memfd_create("x", 0);
	show("size", ftruncate(fd, 4096));
	pthread_barrier_init(&turn, NULL, 2);
	show("threads", pthread_create(&a, NULL, truncater, NULL) | pthread_create(&b, NULL, successor, NULL));
	munmap(at, SIZE);
	for (int round = 0; round < ROUNDS; round++) {
		/* All of the same page, so each is a mapping by itself. */
		for (int i = 0; i < PAGES; i++)
			mmap(at + i * 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0);
		pthread_barrier_wait(&turn);
		munmap(at, SIZE);
		pthread_barrier_wait(&turn);
		pthread_barrier_wait(&turn);
	}
	pthread_join(b, NULL);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(a, NULL);
	say("rounds %d, pages lost %d\n", rounds_done, lost);
	return 0;
}
