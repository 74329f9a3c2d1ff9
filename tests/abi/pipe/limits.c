/*
 * limits.c - /proc/sys/fs/pipe-max-size, pipe-user-pages-soft and -hard, for a user and for root.
 */
#include "../show.h"

static void set(const char *name, const char *value)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/sys/fs/%s", name);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		say("%s = %s: %s\n", name, value, errno_name(errno));
	close(fd);
}

static void get(const char *name)
{
	char path[64], text[32] = "";
	int fd;

	snprintf(path, sizeof path, "/proc/sys/fs/%s", name);
	fd = open(path, O_RDONLY);
	(void)!read(fd, text, 31);
	say("%s: %s", name, text);
	close(fd);
}

static void user(void)
{
	int p[8][2];

	if (setuid(1000))
		fatal("setuid");
	for (int i = 0; i < 5; i++) {
		long r = pipe(p[i]);

		say("pipe %d: %s, size %d\n", i, r ? errno_name(errno) : "ok", r ? 0 : fcntl(p[i][0], F_GETPIPE_SZ));
	}
	show("grow the last", fcntl(p[3][0], F_SETPIPE_SZ, 65536));
	show("shrink the first", fcntl(p[0][0], F_SETPIPE_SZ, 4096));
	show("grow the last now", fcntl(p[3][0], F_SETPIPE_SZ, 16384));
}

static void root(void)
{
	int p[2];

	for (int i = 0; i < 5; i++)
		show("root's pipe", pipe(p));
	say("size %d\n", fcntl(p[0], F_GETPIPE_SZ));
}

int main(void)
{
	get("pipe-max-size"), get("pipe-user-pages-soft"), get("pipe-user-pages-hard");
	set("pipe-max-size", "5000");
	get("pipe-max-size");
	set("pipe-max-size", "0");
	get("pipe-max-size");
	set("pipe-max-size", "-1");
	set("pipe-max-size", "1048576");
	set("pipe-user-pages-soft", "40");
	in_child("soft limit", user);
	in_child("soft limit, root", root);
	set("pipe-user-pages-hard", "44");
	in_child("hard limit", user);
	in_child("hard limit, root", root);
	set("pipe-user-pages-hard", "0");
	set("pipe-user-pages-soft", "16384");
	return 0;
}
