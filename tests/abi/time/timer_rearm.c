/*
 * timer_rearm.c - timers on CPU time that are set again and again while they fire: by one thread, while another takes
 * the signals or ignores them. Each ends up in its process's list once.
 */
#include "../show.h"
#include <pthread.h>

static volatile int fired, stop;
static void handler(int sig) { (void)sig; fired++; }

static void *computer(void *unused)
{
	while (!stop)
		;
	return unused;
}

static void try(const char *what, int nr_threads)
{
	pthread_t threads[3];
	struct itimerspec t = { { 0, 300000 }, { 0, 0 } };
	struct timespec now;
	int id[4];

	fired = stop = 0;
	for (int i = 0; i < 4; i++)
		if (syscall(SYS_timer_create, CLOCK_PROCESS_CPUTIME_ID, NULL, &id[i]))
			say("create: %s\n", strerror(errno));
	for (int i = 0; i < nr_threads; i++)
		pthread_create(&threads[i], NULL, computer, NULL);
	for (int round = 0; round < 20000; round++) {
		t.it_value.tv_nsec = 1 + round * 997 % 100000;
		syscall(SYS_timer_settime, id[round % 4], 0, &t, NULL);
	}
	/* Everything that walks the list still comes to an end. */
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	for (int i = 0; i < 4; i++)
		show(what, syscall(SYS_timer_delete, id[i]));
	stop = 1;
	for (int i = 0; i < nr_threads; i++)
		pthread_join(threads[i], NULL);
}

int main(void)
{
	signal(SIGALRM, SIG_IGN);
	try("ignored", 0);
	try("ignored, threads", 3);
	signal(SIGALRM, handler);
	try("taken", 0);
	try("taken, threads", 3);
	judge("fired", fired > 0);
	return 0;
}
