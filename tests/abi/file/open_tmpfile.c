/*
 * open_tmpfile.c - O_TMPFILE: what it needs, linking it in, O_EXCL forbids that.
 */
#include "../show.h"
#include <sys/stat.h>

int main(void)
{
	char path[64], number[64], name[256] = "";
	struct stat st;
	int fd;

	show("reading only", open(".", O_TMPFILE | O_RDONLY, 0600));
	show("with O_CREAT", open(".", O_TMPFILE | O_RDWR | O_CREAT, 0600));
	show("without O_DIRECTORY", open(".", (O_TMPFILE & ~O_DIRECTORY) | O_RDWR, 0600));
	show("in a file", (close(open("f", O_CREAT | O_RDWR, 0600)), open("f", O_TMPFILE | O_RDWR, 0600)));
	show("nowhere", open("none", O_TMPFILE | O_RDWR, 0600));
	fd = open(".", O_TMPFILE | O_RDWR, 0666);
	show_ok("open", fd);
	fstat(fd, &st);
	say("mode %o links %ld\n", st.st_mode, (long)st.st_nlink);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	name[readlink(path, name, sizeof name - 1)] = 0;
	snprintf(number, sizeof number, "/#%llu (deleted)", (unsigned long long)st.st_ino);
	say("shown by its number: %d\n", strrchr(name, '/') && !strcmp(strrchr(name, '/'), number));
	show("flags", fcntl(fd, F_GETFL) & ~0100000);
	show("write", write(fd, "hello", 5));
	show("link in", linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	fstat(fd, &st);
	say("links %ld size %lld\n", (long)st.st_nlink, (long long)st.st_size);
	show("link again", linkat(fd, "", AT_FDCWD, "named2", AT_EMPTY_PATH));
	fstat(fd, &st);
	say("links %ld\n", (long)st.st_nlink);
	fd = open(".", O_TMPFILE | O_RDWR | O_EXCL, 0600);
	show_ok("open exclusively", fd);
	show("link", linkat(fd, "", AT_FDCWD, "never", AT_EMPTY_PATH));
	show("O_WRONLY", open("/tmp", O_TMPFILE | O_WRONLY, 0600) >= 0 ? 0 : -1);
	show("in /proc", open("/proc", O_TMPFILE | O_RDWR, 0600));
	fd = open("f", O_RDONLY);
	unlink("f");
	show("link what was unlinked", linkat(fd, "", AT_FDCWD, "back", AT_EMPTY_PATH));
	return 0;
}
