/* mq_clock_set.c - how long mq_timedreceive(2) and mq_timedsend(2) wait is a time of the real-time clock: setting that ends the wait. */
#include "../show.h"
#include <mqueue.h>
#include <sys/resource.h>

static char state(int pid)
{
	char path[40], text[200] = "", *at;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	(void)!read(fd, text, sizeof text - 1);
	close(fd);
	at = strrchr(text, ')');
	return at ? at[2] : '?';
}

static void waits(bool sends, mqd_t q)
{
	struct timespec start, now, far;
	int pid, status, i;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &start);
	far = start;
	far.tv_sec += 3600;
	pid = fork();
	if (!pid) {
		errno = 0;
		(void)(sends ? mq_timedsend(q, "b", 1, 0, &far) : mq_timedreceive(q, text, sizeof text, NULL, &far));
		_exit(errno);
	}
	for (i = 0; state(pid) != 'S' && i < 500; i++)
		sleep_ms(1);
	now = start;
	now.tv_sec += 10;
	show("set, not far enough", clock_settime(CLOCK_REALTIME, &now));
	sleep_ms(10);
	say("  %c\n", state(pid));
	now.tv_sec += 3600;
	show("set", clock_settime(CLOCK_REALTIME, &now));
	for (i = 0; state(pid) != 'Z' && i < 500; i++)
		sleep_ms(1);
	judge("ends", i < 500);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	say("%s: timed out %d\n", sends ? "send" : "receive", WEXITSTATUS(status) == ETIMEDOUT);
	clock_settime(CLOCK_REALTIME, &start);
}

int main(void)
{
	struct mq_attr a = { .mq_maxmsg = 1, .mq_msgsize = 32 };
	struct rlimit few = { 4, 4 };
	struct timespec never = { INT64_MAX, 0 }, past = { 1, 0 }, bad = { 1, 1000000000 };
	char text[32];
	mqd_t q;

	mq_unlink("/clock");
	q = mq_open("/clock", O_RDWR | O_CREAT, 0600, &a);
	waits(false, q);
	show("past", mq_timedreceive(q, text, sizeof text, NULL, &past));
	show("bad", mq_timedreceive(q, text, sizeof text, NULL, &bad));
	show("for ever, with room", mq_timedsend(q, "a", 1, 0, &never));
	waits(true, q);
	show("past", mq_timedsend(q, "a", 1, 0, &past));
	if (!fork()) {
		alarm(1);
		mq_timedsend(q, "a", 1, 0, &never);
		_exit(0);
	}
	sleep_ms(20);
	mq_receive(q, text, sizeof text, NULL);
	wait(NULL);
	show("receive", mq_receive(q, text, sizeof text, NULL));
	mq_unlink("/clock");

	/* Without a descriptor no queue is made. */
	while (dup(0) >= 0 && dup(0) < 100)
		;
	setrlimit(RLIMIT_NOFILE, &few);
	show("no descriptor", mq_open("/none", O_RDWR | O_CREAT, 0600, &a));
	show("nor a name", syscall(SYS_mq_open, "bad/name", O_RDWR, 0600, NULL));
	show("no queue", mq_unlink("/none"));
	return 0;
}
