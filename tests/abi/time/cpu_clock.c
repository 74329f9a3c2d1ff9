/* cpu_clock.c - CPU time of threads and processes, one's own and others'. */
#include <pthread.h>
#include "../show.h"

#define CLOCK_OF(pid, kind) ((int)(~(unsigned)(pid) << 3) | (kind))

static int64_t ns(int clock)
{
	struct timespec t = { 0, 0 };

	return syscall(SYS_clock_gettime, clock, &t) ? -1 : t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void burn(int ms)
{
	int64_t end = ns(CLOCK_THREAD_CPUTIME_ID) + ms * 1000000ll;

	while (ns(CLOCK_THREAD_CPUTIME_ID) < end)
		;
}

static volatile int thread_tid, done;

static void *thread(void *arg)
{
	(void)arg;
	thread_tid = syscall(SYS_gettid);
	burn(30);
	done = 1;
	while (done == 1)
		sleep_ms(1);
	return NULL;
}

int main(void)
{
	pthread_t th;
	clockid_t c;
	pid_t pid;
	int64_t a;

	burn(10);
	judge("own thread's", ns(CLOCK_OF(0, 6)) >= 10000000);
	judge("own process's", ns(CLOCK_OF(0, 2)) >= ns(CLOCK_OF(0, 6)) - 1000000);
	judge("by number", ns(CLOCK_OF(getpid(), 2)) >= 10000000);
	pthread_create(&th, NULL, thread, NULL);
	while (!done)
		sleep_ms(1);
	a = ns(CLOCK_OF(thread_tid, 6));
	judge("another thread's", within(a, 30000000, 1000000000));
	judge("the process has it too", ns(CLOCK_PROCESS_CPUTIME_ID) >= a);
	show("process clock of a thread number", ns(CLOCK_OF(thread_tid, 2)));
	done = 2;
	pthread_join(th, NULL);
	while (!syscall(SYS_tgkill, getpid(), thread_tid, 0))           /* joined before it has a last breath left */
		sleep_ms(1);
	show("a dead thread's", ns(CLOCK_OF(thread_tid, 6)));
	judge("the process keeps it", ns(CLOCK_PROCESS_CPUTIME_ID) >= a);
	pid = fork();
	if (!pid) {
		burn(20);
		pause();
	}
	for (int i = 0; i < 1000 && ns(CLOCK_OF(pid, 2)) < 20000000; i++)
		sleep_ms(1);
	judge("a child's", ns(CLOCK_OF(pid, 2)) >= 20000000);
	judge("user time of a child", ns(CLOCK_OF(pid, 1)) >= 0);
	show("a child's thread", ns(CLOCK_OF(pid, 6)));
	show("clock_getcpuclockid", clock_getcpuclockid(pid, &c));
	judge("the same", c == CLOCK_OF(pid, 2));
	show("set it", syscall(SYS_clock_settime, c, &(struct timespec){ 0, 0 }));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	show("gone", ns(CLOCK_OF(pid, 2)));
	show("nobody's", ns(CLOCK_OF(1 << 22, 2)));
	show("kind 3", ns(CLOCK_OF(0, 7)));
	return 0;
}
