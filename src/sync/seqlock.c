/*
 * seqlock.c - the reader that came in the middle of a write.
 */
#include <sync/seqlock.h>

unsigned seq_begin_slow(const struct seqcount *c)
{
	unsigned s;

	spin_until(!((s = load_acquire(&c->seq)) & 1));         /* pairs with seq_write_end() */
	return s;
}
