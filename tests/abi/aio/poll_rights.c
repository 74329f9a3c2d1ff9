/*
 * poll_rights.c - a poll through a ring holds the last reference of a socket in whose queue files wait, and of a ring of
 * sockets: all of them go when it ends.
 */
#include "aio.h"
#include "../socket/sock.h"

static aio_context_t ctx;

static struct iocb poll_of(int fd)
{
	struct iocb cb = iocb_make(IOCB_CMD_POLL, fd, NULL, 0, 0);

	cb.aio_buf = POLLHUP;
	return cb;
}

static void last_reference(const char *what, int depth)
{
	struct pollfd p = { .events = POLLIN };
	struct iocb cb;
	struct io_event e;
	int end[2], s[2], t[2];

	(void)!pipe(end);
	pair(SOCK_STREAM, s);
	pass_fds(s[1], &end[1], 1);
	for (int n = 0; n < depth; n++) {
		pair(SOCK_STREAM, t);
		pass_fds(t[1], &s[0], 1);
		close(s[0]), close(s[1]);
		s[0] = t[0], s[1] = t[1];
	}
	close(end[1]);
	cb = poll_of(s[0]);
	show(what, submit_one(ctx, &cb));
	close(s[0]);
	p.fd = end[0];
	show("held", poll(&p, 1, 20));
	close(s[1]);
	show("event", io_getevents(ctx, 1, 1, &e, NULL));
	poll(&p, 1, 5000);
	judge("let go", p.revents & POLLHUP);
	close(end[0]);
}

int main(void)
{
	show("setup", io_setup(8, &ctx));
	for (int n = 0; n < 20; n++)
		last_reference("a socket with a file", 0);
	last_reference("a socket with a socket with ...", 50);
	return 0;
}
