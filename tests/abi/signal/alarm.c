/* alarm(2), pause(2): remainders, fork, exec. */
#include "raw.h"

static volatile int caught;
static void handler(int sig, siginfo_t *si, void *u)
{
	(void)u;
	caught++;
	say("signal %d code %d pid %d\n", sig, si->si_code, si->si_pid);
}

int main(int argc, char **argv)
{
	struct itimerval it = { { 0, 0 }, { 0, 20000 } };

	if (argc > 1) {
		show("after exec", alarm(0));
		return 0;
	}
	on(SIGALRM, handler, SA_SIGINFO, 0);
	show("none", alarm(100));
	show("remaining", alarm(50));
	show("remaining", alarm(UINT32_MAX));
	judge("a great number", alarm(0) > 2000000000u);
	show("none", alarm(0));
	it.it_value.tv_usec = 300000;
	setitimer(ITIMER_REAL, &it, NULL);
	show("less than a second rounds to", alarm(0));
	it.it_value.tv_sec = 1;
	it.it_value.tv_usec = 600000;
	setitimer(ITIMER_REAL, &it, NULL);
	show("1.6 seconds round to", alarm(0));
	it.it_value.tv_sec = 0;
	it.it_value.tv_usec = 20000;
	setitimer(ITIMER_REAL, &it, NULL);
	show("pause", pause());
	alarm(100);
	if (!fork()) {
		show("in the child", alarm(0));
		_exit(0);
	}
	wait(NULL);
	show("pause again", syscall(SYS_rt_sigpending, NULL, 99));
	execv("/proc/self/exe", (char *[]){ argv[0], "x", NULL });
}
