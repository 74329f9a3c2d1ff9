/* model: src/sync/rwsem.c src/sync/waitq.c src/sync/mutex.c src/sync/spinlock.c src/sync/rcu_gp.c */
#include <model/model.h>
#include <sync/rwsem.h>
#include "gp.h"

void rcu_synchronize_expedited(void) { gp_wait(); }

static struct percpu_rwsem sem;
static unsigned a, b;                           /* plain: equal outside of writers */

static void setup(void) { model_assert(!percpu_rwsem_init(&sem, RANK_SPACE)); }
static void reader(void)
{
	gp_reader_begin();
	percpu_rwsem_read_lock(&sem);
	rcu_note_context_switch();              /* a section may sleep: the grace period alone does not wait for its end */
	model_assert(a == b);
	percpu_rwsem_read_unlock(&sem);
	gp_reader_end();
}
static void writer(void)
{
	gp_reader_begin();
	percpu_rwsem_write_lock(&sem);
	a++;
	b++;
	percpu_rwsem_write_unlock(&sem);
	gp_reader_end();
}
static void finish(void)
{
	model_assert(a == 1 && b == 1);
	percpu_rwsem_fini(&sem);
}
MODEL_TEST(rwsem, .claim = "readers see whole states, the writer waits for them, and both are woken",
	   .setup = setup, .threads = { reader, writer }, .finish = finish);
