/*
 * sysfs.c - /sys: the directories that programs expect, and the CPUs.
 *
 * A tree of pinned dentries (fs/pseudo.h) made once at bring-up, one super block
 * however often it is mounted. Files are generated when they are read.
 * Context: bring-up; shows: task context.
 */
#include <arch/cpu.h>
#include <asm/statfs.h>
#include <fs/filesystems.h>
#include <fs/pseudo.h>
#include <lib/printf.h>
#include <linux/magic.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <percpu/percpu.h>
#include <sync/mutex.h>
#include <trace/klog.h>
#include "sysfs_priv.h"

static struct super *sysfs_super;
static struct dentry *system_dir;           /* devices/system */
static struct mutex detail_lock = MUTEX_INIT(detail_lock, RANK_PSEUDO);
static struct dentry **cpu_dirs;            /* const after bring-up */
static bool is_detailed;                    /* topology.c's part is made; detail_lock */

static void must(int err, const char *what)
{
	if (err)
		panic("sysfs: cannot make %s: error %d", what, -err);
}

static struct dentry *add_dir(struct dentry *parent, const char *name)
{
	struct dentry *d;

	must(pseudo_add_dir(parent, name, 0755, &d), name);
	return d;
}

static int show_range(struct text_buf *b, unsigned n)
{
	return n > 1 ? text_printf(b, "0-%u\n", n - 1) : text_printf(b, "0\n");
}

static int show_online(struct text_buf *b, void *arg) { return show_range(b, nr_cpus_online); }
static int show_possible(struct text_buf *b, void *arg) { return show_range(b, nr_cpus); }
static int show_offline(struct text_buf *b, void *arg)
{
	if (nr_cpus_online == nr_cpus)
		return text_printf(b, "\n");
	return nr_cpus - nr_cpus_online > 1 ? text_printf(b, "%u-%u\n", nr_cpus_online, nr_cpus - 1) : text_printf(b, "%u\n", nr_cpus_online);
}
static int show_isolated(struct text_buf *b, void *arg) { return text_printf(b, "\n"); }
static int show_kernel_max(struct text_buf *b, void *arg) { return text_printf(b, "%u\n", nr_cpus - 1); }

static const struct { const char *name; struct pseudo_file file; } cpu_files[] = {
	{ "online", { .show = show_online } }, { "offline", { .show = show_offline } }, { "possible", { .show = show_possible } },
	{ "present", { .show = show_possible } }, { "kernel_max", { .show = show_kernel_max } },
	{ "isolated", { .show = show_isolated } },
};

static void add_cpus(struct dentry *system)
{
	struct dentry *cpus = add_dir(system, "cpu");
	char name[16];

	for (size_t i = 0; i < ARRAY_SIZE(cpu_files); i++)
		must(pseudo_add_file(cpus, cpu_files[i].name, 0444, &cpu_files[i].file, NULL), cpu_files[i].name);
	cpu_dirs = kzalloc(nr_cpus * sizeof *cpu_dirs);
	must(cpu_dirs ? 0 : -ENOMEM, "CPUs");
	for_each_cpu(cpu) {
		snprintf(name, sizeof name, "cpu%u", cpu);
		cpu_dirs[cpu] = add_dir(cpus, name);
	}
}

/* Made at the first mount: boot time does not pay for it. An error leaves out what there is no memory for. */
static void add_details(void)
{
	mutex_lock(&detail_lock);
	if (!is_detailed) {
		is_detailed = true;
		if (sysfs_add_nodes(system_dir))
			klog(KLOG_WARN, "sysfs: no memory for nodes\n");
		for_each_cpu(cpu)
			if (sysfs_add_cpu(cpu_dirs[cpu], cpu)) {
				klog(KLOG_WARN, "sysfs: no memory for CPU %u\n", cpu);
				break;
			}
	}
	mutex_unlock(&detail_lock);
}

/* ---- /sys/kernel/mm/transparent_hugepage ---- */

static const char *const huge_modes[] = { [HUGE_NEVER] = "never", [HUGE_MADVISE] = "madvise", [HUGE_ALWAYS] = "always" };

static int show_huge_mode(struct text_buf *b, void *arg)
{
	int mode = load_relaxed(&huge_mode);    /* relaxed: a setting */

	for (int i = HUGE_ALWAYS; i >= HUGE_NEVER; i--)
		text_printf(b, i == mode ? "[%s]%c" : "%s%c", huge_modes[i], i ? ' ' : '\n');
	return 0;
}

static int store_huge_mode(char *text, size_t len, loff_t at, void *arg)
{
	if (!len)
		return 0;                       /* as every file of /sys */
	if (text[len - 1] == '\n')
		text[len - 1] = 0;
	for (int i = 0; i < (int)ARRAY_SIZE(huge_modes); i++)
		if (!strcmp(text, huge_modes[i])) {
			store_relaxed(&huge_mode, i);
			return 0;
		}
	return -EINVAL;
}

static int show_huge_size(struct text_buf *b, void *arg) { return text_printf(b, "%lu\n", HUGE_SIZE); }

static void add_huge(struct dentry *kernel)
{
	static const struct pseudo_file mode = { .show = show_huge_mode, .store = store_huge_mode }, size = { .show = show_huge_size };
	struct dentry *dir = add_dir(add_dir(kernel, "mm"), "transparent_hugepage");

	must(pseudo_add_file(dir, "enabled", 0644, &mode, NULL), "enabled");
	must(pseudo_add_file(dir, "hpage_pmd_size", 0444, &size, NULL), "hpage_pmd_size");
}

static int statfs(struct super *s, void *out)
{
	struct statfs *st = out;

	st->f_type = SYSFS_MAGIC;
	st->f_bsize = PAGE_SIZE;
	st->f_namelen = NAME_MAX_LEN;
	return 0;
}

static const struct super_ops super_ops = { .statfs = statfs };

static int sysfs_mount(const struct fs_type *t, unsigned flags, const char *source, const char *options, struct super **out)
{
	add_details();
	refcount_get(&sysfs_super->refs);
	*out = sysfs_super;
	return 0;
}

static struct fs_type sysfs_type = { .name = "sysfs", .nodev = true, .mount = sysfs_mount };

void sysfs_init(void)
{
	static const char *const tops[] = { "block", "bus", "class", "dev", "firmware", "fs", "kernel", "module", "power" };

	must(pseudo_super_create(&sysfs_type, &super_ops, SYSFS_MAGIC, 0555, &sysfs_super), "the root");
	for (size_t i = 0; i < ARRAY_SIZE(tops); i++) {
		struct dentry *top = add_dir(sysfs_super->root, tops[i]);

		if (!strcmp(tops[i], "kernel"))
			add_huge(top);
	}
	system_dir = add_dir(add_dir(sysfs_super->root, "devices"), "system");
	add_cpus(system_dir);
	fs_register(&sysfs_type);
}
