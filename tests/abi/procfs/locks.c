/*
 * locks.c - /proc/locks and the lock: lines of fdinfo: kinds, types, ranges, whose they are, who waits.
 */
#include "../show.h"
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static pid_t me, child;
static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The lines of f that end in its device and inode, sorted; numbers of lines, pids and inodes masked. */
static void show_locks(const char *title, const char *from, int fd)
{
	char line[256], *found[32];
	struct stat st;
	int n = 0;
	FILE *f = fopen(from, "r");

	fstat(fd, &st);
	while (fgets(line, sizeof line, f)) {
		char kind[16], how[16], type[16], start[32], end[32], *at = strstr(line, ": "), mark[64], text[256];
		int pid;

		snprintf(mark, sizeof mark, "%02x:%02x:%lu ", major(st.st_dev), minor(st.st_dev), (unsigned long)st.st_ino);
		if (!strstr(line, mark))
			continue;
		at += 2;
		bool waits = !strncmp(at, "-> ", 3);
		if (sscanf(waits ? at + 3 : at, "%15s %15s %15s %d %*s %31s %31s", kind, how, type, &pid, start, end) != 6)
			continue;
		snprintf(text, sizeof text, "%.6s %s%s %s %s by %s, %s to %s", line, waits ? "waits " : "", kind, how, type,
			 pid == me ? "us" : pid == child ? "child" : pid == -1 ? "-1" : "?", start, end);
		if (strncmp(line, "lock:\t", 6))
			memcpy(text, "      ", 6);
		found[n++] = strdup(text);
	}
	fclose(f);
	qsort(found, n, sizeof *found, compare);
	say("%s:\n", title);
	for (int i = 0; i < n; i++)
		say("  %s\n", found[i]);
}

static void show_fdinfo(const char *title, int fd)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	show_locks(title, path, fd);
}

static int lock(int fd, int cmd, int type, long start, long len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

	return fcntl(fd, cmd, &l);
}

int main(void)
{
	int a = open("f", O_RDWR | O_CREAT, 0600), b = open("f", O_RDWR), go[2];

	me = getpid();
	show_locks("none", "/proc/locks", a);
	show("POSIX", lock(a, F_SETLK, F_WRLCK, 10, 5));
	show("POSIX, to the end", lock(a, F_SETLK, F_RDLCK, 100, 0));
	show("OFD", lock(b, F_OFD_SETLK, F_RDLCK, 50, 10));
	show("flock", flock(a, LOCK_SH));
	show("flock of the other file", flock(b, LOCK_SH));
	show_locks("held", "/proc/locks", a);
	show_fdinfo("through a", a);
	show_fdinfo("through b", b);
	show("merged through b", lock(b, F_SETLK, F_WRLCK, 15, 5));
	show("cut through b", lock(b, F_SETLK, F_UNLCK, 12, 1));
	show_locks("cut", "/proc/locks", a);
	show_fdinfo("through a", a);
	show_fdinfo("through b", b);
	pipe(go);
	child = fork();
	if (child == 0) {
		char c;

		read(go[0], &c, 1);
		lock(a, F_SETLKW, F_WRLCK, 10, 1);
		_exit(0);
	}
	show_locks("with a child", "/proc/locks", a);
	write(go[1], "", 1);
	sleep_ms(100);
	show_locks("it waits", "/proc/locks", a);
	show("unlock", lock(a, F_SETLK, F_UNLCK, 0, 0));
	waitpid(child, NULL, 0);
	show_locks("unlocked", "/proc/locks", a);
	show("close b", close(b));
	show_locks("closed", "/proc/locks", a);
	show("write to it", open("/proc/locks", O_WRONLY) < 0 && geteuid() ? -1 : 0);
	return 0;
}
