/*
 * setting.c - integers of /proc/sys with a range: shown, parsed and stored as Linux does it.
 *
 * A setting is a single word that its owner reads without a lock; a store is seen as a whole or not at all.
 * Context: task.
 */
#include "procfs_priv.h"
#include <fs/file.h>
#include <fs/hugetlb.h>
#include <fs/namespace.h>
#include <lib/string.h>
#include <mm/commit.h>
#include <mm/page.h>
#include <task/process.h>
#include <trace/klog.h>

static const char *skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\n')
		s++;
	return s;
}

/* The number at *text, and the blanks before and behind it. 0 or -EINVAL. */
static int parse(const char **text, int64_t *out)
{
	const char *s = skip_blanks(*text), *digits;
	bool negative = *s == '-';
	unsigned base = 10;
	uint64_t v;

	s += negative;
	if (s[0] == '0' && (s[1] | 0x20) == 'x') {
		base = 16;
		s += 2;
	} else if (s[0] == '0') {
		base = 8;
	}
	digits = s;
	if (str_parse_u64(&s, base, &v) || s == digits || (int64_t)v < 0)
		return -EINVAL;
	if (*s && *s != ' ' && *s != '\t' && *s != '\n')
		return -EINVAL;
	*text = skip_blanks(s);
	*out = negative ? -(int64_t)v : (int64_t)v;
	return 0;
}

int proc_parse_int(const char *text, int64_t *out)
{
	int err = parse(&text, out);

	return !err && *text ? -EINVAL : err;
}

int proc_show_setting(struct text_buf *b, void *arg)
{
	const struct proc_setting *s = arg;

	return text_printf(b, "%ld\n", s->is_wide ? (long)load_relaxed((uint64_t *)s->at) : (long)load_relaxed((int *)s->at));
}

int proc_store_setting(char *text, size_t len, void *arg)
{
	const struct proc_setting *s = arg;
	const char *end = text;
	int64_t v;

	if (parse(&end, &v) || v < s->min || v > s->max)
		return -EINVAL;
	if (s->is_wide)
		store_relaxed((uint64_t *)s->at, (uint64_t)v);   /* relaxed: a word of its own */
	else
		store_relaxed((int *)s->at, (int)v);
	return *end ? (int)(end - text) : 0;    /* what stands behind the number is not taken */
}

int proc_show_printk(struct text_buf *b, void *arg)
{
	const int *l = klog_levels;

	return text_printf(b, "%d\t%d\t%d\t%d\n", load_relaxed(&l[0]), load_relaxed(&l[1]), load_relaxed(&l[2]), load_relaxed(&l[3]));
}

/* One to four numbers; as in Linux, those before a bad one are taken. */
int proc_store_printk(char *text, size_t len, void *arg)
{
	const char *at = text;
	unsigned n = 0;
	int64_t v;

	do {
		if (parse(&at, &v) || v < INT32_MIN || v > INT32_MAX)
			return -EINVAL;
		store_relaxed(&klog_levels[n++], (int)v);
	} while (*at && n < ARRAY_SIZE(klog_levels));
	return *at ? (int)(at - text) : 0;
}

/* What cannot be changed here: the value in force may be written, no other. */
int proc_store_fixed(char *text, size_t len, void *arg)
{
	const struct proc_setting *s = arg;
	int64_t v;

	if (proc_parse_int(text, &v))
		return -EINVAL;
	return v == (s->is_wide ? *(int64_t *)s->at : *(int *)s->at) ? 0 : -EINVAL;
}

/* Facts that Linux lets one set and that are what they are here. */
static int zero = 0, one = 1, overflow_id = 65534, mmap_min = 65536, rr_slice_ms = 100;
#define FIXED(name, where) struct proc_setting proc_set_##name = { .at = &where }
FIXED(zero, zero);
FIXED(one, one);
FIXED(overflow_id, overflow_id);
FIXED(mmap_min, mmap_min);
FIXED(rr_slice, rr_slice_ms);

#define INT(name, where, low, high)  struct proc_setting proc_set_##name = { .at = &where, .min = low, .max = high }
#define WIDE(name, where)            struct proc_setting proc_set_##name = { .at = &where, .is_wide = true, .max = INT64_MAX }

INT(map_count, map_count_max, 0, INT32_MAX);
INT(overcommit_memory, commit_mode, 0, 2);
INT(overcommit_ratio, commit_ratio, INT32_MIN, INT32_MAX);
WIDE(overcommit_kbytes, commit_kbytes);
WIDE(admin_reserve, commit_admin_reserve_kbytes);
WIDE(user_reserve, commit_user_reserve_kbytes);
INT(oom_panic, mm_oom_settings.panic, 0, 2);
INT(oom_kill_allocating, mm_oom_settings.kill_allocating, 0, INT32_MAX);
WIDE(file_max, file_max);
INT(randomize, randomize_va_space, INT32_MIN, INT32_MAX);
INT(hugetlb_group, hugetlb_shm_group, INT32_MIN, INT32_MAX);
WIDE(hugetlb_overcommit, hugetlb_overcommit);

INT(suid_dumpable, suid_dumpable, DUMPABLE_NOT, DUMPABLE_ROOT);
INT(core_uses_pid, core_uses_pid, INT32_MIN, INT32_MAX);
INT(nr_open, nr_open_max, 8, INT32_MAX / 8);
INT(mount_max, mount_max, 1, INT32_MAX);

int proc_store_file_max(char *text, size_t len, void *arg)
{
	int err = proc_store_setting(text, len, arg);

	if (err >= 0)
		file_limit_changed();
	return err;
}

/* As Linux: kbytes and ratio exclude each other; setting one clears the other. */
int proc_store_overcommit_kbytes(char *text, size_t len, void *arg)
{
	int err = proc_store_setting(text, len, arg);

	if (err >= 0)
		store_relaxed(&commit_ratio, 0);
	return err;
}

int proc_store_overcommit_ratio(char *text, size_t len, void *arg)
{
	int err = proc_store_setting(text, len, arg);

	if (err >= 0)
		store_relaxed(&commit_kbytes, 0);
	return err;
}
