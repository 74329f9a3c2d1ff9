/*
 * run.c - one benchmark at a time: timed over rounds, or counted between markers.
 *
 * Each runs in a process of its own under a time limit, so that one that crashes or hangs is
 * named, and the others still run. The child prints its line itself.
 */
#include "bench.h"

#define LIMIT_S 60
#define WARM_NS 2000000u
#define ROUNDS_MAX 1000

static const struct bench *current;

void bench_fail(const char *what)
{
	printf("{\"name\":\"%s\",\"error\":\"%s: %s\"}\n", current ? current->name : "?", what, strerror(errno));
	fflush(stdout);
	_exit(3);
}

static void on_alarm(int sig) { (void)sig; }

/* The child has said what went wrong with 3; anything else is said for it. */
static int watch(const struct bench *b, pid_t pid)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	int status = 0;

	sigaction(SIGALRM, &sa, NULL);
	alarm(LIMIT_S);
	if (waitpid(pid, &status, 0) < 0) {
		kill(-pid, SIGKILL);
		waitpid(pid, &status, 0);
		printf("{\"name\":\"%s\",\"error\":\"still running after %d s\"}\n", b->name, LIMIT_S);
		fflush(stdout);
		return 1;
	}
	alarm(0);
	kill(-pid, SIGKILL);                    /* partners that were left behind */
	if (WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3))
		return WEXITSTATUS(status) != 0;
	printf("{\"name\":\"%s\",\"error\":\"%s %d\"}\n", b->name, WIFSIGNALED(status) ? "signal" : "exit status",
	       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	fflush(stdout);
	return 1;
}

static int in_child(const struct bench *b, const struct options *o, void (*body)(const struct bench *, const struct options *))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		printf("{\"name\":\"%s\",\"error\":\"fork: %s\"}\n", b->name, strerror(errno));
		return 1;
	}
	if (!pid) {
		setpgid(0, 0);
		current = b;
		body(b, o);
		fflush(stdout);
		_exit(0);
	}
	setpgid(pid, pid);
	return watch(b, pid);
}

static void start(const struct bench *b, struct run *r)
{
	memset(r, 0, sizeof *r);
	r->arg = b->arg;
	if (b->setup)
		b->setup(r);
}

static void stop(const struct bench *b, struct run *r)
{
	if (b->teardown)
		b->teardown(r);
}

static double timed(const struct bench *b, struct run *r, unsigned long n)
{
	uint64_t from = now_ns();

	b->op(r, n);
	return (double)(now_ns() - from);
}

/* How many operations take ns: doubled until it is seen, then in proportion. */
static unsigned long calibrate(const struct bench *b, struct run *r, double ns)
{
	for (unsigned long n = 1;; n *= 2) {
		double took = timed(b, r, n);

		if (took > ns / 4 || n > 1ul << 30) {
			double fit = (double)n * ns / (took > 1 ? took : 1);

			return fit < 1 ? 1 : (unsigned long)fit;
		}
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void timed_body(const struct bench *b, const struct options *o)
{
	static double ns[ROUNDS_MAX];
	unsigned rounds = o->rounds < ROUNDS_MAX ? o->rounds : ROUNDS_MAX;
	unsigned long n = o->iterations;
	struct run r;

	start(b, &r);
	if (n) {
		timed(b, &r, n < 16 ? 1 : n / 16);
	} else {
		timed(b, &r, 1);
		n = calibrate(b, &r, o->time_ms * 1e6);
	}
	for (unsigned i = 0; i < rounds; i++)
		ns[i] = timed(b, &r, n) / (double)n;
	stop(b, &r);
	qsort(ns, rounds, sizeof *ns, by_value);
	printf("{\"name\":\"%s\",\"unit\":\"ns\",\"min\":%.2f,\"median\":%.2f,\"rounds\":%u,\"iterations\":%lu", b->name, ns[0],
	       ns[rounds / 2], rounds, n);
	if (b->bytes)
		printf(",\"bytes\":%zu", b->bytes);
	printf("}\n");
}

static void counted_body(const struct bench *b, const struct options *o)
{
	unsigned windows = b->flags & SLOW && o->windows > 8 ? 8 : o->windows;
	struct run r;

	start(b, &r);
	for (unsigned i = 0; i < (b->flags & SLOW ? 2 : 20); i++)
		b->op(&r, 1);
	for (unsigned i = 0; i < windows; i++) {
		MARK_BEGIN();
		b->op(&r, 1);
		MARK_END();
	}
	stop(b, &r);
	printf("{\"name\":\"%s\",\"windows\":%u,\"ops\":1}\n", b->name, windows);
}

int run_timed(const struct bench *b, const struct options *o) { return in_child(b, o, timed_body); }

int run_counted(const struct bench *b, const struct options *o)
{
	int failed = in_child(b, o, counted_body);

	MARK_SET();                             /* one set for every name, failed or not */
	return failed;
}

/* ---- partners ---- */

void partner_start(struct run *r, void (*serve)(struct run *))
{
	r->pid = (pid_t)MUST(fork());
	if (!r->pid) {
		serve(r);
		_exit(0);
	}
}

void partner_stop(struct run *r)
{
	kill(r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
}
