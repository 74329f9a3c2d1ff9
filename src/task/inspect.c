/*
 * inspect.c - who may look into another task: the rules of ptrace(2).
 *
 * Whose memory holds secrets (it is not dumpable) is open only to who has CAP_SYS_PTRACE over process->secrets_ns: the user namespace of
 * who began the program, or, when he may not even read it, the first one above whose root might. Not over the one that its credentials
 * name today: a program of the host that enters a container is not the container's to read.
 *
 * An exec may change the rights and the memory, which are two words. Between process_secrets_close() and _set() only the mightiest may look:
 *   I1  who asked before he took the memory, and asks again with it in his hands, was right both times about the memory that he has:
 *       the old one was taken after a question about the old program, the new one before a question about the new program
 * Locks: process->sig_lock for secrets_ns.   Context: task.   Tests: tests/abi/procfs/exec_rights.c, tests/abi/ptrace/secret.c.
 */
#include <task/inspect.h>
#include <linux/capability.h>
#include <mm/space.h>
#include <task/process.h>
#include <task/user_ns.h>

bool process_secrets_are_open_to(struct process *p, const struct cred *c)
{
	bool yes;

	if (likely(load_acquire(&p->dumpable) == DUMPABLE_USER))        /* pairs with process_secrets_set() */
		return true;
	spin_lock(&p->sig_lock);
	yes = cred_capable_in(c, p->secrets_ns, CAP_SYS_PTRACE);
	spin_unlock(&p->sig_lock);
	return yes;
}

bool task_may_inspect(struct task *t, bool by_fs_ids)
{
	const struct cred *own = cred_current(), *c;
	uint32_t uid = by_fs_ids ? own->fsuid : own->uid, gid = by_fs_ids ? own->fsgid : own->gid;
	uint64_t caps = by_fs_ids ? own->cap_effective : own->cap_permitted;
	bool may;

	if (t->process == process_current())
		return true;
	c = task_cred_get(t);
	may = uid == c->uid && uid == c->euid && uid == c->suid && gid == c->gid && gid == c->egid && gid == c->sgid &&
	      c->user_ns == own->user_ns && !(c->cap_permitted & ~caps);
	may = may || cred_capable_in(own, c->user_ns, CAP_SYS_PTRACE);
	cred_put(c);
	return may && process_secrets_are_open_to(t->process, own);
}

int task_inspect_space(struct task *t, bool by_fs_ids, struct space **out)
{
	bool may = task_may_inspect(t, by_fs_ids);
	struct space *s = task_space_get(t);

	if (s && s != task_current()->space && !(may && task_may_inspect(t, by_fs_ids))) {      /* I1 */
		space_put_user(s);
		return -EACCES;
	}
	*out = s;
	return 0;
}

void process_secrets_close(struct process *p)
{
	process_secrets_set(p, &user_ns_initial, DUMPABLE_NOT);
}

void process_secrets_set(struct process *p, struct user_ns *u, int dumpable)
{
	struct user_ns *old;

	spin_lock(&p->sig_lock);
	old = p->secrets_ns;
	p->secrets_ns = u;
	store_release(&p->dumpable, (uint8_t)dumpable);                 /* after the credentials, which exec replaced before */
	spin_unlock(&p->sig_lock);
	user_ns_put(old);
}
