/* events.h - print what an inotify descriptor has queued. */
#pragma once
#include "../show.h"
#include <sys/inotify.h>
#include <sys/stat.h>

static int in_fd;
static uint32_t last_cookie;

static void events(const char *what)
{
	static const struct { uint32_t bit; const char *name; } bits[] = {
		{ IN_ACCESS, "ACCESS" }, { IN_MODIFY, "MODIFY" }, { IN_ATTRIB, "ATTRIB" }, { IN_CLOSE_WRITE, "CLOSE_WRITE" },
		{ IN_CLOSE_NOWRITE, "CLOSE_NOWRITE" }, { IN_OPEN, "OPEN" }, { IN_MOVED_FROM, "MOVED_FROM" }, { IN_MOVED_TO, "MOVED_TO" },
		{ IN_CREATE, "CREATE" }, { IN_DELETE, "DELETE" }, { IN_DELETE_SELF, "DELETE_SELF" }, { IN_MOVE_SELF, "MOVE_SELF" },
		{ IN_UNMOUNT, "UNMOUNT" }, { IN_Q_OVERFLOW, "Q_OVERFLOW" }, { IN_IGNORED, "IGNORED" }, { IN_ISDIR, "ISDIR" },
	};
	char buf[8192] __attribute__((aligned(8)));
	ssize_t n;

	say("%s:\n", what);
	while ((n = read(in_fd, buf, sizeof buf)) > 0)
		for (char *p = buf; p < buf + n;) {
			struct inotify_event *e = (void *)p;

			say("  wd %d", e->wd);
			for (unsigned i = 0; i < sizeof bits / sizeof bits[0]; i++)
				if (e->mask & bits[i].bit)
					say(" %s", bits[i].name);
			if (e->cookie) {
				say(" %s", e->mask & IN_MOVED_FROM ? "pair" : e->cookie == last_cookie ? "same pair" : "other pair");
				last_cookie = e->cookie;
			}
			say(" len %u %s\n", e->len, e->len ? e->name : "");
			p += sizeof *e + e->len;
		}
}

static inline void make(const char *path) { close(open(path, O_CREAT | O_WRONLY, 0600)); }

static void start(const char *dir)
{
	in_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	mkdir(dir, 0700);
	if (chdir(dir))
		fatal("chdir");
}
