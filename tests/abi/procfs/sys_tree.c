/*
 * sys_tree.c - /proc/sys: settings that programs read, with their modes.
 */
#include "text.h"

int main(void)
{
	static const char *const names[] = {
		"fs/dentry-state", "fs/epoll/max_user_watches", "fs/file-max", "fs/file-nr", "fs/inode-nr", "fs/inode-state",
		"fs/inotify/max_queued_events", "fs/inotify/max_user_instances", "fs/inotify/max_user_watches", 
		"fs/mqueue/msg_max", "fs/nr_open", "fs/overflowgid", "fs/overflowuid", "fs/pipe-max-size", "fs/pipe-user-pages-hard",
		"fs/pipe-user-pages-soft", "fs/protected_fifos", "fs/protected_hardlinks", "fs/protected_regular", "fs/protected_symlinks",
		"kernel/arch", "kernel/cap_last_cap", "kernel/core_pattern", 
		"kernel/core_uses_pid", "kernel/dmesg_restrict", "kernel/domainname", "kernel/hostname",
		"kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/ngroups_max", 
		"kernel/osrelease", "kernel/ostype", "kernel/overflowgid", "kernel/overflowuid", "kernel/panic_on_oops", "kernel/pid_max",
		"kernel/random/boot_id", "kernel/random/entropy_avail",
		"kernel/random/poolsize", "kernel/random/uuid", "kernel/randomize_va_space", "kernel/sched_rr_timeslice_ms",
		"kernel/seccomp/actions_avail", "kernel/sem", "kernel/shm_rmid_forced", "kernel/shmall", "kernel/shmmax", "kernel/shmmni",
		"kernel/tainted", "kernel/threads-max", "kernel/version", "vm/admin_reserve_kbytes", "vm/max_map_count", "vm/mmap_min_addr",
		"vm/oom_kill_allocating_task", "vm/overcommit_kbytes", "vm/overcommit_memory", "vm/overcommit_ratio", "vm/panic_on_oom",
		"vm/user_reserve_kbytes", "vm", "fs", "kernel", "kernel/random", NULL };
	char path[96];

	for (int i = 0; names[i]; i++) {
		snprintf(path, sizeof path, "/proc/sys/%s", names[i]);
		show_mode(path);
	}
	return 0;
}
