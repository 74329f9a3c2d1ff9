/* string.h - memory and string functions of the C standard, freestanding. Any context. */
#pragma once
#include <base/types.h>

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
/* By words: n is a multiple of 8. For whole pages: an emulator takes a step for every word or byte. */
void words_copy(void *restrict dst, const void *restrict src, size_t n);
void words_zero(void *dst, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *what);
/* Copy src, always terminated, into size bytes. Returns the length copied, or -E2BIG when cut. */
ssize_t str_copy(char *dst, const char *src, size_t size);
bool str_has_prefix(const char *s, const char *prefix);
/*
 * Parse an unsigned number at *s in the given base (0: by 0x/0 prefix), advance *s.
 * Returns 0, -EINVAL without a digit, -ERANGE on overflow.
 */
int str_parse_u64(const char **s, unsigned base, uint64_t *out);
