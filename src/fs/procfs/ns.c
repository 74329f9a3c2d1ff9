/* ns.c - /proc/PID/ns: links to a task's namespaces. */
#include "procfs_priv.h"
#include <base/err.h>
#include <fs/nsfs.h>
#include <task/pid_ns.h>

static int link_ns(struct task *t, enum ns_kind k, struct path *out)
{
	struct ns *n = ns_of_task(t, k);        /* first: task/inspect.h */

	if (!proc_may_inspect(t)) {
		if (n)
			ns_put(n);
		return -EACCES;
	}
	return n ? nsfs_path(n, out) : -ENOENT;
}

#define LINK(field, kind) static int link_##field(struct task *t, struct path *out) { return link_ns(t, kind, out); }
LINK(cgroup, NS_CGROUP)
LINK(ipc, NS_IPC)
LINK(mnt, NS_MNT)
LINK(net, NS_NET)
LINK(pid, NS_PID)
LINK(time, NS_TIME)
static int link_pid_for_children(struct task *t, struct path *out)
{
	struct ns *n;
	bool is_born = false;

	if (!proc_may_inspect(t))
		return -EACCES;
	n = ns_for_children(t, NS_PID);
	if (!n)
		return -ENOENT;
	rcu_read_lock();
	is_born = n == n->type->initial || rcu_load(pid_ns_from(n)->init);
	rcu_read_unlock();
	if (is_born)
		return nsfs_path(n, out);
	ns_put(n);
	return -ENOENT;                         /* nobody is in it yet */
}

LINK(user, NS_USER)
LINK(uts, NS_UTS)

const struct pid_file proc_ns_files[] = {
	{ "cgroup", 0777, NULL, NULL, link_cgroup, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "ipc", 0777, NULL, NULL, link_ipc, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "mnt", 0777, NULL, NULL, link_mnt, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "net", 0777, NULL, NULL, link_net, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "pid", 0777, NULL, NULL, link_pid, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "pid_for_children", 0777, NULL, NULL, link_pid_for_children, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "time", 0777, NULL, NULL, link_time, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "time_for_children", 0777, NULL, NULL, link_time, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "user", 0777, NULL, NULL, link_user, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "uts", 0777, NULL, NULL, link_uts, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ NULL, 0, NULL, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
};
