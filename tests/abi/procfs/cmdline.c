/*
 * cmdline.c - /proc/PID/cmdline and environ: long ones, and a program that writes itself another title.
 */
#include "../show.h"

extern char **environ;

static char text[1 << 21];

static ssize_t slurp(const char *path, size_t step)
{
	int fd = open(path, O_RDONLY);
	ssize_t n, len = 0;

	while ((n = read(fd, text + len, step)) > 0)
		len += n;
	close(fd);
	return n < 0 ? n : len;
}

static unsigned long sum(ssize_t len)
{
	unsigned long h = 5381;

	for (ssize_t i = 0; i < len; i++)
		h = h * 33 + (unsigned char)text[i];
	return h;
}

static void tell(const char *when)
{
	ssize_t len = slurp("/proc/self/cmdline", 4096);

	say("%s: cmdline %zd bytes, sum %lx\n", when, len, sum(len));
	say("by 777: %zd\n", slurp("/proc/self/cmdline", 777));
	if (len < 100) {
		for (ssize_t i = 0; i < len; i++)
			text[i] = text[i] ? text[i] : '|';
		say("it says \"%.*s\"\n", (int)len, text);
	}
}

static void title(char *from, char *end, const char *as, bool to_the_end)
{
	memset(from, 0, (size_t)(end - from));
	strcpy(from, as);
	if (to_the_end)
		*end = 'X';
}

/* The second life: long arguments and environment. */
static int long_life(char **argv)
{
	char *from = argv[0], *end = from;
	int fd;
	ssize_t len = slurp("/proc/self/environ", 65536);

	for (int i = 0; argv[i]; i++)
		end = argv[i] + strlen(argv[i]);        /* the last NUL of the arguments */
	say("environ: %zd bytes, sum %lx\n", len, sum(len));
	say("by 1001: %zd\n", slurp("/proc/self/environ", 1001));
	fd = open("/proc/self/environ", O_RDONLY);
	say("far: %zd, at the end: %zd\n", pread(fd, text, 100, 1080000), pread(fd, text, 100, len));
	close(fd);
	tell("long arguments");
	title(from, end, "short", false);
	tell("written, end kept");
	title(from, end, "a title", true);
	tell("written over the end");
	memset(from, 'y', 5000);
	tell("a title of more than a page");
	environ[0][0] = '#';
	tell("and the environment");
	return 0;
}

int main(int argc, char **argv)
{
	static char big[100000];
	char *args[8], *env[12];

	if (argc > 1 && !strcmp(argv[1], "again"))
		return long_life(argv);
	memset(big, 'a', sizeof big - 1);
	args[0] = "first", args[1] = "again";
	for (int i = 2; i < 7; i++)
		args[i] = big + i * 1000;
	for (int i = 0; i < 11; i++)
		env[i] = big + i;
	args[7] = NULL, env[11] = NULL;
	execve("/proc/self/exe", args, env);
	say("execve: %s\n", strerror(errno));
	return 1;
}
