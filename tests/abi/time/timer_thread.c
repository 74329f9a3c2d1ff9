/* timer_thread.c - SIGEV_THREAD_ID: the signal goes to one thread. */
#include <pthread.h>
#include "../show.h"

static volatile pid_t tid;
static volatile int seen_by_thread, seen_by_main;

static void handler(int sig, siginfo_t *i, void *c)
{
	(void)sig, (void)c;
	if (syscall(SYS_gettid) == tid)
		seen_by_thread += i->si_value.sival_int;
	else
		seen_by_main += i->si_value.sival_int;
}

static void *thread(void *arg)
{
	(void)arg;
	tid = syscall(SYS_gettid);
	while (!seen_by_thread)
		sleep_ms(2);
	return NULL;
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigevent e = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 9 };
	struct itimerspec t = { { 0, 0 }, { 0, 3000000 } };
	pthread_t p;
	int id;

	sigaction(SIGUSR1, &sa, NULL);
	pthread_create(&p, NULL, thread, NULL);
	while (!tid)
		sleep_ms(1);
	e.sigev_notify_thread_id = tid;
	show("create", syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id));
	show("set", syscall(SYS_timer_settime, id, 0, &t, NULL));
	pthread_join(p, NULL);
	say("thread %d main %d\n", seen_by_thread, seen_by_main);
	/* The thread is gone: nobody hears of it. */
	t.it_interval.tv_nsec = 1000000;
	show("set", syscall(SYS_timer_settime, id, 0, &t, NULL));
	sleep_ms(30);
	say("thread %d main %d\n", seen_by_thread, seen_by_main);
	show("delete", syscall(SYS_timer_delete, id));
	return 0;
}
