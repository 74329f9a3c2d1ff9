/* model: src/sync/rcu_gp.c */
#include <model/model.h>
#include <fs/fd_slot.h>
#include "gp.h"

/* A table of one or two arrays, and one struct file that may have another life. */
struct file { refcount_t refs; unsigned what; };        /* what: plain, its owner's before it is counted */
static struct file file;
static struct file *slots[2], *more[2];
static struct fdarray small = { .size = 2, .files = slots }, *grown, *array = &small;

static void setup(void)
{
	file.what = 1;
	refcount_set(&file.refs, 1);
	slots[0] = &file;
	grown = model_alloc(sizeof *grown);
	*grown = (struct fdarray){ .size = 2, .files = more };
}
static void finish(void) { model_free(grown); }
static refcount_t *refs_of(struct file *f) { return &f->refs; }

static void reader(void)
{
	struct file *f;
	bool sure;

	gp_reader_begin();
	rcu_read_lock();
	sure = fd_slot_get(&array, 0, refs_of, &f);
	rcu_read_unlock();
	if (f && sure)
		model_assert(f->what == 1);
	if (f && refcount_put(&f->refs))
		f->what = 0;
	gp_reader_end();
}

/* Closes slot 0 of the array; the struct becomes another file, in slot fd, if nobody holds it. */
static void close_and_reopen(struct fdarray *a, unsigned fd)
{
	store_relaxed(&a->files[0], NULL);              /* as fd_close() */
	if (!refcount_put(&file.refs))
		return;
	store_release(&file.refs.n, 1);                 /* as file_alloc(), that fills it later */
	file.what = fd + 1;
	rcu_store(a->files[fd], &file);
}
static void closer(void)
{
	close_and_reopen(array, 1);
	gp_wait();
}
MODEL_TEST(fd_slot_close, .claim = "a descriptor's file, or nothing; never the file that its struct has become", .setup = setup,
	   .threads = { closer, reader }, .finish = finish);

static void reopener(void)
{
	close_and_reopen(array, 0);
	gp_wait();
}
MODEL_TEST(fd_slot_reopen, .claim = "... or the file that stands there by now, whole", .setup = setup, .threads = { reopener, reader },
	   .finish = finish);

static void grower(void)
{
	more[0] = slots[0];
	rcu_store(array, grown);
	close_and_reopen(grown, 1);
	gp_wait();
	small.files = NULL;                             /* plain: as good as freed */
}
MODEL_TEST(fd_slot_grow, .claim = "... also from the array of before it grew, which lasts as long as its readers", .setup = setup,
	   .threads = { grower, reader }, .finish = finish);

/* Opened beside: what is found is whole, also in memory that was no struct file before. */
static struct file *fresh;

static void empty_setup(void)
{
	setup();
	slots[0] = NULL;
}
static void opener(void)
{
	fresh = model_alloc(sizeof *fresh);
	*fresh = (struct file){ 0 };
	store_release(&fresh->refs.n, 1);
	fresh->what = 1;
	rcu_store(array->files[0], fresh);
	gp_wait();
}
static void fresh_finish(void)
{
	model_free(fresh);
	finish();
}
MODEL_TEST(fd_slot_open, .claim = "... and whole when it was opened just now", .setup = empty_setup, .threads = { opener, reader },
	   .finish = fresh_finish);
