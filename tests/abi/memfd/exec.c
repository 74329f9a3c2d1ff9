/* A program in a memfd runs by /proc/self/fd and by execveat(AT_EMPTY_PATH). */
#include "../show.h"

static int copy_self(void)
{
	int fd = syscall(SYS_memfd_create, "program", 1u), in = open("/proc/self/exe", O_RDONLY);
	char buf[4096];
	ssize_t n;

	while ((n = read(in, buf, sizeof buf)) > 0)
		(void)!write(fd, buf, n);
	close(in);
	return fd;
}

int main(int argc, char **argv)
{
	char path[40], link[100];
	char *args[] = { "copy", "child", NULL }, *env[] = { NULL };
	ssize_t n;
	int fd, status;

	if (argc > 1) {
		n = readlink("/proc/self/exe", link, sizeof link - 1);
		link[n > 0 ? n : 0] = 0;
		say("%s runs from %s\n", argv[0], link);
		return 7;
	}
	fd = copy_self();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (!fork())
		show("execve while it is open for writing", execve(path, args, env)), _exit(1);
	wait(&status);
	say("%s\n", ending(status));
	(void)!open(path, O_RDONLY);
	int rd = open(path, O_RDONLY | O_CLOEXEC);
	close(fd);
	snprintf(path, sizeof path, "/proc/self/fd/%d", rd);
	if (!fork())
		show("execve", execve(path, args, env)), _exit(1);
	wait(&status);
	say("%s\n", ending(status));
	if (!fork())
		show("execveat", syscall(SYS_execveat, rd, "", args, env, AT_EMPTY_PATH)), _exit(1);
	wait(&status);
	say("%s\n", ending(status));
	return 0;
}
