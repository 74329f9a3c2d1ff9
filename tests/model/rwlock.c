/* model: src/sync/rwlock.c src/sync/spinlock.c */
#include <model/model.h>
#include <sync/rwlock.h>

static struct rwlock lock;
static unsigned a, b;                           /* plain: equal outside of writers */

static void setup(void) { rw_init(&lock, RANK_TASK); }
static void reader(void)
{
	rw_read_lock(&lock);
	model_assert(a == b);
	rw_read_unlock(&lock);
}
static void writer(void)
{
	rw_write_lock(&lock);
	a++;
	b++;
	rw_write_unlock(&lock);
}
static void one_done(void) { model_assert(a == 1 && b == 1 && lock.count == 0); }
static void two_done(void) { model_assert(a == 2 && b == 2 && lock.count == 0); }
MODEL_TEST(rw_reader_writer, .claim = "a reader sees whole states, nobody is left counted",
	   .setup = setup, .threads = { reader, writer }, .finish = one_done);
MODEL_TEST(rw_two_writers, .claim = "writers exclude each other",
	   .setup = setup, .threads = { writer, writer }, .finish = two_done);
MODEL_TEST(rw_two_readers, .claim = "two readers and a writer: all get in",
	   .setup = setup, .threads = { reader, reader, writer }, .finish = one_done, .long_run = true);
MODEL_TEST(rw_writers_reader, .claim = "a reader between two writers gets in",
	   .setup = setup, .threads = { writer, reader, writer }, .finish = two_done, .long_run = true);
