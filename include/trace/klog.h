/*
 * klog.h - the kernel's log: a lock-free ring of records, the serial console, panic.
 *
 * klog() never blocks and works in any context; records go to the console when
 * their level is below the console's (option `loglevel=`, `quiet` = 4). Never on a hot path;
 * what users can cause at will goes through klog_ratelimited() (trace/ratelimit.h).
 */
#pragma once
#include <base/compiler.h>

enum klog_level { KLOG_EMERG, KLOG_ALERT, KLOG_CRIT, KLOG_ERR, KLOG_WARN, KLOG_NOTICE, KLOG_INFO, KLOG_DEBUG };

void klog(enum klog_level level, const char *fmt, ...) __printf(2, 3);
/* Log at most once per place. */
#define klog_once(level, ...) do { static bool done_; if (!done_) { done_ = true; klog(level, __VA_ARGS__); } } while (0)
#define warn_once(...) klog_once(KLOG_WARN, __VA_ARGS__)

/* Stop everything: message, registers, backtrace, CPU and task to the console; other CPUs stopped. */
void __noreturn panic(const char *fmt, ...) __printf(1, 2);
struct user_frame;
void __noreturn panic_frame(const struct user_frame *f, const char *fmt, ...) __printf(2, 3);
/* Return addresses on the stack of a thread that is switched out, or of the caller; as far as they can be told. How many. */
struct thread;
unsigned backtrace_collect(const struct thread *t, uint64_t *out, unsigned max);
void backtrace_print(uintptr_t rip, uintptr_t rsp, uintptr_t rbp);   /* to the console, symbolised */

#ifdef CONFIG_DEBUG
#define assert(cond) do { if (unlikely(!(cond))) panic("%s:%d: assertion failed: %s", __FILE__, __LINE__, #cond); } while (0)
#else
#define assert(cond) ((void)sizeof(cond))
#endif
/* Checked in every build. */
#define bug_on(cond) do { if (unlikely(cond)) panic("%s:%d: %s", __FILE__, __LINE__, #cond); } while (0)

/* The console: where records go. Drivers replace the early polled serial port. May be called in any context. */
void klog_set_console(void (*write)(const char *s, size_t n));
void klog_set_level(int console_level);
int klog_level(void);
/* /proc/sys/kernel/printk: the console's level, that of messages without one, the least and the usual one of the console. */
extern int klog_levels[4];
void klog_early_init(const char *cmdline);
/* Panic only: break the console's ownership and show every record. */
void klog_take_console(void);

/*
 * Reading for /dev/kmsg and syslog(2). *seq is the record wanted (0 = oldest); on return the next one.
 * Copies one record formatted "<pri>,seq,usec,-;text\n" (kmsg) or "<pri>[time] text\n" (syslog).
 * Returns its length, 0 when there is none yet, -EPIPE when it was overwritten (seq moved to the oldest).
 */
ssize_t klog_read(uint64_t *seq, char *buf, size_t size, bool kmsg_format);
uint64_t klog_first_seq(void);
uint64_t klog_next_seq(void);
extern uint64_t klog_cleared;                  /* syslog(2)'s SYSLOG_ACTION_CLEAR: those who ask for it start here; any order */
struct waitq;
struct waitq *klog_waitq(void);
/* Wake sleeping readers if records came from a context that could not; task context or tick. */
void klog_wake_readers(void);
