/*
 * event.c - pipes, events, polls, futexes, sockets; alone and with a partner.
 *
 * Alone, an operation ends in the same task: it shows the path without a switch. A ping-pong
 * hands a byte to a partner and waits for the answer: two wake-ups, two switches. Partners share
 * a CPU: what is measured is the switch, not the distance.
 *
 * Floor: alone, the descriptor and one copy each way, and no wake-up where nobody waits; in pairs,
 * that and a direct switch of stack and page tables, without a way through the idle loop.
 */
#include "bench.h"
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>

PRIVATE char buf[PAGE];
PRIVATE uint64_t got;
static const uint64_t one = 1;

/* ---- alone ---- */

static void make_pipe(struct run *r) { MUST(pipe(r->fd)); }
static void make_eventfd(struct run *r) { r->fd[0] = (int)MUST(eventfd(0, 0)); }
static void make_socketpair(struct run *r) { MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, r->fd)); }

static void close_fds(struct run *r)
{
	for (int i = 0; i < 4; i++)
		if (r->fd[i] > 2)
			close(r->fd[i]);
}

/* 4 KiB in, 4 KiB out. */
static void op_pipe(struct run *r, unsigned long n)
{
	for (; n; n--) {
		WANT(SYS3(write, r->fd[1], buf, PAGE), PAGE);
		WANT(SYS3(read, r->fd[0], buf, PAGE), PAGE);
	}
}

/* One added, and taken again. */
static void op_eventfd(struct run *r, unsigned long n)
{
	for (; n; n--) {
		WANT(SYS3(write, r->fd[0], &one, 8), 8);
		WANT(SYS3(read, r->fd[0], &got, 8), 8);
	}
}

/* One byte in, one byte out, over a stream. */
static void op_socketpair(struct run *r, unsigned long n)
{
	for (; n; n--) {
		WANT(SYS3(write, r->fd[0], buf, 1), 1);
		WANT(SYS3(read, r->fd[1], buf, 1), 1);
	}
}

static void op_setsockopt(struct run *r, unsigned long n)
{
	int on = 1;

	for (; n; n--)
		MUST_SYS(SYS6(setsockopt, r->fd[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on, 0));
}

static void op_getsockopt(struct run *r, unsigned long n)
{
	int value;
	socklen_t len = sizeof value;

	for (; n; n--)
		MUST_SYS(SYS6(getsockopt, r->fd[0], SOL_SOCKET, SO_TYPE, &value, &len, 0));
}

/* A ready eventfd and an empty pipe: poll and select are asked about both. */
static void make_watched(struct run *r)
{
	r->fd[0] = (int)MUST(eventfd(1, 0));
	MUST(pipe(r->fd + 2));
}

/* A ready eventfd among eight empty pipes, all watched. */

static void make_epoll(struct run *r)
{
	struct epoll_event e = { .events = EPOLLIN };

	r->fd[1] = (int)MUST(epoll_create1(0));
	r->fd[0] = (int)MUST(eventfd(1, 0));
	MUST(epoll_ctl(r->fd[1], EPOLL_CTL_ADD, r->fd[0], &e));
	for (int i = 0; i < 8; i++) {
		int p[2];

		MUST(pipe(p));
		MUST(epoll_ctl(r->fd[1], EPOLL_CTL_ADD, p[0], &e));
	}
}

static void op_epoll_wait(struct run *r, unsigned long n)
{
	struct epoll_event e[8];

	for (; n; n--)
		WANT(SYS4(epoll_wait, r->fd[1], e, 8, 0), 1);
}

static void op_poll(struct run *r, unsigned long n)
{
	struct pollfd p[2] = { { r->fd[0], POLLIN, 0 }, { r->fd[2], POLLIN, 0 } };

	for (; n; n--)
		WANT(SYS3(poll, p, 2, 0), 1);
}

static void op_select(struct run *r, unsigned long n)
{
	for (; n; n--) {
		struct timeval none = { 0, 0 };
		fd_set set;

		FD_ZERO(&set);
		FD_SET(r->fd[0], &set);
		FD_SET(r->fd[2], &set);
		WANT(SYS6(select, r->fd[2] + 1, &set, NULL, NULL, &none, 0), 1);
	}
}

static uint32_t *shared_word(struct run *r)
{
	if (!r->mem)
		r->mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r->mem == MAP_FAILED)
		bench_fail("mmap");
	return (uint32_t *)r->mem;
}

static void make_word(struct run *r) { *shared_word(r) = 0; }

/* Nobody waits. */
OP(op_futex_wake, SYS3(futex, r->mem, FUTEX_WAKE, 1))

/* ---- ping-pong ---- */

static void serve_pipe(struct run *r)
{
	char c;

	for (;;)
		if (read(r->fd[0], &c, 1) != 1 || write(r->fd[3], &c, 1) != 1)
			return;
}

static void pair_pipe(struct run *r)
{
	pin_run(r);
	MUST(pipe(r->fd));
	MUST(pipe(r->fd + 2));
	partner_start(r, serve_pipe);
}

static void op_pipe_pingpong(struct run *r, unsigned long n)
{
	for (; n; n--) {
		WANT(SYS3(write, r->fd[1], buf, 1), 1);
		WANT(SYS3(read, r->fd[2], buf, 1), 1);
	}
}

static void serve_socket(struct run *r)
{
	char c;

	for (;;)
		if (read(r->fd[1], &c, 1) != 1 || write(r->fd[1], &c, 1) != 1)
			return;
}

static void pair_socket(struct run *r)
{
	pin_run(r);
	make_socketpair(r);
	partner_start(r, serve_socket);
}

static void op_unix_pingpong(struct run *r, unsigned long n)
{
	for (; n; n--) {
		WANT(SYS3(write, r->fd[0], buf, 1), 1);
		WANT(SYS3(read, r->fd[0], buf, 1), 1);
	}
}

static void word_pass(volatile uint32_t *word, uint32_t mine)
{
	while (*word != mine)
		(void)SYS4(futex, word, FUTEX_WAIT, !mine, NULL);
	*word = !mine;
	(void)SYS3(futex, word, FUTEX_WAKE, 1);
}

static void serve_futex(struct run *r)
{
	for (;;)
		word_pass((volatile uint32_t *)r->mem, 1);
}

static void pair_futex(struct run *r)
{
	pin_run(r);
	make_word(r);
	partner_start(r, serve_futex);
}

static void op_futex_pingpong(struct run *r, unsigned long n)
{
	for (; n; n--) {
		word_pass((volatile uint32_t *)r->mem, 0);
		while (*(volatile uint32_t *)r->mem)
			(void)SYS4(futex, r->mem, FUTEX_WAIT, 1, NULL);
	}
}

/* ---- rings of processes (after lmbench's lat_ctx) ---- */

/*
 * arg: processes | KiB << 16. Each waits for the token, writes to every line of its memory, passes the
 * token on. Unlike lmbench nothing is subtracted: an operation is one switch, a pipe's write and read,
 * and one walk.
 */
struct ring { int n; pid_t pids[96]; int first[2], last[2]; volatile char *work; size_t size; };

static void walk(const struct ring *g)
{
	for (size_t i = 0; i < g->size; i += 64)
		g->work[i]++;
}

static void ring_member(struct ring *g, int in, int out)
{
	char c;

	g->work = g->size ? malloc(g->size) : NULL;
	for (;;) {
		if (read(in, &c, 1) != 1)
			_exit(0);
		walk(g);
		if (write(out, &c, 1) != 1)
			_exit(0);
	}
}

static void make_ring(struct run *r)
{
	struct ring *g = calloc(1, sizeof *g);
	int in[2];

	pin_run(r);
	g->n = (int)(r->arg & 0xffff);
	g->size = (size_t)(r->arg >> 16) * 1024;
	g->work = g->size ? malloc(g->size) : NULL;
	r->more = g;
	MUST(pipe(g->first));
	memcpy(in, g->first, sizeof in);
	for (int i = 1; i < g->n; i++) {
		int next[2];

		MUST(pipe(next));
		g->pids[i] = (pid_t)MUST(fork());
		if (!g->pids[i])
			ring_member(g, in[0], next[1]);
		memcpy(in, next, sizeof in);
	}
	memcpy(g->last, in, sizeof in);
}

/* One round: the token has been through all, a switch for each. */
static void op_ring(struct run *r, unsigned long n)
{
	struct ring *g = r->more;

	for (; n; n--) {
		walk(g);
		WANT(SYS3(write, g->first[1], buf, 1), 1);
		WANT(SYS3(read, g->last[0], buf, 1), 1);
	}
}

static void drop_ring(struct run *r)
{
	struct ring *g = r->more;

	for (int i = 1; i < g->n; i++) {
		kill(g->pids[i], SIGKILL);
		waitpid(g->pids[i], NULL, 0);
	}
}

#define RING(processes, kib) \
	{ "context_switch_" #processes "p_" #kib "k", "ipc", make_ring, op_ring, drop_ring, NO_SCALE, \
	  (long)(processes) | (long)(kib) << 16, 0, processes, 0 }

const struct bench bench_event[] = {
	{ "pipe", "event", make_pipe, op_pipe, close_fds, ONE_TASK | SHARE | CURVE, 0, PAGE, 0, 0 },
	{ "eventfd", "event", make_eventfd, op_eventfd, close_fds, .flags = ONE_TASK | CURVE },
	{ "epoll_wait", "event", make_epoll, op_epoll_wait, close_fds, .flags = ONE_TASK | SHARE | CURVE },
	{ "poll", "event", make_watched, op_poll, close_fds, .flags = ONE_TASK | SHARE },
	{ "select", "event", make_watched, op_select, close_fds, .flags = ONE_TASK | SHARE },
	{ "futex_wake", "event", make_word, op_futex_wake, NULL, .flags = ONE_TASK | SHARE | CURVE },
	{ 0 },
};

const struct bench bench_ipc[] = {
	{ "pipe_pingpong", "ipc", pair_pipe, op_pipe_pingpong, partner_stop, .flags = THREADS_NO | CURVE },
	{ "socketpair", "ipc", make_socketpair, op_socketpair, close_fds, .flags = ONE_TASK | CURVE },
	{ "unix_pingpong", "ipc", pair_socket, op_unix_pingpong, partner_stop, .flags = THREADS_NO | CURVE },
	{ "setsockopt", "ipc", make_socketpair, op_setsockopt, close_fds, .flags = ONE_TASK | SHARE },
	{ "getsockopt", "ipc", make_socketpair, op_getsockopt, close_fds, .flags = ONE_TASK | SHARE },
	{ "futex_pingpong", "ipc", pair_futex, op_futex_pingpong, partner_stop, .flags = THREADS_NO | CURVE },
	RING(2, 0),
	RING(2, 16),
	RING(2, 64),
	RING(8, 16),
	RING(16, 0),
	RING(16, 64),
	RING(96, 0),
	RING(96, 64),
	{ 0 },
};
