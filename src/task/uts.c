/*
 * uts.c - what uname(2) tells, whole, once per UTS namespace: only host and domain name ever change.
 *
 * Readers copy it under uts_seq and store nothing; writers, all of them, hold its lock.
 */
#include <base/err.h>
#include <lib/string.h>
#include <linux/sched.h>
#include <mm/slab.h>
#include <base/version.h>
#include <sync/seqlock.h>
#include <task/ns.h>
#include <task/uts.h>

struct uts_ns {
	struct ns ns;
	struct new_utsname names;               /* uts_seq */
};
static struct seqlock uts_seq = { .lock = SPINLOCK_INIT(RANK_LEAF) };
static struct uts_ns initial = { .names = { KERNEL_SYSNAME, "(none)", KERNEL_RELEASE, KERNEL_VERSION, "x86_64", "(none)" } };

static struct uts_ns *uts_of(struct ns *n) { return container_of(n, struct uts_ns, ns); }

static char *name_of(struct new_utsname *u, enum uts_name which) { return which == UTS_NODE ? u->nodename : u->domainname; }

void uts_get_all(struct new_utsname *out)
{
	const struct uts_ns *u = uts_of(ns_current(NS_UTS));
	unsigned s;

	do {
		s = seq_begin(&uts_seq.count);
		*out = u->names;
	} while (unlikely(seq_retry(&uts_seq.count, s)));
}

void uts_get(enum uts_name which, char out[__NEW_UTS_LEN + 1])
{
	struct new_utsname all;

	uts_get_all(&all);
	memcpy(out, name_of(&all, which), __NEW_UTS_LEN + 1);
}

void (*uts_when_changed)(enum uts_name which);

void uts_set(enum uts_name which, const char *name, size_t len)
{
	struct uts_ns *u = uts_of(ns_current(NS_UTS));
	char *to = name_of(&u->names, which);

	seqlock_write_lock(&uts_seq);
	memset(to, 0, __NEW_UTS_LEN + 1);
	memcpy(to, name, len);
	seqlock_write_unlock(&uts_seq);
	if (uts_when_changed)
		uts_when_changed(which);
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
	spin_lock(&uts_seq.lock);
	u->names = uts_of(r->from)->names;
	spin_unlock(&uts_seq.lock);
	*out = &u->ns;
	return 0;
}

void uts_init(void) { ns_register(NS_UTS, &uts_type); }
