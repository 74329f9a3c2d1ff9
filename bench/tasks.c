/*
 * tasks.c - one operation by several tasks at once: scaling, and windows for conflicts.
 *
 * Tasks are pinned, one a CPU, and meet at a barrier in shared memory, spinning in user mode.
 * Private objects: each task sets up its own. Shared: the one that was set up before them.
 */
#include "bench.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define TASKS_MAX 64
#define SLICE_NS  40000000ull               /* measured per step */
#define BATCH_NS  100000                    /* between two looks at the stop flag, about */
#define CONFLICT_OPS 16

struct meeting {
	atomic_uint here;
	atomic_uint go, stop;
	_Alignas(64) struct { atomic_ulong ops; char pad[56]; } done[TASKS_MAX];
};

struct team {
	const struct bench *b;
	struct meeting *m;
	struct run shared;
	unsigned k, windows;
	bool is_shared, threads;
	unsigned long batch;
};

struct member { struct team *team; unsigned id; };

void pin(unsigned cpu)
{
	unsigned long mask[16] = { 0 };

	mask[cpu / 64] = 1ul << cpu % 64;
	if (SYS3(sched_setaffinity, 0, sizeof mask, mask) < 0)
		bench_fail("sched_setaffinity");
}

static unsigned cpus(void)
{
	unsigned long mask[16] = { 0 };
	long n = SYS3(sched_getaffinity, 0, sizeof mask, mask);
	unsigned count = 0;

	for (long i = 0; i < n / 8; i++)
		count += (unsigned)__builtin_popcountl(mask[i]);
	return count;
}

static void meet(struct meeting *m, unsigned k)
{
	atomic_fetch_add(&m->here, 1);
	while (atomic_load(&m->here) < k)
		__builtin_ia32_pause();
}

/* ---- a member ---- */

static void member_scale(struct team *t, unsigned id, struct run *r)
{
	unsigned long ops = 0;

	t->b->op(r, 1);
	meet(t->m, t->k + 1);
	while (!atomic_load_explicit(&t->m->stop, memory_order_relaxed)) {
		t->b->op(r, t->batch);
		ops += t->batch;
	}
	atomic_store(&t->m->done[id].ops, ops);
}

/* Its own window, on its own CPU, while the others have theirs. */
static void member_window(struct team *t, struct run *r)
{
	t->b->op(r, 20);
	meet(t->m, t->k);
	MARK_BEGIN();
	t->b->op(r, CONFLICT_OPS);
	MARK_END();
	atomic_fetch_add(&t->m->stop, 1);
	while (atomic_load(&t->m->stop) < t->k)         /* nobody leaves while others are measured */
		__builtin_ia32_pause();
}

static void member_run(struct team *t, unsigned id)
{
	struct run own;
	struct run *r = &t->shared;

	pin(id);
	if (!t->is_shared) {
		memset(&own, 0, sizeof own);
		own.id = (int)id + 1;
		own.arg = t->b->arg;
		if (t->b->setup)
			t->b->setup(&own);
		r = &own;
	}
	if (t->windows)
		member_window(t, r);
	else
		member_scale(t, id, r);
	if (!t->is_shared && t->b->teardown)
		t->b->teardown(r);
}

static void *member_thread(void *arg)
{
	struct member *m = arg;

	member_run(m->team, m->id);
	return NULL;
}

/* ---- the team ---- */

/* Start k members; body runs in the caller meanwhile; wait for all. 0, or the number that failed. */
static int team_run(struct team *t, void (*body)(struct team *))
{
	struct member members[TASKS_MAX];
	pthread_t threads[TASKS_MAX];
	pid_t pids[TASKS_MAX];
	int failed = 0, status;

	memset(t->m, 0, sizeof *t->m);
	for (unsigned i = 0; i < t->k; i++) {
		members[i] = (struct member){ t, i };
		if (t->threads) {
			errno = pthread_create(&threads[i], NULL, member_thread, &members[i]);
			if (errno)
				bench_fail("pthread_create");
			continue;
		}
		pids[i] = (pid_t)MUST(fork());
		if (!pids[i]) {
			member_run(t, i);
			_exit(0);
		}
	}
	if (body)
		body(t);
	for (unsigned i = 0; i < t->k; i++) {
		if (t->threads) {
			pthread_join(threads[i], NULL);
		} else {
			waitpid(pids[i], &status, 0);
			failed += status != 0;
		}
	}
	return failed;
}

static double slice_ns;

static void timekeeper(struct team *t)
{
	uint64_t from;

	meet(t->m, t->k + 1);
	from = now_ns();
	usleep(SLICE_NS / 1000);
	atomic_store(&t->m->stop, 1);
	slice_ns = (double)(now_ns() - from);
}

/* How many operations are about BATCH_NS. */
static unsigned long batch_size(const struct bench *b)
{
	struct run r = { .arg = b->arg, .id = TASKS_MAX + 1 };
	unsigned long n = 1;
	uint64_t took = 0;

	if (b->setup)
		b->setup(&r);
	while (took < BATCH_NS / 2) {
		uint64_t from = now_ns();

		n *= 2;
		b->op(&r, n);
		took = now_ns() - from;
	}
	if (b->teardown)
		b->teardown(&r);
	return n;
}

static int scale_step(struct team *t)
{
	unsigned long ops = 0;
	int failed = team_run(t, timekeeper);

	for (unsigned i = 0; i < t->k; i++)
		ops += atomic_load(&t->m->done[i].ops);
	if (failed)
		return failed;
	printf("{\"name\":\"%s\",\"mode\":\"%s\",\"objects\":\"%s\",\"k\":%u,\"unit\":\"ops/s\",\"value\":%.0f}\n", t->b->name,
	       t->threads ? "threads" : "processes", t->is_shared ? "shared" : "private", t->k, (double)ops * 1e9 / slice_ns);
	fflush(stdout);
	return 0;
}

static int refuse(const struct bench *b, const char *why)
{
	printf("{\"name\":\"%s\",\"error\":\"%s\"}\n", b->name, why);
	return 1;
}

static void team_init(struct team *t, const struct bench *b)
{
	*t = (struct team){ .b = b };
	t->m = mmap(NULL, sizeof *t->m, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t->m == MAP_FAILED)
		bench_fail("mmap");
}

int run_scaled(const struct bench *b, const struct options *o)
{
	unsigned most = o->tasks < cpus() ? o->tasks : cpus();
	struct team t;
	int failed = 0;

	if (b->flags & NO_SCALE)
		return refuse(b, "not an operation that several tasks do at once");
	team_init(&t, b);
	t.batch = batch_size(b);
	for (int threads = 0; threads < (b->flags & THREADS_NO ? 1 : 2); threads++) {
		for (int shared = 0; shared < (b->flags & SHARE ? 2 : 1); shared++) {
			t.threads = threads;
			t.is_shared = shared;
			memset(&t.shared, 0, sizeof t.shared);
			t.shared.arg = b->arg;
			if (shared && b->setup)
				b->setup(&t.shared);
			for (t.k = 1; t.k <= most && !failed; t.k++)
				failed += scale_step(&t);
			if (shared && b->teardown)
				b->teardown(&t.shared);
		}
	}
	return failed;
}

int run_conflicts(const struct bench *b, const struct options *o)
{
	struct team t;
	int failed;

	if (b->flags & NO_SCALE)
		return refuse(b, "not an operation that several tasks do at once");
	if (o->tasks > cpus())
		return refuse(b, "fewer CPUs than tasks");
	team_init(&t, b);
	t.k = o->tasks;
	t.windows = 1;
	t.threads = o->threads;
	fflush(stdout);
	failed = team_run(&t, NULL);
	MARK_SET();
	if (failed)
		return refuse(b, "a task failed");
	printf("{\"name\":\"%s\",\"k\":%u,\"ops\":%u}\n", b->name, t.k, CONFLICT_OPS);
	return 0;
}
