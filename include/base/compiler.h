/* compiler.h - attributes and small macros that every room uses. */
#pragma once
#include <base/types.h>

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __must_check __attribute__((warn_unused_result))
#define __noreturn  __attribute__((noreturn))
#define __packed    __attribute__((packed))
#define __noinline  __attribute__((noinline))
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define __maybe_unused __attribute__((unused))
#define __printf(f, a) __attribute__((format(printf, f, a)))
#define __section(s) __attribute__((section(s)))
#define CACHELINE 64
#define __cacheline_aligned __attribute__((aligned(CACHELINE)))
/* Written during bring-up only, read-only afterwards (sealed by paging_seal()). */
#define __ro_after_init __section(".data.ro_after_init")
/* Lock contracts that clang's -Wthread-safety checks (make lint). */
#if defined(__clang__)
#define __lockable     __attribute__((capability("lock")))
#define __must_hold(l) __attribute__((requires_capability(l)))
#define __acquires(l)  __attribute__((acquire_capability(l)))
#define __releases(l)  __attribute__((release_capability(l)))
#define __no_lock_analysis __attribute__((no_thread_safety_analysis))
#else
#define __lockable
#define __must_hold(l)
#define __acquires(l)
#define __releases(l)
#define __no_lock_analysis
#endif

#define barrier() __asm__ volatile("" ::: "memory")
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN_UP(x, a)   (((x) + ((__typeof__(x))(a) - 1)) & ~((__typeof__(x))(a) - 1))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a) - 1))
#define MIN(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ < b_ ? a_ : b_; })
#define MAX(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define BIT(n) (1ul << (n))
#ifndef static_assert
#define static_assert _Static_assert
#endif
