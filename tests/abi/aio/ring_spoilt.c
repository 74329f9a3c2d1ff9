/*
 * ring_spoilt.c - a program that writes nonsense to its ring's head and tail: waiting for results ends all the same.
 */
#include "aio.h"

static aio_context_t ctx;

static void wait_once(const char *what)
{
	struct timespec soon = { 0, 50000000 };
	struct io_event e[4];

	show(what, io_getevents(ctx, 1, 4, e, &soon));
}

int main(void)
{
	volatile struct ring *r;
	int status;
	pid_t pid;

	show("setup", io_setup(8, &ctx));
	r = (volatile struct ring *)ctx;
	wait_once("nothing there");
	r->tail = 3;
	wait_once("a tail of 3");
	r->tail = ~0u;
	wait_once("a tail beyond the ring");
	r->tail = 0;
	wait_once("as it was");
	pid = fork();
	if (!pid) {
		struct io_event e[8];

		ctx = 0;
		show("setup", io_setup(8, &ctx));
		((volatile struct ring *)ctx)->tail = 5;
		show("what is not there", io_getevents(ctx, 1, 8, e, NULL));
		io_getevents(ctx, 8, 8, e, NULL);
		_exit(1);
	}
	usleep(100000);
	kill(pid, SIGKILL);
	show("waits for ever, but can be killed", waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	return 0;
}
