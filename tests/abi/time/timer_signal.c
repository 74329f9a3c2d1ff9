/* timer_signal.c - what a timer's signal brings along, and the periods that nobody took. */
#include "../show.h"

static int create(int sig, int value)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = sig, .sigev_value.sival_int = value };
	int id;

	if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id))
		fatal("timer_create");
	return id;
}

static void set(int id, long first_ms, long then_ms)
{
	struct itimerspec t = { { then_ms / 1000, then_ms % 1000 * 1000000 }, { first_ms / 1000, first_ms % 1000 * 1000000 } };

	show("settime", syscall(SYS_timer_settime, id, 0, &t, NULL));
}

int main(void)
{
	struct timespec second = { 2, 0 }, none = { 0, 0 };
	struct itimerspec now;
	siginfo_t i;
	sigset_t s;
	int id, sig;

	sigfillset(&s);
	sigprocmask(SIG_BLOCK, &s, NULL);
	id = create(SIGUSR1, 77);
	set(id, 5, 0);
	sig = sigtimedwait(&s, &i, &second);
	say("signal %d code %d value %d timerid %d overrun %d errno %d\n", sig, i.si_code, i.si_value.sival_int, i.si_timerid,
	    i.si_overrun, i.si_errno);
	show("overrun", syscall(SYS_timer_getoverrun, id));
	syscall(SYS_timer_gettime, id, &now);
	say("left %ld %ld\n", now.it_value.tv_sec, now.it_value.tv_nsec);

	id = create(SIGRTMIN + 3, 5);
	set(id, 2, 2);
	sleep_ms(60);
	sig = sigtimedwait(&s, &i, &second);
	judge("real-time signal", sig == SIGRTMIN + 3);
	judge("some periods went by", i.si_overrun >= 20 && i.si_overrun < 300);
	judge("the same from getoverrun", syscall(SYS_timer_getoverrun, id) == i.si_overrun);
	judge("it goes on", sigtimedwait(&s, &i, &second) == SIGRTMIN + 3);
	set(id, 0, 0);
	show("overrun after disarming", syscall(SYS_timer_getoverrun, id));
	while (sigtimedwait(&s, &i, &none) > 0)
		;

	/* Fired and not taken, then set anew. */
	set(id, 1, 0);
	sleep_ms(20);
	set(id, 1, 0);
	sleep_ms(20);
	sig = sigtimedwait(&s, &i, &none);
	judge("one signal", sig == SIGRTMIN + 3);
	say("overrun %d\n", i.si_overrun);
	show("no second", sigtimedwait(&s, &i, &none));

	/* Two timers, one ordinary signal: both are queued. */
	int a = create(SIGUSR2, 1), b = create(SIGUSR2, 2);
	set(a, 1, 0);
	sleep_ms(20);
	set(b, 1, 0);
	sleep_ms(20);
	sig = sigtimedwait(&s, &i, &none);
	say("signal %d value %d\n", sig, i.si_value.sival_int);
	sig = sigtimedwait(&s, &i, &none);
	say("signal %d value %d\n", sig, i.si_value.sival_int);

	/* Deleted with its signal pending. */
	set(a, 1, 0);
	sleep_ms(20);
	show("delete", syscall(SYS_timer_delete, a));
	show("pending signal", sigtimedwait(&s, &i, &none));
	return 0;
}
