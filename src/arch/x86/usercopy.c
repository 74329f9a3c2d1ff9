/*
 * usercopy.c - user memory: the checks around usercopy.asm that are not inline.
 *
 * A fault in user memory that cannot be served becomes -EFAULT here; nothing
 * is logged, for any program may pass a bad pointer.
 * Context: task context that may sleep, but for the _nofault functions: any.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>

size_t userzero_core(uint64_t user, size_t len);
long userstring_core(char *to, uint64_t user, size_t size);
int usercas_core(uint64_t user, uint32_t expected, uint32_t desired, uint32_t *old);
int userload_nofault_core(uint32_t *to, uint64_t user);
int usercas_nofault_core(uint64_t user, uint32_t expected, uint32_t desired, uint32_t *old);
int kernel_load_core(uint64_t *to, const void *from);

int user_copy_in_failed(void *dst, size_t len, size_t missing)
{
	memset((char *)dst + len - missing, 0, missing);
	return -EFAULT;
}

int user_copy_out_failed(void) { return -EFAULT; }

size_t user_zero(uaddr_t dst, size_t len)
{
	might_fault();
	return user_range_ok(dst, len) ? userzero_core(dst.v, len) : len;
}

/* The most bytes of a string at u that may be looked at, up to size; 0 when u is no user address. */
static size_t string_limit(uaddr_t u, size_t size) { return u.v < USER_END ? MIN(size, USER_END - u.v) : 0; }

ssize_t user_copy_string(char *dst, uaddr_t src, size_t size)
{
	size_t limit = string_limit(src, size);
	long len;

	might_fault();
	len = limit ? userstring_core(dst, src.v, limit) : 0;

	if (unlikely(len >= (long)limit))       /* no terminator: too long, or user space ended */
		return limit == size && size ? -ENAMETOOLONG : -EFAULT;
	return len;
}

int user_cas_u32(uaddr_t u, uint32_t expected, uint32_t desired, uint32_t *old)
{
	might_fault();
	return user_range_ok(u, 4) ? usercas_core(u.v, expected, desired, old) : -EFAULT;
}

int user_load_u32(uaddr_t u, uint32_t *out)
{
	might_fault();
	return user_range_ok(u, 4) ? user_load4_core(out, u.v) : -EFAULT;
}

int user_load_u32_nofault(uaddr_t u, uint32_t *out)
{
	return user_range_ok(u, 4) ? userload_nofault_core(out, u.v) : -EFAULT;
}

int user_cas_u32_nofault(uaddr_t u, uint32_t expected, uint32_t desired, uint32_t *old)
{
	return user_range_ok(u, 4) ? usercas_nofault_core(u.v, expected, desired, old) : -EFAULT;
}

int kernel_load_u64_nofault(uint64_t *out, const void *src) { return kernel_load_core(out, src); }
