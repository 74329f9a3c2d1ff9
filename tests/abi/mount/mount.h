/* mount.h - what the programs of tests/abi/mount share: a place of their own, and the table of mounts as text without numbers. */
#pragma once
#include "../ns/ns.h"
#include <sys/statfs.h>

#ifndef SYS_move_mount
#define SYS_open_tree 428
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#define SYS_fspick 433
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

#define AT "/tmp/m"                         /* all happens below */

/* A mount namespace of our own with a private tmpfs at AT. */
static inline void begin(void)
{
	umask(022);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		fatal("a mount namespace");
	mkdir(AT, 0755);
	if (mount("base", AT, "tmpfs", 0, NULL))
		fatal("tmpfs");
	chdir(AT);
}

static inline void dirs(const char *first, ...)
{
	va_list ap;

	va_start(ap, first);
	for (const char *d = first; d; d = va_arg(ap, const char *))
		if (mkdir(d, 0755))
			fatal("mkdir %s", d);
	va_end(ap);
}

static inline void touch(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fatal("touch %s", path);
	close(fd);
}

static inline int has(const char *path) { return access(path, F_OK) == 0; }

static unsigned groups_seen;

/* Groups as letters in the order they are met in one table. */
static inline char group_letter(unsigned nr)
{
	static unsigned seen[26];
	unsigned i, n = groups_seen;

	for (i = 0; i < n; i++)
		if (seen[i] == nr)
			return (char)('A' + i);
	if (n < 26)
		seen[groups_seen++] = nr;
	return (char)('A' + i);
}

static inline int by_place(const void *a, const void *b)
{
	char x[256] = "", y[256] = "";

	sscanf(*(char *const *)a, "%*u %*u %*s %*s %255s", x);
	sscanf(*(char *const *)b, "%*u %*u %*s %*s %255s", y);
	return strcmp(x, y) ? strcmp(x, y) : atoi(*(char *const *)a) - atoi(*(char *const *)b);
}

/* Each mount at or below a path of a table: place, what it shows of which type, on what it stands, options, propagation. */
static inline void table_of(const char *file, const char *below)
{
	static char text[65536], *line[200];
	int fd = open(file, O_RDONLY), n, total = 0, lines = 0;

	while ((n = read(fd, text + total, sizeof text - 1 - total)) > 0)
		total += n;
	close(fd);
	text[total] = 0;
	for (char *l = strtok(text, "\n"); l && lines < 200; l = strtok(NULL, "\n"))
		line[lines++] = l;
	qsort(line, lines, sizeof *line, by_place);     /* in which order propagation makes its copies is nobody's business */
	groups_seen = 0;
	for (int i = 0; i < lines; i++) {
		char root[256], at[256], opts[256], type[64] = "", source[128] = "", *dash = strstr(line[i], " - "), *f, under[256] = "?";
		unsigned id, parent, dev1, dev2, oid;
		int used;

		if (!dash || sscanf(line[i], "%u %u %u:%u %255s %255s %255s%n", &id, &parent, &dev1, &dev2, root, at, opts, &used) != 7)
			continue;
		if (strncmp(at, below, strlen(below)))
			continue;
		sscanf(dash + 3, "%63s %127s", type, source);
		for (int j = 0; j < lines; j++) {
			char r[256];

			if (sscanf(line[j], "%u %*u %*s %*s %255s", &oid, r) == 2 && oid == parent)
				strcpy(under, r);
		}
		say("  %s: %s of %s %s on %s, %s", at, root, type, source, under, opts);
		for (f = line[i] + used; f < dash; ) {
			char word[32] = "";
			unsigned nr;

			if (sscanf(f, " %31s%n", word, &used) != 1 || !strcmp(word, "-"))
				break;
			f += used;
			if (strchr(word, ':') && sscanf(strchr(word, ':'), ":%u", &nr) == 1)
				say(" %.*s:%c", (int)(strchr(word, ':') - word), word, group_letter(nr));
			else
				say(" %s", word);
		}
		say("\n");
	}
}

static inline void table(const char *when)
{
	say("%s:\n", when);
	table_of("/proc/self/mountinfo", AT);
}

/* Whether a file can be made in a directory. */
static inline void try_create(const char *dir)
{
	char path[256];
	int fd;

	snprintf(path, sizeof path, "%s/try", dir);
	fd = open(path, O_CREAT | O_WRONLY, 0644);
	say("  create in %s: %s\n", dir, fd < 0 ? errno_name(errno) : "ok");
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
}
