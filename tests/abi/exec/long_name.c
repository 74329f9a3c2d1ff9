/*
 * long_name.c - execveat(2) by a directory: the program's name is "/dev/fd/N/" and the path, however long that is.
 */
#include "../show.h"
#include <sys/auxv.h>
#include <sys/stat.h>

/* n bytes of "./" and x as the name: always the program x. */
static void path_of(char *to, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		to[i] = i & 1 ? '/' : '.';
	to[n - 1] = 'x';
	to[n] = '\0';
}

static void run(size_t n)
{
	static char path[8192];
	char *argv[] = { "x", "child", NULL };
	int dir = open(".", O_PATH), status;
	pid_t pid;

	path_of(path, n);
	say("%zu: ", n);
	pid = fork();
	if (!pid) {
		syscall(SYS_execveat, dir, path, argv, NULL, 0);
		say("%s\n", errno_name(errno));
		_exit(0);
	}
	waitpid(pid, &status, 0);
	close(dir);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		const char *name = (const char *)getauxval(AT_EXECFN);

		say("runs as %.10s..., %zu bytes\n", name, strlen(name));
		return 0;
	}
	show("link", symlink("/proc/self/exe", "self"));
	if (link("/proc/self/exe", "x")) {      /* another file system: a copy */
		static char b[65536];
		int in = open("/proc/self/exe", O_RDONLY), out = open("x", O_CREAT | O_WRONLY, 0755);
		ssize_t n;

		while ((n = read(in, b, sizeof b)) > 0)
			(void)!write(out, b, n);
		close(out);
	}
	run(1);
	run(101);
	run(4083);
	run(4085);
	run(4087);
	run(4093);
	run(4095);
	run(4097);
	return 0;
}
