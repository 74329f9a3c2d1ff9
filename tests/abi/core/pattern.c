/* The name of the file: specifiers, what is made harmless, what is cut. */
#include "core.h"
#include <dirent.h>

static pid_t last;
static const char *comm = "name";

static void crash(void *arg)
{
	prctl(PR_SET_NAME, comm);
	if (setgid(1001) || setuid(1000))
		_exit(3);
	prctl(PR_SET_DUMPABLE, 1);
	limit_set(RLIMIT_CORE, 1 << 30);
	raise(SIGQUIT);
	(void)arg;
}

/* Every number that is the child's pid, or that repeated, is shown as PID; not digits of a longer one. */
static void name_show(const char *dir, const char *name)
{
	char pid[16];
	size_t len = (size_t)snprintf(pid, sizeof pid, "%d", last);

	say("  %s", dir);
	while (*name) {
		size_t digits = strspn(name, "0123456789"), other = strcspn(name, "0123456789"), pids = 0;

		while (pids < digits && !strncmp(name + pids, pid, len))
			pids += len;
		if (digits && pids == digits)
			for (; pids; pids -= len)
				say("PID");
		else
			say("%.*s", (int)(digits ? digits : other), name);
		name += digits ? digits : other;
	}
	say("\n");
}

static void list_and_remove(const char *dir)
{
	DIR *d = opendir(*dir ? dir : ".");
	struct dirent *e;

	while ((e = readdir(d))) {
		char path[512];

		if (*e->d_name == '.' && (!e->d_name[1] || e->d_name[1] == '.'))
			continue;
		snprintf(path, sizeof path, "%s%s", dir, e->d_name);
		if (e->d_type == DT_DIR)
			continue;
		name_show(dir, e->d_name);
		unlink(path);
	}
	closedir(d);
}

static void run(const char *pattern)
{
	int status, fd;
	char text[256];

	setting_write(PATTERN, pattern);
	fd = open(PATTERN, O_RDONLY);
	text[read(fd, text, sizeof text - 1)] = 0;
	close(fd);
	say("pattern %s", text);
	last = fork();
	if (!last) {
		crash(NULL);
		_exit(9);
	}
	waitpid(last, &status, 0);
	say("  dumped %d\n", WIFSIGNALED(status) && WCOREDUMP(status));
	list_and_remove("");
	list_and_remove("sub/");
}

int main(void)
{
	char longest[200];

	chmod(".", 0777);
	mkdir("sub", 0777);
	chmod("sub", 0777);
	say("pid alone\n");
	setting_write("/proc/sys/kernel/core_uses_pid", "1\n");
	run("core\n");
	run("core-%p");
	run("core-%i.");
	setting_write("/proc/sys/kernel/core_uses_pid", "0\n");
	run("c%%%%");
	run("u%u g%g s%s d%d");
	run("%P-%e");
	run("%e c%c");
	run("a%zb%");
	run("sub/%f");
	run("none/%f");
	comm = "a/b";
	run("%e");
	comm = "..";
	run("sub/%e");
	comm = ".";
	run("%e%e");
	comm = "x y";
	run(" %e ");
	run("two\nlines");
	memset(longest, 'l', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	run(longest);
	run("");
	run("core\n");
	return 0;
}
