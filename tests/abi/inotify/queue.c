/* The queue: equal events become one, overflow, poll, limits; a blocking read. */
#include "events.h"
#include <poll.h>

static int limit(const char *name, const char *set)
{
	char path[64], text[32] = "";
	int fd;

	snprintf(path, sizeof path, "/proc/sys/fs/inotify/%s", name);
	fd = open(path, set ? O_WRONLY : O_RDONLY);
	if (!set)
		(void)!read(fd, text, sizeof text - 1);
	else
		(void)!write(fd, set, strlen(set));
	close(fd);
	return atoi(text);
}

int main(void)
{
	struct pollfd p;
	int fd, other;

	say("events %d instances %d\n", limit("max_queued_events", NULL), limit("max_user_instances", NULL));
	judge("watches", limit("max_user_watches", NULL) >= 8192);
	limit("max_queued_events", "4");
	start("/tmp/in-queue");
	limit("max_queued_events", "16384");
	make("f");
	inotify_add_watch(in_fd, "f", IN_MODIFY | IN_ACCESS);
	p = (struct pollfd){ in_fd, POLLIN, 0 };
	show("poll", poll(&p, 1, 0));
	fd = open("f", O_RDWR);
	for (int i = 0; i < 5; i++)
		(void)!write(fd, "x", 1);
	show("poll", poll(&p, 1, 0));
	events("equal ones");
	for (int i = 0; i < 5; i++) {
		char c;

		(void)!pwrite(fd, "x", 1, 0);
		(void)!pread(fd, &c, 1, 0);
	}
	events("too many");
	(void)!pwrite(fd, "x", 1, 0);
	events("again");
	other = inotify_init();
	inotify_add_watch(other, "f", IN_MODIFY);
	if (!fork()) {
		sleep_ms(20);
		(void)!pwrite(fd, "x", 1, 0);
		_exit(0);
	}
	show("blocking read", read(other, &(struct inotify_event){ 0 }, sizeof(struct inotify_event)));
	wait(NULL);
	return 0;
}
