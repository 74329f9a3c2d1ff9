/* ioctl_fs.h - requests that go to the file system of any file, before the file itself is asked. */
#pragma once
#include <base/compiler.h>

struct file;
/* Its result, or -ENOIOCTLCMD when cmd is none of these. May sleep. */
long ioctl_fs(struct file *f, unsigned cmd, uint64_t arg);
