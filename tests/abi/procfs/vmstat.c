/*
 * vmstat.c - /proc/vmstat: every key that has a value or that tools look for, as "name number".
 */
#include "text.h"

int main(void)
{
	static const char *const keys[] = {
		"nr_free_pages", "nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file", "nr_unevictable", "nr_mlock",
		"nr_slab_reclaimable", "nr_slab_unreclaimable", "nr_anon_pages", "nr_file_pages", "nr_dirty", "nr_writeback", "nr_shmem",
		"nr_kernel_stack", "nr_page_table_pages", "pgpgin", "pgpgout", "pswpin", "pswpout", "pgfault", "pgmajfault", "oom_kill", NULL };
	char key[64];
	unsigned long v;
	int bad = 0, n;

	slurp("/proc/vmstat");
	for (char *line = proc_text; *line; line = strchr(line, '\n') + 1)
		bad += sscanf(line, "%63s %lu%n", key, &v, &n) != 2 || line[n] != '\n';
	say("lines not of that form: %d\n", bad);
	for (int i = 0; keys[i]; i++) {
		char *at, want[64];

		snprintf(want, sizeof want, "%s ", keys[i]);
		for (at = strstr(proc_text, want); at && at != proc_text && at[-1] != '\n'; at = strstr(at + 1, want))
			;
		say("%s: %s\n", keys[i], at ? "yes" : "no");
	}
	return 0;
}
