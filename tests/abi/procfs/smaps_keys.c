/*
 * smaps_keys.c - /proc/PID/smaps_rollup and the keys of smaps; kinds of mappings by name.
 */
#include "text.h"

int main(void)
{
	slurp("/proc/self/maps");
	static const char *const names[] = { "[heap]", "[stack]", "[vvar]", "[vdso]" };
	for (unsigned i = 1; i < 4; i++)
		judge(names[i], strstr(proc_text, names[i]));
	slurp("/proc/self/smaps");
	for (char *line = strtok(proc_text, "\n"), n = 0; line && n < 26; line = strtok(NULL, "\n"), n++) {
		size_t key = strcspn(line, ":");

		if (n)
			say("  %.*s\n", (int)key, line);
	}
	slurp("/proc/self/smaps_rollup");
	strtok(proc_text, "\n");
	for (char *line; (line = strtok(NULL, "\n"));)
		say("  %.*s\n", (int)strcspn(line, ":"), line);
	slurp("/proc/self/smaps_rollup");
	strtok(proc_text, "\n");
	say("%s\n", strstr(proc_text, " ---p"));
	return 0;
}
