/* ns.h - what the programs of tests/abi/ns and mount share. */
#pragma once
#include "../show.h"
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <linux/sched.h>

#define GET_USERNS _IO(0xb7, 1)
#define GET_PARENT _IO(0xb7, 2)
#define GET_NSTYPE _IO(0xb7, 3)
#define GET_OWNER_UID _IO(0xb7, 4)

/* fork() with flags of clone(). */
static inline pid_t fork_with(unsigned long flags) { return syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0); }

static inline const char *wait_for(pid_t pid)
{
	int status;

	return waitpid(pid, &status, __WALL) == pid ? ending(status) : errno_name(errno);
}

/* Write text to a file at once; 0 or -1. */
static inline int put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), n, e;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	e = errno;
	close(fd);
	errno = e;
	return n < 0 ? -1 : 0;
}

/* The line of a file that begins with word, tabs as spaces, into a static buffer. */
static inline char *line_of(const char *path, const char *word)
{
	static char text[8192];
	int fd = open(path, O_RDONLY), n = fd < 0 ? 0 : (int)read(fd, text, sizeof text - 1);
	char *at, *end;

	close(fd);
	text[n < 0 ? 0 : n] = 0;
	for (at = text; at && strncmp(at, word, strlen(word)); at = at ? strchr(at, '\n') : NULL, at = at ? at + 1 : NULL)
		;
	if (!at)
		return strcpy(text, "no such line");
	end = strchr(at, '\n');
	if (end)
		*end = 0;
	for (char *c = at; *c; c++)
		if (*c == '\t')
			*c = ' ';
	return at;
}

static inline ino_t ns_ino(const char *who, const char *kind)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%s/ns/%s", who, kind);
	return stat(path, &st) ? 0 : st.st_ino;
}
