/* model: src/sync/spinlock.c */
#include <model/model.h>
#include <sync/spinlock.h>
#include "../../src/mm/tlb_pending.h"

/* One page of a file, one entry that maps it, and the translation that another CPU holds. */
static struct spinlock table;
static unsigned entry;                          /* plain: under the table's lock */
static atomic_uint pending, translation;
static unsigned *page;

static void setup(void)
{
	spin_init(&table, RANK_PTE);
	page = model_alloc(sizeof *page);
	entry = 1;
	translation = 1;
}
static bool clear_entry(void)
{
	bool was;

	spin_lock(&table);
	was = entry;
	entry = 0;
	spin_unlock(&table);
	return was;
}
static void flush(void) { store_relaxed(&translation, 0u); }

static void unmap(void)
{
	tlb_pending_begin(&pending);
	if (clear_entry())
		flush();
	tlb_pending_end(&pending);
}
static void truncate(void)
{
	bool cleared = clear_entry();

	if (tlb_is_pending(&pending) || cleared)
		flush();
	model_assert(!load_relaxed(&translation));
	model_free(page);
}
MODEL_TEST(tlb_pending, .claim = "a page is freed when no CPU translates to it", .setup = setup, .threads = { unmap, truncate });
MODEL_TEST(tlb_pending_two, .claim = "... also beside two that unmap", .setup = setup, .threads = { unmap, unmap, truncate },
	   .long_run = true);
