/*
 * tasks.c - one operation by several tasks at once: scaling, and windows for conflicts.
 *
 * Tasks are pinned, one a CPU, and meet at a barrier in shared memory, spinning in user mode.
 * Private objects: each task sets up its own. Shared: the one that was set up before them.
 * All of it in a child of run_in_child(): a task that fails or hangs takes its team with it.
 */
#include "bench.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define TASKS_MAX    256
#define SLICE_NS     40000000ull            /* measured per step */
#define BATCH_NS     100000                 /* between two looks at the stop flag, about */
#define CONFLICT_OPS 16                     /* rounds in a window: what every operation touches shows that often */
#define WARM_NS      4000000u               /* before it: grace periods pass, caches fill, as in a program that runs on */

/* ns is the task's own time: from the barrier to the end of its last batch. */
struct score { unsigned long ops; uint64_t ns; };

struct meeting {
	_Alignas(64) atomic_uint here;
	_Alignas(64) atomic_uint stop;
	_Alignas(64) atomic_uint done;
	struct { _Alignas(64) struct score score; } of[TASKS_MAX];
};

struct team {
	const struct bench *b;
	struct meeting *m;
	struct run shared;
	unsigned k;
	bool is_shared, threads;
	unsigned long batch;                    /* 0: a window instead of a slice */
};

struct member { struct team *team; unsigned id; };

static unsigned cpus(void)
{
	unsigned long mask[16] = { 0 };
	long n = MUST_SYS(SYS3(sched_getaffinity, 0, sizeof mask, mask));
	unsigned count = 0;

	for (long i = 0; i < n / 8; i++)
		count += (unsigned)__builtin_popcountl(mask[i]);
	return count < TASKS_MAX ? count : TASKS_MAX;
}

static void meet(atomic_uint *here, unsigned k)
{
	atomic_fetch_add(here, 1);
	while (atomic_load_explicit(here, memory_order_acquire) < k)
		__builtin_ia32_pause();
}

/* ---- a member ---- */

static void member_slice(struct team *t, unsigned id, struct run *r)
{
	unsigned long ops = 0;
	uint64_t from;

	t->b->op(r, 1);
	meet(&t->m->here, t->k + 1);
	from = now_ns();
	do {
		t->b->op(r, t->batch);
		ops += t->batch;
	} while (!atomic_load_explicit(&t->m->stop, memory_order_relaxed));
	t->m->of[id].score = (struct score){ ops * bench_per(t->b), now_ns() - from };
}

/* Its own window, on its own CPU, while the others have theirs. */
static void member_window(struct team *t, struct run *r)
{
	uint64_t from = now_ns();

	t->b->op(r, t->b->flags & SLOW ? 2 : 20);
	while (now_ns() - from < WARM_NS)
		t->b->op(r, 4);
	meet(&t->m->here, t->k);
	MARK_BEGIN();
	t->b->op(r, CONFLICT_OPS);
	MARK_END();
	meet(&t->m->done, t->k);                /* nobody leaves while others are measured */
}

static void member_run(struct team *t, unsigned id)
{
	struct run own = { .id = (int)id + 1, .arg = t->b->arg };
	struct run *r = t->is_shared ? &t->shared : &own;

	pin(id);
	if (!t->is_shared && t->b->setup)
		t->b->setup(r);
	if (t->batch)
		member_slice(t, id, r);
	else
		member_window(t, r);
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

static void threads_run(struct team *t, void (*meanwhile)(struct team *))
{
	struct member members[TASKS_MAX];
	pthread_t threads[TASKS_MAX];

	for (unsigned i = 0; i < t->k; i++) {
		members[i] = (struct member){ t, i };
		errno = pthread_create(&threads[i], NULL, member_thread, &members[i]);
		if (errno)
			bench_fail("pthread_create");
	}
	if (meanwhile)
		meanwhile(t);
	for (unsigned i = 0; i < t->k; i++)
		pthread_join(threads[i], NULL);
}

static void processes_run(struct team *t, void (*meanwhile)(struct team *))
{
	pid_t pids[TASKS_MAX];

	for (unsigned i = 0; i < t->k; i++) {
		pids[i] = (pid_t)MUST(fork());
		if (!pids[i]) {
			member_run(t, i);
			_exit(0);
		}
	}
	if (meanwhile)
		meanwhile(t);
	for (unsigned i = 0; i < t->k; i++) {
		int status = 0;

		MUST(waitpid(pids[i], &status, 0));
		if (status)
			bench_fail_with("a task", WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "exit status not 0");
	}
}

/* Start k members; the caller does `meanwhile`, if any; wait for all. Failures do not return. */
static void team_run(struct team *t, void (*meanwhile)(struct team *))
{
	memset(t->m, 0, sizeof *t->m);
	fflush(stdout);
	if (t->threads)
		threads_run(t, meanwhile);
	else
		processes_run(t, meanwhile);
}

static void team_init(struct team *t, const struct bench *b)
{
	*t = (struct team){ .b = b };
	t->m = mmap(NULL, sizeof *t->m, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t->m == MAP_FAILED)
		bench_fail("mmap");
}

/* ---- scaling ---- */

static void timekeeper(struct team *t)
{
	meet(&t->m->here, t->k + 1);
	usleep(SLICE_NS / 1000);
	atomic_store(&t->m->stop, 1);
}

/* How many rounds are about BATCH_NS. */
static unsigned long batch_size(const struct bench *b)
{
	struct run r = { .arg = b->arg };
	unsigned long n = 1;

	if (b->setup)
		b->setup(&r);
	b->op(&r, 1);
	for (;; n *= 2) {
		uint64_t from = now_ns();

		b->op(&r, n);
		if (now_ns() - from >= BATCH_NS / 2)
			break;
	}
	if (b->teardown)
		b->teardown(&r);
	return n;
}

static void scale_step(struct team *t)
{
	double per_s = 0;

	team_run(t, timekeeper);
	for (unsigned i = 0; i < t->k; i++)
		per_s += (double)t->m->of[i].score.ops * 1e9 / (double)t->m->of[i].score.ns;
	printf("{\"name\":\"%s\",\"mode\":\"%s\",\"objects\":\"%s\",\"k\":%u,\"unit\":\"ops/s\",\"value\":%.0f}\n", t->b->name,
	       t->threads ? "threads" : "processes", t->is_shared ? "shared" : "private", t->k, per_s);
	fflush(stdout);
}

static void scale_curve(struct team *t, unsigned most)
{
	const struct bench *b = t->b;

	t->shared = (struct run){ .arg = b->arg };
	if (t->is_shared && b->setup)
		b->setup(&t->shared);
	for (t->k = 1; t->k <= most; t->k++)
		scale_step(t);
	if (t->is_shared && b->teardown)
		b->teardown(&t->shared);
}

/* What is pinned here would pin the tasks that follow: the batch is found in a process of its own. */
static unsigned long batch_size_apart(const struct team *t)
{
	pid_t pid = (pid_t)MUST(fork());
	int status = 0;

	if (!pid) {
		t->m->of[0].score.ops = batch_size(t->b);
		_exit(0);
	}
	MUST(waitpid(pid, &status, 0));
	if (status)
		bench_fail_with("a task", "exit status not 0");
	return t->m->of[0].score.ops;
}

static void scaled_body(const struct bench *b, const struct options *o)
{
	unsigned most = o->tasks && o->tasks < cpus() ? o->tasks : cpus();
	struct team t;

	team_init(&t, b);
	t.batch = batch_size_apart(&t);
	for (int threads = 0; threads < (b->flags & THREADS_NO ? 1 : 2); threads++)
		for (int shared = 0; shared < (b->flags & SHARE ? 2 : 1); shared++) {
			t.threads = threads;
			t.is_shared = shared;
			scale_curve(&t, most);
		}
}

/* ---- conflicts ---- */

static void conflicts_body(const struct bench *b, const struct options *o)
{
	struct team t;

	if (o->tasks > cpus())
		bench_fail_with("--conflicts", "fewer CPUs than tasks");
	if (o->threads && b->flags & THREADS_NO)
		bench_fail_with("--threads", "not an operation for the threads of one process");
	team_init(&t, b);
	t.k = o->tasks;
	t.threads = o->threads;
	team_run(&t, NULL);
	set_end();
	printf("{\"name\":\"%s\",\"k\":%u,\"ops\":%u}\n", b->name, t.k, CONFLICT_OPS * bench_per(b));
}

static int refuse(const struct bench *b)
{
	bench_error_print(b->name, "not an operation that several tasks do at once", NULL);
	return 1;
}

int run_scaled(const struct bench *b, const struct options *o)
{
	return b->flags & NO_SCALE ? refuse(b) : run_in_child(b, o, scaled_body);
}

int run_conflicts(const struct bench *b, const struct options *o)
{
	struct options patient = *o;
	int failed;

	if (!patient.limit_s)
		patient.limit_s = LIMIT_COUNTING_S;
	failed = b->flags & NO_SCALE ? refuse(b) : run_in_child(b, &patient, conflicts_body);
	set_end();                              /* of one that failed */
	return failed;
}
