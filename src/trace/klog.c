/*
 * klog.c - the kernel's log: a ring of fixed-size records that any context may write.
 *
 * A writer takes a sequence number with one fetch_add and owns the slot
 * number % NR_RECORDS; it marks the slot unstable, fills it, and publishes it by
 * storing stamp = number + 1. A reader copies the record and believes it only if
 * the stamp was number + 1 before and after.
 *   I1  a stable slot's stamp - 1 is the number of the record in it
 *   I2  console_next only grows; its owner (console_busy) alone advances it
 * Linearization: writers at the stamp's store, readers at the second look.
 * Progress: writers are wait-free but for the console, which one of them drains
 * for all; no lock, hence NMI-safe. A writer overtaken by a whole round of the
 * ring may leave a torn record: the stamps of both differ and readers skip it.
 * Context: any. Tests: tests/busybox/cases/proc/dmesg.sh, tests/sys/names.c.
 */
#include <trace/klog.h>
#include <lib/string.h>
#include <lib/printf.h>
#include <base/err.h>
#include <sync/waitq.h>
#include <arch/timer.h>

#define NR_RECORDS  512u                    /* 64 KiB in all: memory is counted (README) */
#define RECORD_TEXT 108u

struct record {
	atomic_ulong stamp;                     /* number + 1 when stable, 0 while written */
	uint64_t time_ns;
	uint8_t level;
	uint8_t len;
	bool is_continuation;                   /* the same line goes on from the record before */
	char text[RECORD_TEXT];
};
static_assert(sizeof(struct record) <= 128, "two cache lines");

static struct record ring[NR_RECORDS];
static atomic_ulong next_number;            /* of the record to be written next */
static atomic_ulong console_next;           /* first record the console has not seen */
static atomic_bool console_busy;
static atomic_bool readers_pending;
int klog_levels[4] = { 7, KLOG_WARN, 1, 7 };
#define console_level klog_levels[0]
static void (*console_write)(const char *s, size_t n);
static struct waitq readers = WAITQ_INIT(readers);

static void store_record(enum klog_level level, uint64_t now, const char *text, size_t len, bool continuation)
{
	uint64_t number = fetch_add_relaxed(&next_number, 1);   /* relaxed: the stamp publishes */
	struct record *r = &ring[number % NR_RECORDS];

	store_relaxed(&r->stamp, 0);
	fence_release();                        /* unstable before the first byte; pairs with load_record()'s fence */
	r->time_ns = now;
	r->level = level;
	r->len = len;
	r->is_continuation = continuation;
	memcpy(r->text, text, len);
	store_release(&r->stamp, number + 1);   /* pairs with load_record()'s acquire */
}

/* Copy record `number`. 0, -EAGAIN while it is not stable yet, -EPIPE when it was overwritten. */
static int load_record(uint64_t number, struct record *out)
{
	struct record *r = &ring[number % NR_RECORDS];
	uint64_t stamp = load_acquire(&r->stamp);

	if (stamp != number + 1)
		return stamp > number + 1 || load_relaxed(&next_number) > number + NR_RECORDS ? -EPIPE : -EAGAIN;
	memcpy(out, r, sizeof *out);
	fence_acquire();                        /* the copy before the second look */
	return load_relaxed(&r->stamp) == stamp ? 0 : -EPIPE;
}

uint64_t klog_cleared;

uint64_t klog_next_seq(void) { return load_acquire(&next_number); }

uint64_t klog_first_seq(void)
{
	uint64_t next = klog_next_seq();

	return next > NR_RECORDS ? next - NR_RECORDS : 0;
}

static int format_time(char *buf, size_t size, uint64_t ns)
{
	return scnprintf(buf, size, "[%5lu.%06lu] ", ns / 1000000000, ns / 1000 % 1000000);
}

static void console_print(const struct record *r)
{
	char line[RECORD_TEXT + 40];
	int n = r->is_continuation ? 0 : format_time(line, sizeof line, r->time_ns);

	memcpy(line + n, r->text, r->len);
	n += r->len;
	line[n++] = '\n';
	console_write(line, n);
}

/* Print what the console has not seen. One CPU at a time; whoever comes meanwhile leaves its record to that one. */
static void console_drain(void)
{
	struct record r;

	do {
		if (!console_write || exchange_acquire(&console_busy, true))   /* pairs with the release below */
			return;
		for (;;) {
			uint64_t n = load_relaxed(&console_next);
			int err = n < klog_next_seq() ? load_record(n, &r) : -EAGAIN;

			if (err == -EAGAIN)
				break;
			store_relaxed(&console_next, err ? MAX(n + 1, klog_first_seq()) : n + 1);
			if (!err && r.level < console_level)
				console_print(&r);
		}
		store_release(&console_busy, false);
		fence_seq_cst();                /* a record stored while we let go is seen by its writer or by us */
	} while (load_relaxed(&console_next) < klog_next_seq() &&
		 load_relaxed(&ring[load_relaxed(&console_next) % NR_RECORDS].stamp) != 0);
}

void klog_wake_readers(void)
{
	if (load_relaxed(&readers_pending) && !preempt_is_off() && irq_is_enabled()) {
		store_relaxed(&readers_pending, false);
		waitq_wake_all(&readers);
	}
}

void klog(enum klog_level level, const char *fmt, ...)
{
	char buf[512];
	uint64_t now = arch_clock_ticks_to_ns(arch_clock_ticks());
	va_list ap;
	bool continuation = false;

	va_start(ap, fmt);
	int left = vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	left = MIN(left, (int)sizeof buf - 1);
	for (const char *p = buf; left > 0; ) {
		char *newline = memchr(p, '\n', left);
		int line = newline ? (int)(newline - p) : left;
		int part = MIN(line, (int)RECORD_TEXT);

		store_record(level, now, p, part, continuation);
		continuation = part < line;
		part += !continuation && newline != NULL;
		p += part;
		left -= part;
	}
	console_drain();
	if (load_relaxed(&readers.nr_waiters))
		store_relaxed(&readers_pending, true);
	klog_wake_readers();
}

/* The panicking CPU speaks alone: others are stopped, perhaps inside console_drain(). */
void klog_take_console(void)
{
	store_relaxed(&console_busy, false);
	if (console_level < KLOG_CRIT)
		console_level = KLOG_CRIT;
}

void klog_set_console(void (*write)(const char *s, size_t n))
{
	console_write = write;
	console_drain();
}

void klog_set_level(int level) { console_level = level; }
int klog_level(void) { return console_level; }

/* The value after name= among the words of a command line, or NULL. */
static const char *find_option(const char *cmdline, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = cmdline; *p; p++)
		if ((p == cmdline || p[-1] == ' ') && !strncmp(p, name, n) && (!p[n] || p[n] == ' ' || p[n] == '='))
			return p + n;
	return NULL;
}

void klog_early_init(const char *cmdline)
{
	const char *value = find_option(cmdline, "loglevel");
	uint64_t level;

	if (find_option(cmdline, "debug"))
		console_level = 8;
	if (find_option(cmdline, "quiet"))
		console_level = KLOG_WARN;
	if (value && *value++ == '=' && !str_parse_u64(&value, 10, &level) && level <= 8)
		console_level = level;
}

ssize_t klog_read(uint64_t *seq, char *buf, size_t size, bool kmsg_format)
{
	struct record r;
	int err = -EAGAIN, n;

	if (*seq < klog_first_seq())
		err = -EPIPE;
	else if (*seq < klog_next_seq())
		err = load_record(*seq, &r);
	if (err == -EPIPE)
		*seq = klog_first_seq();
	if (err)
		return err == -EAGAIN ? 0 : err;
	if (kmsg_format)
		n = scnprintf(buf, size, "%u,%lu,%lu,%c;", r.level, *seq, r.time_ns / 1000, r.is_continuation ? 'c' : '-');
	else
		n = scnprintf(buf, size, "<%u>", r.level), n += format_time(buf + n, size - n, r.time_ns);
	n += scnprintf(buf + n, size - n, "%.*s\n", (int)r.len, r.text);
	(*seq)++;
	return n;
}

struct waitq *klog_waitq(void) { return &readers; }
