/*
 * poll.c - IOCB_CMD_POLL: ready at once, later, cancelled, and what ends it.
 */
#include "aio.h"
#include <poll.h>
#include <pthread.h>

static aio_context_t ctx;
static int pipes[2];

static struct iocb poll_of(int fd, int events)
{
	struct iocb cb = iocb_make(IOCB_CMD_POLL, fd, NULL, 0, 0);

	cb.aio_buf = events;
	return cb;
}

static void *write_later(void *arg)
{
	usleep(20000);
	(void)!write(pipes[1], "x", 1);
	return NULL;
}

static void *destroy_later(void *arg)
{
	usleep(20000);
	show("destroy under a waiter", io_destroy(ctx));
	return NULL;
}

static void waits_forever(void)
{
	struct iocb cb = poll_of(pipes[0], POLLIN);
	aio_context_t own = 0;

	io_setup(1, &own);
	show("child waits", submit_one(own, &cb));
}

int main(void)
{
	struct timespec zero = { 0 }, second = { 5, 0 };
	struct io_event e = { 0 };
	struct iocb cb;
	pthread_t t;
	char c;

	if (io_setup(8, &ctx) || pipe(pipes))
		fatal("setup");
	run(ctx, "room in a pipe", poll_of(pipes[1], POLLOUT));
	run(ctx, "a file", poll_of(open("file", O_RDWR | O_CREAT, 0600), POLLIN | POLLOUT));
	cb = poll_of(pipes[0], 0x10000);
	show("too many bits", submit_one(ctx, &cb));
	cb = poll_of(pipes[0], POLLIN);
	cb.aio_offset = 1;
	show("with a position", submit_one(ctx, &cb));
	cb.aio_offset = 0;
	show("empty pipe", submit_one(ctx, &cb));
	show("nothing yet", io_getevents(ctx, 1, 1, &e, &zero));
	pthread_create(&t, NULL, write_later, NULL);
	show("waited", io_getevents(ctx, 1, 1, &e, &second));
	show("result", e.res);
	pthread_join(t, NULL);
	show("byte", read(pipes[0], &c, 1));
	show("empty again", submit_one(ctx, &cb));
	errno = 0;
	show("cancel", io_cancel(ctx, &cb, &e));
	say("%s\n", errno == EINPROGRESS ? "in progress" : errno_name(errno));
	show("its event", io_getevents(ctx, 1, 1, &e, &second));
	show("result", e.res);
	show("cancel again", io_cancel(ctx, &cb, &e));
	show("and once more", submit_one(ctx, &cb));
	pthread_create(&t, NULL, destroy_later, NULL);
	show("waiter", io_getevents(ctx, 1, 1, &e, &second));
	pthread_join(t, NULL);
	in_child("exit with a poll", waits_forever);
	return 0;
}
