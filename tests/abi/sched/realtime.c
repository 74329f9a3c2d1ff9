/* Real-time threads run before others on their CPU, by priority; FIFO until they let go. */
#include "attr.h"
#include <pthread.h>

static volatile int order[8], nr, go;
static volatile long spun;

static void pin(void) { unsigned long m = 1; syscall(SYS_sched_setaffinity, 0, 8, &m); }

static void *runner(void *arg)
{
	set_policy(0, SCHED_FIFO, 10);
	pin();
	while (!go)
		usleep(500);
	set_policy(0, SCHED_FIFO, (int)(long)arg);
	usleep(20000);                          /* all wake about now, behind the one that spins */
	order[__atomic_fetch_add(&nr, 1, __ATOMIC_SEQ_CST)] = (int)(long)arg;
	return NULL;
}

static void *normal(void *arg) { (void)arg; set_policy(0, SCHED_OTHER, 0); pin(); for (;;) spun++; return NULL; }

int main(void)
{
	pthread_t t[4], n;
	int64_t until;
	long before;

	pin();
	set_policy(0, SCHED_FIFO, 90);
	pthread_create(&n, NULL, normal, NULL);
	for (long i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, runner, (void *)(20 + i * 5));
	usleep(5000);
	go = 1;
	usleep(8000);
	before = spun;
	until = now_ns() + 60000000;            /* all is ours */
	while (now_ns() < until)
		;
	judge("a normal thread does not run beside us", spun == before);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	say("in order: %d %d %d %d\n", order[0], order[1], order[2], order[3]);
	_exit(0);
}
