/*
 * aio.c - system calls of Linux AIO: io_setup and its family.
 *
 * A request is checked in Linux's order: what is wrong with its description is the error of io_submit(2), what comes
 * of doing it is its result.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <ipc/aio.h>
#include <ipc/eventfd.h>
#include <linux/ioprio.h>
#include <syscall/define.h>
#include <task/signal.h>
#include "rw.h"
#include "timespec.h"
#include "vector.h"

#define IOCB_KEY 0u                             /* what io_submit() leaves in aio_key, and io_cancel() expects */

struct request {
	struct iocb cb;
	struct io_event result;
	struct aio *aio;
	struct file *file, *eventfd;            /* counted */
};

SYSCALL(io_setup, unsigned nr, uaddr_t ctx)
{
	uint64_t id;
	int err;

	if (user_read(&id, ctx))
		return -EFAULT;
	if (id || !nr)
		return -EINVAL;
	err = aio_create(nr, &id);
	if (!err && user_write(ctx, &id)) {
		(void)!aio_destroy(id);
		err = -EFAULT;
	}
	return err;
}

SYSCALL(io_destroy, uint64_t id) { return aio_destroy(id); }

/* ---- io_submit ---- */

/* A call that is to be restarted cannot be: the others of its kind are on their way. */
static long restart_as_eintr(long ret)
{
	return ret == -ERESTARTSYS || ret == -ERESTARTNOINTR || ret == -ERESTARTNOHAND || ret == -ERESTART_RESTARTBLOCK ? -EINTR : ret;
}

static int complete(struct request *r, long res)
{
	r->result.res = res;
	aio_complete(r->aio, &r->result, r->eventfd);
	file_put(r->file);
	return 0;
}

/* 0: done, its result handed over. Else -errno, and nothing was consumed. */
static int submit_rw(struct request *r, bool is_write, bool is_vector)
{
	const struct iocb *cb = &r->cb;
	struct file *f = r->file;
	loff_t pos = cb->aio_offset;
	struct vector v;
	struct uio how;
	int err;

	if ((cb->aio_flags & IOCB_FLAG_IOPRIO) && IOPRIO_PRIO_CLASS((unsigned)cb->aio_reqprio) > IOPRIO_CLASS_IDLE)
		return -EINVAL;
	how.how = 0;
	err = cb->aio_rw_flags ? rwf_set(&how, f, cb->aio_rw_flags) : 0;
	if (err)
		return err;
	if (!(f->mode & (is_write ? FILE_WRITE : FILE_READ)))
		return -EBADF;
	if (S_ISDIR(f->inode->mode) || !(is_write ? f->ops->write : f->ops->read))
		return -EINVAL;
	if (is_vector) {
		err = vector_init(&v, UADDR(cb->aio_buf), cb->aio_nbytes);
	} else if (!user_range_ok(UADDR(cb->aio_buf), cb->aio_nbytes)) {
		err = -EFAULT;
	} else {
		uio_init_user(&v.u, UADDR(cb->aio_buf), MIN(cb->aio_nbytes, MAX_RW));
		v.segs = v.fast;
	}
	if (err)
		return err;
	v.u.how = how.how;
	if (pos < 0 || (loff_t)((uint64_t)pos + v.u.left) < 0)
		err = -EINVAL;
	else
		complete(r, restart_as_eintr(file_move(f, &v.u, &pos, is_write)));
	vector_free(&v);
	return err;
}

static int submit_fsync(struct request *r, bool datasync)
{
	const struct iocb *cb = &r->cb;

	if (cb->aio_buf || cb->aio_offset || cb->aio_nbytes || cb->aio_rw_flags || !r->file->ops->fsync)
		return -EINVAL;
	return complete(r, restart_as_eintr(r->file->ops->fsync(r->file, 0, INT64_MAX, datasync)));
}

static int submit_poll(struct request *r)
{
	const struct iocb *cb = &r->cb;

	if ((uint16_t)cb->aio_buf != cb->aio_buf || cb->aio_offset || cb->aio_nbytes || cb->aio_rw_flags)
		return -EINVAL;
	return aio_poll(r->aio, &r->result, r->file, r->eventfd, (uint32_t)cb->aio_buf | EPOLLERR | EPOLLHUP);
}

static int submit_by_kind(struct request *r)
{
	switch (r->cb.aio_lio_opcode) {
	case IOCB_CMD_PREAD: return submit_rw(r, false, false);
	case IOCB_CMD_PWRITE: return submit_rw(r, true, false);
	case IOCB_CMD_PREADV: return submit_rw(r, false, true);
	case IOCB_CMD_PWRITEV: return submit_rw(r, true, true);
	case IOCB_CMD_FSYNC: return submit_fsync(r, false);
	case IOCB_CMD_FDSYNC: return submit_fsync(r, true);
	case IOCB_CMD_POLL: return submit_poll(r);
	default: return -EINVAL;
	}
}

/* The eventfd that is to be told, counted. */
static int eventfd_of(const struct iocb *cb, struct file **out)
{
	*out = NULL;
	if (!(cb->aio_flags & IOCB_FLAG_RESFD))
		return 0;
	*out = fd_get((int)cb->aio_resfd);
	if (!*out)
		return -EBADF;
	if (file_is_eventfd(*out))
		return 0;
	file_put(*out);
	return -EINVAL;
}

static int submit_reserved(struct request *r, uaddr_t at)
{
	static const uint32_t key = IOCB_KEY;
	int err;

	r->file = fd_get((int)r->cb.aio_fildes);
	if (!r->file)
		return -EBADF;
	err = eventfd_of(&r->cb, &r->eventfd);
	if (err)
		goto put_file;
	err = -EFAULT;
	if (user_copy_out(uaddr_add(at, offsetof(struct iocb, aio_key)), &key, sizeof key))
		goto put_eventfd;
	err = submit_by_kind(r);
	if (!err)
		return 0;
put_eventfd:
	if (r->eventfd)
		file_put(r->eventfd);
put_file:
	file_put(r->file);
	return err;
}

static int submit_one(struct aio *a, uaddr_t at)
{
	struct request r = { .aio = a };
	int err;

	if (user_read(&r.cb, at))
		return -EFAULT;
	if (r.cb.aio_reserved2 || (int64_t)r.cb.aio_nbytes < 0)
		return -EINVAL;
	if (!aio_begin(a))
		return -EAGAIN;
	r.result.obj = at.v;
	r.result.data = r.cb.aio_data;
	err = submit_reserved(&r, at);
	if (err)
		aio_abandon(a);
	return err;
}

SYSCALL(io_submit, uint64_t id, long nr, uaddr_t list)
{
	struct aio *a;
	long done = 0;
	int err = 0;

	if (nr < 0)
		return -EINVAL;
	a = aio_lookup(id);
	if (!a)
		return -EINVAL;
	nr = MIN(nr, (long)aio_nr_events(a));
	for (; done < nr; done++) {
		uint64_t at;

		err = user_read(&at, uaddr_add(list, (uint64_t)done * sizeof at)) ? -EFAULT : submit_one(a, UADDR(at));
		if (err)
			break;
	}
	aio_put(a);
	return done ? done : err;
}

SYSCALL(io_cancel, uint64_t id, uaddr_t iocb, uaddr_t result)
{
	struct aio *a;
	uint32_t key;
	int ret;

	if (user_copy_in(&key, uaddr_add(iocb, offsetof(struct iocb, aio_key)), sizeof key))
		return -EFAULT;
	if (key != IOCB_KEY)
		return -EINVAL;
	a = aio_lookup(id);
	if (!a)
		return -EINVAL;
	ret = aio_cancel(a, iocb.v);
	aio_put(a);
	return ret;
}

/* ---- io_getevents ---- */

/* A span of time as Linux takes it here: whatever its nanoseconds, and negative is past. */
static int collect_deadline(uaddr_t timeout, uint64_t *deadline_ns)
{
	struct __kernel_timespec ts;
	uint64_t now = clock_monotonic_ns();

	*deadline_ns = ~0ull;
	if (uaddr_is_null(timeout))
		return 0;
	if (user_read(&ts, timeout))
		return -EFAULT;
	if (ts.tv_sec > (int64_t)(NSEC_MAX / NSEC_PER_SEC / 2))
		return 0;
	if (!ts.tv_sec && !ts.tv_nsec)
		*deadline_ns = 0;
	else if (ts.tv_sec < 0 || ts.tv_nsec < 0)
		*deadline_ns = now;
	else
		*deadline_ns = add_saturating(now + (uint64_t)ts.tv_sec * NSEC_PER_SEC, (uint64_t)ts.tv_nsec);
	return 0;
}

static long get_events(uint64_t id, long min, long nr, uaddr_t events, uint64_t deadline_ns)
{
	struct aio *a = aio_lookup(id);
	long ret = -EINVAL;

	if (!a)
		return -EINVAL;
	if (min <= nr && min >= 0)
		ret = aio_collect(a, min, nr, events, deadline_ns);
	aio_put(a);
	return ret;
}

SYSCALL(io_getevents, uint64_t id, long min, long nr, uaddr_t events, uaddr_t timeout)
{
	uint64_t deadline;
	long ret = collect_deadline(timeout, &deadline);

	if (ret)
		return ret;
	ret = get_events(id, min, nr, events, deadline);
	return !ret && signal_is_pending() ? -EINTR : ret;
}

SYSCALL(io_pgetevents, uint64_t id, long min, long nr, uaddr_t events, uaddr_t timeout, uaddr_t mask_and_size)
{
	struct { uint64_t mask, size; } m = { 0, 0 };
	uint64_t deadline;
	bool interrupted;
	long ret = collect_deadline(timeout, &deadline);

	if (ret)
		return ret;
	if (!uaddr_is_null(mask_and_size) && user_read(&m, mask_and_size))
		return -EFAULT;
	if (m.mask)
		ret = signal_set_temporary_mask(UADDR(m.mask), m.size);
	if (ret)
		return ret;
	ret = get_events(id, min, nr, events, deadline);
	interrupted = signal_is_pending();
	if (m.mask)
		signal_restore_temporary_mask(interrupted);
	return interrupted && !ret ? -ERESTARTNOHAND : ret;
}
