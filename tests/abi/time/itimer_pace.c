/* itimer_pace.c - ITIMER_REAL goes on when its SIGALRM is taken: however short, it leaves others their CPU. */
#include "../show.h"

#define CHILDREN 6

static volatile int fired;
static void handler(int sig) { (void)sig; fired++; }

static void left(const char *what)
{
	struct itimerval t;

	getitimer(ITIMER_REAL, &t);
	say("%s: left %d, interval %ld.%06ld\n", what, t.it_value.tv_sec || t.it_value.tv_usec, t.it_interval.tv_sec, t.it_interval.tv_usec);
}

static void every_us(void)
{
	struct itimerval t = { { 0, 1 }, { 0, 1 } };

	setitimer(ITIMER_REAL, &t, NULL);
}

int main(void)
{
	struct itimerval t = { { 0, 5000 }, { 0, 5000 } }, off = { 0 };
	int pids[CHILDREN];
	sigset_t set;

	signal(SIGALRM, SIG_IGN);
	setitimer(ITIMER_REAL, &t, NULL);
	sleep_ms(30);
	left("ignored");
	signal(SIGALRM, handler);
	sleep_ms(30);
	say("fired later %d\n", fired);

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
	sleep_ms(30);
	left("blocked");
	show("alarm", alarm(0));
	setitimer(ITIMER_REAL, &t, NULL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	for (int i = 0; fired < 3 && i < 500; i++)
		sleep_ms(1);
	judge("goes on", fired >= 3);
	setitimer(ITIMER_REAL, &off, NULL);

	signal(SIGALRM, SIG_IGN);
	for (int i = 0; i < CHILDREN; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			every_us();
			for (;;)
				pause();
		}
	}
	sleep_ms(50);
	for (int i = 0; i < CHILDREN; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	say("done\n");
	return 0;
}
