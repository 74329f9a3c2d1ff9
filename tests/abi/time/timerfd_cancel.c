/* timerfd_cancel.c - TFD_TIMER_CANCEL_ON_SET, and absolute points of a clock that is set. */
#include <poll.h>
#include <sys/timerfd.h>
#include "../show.h"

static void step(long seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += seconds;
	show("clock_settime", clock_settime(CLOCK_REALTIME, &t));
}

static struct itimerspec in(long seconds)
{
	struct itimerspec t = { 0 };

	clock_gettime(CLOCK_REALTIME, &t.it_value);
	t.it_value.tv_sec += seconds;
	return t;
}

int main(void)
{
	const int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
	int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK), other = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
	struct itimerspec t = in(1000), left;
	struct pollfd p = { fd, POLLIN, 0 };
	struct timespec second = { 1, 0 };
	sigset_t s;
	uint64_t v;
	int id;

	show("set", timerfd_settime(fd, flags, &t, NULL));
	show("set", timerfd_settime(other, TFD_TIMER_ABSTIME, &t, NULL));
	show("read", read(fd, &v, 8));
	step(10);
	show("poll", poll(&p, 1, 0));
	show("read", read(fd, &v, 8));
	show("once only", read(fd, &v, 8));
	show("without the flag", read(other, &v, 8));
	timerfd_gettime(fd, &left);
	judge("still armed, 10 s nearer", within(left.it_value.tv_sec, 980, 990));
	step(-10);
	t = in(500);
	show("set after a step", timerfd_settime(fd, flags, &t, NULL));
	show("read", read(fd, &v, 8));

	/* The point is reached because the clock is set beyond it. */
	t = in(100);
	timerfd_settime(other, TFD_TIMER_ABSTIME, &t, NULL);
	step(200);
	fcntl(other, F_SETFL, 0);
	show("reached", read(other, &v, 8));
	step(-200);
	/* A span is not changed. */
	t = (struct itimerspec){ { 0, 0 }, { 100, 0 } };
	timerfd_settime(other, 0, &t, NULL);
	step(200);
	timerfd_gettime(other, &left);
	judge("a span stays", within(left.it_value.tv_sec, 98, 100));
	step(-200);

	/* The same for timers that signal. */
	sigfillset(&s);
	sigprocmask(SIG_BLOCK, &s, NULL);
	syscall(SYS_timer_create, CLOCK_REALTIME, NULL, &id);
	t = in(100);
	syscall(SYS_timer_settime, id, TIMER_ABSTIME, &t, NULL);
	step(200);
	show("signal", sigtimedwait(&s, NULL, &second));
	step(-200);
	return 0;
}
