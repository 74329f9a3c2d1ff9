/* model: */
#include <model/model.h>
#include "../../src/mm/space_users.h"

/* A table (or VMA) of a space: its sole user takes it out beside a walker from outside. */
static atomic_uint users;
static unsigned *table;                         /* a */
static unsigned *later;

static void setup(void)
{
	users = 1;
	table = model_alloc(sizeof *table);
	*table = 3;
}

static void free_taken(unsigned *t)
{
	if (users_is_alone(&users))
		model_free(t);
	else
		later = t;
}
static void remover(void)
{
	unsigned *t = table;

	store_release(&table, (unsigned *)NULL);
	users_unlinked();
	free_taken(t);
}
static void walker(void)
{
	unsigned *t;

	if (!users_try_get(&users))
		return;
	t = load_acquire(&table);
	if (t)
		model_assert(*t == 3);
	(void)users_put(&users);
}
static void finish(void)
{
	if (later)
		model_free(later);              /* a grace period later */
}
MODEL_TEST(space_alone, .claim = "what the sole user frees at once, no walker holds", .setup = setup, .threads = { remover, walker },
	   .finish = finish);

/* The end: whoever puts last tears down, behind the others. */
static void leave(void)
{
	if (users_put(&users)) {
		*table = 4;                     /* plain: nobody walks any more */
		model_free(table);
	}
}
static void walker_last(void)
{
	if (!users_try_get(&users))
		return;
	model_assert(*table == 3);
	leave();
}
MODEL_TEST(space_last, .claim = "the last user comes behind all walkers; who comes later is refused", .setup = setup,
	   .threads = { leave, walker_last });
