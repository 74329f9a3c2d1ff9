/*
 * setting.c - integers of /proc/sys with a range: shown, parsed and stored as Linux does it.
 *
 * A setting is a single word that its owner reads without a lock; a store is seen as a whole or not at all.
 * Context: task.
 */
#include "procfs_priv.h"
#include <fs/file.h>
#include <fs/hugetlb.h>
#include <fs/names.h>
#include <fs/namespace.h>
#include <fs/notify.h>
#include <fs/proc_ipc.h>
#include <lib/string.h>
#include <mm/commit.h>
#include <mm/page.h>
#include <task/pid.h>
#include <task/process.h>
#include <trace/klog.h>

#define WORD_MAX 20u                            /* what a longer word says, Linux does not look at */

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void skip_blanks(const char **s, const char *end)
{
	while (*s < end && is_blank(**s))
		++*s;
}

int proc_number_next(const char **at, const char *end, uint64_t *out, bool *negative)
{
	const char *s, *word;

	skip_blanks(at, end);
	word = s = *at;
	*negative = end - s > 1 && *s == '-';
	s += *negative;
	if (s == end || str_parse_u64(&s, 0, out) || s - word > WORD_MAX)
		return -EINVAL;
	if (s < end && *s != ' ' && *s != '\t' && *s != '\n')
		return -EINVAL;
	skip_blanks(&s, end);
	*at = s;
	return 0;
}

int proc_int_next(const char **at, const char *end, int64_t *out)
{
	const char *s = *at;
	bool negative;
	uint64_t v;

	if (proc_number_next(&s, end, &v, &negative) || v > (uint64_t)INT32_MAX + negative)
		return -EINVAL;
	*out = negative ? -(int64_t)v : (int64_t)v;
	*at = s;
	return 0;
}

int proc_parse_value(const char *text, unsigned base, uint64_t *out)
{
	const char *s = text + (*text == '+');
	int err = str_parse_u64(&s, base, out);

	if (!err)
		err = *s && strcmp(s, "\n") ? -EINVAL : 0;
	return err;
}

int proc_parse_signed(char *text, int64_t *out)
{
	size_t len;
	uint64_t v;
	bool negative;
	int err;

	while (is_blank(*text))
		text++;
	for (len = strlen(text); len && is_blank(text[len - 1]);)
		text[--len] = '\0';
	negative = *text == '-';
	err = proc_parse_value(text + negative, 0, &v);
	if (!err && v > (uint64_t)INT32_MAX + negative)
		err = -ERANGE;
	*out = negative ? -(int64_t)v : (int64_t)v;
	return err;
}

int proc_show_setting(struct text_buf *b, void *arg)
{
	const struct proc_setting *s = arg;

	if (s->is_wide)
		return text_printf(b, "%lu\n", load_relaxed((uint64_t *)s->at));
	return text_printf(b, "%d\n", load_relaxed((int *)s->at));
}

/* What stands behind the number is not taken. */
int proc_store_setting(char *text, size_t len, void *arg)
{
	const struct proc_setting *s = arg;
	const char *at = text, *end = text + len;
	bool negative;
	uint64_t word;
	int64_t v;

	if (s->is_wide || s->is_count) {
		if (proc_number_next(&at, end, &word, &negative) || negative || word < (uint64_t)s->min || word > (uint64_t)s->max)
			return -EINVAL;
		if (s->is_wide)
			store_relaxed((uint64_t *)s->at, word);         /* relaxed: a word of its own */
		else
			store_relaxed((int *)s->at, (int)word);
	} else {
		if (proc_int_next(&at, end, &v) || v < s->min || v > s->max)
			return -EINVAL;
		store_relaxed((int *)s->at, (int)v);
	}
	return at < end && !s->takes_rest ? (int)(at - text) : 0;
}

int proc_show_printk(struct text_buf *b, void *arg)
{
	const int *l = klog_levels;

	return text_printf(b, "%d\t%d\t%d\t%d\n", load_relaxed(&l[0]), load_relaxed(&l[1]), load_relaxed(&l[2]), load_relaxed(&l[3]));
}

/* One to four numbers; as in Linux, those before a bad one are taken. */
int proc_store_printk(char *text, size_t len, void *arg)
{
	const char *at = text, *end = text + len;
	unsigned n = 0;
	int64_t v;

	do {
		if (proc_int_next(&at, end, &v))
			return -EINVAL;
		store_relaxed(&klog_levels[n++], (int)v);
	} while (at < end && n < ARRAY_SIZE(klog_levels));
	return at < end ? (int)(at - text) : 0;
}

/* What cannot be changed here: the value in force may be written, no other. */
int proc_store_fixed(char *text, size_t len, void *arg)
{
	const struct proc_setting *s = arg;
	const char *at = text, *end = text + len;
	int64_t v;

	if (proc_int_next(&at, end, &v) || at < end)
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
#define COUNT(name, where)           struct proc_setting proc_set_##name = { .at = &where, .is_count = true, .max = INT32_MAX }
#define WIDE_ANY(name, where)        struct proc_setting proc_set_##name = { .at = &where, .is_wide = true, .max = -1 }
#define WIDE(name, where)            struct proc_setting proc_set_##name = { .at = &where, .is_wide = true, .max = INT64_MAX }

INT(map_count, map_count_max, 0, INT32_MAX);
INT(overcommit_memory, commit_mode, 0, 2);
INT(overcommit_ratio, commit_ratio, INT32_MIN, INT32_MAX);
WIDE_ANY(overcommit_kbytes, commit_kbytes);
WIDE_ANY(admin_reserve, commit_admin_reserve_kbytes);
WIDE_ANY(user_reserve, commit_user_reserve_kbytes);
INT(oom_panic, mm_oom_settings.panic, 0, 2);
INT(oom_kill_allocating, mm_oom_settings.kill_allocating, INT32_MIN, INT32_MAX);
WIDE(file_max, file_max);
INT(randomize, randomize_va_space, INT32_MIN, INT32_MAX);
INT(hugetlb_group, hugetlb_shm_group, INT32_MIN, INT32_MAX);
WIDE(hugetlb_overcommit, hugetlb_overcommit);

INT(suid_dumpable, suid_dumpable, DUMPABLE_NOT, DUMPABLE_ROOT);
INT(core_uses_pid, core_uses_pid, INT32_MIN, INT32_MAX);
struct proc_setting proc_set_nr_open = { .at = &nr_open_max, .takes_rest = true, .min = 64, .max = INT32_MAX / 64 * 64 };
INT(mount_max, mount_max, 1, INT32_MAX);
INT(pid_max, pid_max, 301, 4194304);
INT(dir_notify, dir_notify_enable, INT32_MIN, INT32_MAX);
INT(lease_break_time, lease_break_time, INT32_MIN, INT32_MAX);
INT(leases_enable, leases_enable, INT32_MIN, INT32_MAX);
INT(inotify_events, inotify_max_events, 0, INT32_MAX);
COUNT(inotify_instances, inotify_max_instances);
COUNT(inotify_watches, inotify_max_watches);
INT(hardlinks, protected_hardlinks, 0, 1);
INT(symlinks, protected_symlinks, 0, 1);
INT(fifos, protected_fifos, 0, 2);
INT(regular, protected_regular, 0, 2);

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
