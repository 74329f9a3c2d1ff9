/*
 * log.c - syslog(2) and getrandom(2): the kernel's log, and its random numbers.
 */
#include <base/err.h>
#include <drivers/tty.h>
#include <linux/capability.h>
#include <linux/random.h>
#include <mm/slab.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/signal.h>
#include <trace/klog.h>

enum {                                          /* syslog(2) */
	LOG_CLOSE, LOG_OPEN, LOG_READ, LOG_READ_ALL, LOG_READ_CLEAR, LOG_CLEAR, LOG_CONSOLE_OFF, LOG_CONSOLE_ON,
	LOG_CONSOLE_LEVEL, LOG_SIZE_UNREAD, LOG_SIZE_BUFFER,
};

#define LINE_MAX 192
#define BUFFER_SIZE (512 * 128)

static uint64_t read_next;                      /* LOG_READ: first record not read; racing readers may see one twice */
static int saved_level = -1;

/* The first record such that all from it on fit into size bytes. */
static uint64_t first_that_fits(uint64_t from, size_t size)
{
	char line[LINE_MAX];
	uint64_t seq = from, total = 0;
	ssize_t n;

	while ((n = klog_read(&seq, line, sizeof line, false)) > 0)
		total += (size_t)n;
	seq = from;
	while (total > size && (n = klog_read(&seq, line, sizeof line, false)) > 0)
		total -= (size_t)n;
	return seq;
}

/* Copy records from *seq on while they fit. Bytes, or -EFAULT. */
static long copy_records(uint64_t *seq, uaddr_t to, size_t size)
{
	char line[LINE_MAX];
	size_t done = 0;

	for (;;) {
		uint64_t next = *seq;
		ssize_t n = klog_read(&next, line, sizeof line, false);

		if (n == -EPIPE) {
			*seq = next;
			continue;
		}
		if (n <= 0 || done + (size_t)n > size)
			return (long)done;
		if (user_copy_out(uaddr_add(to, done), line, (size_t)n))
			return -EFAULT;
		done += (size_t)n;
		*seq = next;
	}
}

static long read_new(uaddr_t to, size_t size)
{
	int err = wait_event_interruptible(klog_waitq(), read_next < klog_next_seq());

	return err ? err : copy_records(&read_next, to, size);
}

static long read_all(uaddr_t to, size_t size, bool clear)
{
	uint64_t seq = first_that_fits(MAX(load_relaxed(&klog_cleared), klog_first_seq()), size);
	long n = copy_records(&seq, to, size);

	if (clear && n >= 0)
		store_relaxed(&klog_cleared, klog_next_seq());
	return n;
}

static long size_unread(void)
{
	char line[LINE_MAX];
	uint64_t seq = MAX(read_next, klog_first_seq());
	long total = 0;
	ssize_t n;

	while ((n = klog_read(&seq, line, sizeof line, false)) > 0)
		total += n;
	return total;
}

static long set_level(int level)
{
	if (level < 1 || level > 8)
		return -EINVAL;
	klog_set_level(MAX(level, load_relaxed(&klog_levels[2])));
	saved_level = -1;
	return 0;
}

static void console_off(void)
{
	if (saved_level < 0)
		saved_level = klog_level();
	klog_set_level(load_relaxed(&klog_levels[2]));
}

static void console_on(void)
{
	if (saved_level >= 0)
		klog_set_level(saved_level);
	saved_level = -1;
}

SYSCALL(syslog, int action, uaddr_t to, int size)
{
	if (action != LOG_READ_ALL && action != LOG_SIZE_BUFFER && !capable(CAP_SYSLOG) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	switch (action) {
	case LOG_CLOSE: case LOG_OPEN:
		return 0;
	case LOG_READ: case LOG_READ_ALL: case LOG_READ_CLEAR:
		if (uaddr_is_null(to) || size < 0)
			return -EINVAL;
		if (!size)
			return 0;
		if (!user_range_ok(to, (size_t)size))
			return -EFAULT;
		return action == LOG_READ ? read_new(to, (size_t)size) : read_all(to, (size_t)size, action == LOG_READ_CLEAR);
	case LOG_CLEAR:
		store_relaxed(&klog_cleared, klog_next_seq());
		return 0;
	case LOG_CONSOLE_OFF:
		console_off();
		return 0;
	case LOG_CONSOLE_ON:
		console_on();
		return 0;
	case LOG_CONSOLE_LEVEL:
		return set_level(size);
	case LOG_SIZE_UNREAD:
		return size_unread();
	case LOG_SIZE_BUFFER:
		return BUFFER_SIZE;
	default:
		return -EINVAL;
	}
}

SYSCALL(getrandom, uaddr_t to, size_t size, unsigned flags)
{
	uint8_t buf[256];
	size_t done = 0;

	if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE) || (flags & (GRND_RANDOM | GRND_INSECURE)) == (GRND_RANDOM | GRND_INSECURE))
		return -EINVAL;
	size = MIN(size, (size_t)INT32_MAX & PAGE_MASK);
	if (!user_range_ok(to, size))
		return -EFAULT;
	while (done < size) {
		size_t part = MIN(size - done, sizeof buf), left;

		random_bytes(buf, part);
		left = user_copy_out_partial(uaddr_add(to, done), buf, part);
		done += part - left;
		if (left)
			return done ? (long)done : -EFAULT;
		if (!(done % PAGE_SIZE) && signal_is_pending())
			break;
	}
	return (long)done;
}
