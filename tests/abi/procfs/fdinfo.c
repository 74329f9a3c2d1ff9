/*
 * fdinfo.c - /proc/PID/fdinfo: fields by kind of file; /proc/PID/fd: links and their modes.
 */
#include "text.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static void info(const char *what, int fd)
{
	char path[64], link[128] = "";

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	(void)!readlink(path, link, 127);
	for (char *p = link; *p; p++)
		if (*p == '[' && p[1] >= '0' && p[1] <= '9')
			p[1] = 0;
	say("%s -> %s\n", what, link);
	show_mode(path);
	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	slurp(path);
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n")) {
		char shape[300];

		if (!strncmp(line, "mnt_id", 6) || !strncmp(line, "ino", 3) || !strncmp(line, "tfd", 3) || !strncmp(line, "eventfd-id", 10))
			shape_line(line, !strncmp(line, "tfd", 3), false, shape), say("  %s\n", shape);
		else
			say("  %s\n", line);
	}
}

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600), p[2], ep = epoll_create1(0), ino = inotify_init1(0);
	struct epoll_event e = { .events = EPOLLIN | EPOLLET, .data.u64 = 0x1234 };
	struct itimerspec it = { { 0, 0 }, { 1000, 0 } };
	sigset_t set;

	(void)!write(fd, "12345", 5), (void)!pipe2(p, O_NONBLOCK);
	info("file", fd);
	info("directory", open(".", O_RDONLY));
	info("path", open("f", O_PATH));
	info("pipe", p[0]);
	info("pipe", p[1]);
	info("eventfd", eventfd(17, EFD_SEMAPHORE));
	epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e);
	info("epoll", ep);
	inotify_add_watch(ino, ".", IN_CREATE);
	sigemptyset(&set), sigaddset(&set, SIGUSR1), sigaddset(&set, SIGTERM);
	info("signalfd", signalfd(-1, &set, 0));
	fd = timerfd_create(CLOCK_MONOTONIC, 0);
	info("timerfd", fd);
	timerfd_settime(fd, 0, &it, NULL);
	return 0;
}
