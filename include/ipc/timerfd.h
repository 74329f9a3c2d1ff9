/* timerfd.h - expiries to read, timerfd_create(2). */
#pragma once
#include <fs/file.h>

struct timerfd_setting { uint64_t value_ns, interval_ns; };

/* Flags O_NONBLOCK only. Result counted. 0, -EINVAL (clock), -EPERM (alarm clocks want CAP_WAKE_ALARM), -ENOMEM. */
__must_check int timerfd_create_file(int clock_id, int flags, struct file **out);
/*
 * flags TFD_TIMER_*; value 0 disarms; old: what it had left. 0, -EINVAL when f is no timerfd, -EPERM,
 * -ECANCELED: armed, but the clock was set in between.
 */
__must_check int timerfd_set(struct file *f, int flags, const struct timerfd_setting *in, struct timerfd_setting *old);
__must_check int timerfd_get(struct file *f, struct timerfd_setting *out);
