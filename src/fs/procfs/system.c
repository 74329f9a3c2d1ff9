/*
 * system.c - the files of /proc itself: what the machine and the kernel are doing.
 *
 * Formats are Linux's (proc(5)); programs parse them by field names and positions.
 * Context: task, may sleep. Sums over CPUs are read without stopping anybody.
 */
#include "procfs_priv.h"
#include <lib/printf.h>
#include <lib/string.h>
#include <arch/cpu.h>
#include <arch/irq.h>
#include <mm/boot.h>
#include <mm/commit.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <time/clock.h>
#include <sched/sched.h>
#include <fs/file.h>
#include <base/version.h>

#define PAGES_KB(pages) ((uint64_t)(pages) * (PAGE_SIZE / 1024))
#define NS_TO_TICKS(ns) ((uint64_t)((ns) / (NSEC_PER_SEC / USER_HZ)))

static int show_cmdline(struct text_buf *b, void *arg)
{
	return text_printf(b, "%s\n", boot_info->cmdline);
}

static int show_cpuinfo(struct text_buf *b, void *arg)
{
	char stanza[2048];

	for (unsigned cpu = 0; cpu < nr_cpus_online; cpu++) {
		cpu_describe(cpu, stanza, sizeof stanza);
		text_printf(b, "%s\n", stanza);
	}
	return 0;
}

static int show_devices(struct text_buf *b, void *arg)
{
	const char *name, *last = "";
	unsigned major, last_major = ~0u;

	text_printf(b, "Character devices:\n");
	for (unsigned i = 0; chrdev_info(i, &major, &name); i++) {
		if (major != last_major || strcmp(name, last))  /* ranges of one driver are one line */
			text_printf(b, "%3u %s\n", major, name);
		last = name;
		last_major = major;
	}
	return text_printf(b, "\nBlock devices:\n");
}

static int show_filesystems(struct text_buf *b, void *arg)
{
	for (const struct fs_type *t = fs_first(); t; t = t->next)
		text_printf(b, "%s\t%s\n", t->nodev ? "nodev" : "", t->name);
	return 0;
}

static void cpu_heads(struct text_buf *b, const char *fmt)
{
	for (unsigned cpu = 0; cpu < nr_cpus_online; cpu++) {
		char name[16];

		snprintf(name, sizeof name, "CPU%u", cpu);
		text_printf(b, fmt, name);
	}
	text_printf(b, "\n");
}

static void interrupt_row(struct text_buf *b, const char *head, int line, const char *tail)
{
	text_printf(b, "%3s:", head);
	for (unsigned cpu = 0; cpu < nr_cpus_online; cpu++)
		text_printf(b, " %10lu", line < 0 ? 0ul : irq_line_count((unsigned)line, cpu));
	text_printf(b, "   %s\n", tail);
}

/* The CPU's own interrupts: by name, and as Linux calls them. */
static const struct { const char *name, *head, *text; } system_lines[] = {
	{ "timer", "LOC", "Local timer interrupts" }, { "spurious", "SPU", "Spurious interrupts" },
	{ "resched", "RES", "Rescheduling interrupts" }, { "xcall", "CAL", "Function call interrupts" },
};

static bool is_system_line(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(system_lines); i++)
		if (!strcmp(name, system_lines[i].name))
			return true;
	return !strcmp(name, "error");
}

static int show_interrupts(struct text_buf *b, void *arg)
{
	char head[12], tail[48];
	uint64_t errors = 0;

	text_printf(b, "           ");
	cpu_heads(b, "%-11s");
	for (unsigned line = 0; irq_line_name(line); line++) {
		if (is_system_line(irq_line_name(line)))
			continue;
		snprintf(head, sizeof head, "%u", line);
		snprintf(tail, sizeof tail, "IO-APIC  %s", irq_line_name(line));
		interrupt_row(b, head, (int)line, tail);
	}
	interrupt_row(b, "NMI", -1, "Non-maskable interrupts");
	for (size_t i = 0; i < ARRAY_SIZE(system_lines); i++)
		for (unsigned line = 0; irq_line_name(line); line++)
			if (!strcmp(irq_line_name(line), system_lines[i].name))
				interrupt_row(b, system_lines[i].head, (int)line, system_lines[i].text);
	for (unsigned line = 0; irq_line_name(line); line++)
		for (unsigned cpu = 0; cpu < nr_cpus_online && !strcmp(irq_line_name(line), "error"); cpu++)
			errors += irq_line_count(line, cpu);
	interrupt_row(b, "TLB", -1, "TLB shootdowns");
	return text_printf(b, "ERR: %10lu\nMIS: %10u\n", errors, 0u);
}

static int show_loadavg(struct text_buf *b, void *arg)
{
	uint64_t load[3];

	sched_load_average(load);
	for (int i = 0; i < 3; i++) {
		uint64_t v = load[i] + 10;      /* rounds to hundredths of 1/2048 */

		text_printf(b, "%lu.%02lu ", v >> 11, (v & 2047) * 100 >> 11);
	}
	return text_printf(b, "%u/%u %d\n", sched_nr_runnable(), load_relaxed(&tasklist.nr_threads), pid_last());
}

/*
 * MemFree is what is in use for nobody: free pages, and what the kernel keeps at hand in bounded caches and
 * gives back when memory is low: pages in per-CPU lists, free slab objects, spare kernel stacks and what describes
 * them. Slab and KernelStack are without those. No page is ever written back, swapped or reclaimed.
 */
static int show_meminfo(struct text_buf *b, void *arg)
{
	uint64_t nr_spare = kstack_nr_cached(), spare_stacks, spare_slab, slab, stacks, free, plain;
	struct mm_stats s;

	mm_stats_read(&s);
	spare_stacks = MIN(nr_spare * (KSTACK_SIZE / PAGE_SIZE), s.kernel_stacks);
	spare_slab = MIN((s.slab_cached_bytes + nr_spare * VMALLOC_OVERHEAD) >> PAGE_SHIFT, s.slab);
	slab = s.slab - spare_slab;
	stacks = s.kernel_stacks - spare_stacks;
	free = s.free + spare_slab + spare_stacks;
	plain = s.file - MIN(s.shmem, s.file);
	const struct { const char *name; uint64_t pages; } rows[] = {
		{ "MemTotal:", s.total }, { "MemFree:", free }, { "MemAvailable:", free },
		{ "Buffers:", 0 }, { "Cached:", s.file }, { "SwapCached:", 0 },
		{ "Active:", s.anon }, { "Inactive:", s.file }, { "Active(anon):", s.anon }, { "Inactive(anon):", s.shmem },
		{ "Active(file):", 0 }, { "Inactive(file):", plain }, { "Unevictable:", s.mlocked }, { "Mlocked:", s.mlocked },
		{ "SwapTotal:", 0 }, { "SwapFree:", 0 }, { "Dirty:", 0 }, { "Writeback:", 0 }, { "AnonPages:", s.anon }, { "Mapped:", 0 },
		{ "Shmem:", s.shmem }, { "KReclaimable:", 0 }, { "Slab:", slab }, { "SReclaimable:", 0 },
		{ "SUnreclaim:", slab }, { "KernelStack:", stacks }, { "PageTables:", s.tables }, { "SecPageTables:", 0 },
		{ "NFS_Unstable:", 0 }, { "Bounce:", 0 }, { "WritebackTmp:", 0 }, { "CommitLimit:", commit_limit_pages() },
		{ "Committed_AS:", commit_promised_pages() }, { "VmallocTotal:", 1ul << 33 }, { "VmallocUsed:", s.vmalloc },
		{ "VmallocChunk:", 0 }, { "Percpu:", percpu_area_bytes() * nr_cpus >> PAGE_SHIFT }, { "HardwareCorrupted:", load_relaxed(&mm_nr_failed) },
		{ "AnonHugePages:", s.anon_huge }, { "ShmemHugePages:", 0 }, { "ShmemPmdMapped:", 0 }, { "FileHugePages:", 0 },
		{ "FilePmdMapped:", 0 }, { "Unaccepted:", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		text_printf(b, "%-15s %8lu kB\n", rows[i].name, PAGES_KB(rows[i].pages));
	text_printf(b, "HugePages_Total:       0\nHugePages_Free:        0\nHugePages_Rsvd:        0\nHugePages_Surp:        0\n");
	return text_printf(b, "Hugepagesize:       2048 kB\nHugetlb:               0 kB\nDirectMap4k:           0 kB\n"
			   "DirectMap2M:    %8lu kB\nDirectMap1G:           0 kB\n", PAGES_KB(s.total));
}

static int show_partitions(struct text_buf *b, void *arg)
{
	return 0;               /* a heading comes with the first one only */
}

static int show_slabinfo(struct text_buf *b, void *arg)
{
	struct slab_info s;

	text_printf(b, "slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> "
		    ": tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
	for (unsigned i = 0; slab_cache_info(i, &s); i++)
		text_printf(b, "%-17s %6lu %6lu %6zu %4u %4u : tunables %4u %4u %4u : slabdata %6lu %6lu %6lu\n", s.name, s.active,
			    s.slabs * s.per_slab, s.size, s.per_slab, s.slab_pages, 0, 0, 0, s.slabs, s.slabs, 0ul);
	return 0;
}

#ifdef CONFIG_DEBUG
static int show_slab_owners(struct text_buf *b, void *arg)
{
	const char *cache;
	uintptr_t caller;
	long count;

	for (unsigned i = 0; slab_owner_info(i, &cache, &caller, &count); i++)
		if (count)
			text_printf(b, "%s %pS %ld\n", cache, (void *)caller, count);
	return 0;
}
#endif

static void stat_line(struct text_buf *b, const char *name, const struct sched_cpu_stats *s)
{
	text_printf(b, "%s %lu 0 %lu %lu %lu %lu 0 0 0 0\n", name, NS_TO_TICKS(s->user_ns), NS_TO_TICKS(s->system_ns),
		    NS_TO_TICKS(s->idle_ns), NS_TO_TICKS(s->iowait_ns), NS_TO_TICKS(s->irq_ns));
}

static void show_stat_cpus(struct text_buf *b, uint64_t *switches)
{
	struct sched_cpu_stats sum = { 0 }, s;
	char name[16];

	for (unsigned cpu = 0; cpu < nr_cpus_online; cpu++) {
		sched_cpu_stats_read(cpu, &s);
		sum.user_ns += s.user_ns;
		sum.system_ns += s.system_ns;
		sum.idle_ns += s.idle_ns;
		sum.iowait_ns += s.iowait_ns;
		sum.irq_ns += s.irq_ns;
		sum.nr_switches += s.nr_switches;
	}
	stat_line(b, "cpu ", &sum);
	for (unsigned cpu = 0; cpu < nr_cpus_online; cpu++) {
		sched_cpu_stats_read(cpu, &s);
		snprintf(name, sizeof name, "cpu%u", cpu);
		stat_line(b, name, &s);
	}
	*switches = sum.nr_switches;
}

static int show_stat(struct text_buf *b, void *arg)
{
	uint64_t switches, total = 0;

	show_stat_cpus(b, &switches);
	for (unsigned line = 0; irq_line_name(line); line++)
		for (unsigned cpu = 0; cpu < nr_cpus_online; cpu++)
			total += irq_line_count(line, cpu);
	text_printf(b, "intr %lu\nctxt %lu\nbtime %lu\nprocesses %lu\n", total, switches, clock_boot_realtime_seconds(), tasklist.nr_forks);
	return text_printf(b, "procs_running %u\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n", sched_nr_runnable());
}

static int show_swaps(struct text_buf *b, void *arg)
{
	return text_printf(b, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
}

static int show_uptime(struct text_buf *b, void *arg)
{
	uint64_t up = clock_boottime_ns() / (NSEC_PER_SEC / 100), idle = 0;
	struct sched_cpu_stats s;

	for (unsigned cpu = 0; cpu < nr_cpus_online; cpu++) {
		sched_cpu_stats_read(cpu, &s);
		idle += s.idle_ns / (NSEC_PER_SEC / 100);
	}
	return text_printf(b, "%lu.%02lu %lu.%02lu\n", up / 100, up % 100, idle / 100, idle % 100);
}

static int show_version(struct text_buf *b, void *arg)
{
	return text_printf(b, "%s version %s (%s) %s\n", KERNEL_SYSNAME, KERNEL_RELEASE, KERNEL_COMPILER, KERNEL_VERSION);
}

static int show_vmstat(struct text_buf *b, void *arg)
{
	struct mm_stats s;

	mm_stats_read(&s);
	const struct { const char *name; uint64_t v; } rows[] = {
		{ "nr_free_pages", s.free }, { "nr_inactive_anon", s.shmem }, { "nr_active_anon", s.anon },
		{ "nr_inactive_file", s.file - MIN(s.shmem, s.file) }, { "nr_active_file", 0 }, { "nr_unevictable", s.mlocked },
		{ "nr_mlock", s.mlocked }, { "nr_slab_reclaimable", 0 }, { "nr_slab_unreclaimable", s.slab }, { "nr_anon_pages", s.anon },
		{ "nr_file_pages", s.file }, { "nr_dirty", 0 }, { "nr_writeback", 0 }, { "nr_shmem", s.shmem },
		{ "nr_kernel_stack", s.kernel_stacks * (PAGE_SIZE / 1024) }, { "nr_page_table_pages", s.tables },
		{ "pgpgin", 0 }, { "pgpgout", 0 }, { "pswpin", 0 }, { "pswpout", 0 }, { "pgfault", s.faults }, { "pgmajfault", s.major_faults },
		{ "oom_kill", s.oom_kills },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		text_printf(b, "%s %lu\n", rows[i].name, rows[i].v);
	return 0;
}

/* Work that Linux puts off in this way is done here by threads or at once: all are 0. */
static int show_softirqs(struct text_buf *b, void *arg)
{
	static const char *const names[] = { "HI:", "TIMER:", "NET_TX:", "NET_RX:", "BLOCK:", "IRQ_POLL:", "TASKLET:", "SCHED:", "HRTIMER:", "RCU:" };

	text_printf(b, "                    ");
	cpu_heads(b, "%-8s   ");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		text_printf(b, "%12s", names[i]);
		for (unsigned cpu = 0; cpu < nr_cpus_online; cpu++)
			text_printf(b, " %10u", 0u);
		text_printf(b, "\n");
	}
	return 0;
}

/* The first serial port: it takes the kernel's log, and is /dev/console. */
static int show_consoles(struct text_buf *b, void *arg) { return text_printf(b, "ttyS0                -W- (EC p a)    4:64\n"); }

static int show_diskstats(struct text_buf *b, void *arg) { return 0; }   /* no block device: an empty file */

const struct proc_file proc_system_files[] = {
	{ "cmdline", 0444, show_cmdline, NULL, NULL, PROC_USUAL },
	{ "consoles", 0444, show_consoles, NULL, NULL, PROC_USUAL },
	{ "cpuinfo", 0444, show_cpuinfo, NULL, NULL, PROC_USUAL },
	{ "devices", 0444, show_devices, NULL, NULL, PROC_USUAL },
	{ "diskstats", 0444, show_diskstats, NULL, NULL, PROC_USUAL },
	{ "filesystems", 0444, show_filesystems, NULL, NULL, PROC_USUAL },
	{ "interrupts", 0444, show_interrupts, NULL, NULL, PROC_USUAL },
	{ "loadavg", 0444, show_loadavg, NULL, NULL, PROC_USUAL },
	{ "locks", 0444, proc_show_locks, NULL, NULL, PROC_USUAL },
	{ "meminfo", 0444, show_meminfo, NULL, NULL, PROC_USUAL },
	{ "partitions", 0444, show_partitions, NULL, NULL, PROC_USUAL },
#ifdef CONFIG_DEBUG
	{ "slab_owners", 0400, show_slab_owners, NULL, NULL, PROC_USUAL },
#endif
	{ "slabinfo", 0400, show_slabinfo, NULL, NULL, PROC_USUAL },
	{ "softirqs", 0444, show_softirqs, NULL, NULL, PROC_USUAL },
	{ "stat", 0444, show_stat, NULL, NULL, PROC_USUAL },
	{ "swaps", 0444, show_swaps, NULL, NULL, PROC_POLLED },
	{ "uptime", 0444, show_uptime, NULL, NULL, PROC_USUAL },
	{ "version", 0444, show_version, NULL, NULL, PROC_USUAL },
	{ "vmstat", 0444, show_vmstat, NULL, NULL, PROC_USUAL },
	{ NULL, 0, NULL, NULL, NULL, PROC_USUAL },
};
