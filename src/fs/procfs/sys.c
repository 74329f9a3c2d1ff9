/*
 * sys.c - /proc/sys: the kernel's parameters by path. Only parameters that exist are shown.
 */
#include "procfs_priv.h"
#include <lib/string.h>
#include <base/version.h>
#include <fs/dcache.h>
#include <fs/file.h>
#include <fs/names.h>
#include <fs/notify.h>
#include <fs/proc_ipc.h>
#include <drivers/tty.h>
#include <linux/capability.h>
#include <linux/utsname.h>
#include <task/cred.h>
#include <task/pid_ns.h>
#include <task/user_ns.h>
#include <task/uts.h>

static int show_text(struct text_buf *b, void *arg) { return text_printf(b, "%s\n", (const char *)arg); }
static int show_int(struct text_buf *b, void *arg) { return text_printf(b, "%d\n", *(int *)arg); }


static int show_threads_max(struct text_buf *b, void *arg)
{
	struct mm_stats s;

	mm_stats_read(&s);
	return text_printf(b, "%lu\n", s.total / 32);   /* an eighth of memory as kernel stacks of four pages */
}

static int store_int(char *text, size_t len, void *arg)
{
	const char *p = text;
	uint64_t v;
	int err = str_parse_u64(&p, 10, &v);

	if (err || *p || v > INT32_MAX)
		return -EINVAL;
	store_relaxed((int *)arg, (int)v);
	return 0;
}

static int store_pid_max(char *text, size_t len, void *arg)
{
	const char *p = text;
	uint64_t v;
	int err = str_parse_u64(&p, 10, &v);

	if (err)
		return err;
	if (v < 301 || v > 4194304)
		return -EINVAL;
	store_relaxed(&pid_max, (int)v);
	return 0;
}

/* 1: pages, of which none is only a copy here; 2: names and inodes; 4: say nothing. */
static int store_drop_caches(char *text, size_t len, void *arg)
{
	const char *p = text;
	uint64_t v;

	if (str_parse_u64(&p, 10, &v) || v < 1 || v > 4)
		return -EINVAL;
	if (v & 2)
		dentry_cache_drop();
	return 0;
}

/* So many pages are asked for; as where no memory lies together, none is found. */
static int store_nr_hugepages(char *text, size_t len, void *arg)
{
	int64_t v;

	return proc_parse_int(text, &v) || v < 0 ? -EINVAL : 0;
}

static int show_file_nr(struct text_buf *b, void *arg)
{
	return text_printf(b, "%ld\t0\t%lu\n", file_nr_opened(), file_max);
}

static int show_uuid(struct text_buf *b, void *arg)
{
	static uint8_t boot_id[16];
	uint8_t fresh[16], *id = arg ? boot_id : fresh;

	if (id == fresh || !(boot_id[6] >> 4))
		random_bytes(id, 16);
	id[6] = (id[6] & 0x0f) | 0x40;          /* version 4, RFC 4122 */
	id[8] = (id[8] & 0x3f) | 0x80;
	return text_printf(b, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x\n", id[0], id[1], id[2], id[3],
			   id[4], id[5], id[6], id[7], id[8], id[9], id[10], id[11], id[12], id[13], id[14], id[15]);
}

static int show_uts(struct text_buf *b, void *arg)
{
	char name[__NEW_UTS_LEN + 1];

	uts_get((enum uts_name)(uintptr_t)arg, name);
	return text_printf(b, "%s\n", name);
}

static int store_uts(char *text, size_t len, void *arg)
{
	if (!capable_over(ns_current(NS_UTS), CAP_SYS_ADMIN))
		return -EPERM;
	uts_set((enum uts_name)(uintptr_t)arg, text, MIN(len, (size_t)__NEW_UTS_LEN));
	return 0;
}

/* A level of 0 to arg's limit: protected_hardlinks and protected_symlinks to 1, the others to 2. */
static int store_protected(char *text, size_t len, void *arg)
{
	const char *p = text;
	uint64_t v;
	int err = str_parse_u64(&p, 10, &v);

	if (err || *p || v > (arg == &protected_hardlinks || arg == &protected_symlinks ? 1 : 2))
		return -EINVAL;
	store_relaxed((int *)arg, (int)v);
	return 0;
}

static int show_core_pattern(struct text_buf *b, void *arg)
{
	char pattern[CORE_PATTERN_MAX];

	core_pattern_get(pattern);
	return text_printf(b, "%s\n", pattern);
}

static int store_core_pattern(char *text, size_t len, void *arg) { return core_pattern_set(text, len); }

/* Dentries, those nobody uses (not counted apart), the age at which Linux lets go, wanted, negative ones, nothing. */
static int show_dentry_state(struct text_buf *b, void *arg)
{
	return text_printf(b, "%ld\t0\t45\t0\t0\t0\n", bounded_counter_sum(&nr_dentries));
}

static int show_inode_state(struct text_buf *b, void *arg)
{
	return text_printf(b, arg ? "%ld\t0\t0\t0\t0\t0\t0\n" : "%ld\t0\n", bounded_counter_sum(&nr_inodes));
}

static int show_memfd_noexec(struct text_buf *b, void *arg)
{
	return text_printf(b, "%d\n", pid_ns_memfd_noexec(pid_ns_current()));
}

/* Never below what is in force above. */
static int store_memfd_noexec(char *text, size_t len, void *arg)
{
	struct pid_ns *ns = pid_ns_current();
	int64_t v;

	if (!capable_over(&ns->ns, CAP_SYS_ADMIN))
		return -EPERM;
	if (proc_parse_int(text, &v) || v > 2 || v < pid_ns_memfd_noexec(ns->parent))
		return -EINVAL;
	store_relaxed(&ns->memfd_noexec, (int)v);
	return 0;
}

const struct proc_file proc_sys_files[] = {
	{ "fs/aio-max-nr", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_AIO_MAX },
	{ "fs/aio-nr", 0444, proc_show_ipc_limit, NULL, (void *)IPC_LIMIT_AIO_NR },
	{ "fs/dentry-state", 0444, show_dentry_state, NULL, NULL },
	{ "fs/dir-notify-enable", 0644, show_int, store_int, &dir_notify_enable },
	{ "fs/epoll/max_user_watches", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_EPOLL_WATCHES },
	{ "fs/file-max", 0644, proc_show_setting, proc_store_file_max, &proc_set_file_max },
	{ "fs/file-nr", 0444, show_file_nr, NULL, NULL },
	{ "fs/inode-nr", 0444, show_inode_state, NULL, NULL },
	{ "fs/inode-state", 0444, show_inode_state, NULL, (void *)1 },
	{ "fs/inotify/max_queued_events", 0644, show_int, store_int, &inotify_max_events },
	{ "fs/inotify/max_user_instances", 0644, show_int, store_int, &inotify_max_instances },
	{ "fs/inotify/max_user_watches", 0644, show_int, store_int, &inotify_max_watches },
	{ "fs/lease-break-time", 0644, show_int, store_int, &lease_break_time },
	{ "fs/leases-enable", 0644, show_int, store_int, &leases_enable },
	{ "fs/mount-max", 0644, proc_show_setting, proc_store_setting, &proc_set_mount_max },
	{ "fs/mqueue/msg_default", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_MSG_DEFAULT },
	{ "fs/mqueue/msg_max", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_MSG_MAX },
	{ "fs/mqueue/msgsize_default", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_SIZE_DEFAULT },
	{ "fs/mqueue/msgsize_max", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_SIZE_MAX },
	{ "fs/mqueue/queues_max", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_QUEUES_MAX },
	{ "fs/nr_open", 0644, proc_show_setting, proc_store_setting, &proc_set_nr_open },
	{ "fs/overflowgid", 0644, proc_show_setting, proc_store_fixed, &proc_set_overflow_id },
	{ "fs/overflowuid", 0644, proc_show_setting, proc_store_fixed, &proc_set_overflow_id },
	{ "fs/pipe-max-size", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_PIPE_MAX_SIZE },
	{ "fs/pipe-user-pages-hard", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_PIPE_USER_HARD },
	{ "fs/pipe-user-pages-soft", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_PIPE_USER_SOFT },
	{ "fs/protected_fifos", 0644, show_int, store_protected, &protected_fifos },
	{ "fs/protected_hardlinks", 0644, show_int, store_protected, &protected_hardlinks },
	{ "fs/protected_regular", 0644, show_int, store_protected, &protected_regular },
	{ "fs/protected_symlinks", 0644, show_int, store_protected, &protected_symlinks },
	{ "fs/suid_dumpable", 0644, proc_show_setting, proc_store_setting, &proc_set_suid_dumpable },
	{ "kernel/arch", 0444, show_text, NULL, "x86_64" },
	{ "kernel/cap_last_cap", 0444, show_text, NULL, "40" },
	{ "kernel/core_pattern", 0644, show_core_pattern, store_core_pattern, NULL },
	{ "kernel/core_uses_pid", 0644, proc_show_setting, proc_store_setting, &proc_set_core_uses_pid },
	{ "kernel/dmesg_restrict", 0644, proc_show_setting, proc_store_fixed, &proc_set_one },
	{ "kernel/domainname", 0644, show_uts, store_uts, (void *)UTS_DOMAIN },
	{ "kernel/hostname", 0644, show_uts, store_uts, (void *)UTS_NODE },
	{ "kernel/msg_next_id", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MSG_NEXT },
	{ "kernel/msgmax", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MSGMAX },
	{ "kernel/msgmnb", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MSGMNB },
	{ "kernel/msgmni", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MSGMNI },
	{ "kernel/ngroups_max", 0444, show_text, NULL, "65536" },
	{ "kernel/osrelease", 0444, show_text, NULL, KERNEL_RELEASE },
	{ "kernel/ostype", 0444, show_text, NULL, KERNEL_SYSNAME },
	{ "kernel/overflowgid", 0644, proc_show_setting, proc_store_fixed, &proc_set_overflow_id },
	{ "kernel/overflowuid", 0644, proc_show_setting, proc_store_fixed, &proc_set_overflow_id },
	{ "kernel/panic_on_oops", 0644, proc_show_setting, proc_store_fixed, &proc_set_one },
	{ "kernel/pid_max", 0644, show_int, store_pid_max, &pid_max },
	{ "kernel/printk", 0644, proc_show_printk, proc_store_printk, NULL },
	{ "kernel/random/boot_id", 0444, show_uuid, NULL, (void *)1 },
	{ "kernel/random/entropy_avail", 0444, show_text, NULL, "256" },
	{ "kernel/random/poolsize", 0444, show_text, NULL, "256" },
	{ "kernel/random/uuid", 0444, show_uuid, NULL, NULL },
	{ "kernel/randomize_va_space", 0644, proc_show_setting, proc_store_setting, &proc_set_randomize },
	{ "kernel/sched_rr_timeslice_ms", 0644, proc_show_setting, proc_store_fixed, &proc_set_rr_slice },
	{ "kernel/seccomp/actions_avail", 0444, show_text, NULL, "kill_process kill_thread trap errno user_notif trace log allow" },
	{ "kernel/sem", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SEM },
	{ "kernel/sem_next_id", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SEM_NEXT },
	{ "kernel/shm_next_id", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SHM_NEXT },
	{ "kernel/shm_rmid_forced", 0644, proc_show_setting, proc_store_fixed, &proc_set_zero },
	{ "kernel/shmall", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SHMALL },
	{ "kernel/shmmax", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SHMMAX },
	{ "kernel/shmmni", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SHMMNI },
	{ "kernel/tainted", 0644, proc_show_setting, proc_store_fixed, &proc_set_zero },
	{ "kernel/threads-max", 0644, show_threads_max, NULL, NULL },
	{ "kernel/version", 0444, show_text, NULL, KERNEL_VERSION },
	{ "vm/admin_reserve_kbytes", 0644, proc_show_setting, proc_store_setting, &proc_set_admin_reserve },
	{ "vm/drop_caches", 0200, NULL, store_drop_caches, NULL },
	{ "vm/hugetlb_shm_group", 0644, proc_show_setting, proc_store_setting, &proc_set_hugetlb_group },
	{ "vm/max_map_count", 0644, proc_show_setting, proc_store_setting, &proc_set_map_count },
	{ "vm/memfd_noexec", 0644, show_memfd_noexec, store_memfd_noexec, NULL },
	{ "vm/mmap_min_addr", 0644, proc_show_setting, proc_store_fixed, &proc_set_mmap_min },
	{ "vm/nr_hugepages", 0644, proc_show_setting, store_nr_hugepages, &proc_set_zero },
	{ "vm/nr_hugepages_mempolicy", 0644, proc_show_setting, store_nr_hugepages, &proc_set_zero },
	{ "vm/nr_overcommit_hugepages", 0644, proc_show_setting, proc_store_setting, &proc_set_hugetlb_overcommit },
	{ "vm/oom_kill_allocating_task", 0644, proc_show_setting, proc_store_setting, &proc_set_oom_kill_allocating },
	{ "vm/overcommit_kbytes", 0644, proc_show_setting, proc_store_overcommit_kbytes, &proc_set_overcommit_kbytes },
	{ "vm/overcommit_memory", 0644, proc_show_setting, proc_store_setting, &proc_set_overcommit_memory },
	{ "vm/overcommit_ratio", 0644, proc_show_setting, proc_store_overcommit_ratio, &proc_set_overcommit_ratio },
	{ "vm/panic_on_oom", 0644, proc_show_setting, proc_store_setting, &proc_set_oom_panic },
	{ "vm/user_reserve_kbytes", 0644, proc_show_setting, proc_store_setting, &proc_set_user_reserve },
	{ NULL, 0, NULL, NULL, NULL },
};
