/*
 * storm.c - stress, bounded in time, that checks itself: twice as many workers as CPUs.
 *
 * Each prints operations per second and exits with 1 when anything came out wrong: a lost
 * child, a wrong status, a worker that never ran, a lost wake-up (its partner would wait for
 * ever, which a deadline turns into a failure), a page that does not hold what was written.
 * Workers count on lines of their own.
 */
#include "bench.h"
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>

#define WORKERS_PER_CPU 2
#define WORKERS_MAX 1024
#define GRACE_MS 10000u                 /* workers have so long to end after the stop */

struct tally { _Alignas(64) unsigned long ops, errors; };
static struct storm {
	atomic_uint stop;
	struct tally of[WORKERS_MAX];
} *all;
static struct tally *mine;              /* of this worker */

static bool over(void) { return atomic_load_explicit(&all->stop, memory_order_relaxed); }

static void check_child(pid_t pid, int want)
{
	int status = -1;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != want)
		mine->errors++;
	else
		mine->ops++;
}

static void forkstorm(unsigned id)
{
	for (unsigned n = id; !over(); n++) {
		pid_t pid = fork();

		if (!pid)
			_exit((int)(n & 63));
		check_child(pid, (int)(n & 63));
	}
}

static void execstorm(unsigned id)
{
	const char *path = self_path();

	(void)id;
	while (!over()) {
		pid_t pid = vfork();

		if (!pid) {
			execve(path, (char *[]){ "bench", "--true", NULL }, (char *[]){ NULL });
			_exit(1);
		}
		check_child(pid, 0);
	}
}

static void yieldstorm(unsigned id)
{
	(void)id;
	while (!over()) {
		if (sched_yield())
			mine->errors++;
		mine->ops++;
	}
}

/* Pairs pass a word to and fro; a wake-up that is lost shows as a wait that times out with the word changed. */
static void pass(volatile uint32_t *word, uint32_t side)
{
	struct timespec patience = { 2, 0 };

	while (*word != side && !over())
		if (SYS4(futex, word, FUTEX_WAIT, !side, &patience) == -ETIMEDOUT && *word == side && !over())
			mine->errors++;
	if (over())
		return;
	*word = !side;
	(void)SYS3(futex, word, FUTEX_WAKE, 1);
	mine->ops += side;                      /* one of the two counts */
}

static void wakestorm(unsigned id)
{
	volatile uint32_t *word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint32_t side;
	pid_t pid;

	(void)id;
	if (word == MAP_FAILED || (pid = fork()) < 0) {
		mine->errors++;
		return;
	}
	side = pid != 0;
	while (!over())
		pass(word, side);
	*word = !side;                          /* whoever of the two is last lets the other go */
	(void)SYS3(futex, word, FUTEX_WAKE, 1);
	if (!pid)
		_exit(mine->errors ? 1 : 0);
	check_child(pid, 0);
}

static void faultstorm(unsigned id)
{
	const size_t size = 256 * PAGE;

	while (!over()) {
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED) {
			mine->errors++;
			return;
		}
		for (size_t i = 0; i < size; i += PAGE) {
			mine->errors += p[i] != 0;
			p[i] = (char)(id + i / PAGE);
		}
		for (size_t i = 0; i < size; i += PAGE)
			mine->errors += p[i] != (char)(id + i / PAGE);
		munmap(p, size);
		mine->ops += size / PAGE;
	}
}

static const struct { const char *name; void (*work)(unsigned id); } storms[] = {
	{ "forkstorm", forkstorm }, { "execstorm", execstorm }, { "yieldstorm", yieldstorm },
	{ "wakestorm", wakestorm }, { "faultstorm", faultstorm },
};
const char *const storm_names[] = { "forkstorm", "execstorm", "yieldstorm", "wakestorm", "faultstorm", NULL };

static unsigned workers(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN) * WORKERS_PER_CPU;

	return n < WORKERS_PER_CPU ? WORKERS_PER_CPU : n > WORKERS_MAX ? WORKERS_MAX : (unsigned)n;
}

/* All n workers must end well within the grace; otherwise the benchmark fails, which kills the rest. */
static void gather(unsigned n)
{
	for (unsigned ms = 0; n; ms += 10) {
		int status = 0;
		pid_t pid;

		while (n && (pid = waitpid(-1, &status, WNOHANG)) > 0) {
			if (status)
				bench_fail_with("a worker", WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "exit status not 0");
			n--;
		}
		if (n && pid < 0)
			bench_fail("waitpid: a worker is lost");
		if (n && ms > GRACE_MS)
			bench_fail_with("a worker", "does not end after the stop");
		if (n)
			usleep(10000);
	}
}

static void storm_body(const struct bench *b, const struct options *o)
{
	unsigned n = workers();
	unsigned long ops = 0, errors = 0;
	char why[64];
	uint64_t from;
	double s;

	all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		bench_fail("mmap");
	from = now_ns();
	for (unsigned i = 0; i < n; i++)
		if (!MUST(fork())) {
			mine = &all->of[i];
			storms[b->arg].work(i);
			_exit(0);
		}
	sleep(o->seconds);
	atomic_store(&all->stop, 1);
	s = (double)(now_ns() - from) / 1e9;
	gather(n);
	for (unsigned i = 0; i < n; i++) {
		ops += all->of[i].ops;
		errors += all->of[i].errors;
		if (!all->of[i].ops)
			bench_fail_with("a worker", "never got to run");
	}
	if (errors) {
		snprintf(why, sizeof why, "%lu of %lu", errors, ops);
		bench_fail_with("wrong results", why);
	}
	printf("{\"name\":\"%s\",\"unit\":\"ops/s\",\"value\":%.0f,\"workers\":%u,\"seconds\":%.2f}\n", b->name, (double)ops / s, n, s);
}

int storm_run(const char *name, const struct options *o)
{
	struct options longer = *o;

	longer.limit_s = o->limit_s ? o->limit_s : o->seconds + LIMIT_S;
	for (unsigned i = 0; i < sizeof storms / sizeof *storms; i++)
		if (!strcmp(storms[i].name, name)) {
			struct bench b = { .name = name, .group = "storm", .arg = i };

			return run_in_child(&b, &longer, storm_body);
		}
	return -1;
}
