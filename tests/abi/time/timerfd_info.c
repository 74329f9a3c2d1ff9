/* timerfd_info.c - /proc/PID/fdinfo of a timerfd, and setting its ticks. */
#include <linux/ioctl.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include "../show.h"

#define SET_TICKS _IOW('T', 0, uint64_t)

static void info(int fd)
{
	char path[64], text[512], *line;
	long sec, ns;
	int n;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	fd = open(path, O_RDONLY);
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n < 0 ? 0 : n] = 0;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (!strncmp(line, "mnt_id", 6) || !strncmp(line, "ino", 3))
			continue;
		if (sscanf(line, "it_value: (%ld, %ld)", &sec, &ns) == 2)
			say("it_value: %s\n", sec || ns ? "some" : "none");
		else
			say("%s\n", line);
	}
}

int main(void)
{
	struct itimerspec t = { { 3, 250 }, { 100, 0 } };
	int fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK), file = timerfd_create(CLOCK_REALTIME, 0);
	uint64_t v = 12345;

	info(fd);
	timerfd_settime(fd, 0, &t, NULL);
	info(fd);
	show("SET_TICKS", ioctl(fd, SET_TICKS, &v));
	info(fd);
	show("read", read(fd, &v, 8));
	say("value %ld\n", (long)v);
	v = 0;
	show("SET_TICKS 0", ioctl(fd, SET_TICKS, &v));
	show("SET_TICKS bad address", ioctl(fd, SET_TICKS, KERNEL_ADDRESS));
	show("another ioctl", ioctl(fd, _IOW('T', 1, uint64_t), &v));
	t.it_value.tv_sec = 1ul << 33;
	timerfd_settime(file, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &t, NULL);
	info(file);
	return 0;
}
