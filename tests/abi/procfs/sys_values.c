/*
 * sys_values.c - /proc/sys: the form of values, and what writes do: ranges, blanks, several numbers, rights.
 */
#include "text.h"

static void get(const char *name)
{
	char path[96];

	snprintf(path, sizeof path, "/proc/sys/%s", name);
	show_shape(path, false);
}

static void put(const char *name, const char *text)
{
	char path[96];
	int fd;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/sys/%s", name);
	fd = open(path, O_WRONLY);
	n = fd < 0 ? -1 : write(fd, text, strlen(text));
	if (n < 0)
		say("%s < %s: %s\n", name, text, errno_name(errno));
	else
		say("%s < %s: %ld\n", name, text, (long)n);
	if (fd >= 0)
		close(fd);
}

static void user(void)
{
	if (setuid(1000))
		fatal("setuid");
	put("vm/overcommit_ratio", "50");
	put("kernel/hostname", "x");
	put("fs/file-max", "1000");
}

int main(void)
{
	static const char *const exact[] = {
		"fs/nr_open", "fs/overflowuid", "fs/pipe-max-size", "kernel/arch",
		"kernel/cap_last_cap", "kernel/core_pattern", "kernel/ngroups_max", "kernel/ostype", "kernel/overflowgid", "kernel/panic_on_oops",
		"kernel/random/poolsize", "kernel/randomize_va_space", "kernel/sched_rr_timeslice_ms", "kernel/sem", "kernel/shm_rmid_forced",
		"kernel/tainted", "vm/max_map_count", "vm/mmap_min_addr", "vm/overcommit_memory", "vm/overcommit_ratio", "vm/panic_on_oom", NULL };

	get("fs/dentry-state"), get("fs/file-nr"), get("fs/inode-nr"), get("fs/inode-state");
	for (int i = 0; exact[i]; i++) {
		char path[96];

		snprintf(path, sizeof path, "/proc/sys/%s", exact[i]);
		slurp(path);
		say("%s: %s", exact[i], proc_text);
	}
	put("vm/overcommit_ratio", "60");
	put("vm/overcommit_ratio", " 55 \n");
	put("vm/overcommit_ratio", "50\n\n");
	put("vm/overcommit_ratio", "-1");
	put("vm/overcommit_ratio", "x");
	put("vm/overcommit_ratio", "4x");
	put("vm/overcommit_ratio", "0x32");
	put("vm/overcommit_ratio", "062");
	slurp("/proc/sys/vm/overcommit_ratio");
	say("now %s", proc_text);
	put("vm/overcommit_ratio", "99999999999");
	put("vm/overcommit_ratio", "50 60");
	put("vm/overcommit_ratio", "");
	put("vm/overcommit_memory", "3");
	put("vm/panic_on_oom", "3");
	put("vm/max_map_count", "65530");
	put("kernel/ostype", "x");
	put("fs/nr_open", "7");
	put("fs/nr_open", "1048576");
	put("kernel/randomize_va_space", "2");
	in_child("user", user);
	return 0;
}
