/* What syslog(2) clears is hidden from those who seek to the data of /dev/kmsg, not from those who read from the start. */
#include "../show.h"
#include <sys/klog.h>

static int count(int fd, int whence)
{
	char line[8192];
	int n = 0;

	if (whence >= 0 && lseek(fd, 0, whence))
		return -errno;
	for (;;) {
		ssize_t r = read(fd, line, sizeof line);

		if (r < 0 && errno == EPIPE)
			continue;
		if (r < 0)
			return errno == EAGAIN ? n : -errno;
		n += !!memmem(line, (size_t)r, "kmsg_clear", 10);
	}
}

static void put(const char *text)
{
	int fd = open("/dev/kmsg", O_WRONLY);

	(void)!write(fd, text, strlen(text));
	close(fd);
}

int main(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);

	put("kmsg_clear one\n");
	say("opened %d\n", count(fd, -1));
	say("data %d start %d end %d\n", count(fd, SEEK_DATA), count(fd, SEEK_SET), count(fd, SEEK_END));
	say("clear %d\n", klogctl(5, NULL, 0));
	say("data %d start %d\n", count(fd, SEEK_DATA), count(fd, SEEK_SET));
	put("kmsg_clear two\n");
	say("data %d start %d\n", count(fd, SEEK_DATA), count(fd, SEEK_SET));
	close(fd);
	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	say("opened %d\n", count(fd, -1));
}
