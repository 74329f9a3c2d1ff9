/*
 * system_keys.c - meminfo, stat, vmstat, loadavg, uptime, version, swaps, partitions: keys and form.
 */
#include "text.h"

int main(void)
{
	show_keys("/proc/meminfo");
	slurp("/proc/meminfo");
	say("%.28s|\n", strstr(proc_text, "HugePages_Total"));
	slurp("/proc/stat");
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n")) {
		int fields = 0;

		if (!strncmp(line, "cpu", 3) && line[3] > '0')
			continue;
		for (char *p = line; *p; p++)
			fields += *p == ' ';
		say("stat %.*s %s\n", (int)strcspn(line, " "), line, strncmp(line, "intr", 4) ? (fields == 1 ? "1" : fields == 10 ? "10" : fields == 11 ? "11" : "?") : "many");
	}
	show_shape("/proc/loadavg", false);
	show_shape("/proc/uptime", false);
	slurp("/proc/version");
	judge("version", !strncmp(proc_text, "Linux version 6.12.", 19) && strstr(proc_text, " #1 SMP"));
	slurp("/proc/swaps");
	say("%s", proc_text);
	slurp("/proc/partitions");
	say("%.30s", proc_text);
	return 0;
}
