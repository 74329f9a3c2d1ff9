/* mqueue.h - POSIX message queues: the system calls' bodies. All may sleep. */
#pragma once
#include <fs/file.h>

struct mq_attr;

/* name: a kernel string; attr NULL: defaults. A descriptor or -errno. */
long mqueue_open(const char *name, int flags, uint32_t mode, const struct mq_attr *attr);
long mqueue_unlink(const char *name);
/* until_ns: by the real-time clock, below 2^63. */
#define MQUEUE_NO_DEADLINE (~0ull)
long mqueue_send(struct file *f, uaddr_t msg, size_t size, unsigned priority, uint64_t until_ns);
long mqueue_receive(struct file *f, uaddr_t msg, size_t size, uaddr_t priority, uint64_t until_ns);
/* event NULL: no more. type SIGEV_SIGNAL or SIGEV_NONE. */
long mqueue_notify(struct file *f, const struct sigevent *event);
void mqueue_attributes(struct file *f, const struct mq_attr *set, struct mq_attr *old);
bool file_is_mqueue(const struct file *f);
