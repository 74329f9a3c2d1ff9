/* sysfs_priv.h - the parts of /sys that topology.c makes. 0, -ENOMEM. */
#pragma once
#include <fs/pseudo.h>

__must_check int sysfs_add_cpu(struct dentry *cpu_dir, unsigned cpu);
__must_check int sysfs_add_nodes(struct dentry *system);
