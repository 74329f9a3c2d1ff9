/*
 * pipe_watch.h - does anyone wait for a pipe? One OR behind the lock, and nothing else when nobody does.
 *
 * The change was made under the pipe's lock, which has been released just now: by a locked instruction, which orders the
 * look at the counts behind the change; sleepers announce themselves, then look at the change (sync/waitq.h).
 * Tests: tests/model/pipe_watch.c.
 */
#pragma once
#include <fs/poll.h>

static inline bool pipe_ends_watched(const struct waitq *readers, const struct waitq *writers, const struct pollable *polled)
{
	fence_after_rmw();                      /* pairs with the fences of waitq_add() and gen_watch() */
	return load_relaxed(&readers->nr_waiters) | load_relaxed(&writers->nr_waiters) | load_relaxed(&polled->waitq.nr_waiters) |
	       gen_is_watched(&polled->gen);
}
