/* model: src/sync/mutex.c src/sync/waitq.c src/sync/spinlock.c */
#include <model/model.h>
#include <sync/mutex.h>
#include "../../src/ipc/pipe_watch.h"

/* A pipe's two sides as they end a read or a write: change under the lock, let go, wake who waits. */
static struct mutex lock;
static struct waitq readers, writers;
static struct pollable polled;
static atomic_uint used;
static unsigned long cached;
static bool stale;

static void setup(void)
{
	mutex_init(&lock, RANK_MUTEX_LEAF);
	waitq_init(&readers);
	waitq_init(&writers);
	waitq_init(&polled.waitq);
	gen_init(&polled.gen);
}
static void write_one(void)
{
	mutex_lock(&lock);
	store_relaxed(&used, 1u);
	mutex_unlock(&lock);
	if (pipe_ends_watched(&readers, &writers, &polled)) {
		waitq_wake_all_ordered(&readers);
		gen_bump_ordered(&polled.gen);
	}
}
static void read_one(void) { wait_event(&readers, load_relaxed(&used)); }
MODEL_TEST(pipe_sleeper, .claim = "who sleeps for a pipe is woken by the change, though the count is looked at without a lock",
	   .setup = setup, .threads = { read_one, write_one });

/* epoll: a result that was cached before the change does not stand after it. */
static void cache(void)
{
	gen_watch(&polled.gen);
	cached = gen_read(&polled.gen);
	stale = !load_relaxed(&used);
}
static void not_stale(void) { model_assert(!stale || gen_read(&polled.gen) != cached); }
MODEL_TEST(pipe_cached, .claim = "... nor does a cached result of poll outlive it", .setup = setup, .threads = { cache, write_one },
	   .finish = not_stale);
