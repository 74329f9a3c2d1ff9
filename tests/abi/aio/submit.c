/*
 * submit.c - io_submit(2): each command, what is its error and what the request's; the order of results; eventfds.
 */
#include "aio.h"
#include <sys/eventfd.h>
#include <sys/uio.h>

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600), ro = open("file", O_RDONLY), dir = open(".", O_RDONLY);
	int efd = eventfd(0, EFD_NONBLOCK), pipes[2];
	struct iocb cb[4], *list[5], bad;
	struct io_event e[8];
	struct timespec zero = { 0 };
	char buf[64] = "hello, world";
	struct iovec vec[2] = { { buf + 32, 5 }, { buf + 48, 7 } };
	aio_context_t ctx = 0;
	uint64_t told;

	if (io_setup(8, &ctx) || pipe(pipes))
		fatal("setup");
	run(ctx, "write", iocb_make(IOCB_CMD_PWRITE, fd, buf, 12, 0));
	run(ctx, "read at 7", iocb_make(IOCB_CMD_PREAD, fd, buf + 16, 16, 7));
	say("read: %.5s\n", buf + 16);
	run(ctx, "read vector", iocb_make(IOCB_CMD_PREADV, ro, vec, 2, 0));
	say("read: %.5s|%.7s\n", buf + 32, buf + 48);
	run(ctx, "write vector", iocb_make(IOCB_CMD_PWRITEV, fd, vec, 2, 100));
	run(ctx, "past the end", iocb_make(IOCB_CMD_PREAD, fd, buf, 12, 4000));
	run(ctx, "nothing", iocb_make(IOCB_CMD_PREAD, fd, buf, 0, 0));
	run(ctx, "fsync", iocb_make(IOCB_CMD_FSYNC, fd, NULL, 0, 0));
	run(ctx, "fdatasync", iocb_make(IOCB_CMD_FDSYNC, fd, NULL, 0, 0));
	run(ctx, "fsync with a length", iocb_make(IOCB_CMD_FSYNC, fd, NULL, 1, 0));
	run(ctx, "fsync of a pipe", iocb_make(IOCB_CMD_FSYNC, pipes[0], NULL, 0, 0));
	run(ctx, "no-op", iocb_make(IOCB_CMD_NOOP, fd, buf, 1, 0));
	run(ctx, "unknown command", iocb_make(77, fd, buf, 1, 0));
	run(ctx, "bad descriptor", iocb_make(IOCB_CMD_PREAD, 99, buf, 1, 0));
	run(ctx, "write to a reader", iocb_make(IOCB_CMD_PWRITE, ro, buf, 1, 0));
	run(ctx, "read a directory", iocb_make(IOCB_CMD_PREAD, dir, buf, 1, 0));
	run(ctx, "kernel's memory", iocb_make(IOCB_CMD_PREAD, fd, KERNEL_ADDRESS, 1, 0));
	run(ctx, "unmapped memory", iocb_make(IOCB_CMD_PREAD, fd, (void *)PAGE, 1, 0));
	run(ctx, "negative position", iocb_make(IOCB_CMD_PREAD, fd, buf, 1, -1));
	run(ctx, "negative length", iocb_make(IOCB_CMD_PREAD, fd, buf, -1, 0));
	run(ctx, "too many parts", iocb_make(IOCB_CMD_PREADV, fd, vec, 1025, 0));
	run(ctx, "position past all", iocb_make(IOCB_CMD_PREAD, fd, buf, 2, 0x7fffffffffffffff));
	run(ctx, "write to a pipe", iocb_make(IOCB_CMD_PWRITE, pipes[1], buf, 3, 5));
	run(ctx, "read from a pipe", iocb_make(IOCB_CMD_PREAD, pipes[0], buf, 9, 5));
	bad = iocb_make(IOCB_CMD_PREAD, fd, buf, 1, 0);
	bad.aio_reserved2 = 1;
	run(ctx, "reserved field", bad);
	bad.aio_reserved2 = 0;
	bad.aio_rw_flags = 0x8000;
	run(ctx, "unknown RWF", bad);
	bad.aio_rw_flags = 0;
	bad.aio_flags = IOCB_FLAG_RESFD;
	bad.aio_resfd = 99;
	run(ctx, "bad eventfd", bad);
	bad.aio_resfd = fd;
	run(ctx, "not an eventfd", bad);
	bad.aio_resfd = efd;
	run(ctx, "eventfd", bad);
	show("told", read(efd, &told, 8) == 8 ? (long)told : -1);

	for (int i = 0; i < 4; i++) {
		cb[i] = iocb_make(IOCB_CMD_PREAD, i == 2 ? -1 : fd, buf, i + 1, 0);
		cb[i].aio_data = i;
		cb[i].aio_key = 7;
		list[i] = &cb[i];
	}
	show("up to the bad one", io_submit(ctx, 4, list));
	show("key of the first", cb[0].aio_key);
	show("key of the last", cb[3].aio_key);
	show("the bad one first", io_submit(ctx, 2, list + 2));
	show("none", io_submit(ctx, 0, list));
	show("negative", io_submit(ctx, -1, list));
	show("bad list", io_submit(ctx, 1, NULL));
	list[0] = NULL;
	show("bad iocb", io_submit(ctx, 1, list));
	show("min above nr", io_getevents(ctx, 2, 1, e, &zero));
	show("negative min", io_getevents(ctx, -1, 1, e, &zero));
	show("bad memory", io_getevents(ctx, 1, 1, NULL, &zero));
	show("bad timeout", io_getevents(ctx, 1, 1, e, (void *)PAGE));
	show("results", io_getevents(ctx, 3, 8, e, &zero));
	say("data %lld %lld, results %lld %lld\n", e[0].data, e[1].data, e[0].res, e[1].res);
	zero.tv_nsec = 1000000;
	show("no more in time", io_getevents(ctx, 1, 8, e, &zero));
	show("other context", io_submit(ctx + 64, 1, list));
	show("cancel what is done", io_cancel(ctx, &cb[0], e));
	cb[0].aio_key = 1;
	show("cancel by a wrong key", io_cancel(ctx, &cb[0], e));
	show("cancel nothing", io_cancel(ctx, NULL, e));
	return 0;
}
