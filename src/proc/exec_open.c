/*
 * exec_open.c - exec: which file is run: the one that was named, or the interpreter that its #! line names.
 *
 *   I1  an opened program keeps writers out, until exec_close() or the end of the space whose exe it became
 *   I2  e->header is the start of e->file
 * Context: task, sleeps.
 */
#include <lib/string.h>
#include <task/user_ns.h>
#include "exec_priv.h"

static int exec_permission(const struct path *p)
{
	struct inode *i = p->dentry->inode;

	if (S_ISLNK(i->mode))
		return -ELOOP;
	if (!S_ISREG(i->mode) || (p->mnt->flags & MS_NOEXEC))
		return -EACCES;
	return inode_permission(i, MAY_EXEC);
}

int exec_open(int dirfd, const char *path, unsigned walk, struct file **out)
{
	struct path p;
	struct file *f;
	int err = path_lookup(dirfd, path, walk, &p);

	if (err)
		return err;
	err = exec_permission(&p);
	if (!err)
		err = file_alloc(p.dentry->inode->fops, &p, NULL, O_RDONLY, &f);
	path_put(&p);
	if (err)
		return err;
	if (f->ops->open)
		err = f->ops->open(f->inode, f);
	if (!err)
		err = file_deny_write(f);
	if (err) {
		file_put(f);
		return err;
	}
	*out = f;
	return 0;
}

void exec_close(struct file *f)
{
	file_allow_write(f);
	file_put(f);
}

void exec_note_secret(struct exec *e, const struct inode *i)
{
	struct user_ns *u = e->secrets_ns;

	if (likely(!inode_permission((struct inode *)i, MAY_READ)))
		return;
	e->is_secret = true;
	while (u != &user_ns_initial && !user_ns_knows(u, load_relaxed(&i->uid), load_relaxed(&i->gid)))
		u = user_ns_of(u->ns.owner);
	e->secrets_ns = u;
}

static int header_read(struct exec *e)
{
	ssize_t n = file_read_kernel(e->file, e->header, EXEC_HEADER_SIZE, 0);

	if (n < 0)
		return (int)n;
	e->header_len = (size_t)n;
	exec_note_secret(e, e->file->inode);
	return 0;
}

/* ---- #! lines ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * The words of a #! line: the interpreter, and all the rest as one argument. line is terminated
 * and starts after "#!"; whole: the line's end was seen, or the file's. 0, -ENOEXEC, -EACCES (the file ended before a name).
 */
static int script_split(char *line, bool newline, bool whole, char **interp, char **arg)
{
	char *s = line, *end = line + strlen(line);

	while (end > s && is_blank(end[-1]))
		*--end = 0;
	while (is_blank(*s))
		s++;
	*interp = s;
	while (*s && !is_blank(*s))
		s++;
	if (!*s && !whole)
		return -ENOEXEC;                /* it may be cut off */
	if (s == *interp)
		return newline ? -ENOEXEC : -EACCES;
	*arg = NULL;
	if (!*s)
		return 0;
	*s++ = 0;
	while (is_blank(*s))
		s++;
	if (*s)
		*arg = s;
	return 0;
}

/* e->file is a script: its interpreter takes its place, and the arguments grow in front. */
static int script_step(struct exec *e, bool is_first)
{
	char line[EXEC_SCRIPT_LINE], *interp, *arg, *newline;
	size_t len = MIN(e->header_len, sizeof line) - 2;
	struct file *f;
	int err;

	memcpy(line, e->header + 2, len);
	line[MIN(len, sizeof line - 3)] = 0;
	newline = strchr(line, '\n');
	if (newline)
		*newline = 0;
	err = script_split(line, newline, newline || e->header_len < sizeof line, &interp, &arg);
	if (err)
		return err;
	if (e->fd_hidden)
		return -ENOENT;                 /* the interpreter could not open it */
	if (is_first) {
		/* A further one is named in front already, by the line of the script before it. */
		exec_args_drop_first(&e->args);
		err = exec_args_push_front(&e->args, e->filename, strlen(e->filename));
	}
	if (!err && arg)
		err = exec_args_push_front(&e->args, arg, strlen(arg));
	if (!err)
		err = exec_args_push_front(&e->args, interp, strlen(interp));
	if (!err)
		err = exec_open(AT_FDCWD, interp, WALK_FOLLOW, &f);
	if (err)
		return err;
	exec_close(e->file);
	e->file = f;
	return header_read(e);
}

int exec_scripts_follow(struct exec *e)
{
	int err = header_read(e);

	for (unsigned depth = 0; !err; depth++) {
		if (e->header_len < 2 || e->header[0] != '#' || e->header[1] != '!')
			return 0;
		if (depth == EXEC_SCRIPT_DEPTH)
			return -ELOOP;
		err = script_step(e, !depth);
	}
	return err;
}
