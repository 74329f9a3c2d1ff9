/*
 * timer.h - what happens later: one-shot timers on the CPU that armed them.
 *
 * fn runs in hard interrupt context, interrupts off, on that CPU, at or after
 * expires_ns; it may re-arm. timer_cancel() from task context waits for a running fn.
 */
#pragma once
#include <base/atomic.h>
#include <lib/rbtree.h>

struct timer {
	struct rbnode node;                     /* queue of `cpu`; its lock */
	uint64_t expires_ns;                    /* monotonic; set by timer_arm() */
	void (*fn)(struct timer *t);
	atomic_uint cpu;                        /* private: whose queue it last stood in; that queue's lock */
	atomic_bool queued;                     /* private: that queue's lock to write */
};
void timer_init(struct timer *t, void (*fn)(struct timer *));
/* Arm, or move when armed. Any context but NMI. */
void timer_arm(struct timer *t, uint64_t expires_ns);
/* Returns true when it was armed and will not run. From task context waits for a running fn; not from fn itself. */
bool timer_cancel(struct timer *t);
bool timer_is_armed(const struct timer *t);
void timer_init_cpu(void);                  /* bring-up, each CPU */
/* Sleep until an absolute monotonic time. 0, or -ERESTARTSYS on a signal. */
__must_check int sleep_until(uint64_t deadline_ns);
