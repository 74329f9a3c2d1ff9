/*
 * alarm.h - one expiry on a clock: monotonic, boot, real or TAI time.
 *
 * A point of real time moves on the machine's scale when CLOCK_REALTIME is set, and an alarm on it
 * follows. (A span of real time is one of monotonic time: clock_settime(2) does not change it.)
 * fn runs in hard interrupt context, once per arming, at or after the point.
 */
#pragma once
#include <sync/waitq.h>
#include <time/timer.h>

enum alarm_clock { ALARM_MONOTONIC, ALARM_BOOTTIME, ALARM_REALTIME, ALARM_TAI };

struct alarm {
	void (*fn)(struct alarm *a);
	enum alarm_clock clock;
	uint64_t expires_ns;                    /* on `clock`; const while armed               */
	struct timer timer;
	atomic_bool is_armed;                   /* private: taken by who makes fn run          */
	bool is_floating;                       /* private: on a clock that can be set              */
	struct waiter set_waiter;               /* private: on clock_set_waitq while floating  */
};

/* The clock_t of <linux/time.h>, alarm kinds included, as an alarm's clock; false for others. */
bool alarm_clock_of(int clock_id, enum alarm_clock *out);
uint64_t alarm_clock_ns(enum alarm_clock c);
void alarm_init(struct alarm *a, void (*fn)(struct alarm *a));
/*
 * Arm one that is not armed, at a point of its clock; one in the past fires at once. Arming and
 * cancelling are serialised by the owner. Any context but a waker's of clock_set_waitq.
 */
void alarm_arm(struct alarm *a, enum alarm_clock clock, uint64_t expires_ns);
/* True when it was armed and fn will not run. fn is over on return. Task context; not under a lock that fn takes. */
bool alarm_cancel(struct alarm *a);
static inline bool alarm_is_armed(const struct alarm *a) { return load_acquire(&a->is_armed); }
/* Move a point that has passed beyond now by whole intervals; how many they were, 0 when it has not passed. */
uint64_t alarm_forward(uint64_t *point_ns, uint64_t now_ns, uint64_t interval_ns);
