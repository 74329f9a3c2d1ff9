/* ipc.c - /proc/sysvipc, and the limits of IPC below /proc/sys: asked of the room ipc through a table. */
#include "procfs_priv.h"
#include <base/err.h>
#include <fs/proc_ipc.h>

const struct proc_ipc_ops *proc_ipc_ops;

static int show_kind(struct text_buf *b, void *arg) { return proc_ipc_ops->show[(uintptr_t)arg](b, NULL); }

int proc_show_ipc_limit(struct text_buf *b, void *arg) { return proc_ipc_ops->limit_show(b, (enum proc_ipc_limit)(uintptr_t)arg); }

int proc_store_ipc_limit(char *text, size_t len, void *arg)
{
	return proc_ipc_ops->limit_store(text, len, (enum proc_ipc_limit)(uintptr_t)arg);
}

const struct proc_file proc_sysvipc_files[] = {
	{ "msg", 0444, show_kind, NULL, (void *)2, PROC_PLAIN },
	{ "sem", 0444, show_kind, NULL, (void *)1, PROC_PLAIN },
	{ "shm", 0444, show_kind, NULL, (void *)0, PROC_PLAIN },
	{ NULL, 0, NULL, NULL, NULL, PROC_PLAIN },
};
