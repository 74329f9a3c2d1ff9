/*
 * scenes.c - scenes of tasks: tracing, filters, futexes, neighbours, terminals, exec among threads (scenes.h).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include "scenes.h"
#include "young.h"

long scene_call(struct ctx *c, uint32_t nr, const uint64_t args[6])
{
	long r = call_raw(c, nr, args);

	for (unsigned i = 0; i < nr_calls; i++)
		if (calls[i].nr == nr)
			coverage_count(c->p->worker, &calls[i], args, r >= 0 || r < -4095);
	return r;
}

void child_end(struct ctx *c, long pid)
{
	int status;

	if (pid <= 0)
		return;
	if (one_in(c, 2))
		CALL(c, SYS_kill, (uint64_t)pid, SIGKILL);
	CALL(c, SYS_wait4, (uint64_t)pid, AT(&status), 0x40000000 | (one_in(c, 4) ? 0 : WNOHANG), 0);
}

bool child_start(struct ctx *c, long *pid)
{
	unsigned before = c->p->nr_pids;

	*pid = -1;
	if (child_fork(c))
		return true;
	if (c->p->nr_pids != before)
		*pid = c->p->pids[before % NELEM(c->p->pids)];
	return false;
}

/* ---- tracing ---- */

static void trace(struct ctx *c)
{
	static const uint64_t requests[] = {
		PTRACE_CONT, PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_GETREGS, PTRACE_SETREGS, PTRACE_GETFPREGS, PTRACE_SETFPREGS, PTRACE_PEEKDATA, PTRACE_POKEDATA,
		PTRACE_PEEKUSER, PTRACE_POKEUSER, PTRACE_GETSIGINFO, PTRACE_SETSIGINFO, PTRACE_GETREGSET, PTRACE_SETREGSET, PTRACE_GETSIGMASK, PTRACE_SETSIGMASK,
		PTRACE_GETEVENTMSG, PTRACE_SETOPTIONS, PTRACE_INTERRUPT, PTRACE_LISTEN, PTRACE_PEEKSIGINFO, PTRACE_DETACH, 0x420e /* GET_SYSCALL_INFO */,
	};
	bool seize = one_in(c, 2);
	long pid;
	int status;

	if (child_start(c, &pid)) {
		if (!seize)
			CALL(c, SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
		CALL(c, SYS_tkill, (uint64_t)SYS(SYS_gettid), SIGSTOP);
		c->budget = 20;
		return;
	}
	if (pid < 0)
		return;
	if (seize)
		CALL(c, SYS_ptrace, PTRACE_SEIZE, (uint64_t)pid, 0, one_in(c, 2) ? 0 : rnd(c) & 0x7f);
	for (unsigned n = 4 + below(c, 20); n; n--) {
		uint64_t request = one_in(c, 12) ? rnd(c) & 0x421f : requests[below(c, NELEM(requests))];
		char *data = c->scratch + 1024;
		struct { void *base; size_t len; } iov = { data, below(c, 4096) };

		if (one_in(c, 3))
			CALL(c, SYS_wait4, (uint64_t)pid, AT(&status), 0x40000000 | (one_in(c, 2) ? 0 : WNOHANG), 0);
		switch (request) {
		case PTRACE_GETREGSET: case PTRACE_SETREGSET:
			CALL(c, SYS_ptrace, request, (uint64_t)pid, one_in(c, 2) ? 1 : one_in(c, 2) ? 2 : 0x202, AT(&iov));
			break;
		case PTRACE_CONT: case PTRACE_SYSCALL: case PTRACE_SINGLESTEP: case PTRACE_DETACH:
			if (request != PTRACE_DETACH || one_in(c, 4))
				CALL(c, SYS_ptrace, request, (uint64_t)pid, 0, one_in(c, 3) ? 1 + below(c, 64) : 0);
			break;
		case PTRACE_PEEKUSER: case PTRACE_POKEUSER:
			CALL(c, SYS_ptrace, request, (uint64_t)pid, below(c, 130) * 8, request == PTRACE_PEEKUSER ? AT(data) : rnd(c) >> below(c, 64));
			break;
		case PTRACE_PEEKDATA: case PTRACE_POKEDATA:
			CALL(c, SYS_ptrace, request, (uint64_t)pid, AT(c->p->arena) + below(c, ARENA_PAGES * PAGE), AT(data));
			break;
		case PTRACE_SETREGS:                                     /* what it has, one word of it spoilt */
			CALL(c, SYS_ptrace, PTRACE_GETREGS, (uint64_t)pid, 0, AT(data));
			((uint64_t *)data)[below(c, 27)] ^= 1ul << below(c, 64);
			CALL(c, SYS_ptrace, request, (uint64_t)pid, 0, AT(data));
			break;
		case PTRACE_GETSIGMASK: case PTRACE_SETSIGMASK:
			CALL(c, SYS_ptrace, request, (uint64_t)pid, 8, AT(data));
			break;
		case PTRACE_SETOPTIONS:
			CALL(c, SYS_ptrace, request, (uint64_t)pid, 0, one_in(c, 8) ? 0x100000 /* EXITKILL */ : rnd(c) & 0xff);
			break;
		case PTRACE_PEEKSIGINFO: {
			struct { uint64_t off; uint32_t flags; int32_t nr; } a = { below(c, 3), below(c, 2), (int32_t)below(c, 5) };

			CALL(c, SYS_ptrace, request, (uint64_t)pid, AT(&a), AT(data));
			break;
		}
		default:
			CALL(c, SYS_ptrace, request, (uint64_t)pid, request == 0x420e ? 88 : 0, AT(data));
		}
	}
	child_end(c, pid);
}

/* ---- filters ---- */

static void filter(struct ctx *c)
{
	static const uint32_t verdicts[] = { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | 7, SECCOMP_RET_TRAP, SECCOMP_RET_TRACE | 1, SECCOMP_RET_LOG, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS };
	struct sock_filter code[12] = { { BPF_LD | BPF_W | BPF_ABS, 0, 0, one_in(c, 4) ? 16 : 0 } };
	struct { uint16_t len; struct sock_filter *code; } prog = { 1, code };

	if (!child_fork(c))                                              /* a filter stays for good */
		return;
	for (unsigned n = 1 + below(c, 5); n; n--) {
		code[prog.len++] = (struct sock_filter){ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, calls[below(c, nr_calls)].nr };
		code[prog.len++] = (struct sock_filter){ BPF_RET | BPF_K, 0, 0, verdicts[below(c, NELEM(verdicts))] };
	}
	code[prog.len++] = (struct sock_filter){ BPF_RET | BPF_K, 0, 0, one_in(c, 12) ? SECCOMP_RET_ERRNO | 1 : SECCOMP_RET_ALLOW };
	CALL(c, SYS_prctl, 38 /* PR_SET_NO_NEW_PRIVS */, 1, 0, 0, 0);
	if (one_in(c, 3))
		CALL(c, SYS_prctl, 22 /* PR_SET_SECCOMP */, SECCOMP_MODE_FILTER, AT(&prog));
	else
		CALL(c, SYS_seccomp, SECCOMP_SET_MODE_FILTER, one_in(c, 2) ? SECCOMP_FILTER_FLAG_TSYNC : 0, AT(&prog));
	if (one_in(c, 10))
		CALL(c, SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, 0);
	c->budget = 25;
}

/* A supervisor who answers some calls of a child, well or badly, or goes away first. */
static void supervisor(struct ctx *c)
{
	struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 }, { BPF_JMP | BPF_JEQ | BPF_K, 0, 1, one_in(c, 2) ? SYS_getpgrp : SYS_dup },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF }, { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW },
	};
	struct { uint16_t len; struct sock_filter *code; } prog = { NELEM(code), code };
	struct seccomp_notif *n = (struct seccomp_notif *)c->scratch;
	long listener, pid;

	if (!child_fork(c))
		return;
	CALL(c, SYS_prctl, 38 /* PR_SET_NO_NEW_PRIVS */, 1, 0, 0, 0);
	listener = CALL(c, SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, AT(&prog));
	if (child_start(c, &pid)) {
		CALL(c, SYS_close, (uint64_t)listener);
		for (int i = 0; i < 6; i++)
			CALL(c, code[1].k, (uint64_t)fd_pick(c, FD_ANY));
		return;
	}
	for (unsigned turns = 1 + below(c, 5); turns && pid > 0; turns--) {
		struct { uint64_t id, val; int32_t error; uint32_t flags; } answer = { 0, below(c, 5), one_in(c, 2) ? 0 : -5, one_in(c, 3) };
		struct { uint64_t id; uint32_t flags, src, dst, newflags; } give = { 0, below(c, 4), (uint32_t)fd_pick(c, FD_ANY), below(c, 80), 0 };

		memset(n, 0, sizeof *n);
		CALL(c, SYS_ioctl, (uint64_t)listener, SECCOMP_IOCTL_NOTIF_RECV, AT(n));
		answer.id = give.id = one_in(c, 8) ? rnd(c) : n->id;
		if (one_in(c, 3))
			CALL(c, SYS_kill, (uint64_t)pid, one_in(c, 2) ? SIGUSR1 : SIGKILL);
		if (one_in(c, 2))
			CALL(c, SYS_ioctl, (uint64_t)listener, SECCOMP_IOCTL_NOTIF_ADDFD, AT(&give));
		CALL(c, SYS_ioctl, (uint64_t)listener, SECCOMP_IOCTL_NOTIF_ID_VALID, AT(&n->id));
		if (!one_in(c, 4))
			CALL(c, SYS_ioctl, (uint64_t)listener, SECCOMP_IOCTL_NOTIF_SEND, AT(&answer));
	}
	if (one_in(c, 2))
		CALL(c, SYS_close, (uint64_t)listener);
	child_end(c, pid);
}

/* ---- futexes ---- */

/* Few words, so that tasks meet. */
static void futex_steps(struct ctx *c, uint32_t *words, uint64_t private)
{
	static const uint64_t ops[] = { FUTEX_LOCK_PI, FUTEX_LOCK_PI, FUTEX_TRYLOCK_PI, FUTEX_UNLOCK_PI, FUTEX_WAIT_REQUEUE_PI, FUTEX_CMP_REQUEUE_PI, FUTEX_WAIT, FUTEX_WAKE,
		FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, 13 /* LOCK_PI2 */ };
	struct { uint64_t sec, nsec; } soon = { 0, below(c, 3000000) };
	uint64_t clock[2];

	for (unsigned n = 2 + below(c, 8); n; n--) {
		uint32_t *a = words + below(c, 3), *b = words + below(c, 3);
		uint64_t op = ops[below(c, NELEM(ops))];
		uint32_t tid = (uint32_t)SYS(SYS_gettid);
		uint64_t when = AT(&soon);

		if (op == FUTEX_LOCK_PI || op == FUTEX_WAIT_REQUEUE_PI || op == 13) {    /* until then, absolute */
			SYS(SYS_clock_gettime, op == FUTEX_LOCK_PI ? 0 : 1, clock);
			clock[1] = (clock[1] + below(c, 4000000)) % 1000000000;
			when = AT(clock);
		}
		if (one_in(c, 4))
			*(volatile uint32_t *)a = one_in(c, 2) ? 0 : one_in(c, 2) ? tid : tid | 0x80000000;
		if (one_in(c, 4)) {                     /* several at once, until then; and from one to another */
			struct { uint64_t val, at; uint32_t flags, pad; } waiter[2] = {
				{ *(volatile uint32_t *)a, AT(a), 2 | (uint32_t)private, 0 },
				{ *(volatile uint32_t *)b, AT(b), 2 | (uint32_t)private, 0 },
			};

			SYS(SYS_clock_gettime, 1, clock);
			clock[1] = (clock[1] + below(c, 4000000)) % 1000000000;
			switch (below(c, 4)) {
			case 0: CALL(c, SYS_futex_waitv, AT(waiter), 2, 0, AT(clock), 1); break;
			case 1: CALL(c, SYS_futex_wait, AT(a), waiter[0].val, -1ul, waiter[0].flags, AT(clock), 1); break;
			case 2: CALL(c, SYS_futex_requeue, AT(waiter), 0, below(c, 2), below(c, 3)); break;
			default: CALL(c, SYS_futex_wake, AT(a), -1ul, below(c, 3), waiter[0].flags);
			}
			continue;
		}
		if (op == FUTEX_CMP_REQUEUE_PI || op == FUTEX_CMP_REQUEUE)
			CALL(c, SYS_futex, AT(a), op | private, 1, below(c, 3), AT(b), *(volatile uint32_t *)a);
		else if (op == FUTEX_WAKE_OP)
			CALL(c, SYS_futex, AT(a), op | private, 1, 1, AT(b), rnd(c) & 0xff00f00f);
		else
			CALL(c, SYS_futex, AT(a), op | private, op == FUTEX_WAKE ? 2 : *(volatile uint32_t *)a, when, AT(b), 0);
	}
}

/* In shared pages, or in private ones. */
static void futexes(struct ctx *c)
{
	futex_steps(c, (uint32_t *)(c->p->arena + (one_in(c, 2) ? 14 : 0) * PAGE), one_in(c, 2) ? FUTEX_PRIVATE_FLAG : 0);
}

/* A thread at the words of all: it waits, owns, moves others, and ends as an owner, with some words on its robust list. */
static void futex_task(void *ctx)
{
	struct ctx *c = ctx;
	struct { uint64_t next, offset, pending; } *head = (void *)(c->scratch + SCRATCH / 2);
	uint32_t *words = (uint32_t *)(c->p->arena + 14 * PAGE);
	uint64_t *node = (uint64_t *)(head + 1), private = c->budget & 1 ? FUTEX_PRIVATE_FLAG : 0;

	slot_take(c);
	head->next = AT(node);
	head->offset = AT(words + below(c, 3)) - AT(node);
	head->pending = one_in(c, 3) ? AT(node + 1) : 0;
	*node = one_in(c, 4) ? AT(node) : AT(head);
	CALL(c, SYS_set_robust_list, AT(head), sizeof *head);
	while (c->budget-- > 0)
		futex_steps(c, words, private);
	task_exit(c);
}

static void owners(struct ctx *c)
{
	unsigned budget = 4 + below(c, 20);

	if (!child_fork(c))
		return;
	for (unsigned n = 3 + below(c, 3); n; n--) {
		struct task_block b;

		if (!task_block_make(c, &b))
			break;
		b.ctx->budget = (int)budget;
		clone_task(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, b.stack_top, 0, 0, 0, futex_task, b.ctx);
	}
	CALL(c, SYS_nanosleep, AT(&((uint64_t[2]){ 0, below(c, 30000000) })), 0);
	if (one_in(c, 2))
		SYS(SYS_exit, 0);                       /* the others go on */
}

/* ---- other processes' memory, descriptors, namespaces ---- */

static void neighbour(struct ctx *c)
{
	static const uint64_t kinds[] = { CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP };
	struct { uint64_t base, len; } here[2], there[2];
	uint64_t kind = kinds[below(c, NELEM(kinds))];
	long pid, pidfd, got;

	if (child_start(c, &pid)) {
		CALL(c, SYS_unshare, CLONE_NEWUSER | kind);
		for (int i = 0; i < 4; i++)
			fds_make(c, 2);
		c->budget = 10;
		return;
	}
	if (pid < 0)
		return;
	pidfd = CALL(c, SYS_pidfd_open, (uint64_t)pid, 0);
	for (unsigned n = 2 + below(c, 6); n; n--)
		switch (below(c, 5)) {
		case 0: case 1:
			for (int i = 0; i < 2; i++) {
				here[i].base = AT(c->p->arena) + below(c, ARENA_PAGES) * PAGE, here[i].len = below(c, 3 * PAGE);
				there[i].base = AT(c->p->arena) + below(c, ARENA_PAGES) * PAGE, there[i].len = below(c, 3 * PAGE);
			}
			CALL(c, one_in(c, 2) ? SYS_process_vm_readv : SYS_process_vm_writev, (uint64_t)pid, AT(here), 2, AT(there), 2, 0);
			break;
		case 2: case 3:
			got = CALL(c, SYS_pidfd_getfd, (uint64_t)pidfd, (uint64_t)below(c, 30), 0);
			fd_add(c, got, FD_ANY);
			break;
		default:
			CALL(c, SYS_kcmp, (uint64_t)SYS(SYS_getpid), (uint64_t)pid, below(c, 7), below(c, 10), below(c, 10));
		}
	if (one_in(c, 3) && child_fork(c)) {                             /* another child enters where the first is */
		CALL(c, SYS_nanosleep, AT(&((uint64_t[2]){ 0, 2000000 })), 0);
		CALL(c, SYS_setns, (uint64_t)pidfd, CLONE_NEWUSER | (one_in(c, 4) ? kinds[below(c, NELEM(kinds))] : kind));
		c->budget = 15;
		return;
	}
	fd_add(c, pidfd, FD_PIDFD);
	child_end(c, pid);
}

/* ---- terminals ---- */

/* A session with a terminal of its own, jobs in it, and an end of its master at some point. */
static void terminal(struct ctx *c)
{
	int zero = 0;
	long master, slave, pid;

	if (!child_fork(c))
		return;
	CALL(c, SYS_setsid, 0);
	master = CALL(c, SYS_open, AT("/dev/ptmx"), O_RDWR | O_NONBLOCK | (one_in(c, 2) ? O_NOCTTY : 0));
	CALL(c, SYS_ioctl, (uint64_t)master, 0x40045431 /* TIOCSPTLCK */, AT(&zero));
	slave = CALL(c, SYS_ioctl, (uint64_t)master, 0x5441 /* TIOCGPTPEER */, O_RDWR | O_NONBLOCK | (one_in(c, 3) ? O_NOCTTY : 0));
	CALL(c, SYS_ioctl, (uint64_t)slave, 0x540e /* TIOCSCTTY */, one_in(c, 2));
	fd_add(c, master, FD_TTY);
	fd_add(c, slave, FD_TTY);
	c->budget = 20;
	if (child_start(c, &pid)) {
		CALL(c, SYS_setpgid, 0, 0);
		fd_add(c, CALL(c, SYS_open, AT("/dev/tty"), O_RDWR | O_NONBLOCK), FD_TTY);
		CALL(c, SYS_read, (uint64_t)slave, AT(c->p->arena), 10);
		if (one_in(c, 2))
			CALL(c, SYS_ioctl, (uint64_t)slave, 0x5422 /* TIOCNOTTY */, 0);
		c->budget = 10;
		return;
	}
	if (pid > 0)
		CALL(c, SYS_ioctl, (uint64_t)slave, 0x5410 /* TIOCSPGRP */, AT(&(int){ (int)pid }));
	CALL(c, SYS_write, (uint64_t)master, AT("abc\n\3\4\32"), 7);
	if (one_in(c, 2))
		CALL(c, SYS_close, (uint64_t)(one_in(c, 2) ? master : slave));
}

/* ---- exec while threads are at work ---- */

static void exec_race(struct ctx *c)
{
	const char *argv[] = { "fuzz", "leaf", 0 }, *envp[] = { 0 };

	if (!child_fork(c))
		return;
	for (unsigned n = 1 + below(c, 3); n; n--) {
		struct task_block b;

		if (!task_block_make(c, &b))
			break;
		b.ctx->budget = 40;
		clone_task(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, b.stack_top, 0, 0, 0, task_main, b.ctx);
	}
	if (one_in(c, 2))
		SYS(SYS_sched_yield);
	if (one_in(c, 3))
		CALL(c, SYS_execve, AT("/bin/busybox"), AT(((const char *[]){ "busybox", "true", 0 })), AT(envp));
	else
		CALL(c, SYS_execve, AT("/proc/self/exe"), AT(argv), AT(envp));
}

void scene_do(struct ctx *c)
{
	static void (*const scenes[])(struct ctx *) = { rights, rights, connection, trace, trace, filter, futexes, owners, nest, leases, mappings, mappings,
		neighbour, neighbour, splices, terminal, exec_race, mounts, mounts, mounts, requests, supervisor, timers, attributes, locks, keys, keys, watches };

	scenes[below(c, NELEM(scenes))](c);
}
