/*
 * open_mode.c - the mode of a file that open(2), creat(2) and mkdir(2) make: umask, odd bits, reading what one may not.
 */
#include "../show.h"
#include <sys/stat.h>

static void mode(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		say("%s: %s\n", path, errno_name(errno));
	else
		say("%s: %o, %lld bytes\n", path, st.st_mode, (long long)st.st_size);
}

int main(void)
{
	int fd;

	show("umask", umask(0));
	show("umask beyond", umask(0xffff));
	show("umask again", umask(022));
	close(open("a", O_RDWR | O_CREAT, 0666)), mode("a");
	close(open("b", O_RDWR | O_CREAT, 07777)), mode("b");
	close(syscall(SYS_open, "c", O_RDWR | O_CREAT, 0177777)), mode("c");
	umask(0777);
	fd = open("d", O_RDWR | O_CREAT, 0666), mode("d");
	show("write to a file of mode 0", write(fd, "x", 1));
	mode("d");
	umask(0);
	mkdir("dir", 07777), mode("dir");
	mkdir("dir2", 0177777), mode("dir2");
	umask(022);
	fd = syscall(SYS_creat, "e", 0400);
	mode("e");
	show("creat writes", write(fd, "abc", 3));
	show("creat does not read", read(fd, &fd, 1));
	fd = syscall(SYS_creat, "e", 0777);
	mode("e");
	show("creat on a directory", syscall(SYS_creat, "dir", 0600));
	show("creat nothing", syscall(SYS_creat, "", 0600));
	show("creat badly", syscall(SYS_creat, NULL, 0600));
	chown(".", 1000, 1000);
	if (!fork()) {
		setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
		fd = open("ro", O_RDWR | O_CREAT, 0400);
		show("new read-only file, written", write(fd, "x", 1));
		show("again", open("ro", O_RDWR | O_CREAT, 0400));
		show("exclusively", open("ro", O_RDWR | O_CREAT | O_EXCL, 0400));
		show("truncating", open("ro", O_RDONLY | O_TRUNC));
		show("NOATIME of another's", open("a", O_RDONLY | O_NOATIME));
		show("writing another's", open("a", O_WRONLY));
		_exit(0);
	}
	wait(NULL);
	mode("ro");
	return 0;
}
