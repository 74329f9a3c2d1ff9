/* signal_types.h - signal sets and queues; numbers and structs from the UAPI headers. */
#pragma once
#include <base/list.h>
#include <linux/signal.h>

typedef uint64_t sigset64_t;                /* bit n-1 = signal n */
#define SIGMASK(n) (1ull << ((n) - 1))
#define NR_SIGNALS 64

struct sigqueue {
	sigset64_t set;                         /* which are pending */
	struct list queued;                     /* struct queued_signal, oldest first */
};
struct queued_signal { struct list node; siginfo_t info; struct cred *user; };

struct sigaction_k { uint64_t handler, flags, restorer; sigset64_t mask; };  /* kernel struct sigaction of x86-64 */
