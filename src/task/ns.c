/*
 * ns.c - sets of namespaces: sharing, copying, leaving.
 *
 * A set never changes once it is published; a task that gets another namespace gets another set.
 * task->ns is written by its task alone, under task->lock for others who read it.
 */
#include <base/err.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <task/ns.h>
#include <task/pid_ns.h>
#include <task/user_ns.h>
#include <task/uts.h>

#define DYNAMIC_INO_FIRST 0xf0000000ul          /* as Linux numbers what is not there from the start */

static const struct ns_type *ns_types[NS_KINDS];        /* const after bring-up */
struct ns_set ns_set_initial = { .refs = { 1 } };
static atomic_ulong next_ino = DYNAMIC_INO_FIRST + 16;

void ns_init(struct ns *n, const struct ns_type *t, struct ns *owner)
{
	refcount_set(&n->refs, 1);
	n->type = t;
	n->owner = owner;
	if (owner)
		ns_get(owner);
	n->ino = fetch_add_relaxed(&next_ino, 1ul);     /* relaxed: unique is enough */
}

void ns_get(struct ns *n)
{
	if (n != n->type->initial)
		refcount_get(&n->refs);
}

void ns_put(struct ns *n)
{
	while (n && n != n->type->initial && refcount_put(&n->refs)) {
		struct ns *owner = n->owner;

		n->type->free(n);
		n = owner;                      /* a chain of user namespaces may go with it */
	}
}

void ns_set_put_slow(struct ns_set *s)
{
	if (!refcount_put(&s->refs))
		return;
	for (unsigned k = 0; k < NS_KINDS; k++)
		if (s->of[k])
			ns_put(s->of[k]);
	kfree(s);
}

static struct ns_set *set_alloc(void)
{
	struct ns_set *s = kzalloc(sizeof *s);

	if (s)
		refcount_set(&s->refs, 1);
	return s;
}

int ns_set_copy(struct ns_set *from, uint64_t flags, const struct cred *c, struct fs_context *fs, struct ns_set **out)
{
	struct ns_set *s;
	int err = 0;

	flags &= NS_FLAGS & ~(uint64_t)CLONE_NEWUSER;   /* those are part of credentials */
	if (!flags) {
		ns_set_get(from);
		*out = from;
		return 0;
	}
	if (!cred_capable_here(c, CAP_SYS_ADMIN))
		return -EPERM;
	for (unsigned k = 0; k < NS_KINDS; k++)
		if ((flags & ns_types[k]->flag) && !ns_types[k]->make)
			return -EINVAL;         /* as a kernel without */
	s = set_alloc();
	if (!s)
		return -ENOMEM;
	for (unsigned k = 0; k < NS_KINDS && !err; k++) {
		if (flags & ns_types[k]->flag) {
			const struct ns_request r = { .from = from->of[k], .owner = &c->user_ns->ns, .fs = fs };

			err = ns_types[k]->make(&r, &s->of[k]);
		} else {
			ns_get(from->of[k]);
			s->of[k] = from->of[k];
		}
	}
	if (err) {
		ns_set_put_slow(s);
		return err;
	}
	*out = s;
	return 0;
}

struct ns_set *ns_set_with(struct ns_set *from, struct ns *n)
{
	struct ns_set *s = set_alloc();

	if (!s)
		return NULL;
	for (unsigned k = 0; k < NS_KINDS; k++) {
		s->of[k] = ns_types[k] == n->type ? n : from->of[k];
		ns_get(s->of[k]);
	}
	return s;
}

void ns_set_replace(struct ns_set *fresh)
{
	struct task *t = task_current();
	struct ns_set *old = t->ns;

	spin_lock(&t->lock);
	t->ns = fresh;
	spin_unlock(&t->lock);
	ns_set_put(old);
}

struct ns *ns_of_task(struct task *t, enum ns_kind k)
{
	struct ns *n = NULL;

	if (k == NS_USER) {
		rcu_read_lock();
		n = &rcu_load(t->cred)->user_ns->ns;    /* held by the credentials, which are there for this long */
		ns_get(n);
		rcu_read_unlock();
		return n;
	}
	if (k == NS_PID) {
		rcu_read_lock();
		n = &pid_ns_of(rcu_load(t->pid))->ns;   /* held by the number, which is there for this long */
		ns_get(n);
		rcu_read_unlock();
		return n;
	}
	return ns_for_children(t, k);
}

struct ns *ns_for_children(struct task *t, enum ns_kind k)
{
	struct ns *n = NULL;

	spin_lock(&t->lock);
	if (t->ns) {
		n = t->ns->of[k];
		ns_get(n);
	}
	spin_unlock(&t->lock);
	return n;
}

/* Those that there is one of: named, seen, and entered by who is in it. */
#define SOLE(field, text, clone_flag, number) \
	static struct ns field##_initial; \
	static const struct ns_type field##_type = { .name = text, .flag = clone_flag, .initial = &field##_initial, .initial_ino = number }
SOLE(cgroup, "cgroup", CLONE_NEWCGROUP, 0xeffffffb);
SOLE(net, "net", CLONE_NEWNET, DYNAMIC_INO_FIRST);
SOLE(time, "time", CLONE_NEWTIME, 0xeffffffa);

void ns_register(enum ns_kind k, const struct ns_type *t)
{
	ns_init(t->initial, t, k == NS_USER ? NULL : &user_ns_initial.ns);
	t->initial->ino = t->initial_ino;
	ns_types[k] = t;
	ns_set_initial.of[k] = t->initial;
}

void ns_setup(void)
{
	user_ns_init();                         /* first: it owns the others */
	ns_register(NS_CGROUP, &cgroup_type);
	ns_register(NS_NET, &net_type);
	pid_ns_init();
	ns_register(NS_TIME, &time_type);
	user_ns_init();
	uts_init();
}

void ns_exit(struct task *t)
{
	struct ns_set *s = t->ns;

	spin_lock(&t->lock);
	t->ns = NULL;
	spin_unlock(&t->lock);
	ns_set_put(s);
}
