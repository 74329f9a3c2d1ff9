/*
 * completion.h - a one-shot event: wait until completion_signal() was called once.
 *
 * A waiter may free the completion as soon as its wait returned: `done` is set and
 * read under q.lock, and the signaller's last access is that lock's release.
 * Cost: signal 1 atomic, 1 line; wait 2 when it is already done.
 * Any context may signal; waiting is for task context.
 */
#pragma once
#include <sync/waitq.h>

struct completion { atomic_bool done; struct waitq q; };
void completion_init(struct completion *c);
void completion_signal(struct completion *c);
void completion_wait(struct completion *c);
__must_check int completion_wait_killable(struct completion *c);   /* 0 or -ERESTARTSYS: then it may still be signalled */
__must_check int completion_wait_deadline(struct completion *c, uint64_t deadline_ns);  /* uninterruptible; 0 or -ETIMEDOUT */
