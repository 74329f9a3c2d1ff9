/* model: src/sync/seqlock.c src/sync/spinlock.c */
#include <model/model.h>
#include <sync/seqlock.h>

static struct seqcount count;
static struct seqlock lock;
static unsigned a, b;                           /* a: equal outside of writers */

static void setup(void) { seqlock_init(&lock, RANK_TASK); }
static void write_both(unsigned v)
{
	store_relaxed(&a, v);
	store_relaxed(&b, v);
}
static void writer(void)
{
	seq_write_begin(&count);
	write_both(1);
	seq_write_end(&count);
}
static void writer_twice(void)
{
	writer();
	seq_write_begin(&count);
	write_both(2);
	seq_write_end(&count);
}
static void read_by(struct seqcount *c)
{
	unsigned s, x, y;

	do {
		s = seq_begin(c);
		x = load_relaxed(&a);
		y = load_relaxed(&b);
	} while (seq_retry(c, s));
	model_assert(x == y);
}
static void reader(void) { read_by(&count); }
MODEL_TEST(seq_whole, .claim = "a read that is not retried is of one state", .setup = setup, .threads = { reader, writer });
MODEL_TEST(seq_two_writes, .claim = "... also across two writes", .setup = setup, .threads = { reader, writer_twice });

static unsigned published;                      /* plain, by the count */
static void publish(void)
{
	published = 1;
	writer();
}
static void see_published(void)
{
	unsigned s = seq_begin(&count);

	if (s == 2)
		model_assert(published == 1);
}
MODEL_TEST(seq_publishes, .claim = "who sees the new count sees what came before the write",
	   .setup = setup, .threads = { see_published, publish });

static void lock_writer(void)
{
	seqlock_write_lock(&lock);
	write_both(load_relaxed(&a) + 1);
	seqlock_write_unlock(&lock);
}
static void lock_reader(void) { read_by(&lock.count); }
MODEL_TEST(seqlock_two_writers, .claim = "a seqlock's writers exclude each other, and its readers see whole states",
	   .setup = setup, .threads = { lock_writer, lock_writer, lock_reader }, .long_run = true);
