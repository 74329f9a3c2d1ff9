/*
 * main.c - the order of bring-up. Nothing starts anywhere else.
 *
 * kernel_main() runs on the boot CPU with interrupts off until the scheduler
 * stands; it then becomes that CPU's idle loop. Everything that may sleep
 * happens in the thread bring_up(), which ends by starting the first program.
 */
#include <arch/cpu.h>
#include <arch/fpu.h>
#include <arch/paging.h>
#include <arch/timer.h>
#include <arch/upcall.h>
#include <arch/vdso.h>
#include <base/version.h>
#include <drivers/tty.h>
#include <fs/file.h>
#include <fs/filesystems.h>
#include <ipc/futex.h>
#include <ipc/pipe.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/page.h>
#include <net/socket.h>
#include <percpu/percpu.h>
#include <proc/proc.h>
#include <sched/sched.h>
#include <sync/hold.h>
#include <sync/debug.h>
#include <sync/defer.h>
#include <sync/rcu.h>
#include <task/ns.h>
#include <task/pid.h>
#include <time/clock.h>
#include <trace/klog.h>

static void console_early_write(const char *s, size_t n)
{
	for (; n; n--, s++) {
		if (*s == '\n')
			early_putc('\r');
		early_putc(*s);
	}
}

static void memory_report(void)
{
	struct mm_stats s;

	mm_stats_read(&s);
	klog(KLOG_INFO, "init: %lu KiB free of %lu KiB, %lu KiB of files\n", s.free * 4, s.total * 4, s.file * 4);
}

/* In process 1, before its program. */
static void root_fill(void)
{
	paddr_t from = PADDR(boot_info->initrd_base), to = PADDR(boot_info->initrd_base + boot_info->initrd_len);

	if (!boot_info->initrd_len) {
		klog(KLOG_WARN, "init: the boot loader gave no initramfs\n");
		return;
	}
	initramfs_unpack(phys_to_virt(from), boot_info->initrd_len);   /* says itself what is wrong with it */
	mm_free_range(from, to);
	memory_report();
}

static void bring_up(void *unused)
{
	char init[PATH_MAX_LEN / 16] = "", rdinit[PATH_MAX_LEN / 16] = "";

	rcu_start_threads();
	defer_start_thread();
	sched_start_threads();
	sync_debug_start();
	task_cache_init();
	ns_setup();
	pid_init();
	fs_init();
	file_init();
	futex_init();
	ipc_init();
	net_init(&(const struct socket_helpers){ .pidfd_prepare = pidfd_prepare });
	procfs_init();
	sysfs_init();
	memdev_init();
	tty_init();
	proc_init();
	vdso_init();
	paging_seal();
	boot_option("init", init, sizeof init);
	boot_option("rdinit", rdinit, sizeof rdinit);
	proc_start_init(init, rdinit, root_fill);
}

void __noreturn kernel_main(struct boot_info *info)
{
	klog_early_init(info->cmdline);
	klog_set_console(console_early_write);
	klog(KLOG_INFO, "Percival %s, booted by %s\n", KERNEL_RELEASE, info->loader);
	klog(KLOG_INFO, "Command line: %s\n", info->cmdline);
	boot_mem_init(info);
	acpi_early();
	paging_init(info);
	percpu_init(nr_cpus);
	cpu_init_boot();
	mm_init();
	irqchip_init();
	fpu_init_boot();
	arch_clock_init();
	clock_init();
	rcu_init();
	hold_init();
	sched_init();
	timer_init_cpu();
	smp_start_all();
	klog(KLOG_INFO, "init: %u of %u CPUs run\n", nr_cpus_online, nr_cpus);
	if (kthread_start("bring-up", bring_up, NULL, -1, NULL))
		panic("init: no memory for the first thread");
	sched_idle_loop();
}
