/*
 * memdev.c - the character devices of major 1: null, zero, full, random, urandom, kmsg.
 *
 * No state and no lock: null and zero are the shortest way through read and write.
 */
#include <drivers/tty.h>
#include <fs/poll.h>
#include <linux/fs.h>
#include <linux/random.h>
#include <mm/space.h>
#include <task/signal.h>
#include <trace/klog.h>
#include "memdev_priv.h"

static ssize_t null_read(struct file *f, struct uio *u, loff_t *pos) { return 0; }

static ssize_t sink_write(struct file *f, struct uio *u, loff_t *pos)
{
	return (ssize_t)u->left;                /* the bytes are not looked at: no fault, as on Linux */
}

#define ZERO_PART (16 * PAGE_SIZE)              /* between two looks for a signal */

static __noinline ssize_t zero_read_slow(struct uio *u)
{
	size_t want = u->left, done = 0;

	while (u->left) {
		size_t part = MIN(u->left, ZERO_PART), n = uio_zero(u, part);

		done += n;
		if (n < part)
			break;
		if (signal_is_pending())
			break;
	}
	return done || !want ? (ssize_t)done : -EFAULT;
}

static ssize_t zero_read(struct file *f, struct uio *u, loff_t *pos)
{
	size_t want = u->left, done;

	if (unlikely(want > ZERO_PART || want > u->seg->len - u->seg_off || u->is_kernel))
		return zero_read_slow(u);
	done = want - user_zero(UADDR(u->seg->base + u->seg_off), want);
	u->seg_off += done;
	u->left -= done;
	return likely(done) || !want ? (ssize_t)done : -EFAULT;
}

static ssize_t full_write(struct file *f, struct uio *u, loff_t *pos) { return -ENOSPC; }
static loff_t null_seek(struct file *f, loff_t off, int whence) { return f->pos = 0; }

static int zero_mmap(struct file *f, struct vma_request *r)
{
	r->map = NULL;                          /* as anonymous memory */
	return 0;
}

static ssize_t random_read(struct file *f, struct uio *u, loff_t *pos)
{
	uint8_t buf[256];
	size_t want = u->left, done = 0;

	while (u->left) {
		size_t part = MIN(u->left, sizeof buf), n;

		random_bytes(buf, part);
		n = uio_copy_to(u, buf, part);
		done += n;
		if (n < part || signal_is_pending())
			break;
	}
	return done || !want ? (ssize_t)done : -EFAULT;
}

static ssize_t random_write(struct file *f, struct uio *u, loff_t *pos)
{
	uint8_t buf[256];
	size_t want = u->left, done = 0;

	while (u->left) {
		size_t part = MIN(u->left, sizeof buf), n = uio_copy_from(u, buf, part);

		random_mix(buf, n);
		done += n;
		if (n < part || signal_is_pending())
			break;
	}
	return done || !want ? (ssize_t)done : -EFAULT;
}

static long random_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	int bits = 256;

	return cmd == RNDGETENTCNT ? user_write(UADDR(arg), &bits) : -ENOTTY;
}

/* One operation table each: a record is a line of text, read one a call (dev-kmsg of Linux's ABI). */
static ssize_t kmsg_read(struct file *f, struct uio *u, loff_t *pos)
{
	char line[256];
	ssize_t n;
	int err = 0;

	do {
		n = klog_read(&f->dir_cursor, line, sizeof line, true);
		if (n < 0)
			return n;
		if (!n && (f->flags & O_NONBLOCK))
			return -EAGAIN;
		if (!n)
			err = wait_event_interruptible(klog_waitq(), f->dir_cursor < klog_next_seq());
		if (err)
			return err;
	} while (!n);
	if ((size_t)n > u->left)
		return -EINVAL;
	return uio_copy_to(u, line, (size_t)n) == (size_t)n ? n : -EFAULT;
}

static ssize_t kmsg_write(struct file *f, struct uio *u, loff_t *pos)
{
	char line[256];
	size_t all = u->left, n;
	unsigned level = KLOG_INFO;
	const char *text = line;

	if (all > 992)                          /* LOG_LINE_MAX of Linux */
		return -EINVAL;
	n = uio_copy_from(u, line, MIN(all, sizeof line - 1));
	if (!n && all)
		return -EFAULT;
	line[n] = '\0';
	if (line[0] == '<' && line[1] >= '0' && line[1] <= '7' && line[2] == '>') {
		level = (unsigned)(line[1] - '0');
		text += 3;
	}
	klog(level, "%s%s", text, n && line[n - 1] == '\n' ? "" : "\n");
	return (ssize_t)all;
}

static loff_t kmsg_seek(struct file *f, loff_t off, int whence)
{
	if (off)
		return -ESPIPE;
	switch (whence) {
	case SEEK_SET:
		f->dir_cursor = klog_first_seq();
		return 0;
	case SEEK_DATA:                         /* behind what syslog(2) was told to clear */
		f->dir_cursor = MAX(klog_first_seq(), load_relaxed(&klog_cleared));
		return 0;
	case SEEK_END:
		f->dir_cursor = klog_next_seq();
		return 0;
	default:
		return -EINVAL;
	}
}

static int kmsg_open(struct inode *i, struct file *f)
{
	f->dir_cursor = klog_first_seq();
	return 0;
}

/* splice() from /dev/null is refused, as Linux refuses it. */
static int null_open(struct inode *i, struct file *f)
{
	f->mode |= FILE_NO_SPLICE;
	return 0;
}

static const struct file_ops null_ops = { .read = null_read, .write = sink_write, .seek = null_seek, .open = null_open };
static const struct file_ops zero_ops = { .read = zero_read, .write = sink_write, .seek = null_seek, .mmap = zero_mmap };
static const struct file_ops full_ops = { .read = zero_read, .write = full_write, .seek = null_seek, .no_splice_to = true };
const struct file_ops random_file_ops = { .read = random_read, .write = random_write, .ioctl = random_ioctl, .seek = null_seek };
const struct file_ops kmsg_file_ops = { .read = kmsg_read, .write = kmsg_write, .seek = kmsg_seek, .open = kmsg_open };

static const struct { const char *name; unsigned minor; uint32_t mode; const struct file_ops *ops; } devices[] = {
	{ "null", 3, 0666, &null_ops }, { "zero", 5, 0666, &zero_ops }, { "full", 7, 0666, &full_ops },
	{ "random", 8, 0666, &random_file_ops }, { "urandom", 9, 0666, &random_file_ops }, { "kmsg", 11, 0644, &kmsg_file_ops },
};

void memdev_init(void)
{
	random_init();
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		if (chrdev_register(1, devices[i].minor, 1, devices[i].ops, "mem") ||
		    devtmpfs_add(devices[i].name, S_IFCHR | devices[i].mode, DEV_MAKE(1, devices[i].minor)))
			panic("memdev: cannot register %s", devices[i].name);
}
