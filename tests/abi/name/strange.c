/*
 * strange.c - names of any bytes: spaces, newlines, control characters, what is no UTF-8, dots in numbers, colons.
 */
#include "../show.h"
#include <dirent.h>
#include <sys/stat.h>

static const char *const names[] = {
	" ", "\n", "\t", "\\", "...", "....", ". ", ".a", "..a", "a..", "-", "--help", "*", "?", "\x01", "\x7f", "\x80", "\xff\xfe", "\xc3\xa4", "a:b",
	"\"", "'", "a\nb", "#", "~", "%s", "(deleted)", "x (deleted)",
};

int main(void)
{
	char path[64], link[256], out[256];
	struct dirent *e;
	unsigned ok = 0, listed = 0, n = sizeof names / sizeof *names;
	DIR *d;

	mkdir("d", 0755);
	for (unsigned i = 0; i < n; i++) {
		int fd;
		long len;

		snprintf(path, sizeof path, "d/%s", names[i]);
		fd = open(path, O_CREAT | O_EXCL | O_RDWR, 0600);
		snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
		len = readlink(link, out, sizeof out - 1);
		out[len < 0 ? 0 : len] = 0;
		ok += fd >= 0 && strlen(out) >= strlen(names[i]) && !strcmp(out + strlen(out) - strlen(names[i]), names[i]);
		close(fd);
	}
	say("made and told by /proc: %u of %u\n", ok, n);
	d = opendir("d");
	while ((e = readdir(d)))
		for (unsigned i = 0; i < n; i++)
			listed += !strcmp(e->d_name, names[i]);
	closedir(d);
	say("listed: %u\n", listed);
	show("a case of its own", access("d/A..", F_OK));
	ok = 0;
	for (unsigned i = 0; i < n; i++) {
		snprintf(path, sizeof path, "d/%s", names[i]);
		snprintf(link, sizeof link, "d/%u", i);
		ok += !rename(path, link) && !rename(link, path) && !unlink(path);
	}
	say("renamed and removed: %u\n", ok);
	show("nothing left", rmdir("d"));
	return 0;
}
