/*
 * usercopy.h - the only way to touch user memory.
 *
 * A range outside user space or a fault that cannot be served yields -EFAULT;
 * the caller may hold no spinlock and must be able to sleep (a fault may). SMAP
 * is opened only inside. Fix-up by an exception table.
 */
#pragma once
#include <base/compiler.h>
#include <sync/debug.h>

#define USER_END 0x00007ffffffff000ul       /* first address past user space (TASK_SIZE_MAX) */

static inline bool user_range_ok(uaddr_t u, size_t len) { return len <= USER_END && u.v <= USER_END - len; }

/* The instructions themselves (arch/x86/usercopy.asm): the range is checked already. Bytes not copied; 0 or -EFAULT. */
__must_check size_t usercopy_core(void *to, const void *from, size_t len);
__must_check int user_load8_core(void *to, uint64_t user);
__must_check int user_load4_core(void *to, uint64_t user);
__must_check int user_store8_core(uint64_t user, uint64_t value);
__must_check int user_store4_core(uint64_t user, uint32_t value);
/* The rest of a copy that failed: zero the last `missing` of len bytes at dst. Returns -EFAULT. */
int user_copy_in_failed(void *dst, size_t len, size_t missing);
int user_copy_out_failed(void);

/* Return the number of bytes NOT copied (0 = all). */
static __always_inline __must_check size_t user_copy_in_partial(void *dst, uaddr_t src, size_t len)
{
	might_fault();
	return likely(user_range_ok(src, len)) ? usercopy_core(dst, (const void *)src.v, len) : len;
}
static __always_inline __must_check size_t user_copy_out_partial(uaddr_t dst, const void *src, size_t len)
{
	might_fault();
	return likely(user_range_ok(dst, len)) ? usercopy_core((void *)dst.v, src, len) : len;
}
/* Copy len bytes. 0 or -EFAULT; on a fault in user_copy_in() the rest of dst is zeroed. */
static __always_inline __must_check int user_copy_in(void *dst, uaddr_t src, size_t len)
{
	size_t missing;

	might_fault();
	if (__builtin_constant_p(len) && (len == 8 || len == 4) && likely(user_range_ok(src, len)))
		missing = (len == 8 ? user_load8_core(dst, src.v) : user_load4_core(dst, src.v)) ? len : 0;
	else
		missing = user_copy_in_partial(dst, src, len);
	return unlikely(missing) ? user_copy_in_failed(dst, len, missing) : 0;
}
static __always_inline __must_check int user_copy_out(uaddr_t dst, const void *src, size_t len)
{
	might_fault();
	if (__builtin_constant_p(len) && len == 8 && likely(user_range_ok(dst, len))) {
		uint64_t v;

		__builtin_memcpy(&v, src, 8);
		return user_store8_core(dst.v, v);
	}
	if (__builtin_constant_p(len) && len == 4 && likely(user_range_ok(dst, len))) {
		uint32_t v;

		__builtin_memcpy(&v, src, 4);
		return user_store4_core(dst.v, v);
	}
	return unlikely(user_copy_out_partial(dst, src, len)) ? user_copy_out_failed() : 0;
}
/* Zero len bytes of user memory. Returns the number of bytes NOT zeroed. */
__must_check size_t user_zero(uaddr_t dst, size_t len);
/* Copy a string with its terminator, at most size bytes. Length without it, -EFAULT, or -ENAMETOOLONG. */
__must_check ssize_t user_copy_string(char *dst, uaddr_t src, size_t size);
/* Atomic compare-and-exchange / exchange-like operation on a user word (futex). 0 or -EFAULT; *old = value seen. */
__must_check int user_cas_u32(uaddr_t u, uint32_t expected, uint32_t desired, uint32_t *old);
__must_check int user_load_u32(uaddr_t u, uint32_t *out);
/* Never sleeps nor faults in: -EFAULT when the page is not there. For use with page faults off, atomic context. */
__must_check int user_load_u32_nofault(uaddr_t u, uint32_t *out);
__must_check int user_cas_u32_nofault(uaddr_t u, uint32_t expected, uint32_t desired, uint32_t *old);
/* Kernel memory that may be bad (debugger, panic): 0 or -EFAULT. */
__must_check int kernel_load_u64_nofault(uint64_t *out, const void *src);

#define user_read(dst, src)  user_copy_in((dst), (src), sizeof *(dst))
#define user_write(dst, src) user_copy_out((dst), (src), sizeof *(src))
