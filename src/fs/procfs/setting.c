/*
 * setting.c - integers of /proc/sys with a range: shown, parsed and stored as Linux does it.
 *
 * A setting is a single word that its owner reads without a lock; a store is seen as a whole or not at all.
 * Context: task.
 */
#include "procfs_priv.h"
#include <fs/file.h>
#include <lib/string.h>
#include <mm/commit.h>
#include <mm/page.h>

/* One number with blanks around it; more numbers, or anything else, is an error. */
static int parse(const char *text, int64_t *out)
{
	bool negative;
	uint64_t v;
	int err;

	while (*text == ' ' || *text == '\t' || *text == '\n')
		text++;
	negative = *text == '-';
	text += negative;
	err = str_parse_u64(&text, 10, &v);
	while (*text == ' ' || *text == '\t' || *text == '\n')
		text++;
	if (err || *text || (int64_t)v < 0)
		return -EINVAL;
	*out = negative ? -(int64_t)v : (int64_t)v;
	return 0;
}

int proc_show_setting(struct text_buf *b, void *arg)
{
	const struct proc_setting *s = arg;

	return text_printf(b, "%ld\n", s->is_wide ? (long)load_relaxed((uint64_t *)s->at) : (long)load_relaxed((int *)s->at));
}

int proc_store_setting(char *text, size_t len, void *arg)
{
	const struct proc_setting *s = arg;
	int64_t v;

	if (parse(text, &v) || v < s->min || v > s->max)
		return -EINVAL;
	if (s->is_wide)
		store_relaxed((uint64_t *)s->at, (uint64_t)v);   /* relaxed: a word of its own */
	else
		store_relaxed((int *)s->at, (int)v);
	return 0;
}

#define INT(name, where, low, high)  struct proc_setting proc_set_##name = { .at = &where, .min = low, .max = high }
#define WIDE(name, where)            struct proc_setting proc_set_##name = { .at = &where, .is_wide = true, .max = INT64_MAX }

INT(map_count, map_count_max, 0, INT32_MAX);
INT(overcommit_memory, commit_mode, 0, 2);
INT(overcommit_ratio, commit_ratio, 0, INT32_MAX);
WIDE(overcommit_kbytes, commit_kbytes);
WIDE(admin_reserve, commit_admin_reserve_kbytes);
WIDE(user_reserve, commit_user_reserve_kbytes);
INT(oom_panic, mm_oom_settings.panic, 0, 2);
INT(oom_kill_allocating, mm_oom_settings.kill_allocating, 0, INT32_MAX);
WIDE(file_max, file_max);
INT(nr_open, nr_open_max, 8, INT32_MAX / 8);

int proc_store_file_max(char *text, size_t len, void *arg)
{
	int err = proc_store_setting(text, len, arg);

	if (!err)
		file_limit_changed();
	return err;
}

/* As Linux: kbytes and ratio exclude each other; setting one clears the other. */
int proc_store_overcommit_kbytes(char *text, size_t len, void *arg)
{
	int err = proc_store_setting(text, len, arg);

	if (!err)
		store_relaxed(&commit_ratio, 0);
	return err;
}

int proc_store_overcommit_ratio(char *text, size_t len, void *arg)
{
	int err = proc_store_setting(text, len, arg);

	if (!err)
		store_relaxed(&commit_kbytes, 0);
	return err;
}
