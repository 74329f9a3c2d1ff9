/*
 * storm.c - stress, bounded in time, that checks itself: as many tasks as CPUs and more.
 *
 * Each prints operations per second and exits with 1 when anything came out wrong: a lost
 * child, a wrong status, a lost wake-up (its partner would wait for ever, which a deadline
 * turns into a failure), a page that does not hold what was written.
 */
#include "bench.h"
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>

#define WORKERS_PER_CPU 2

struct tally { atomic_ulong ops; atomic_uint errors, stop; };
static struct tally *all;

static bool over(void) { return atomic_load_explicit(&all->stop, memory_order_relaxed); }
static void count(void) { atomic_fetch_add_explicit(&all->ops, 1, memory_order_relaxed); }
static void wrong(void) { atomic_fetch_add(&all->errors, 1); }

static void check_child(pid_t pid, int want)
{
	int status = -1;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != want)
		wrong();
	else
		count();
}

static void forkstorm(unsigned id)
{
	for (unsigned n = 0; !over(); n++) {
		pid_t pid = fork();

		if (!pid)
			_exit((int)((n + id) & 63));
		check_child(pid, (int)((n + id) & 63));
	}
}

static void execstorm(unsigned id)
{
	(void)id;
	while (!over()) {
		pid_t pid = vfork();

		if (!pid) {
			execve("/proc/self/exe", (char *[]){ "bench", "--true", NULL }, (char *[]){ NULL });
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
			wrong();
		count();
	}
}

/* Pairs pass a word to and fro; a wake-up that is lost shows as a wait of a second. */
static void pass(volatile uint32_t *word, uint32_t mine)
{
	struct timespec second = { 1, 0 };

	while (*word != mine && !over())
		if (SYS4(futex, word, FUTEX_WAIT, !mine, &second) == -ETIMEDOUT && *word == mine && !over())
			wrong();
	*word = !mine;
	(void)SYS3(futex, word, FUTEX_WAKE, 1);
	count();
}

static void wakestorm(unsigned id)
{
	volatile uint32_t *word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	(void)id;
	if (word == MAP_FAILED) {
		wrong();
		return;
	}
	pid = fork();
	while (!over())
		pass(word, pid != 0);
	*word = pid == 0;
	(void)SYS3(futex, word, FUTEX_WAKE, 1);
	if (!pid)
		_exit(0);
	if (waitpid(pid, NULL, 0) != pid)
		wrong();
}

static void faultstorm(unsigned id)
{
	const size_t size = 256 * PAGE;

	while (!over()) {
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED) {
			wrong();
			return;
		}
		for (size_t i = 0; i < size; i += PAGE) {
			if (p[i])
				wrong();
			p[i] = (char)(id + i / PAGE);
		}
		for (size_t i = 0; i < size; i += PAGE)
			if (p[i] != (char)(id + i / PAGE))
				wrong();
		munmap(p, size);
		atomic_fetch_add_explicit(&all->ops, size / PAGE, memory_order_relaxed);
	}
}

static const struct { const char *name; void (*work)(unsigned id); } storms[] = {
	{ "forkstorm", forkstorm }, { "execstorm", execstorm }, { "yieldstorm", yieldstorm },
	{ "wakestorm", wakestorm }, { "faultstorm", faultstorm },
};
const char *const storm_names[] = { "forkstorm", "execstorm", "yieldstorm", "wakestorm", "faultstorm", NULL };

static unsigned cpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : (unsigned)n;
}

/* Workers that do not end within ten seconds of the stop are killed, and a failure. */
static bool gather(const pid_t *pids, unsigned n)
{
	bool good = true;

	for (unsigned i = 0; i < n; i++) {
		int status = 0;
		unsigned ms = 0;

		for (; waitpid(pids[i], &status, WNOHANG) == 0 && ms < 10000; ms += 10)
			usleep(10000);
		if (ms >= 10000) {
			kill(pids[i], SIGKILL);
			waitpid(pids[i], &status, 0);
		}
		good &= status == 0;
	}
	return good;
}

static int storm(const char *name, void (*work)(unsigned), unsigned seconds)
{
	unsigned n = cpus() * WORKERS_PER_CPU;
	pid_t pids[512];
	uint64_t from;
	double s;
	bool good;

	all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED) {
		printf("{\"name\":\"%s\",\"error\":\"mmap: %s\"}\n", name, strerror(errno));
		return 1;
	}
	fflush(stdout);
	from = now_ns();
	for (unsigned i = 0; i < n && i < 512; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			work(i);
			_exit(0);
		}
	}
	usleep(seconds * 1000000u);
	atomic_store(&all->stop, 1);
	s = (double)(now_ns() - from) / 1e9;
	good = gather(pids, n < 512 ? n : 512);
	if (!good || atomic_load(&all->errors)) {
		printf("{\"name\":\"%s\",\"error\":\"%u wrong results%s\"}\n", name, atomic_load(&all->errors),
		       good ? "" : ", workers that did not end well");
		return 1;
	}
	printf("{\"name\":\"%s\",\"unit\":\"ops/s\",\"value\":%.0f,\"workers\":%u,\"seconds\":%.2f}\n", name,
	       (double)atomic_load(&all->ops) / s, n, s);
	return 0;
}

int storm_run(const char *name, const struct options *o)
{
	for (unsigned i = 0; i < sizeof storms / sizeof *storms; i++)
		if (!strcmp(storms[i].name, name))
			return storm(name, storms[i].work, o->seconds);
	return -1;
}
