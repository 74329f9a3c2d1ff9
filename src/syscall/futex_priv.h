/*
 * futex_priv.h - what futex.c and futex2.c share.
 */
#pragma once
#include <base/compiler.h>
#include <base/types.h>

/*
 * The user's timeout as a monotonic deadline; none: FUTEX_NO_DEADLINE. FUTEX_WAIT's is relative, every other cmd's absolute.
 * 0, -EFAULT, -EINVAL.
 */
__must_check int futex_deadline_read(uaddr_t timeout, int cmd, bool is_realtime, uint64_t *out);
