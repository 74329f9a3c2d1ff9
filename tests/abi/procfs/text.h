/*
 * text.h - the shape of a text file of /proc: words stay, numbers become N.
 */
#ifndef TEXT_H
#define TEXT_H

#include "../show.h"
#include <ctype.h>
#include <sys/stat.h>

static char proc_text[1 << 18];

/* The whole file, by reads of an odd size; its length, or -1. */
static inline ssize_t slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	size_t have = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = read(fd, proc_text + have, have + 777 < sizeof proc_text ? 777 : 0)) > 0)
		have += n;
	close(fd);
	proc_text[have] = 0;
	return n < 0 ? -1 : (ssize_t)have;
}

/* A line with each number as N; runs of blanks stay if `blanks`, else are one. Hexadecimal if `hex`. */
static inline void shape_line(const char *line, bool hex, bool blanks, char *out)
{
	bool in_word = false;

	while (*line) {
		if (!in_word && (hex ? isxdigit((unsigned char)*line) : isdigit((unsigned char)*line))) {
			while (hex ? isxdigit((unsigned char)*line) : isdigit((unsigned char)*line))
				line++;
			*out++ = 'N';
			continue;
		}
		if (!blanks && isspace((unsigned char)*line)) {
			while (isspace((unsigned char)*line))
				line++;
			*out++ = ' ';
			in_word = false;
			continue;
		}
		in_word = hex ? false : isalpha((unsigned char)*line) || *line == '_';
		*out++ = *line++;
	}
	*out = 0;
}

/* Print the shape of every line; lines of the same shape in a row once. */
static inline void show_shape(const char *path, bool hex)
{
	static char shape[70000], last[70000];

	if (slurp(path) < 0) {
		say("%s: %s\n", path, errno_name(errno));
		return;
	}
	say("%s:\n", path);
	last[0] = 0;
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n")) {
		shape_line(line, hex, false, shape);
		if (strcmp(shape, last))
			say("  %.300s\n", shape);
		strcpy(last, shape);
	}
}

/* The text up to a colon or blank of every line, in order, with the unit at the end if there is one. */
static inline void show_keys(const char *path)
{
	if (slurp(path) < 0) {
		say("%s: %s\n", path, errno_name(errno));
		return;
	}
	say("%s:\n", path);
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n")) {
		size_t key = strcspn(line, ": \t"), len = strlen(line);

		say("  %.*s%s%s\n", (int)key, line, line[key] == ':' ? ":" : "", len > 3 && !strcmp(line + len - 3, " kB") ? " kB" : "");
	}
}

static inline void show_mode(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		say("%s: %s\n", path, errno_name(errno));
	else
		say("%s: %o %u:%u size %ld\n", path, st.st_mode, st.st_uid, st.st_gid, (long)st.st_size);
}

#endif
