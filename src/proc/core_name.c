/*
 * core_name.c - the name of a core file: the pattern with its specifiers replaced, core(5).
 *
 * What comes from a program or from the host's name cannot leave the directory that the pattern names: a slash in it
 * becomes '!', and so do the dots of "." and "..".
 * Context: the dumping thread.
 */
#include <fs/file.h>
#include <lib/string.h>
#include <linux/resource.h>
#include <linux/utsname.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <sched/sched.h>
#include <task/uts.h>
#include <time/clock.h>
#include "core_priv.h"

static void add_harmless(struct text_buf *b, const char *s)
{
	const size_t start = b->len;

	if (!strcmp(s, ".") || !strcmp(s, "..")) {
		text_printf(b, "!%s", s + 1);
		return;
	}
	text_write(b, s, strlen(s));
	if (b->error)
		return;
	for (size_t i = start; i < b->len; i++)
		if (b->data[i] == '/')
			b->data[i] = '!';
}

/* The program's path, or its last part; its command's name where there is none. */
static void add_program(struct text_buf *b, const struct task *t, bool whole)
{
	struct path exe = { 0 };
	char *buf = kmalloc(PATH_MAX_LEN, 0), *s = NULL;
	int err = 0;

	mutex_lock(&t->space->lock);            /* another process may share it, prctl(PR_SET_MM) */
	if (t->space->exe) {
		exe = t->space->exe->path;
		path_get(&exe);
	}
	mutex_unlock(&t->space->lock);
	if (exe.dentry && buf)
		s = path_to_string(&exe, NULL, buf, PATH_MAX_LEN, &err);
	if (!s) {
		add_harmless(b, t->comm);
		if (whole)
			text_printf(b, " (path unknown)");
	} else if (whole) {
		add_harmless(b, s);
	} else {
		char *slash = strrchr(s, '/');

		add_harmless(b, slash ? slash + 1 : s);
	}
	if (exe.dentry)
		path_put(&exe);
	kfree(buf);
}

static void add_host(struct text_buf *b)
{
	char name[__NEW_UTS_LEN + 1];

	uts_get(UTS_NODE, name);
	add_harmless(b, name);
}

static void add_specifier(const struct core_dump *d, struct text_buf *b, char c)
{
	const struct task *t = d->task;

	switch (c) {
	case '%': text_printf(b, "%%"); break;
	case 'p': text_printf(b, "%d", pid_seen(t->process->pid)); break;
	case 'P': text_printf(b, "%d", t->process->pid->nr); break;
	case 'i': text_printf(b, "%d", pid_seen(t->pid)); break;
	case 'I': text_printf(b, "%d", t->pid->nr); break;
	case 'u': text_printf(b, "%u", cred_current()->uid); break;
	case 'g': text_printf(b, "%u", cred_current()->gid); break;
	case 'd': text_printf(b, "%d", d->dumpable); break;
	case 's': text_printf(b, "%d", d->info->si_signo); break;
	case 't': text_printf(b, "%lu", (unsigned long)(clock_realtime_ns() / NSEC_PER_SEC)); break;
	case 'c': text_printf(b, "%lu", d->limit); break;
	case 'C': text_printf(b, "%u", cpu_id()); break;
	case 'h': add_host(b); break;
	case 'e': add_harmless(b, t->comm); break;
	case 'f': add_program(b, t, false); break;
	case 'E': add_program(b, t, true); break;
	default: break;                         /* nothing stands for what is not known */
	}
}

int core_name(const struct core_dump *d, struct text_buf *b)
{
	char pattern[CORE_PATTERN_MAX];
	bool has_pid = false;

	core_pattern_get(pattern);
	for (const char *s = pattern; *s; s++) {
		if (*s != '%') {
			text_write(b, s, 1);
			continue;
		}
		if (!*++s)
			break;
		has_pid = has_pid || *s == 'p';
		add_specifier(d, b, *s);
	}
	if (!has_pid && load_relaxed(&core_uses_pid))
		text_printf(b, ".%d", pid_seen(d->task->process->pid));
	text_write(b, "", 1);
	return b->error;
}
