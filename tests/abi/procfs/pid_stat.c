/*
 * pid_stat.c - /proc/PID/stat and statm: number of fields, a name with blanks and brackets, what a zombie shows.
 */
#include "text.h"
#include <sys/prctl.h>

static int fields(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += *s == ' ';
	return n + 1;
}

int main(void)
{
	char path[64], *rest;
	int out, err;

	prctl(PR_SET_NAME, "a) R (b");
	slurp("/proc/self/stat");
	rest = strrchr(proc_text, ')');
	say("name %.*s\n", (int)(rest + 1 - strchr(proc_text, '(')), strchr(proc_text, '('));
	say("fields after it: %d\n", fields(rest + 2));
	long v[50] = { 0 }, i = 0;
	for (char *p = strtok(rest + 4, " "); p && i < 50; p = strtok(NULL, " "))
		v[i++] = strtol(p, NULL, 10);
	judge("parent, group, session", v[0] == getppid() && v[1] == getpgrp() && v[2] == getsid(0));
	say("priority %ld nice %ld threads %ld signal %ld\n", v[14], v[15], v[16], v[34]);
	judge("start time", v[18] > 0);
	judge("size", v[19] > 4096);
	judge("code, stack", v[22] > 0 && v[23] > v[22] && v[24] > v[23]);
	judge("data, heap, arguments, environment", v[41] && v[42] > v[41] && v[43] && v[45] > v[44] && v[47] >= v[46]);
	show_shape("/proc/self/stat", false);
	show_shape("/proc/self/statm", false);
	pid_t pid = fork();
	if (pid == 0)
		_exit(7);
	sleep_ms(20);
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	slurp(path);
	rest = strrchr(proc_text, ')');
	say("zombie %c, fields %d, last %s", rest[2], fields(rest + 2), strrchr(rest, ' '));
	snprintf(path, sizeof path, "/proc/%d/statm", pid);
	slurp(path);
	say("zombie statm %s", proc_text);
	snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
	say("zombie cmdline %ld\n", (long)slurp(path));
	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	say("zombie maps %ld\n", (long)slurp(path));
	snprintf(path, sizeof path, "/proc/%d/environ", pid);
	say("zombie environ %ld\n", (long)slurp(path));
	snprintf(path, sizeof path, "/proc/%d/exe", pid);
	out = readlink(path, proc_text, 100), err = errno;
	say("zombie exe %s\n", out < 0 ? errno_name(err) : "a link");
	snprintf(path, sizeof path, "/proc/%d/cwd", pid);
	out = readlink(path, proc_text, 100), err = errno;
	say("zombie cwd %s\n", out < 0 ? errno_name(err) : "a link");
	snprintf(path, sizeof path, "/proc/%d/fd/0", pid);
	out = readlink(path, proc_text, 100), err = errno;
	say("zombie fd/0 %s\n", out < 0 ? errno_name(err) : "a link");
	wait(NULL);
	snprintf(path, sizeof path, "/proc/%d", pid);
	show("gone", access(path, F_OK));
	return 0;
}
