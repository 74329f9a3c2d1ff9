/* sleep.c - threads that wait for a point in time. */
#include <time/timer.h>
#include <base/err.h>
#include <sync/waitq.h>

int sleep_until(uint64_t deadline_ns)
{
	int err;

	do {
		park_begin(PARK_INTERRUPTIBLE);
		err = park(PARK_INTERRUPTIBLE, deadline_ns);    /* 0: unparked for no reason of ours */
	} while (!err);
	return err == -ETIMEDOUT ? 0 : err;
}
