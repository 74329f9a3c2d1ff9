/* uts.c - host and domain name, one pair per UTS namespace. uts_lock: all names. */
#include <base/err.h>
#include <lib/string.h>
#include <linux/sched.h>
#include <mm/slab.h>
#include <sync/spinlock.h>
#include <task/ns.h>
#include <task/uts.h>

struct uts_ns {
	struct ns ns;
	char names[2][__NEW_UTS_LEN + 1];       /* uts_lock */
};
static struct spinlock uts_lock = SPINLOCK_INIT(RANK_LEAF);
static struct uts_ns initial = { .names = { "(none)", "(none)" } };

static struct uts_ns *uts_of(struct ns *n) { return container_of(n, struct uts_ns, ns); }

void uts_get(enum uts_name which, char out[__NEW_UTS_LEN + 1])
{
	struct uts_ns *u = uts_of(ns_current(NS_UTS));

	spin_lock(&uts_lock);
	memcpy(out, u->names[which], sizeof u->names[which]);
	spin_unlock(&uts_lock);
}

void uts_set(enum uts_name which, const char *name, size_t len)
{
	struct uts_ns *u = uts_of(ns_current(NS_UTS));

	spin_lock(&uts_lock);
	memset(u->names[which], 0, sizeof u->names[which]);
	memcpy(u->names[which], name, len);
	spin_unlock(&uts_lock);
}

static int uts_make(const struct ns_request *r, struct ns **out);
static void uts_free(struct ns *n) { kfree(uts_of(n)); }
static const struct ns_type uts_type = {
	.name = "uts", .flag = CLONE_NEWUTS, .initial = &initial.ns, .initial_ino = 0xeffffffe, .make = uts_make, .free = uts_free,
};

static int uts_make(const struct ns_request *r, struct ns **out)
{
	struct uts_ns *u = kzalloc(sizeof *u);

	if (!u)
		return -ENOMEM;
	ns_init(&u->ns, &uts_type, r->owner);
	spin_lock(&uts_lock);
	memcpy(u->names, uts_of(r->from)->names, sizeof u->names);
	spin_unlock(&uts_lock);
	*out = &u->ns;
	return 0;
}

void uts_init(void) { ns_register(NS_UTS, &uts_type); }
