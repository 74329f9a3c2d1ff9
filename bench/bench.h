/*
 * bench.h - what a benchmark is, and what the files of this program share.
 *
 * A benchmark is a row of a table: set up, do an operation n times, tear down. The same row
 * is timed, counted between markers, run by many tasks at once, and checked for conflicts.
 * Operations are system calls themselves where the C library would add work of its own.
 */
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Eight-byte NOPs whose displacement tools/plugin looks for. */
#define MARK_BEGIN() __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00,0x4d,0x42,0x52,0x50" ::: "memory")
#define MARK_END()   __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00,0x4d,0x45,0x52,0x50" ::: "memory")
#define MARK_SET()   __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00,0x4d,0x53,0x52,0x50" ::: "memory")

#define SCRATCH "/tmp/bench"                /* a folder of our own in memory */
#define PAGE 4096ul

/* One instance: what setup() left for op(). Several tasks may share one. */
struct run {
	int id;                                 /* 0, or 1 + the CPU of one of several tasks: names its objects */
	int fd[4];
	pid_t pid;
	char *mem;
	size_t size;
	long arg;                               /* of the benchmark's row */
	char path[96];
	void *more;
};

enum {
	ONE_TASK = 1,                           /* counts exactly: nobody else takes part           */
	NO_SCALE = 2,                           /* not for --scale and --conflicts                  */
	SHARE    = 4,                           /* has a meaning on one object for all tasks        */
	SLOW     = 8,                           /* milliseconds: few iterations, few windows        */
	THREADS_NO = 16,                        /* not by threads: it changes the whole process     */
	CURVE    = 32,                          /* --list offers its scaling as scale_NAME          */
};

/*
 * op(r, n) does n rounds. A round is one operation, or `per` of them where one alone has no meaning
 * (a token's way through a ring); what is printed is per operation. A window of --insn is one round,
 * or `window` of them where rounds are not alike (a fault that maps its neighbours too).
 */

struct bench {
	const char *name, *group;
	void (*setup)(struct run *r);           /* may be NULL */
	void (*op)(struct run *r, unsigned long n);
	void (*teardown)(struct run *r);        /* may be NULL */
	unsigned flags;
	long arg;
	size_t bytes;                           /* moved by one operation; 0: none */
	unsigned per;                           /* operations in a round; 0: one   */
	unsigned window;                        /* rounds in a window; 0: one      */
};

static inline unsigned bench_per(const struct bench *b) { return b->per ? b->per : 1; }
static inline unsigned bench_window(const struct bench *b) { return b->window ? b->window : 1; }

/* What an operation reads into: one for each thread, so that threads share no line of user memory. */
#define PRIVATE static _Thread_local _Alignas(64)

/* The groups: tables ended by a row without a name. */
extern const struct bench bench_syscall[], bench_file[], bench_event[], bench_memory[], bench_process[], bench_ipc[],
	bench_shell[], bench_bandwidth[];

const struct bench *bench_find(const char *name);

/*
 * A benchmark that cannot go on: one JSON line with errno, and the end of all its tasks.
 * bench_fail_with() says why itself. Only the first to fail is heard.
 */
void bench_fail(const char *what) __attribute__((noreturn));
void bench_fail_with(const char *what, const char *why) __attribute__((noreturn));
/* The line alone. */
void bench_error_print(const char *name, const char *what, const char *why);

/* MUST: a function of the C library; MUST_SYS: a system call below, which returns -errno. */
static inline long must(long r, const char *what)
{
	if (r < 0)
		bench_fail(what);
	return r;
}
static inline long must_sys(long r, const char *what)
{
	if (__builtin_expect(r < 0 && r > -4096, 0)) {
		errno = (int)-r;
		bench_fail(what);
	}
	return r;
}
#define MUST(call) must((long)(call), #call)
#define MUST_SYS(call) must_sys((long)(call), #call)

static inline uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline long sys0(long nr)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "a"(nr) : "rcx", "r11", "memory");
	return r;
}
static inline long sys3(long nr, long a, long b, long c)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return r;
}
static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return r;
}
#define SYS(nr) sys0(SYS_##nr)
#define SYS1(nr, a) sys3(SYS_##nr, (long)(a), 0, 0)
#define SYS2(nr, a, b) sys3(SYS_##nr, (long)(a), (long)(b), 0)
#define SYS3(nr, a, b, c) sys3(SYS_##nr, (long)(a), (long)(b), (long)(c))
#define SYS4(nr, a, b, c, d) sys6(SYS_##nr, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define SYS6(nr, a, b, c, d, e, f) sys6(SYS_##nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* The operation is one system call; a result below zero ends the benchmark. */
#define OP(name, ...) \
	static void name(struct run *r, unsigned long n) \
	{ \
		(void)r; \
		for (; n; n--) \
			must_sys((long)(__VA_ARGS__), #name); \
	}

/* The same, when the call must return `want`; short reads and writes end the benchmark. */
static inline void want(long got, long want, const char *what)
{
	if (__builtin_expect(got != want, 0)) {
		must_sys(got, what);
		bench_fail_with(what, "unexpected result");
	}
}
#define WANT(call, value) want((long)(call), (long)(value), #call)

/* This program, for exec: with --true it ends at once. */
const char *self_path(void);

/* Pin the caller to the CPU of this run: the first, or that of the task that it is. */
void pin_run(const struct run *r);

/* A partner process that runs serve() until partner_stop() kills it. It inherits the caller's CPU. */
void partner_start(struct run *r, void (*serve)(struct run *r));
void partner_stop(struct run *r);

/* run.c */
#define LIMIT_S 25                              /* below the 30 s after which tools/bench gives the guest up */
#define LIMIT_COUNTING_S 80                     /* an emulator that counts is slow; tools/measure gives up after 90 s */
struct options {
	unsigned time_ms, rounds, windows, seconds;
	unsigned tasks;                         /* 0: as many as CPUs */
	unsigned limit_s;                       /* for one benchmark; 0: what fits the mode */
	unsigned long iterations;
	bool threads;
};
typedef void bench_body(const struct bench *b, const struct options *o);
/* Run body in a child under a time limit; prints the error line if it did not. 1 when it failed, else 0. */
int run_in_child(const struct bench *b, const struct options *o, bench_body *body);
void run_init(void);                            /* once, before any other */
void set_end(void);                             /* MARK_SET, once for each run_in_child() however often it is called */
int run_timed(const struct bench *b, const struct options *o);
int run_counted(const struct bench *b, const struct options *o);
/* tasks.c */
int run_scaled(const struct bench *b, const struct options *o);
int run_conflicts(const struct bench *b, const struct options *o);
void pin(unsigned cpu);
/* storm.c */
int storm_run(const char *name, const struct options *o);        /* -1: no storm of this name */
extern const char *const storm_names[];
