/*
 * timerfd_ticks.c - TFD_IOC_SET_TICKS: any number but 0, and reading gives it, be it as large as an error's.
 */
#include "../show.h"
#include <sys/ioctl.h>
#include <linux/ioctl.h>
#include <sys/timerfd.h>

#define SET_TICKS _IOW('T', 0, uint64_t)

static void each(uint64_t ticks)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	uint64_t got = 0;

	show("set", ioctl(fd, SET_TICKS, &ticks));
	show("read", read(fd, &got, sizeof got));
	say("got %llx\n", (unsigned long long)got);
	show("again", read(fd, &got, sizeof got));
	close(fd);
}

int main(void)
{
	each(0);
	each(1);
	each(1ull << 63);
	each(-1ull);                    /* EPERM, as an error */
	each(-512ull);                  /* what a call to be restarted ends with, inside */
	each(-125ull);                  /* ECANCELED */
	return 0;
}
