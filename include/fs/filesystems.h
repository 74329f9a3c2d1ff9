/* filesystems.h - registration of the file systems that are built in, called once by bring-up. */
#pragma once
#include <base/types.h>

/*
 * Unpack a cpio archive (newc) into the root. 0, or -EINVAL / -ENOMEM / ... after a log line that
 * names file and offset; what was unpacked before stays. Task context.
 */
int initramfs_unpack(const void *data, size_t len);
void procfs_init(void);
struct file;
struct pid;
/* Whose directory f is: the pid of an open /proc/PID, held by f, or NULL for any other file. */
struct pid *procfs_pid(const struct file *f);
void sysfs_init(void);
