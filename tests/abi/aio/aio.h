/* aio.h - Linux AIO by its bare calls, for the programs here. */
#include "../show.h"
#include <linux/aio_abi.h>

struct ring { unsigned id, nr, head, tail, magic, compat, incompat, header; };

static inline long io_setup(unsigned nr, aio_context_t *ctx) { return syscall(SYS_io_setup, nr, ctx); }
static inline long io_destroy(aio_context_t ctx) { return syscall(SYS_io_destroy, ctx); }
static inline long io_submit(aio_context_t ctx, long nr, struct iocb **list) { return syscall(SYS_io_submit, ctx, nr, list); }
static inline long io_cancel(aio_context_t ctx, struct iocb *cb, struct io_event *e) { return syscall(SYS_io_cancel, ctx, cb, e); }
static inline long io_getevents(aio_context_t ctx, long min, long nr, struct io_event *e, struct timespec *t)
{
	return syscall(SYS_io_getevents, ctx, min, nr, e, t);
}

static inline struct iocb iocb_make(int op, int fd, void *buf, size_t len, long off)
{
	return (struct iocb){ .aio_lio_opcode = op, .aio_fildes = fd, .aio_buf = (uintptr_t)buf, .aio_nbytes = len, .aio_offset = off, .aio_data = 42 };
}

static inline long submit_one(aio_context_t ctx, struct iocb *cb) { return io_submit(ctx, 1, &cb); }

/* Submit, say what came of it. */
static inline void run(aio_context_t ctx, const char *what, struct iocb cb)
{
	struct io_event e = { 0 };
	long n = submit_one(ctx, &cb);

	if (n != 1) {
		show(what, n);
		return;
	}
	n = io_getevents(ctx, 1, 1, &e, NULL);
	say("%s: %ld event, data %lld, result %lld %lld, its own iocb %s\n", what, n, e.data, e.res, e.res2,
	    e.obj == (uintptr_t)&cb ? "yes" : "NO");
}
