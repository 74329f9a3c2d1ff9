/*
 * sysfs.c - /sys: the CPUs and their topology and caches, and the directories that programs look for.
 */
#include "text.h"

static void get(const char *path)
{
	if (slurp(path) < 0)
		say("%s: %s\n", path, errno_name(errno));
	else
		say("%s: %s", path, proc_text);
}

int main(void)
{
	static const char *const shapes[] = {
		"online", "possible", "present", "offline", "kernel_max", "isolated", NULL }, *const topology[] = {
		"core_cpus", "core_cpus_list", "core_id", "core_siblings", "core_siblings_list", "die_cpus", "die_cpus_list", "die_id", "package_cpus",
		"package_cpus_list", "physical_package_id", "thread_siblings", "thread_siblings_list", NULL }, *const cache[] = {
		"coherency_line_size", "id", "level", "number_of_sets", "shared_cpu_list", "shared_cpu_map", "size", "type", "ways_of_associativity", NULL }, *const dirs[] = {
		"block", "bus", "class", "dev", "devices", "firmware", "fs", "kernel", "module", "power", "devices/system/cpu/cpu0",
		"devices/system/node", "devices/system/node/node0", NULL };
	char path[128];

	for (int i = 0; dirs[i]; i++) {
		snprintf(path, sizeof path, "/sys/%s", dirs[i]);
		show_mode(path);
	}
	for (int i = 0; shapes[i]; i++) {
		snprintf(path, sizeof path, "/sys/devices/system/cpu/%s", shapes[i]);
		say("%s: %s\n", path, access(path, R_OK) ? errno_name(errno) : "ok");
	}
	for (int i = 0; topology[i]; i++) {
		snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/topology/%s", topology[i]);
		say("%s: %s\n", path, access(path, R_OK) ? errno_name(errno) : "ok");
	}
	get("/sys/devices/system/cpu/cpu0/topology/core_id");
	get("/sys/devices/system/cpu/cpu0/topology/physical_package_id");
	get("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list");
	for (int n = 0; n < 4; n++)
		for (int i = 0; cache[i]; i++) {
			snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", n, cache[i]);
			if (!strncmp(cache[i], "shared", 6))
				say("%s: %s\n", path, access(path, R_OK) ? errno_name(errno) : "ok");
			else
				get(path);
		}
	get("/sys/devices/system/node/online");
	get("/sys/devices/system/node/possible");
	return 0;
}
