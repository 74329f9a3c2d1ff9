/*
 * printf.h - formatted output into memory.
 *
 * C99 conversions d i u x X o c s p % with flags, width, precision and hh h l ll z j t.
 * %pS prints a kernel address as symbol+offset (lib/symbols is told by kallsyms).
 * No floating point. Any context.
 */
#pragma once
#include <base/compiler.h>

/* As C's: returns the length it would have had; always terminates when size > 0. */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
/* As snprintf, but returns the bytes actually stored (without the terminator). */
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
