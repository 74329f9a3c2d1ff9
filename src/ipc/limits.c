/*
 * limits.c - the limits of a namespace's IPC objects as text, for /proc/sys/kernel.
 *
 * Each is a single word, read without a lock by who needs it.
 */
#include <base/err.h>
#include <fs/proc_ipc.h>
#include <ipc/sysv.h>
#include <lib/string.h>
#include "ipc_priv.h"

struct limit { bool is_wide; void *at; uint64_t max, min; };

static struct limit limit_of(struct ipc_ns *ns, enum proc_ipc_limit which)
{
	switch (which) {
	case IPC_LIMIT_MSGMAX: return (struct limit){ false, &ns->msg_max, INT32_MAX, 0 };
	case IPC_LIMIT_MSGMNB: return (struct limit){ false, &ns->msg_mnb, INT32_MAX, 0 };
	case IPC_LIMIT_MSGMNI: return (struct limit){ false, &ns->msg_mni, 32768, 0 };
	case IPC_LIMIT_MQ_MSG_DEFAULT: return (struct limit){ false, &ns->mq_msg_default, 65536, 1 };
	case IPC_LIMIT_MQ_MSG_MAX: return (struct limit){ false, &ns->mq_msg_max, 65536, 1 };
	case IPC_LIMIT_MQ_SIZE_DEFAULT: return (struct limit){ false, &ns->mq_size_default, 16 << 20, 128 };
	case IPC_LIMIT_MQ_SIZE_MAX: return (struct limit){ false, &ns->mq_size_max, 16 << 20, 128 };
	case IPC_LIMIT_MQ_QUEUES_MAX: return (struct limit){ false, &ns->mq_queues_max, INT32_MAX, 0 };
	case IPC_LIMIT_SHM_NEXT: return (struct limit){ false, &ns->ids[SYSV_SHM].next_id, INT32_MAX, 0 };
	case IPC_LIMIT_SEM_NEXT: return (struct limit){ false, &ns->ids[SYSV_SEM].next_id, INT32_MAX, 0 };
	case IPC_LIMIT_MSG_NEXT: return (struct limit){ false, &ns->ids[SYSV_MSG].next_id, INT32_MAX, 0 };
	case IPC_LIMIT_SHMALL: return (struct limit){ true, &ns->shm_all, ~0ul, 0 };
	case IPC_LIMIT_SHMMAX: return (struct limit){ true, &ns->shm_max, ~0ul, 0 };
	case IPC_LIMIT_SHMMNI: return (struct limit){ false, &ns->shm_mni, 32768, 0 };
	case IPC_LIMIT_PIPE_MAX_SIZE: return (struct limit){ false, &pipe_max_size, 1u << 31, 0 };
	case IPC_LIMIT_PIPE_USER_HARD: return (struct limit){ true, &pipe_user_pages_hard, ~0ul, 0 };
	case IPC_LIMIT_PIPE_USER_SOFT: return (struct limit){ true, &pipe_user_pages_soft, ~0ul, 0 };
	case IPC_LIMIT_EPOLL_WATCHES: return (struct limit){ true, &epoll_max_user_watches, INT64_MAX, 0 };
	case IPC_LIMIT_AIO_MAX: return (struct limit){ true, &aio_max_nr, ~0ul, 0 };
	case IPC_LIMIT_AIO_NR: return (struct limit){ true, &aio_nr, 0, 0 };
	default: return (struct limit){ false, NULL, 0, 0 };
	}
}

static int show(struct text_buf *b, enum proc_ipc_limit which)
{
	struct ipc_ns *ns = ipc_ns_current();
	struct limit l;

	if (which == IPC_LIMIT_SEM)
		return text_printf(b, "%d\t%d\t%d\t%d\n", ns->sem_msl, ns->sem_mns, ns->sem_opm, ns->sem_mni);
	l = limit_of(ns, which);
	if (l.is_wide || which == IPC_LIMIT_PIPE_MAX_SIZE)
		return text_printf(b, "%lu\n", l.is_wide ? *(uint64_t *)l.at : *(uint32_t *)l.at);
	return text_printf(b, "%d\n", *(int *)l.at);
}

/* One int, as it stands there, also below zero. */
static int parse_int(const char **at, const char *end, int *out)
{
	bool negative;
	uint64_t v;

	if (proc_number_next(at, end, &v, &negative) || v > (uint64_t)INT32_MAX + negative)
		return -EINVAL;
	*out = negative ? (int)-(int64_t)v : (int)v;
	return 0;
}

/* As in Linux, numbers before a bad one are taken; of objects there are as many as before unless their number is good. */
static int store_sem(struct ipc_ns *ns, const char *text, size_t len)
{
	int *const to[] = { &ns->sem_msl, &ns->sem_mns, &ns->sem_opm, &ns->sem_mni };
	const char *at = text, *end = text + len;
	int v;

	for (unsigned i = 0; i < ARRAY_SIZE(to) && (at < end || !i); i++) {
		if (parse_int(&at, end, &v))
			return -EINVAL;
		if (i == 3 && (v < 0 || v > 32768))
			return -ERANGE;
		store_relaxed(to[i], v);
	}
	return at < end ? (int)(at - text) : 0;
}

/* A number below zero there is only of what Linux has no bounds for. */
static int store(const char *text, size_t len, enum proc_ipc_limit which)
{
	struct ipc_ns *ns = ipc_ns_current();
	const char *at = text, *end = text + len;
	struct limit l = limit_of(ns, which);
	bool negative;
	uint64_t v;

	if (which == IPC_LIMIT_SEM)
		return store_sem(ns, text, len);
	if (proc_number_next(&at, end, &v, &negative))
		return -EINVAL;
	if (which == IPC_LIMIT_PIPE_MAX_SIZE)
		v = (uint32_t)v;                /* as Linux rounds it */
	if (which == IPC_LIMIT_MQ_QUEUES_MAX ? v > (uint64_t)INT32_MAX + negative : (negative && (l.is_wide || v || which == IPC_LIMIT_PIPE_MAX_SIZE)) || v > l.max || v < l.min)
		return -EINVAL;
	if (which == IPC_LIMIT_PIPE_MAX_SIZE)
		v = pipe_size_round(v);
	if (l.is_wide)
		store_relaxed((uint64_t *)l.at, v);
	else
		store_relaxed((int *)l.at, negative ? (int)-(int64_t)v : (int)v);
	return at < end && which != IPC_LIMIT_PIPE_MAX_SIZE ? (int)(at - text) : 0;
}

static const struct proc_ipc_ops ops = { .show = { shm_show, sem_show, msg_show }, .limit_show = show, .limit_store = store };

void ipc_limits_init(void) { proc_ipc_ops = &ops; }
