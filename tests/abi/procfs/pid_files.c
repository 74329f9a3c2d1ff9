/*
 * pid_files.c - the contents of the smaller files of /proc/PID.
 */
#include "text.h"
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/personality.h>

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t n = write(fd, text, strlen(text));

	if (n < 0)
		say("%s < %s: %s\n", path, text, errno_name(errno));
	else
		say("%s < %s: %ld\n", path, text, (long)n);
	close(fd);
}

static void get(const char *path)
{
	if (slurp(path) < 0)
		say("%s: %s\n", path, errno_name(errno));
	else
		say("%s: %s|\n", path, proc_text);
}

int main(void)
{
	struct rlimit l = { 123, 4096 };

	setrlimit(RLIMIT_NOFILE, &l);
	setrlimit(RLIMIT_CPU, &(struct rlimit){ 1000, RLIM_INFINITY });
	slurp("/proc/self/limits");
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n"))
		if (!strstr(line, "processes") && !strstr(line, "pending"))
			say("%s|\n", line);
	put("/proc/self/comm", "0123456789abcdefXYZ");
	get("/proc/self/comm");
	put("/proc/self/comm", "new\n");
	get("/proc/self/comm");
	get("/proc/self/personality");
	get("/proc/self/wchan");
	show_shape("/proc/self/io", false);
	show_shape("/proc/self/schedstat", false);
	show_shape("/proc/self/syscall", true);
	get("/proc/self/loginuid");
	get("/proc/self/sessionid");
	get("/proc/self/timerslack_ns");
	put("/proc/self/timerslack_ns", "60000");
	get("/proc/self/timerslack_ns");
	show("PR_GET_TIMERSLACK", prctl(PR_GET_TIMERSLACK));
	put("/proc/self/timerslack_ns", "0");
	get("/proc/self/timerslack_ns");
	get("/proc/self/cpuset");
	get("/proc/self/uid_map");
	get("/proc/self/setgroups");
	put("/proc/self/oom_score_adj", "500");
	get("/proc/self/oom_score_adj");
	get("/proc/self/oom_adj");
	put("/proc/self/oom_score_adj", "-1000\n");
	get("/proc/self/oom_score_adj");
	get("/proc/self/oom_adj");
	get("/proc/self/oom_score");
	put("/proc/self/oom_score_adj", "1001");
	put("/proc/self/oom_score_adj", "x");
	put("/proc/self/oom_score_adj", "");
	put("/proc/self/oom_adj", "8");
	get("/proc/self/oom_score_adj");
	put("/proc/self/oom_adj", "-17");
	get("/proc/self/oom_score_adj");
	put("/proc/self/oom_score_adj", "0");
	slurp("/proc/self/mountstats");
	judge("mountstats", strstr(proc_text, "device tmpfs mounted on /tmp with fstype tmpfs\n"));
	judge("children of a thread", slurp("/proc/thread-self/children") == 0);
	int go[2];

	(void)!pipe(go);
	pid_t pid = fork();
	if (pid == 0) {
		(void)!read(go[0], proc_text, 1);
		if (setuid(1000))
			fatal("setuid");
		put("/proc/self/oom_score_adj", "10");
		put("/proc/self/oom_score_adj", "5");
		put("/proc/self/oom_score_adj", "-1");
		get("/proc/self/oom_score_adj");
		_exit(0);
	}
	judge("children of a thread", slurp("/proc/thread-self/children") > 1 && atoi(proc_text) == pid);
	(void)!write(go[1], "x", 1);
	wait(NULL);
	return 0;
}
