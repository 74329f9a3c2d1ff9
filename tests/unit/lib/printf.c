/* unit: */
/* Every conversion beside the host C library's; our functions are renamed so that both can be linked. */
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <stdlib.h>
#define vsnprintf our_vsnprintf
#define snprintf our_snprintf
#include "../../../src/lib/printf.c"
#undef vsnprintf
#undef snprintf

bool symbol_find(uintptr_t addr, const char **name, uintptr_t *offset)
{
	*name = "function";
	*offset = 0x10;
	return addr == 0x1234;
}

static int failures;

__attribute__((format(printf, 1, 2))) static void same(const char *fmt, ...)
{
	char ours[128], theirs[128];
	va_list ap, copy;

	for (size_t size = 0; size <= sizeof ours; size = size ? size * 4 : 1) {
		memset(ours, '#', sizeof ours);
		memset(theirs, '#', sizeof theirs);
		va_start(ap, fmt);
		va_copy(copy, ap);
		int a = our_vsnprintf(ours, size, fmt, ap), b = vsnprintf(theirs, size, fmt, copy);
		va_end(copy);
		va_end(ap);
		if (a != b || memcmp(ours, theirs, sizeof ours)) {
			fprintf(stderr, "printf: \"%s\" size %zu: %d \"%.60s\", C library %d \"%.60s\"\n", fmt, size, a, ours, b, theirs);
			failures++;
		}
	}
}

int main(void)
{
	char buf[64];

	same("plain %%");
	same("%d %d %d", 0, -1, 2147483647);
	same("%ld %lld %lu", -9223372036854775807l - 1, 5ll, 18446744073709551615ul);
	same("%5d|%-5d|%05d|%+d|% d", 42, 42, 42, 42, 42);
	same("%x %X %#x %#X %o %#o", 255u, 255u, 255u, 255u, 8u, 8u);
	same("%08lx|%-8x|%#010x", 0xabcul, 0xabu, 0xabu);
	same("%.3d|%8.3d|%-8.3d|%08.3d|%.0d", 7, 7, 7, 7, 0);
	same("%hhd %hd %hhu %hu", (signed char)-3, (short)-300, (unsigned char)200, (unsigned short)60000);
	same("%s|%10s|%-10s|%.2s|%*s|%-*s", "abc", "abc", "abc", "abc", 6, "x", 6, "y");
	same("%c%c|%3c|%-3c|", 'a', 'b', 'c', 'd');
	same("%zu %zd %jd %td", (size_t)1, (ssize_t)-1, (intmax_t)2, (ptrdiff_t)-3);
	same("%p", (void *)0x1000);
	our_snprintf(buf, sizeof buf, "%pS %pS", (void *)0x1234, (void *)0x99);
	if (strcmp(buf, "function+0x10 0x99"))
		fprintf(stderr, "printf: %%pS gave \"%s\"\n", buf), failures++;
	if (scnprintf(buf, 4, "abcdef") != 3)
		fprintf(stderr, "printf: scnprintf\n"), failures++;
	return failures != 0;
}
