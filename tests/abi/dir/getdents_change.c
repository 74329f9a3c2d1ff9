/*
 * getdents_change.c - a listing while names come and go: what was there all the time is told exactly once.
 */
#include "../show.h"
#include <dirent.h>
#include <sys/stat.h>

struct entry { uint64_t ino; int64_t off; uint16_t len; uint8_t type; char name[]; };

static int seen[128];

static void take(char *buf, long n)
{
	for (long at = 0; at < n;) {
		struct entry *e = (void *)(buf + at);
		int i;

		if (sscanf(e->name, "f%d", &i) == 1)
			seen[i]++;
		at += e->len;
	}
}

static void run(const char *what, void (*change)(int step))
{
	char name[16], buf[160];
	int fd, once = 0, twice = 0;
	long n;

	mkdir("d", 0755);
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof name, "d/f%d", i);
		close(open(name, O_CREAT | O_WRONLY, 0600));
	}
	memset(seen, 0, sizeof seen);
	fd = open("d", O_RDONLY);
	for (int step = 0; (n = syscall(SYS_getdents64, fd, buf, sizeof buf)) > 0; step++) {
		take(buf, n);
		change(step);
	}
	close(fd);
	for (int i = 0; i < 30; i++) {
		once += seen[i] == 1;
		twice += seen[i] > 1;
	}
	say("%s: %d of 30 once, %d twice, end %ld\n", what, once, twice, n);
	for (int i = 0; i < 128; i++) {
		snprintf(name, sizeof name, "d/f%d", i);
		unlink(name);
	}
	show("empty now", rmdir("d"));
}

/* The first thirty names stay; the others are changed. */
static void removes(int step)
{
	char name[16];

	snprintf(name, sizeof name, "d/f%d", 30 + step);
	unlink(name);
}

static void adds(int step)
{
	char name[16];

	if (step >= 60)
		return;
	snprintf(name, sizeof name, "d/f%d", 60 + step);
	close(open(name, O_CREAT | O_WRONLY, 0600));
}

static void renames(int step)
{
	char from[16], to[16];

	snprintf(from, sizeof from, "d/f%d", 30 + step % 30);
	snprintf(to, sizeof to, "d/f%d", 60 + step % 30);
	rename(from, to);
}

static void both(int step)
{
	removes(step);
	adds(step);
}

int main(void)
{
	run("removing", removes);
	run("adding", adds);
	run("renaming", renames);
	run("removing and adding", both);
	return 0;
}
