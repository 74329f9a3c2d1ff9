/*
 * aio.h - Linux AIO: contexts, the rings of results that user mode reads, requests that wait.
 *
 * A context belongs to a space and is known by the address of its ring, which the space maps. Reads, writes and
 * fsyncs are done by who submits them, as Linux does with files that have no direct I/O; polls wait on their own.
 */
#pragma once
#include <fs/file.h>
#include <linux/aio_abi.h>

struct aio;

/* io_setup(2): for nr requests at a time. 0, -EINVAL, -EAGAIN (fs.aio-max-nr), -ENOMEM. May sleep. */
__must_check int aio_create(unsigned nr, uint64_t *id);
/* The context of the current space at id, counted; NULL when there is none. May sleep. */
struct aio *aio_lookup(uint64_t id);
void aio_put(struct aio *a);
/* io_destroy(2): no requests from now on, those that wait end, the ring is unmapped. 0, -EINVAL. May sleep. */
__must_check int aio_destroy(uint64_t id);
unsigned aio_nr_events(const struct aio *a);

/* Room for the result of one more request: false when there is none. To be followed by one of the three below. */
__must_check bool aio_begin(struct aio *a);
void aio_abandon(struct aio *a);                        /* there is no result */
/* Hand the result over. eventfd: to be told, consumed, or NULL. May sleep. */
void aio_complete(struct aio *a, const struct io_event *e, struct file *eventfd);
/*
 * IOCB_CMD_POLL: completes when f has one of `events`. e: the result but for its value. 0: f and eventfd are
 * consumed; -ENOMEM, -EINVAL (f waits on more queues than we follow). May sleep.
 */
__must_check int aio_poll(struct aio *a, const struct io_event *e, struct file *f, struct file *eventfd, uint32_t events);
/* io_cancel(2): -EINPROGRESS, its result will come; -EINVAL: no request of that name waits. */
int aio_cancel(struct aio *a, uint64_t obj);
/* io_getevents(2): how many, -EFAULT, -EINVAL (destroyed meanwhile). deadline_ns 0: do not wait, ~0: for ever. May sleep. */
long aio_collect(struct aio *a, long min, long nr, uaddr_t events, uint64_t deadline_ns);
