/*
 * show.h - what the programs of tests/sys and tests/abi share.
 *
 * A program prints facts, one per line, and Linux's facts are recorded beside
 * it: it holds no opinion of its own on what is right. Facts that vary are not
 * printed but judged ("in range"). Figures go to note(), which is never
 * compared. Everything goes out by write(2), unbuffered, so that what children
 * print stands where it happened.
 */
#ifndef SHOW_H
#define SHOW_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096ul
#define KERNEL_ADDRESS ((void *)0xffffffff80000000ul)
#define DIRECT_ADDRESS ((void *)0xffff888000000000ul)
#define NON_CANONICAL ((void *)0x0000800000000000ul)
#define BELOW_NON_CANONICAL ((void *)0x00007ffffffff000ul)

static inline void emit(int fd, const char *fmt, va_list ap)
{
	char line[1024];
	int n = vsnprintf(line, sizeof line, fmt, ap);

	if (n > (int)sizeof line - 1)
		n = sizeof line - 1;
	(void)!write(fd, line, n);
}

__attribute__((format(printf, 1, 2)))
static inline void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(1, fmt, ap);
	va_end(ap);
}

/* A figure to be shown beside the results, never compared. */
__attribute__((format(printf, 1, 2)))
static inline void note(const char *fmt, ...)
{
	int fd = open("/tests/notes", O_WRONLY | O_CREAT | O_APPEND, 0666);
	va_list ap;

	va_start(ap, fmt);
	emit(fd, fmt, ap);
	va_end(ap);
	close(fd);
}

__attribute__((format(printf, 1, 2), noreturn))
static inline void fatal(const char *fmt, ...)
{
	int err = errno;
	va_list ap;

	va_start(ap, fmt);
	emit(1, fmt, ap);
	va_end(ap);
	say(": %s\n", strerror(err));
	_exit(99);
}

static inline const char *errno_name(int err)
{
	static const struct { int nr; const char *name; } names[] = {
#define E(x) { x, #x }
		E(EPERM), E(ENOENT), E(ESRCH), E(EINTR), E(EIO), E(ENXIO), E(E2BIG),
		E(ENOEXEC), E(EBADF), E(ECHILD), E(EAGAIN), E(ENOMEM), E(EACCES),
		E(EFAULT), E(ENOTBLK), E(EBUSY), E(EEXIST), E(EXDEV), E(ENODEV),
		E(ENOTDIR), E(EISDIR), E(EINVAL), E(ENFILE), E(EMFILE), E(ENOTTY),
		E(ETXTBSY), E(EFBIG), E(ENOSPC), E(ESPIPE), E(EROFS), E(EMLINK),
		E(EPIPE), E(EDOM), E(ERANGE), E(EDEADLK), E(ENAMETOOLONG), E(ENOLCK),
		E(ENOSYS), E(ENOTEMPTY), E(ELOOP), E(EOVERFLOW), E(EOPNOTSUPP),
		E(ETIMEDOUT), E(ENOTSOCK), E(ELIBBAD),
#undef E
	};
	static char other[24];

	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].nr == err)
			return names[i].name;
	snprintf(other, sizeof other, "errno %d", err);
	return other;
}

/* Print what a call returned: its value, or the name of its error. */
static inline long show(const char *what, long result)
{
	if (result == -1)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %ld\n", what, result);
	return result;
}

/* The same where the value itself varies: "ok" or the name of the error. */
static inline long show_ok(const char *what, long result)
{
	say("%s: %s\n", what, result == -1 ? errno_name(errno) : "ok");
	return result;
}

static inline void judge(const char *what, bool is_so)
{
	say("%s: %s\n", what, is_so ? "yes" : "NO");
}

/* How a child ended, as text. */
static inline const char *ending(int status)
{
	static char text[48];

	if (WIFEXITED(status))
		snprintf(text, sizeof text, "exit %d", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		snprintf(text, sizeof text, "signal %d", WTERMSIG(status));
	else if (WIFSTOPPED(status))
		snprintf(text, sizeof text, "stopped by %d", WSTOPSIG(status));
	else if (WIFCONTINUED(status))
		snprintf(text, sizeof text, "continued");
	else
		snprintf(text, sizeof text, "status %#x", status);
	return text;
}

/* Run f in a child and say how it ended. */
static inline void in_child(const char *what, void (*f)(void))
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		fatal("fork");
	if (pid == 0) {
		f();
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		fatal("waitpid");
	say("%s: %s\n", what, ending(status));
}

static inline bool file_starts(const char *path, const char *word)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY);

	if (fd >= 0) {
		(void)!read(fd, text, sizeof text - 1);
		close(fd);
	}
	return !strncmp(text, word, strlen(word));
}

static inline bool on_percival(void) { return file_starts("/tests/kernel", "percival"); }
static inline bool at_full_scale(void) { return file_starts("/tests/scale", "full"); }

static inline int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static inline void sleep_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000l };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

/* SIGALRM every ms, 0: none. Repeated, so that one which comes too early does no harm. */
static inline void tick_every(int ms)
{
	struct itimerval it = { { 0, ms * 1000 }, { 0, ms * 1000 } };

	setitimer(ITIMER_REAL, &it, NULL);
}

static inline bool within(int64_t value, int64_t low, int64_t high)
{
	return value >= low && value <= high;
}

/* Two pages, the second of which may not be touched: returns its first byte's address. */
static inline char *page_edge(void)
{
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + PAGE, PAGE, PROT_NONE))
		fatal("page_edge");
	return p + PAGE;
}

#endif
