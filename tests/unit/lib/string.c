/* unit: */
/* Each function beside the host's, with overlaps, edges and every short length. */
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <errno.h>
#define memcpy our_memcpy
#define memmove our_memmove
#define memset our_memset
#define memcmp our_memcmp
#define memchr our_memchr
#define strlen our_strlen
#define strnlen our_strnlen
#define strcmp our_strcmp
#define strncmp our_strncmp
#define strchr our_strchr
#define strrchr our_strrchr
#define strstr our_strstr
#include "../../../src/lib/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef memchr
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strchr
#undef strrchr
#undef strstr

#define CHECK(cond) do { if (!(cond)) { fprintf(stderr, "string: line %d: %s\n", __LINE__, #cond); exit(1); } } while (0)
static int sign(int x) { return (x > 0) - (x < 0); }

static void check_moves(void)
{
	for (int n = 0; n < 40; n++)
		for (int from = 0; from < 40; from++)
			for (int to = 0; to < 40; to++) {
				char a[96], b[96];
				for (int i = 0; i < 96; i++)
					a[i] = b[i] = (char)i;
				our_memmove(a + to, a + from, n);
				memmove(b + to, b + from, n);
				CHECK(!memcmp(a, b, 96));
			}
}

static void check_words(void)
{
	for (int n = 0; n < 96; n += 8)
		for (int at = 0; at < 16; at++) {
			char a[128], b[128];

			for (int i = 0; i < 128; i++)
				a[i] = (char)~i, b[i] = (char)i;
			words_copy(a + at, b, n);
			for (int i = 0; i < 128; i++)
				CHECK(a[i] == (i >= at && i < at + n ? b[i - at] : (char)~i));
			words_zero(a + at, n);
			for (int i = 0; i < 128; i++)
				CHECK(a[i] == (i >= at && i < at + n ? 0 : (char)~i));
		}
}

static void check_compare(void)
{
	for (int i = 0; i < 20000; i++) {
		char a[24], b[24];
		for (int j = 0; j < 24; j++)
			a[j] = (char)(rand() % 3 ? 7 : rand()), b[j] = rand() % 8 ? a[j] : (char)rand();
		a[23] = b[23] = 0;
		CHECK(sign(our_memcmp(a, b, i % 25)) == sign(memcmp(a, b, i % 25)));
		CHECK(sign(our_strcmp(a, b)) == sign(strcmp(a, b)));
		CHECK(sign(our_strncmp(a, b, i % 25)) == sign(strncmp(a, b, i % 25)));
		CHECK(our_strlen(a) == strlen(a) && our_strnlen(a, i % 25) == strnlen(a, i % 25));
		CHECK(our_strchr(a, 7) == strchr(a, 7) && our_strrchr(a, 7) == strrchr(a, 7));
		CHECK(our_memchr(a, 7, i % 25) == memchr(a, 7, i % 25));
	}
	CHECK(our_strstr("abcabd", "abd") && !our_strstr("abcab", "abd"));
	const char *s = "x";
	CHECK(our_strstr(s, "") == s);
}

static void check_parse(const char *text, unsigned base, int result, uint64_t value, int rest)
{
	const char *p = text;
	uint64_t v = 0;
	CHECK(str_parse_u64(&p, base, &v) == result);
	if (!result)
		CHECK(v == value && (int)strlen(p) == rest);
	else
		CHECK(p == text);
}

int main(void)
{
	char small[4];

	check_moves();
	check_words();
	check_compare();
	check_parse("123x", 10, 0, 123, 1);
	check_parse("0x1fg", 0, 0, 0x1f, 1);
	check_parse("017", 0, 0, 15, 0);
	check_parse("0xg", 0, 0, 0, 2);
	check_parse("18446744073709551615", 10, 0, ~0ull, 0);
	check_parse("18446744073709551616", 10, -ERANGE, 0, 0);
	check_parse("", 10, -EINVAL, 0, 0);
	check_parse("-1", 10, -EINVAL, 0, 0);
	CHECK(str_copy(small, "abc", 4) == 3 && !strcmp(small, "abc"));
	CHECK(str_copy(small, "abcd", 4) == -E2BIG && !strcmp(small, "abc"));
	CHECK(str_has_prefix("abc", "ab") && !str_has_prefix("ab", "abc"));
	return 0;
}
