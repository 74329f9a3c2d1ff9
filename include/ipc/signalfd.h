/* signalfd.h - pending signals to read, signalfd(2). */
#pragma once
#include <fs/file.h>
#include <task/signal_types.h>

/* Flags O_NONBLOCK only. Result counted. 0, -ENOMEM. */
__must_check int signalfd_create_file(sigset64_t set, int flags, struct file **out);
/* Change what f is for: 0, -EINVAL when it is no signalfd. */
__must_check int signalfd_set(struct file *f, sigset64_t set);
