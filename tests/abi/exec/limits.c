/* How long arguments may be: one string, all of them, the stack's limit, none at all. */
#include "run.h"
#include <sys/resource.h>

static void many(const char *what, size_t len, int n)
{
	char **argv = calloc((size_t)n + 2, sizeof *argv), *s = malloc(len + 1);

	memset(s, 'a', len);
	s[len] = 0;
	argv[0] = "quiet";
	for (int i = 1; i <= n; i++)
		argv[i] = s;
	run(what, "/proc/self/exe", argv, NULL);
	free(s);
	free(argv);
}

static void env(const char *what, size_t len)
{
	char *s = malloc(len + 1), *envp[] = { s, NULL };

	memset(s, 'e', len);
	s[len] = 0;
	run(what, "/proc/self/exe", (char *[]){ "quiet", NULL }, envp);
	free(s);
}

static void stack(const char *what, rlim_t size, size_t len, int n)
{
	pid_t pid = fork();

	if (!pid) {
		struct rlimit l = { size, RLIM_INFINITY };

		setrlimit(RLIMIT_STACK, &l);
		many(what, len, n);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	extern char **environ;

	if (!argc || !strcmp(argv[0], "quiet"))
		return argc > 100 ? 7 : argc;
	if (!strcmp(argv[0], "")) {
		say("argc %d, argv[1] %s, environment %s\n", argc, argv[1] ? "there" : "NULL", environ[0] ? "there" : "empty");
		return 0;
	}
	many("131071 bytes", 131071, 1);
	many("131072 bytes", 131072, 1);
	many("fifteen times 131000", 131000, 15);
	many("seventeen times 131000", 131000, 17);
	many("200000 empty strings", 0, 200000);
	many("300000 empty strings", 0, 300000);
	env("environment 131071", 131071);
	env("environment 131072", 131072);
	stack("1 MiB of stack, 200 KiB", 1 << 20, 100000, 2);
	stack("1 MiB of stack, 300 KiB", 1 << 20, 100000, 3);
	stack("16 KiB of stack, 100 KiB", 16384, 100000, 1);
	stack("16 KiB of stack, 200 KiB", 16384, 100000, 2);
	stack("no limit, 6 MiB", RLIM_INFINITY, 130000, 46);
	stack("no limit, 7 MiB", RLIM_INFINITY, 130000, 54);
	run("no arguments", "/proc/self/exe", (char *[]){ NULL }, (char *[]){ NULL });
	run("argv NULL", "/proc/self/exe", NULL, NULL);
}
