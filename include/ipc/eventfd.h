/* eventfd.h - a counter to wait for. */
#pragma once
#include <fs/file.h>

/* eventfd(2)'s flags: linux-libc-dev has no header for them. */
#define EFD_SEMAPHORE 1
#define EFD_CLOEXEC O_CLOEXEC
#define EFD_NONBLOCK O_NONBLOCK

bool file_is_eventfd(const struct file *f);
/* Add one, whatever is there: past the most that a write can reach, it stays and polls as an error. Any task context. */
void eventfd_signal(struct file *f);
/* eventfd2(2); flags EFD_*. Result counted. 0, -EINVAL, -ENOMEM. */
__must_check int eventfd_create(unsigned count, int flags, struct file **out);
