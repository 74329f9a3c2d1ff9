/*
 * cpio.c - reading cpio archives; see cpio.h for the form.
 *
 * Every length is checked against what is left before it is used: the archive comes from
 * outside. Pure functions, any context. Tests: tests/unit/fs/cpio.c.
 */
#include "cpio.h"
#include <lib/string.h>
#include <base/err.h>

#define HEADER_LEN 110
#define NR_FIELDS  13
#define NAME_LIMIT 4096

static bool parse_hex(const char *s, uint32_t *out)
{
	uint32_t v = 0;

	for (int i = 0; i < 8; i++) {
		char c = s[i];
		unsigned digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 16;

		if (digit == 16)
			return false;
		v = v << 4 | digit;
	}
	*out = v;
	return true;
}

static int fail(const char **why, const char *what)
{
	*why = what;
	return -EINVAL;
}

static void fill(struct cpio_entry *e, const uint32_t f[NR_FIELDS])
{
	e->ino = f[0];
	e->mode = f[1];
	e->uid = f[2];
	e->gid = f[3];
	e->nlink = f[4];
	e->mtime = f[5];
	e->data_len = f[6];
	e->dev_major = f[7];
	e->dev_minor = f[8];
	e->rdev_major = f[9];
	e->rdev_minor = f[10];
}

static int parse_entry(const char *p, size_t left, struct cpio_entry *e, size_t *entry_len, const char **why)
{
	uint32_t f[NR_FIELDS];
	size_t name_end, data_end;

	if (left < HEADER_LEN)
		return fail(why, "truncated header");
	if (memcmp(p, "070701", 6) && memcmp(p, "070702", 6))
		return fail(why, p[0] == 0x1f && (unsigned char)p[1] == 0x8b ? "compressed archive (not supported)" : "bad magic");
	for (int i = 0; i < NR_FIELDS; i++)
		if (!parse_hex(p + 6 + 8 * i, &f[i]))
			return fail(why, "bad number in header");
	fill(e, f);
	if (!f[11] || f[11] > NAME_LIMIT)
		return fail(why, "bad length of name");
	if (left - HEADER_LEN < f[11])
		return fail(why, "truncated name");
	if (p[HEADER_LEN + f[11] - 1])
		return fail(why, "name is not terminated");
	e->name = p + HEADER_LEN;
	e->name_len = strnlen(e->name, f[11]);
	name_end = ALIGN_UP(HEADER_LEN + (size_t)f[11], 4);
	data_end = name_end + e->data_len;
	if (data_end > left)
		return fail(why, "truncated data");
	e->data = p + name_end;
	*entry_len = MIN(ALIGN_UP(data_end, 4), left);
	return 1;
}

int cpio_next(const void *archive, size_t len, size_t *offset, struct cpio_entry *out, const char **why)
{
	const char *bytes = archive;
	bool ended = false;

	for (;;) {
		size_t entry_len;
		int got;

		while (*offset < len && !bytes[*offset])
			*offset += 1;
		memset(out, 0, sizeof *out);
		if (*offset >= len)
			return ended ? 0 : fail(why, "no end mark");
		got = parse_entry(bytes + *offset, len - *offset, out, &entry_len, why);
		if (got < 0)
			return got;
		*offset += entry_len;
		if (strcmp(out->name, "TRAILER!!!"))
			return 1;
		ended = true;
		/* Zeroes up to the next archive may follow. */
	}
}
