/*
 * eventfd_full.c - a result that is told to an eventfd that is full: one more than a write may reach, and no write fits.
 */
#include "aio.h"
#include <poll.h>
#include <sys/eventfd.h>

static aio_context_t ctx;
static int efd;

static void tell(const char *what)
{
	struct iocb cb = iocb_make(IOCB_CMD_PREAD, open("/dev/null", O_RDONLY), NULL, 0, 0);
	struct timespec second = { 1, 0 };
	struct io_event e;

	cb.aio_flags = IOCB_FLAG_RESFD;
	cb.aio_resfd = efd;
	show(what, submit_one(ctx, &cb));
	show("result", syscall(SYS_io_getevents, ctx, 1, 1, &e, &second));
	close(cb.aio_fildes);
}

static void add(uint64_t n)
{
	show("write", write(efd, &n, sizeof n));
}

int main(void)
{
	struct pollfd p;
	uint64_t n = 0;

	efd = eventfd(0, EFD_NONBLOCK);
	if (io_setup(8, &ctx) || efd < 0)
		fatal("setup");
	add(-2ull), add(0), add(1);
	tell("beyond the most"), tell("once more");
	p = (struct pollfd){ .fd = efd, .events = POLLIN | POLLOUT };
	show("poll", poll(&p, 1, 0));
	say("events %x\n", p.revents);
	add(0), add(1), add(2), add(-2ull), add(-1ull);
	show("read", read(efd, &n, sizeof n));
	say("got %llx\n", (unsigned long long)n);
	add(1);
	return 0;
}
