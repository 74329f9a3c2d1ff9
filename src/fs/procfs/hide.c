/*
 * hide.c - the options of a mounted /proc, and what they hide: hidepid=, gid=, subset=.
 *
 * Where processes are hidden, the mode of a process's directory is 0 (stat(2) still tells 0555), so that every walk through
 * it comes to proc_pid_beyond_mode(). What was looked up before a remount is found stale (super.c); but as on Linux, who may
 * not inspect finds a directory all the same that is remembered from another, and is refused.
 * Options are single words, changed by a remount.     Context: options: task, may sleep; rules: RCU.
 * Tests: tests/abi/mount/proc_hidepid.c.
 */
#include "node.h"
#include <fs/filesystems.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <task/user_ns.h>

static const char *const hide_names[] = {
	[PROC_HIDE_NOTHING] = "off", [PROC_HIDE_CONTENTS] = "noaccess", [PROC_HIDE_ALL] = "invisible", [PROC_HIDE_UNTRACED] = "ptraceable",
};

/* ---- options ---- */

static int parse_hide(const char *value, struct proc_options *o)
{
	uint64_t v;

	for (unsigned i = 0; i < ARRAY_SIZE(hide_names); i++)
		if (hide_names[i] && !strcmp(value, hide_names[i])) {
			o->hide = i;
			return 0;
		}
	if (proc_parse_value(value, 0, &v) || v >= ARRAY_SIZE(hide_names) || !hide_names[v])
		return -EINVAL;
	o->hide = (unsigned)v;
	return 0;
}

static int parse_option(char *word, struct proc_options *o)
{
	char *value = strchr(word, '=');
	uint64_t v;

	if (!value || !value[1])
		return -EINVAL;
	*value++ = '\0';
	if (!strcmp(word, "hidepid"))
		return parse_hide(value, o);
	if (!strcmp(word, "subset")) {
		o->only_pids = true;
		return strcmp(value, "pid") ? -EINVAL : 0;
	}
	if (strcmp(word, "gid") || proc_parse_value(value, 0, &v) || v > UINT32_MAX)
		return -EINVAL;
	o->gid = gid_taken((uint32_t)v);
	return 0;
}

int proc_options_parse(const char *text, struct proc_options *o)
{
	char *copy = kstrndup(text ? text : "", text ? strlen(text) : 0), *next;
	int err = copy ? 0 : -ENOMEM;

	for (char *word = copy; word && !err; word = next) {
		next = strchr(word, ',');
		if (next)
			*next++ = '\0';
		if (*word)
			err = parse_option(word, o);
	}
	kfree(copy);
	return err;
}

int proc_show_options(struct super *s, char *buf, size_t size)
{
	const struct proc_options *o = proc_options(s);
	uint32_t hide = load_relaxed(&o->hide), gid = load_relaxed(&o->gid);
	size_t n = 0;

	buf[0] = '\0';
	if (gid)
		n += (size_t)scnprintf(buf + n, size - n, ",gid=%u", gid == ID_NONE ? ID_OVERFLOW : gid_shown(gid));
	if (hide)
		n += (size_t)scnprintf(buf + n, size - n, ",hidepid=%s", hide_names[hide]);
	if (load_relaxed(&o->only_pids))
		scnprintf(buf + n, size - n, ",subset=pid");
	return 0;
}

int proc_remount(struct super *s, unsigned flags, const char *text)
{
	struct proc_options *at = proc_options(s), o = *at;
	int err = proc_options_parse(text, &o);

	if (err)
		return err;
	store_relaxed(&at->hide, o.hide);       /* relaxed: each is a word of its own */
	store_relaxed(&at->gid, o.gid);
	store_relaxed(&at->only_pids, o.only_pids);
	return 0;
}

int proc_check_option(const char *option)
{
	struct proc_options o = { 0 };

	return proc_options_parse(option, &o);
}

/* ---- rules ---- */

bool proc_is_told_of(const struct super *s, struct task *t, unsigned from)
{
	const struct proc_options *o = proc_options(s);
	unsigned hide = load_relaxed(&o->hide);         /* relaxed: a setting */

	if (likely(hide < from))
		return true;
	if (hide != PROC_HIDE_UNTRACED && cred_has_group(cred_current(), load_relaxed(&o->gid)))
		return true;
	return proc_may_inspect(t);
}

int proc_pid_beyond_mode(const struct inode *i, int mask)
{
	struct task *t = proc_node_task(proc_node(i));
	int err = -ESRCH;

	if (t) {
		err = proc_is_told_of(i->super, t, PROC_HIDE_CONTENTS) ? 0 :
			load_relaxed(&proc_options(i->super)->hide) == PROC_HIDE_ALL ? -ENOENT : -EPERM;
		task_put(t);
	}
	return err;
}
