/*
 * process.c - birth and death: fork, vfork, threads, exec, spawn, wait.
 *
 * This program is static and small, and what it executes is itself with one hidden argument,
 * which ends at once: the same binary for both kernels, no shell, no dynamic linker.
 */
#include "bench.h"
#include <pthread.h>
#include <spawn.h>

extern char **environ;

static void reap(pid_t pid)
{
	int status;

	MUST(SYS4(wait4, pid, &status, 0, NULL));
	if (status) {
		errno = EIO;
		bench_fail("the child's status");
	}
}

static void op_fork_exit(struct run *r, unsigned long n)
{
	(void)r;
	for (; n; n--) {
		pid_t pid = (pid_t)MUST(fork());

		if (!pid)
			_exit(0);
		reap(pid);
	}
}

static void __attribute__((noinline)) vfork_exit(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	reap((pid_t)must(pid, "vfork"));
}

static void op_vfork_exit(struct run *r, unsigned long n)
{
	(void)r;
	for (; n; n--)
		vfork_exit();
}

static void op_exec_true(struct run *r, unsigned long n)
{
	(void)r;
	for (; n; n--) {
		pid_t pid = (pid_t)MUST(fork());

		if (!pid) {
			execve("/proc/self/exe", (char *[]){ "bench", "--true", NULL }, (char *[]){ NULL });
			_exit(1);
		}
		reap(pid);
	}
}

static void op_posix_spawn(struct run *r, unsigned long n)
{
	(void)r;
	for (; n; n--) {
		pid_t pid;
		int err = posix_spawn(&pid, "/proc/self/exe", NULL, NULL, (char *[]){ "bench", "--true", NULL }, environ);

		if (err) {
			errno = err;
			bench_fail("posix_spawn");
		}
		reap(pid);
	}
}

/* A child that is dead already is asked for, and left: no birth, no death in the count. */
static void make_zombie(struct run *r)
{
	siginfo_t info;

	r->pid = (pid_t)MUST(fork());
	if (!r->pid)
		_exit(0);
	MUST(waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOWAIT));
}

static void op_waitid(struct run *r, unsigned long n)
{
	siginfo_t info;

	for (; n; n--)
		MUST(SYS6(waitid, P_PID, r->pid, &info, WEXITED | WNOWAIT | WNOHANG, NULL, 0));
}

static void *thread_body(void *arg) { return arg; }

static void op_thread_create(struct run *r, unsigned long n)
{
	(void)r;
	for (; n; n--) {
		pthread_t t;

		errno = pthread_create(&t, NULL, thread_body, NULL);
		if (errno)
			bench_fail("pthread_create");
		pthread_join(t, NULL);
	}
}

const struct bench bench_process[] = {
	{ "thread_create", "process", NULL, op_thread_create, NULL, 0, 0, 0 },
	{ "fork_exit", "process", NULL, op_fork_exit, NULL, THREADS_NO, 0, 0 },
	{ "vfork_exit", "process", NULL, op_vfork_exit, NULL, THREADS_NO, 0, 0 },
	{ "exec_true", "process", NULL, op_exec_true, NULL, THREADS_NO, 0, 0 },
	{ "posix_spawn", "process", NULL, op_posix_spawn, NULL, THREADS_NO, 0, 0 },
	{ "waitid", "process", make_zombie, op_waitid, NULL, ONE_TASK | NO_SCALE, 0, 0 },
	{ 0 },
};
