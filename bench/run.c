/*
 * run.c - one benchmark at a time: timed over rounds, or counted between markers.
 *
 * Each runs in a process of its own, the leader of a process group, under a time limit: one that
 * crashes or hangs is named and its whole group killed, and the others still run. The child prints
 * its line itself; of several tasks that fail together only the first is heard (verdict, in memory
 * that all of them share).
 */
#include "bench.h"
#include <sched.h>
#include <stdatomic.h>

#define ROUNDS_MAX 1000

static const struct bench *current;     /* in a child only */
static struct verdict { atomic_uint said, set_ended; } *verdict;

void run_init(void)
{
	verdict = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (verdict == MAP_FAILED) {
		perror("bench: mmap");
		exit(2);
	}
}

void set_end(void)
{
	if (!atomic_exchange(&verdict->set_ended, 1))
		MARK_SET();
}

static void print_quoted(const char *s)
{
	for (; *s; s++)
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else
			putchar(*s < ' ' ? ' ' : *s);
}

void bench_error_print(const char *name, const char *what, const char *why)
{
	printf("{\"name\":\"%s\",\"error\":\"", name);
	print_quoted(what);
	if (why) {
		printf(": ");
		print_quoted(why);
	}
	printf("\"}\n");
	fflush(stdout);
}

void bench_fail_with(const char *what, const char *why)
{
	if (!atomic_exchange(&verdict->said, 1))
		bench_error_print(current ? current->name : "?", what, why);
	if (current)
		kill(0, SIGKILL);               /* the group: tasks that would wait for this one */
	_exit(3);
}

void bench_fail(const char *what) { bench_fail_with(what, strerror(errno)); }

static void on_alarm(int sig) { (void)sig; }

static int child_died(const struct bench *b, int status)
{
	char why[64];

	if (atomic_load(&verdict->said))
		return 1;
	if (!status)
		return 0;
	snprintf(why, sizeof why, "%s %d", WIFSIGNALED(status) ? "signal" : "exit status",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	bench_error_print(b->name, why, NULL);
	return 1;
}

static int watch(const struct bench *b, pid_t pid, unsigned limit_s)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	int status = 0;
	char why[64];
	pid_t got;

	sigaction(SIGALRM, &sa, NULL);
	alarm(limit_s);
	got = waitpid(pid, &status, 0);
	alarm(0);
	kill(-pid, SIGKILL);                    /* all of a child that hangs, or partners it left behind */
	if (got == pid)
		return child_died(b, status);
	waitpid(pid, &status, 0);
	snprintf(why, sizeof why, "still running after %u s", limit_s);
	bench_error_print(b->name, why, NULL);
	return 1;
}

int run_in_child(const struct bench *b, const struct options *o, bench_body *body)
{
	pid_t pid;

	fflush(stdout);
	atomic_store(&verdict->said, 0);
	atomic_store(&verdict->set_ended, 0);
	pid = fork();
	if (pid < 0) {
		bench_error_print(b->name, "fork", strerror(errno));
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
	return watch(b, pid, o->limit_s ? o->limit_s : LIMIT_S);
}

/* ---- one task ---- */

static void start(const struct bench *b, struct run *r)
{
	*r = (struct run){ .arg = b->arg };
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

/*
 * How many rounds take ns: doubled until it is seen, which warms up too, then in proportion; whole windows,
 * so that what happens once in a window does so as often in each measurement.
 */
static unsigned long calibrate(const struct bench *b, struct run *r, double ns)
{
	for (unsigned long n = 1;; n *= 2) {
		double took = timed(b, r, n);

		if (took > ns / 4) {                    /* or the host had something else to do */
			double again = timed(b, r, n);

			took = again < took ? again : took;
		}
		if (took > ns / 4 || n > 1ul << 30) {
			double fit = (double)n * ns / (took > 1 ? took : 1) / bench_window(b);

			return (fit < 1 ? 1 : (unsigned long)fit) * bench_window(b);
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
	timed(b, &r, n < 16 ? 1 : n / 16);
	if (!n)
		n = calibrate(b, &r, o->time_ms * 1e6);
	for (unsigned i = 0; i < rounds; i++)
		ns[i] = timed(b, &r, n) / (double)n / bench_per(b);
	stop(b, &r);
	qsort(ns, rounds, sizeof *ns, by_value);
	printf("{\"name\":\"%s\",\"unit\":\"ns\",\"min\":%.2f,\"median\":%.2f,\"rounds\":%u,\"iterations\":%lu", b->name, ns[0],
	       rounds % 2 ? ns[rounds / 2] : (ns[rounds / 2 - 1] + ns[rounds / 2]) / 2, rounds, n);
	if (b->bytes)
		printf(",\"bytes\":%zu", b->bytes);
	printf("}\n");
}

static void counted_body(const struct bench *b, const struct options *o)
{
	unsigned windows = b->flags & SLOW && o->windows > 8 ? 8 : o->windows, rounds = bench_window(b);
	struct run r;

	start(b, &r);
	for (unsigned i = 0; i < (b->flags & SLOW || rounds > 1 ? 2 : 20); i++)
		b->op(&r, rounds);
	for (unsigned i = 0; i < windows; i++) {
		MARK_BEGIN();
		b->op(&r, rounds);
		MARK_END();
	}
	stop(b, &r);
	set_end();
	printf("{\"name\":\"%s\",\"windows\":%u,\"ops\":%u}\n", b->name, windows, rounds * bench_per(b));
}

int run_timed(const struct bench *b, const struct options *o) { return run_in_child(b, o, timed_body); }

int run_counted(const struct bench *b, const struct options *o)
{
	struct options patient = *o;
	int failed;

	if (!patient.limit_s)
		patient.limit_s = LIMIT_COUNTING_S;
	failed = run_in_child(b, &patient, counted_body);
	set_end();                              /* of one that failed */
	return failed;
}

/* ---- what benchmarks share ---- */

void pin(unsigned cpu)
{
	unsigned long mask[16] = { 0 };

	mask[cpu / 64 % 16] = 1ul << cpu % 64;
	MUST_SYS(SYS3(sched_setaffinity, 0, sizeof mask, mask));
}

void pin_run(const struct run *r) { pin(r->id ? (unsigned)r->id - 1 : 0); }

const char *self_path(void)
{
	static char path[256];

	if (!path[0])
		path[MUST(readlink("/proc/self/exe", path, sizeof path - 1))] = 0;
	return path;
}

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
