/* proc_ipc.h - what /proc shows of the room ipc, which stands above: filled in by ipc at bring-up. */
#pragma once
#include <fs/pseudo.h>

enum proc_ipc_limit {
	IPC_LIMIT_MSGMAX, IPC_LIMIT_MSGMNB, IPC_LIMIT_MSGMNI, IPC_LIMIT_SEM, IPC_LIMIT_SHMALL, IPC_LIMIT_SHMMAX, IPC_LIMIT_SHMMNI,
	IPC_LIMIT_MQ_MSG_DEFAULT, IPC_LIMIT_MQ_MSG_MAX, IPC_LIMIT_MQ_SIZE_DEFAULT, IPC_LIMIT_MQ_SIZE_MAX, IPC_LIMIT_MQ_QUEUES_MAX,
	IPC_LIMIT_PIPE_MAX_SIZE, IPC_LIMIT_PIPE_USER_HARD, IPC_LIMIT_PIPE_USER_SOFT, IPC_LIMIT_EPOLL_WATCHES, IPC_LIMIT_AIO_MAX, IPC_LIMIT_AIO_NR,
	IPC_LIMIT_SHM_NEXT, IPC_LIMIT_SEM_NEXT, IPC_LIMIT_MSG_NEXT,
};
struct proc_ipc_ops {
	int (*show[3])(struct text_buf *b, void *arg);                  /* /proc/sysvipc: shm, sem, msg */
	int (*limit_show)(struct text_buf *b, enum proc_ipc_limit which);       /* of the current task's namespace */
	int (*limit_store)(const char *text, size_t len, enum proc_ipc_limit which);    /* 0, bytes taken, -EINVAL, -EPERM */
};
/*
 * As Linux reads numbers below /proc/sys: blanks, a number (0octal, 0xhex), the blanks behind it; *at moves on. -EINVAL: none, or no blank
 * behind it. In procfs.
 */
__must_check int proc_number_next(const char **at, const char *end, uint64_t *out, bool *negative);
extern const struct proc_ipc_ops *proc_ipc_ops;
