/*
 * printf.c - formatted output into memory; see lib/printf.h for the conversions.
 *
 * A conversion is parsed into a struct spec, turned into digits or a string, and
 * padded by one function. Nothing is written past `end`, but all is counted.
 * Pure function, any context. Tests: tests/unit/lib/printf.c.
 */
#include <lib/printf.h>
#include <lib/string.h>
#include <lib/symbols.h>

struct out { char *p, *end; size_t count; };

struct spec {
	bool left, zero, plus, space, alt, upper, has_precision;
	int width, precision;
	unsigned size;                          /* bytes of the integer argument */
};

static void put(struct out *o, char c)
{
	if (o->p < o->end)
		*o->p++ = c;
	o->count++;
}

static void pad(struct out *o, char c, int n)
{
	while (n-- > 0)
		put(o, c);
}

static void put_string(struct out *o, const struct spec *s, const char *str)
{
	int len = s->has_precision ? (int)strnlen(str, s->precision) : (int)strlen(str);

	if (!s->left)
		pad(o, ' ', s->width - len);
	for (int i = 0; i < len; i++)
		put(o, str[i]);
	if (s->left)
		pad(o, ' ', s->width - len);
}

/* prefix is the sign or 0x, at most two characters, not counted as digits. */
static void put_number(struct out *o, const struct spec *s, uint64_t v, unsigned base, const char *prefix)
{
	char digits[24];
	int n = 0, zeros, total;

	while (v) {
		digits[n++] = (s->upper ? "0123456789ABCDEF" : "0123456789abcdef")[v % base];
		v /= base;
	}
	if (!n && !(s->has_precision && !s->precision))
		digits[n++] = '0';
	zeros = s->has_precision ? s->precision - n : 0;
	if (zeros < 0)
		zeros = 0;
	total = (int)strlen(prefix) + zeros + n;
	if (s->zero && !s->left && !s->has_precision && s->width > total) {
		zeros += s->width - total;
		total = s->width;
	}
	if (!s->left)
		pad(o, ' ', s->width - total);
	while (*prefix)
		put(o, *prefix++);
	pad(o, '0', zeros);
	while (n)
		put(o, digits[--n]);
	if (s->left)
		pad(o, ' ', s->width - total);
}

static void put_signed(struct out *o, const struct spec *s, int64_t v)
{
	const char *sign = v < 0 ? "-" : s->plus ? "+" : s->space ? " " : "";

	put_number(o, s, v < 0 ? -(uint64_t)v : (uint64_t)v, 10, sign);
}

static void put_symbol(struct out *o, const struct spec *s, uintptr_t addr)
{
	const char *name;
	uintptr_t offset;
	struct spec hex = { .alt = true };

	if (!symbol_find(addr, &name, &offset)) {
		put_number(o, &hex, addr, 16, "0x");
		return;
	}
	put_string(o, s, name);
	put(o, '+');
	put_number(o, &hex, offset, 16, "0x");
}

static const char *parse_flags(const char *f, struct spec *s)
{
	for (;; f++) {
		switch (*f) {
		case '-': s->left = true; break;
		case '0': s->zero = true; break;
		case '+': s->plus = true; break;
		case ' ': s->space = true; break;
		case '#': s->alt = true; break;
		default: return f;
		}
	}
}

static const char *parse_count(const char *f, int *out, int from_star)
{
	if (*f == '*') {
		*out = from_star;
		return f + 1;
	}
	for (*out = 0; *f >= '0' && *f <= '9'; f++)
		*out = *out * 10 + (*f - '0');
	return f;
}

static const char *parse_size(const char *f, struct spec *s)
{
	s->size = sizeof(int);
	switch (*f) {
	case 'h':
		s->size = f[1] == 'h' ? 1 : 2;
		return f + (s->size == 1 ? 2 : 1);
	case 'l':
		s->size = 8;
		return f + (f[1] == 'l' ? 2 : 1);
	case 'z': case 'j': case 't':
		s->size = 8;
		return f + 1;
	}
	return f;
}

static int64_t sign_extend(uint64_t v, unsigned size)
{
	return size == 8 ? (int64_t)v : size == 4 ? (int32_t)v : size == 2 ? (int16_t)v : (int8_t)v;
}

static uint64_t zero_extend(uint64_t v, unsigned size)
{
	return size == 8 ? v : v & ((1ull << size * 8) - 1);
}

int vsnprintf(char *buf, size_t size, const char *f, va_list ap)
{
	struct out o = { buf, size ? buf + size - 1 : buf, 0 };

	while (*f) {
		struct spec s = { 0 };
		uint64_t v;

		if (*f != '%') {
			put(&o, *f++);
			continue;
		}
		f = parse_flags(f + 1, &s);
		f = parse_count(f, &s.width, *f == '*' ? va_arg(ap, int) : 0);
		if (s.width < 0) {
			s.left = true;
			s.width = -s.width;
		}
		if (*f == '.') {
			f++;
			f = parse_count(f, &s.precision, *f == '*' ? va_arg(ap, int) : 0);
			s.has_precision = s.precision >= 0;
		}
		f = parse_size(f, &s);
		switch (*f) {
		case 'd': case 'i':
			v = s.size == 8 ? va_arg(ap, uint64_t) : va_arg(ap, unsigned);
			put_signed(&o, &s, sign_extend(v, s.size));
			break;
		case 'u': case 'x': case 'X': case 'o':
			v = zero_extend(s.size == 8 ? va_arg(ap, uint64_t) : va_arg(ap, unsigned), s.size);
			s.upper = *f == 'X';
			put_number(&o, &s, v, *f == 'u' ? 10 : *f == 'o' ? 8 : 16,
				   !s.alt || !v || *f == 'u' ? "" : *f == 'o' ? "0" : s.upper ? "0X" : "0x");
			break;
		case 'c': {
			char c[2] = { (char)va_arg(ap, int), 0 };

			pad(&o, ' ', s.left ? 0 : s.width - 1);
			put(&o, c[0]);
			pad(&o, ' ', s.left ? s.width - 1 : 0);
			break;
		}
		case 's': {
			const char *str = va_arg(ap, const char *);

			put_string(&o, &s, str ? str : "(null)");
			break;
		}
		case 'p':
			v = (uintptr_t)va_arg(ap, void *);
			if (f[1] == 'S') {
				f++;
				put_symbol(&o, &s, v);
			} else {
				put_number(&o, &s, v, 16, "0x");
			}
			break;
		case '%':
			put(&o, '%');
			break;
		default:                        /* an unknown conversion shows itself */
			put(&o, '%');
			if (*f)
				put(&o, *f);
		}
		if (*f)
			f++;
	}
	if (size)
		*o.p = '\0';
	return (int)o.count;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return size == 0 ? 0 : n >= (int)size ? (int)size - 1 : n;
}
