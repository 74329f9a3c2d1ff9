/*
 * core.c - the settings of core dumps.
 *
 * Lock: pattern_lock (leaf) guards the pattern; the others are single words.   Context: task.
 */
#include <task/core.h>
#include <base/err.h>
#include <lib/string.h>
#include <sync/spinlock.h>

int suid_dumpable, core_uses_pid;
static struct spinlock pattern_lock = SPINLOCK_INIT(RANK_LEAF);
static char pattern[CORE_PATTERN_MAX] = "core";

void core_pattern_get(char out[CORE_PATTERN_MAX])
{
	spin_lock(&pattern_lock);
	memcpy(out, pattern, sizeof pattern);
	spin_unlock(&pattern_lock);
}

int core_pattern_set(const char *text, size_t len)
{
	size_t n = 0;

	if (len && *text == '|')
		return -EINVAL;
	while (n < len && n < sizeof pattern - 1 && text[n] && text[n] != '\n')
		n++;
	spin_lock(&pattern_lock);
	memcpy(pattern, text, n);
	pattern[n] = '\0';
	spin_unlock(&pattern_lock);
	return 0;
}
