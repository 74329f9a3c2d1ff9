/* timer_ignored.c - a periodic timer whose signal is ignored goes on; its signal is seen once it is wanted. */
#include "../show.h"

static volatile int fired;
static void handler(int sig) { (void)sig; fired++; }

int main(void)
{
	struct itimerspec t = { { 0, 5000000 }, { 0, 5000000 } };
	int id;

	signal(SIGALRM, SIG_IGN);
	show("create", syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
	show("set", syscall(SYS_timer_settime, id, 0, &t, NULL));
	sleep_ms(40);
	signal(SIGALRM, handler);
	for (int i = 0; !fired && i < 500; i++)
		sleep_ms(1);
	judge("seen", fired > 0);
	syscall(SYS_timer_gettime, id, &t);
	judge("still armed", t.it_value.tv_sec || t.it_value.tv_nsec);
	return 0;
}
