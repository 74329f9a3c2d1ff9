/*
 * futex_priv.h - what futex.c and futex2.c share.
 */
#pragma once
#include <base/compiler.h>
#include <base/types.h>
#include <ipc/futex.h>

/*
 * The user's timeout as a deadline; none: FUTEX_NO_DEADLINE_NS. FUTEX_WAIT's is relative, every other cmd's absolute.
 * 0, -EFAULT, -EINVAL.
 */
__must_check int futex_deadline_read(uaddr_t timeout, int cmd, bool is_realtime, struct futex_deadline *out);
