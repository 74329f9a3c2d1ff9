/*
 * vmsplice_race.c - givers, who write to and unmap what they gave, against readers and tees: bytes are their page's.
 */
#include "lent.h"
#include <pthread.h>

#define ROUNDS 60
static int p[2], q[2];

static _Atomic bool is_wrong;

/* Each page holds one letter, or its capital, throughout: they differ in one bit. */
static void *giver(void *arg)
{
	char letter = 'a' + (char)(intptr_t)arg;

	for (int i = 0; i < ROUNDS; i++) {
		size_t nr = 1 + i % 5, given = 0;
		char *m = memory(nr);

		memset(m, letter, nr * PAGE);
		while (given < nr * PAGE) {
			long n = give(p[1], m + given, nr * PAGE - given, 0);

			if (n <= 0)
				fatal("vmsplice");
			given += (size_t)n;
		}
		if (i & 1)
			memset(m, letter ^ 0x20, nr * PAGE);
		if (i & 2)
			madvise(m, nr * PAGE, MADV_DONTNEED);
		if (i % 20 == 0 && !fork())
			_exit(0);
		munmap(m, nr * PAGE);
	}
	return NULL;
}

/* Pages come whole, as the pipe holds nothing else. */
static void *reader(void *arg)
{
	int fd = *(int *)arg;
	static __thread char page[PAGE];
	size_t have = 0;

	for (;;) {
		long n = read(fd, page + have, PAGE - have);

		if (n <= 0)
			break;
		have += (size_t)n;
		if (have < PAGE)
			continue;
		for (size_t i = 0; i < PAGE; i++)
			if ((page[i] | 0x20) != (page[0] | 0x20) || (page[i] | 0x20) < 'a' || (page[i] | 0x20) > 'd')
				is_wrong = true;
		have = 0;
	}
	return NULL;
}

static void *mover(void *arg)
{
	for (int i = 0;; i++) {
		long n = splice(p[0], NULL, q[1], NULL, i % 3 ? PAGE : 3 * PAGE, 0);

		if (n <= 0)
			break;
	}
	close(q[1]);
	return NULL;
}

int main(void)
{
	pthread_t givers[3], move, read_it;

	if (pipe(p) || pipe(q))
		fatal("pipe");
	signal(SIGCHLD, SIG_IGN);
	pthread_create(&move, NULL, mover, NULL);
	pthread_create(&read_it, NULL, reader, &q[0]);
	for (intptr_t i = 0; i < 3; i++)
		pthread_create(&givers[i], NULL, giver, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(givers[i], NULL);
	close(p[1]);
	pthread_join(move, NULL);
	pthread_join(read_it, NULL);
	judge("all bytes are their page's", !is_wrong);
	return 0;
}
