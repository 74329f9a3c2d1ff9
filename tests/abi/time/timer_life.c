/* timer_life.c - timers are not inherited by fork and end with exec; RLIMIT_SIGPENDING counts them. */
#include <sys/resource.h>
#include "../show.h"

static void child(void)
{
	struct itimerspec t;

	show("child: gettime", syscall(SYS_timer_gettime, 0, &t));
	show("child: delete", syscall(SYS_timer_delete, 0));
}

static void limited(void)
{
	struct rlimit r = { 3, 3 };
	int id;

	if (setuid(4711) || setrlimit(RLIMIT_SIGPENDING, &r))
		fatal("setuid, setrlimit");
	for (int i = 0; i < 5; i++)
		show("create", syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
	show("delete", syscall(SYS_timer_delete, 0));
	show("sigqueue", sigqueue(getpid(), 0, (union sigval){ 0 }));
	show("create", syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
}

static void alarms(void)
{
	int id;

	if (setuid(4712))
		fatal("setuid");
	show("REALTIME_ALARM", syscall(SYS_timer_create, CLOCK_REALTIME_ALARM, NULL, &id));
	show("BOOTTIME_ALARM", syscall(SYS_timer_create, CLOCK_BOOTTIME_ALARM, NULL, &id));
	show("MONOTONIC", syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
}

int main(int argc, char **argv)
{
	struct itimerspec t = { { 0, 0 }, { 0, 1000000 } };
	sigset_t s;
	int id;

	if (argc > 1) {
		say("after exec\n");
		child();
		sigpending(&s);
		judge("USR1 is pending", sigismember(&s, SIGUSR1));
		judge("ALRM is pending", sigismember(&s, SIGALRM));
		return 0;
	}
	sigemptyset(&s);
	sigaddset(&s, SIGALRM);
	sigaddset(&s, SIGUSR1);
	sigprocmask(SIG_BLOCK, &s, NULL);
	show("create", syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
	in_child("fork", child);
	in_child("limit", limited);
	in_child("alarm clocks", alarms);
	show("settime", syscall(SYS_timer_settime, id, 0, &t, NULL));
	kill(getpid(), SIGUSR1);
	sleep_ms(20);
	sigpending(&s);
	judge("ALRM is pending", sigismember(&s, SIGALRM));
	execl("/proc/self/exe", argv[0], "again", NULL);
	fatal("exec");
}
