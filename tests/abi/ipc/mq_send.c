/* mq_timedsend(2), mq_timedreceive(2): priorities, full and empty queues, time-outs, errors; poll and read. */
#include "../show.h"
#include <mqueue.h>
#include <poll.h>

static int q;

static void receive(void)
{
	char text[32] = "";
	unsigned prio = 99;
	ssize_t n = mq_receive(q, text, sizeof text, &prio);

	if (n < 0)
		show("receive", n);
	else
		say("receive: %zd %s of %u\n", n, text, prio);
}

static void ready(void)
{
	struct pollfd p = { q, POLLIN | POLLOUT, 0 };
	char text[100] = "";
	ssize_t n;

	poll(&p, 1, 0);
	lseek(q, 0, SEEK_SET);
	n = read(q, text, sizeof text - 1);
	say("poll %#x, %zd: %s", p.revents, n, text);
}

int main(void)
{
	struct mq_attr a = { .mq_maxmsg = 4, .mq_msgsize = 32 };
	struct timespec t, past = { 1, 0 }, bad = { 0, -1 };
	char text[32];
	int64_t start;
	int status, w;

	mq_unlink("/send");
	q = mq_open("/send", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &a);
	show_ok("open", q);
	ready();
	receive();
	show("low", mq_send(q, "low", 3, 1));
	show("high", mq_send(q, "high", 4, 31));
	show("low 2", mq_send(q, "low2", 4, 1));
	ready();
	show("highest", mq_send(q, "top", 3, 32767));
	show("full", mq_send(q, "more", 4, 0));
	ready();
	for (int i = 0; i < 5; i++)
		receive();
	show("empty text", mq_send(q, "", 0, 0));
	receive();
	show("too long", mq_send(q, text, 33, 0));
	show("priority", mq_send(q, text, 3, 32768));
	show("small buffer", mq_receive(q, text, 31, NULL));
	show("from nowhere", syscall(SYS_mq_timedsend, q, KERNEL_ADDRESS, 3, 0, NULL));
	show("send to a file", mq_send(1, text, 3, 0));
	show("receive from none", mq_receive(-1, text, 32, NULL));
	w = mq_open("/send", O_WRONLY);
	show("receive by a writer", mq_receive(w, text, 32, NULL));
	close(q);
	q = mq_open("/send", O_RDWR);
	show("bad time", mq_timedreceive(q, text, 32, NULL, &bad));
	show("past", mq_timedreceive(q, text, 32, NULL, &past));
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += 20000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	start = now_ns();
	show("soon", mq_timedreceive(q, text, 32, NULL, &t));
	judge("then", now_ns() - start > 10000000);
	if (!fork()) {
		sleep_ms(20);
		mq_send(q, "child", 5, 2);
		_exit(0);
	}
	receive();
	wait(&status);
	for (int i = 0; i < 4; i++)
		mq_send(q, "fill", 4, 0);
	show("full, past", mq_timedsend(q, "more", 4, 0, &past));
	if (!fork()) {
		sleep_ms(20);
		mq_receive(q, text, 32, NULL);
		_exit(0);
	}
	show("waits for room", mq_send(q, "fifth", 5, 0));
	wait(&status);
	for (int i = 0; i < 4; i++)
		receive();
	mq_unlink("/send");
	return 0;
}
