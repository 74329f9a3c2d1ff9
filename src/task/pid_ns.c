/*
 * pid_ns.c - namespaces of process numbers as objects: made, entered, freed. Their numbers: pid.c; their end: proc/pid_ns_end.c.
 */
#include <base/err.h>
#include <linux/sched.h>
#include <mm/slab.h>
#include <task/pid_ns.h>
#include <task/user_ns.h>

#define LEVELS_MAX 32

bool pid_ns_is_inside(const struct pid_ns *a, const struct pid_ns *b)
{
	while (a->level > b->level)
		a = a->parent;
	return a == b;
}

static int pid_ns_make(const struct ns_request *r, struct ns **out);

static void pid_ns_free(struct ns *n)
{
	struct pid_ns *ns = pid_ns_from(n);

	for (unsigned i = 0; i < ARRAY_SIZE(ns->numbers.chunks); i++)
		if (ns->numbers.chunks[i])
			page_put(virt_to_page(ns->numbers.chunks[i]));
	pid_ns_put(ns->parent);                         /* at most LEVELS_MAX deep */
	kfree(ns);
}

/* A task may make its children's namespace only one below its own. */
static int pid_ns_may_enter(struct ns *n, const struct cred *c)
{
	return pid_ns_is_inside(pid_ns_from(n), pid_ns_current()) ? 0 : -EINVAL;
}

static struct ns *pid_ns_parent(struct ns *n)
{
	struct pid_ns *up = pid_ns_from(n)->parent;

	return up ? &up->ns : NULL;
}

static const struct ns_type pid_type = {
	.name = "pid", .flag = CLONE_NEWPID, .initial = &pid_ns_initial.ns, .initial_ino = 0xeffffffc, .make = pid_ns_make,
	.free = pid_ns_free, .may_enter = pid_ns_may_enter, .parent = pid_ns_parent,
};

int pid_ns_memfd_noexec(const struct pid_ns *ns)
{
	int level = 0;

	for (; ns; ns = ns->parent)
		level = MAX(level, load_relaxed(&ns->memfd_noexec));    /* relaxed: single words */
	return level;
}

static int pid_ns_make(const struct ns_request *r, struct ns **out)
{
	struct pid_ns *parent = pid_ns_from(r->from), *ns;

	if (!user_ns_is_inside(user_ns_of(r->owner), user_ns_of(parent->ns.owner)) || parent != pid_ns_current())
		return -EINVAL;
	if (parent->level >= LEVELS_MAX)
		return -ENOSPC;
	ns = kzalloc(sizeof *ns);
	if (!ns)
		return -ENOMEM;
	store_relaxed(&pid_ns_in_use, true);            /* relaxed: members look after they were born */
	ns_init(&ns->ns, &pid_type, r->owner);
	pid_ns_get(parent);
	ns->parent = parent;
	ns->memfd_noexec = pid_ns_memfd_noexec(parent);
	ns->level = parent->level + 1;
	*out = &ns->ns;
	return 0;
}

void pid_ns_init(void) { ns_register(NS_PID, &pid_type); }
