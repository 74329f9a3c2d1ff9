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

static int show_threads_max(struct text_buf *b, void *arg)
{
	struct mm_stats s;

	mm_stats_read(&s);
	return text_printf(b, "%lu\n", s.total / 32);   /* an eighth of memory as kernel stacks of four pages */
}

/* 1: pages, of which none is only a copy here; 2: names and inodes; 4: say nothing. */
static int store_drop_caches(char *text, size_t len, void *arg)
{
	const char *at = text, *end = text + len;
	int64_t v;

	if (proc_int_next(&at, end, &v) || v < 1 || v > 4)
		return -EINVAL;
	if (v & 2)
		dentry_cache_drop();
	return at < end ? (int)(at - text) : 0;
}

/* So many pages are asked for; as where no memory lies together, none is found. */
static int store_nr_hugepages(char *text, size_t len, void *arg)
{
	const char *at = text, *end = text + len;
	bool negative;
	uint64_t v;

	if (proc_number_next(&at, end, &v, &negative))
		return -EINVAL;
	return at < end ? (int)(at - text) : 0;
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

static struct pollable uts_polled[2];           /* the host name, the domain name */
static atomic_uint uts_changes[2];

static void uts_changed(enum uts_name which)
{
	fetch_add_relaxed(&uts_changes[which == UTS_DOMAIN], 1);        /* relaxed: the notice orders it */
	pollable_notify(&uts_polled[which == UTS_DOMAIN], EPOLLERR | EPOLLPRI);
}

static int store_uts(char *text, size_t len, void *arg)
{
	uts_set((enum uts_name)(uintptr_t)arg, text, MIN(len, (size_t)__NEW_UTS_LEN));
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
	const char *at = text, *end = text + len;
	int64_t v;

	if (!capable_over(&ns->ns, CAP_SYS_ADMIN))
		return -EPERM;
	if (proc_int_next(&at, end, &v) || v > 2 || v < pid_ns_memfd_noexec(ns->parent))
		return -EINVAL;
	store_relaxed(&ns->memfd_noexec, (int)v);
	return at < end ? (int)(at - text) : 0;
}

bool proc_sys_changes(const struct proc_file *f, struct pollable **p, atomic_uint **changes)
{
	unsigned which = f->arg == (void *)UTS_DOMAIN;

	if (f->show != show_uts)
		return false;
	*p = &uts_polled[which];
	*changes = &uts_changes[which];
	return true;
}

void proc_sys_init(void)
{
	pollable_init(&uts_polled[0]);
	pollable_init(&uts_polled[1]);
	uts_when_changed = uts_changed;
}

const struct proc_file proc_sys_files[] = {
	{ "fs/aio-max-nr", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_AIO_MAX, PROC_USUAL },
	{ "fs/aio-nr", 0444, proc_show_ipc_limit, NULL, (void *)IPC_LIMIT_AIO_NR, PROC_USUAL },
	{ "fs/dentry-state", 0444, show_dentry_state, NULL, NULL, PROC_USUAL },
	{ "fs/dir-notify-enable", 0644, proc_show_setting, proc_store_setting, &proc_set_dir_notify, PROC_USUAL },
	{ "fs/epoll/max_user_watches", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_EPOLL_WATCHES, PROC_USUAL },
	{ "fs/file-max", 0644, proc_show_setting, proc_store_file_max, &proc_set_file_max, PROC_USUAL },
	{ "fs/file-nr", 0444, show_file_nr, NULL, NULL, PROC_USUAL },
	{ "fs/inode-nr", 0444, show_inode_state, NULL, NULL, PROC_USUAL },
	{ "fs/inode-state", 0444, show_inode_state, NULL, (void *)1, PROC_USUAL },
	{ "fs/inotify/max_queued_events", 0644, proc_show_setting, proc_store_setting, &proc_set_inotify_events, PROC_USUAL },
	{ "fs/inotify/max_user_instances", 0644, proc_show_setting, proc_store_setting, &proc_set_inotify_instances, PROC_USUAL },
	{ "fs/inotify/max_user_watches", 0644, proc_show_setting, proc_store_setting, &proc_set_inotify_watches, PROC_USUAL },
	{ "fs/lease-break-time", 0644, proc_show_setting, proc_store_setting, &proc_set_lease_break_time, PROC_USUAL },
	{ "fs/leases-enable", 0644, proc_show_setting, proc_store_setting, &proc_set_leases_enable, PROC_USUAL },
	{ "fs/mount-max", 0644, proc_show_setting, proc_store_setting, &proc_set_mount_max, PROC_USUAL },
	{ "fs/mqueue/msg_default", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_MSG_DEFAULT, PROC_USUAL },
	{ "fs/mqueue/msg_max", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_MSG_MAX, PROC_USUAL },
	{ "fs/mqueue/msgsize_default", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_SIZE_DEFAULT, PROC_USUAL },
	{ "fs/mqueue/msgsize_max", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_SIZE_MAX, PROC_USUAL },
	{ "fs/mqueue/queues_max", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MQ_QUEUES_MAX, PROC_USUAL },
	{ "fs/nr_open", 0644, proc_show_setting, proc_store_setting, &proc_set_nr_open, PROC_USUAL },
	{ "fs/overflowgid", 0644, proc_show_setting, proc_store_fixed, &proc_set_overflow_id, PROC_USUAL },
	{ "fs/overflowuid", 0644, proc_show_setting, proc_store_fixed, &proc_set_overflow_id, PROC_USUAL },
	{ "fs/pipe-max-size", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_PIPE_MAX_SIZE, PROC_USUAL },
	{ "fs/pipe-user-pages-hard", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_PIPE_USER_HARD, PROC_USUAL },
	{ "fs/pipe-user-pages-soft", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_PIPE_USER_SOFT, PROC_USUAL },
	{ "fs/protected_fifos", 0644, proc_show_setting, proc_store_setting, &proc_set_fifos, PROC_USUAL },
	{ "fs/protected_hardlinks", 0644, proc_show_setting, proc_store_setting, &proc_set_hardlinks, PROC_USUAL },
	{ "fs/protected_regular", 0644, proc_show_setting, proc_store_setting, &proc_set_regular, PROC_USUAL },
	{ "fs/protected_symlinks", 0644, proc_show_setting, proc_store_setting, &proc_set_symlinks, PROC_USUAL },
	{ "fs/suid_dumpable", 0644, proc_show_setting, proc_store_setting, &proc_set_suid_dumpable, PROC_USUAL },
	{ "kernel/arch", 0444, show_text, NULL, "x86_64", PROC_STRING },
	{ "kernel/cap_last_cap", 0444, show_text, NULL, "40", PROC_USUAL },
	{ "kernel/core_pattern", 0644, show_core_pattern, store_core_pattern, NULL, PROC_STRING },
	{ "kernel/core_uses_pid", 0644, proc_show_setting, proc_store_setting, &proc_set_core_uses_pid, PROC_USUAL },
	{ "kernel/dmesg_restrict", 0644, proc_show_setting, proc_store_fixed, &proc_set_one, PROC_USUAL },
	{ "kernel/domainname", 0644, show_uts, store_uts, (void *)UTS_DOMAIN, PROC_STRING },
	{ "kernel/hostname", 0644, show_uts, store_uts, (void *)UTS_NODE, PROC_STRING },
	{ "kernel/msg_next_id", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MSG_NEXT, PROC_USUAL },
	{ "kernel/msgmax", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MSGMAX, PROC_USUAL },
	{ "kernel/msgmnb", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MSGMNB, PROC_USUAL },
	{ "kernel/msgmni", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_MSGMNI, PROC_USUAL },
	{ "kernel/ngroups_max", 0444, show_text, NULL, "65536", PROC_USUAL },
	{ "kernel/osrelease", 0444, show_text, NULL, KERNEL_RELEASE, PROC_STRING },
	{ "kernel/ostype", 0444, show_text, NULL, KERNEL_SYSNAME, PROC_STRING },
	{ "kernel/overflowgid", 0644, proc_show_setting, proc_store_fixed, &proc_set_overflow_id, PROC_USUAL },
	{ "kernel/overflowuid", 0644, proc_show_setting, proc_store_fixed, &proc_set_overflow_id, PROC_USUAL },
	{ "kernel/panic_on_oops", 0644, proc_show_setting, proc_store_fixed, &proc_set_one, PROC_USUAL },
	{ "kernel/pid_max", 0644, proc_show_setting, proc_store_setting, &proc_set_pid_max, PROC_USUAL },
	{ "kernel/printk", 0644, proc_show_printk, proc_store_printk, NULL, PROC_USUAL },
	{ "kernel/random/boot_id", 0444, show_uuid, NULL, (void *)1, PROC_STRING },
	{ "kernel/random/entropy_avail", 0444, show_text, NULL, "256", PROC_USUAL },
	{ "kernel/random/poolsize", 0444, show_text, NULL, "256", PROC_USUAL },
	{ "kernel/random/uuid", 0444, show_uuid, NULL, NULL, PROC_STRING },
	{ "kernel/randomize_va_space", 0644, proc_show_setting, proc_store_setting, &proc_set_randomize, PROC_USUAL },
	{ "kernel/sched_rr_timeslice_ms", 0644, proc_show_setting, proc_store_fixed, &proc_set_rr_slice, PROC_USUAL },
	{ "kernel/seccomp/actions_avail", 0444, show_text, NULL, "kill_process kill_thread trap errno user_notif trace log allow", PROC_STRING },
	{ "kernel/sem", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SEM, PROC_USUAL },
	{ "kernel/sem_next_id", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SEM_NEXT, PROC_USUAL },
	{ "kernel/shm_next_id", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SHM_NEXT, PROC_USUAL },
	{ "kernel/shm_rmid_forced", 0644, proc_show_setting, proc_store_fixed, &proc_set_zero, PROC_USUAL },
	{ "kernel/shmall", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SHMALL, PROC_USUAL },
	{ "kernel/shmmax", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SHMMAX, PROC_USUAL },
	{ "kernel/shmmni", 0644, proc_show_ipc_limit, proc_store_ipc_limit, (void *)IPC_LIMIT_SHMMNI, PROC_USUAL },
	{ "kernel/tainted", 0644, proc_show_setting, proc_store_fixed, &proc_set_zero, PROC_USUAL },
	{ "kernel/threads-max", 0644, show_threads_max, NULL, NULL, PROC_USUAL },
	{ "kernel/version", 0444, show_text, NULL, KERNEL_VERSION, PROC_STRING },
	{ "vm/admin_reserve_kbytes", 0644, proc_show_setting, proc_store_setting, &proc_set_admin_reserve, PROC_USUAL },
	{ "vm/drop_caches", 0200, NULL, store_drop_caches, NULL, PROC_USUAL },
	{ "vm/hugetlb_shm_group", 0644, proc_show_setting, proc_store_setting, &proc_set_hugetlb_group, PROC_USUAL },
	{ "vm/max_map_count", 0644, proc_show_setting, proc_store_setting, &proc_set_map_count, PROC_USUAL },
	{ "vm/memfd_noexec", 0644, show_memfd_noexec, store_memfd_noexec, NULL, PROC_USUAL },
	{ "vm/mmap_min_addr", 0644, proc_show_setting, proc_store_fixed, &proc_set_mmap_min, PROC_USUAL },
	{ "vm/nr_hugepages", 0644, proc_show_setting, store_nr_hugepages, &proc_set_zero, PROC_USUAL },
	{ "vm/nr_hugepages_mempolicy", 0644, proc_show_setting, store_nr_hugepages, &proc_set_zero, PROC_USUAL },
	{ "vm/nr_overcommit_hugepages", 0644, proc_show_setting, proc_store_setting, &proc_set_hugetlb_overcommit, PROC_USUAL },
	{ "vm/oom_kill_allocating_task", 0644, proc_show_setting, proc_store_setting, &proc_set_oom_kill_allocating, PROC_USUAL },
	{ "vm/overcommit_kbytes", 0644, proc_show_setting, proc_store_overcommit_kbytes, &proc_set_overcommit_kbytes, PROC_USUAL },
	{ "vm/overcommit_memory", 0644, proc_show_setting, proc_store_setting, &proc_set_overcommit_memory, PROC_USUAL },
	{ "vm/overcommit_ratio", 0644, proc_show_setting, proc_store_overcommit_ratio, &proc_set_overcommit_ratio, PROC_USUAL },
	{ "vm/panic_on_oom", 0644, proc_show_setting, proc_store_setting, &proc_set_oom_panic, PROC_USUAL },
	{ "vm/user_reserve_kbytes", 0644, proc_show_setting, proc_store_setting, &proc_set_user_reserve, PROC_USUAL },
	{ NULL, 0, NULL, NULL, NULL, PROC_USUAL },
};
