/*
 * order.c - which error wins where a path has several things wrong: no directory, no right, too long, missing.
 */
#include "../show.h"
#include <grp.h>
#include <sys/stat.h>

static char text[600];

static void each(const char *path)
{
	struct stat st;

	say("%.40s%s: stat %s", path, strlen(path) > 40 ? "..." : "", stat(path, &st) ? errno_name(errno) : "ok");
	say(", open %s", open(path, O_RDWR) < 0 ? errno_name(errno) : "ok");
	say(", O_CREAT %s", open(path, O_RDWR | O_CREAT | O_EXCL, 0600) < 0 ? errno_name(errno) : "ok");
	say(", mkdir %s", mkdir(path, 0700) ? errno_name(errno) : "ok");
	say(", unlink %s", unlink(path) ? errno_name(errno) : "ok");
	say(", rmdir %s", rmdir(path) ? errno_name(errno) : "ok");
	say(", rename %s", rename(path, "ro/new") ? errno_name(errno) : "ok");
	say(", symlink %s\n", symlink("x", path) ? errno_name(errno) : "ok");
}

static const char *longname(const char *dir, const char *behind)
{
	char n[300];

	memset(n, 'l', 256), n[256] = 0;
	snprintf(text, sizeof text, "%s%s%s", dir, n, behind);
	return text;
}

static void user(void)
{
	setgroups(0, NULL), setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	each("no/x"), each("no/f"), each("no/none/x"), each("no/f/x"), each("no/."), each("no/.."), each("no/../ro/x");
	each("ro/f"), each("ro/none"), each("ro/d"), each("ro/f/x"), each("ro/d/x"), each("ro/d/.");
	each("list/f"), each("list/none"), each("list");
	each(longname("no/", "")), each(longname("ro/", "")), each(longname("ro/f/", "")), each(longname("none/", "")), each(longname("", "/x"));
	each("search/f"), each("search/none"), each("link_no/f"), each("link_ro/none");
	each("w/x");
}

int main(void)
{
	umask(0);
	mkdir("no", 0700), mkdir("ro", 0755), mkdir("ro/d", 0755), mkdir("list", 0744), mkdir("search", 0711), mkdir("w", 0777);
	close(open("no/f", O_CREAT | O_RDWR, 0666)), close(open("ro/f", O_CREAT | O_RDWR, 0644)), close(open("list/f", O_CREAT | O_RDWR, 0644));
	close(open("search/f", O_CREAT | O_RDWR, 0644)), symlink("no", "link_no"), symlink("ro", "link_ro");
	in_child("user", user);
	return 0;
}
