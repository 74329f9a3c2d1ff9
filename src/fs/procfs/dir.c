/*
 * dir.c - what all directories of /proc need to look up and to list.
 *
 * A cursor is a place in a table, not a count of what was emitted: entries that come and go do not shift the others.
 * Context: task, may sleep (an emitter copies to the user).     Tests: tests/abi/procfs.
 */
#include "node.h"
#include <lib/printf.h>
#include <lib/string.h>

int proc_parse_number(const struct name *name)
{
	uint64_t v = 0;

	if (!name->len || name->len > 10 || (name->len > 1 && name->s[0] == '0'))
		return -1;
	for (uint32_t i = 0; i < name->len; i++) {
		if (name->s[i] < '0' || name->s[i] > '9')
			return -1;
		v = v * 10 + (name->s[i] - '0');
	}
	return v <= 0x7fffffff ? (int)v : -1;
}

bool proc_name_is(const struct name *n, const char *s) { return strlen(s) == n->len && !memcmp(n->s, s, n->len); }

static uint64_t made_up_ino(const struct inode *dir, uint64_t n) { return (dir->ino << 20 ^ n) + 1; }

bool proc_emit_dots(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	if (*pos == 0 && !dir_emit(e, ".", 1, f->inode->ino, DT_IS_DIR, ++*pos))
		return --*pos, false;
	if (*pos == 1 && !dir_emit(e, "..", 2, f->inode->ino, DT_IS_DIR, ++*pos))
		return --*pos, false;
	return true;
}

bool proc_emit(struct file *f, struct dir_emitter *e, loff_t *pos, const char *name, unsigned type)
{
	if (!dir_emit(e, name, strlen(name), made_up_ino(f->inode, *pos), type, *pos + 1))
		return false;
	++*pos;
	return true;
}

int proc_number_readdir(struct file *f, struct dir_emitter *e, loff_t *pos, int (*next)(struct file *f, struct task *t, int from),
			unsigned type)
{
	struct task *t = proc_node_task(proc_node(f->inode));
	char name[12];

	if (!t)
		return -ENOENT;
	if (proc_emit_dots(f, e, pos))
		for (;;) {
			int nr = next(f, t, *pos - 2);

			if (nr < 0)
				break;
			snprintf(name, sizeof name, "%d", nr);
			*pos = nr + 2;
			if (!proc_emit(f, e, pos, name, type))
				break;
		}
	task_put(t);
	return 0;
}
