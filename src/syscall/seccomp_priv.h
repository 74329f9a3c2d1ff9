/* seccomp_priv.h - what prctl(2) shares with seccomp(2). */
#pragma once
#include <base/types.h>

long seccomp_prctl_set(uint64_t mode, uaddr_t prog);
long seccomp_prctl_get(void);
