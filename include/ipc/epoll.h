/* epoll.h - many files watched at once. */
#pragma once
#include <fs/file.h>

__must_check int epoll_create_file(int flags, struct file **out);       /* EPOLL_CLOEXEC or 0; result counted */
/* epoll_ctl(2) with both files resolved; *e is read for ADD and MOD. */
__must_check int epoll_control(struct file *epf, int op, int fd, struct file *target, const struct epoll_event *e);
/*
 * Wait until deadline_ns (monotonic; 0: do not wait, ~0: for ever) for up to max events, stored at
 * `events`. How many, 0 at the deadline, -EINTR, -EFAULT, -EINVAL.
 */
long epoll_wait_events(struct file *epf, uaddr_t events, int max, uint64_t deadline_ns);
/* Write to *out the file behind the nth item (from 0) that was added as fd: not counted, only to be compared. -EINVAL, -ENOENT. */
__must_check int epoll_target(struct file *epf, int fd, unsigned nth, const struct file **out);
bool file_is_epoll(const struct file *f);
