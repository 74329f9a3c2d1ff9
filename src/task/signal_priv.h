/* signal_priv.h - between sigqueue.c, signal.c and posix_timer.c. */
#pragma once
#include <task/signal.h>

/* Somebody may watch p's pending signals: sig_lock held. */
static inline void signal_watchers_wake_locked(const struct process *p) { waitq_wake_all_ordered(signal_waitq(p)); }
/* The queue entry of a timer (posix_timer.c): counting it, and what its taking means. sig_lock held. */
void posix_timer_signal_get(struct queued_signal *qs);
void posix_timer_signal_put(struct queued_signal *qs);
void posix_timer_signal_taken_locked(struct queued_signal *qs, siginfo_t *info);
/*
 * Queue the entry of a timer for target, NULL: all of p; one that is queued already counts an overrun. seq is
 * its mark. False when the signal is ignored. sig_lock held.
 */
bool signal_send_timer_locked(struct process *p, struct task *target, struct queued_signal *qs, int seq);

int sigqueue_add(struct sigqueue *q, struct task *t, const siginfo_t *info, bool override);
