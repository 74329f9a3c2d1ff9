/*
 * process.c - birth and death: fork, vfork, threads, exec, spawn, wait.
 *
 * This program is static and small, and what it executes is itself with one hidden argument,
 * which ends at once: the same binary for both kernels, no shell, no dynamic linker. Each
 * operation ends with the child's status, which is checked. fork, vfork and exec are the system
 * calls alone; posix_spawn and thread_create are the C library's (musl), signal masks and all.
 *
 * Floor: a copy of what the child needs and the way back; nothing that grows with the parent's
 * memory but its page tables. One CPU: the child runs inside the operation.
 */
#include "bench.h"
#include <pthread.h>
#include <spawn.h>

extern char **environ;

static void reap(pid_t pid)
{
	int status;

	MUST_SYS(SYS4(wait4, pid, &status, 0, NULL));
	if (status)
		bench_fail_with("the child's status", "not 0");
}

static void op_fork_exit(struct run *r, unsigned long n)
{
	(void)r;
	for (; n; n--) {
		pid_t pid = (pid_t)MUST_SYS(SYS(fork));

		if (!pid)
			(void)SYS1(exit_group, 0);
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
	const char *path = self_path();
	char *argv[] = { "bench", "--true", NULL };

	(void)r;
	for (; n; n--) {
		pid_t pid = (pid_t)MUST_SYS(SYS(fork));

		if (!pid) {
			(void)SYS3(execve, path, argv, argv + 2);
			(void)SYS1(exit_group, 1);
		}
		reap(pid);
	}
}

static void op_posix_spawn(struct run *r, unsigned long n)
{
	const char *path = self_path();

	(void)r;
	for (; n; n--) {
		pid_t pid;
		int err = posix_spawn(&pid, path, NULL, NULL, (char *[]){ "bench", "--true", NULL }, environ);

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
		MUST_SYS(SYS6(waitid, P_PID, r->pid, &info, WEXITED | WNOWAIT | WNOHANG, NULL, 0));
}

static void reap_zombie(struct run *r) { reap(r->pid); }

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
	{ "thread_create", "process", NULL, op_thread_create, NULL, .flags = CURVE },
	{ "fork_exit", "process", NULL, op_fork_exit, NULL, .flags = THREADS_NO | CURVE },
	{ "vfork_exit", "process", NULL, op_vfork_exit, NULL, .flags = THREADS_NO },
	{ "exec_true", "process", NULL, op_exec_true, NULL, .flags = THREADS_NO | CURVE },
	{ "posix_spawn", "process", NULL, op_posix_spawn, NULL, .flags = THREADS_NO },
	{ "waitid", "process", make_zombie, op_waitid, reap_zombie, .flags = ONE_TASK | THREADS_NO },
	{ 0 },
};
