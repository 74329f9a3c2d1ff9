/*
 * stuck.c - what there is to say of tasks that cannot be killed: their own state, and what all who wait or run in the kernel do,
 * as one of those mostly holds what the others wait for.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fuzz.h"

#define TOLD 40                                 /* of all tasks */

static int file_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY), n;

	if (fd < 0)
		return -1;
	n = (int)read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	return n;
}

static void say_file(const char *folder, const char *name)
{
	char path[128], text[4096];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (file_read(path, text, sizeof text) > 0)
		printf("fuzz:     %s%s", text, text[strlen(text) - 1] == '\n' ? "" : "\n");
}

/* One task of any program, if it sleeps in the kernel without heed of signals, or runs. True: told. */
static bool say_busy(const char *folder)
{
	char path[128], stat[1024], *state;

	snprintf(path, sizeof path, "%s/stat", folder);
	if (file_read(path, stat, sizeof stat) <= 0)
		return false;
	state = strrchr(stat, ')');
	if (!state || (state[2] != 'D' && state[2] != 'R'))
		return false;
	printf("fuzz:   beside: %.*s %c\n", (int)(state + 1 - stat), stat, state[2]);
	say_file(folder, "stack");
	return true;
}

static void say_all_busy(void)
{
	DIR *all = opendir("/proc");
	unsigned told = 0;

	for (struct dirent *p; all && (p = readdir(all)) && told < TOLD;) {
		char folder[64];
		DIR *threads;

		if (atoi(p->d_name) <= 0)
			continue;
		snprintf(folder, sizeof folder, "/proc/%d/task", atoi(p->d_name));
		threads = opendir(folder);
		for (struct dirent *t; threads && (t = readdir(threads)) && told < TOLD;) {
			if (atoi(t->d_name) <= 0 || atoi(t->d_name) == getpid())
				continue;
			snprintf(folder, sizeof folder, "/proc/%d/task/%d", atoi(p->d_name), atoi(t->d_name));
			told += say_busy(folder);
		}
		if (threads)
			closedir(threads);
	}
	if (all)
		closedir(all);
}

void stuck_tell(struct worker *w, const char *what)
{
	printf("fuzz: program %llx: %s\n", (unsigned long long)w->seed, what);
	for (unsigned i = 0; i < SLOTS; i++) {
		struct slot *s = &w->slots[i];
		char folder[64];

		if (!s->tid)
			continue;
		printf("fuzz:   task %d: call %d, args %llx %llx %llx %llx %llx %llx\n", s->tid, (int)s->inside - 1, (unsigned long long)s->args[0],
		       (unsigned long long)s->args[1], (unsigned long long)s->args[2], (unsigned long long)s->args[3], (unsigned long long)s->args[4], (unsigned long long)s->args[5]);
		snprintf(folder, sizeof folder, "/proc/%d", s->tid);
		say_file(folder, "stat");
		say_file(folder, "wchan");
		say_file(folder, "stack");
	}
	say_all_busy();
	fflush(stdout);
}
