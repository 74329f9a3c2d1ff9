/*
 * topology.c - /sys/devices/system/cpu/cpuN/{topology,cache} and /sys/devices/system/node.
 *
 * Made when /sys is mounted first. A file's argument holds CPU, cache and field; the pseudo_files of a CPU stand
 * in one piece and live for ever.  Context: task.
 */
#include <arch/topology.h>
#include <base/err.h>
#include <lib/printf.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <percpu/percpu.h>
#include "sysfs_priv.h"

enum field {
	TOPO_CORE_ID, TOPO_DIE_ID, TOPO_PACKAGE, TOPO_THREADS, TOPO_THREADS_LIST, TOPO_PACKAGE_CPUS, TOPO_PACKAGE_CPUS_LIST,
	CACHE_LINE, CACHE_ID, CACHE_LEVEL, CACHE_SETS, CACHE_SHARED, CACHE_SHARED_LIST, CACHE_SIZE, CACHE_TYPE, CACHE_WAYS,
};

static const struct { const char *name; enum field field; } topology_names[] = {
	{ "core_cpus", TOPO_THREADS }, { "core_cpus_list", TOPO_THREADS_LIST }, { "core_id", TOPO_CORE_ID },
	{ "core_siblings", TOPO_PACKAGE_CPUS }, { "core_siblings_list", TOPO_PACKAGE_CPUS_LIST }, { "die_cpus", TOPO_PACKAGE_CPUS },
	{ "die_cpus_list", TOPO_PACKAGE_CPUS_LIST }, { "die_id", TOPO_DIE_ID }, { "package_cpus", TOPO_PACKAGE_CPUS },
	{ "package_cpus_list", TOPO_PACKAGE_CPUS_LIST }, { "physical_package_id", TOPO_PACKAGE }, { "thread_siblings", TOPO_THREADS },
	{ "thread_siblings_list", TOPO_THREADS_LIST },
}, cache_names[] = {
	{ "coherency_line_size", CACHE_LINE }, { "id", CACHE_ID }, { "level", CACHE_LEVEL }, { "number_of_sets", CACHE_SETS },
	{ "shared_cpu_list", CACHE_SHARED_LIST }, { "shared_cpu_map", CACHE_SHARED }, { "size", CACHE_SIZE }, { "type", CACHE_TYPE },
	{ "ways_of_associativity", CACHE_WAYS },
};

#define ARG(cpu, cache, field) ((void *)(uintptr_t)((uint64_t)(cpu) << 16 | (cache) << 8 | (field)))

/* The CPUs whose APIC ids agree with cpu's above `bits`, as a list or as words of 32 bits. */
static int show_shared(struct text_buf *b, unsigned cpu, unsigned bits, bool list)
{
	const char *comma = "";

	if (list) {
		for (unsigned n = 0; n < nr_cpus; n++) {
			unsigned end = n;

			if (!cpu_shares(cpu, n, bits))
				continue;
			while (end + 1 < nr_cpus && cpu_shares(cpu, end + 1, bits))
				end++;
			text_printf(b, end > n ? "%s%u-%u" : "%s%u", comma, n, end);
			comma = ",";
			n = end;
		}
		return text_printf(b, "\n");
	}
	for (unsigned word = DIV_ROUND_UP(nr_cpus, 32); word-- > 0; comma = ",") {
		uint32_t mask = 0;

		for (unsigned n = word * 32; n < MIN(word * 32 + 32, nr_cpus); n++)
			mask |= cpu_shares(cpu, n, bits) ? 1u << (n % 32) : 0;
		text_printf(b, nr_cpus > 32 ? "%s%08x" : "%s%x", comma, mask);
	}
	return text_printf(b, "\n");
}

static int show_field(struct text_buf *b, void *arg)
{
	unsigned cpu = (uintptr_t)arg >> 16, index = (uintptr_t)arg >> 8 & 0xff;
	enum field field = (uintptr_t)arg & 0xff;
	struct cpu_place p;
	struct cpu_cache c;

	cpu_place_read(cpu, &p);
	if (field >= CACHE_LINE && !cpu_cache_read(index, &c))
		return -ENODEV;
	switch (field) {
	case TOPO_CORE_ID:           return text_printf(b, "%u\n", p.core);
	case TOPO_DIE_ID:            return text_printf(b, "0\n");
	case TOPO_PACKAGE:           return text_printf(b, "%u\n", p.package);
	case TOPO_THREADS:           return show_shared(b, cpu, p.thread_bits, false);
	case TOPO_THREADS_LIST:      return show_shared(b, cpu, p.thread_bits, true);
	case TOPO_PACKAGE_CPUS:      return show_shared(b, cpu, p.package_bits, false);
	case TOPO_PACKAGE_CPUS_LIST: return show_shared(b, cpu, p.package_bits, true);
	case CACHE_LINE:             return text_printf(b, "%u\n", c.line);
	case CACHE_ID:               return text_printf(b, "%u\n", cpu_apic_id(cpu) >> c.share_bits);
	case CACHE_LEVEL:            return text_printf(b, "%u\n", c.level);
	case CACHE_SETS:             return text_printf(b, "%u\n", c.sets);
	case CACHE_SHARED:           return show_shared(b, cpu, c.share_bits, false);
	case CACHE_SHARED_LIST:      return show_shared(b, cpu, c.share_bits, true);
	case CACHE_SIZE:             return text_printf(b, "%uK\n", c.kib);
	case CACHE_TYPE:             return text_printf(b, "%s\n", c.type);
	default:                     return text_printf(b, "%u\n", c.ways);
	}
}

static int add_field(struct dentry *dir, const char *name, struct pseudo_file **next, void *arg)
{
	struct pseudo_file *p = (*next)++;

	*p = (struct pseudo_file){ .show = show_field, .arg = arg };
	return pseudo_add_file(dir, name, 0444, p, NULL);
}

static int add_caches(struct dentry *cpu_dir, unsigned cpu, unsigned nr_caches, struct pseudo_file **next)
{
	struct dentry *caches, *dir;
	char name[16];
	int err = pseudo_add_dir(cpu_dir, "cache", 0755, &caches);

	for (unsigned n = 0; n < nr_caches && !err; n++) {
		snprintf(name, sizeof name, "index%u", n);
		err = pseudo_add_dir(caches, name, 0755, &dir);
		for (size_t i = 0; i < ARRAY_SIZE(cache_names) && !err; i++)
			err = add_field(dir, cache_names[i].name, next, ARG(cpu, n, cache_names[i].field));
	}
	return err;
}

int sysfs_add_cpu(struct dentry *cpu_dir, unsigned cpu)
{
	struct pseudo_file *next;
	struct cpu_cache c;
	struct dentry *dir;
	unsigned nr_caches = 0;
	int err;

	while (cpu_cache_read(nr_caches, &c))
		nr_caches++;
	next = kmalloc((ARRAY_SIZE(topology_names) + nr_caches * ARRAY_SIZE(cache_names)) * sizeof *next, 0);
	if (!next)
		return -ENOMEM;
	err = pseudo_add_dir(cpu_dir, "topology", 0755, &dir);
	for (size_t i = 0; i < ARRAY_SIZE(topology_names) && !err; i++)
		err = add_field(dir, topology_names[i].name, &next, ARG(cpu, 0, topology_names[i].field));
	return err ? err : add_caches(cpu_dir, cpu, nr_caches, &next);
}

/* ---- nodes: there is one ---- */

static int show_zero(struct text_buf *b, void *arg) { return text_printf(b, "0\n"); }
static int show_cpulist(struct text_buf *b, void *arg) { return show_shared(b, 0, 32, true); }
static int show_cpumap(struct text_buf *b, void *arg) { return show_shared(b, 0, 32, false); }
static int show_distance(struct text_buf *b, void *arg) { return text_printf(b, "10\n"); }

static int show_meminfo(struct text_buf *b, void *arg)
{
	struct mm_stats s;

	mm_stats_read(&s);
	return text_printf(b, "Node 0 MemTotal:       %8lu kB\nNode 0 MemFree:        %8lu kB\nNode 0 MemUsed:        %8lu kB\n", s.total * 4, s.free * 4,
			   (s.total - MIN(s.total, s.free)) * 4);
}

int sysfs_add_nodes(struct dentry *system)
{
	static const struct pseudo_file zero = { .show = show_zero }, cpulist = { .show = show_cpulist }, cpumap = { .show = show_cpumap },
		distance = { .show = show_distance }, meminfo = { .show = show_meminfo };
	static const struct { const char *name; const struct pseudo_file *file; } files[] = {
		{ "online", &zero }, { "possible", &zero }, { "has_cpu", &zero }, { "has_memory", &zero },
	}, of_node[] = {
		{ "cpulist", &cpulist }, { "cpumap", &cpumap }, { "distance", &distance }, { "meminfo", &meminfo },
	};
	struct dentry *nodes, *node;
	int err = pseudo_add_dir(system, "node", 0755, &nodes);

	for (size_t i = 0; i < ARRAY_SIZE(files) && !err; i++)
		err = pseudo_add_file(nodes, files[i].name, 0444, files[i].file, NULL);
	if (!err)
		err = pseudo_add_dir(nodes, "node0", 0755, &node);
	for (size_t i = 0; i < ARRAY_SIZE(of_node) && !err; i++)
		err = pseudo_add_file(node, of_node[i].name, 0444, of_node[i].file, NULL);
	return err;
}
