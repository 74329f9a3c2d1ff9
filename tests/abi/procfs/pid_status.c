/*
 * pid_status.c - /proc/PID/status: its fields, their order and form; of a zombie and of a thread.
 */
#include "text.h"

int main(void)
{
	char path[64];
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	slurp("/proc/self/status");
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n")) {
		char shape[600];

		shape_line(line, false, false, shape);
		say("%.*s\n", strncmp(line, "Cpus", 4) && strncmp(line, "Specul", 6) ? 999 : 4, shape);
	}
	sleep_ms(20);
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	slurp(path);
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n"))
		if (strncmp(line, "Pid", 3) && strncmp(line, "NS", 2) && strncmp(line, "Tgid", 4) && strncmp(line, "PPid", 4) &&
		    strncmp(line, "Cpus", 4) && strncmp(line, "SigQ", 4) && !strstr(line, "ctxt") && strncmp(line, "Mems", 4) && strncmp(line, "Specul", 6))
			say("  zombie %s\n", line);
	return 0;
}
