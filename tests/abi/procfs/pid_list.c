/*
 * pid_list.c - what stands in /proc/PID, /proc/PID/task/TID, ns, attr: names a program may look for, with their modes.
 */
#include "text.h"

static void modes(const char *dir, const char *const *names)
{
	char path[96];

	for (; *names; names++) {
		snprintf(path, sizeof path, "%s/%s", dir, *names);
		show_mode(path);
	}
}

int main(void)
{
	static const char *const in_pid[] = {
		"auxv", "cgroup", "cmdline", "comm", "cpuset", "cwd", "environ", "exe", "fd",
		"fdinfo", "gid_map", "io", "limits", "loginuid", "maps", "mem", "mountinfo", "mounts", "mountstats", "ns",
		"oom_adj", "oom_score", "oom_score_adj", "personality", "projid_map", "root", "schedstat",
		"sessionid", "setgroups", "smaps", "smaps_rollup", "stack", "stat", "statm", "status", "syscall", "task",
		"timers", "timerslack_ns", "uid_map", "wchan", "nonsense", NULL };
	static const char *const in_task[] = {
		"auxv", "cgroup", "children", "cmdline", "comm", "cwd", "environ", "exe", "fd", "fdinfo", "io", "limits", "maps", "mem",
		"mountinfo", "mounts", "ns", "oom_score", "oom_score_adj", "personality", "root", "schedstat", "smaps", "smaps_rollup",
		"stack", "stat", "statm", "status", "syscall", "task", "timers", "wchan", NULL };
	char path[64];

	modes("/proc/self", in_pid);
	snprintf(path, sizeof path, "/proc/thread-self");
	modes(path, in_task);
	show_mode("/proc/self");
	show_mode("/proc/thread-self");
	return 0;
}
