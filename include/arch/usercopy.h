/*
 * usercopy.h - the only way to touch user memory.
 *
 * A range outside user space or a fault that cannot be served yields -EFAULT;
 * the caller may hold no spinlock and must be able to sleep (a fault may). SMAP
 * is opened only inside. Fix-up by an exception table.
 */
#pragma once
#include <base/compiler.h>

#define USER_END 0x00007ffffffff000ul       /* first address past user space (TASK_SIZE_MAX) */

static inline bool user_range_ok(uaddr_t u, size_t len) { return len <= USER_END && u.v <= USER_END - len; }

/* Copy len bytes. 0 or -EFAULT; on a fault in user_copy_in() the rest of dst is zeroed. */
__must_check int user_copy_in(void *dst, uaddr_t src, size_t len);
__must_check int user_copy_out(uaddr_t dst, const void *src, size_t len);
/* As above, but return the number of bytes NOT copied (0 = all). */
__must_check size_t user_copy_in_partial(void *dst, uaddr_t src, size_t len);
__must_check size_t user_copy_out_partial(uaddr_t dst, const void *src, size_t len);
/* Zero len bytes of user memory. Returns the number of bytes NOT zeroed. */
__must_check size_t user_zero(uaddr_t dst, size_t len);
/* Copy a string with its terminator, at most size bytes. Length without it, -EFAULT, or -ENAMETOOLONG. */
__must_check ssize_t user_copy_string(char *dst, uaddr_t src, size_t size);
/* Length of a user string without terminator, or -EFAULT; max when none is found within max. */
__must_check ssize_t user_strnlen(uaddr_t src, size_t max);
/* Atomic compare-and-exchange / exchange-like operation on a user word (futex). 0 or -EFAULT; *old = value seen. */
__must_check int user_cas_u32(uaddr_t u, uint32_t expected, uint32_t desired, uint32_t *old);
__must_check int user_load_u32(uaddr_t u, uint32_t *out);
/* Never sleeps nor faults in: -EFAULT when the page is not there. For use with page faults off, atomic context. */
__must_check int user_load_u32_nofault(uaddr_t u, uint32_t *out);
/* Kernel memory that may be bad (debugger, panic): 0 or -EFAULT. */
__must_check int kernel_load_u64_nofault(uint64_t *out, const void *src);

#define user_read(dst, src)  user_copy_in((dst), (src), sizeof *(dst))
#define user_write(dst, src) user_copy_out((dst), (src), sizeof *(src))
