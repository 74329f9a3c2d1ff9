/*
 * propagate.c - what is mounted in one place appears in others: peer groups, masters and slaves; mount_namespaces(7).
 *
 * Members of a group stand in a ring (peers) and have its number (group != 0: shared). A group's slaves, themselves maybe
 * members of a group of their own, hang in the list of one member (slaves); all members of a slave group have the same master.
 *   I1  m->group == 0 exactly when m is in no ring
 *   I2  m->master is in a group, or was the last of one that ended: then its slaves have been given to nobody
 * mount->receiver: while mount_propagate() runs, of a mount that receives: its copy of the tree; of such a copy: where it goes.
 * Context: mount_lock held; may sleep.
 */
#include <base/err.h>
#include <task/cred.h>
#include "mount_priv.h"

static unsigned next_group = 1;             /* mount_lock */

/* ---- groups ---- */

void mount_group_make(struct mount *m)
{
	m->is_unbindable = false;
	if (!m->group)
		m->group = next_group++;
}

void mount_group_join(struct mount *m, struct mount *of)
{
	m->group = of->group;
	list_push(&of->peers, &m->peers);
}

static struct mount *peer_next(const struct mount *m) { return list_entry(m->peers.next, struct mount, peers); }

void mount_make_slave_of(struct mount *m, struct mount *master)
{
	m->master = master;
	list_push(&master->slaves, &m->slave);
}

void mount_group_set(struct mount *m, struct mount *like)
{
	if (like->master) {
		m->master = like->master;
		list_push(&like->slave, &m->slave);
	}
	if (mount_is_shared(like)) {
		m->is_unbindable = false;
		mount_group_join(m, like);
	}
}

bool mount_would_cover(const struct mount *from, const struct dentry *at, const struct mount *to)
{
	if (!mount_is_shared(from) || !to->ns || to->ns->is_anonymous || to->root != at)
		return false;
	for (; to; to = to->master)
		if (to->group == from->group)
			return true;
	return false;
}

/* The peer that m's slaves, and m itself, receive from once it has left: one that shows the same if there is one. */
static struct mount *successor_find(const struct mount *m)
{
	struct mount *p;

	for (p = peer_next(m); p != m; p = peer_next(p))
		if (p->root == m->root)
			return p;
	return peer_next(m);
}

/* m leaves its group, and, if `keep`, receives from the others of it, or from whom the group did. */
static void leave_group(struct mount *m, bool keep)
{
	struct mount *master = m->master, *s, *next;

	if (mount_is_shared(m) && !list_empty(&m->peers) && (keep || !list_empty(&m->slaves)))
		master = successor_find(m);
	list_del_init(&m->peers);
	m->group = 0;
	list_del_init(&m->slave);
	list_for_each_safe(s, next, &m->slaves, slave) {
		list_del_init(&s->slave);
		s->master = NULL;
		if (master)
			mount_make_slave_of(s, master);
	}
	m->master = NULL;
	if (keep && master)
		mount_make_slave_of(m, master);
}

void mount_set_propagation(struct mount *m, unsigned type)
{
	if (type == MS_SHARED) {
		mount_group_make(m);
		return;
	}
	leave_group(m, type == MS_SLAVE);
	if (type != MS_SLAVE)
		m->is_unbindable = type == MS_UNBINDABLE;
}

unsigned mount_dominating_group(const struct mount *m, const struct path *root)
{
	for (const struct mount *g = m->master; g; g = g->master) {
		const struct mount *p = g;

		do {
			if (p->ns == m->ns && mount_is_below(p, root->mnt) &&
			    (p != root->mnt || dentry_is_inside(root->dentry, p->root)))
				return p->group;
			p = peer_next(p);
		} while (p != g);
	}
	return 0;
}

/* ---- who receives ---- */

/* Nothing is mounted on it by propagation: it is a copy being made, or stands nowhere yet. */
static bool is_new(const struct mount *m) { return !m->ns || m->ns->is_anonymous; }

/*
 * All mounts that receive from origin, one after the other; NULL at the end. Begin with m = origin. Those that are new are among
 * them, for the caller to test; their slaves are not.
 */
struct mount *mount_propagation_next(struct mount *m, const struct mount *origin)
{
	if ((!is_new(m) || m == origin) && !list_empty(&m->slaves))
		return list_first(&m->slaves, struct mount, slave);
	for (;;) {
		struct mount *master = m->master;

		if (master == origin->master) {
			struct mount *next = peer_next(m);

			return next == origin || !mount_is_shared(m) ? NULL : next;
		}
		if (m->slave.next != &master->slaves)
			return list_entry(m->slave.next, struct mount, slave);
		m = master;                     /* its slaves are done */
	}
}

/* ---- receiving ---- */

/* Of m's group, a member that has its copy already: likely a neighbour, so look in both directions. */
static struct mount *group_receiver(struct mount *m)
{
	struct mount *next = m, *prev = m;

	do {
		if (next->receiver)
			return next->receiver;
		next = peer_next(next);
		prev = list_entry(prev->peers.prev, struct mount, peers);
		if (prev->receiver)
			return prev->receiver;
	} while (next != m);
	return NULL;
}

/*
 * A copy of the tree top, mounted on `to`, for m. last: the copy for the peer before, or top. Copies stand in the ring of their
 * group as the mounts do that they are for: those that leave it in the order of their tree then have one successor, and the
 * slaves that they leave behind are handed on once, not by each to the next. -EINVAL when top is a file of a mount namespace, which
 * might come to hold itself; one further down is left out.
 */
static int copy_for(struct mount *m, const struct mount *to, struct mount *top, struct mount *last, struct mount **out)
{
	struct mount *from = m->group == to->group ? last : group_receiver(m), *up;

	if (m->group && from)
		return mount_copy_tree(from, from->root, 0, out);
	for (up = m->master; up; up = up->master) {
		from = up->group == to->group ? top : group_receiver(up);
		if (from)
			break;
	}
	from = from ? from : top;
	return mount_copy_tree(from, from->root, COPY_SLAVE | (mount_is_shared(m) ? COPY_SHARED : 0), out);
}

static unsigned tree_size(struct mount *top)
{
	unsigned n = 0;

	for (struct mount *m = top; m; m = mount_next(m, top))
		n++;
	return n;
}

/* Does m receive what is mounted on `at`? */
static bool receives(const struct mount *m, struct dentry *at) { return !is_new(m) && dentry_is_inside(at, m->root); }

/* Each namespace has room for all copies of top that it gets: known before the first is made, of maybe 100,000. 0 or -ENOSPC. */
static int room_reserve(struct mount *to, struct dentry *at, struct mount *top)
{
	unsigned size = mount_copy_size(top);
	int err = 0;

	for (struct mount *m = mount_propagation_next(to, to); m && !err; m = mount_propagation_next(m, to)) {
		if (!receives(m, at))
			continue;
		err = mnt_ns_has_room_locked(m->ns, size);
		m->ns->nr_coming += size;
	}
	return err;
}

int mount_propagate(struct mount *to, struct dentry *at, struct mount *top, struct list *placed)
{
	struct mount *m, *c, *last = top;
	int err = room_reserve(to, at, top);

	for (m = mount_propagation_next(to, to); m && !err; m = mount_propagation_next(m, to)) {
		if (!receives(m, at))
			continue;
		err = copy_for(m, to, top, last, &c);
		if (err)
			break;
		if (m->group == to->group)
			last = c;
		m->receiver = c;
		c->receiver = m;
		list_append(placed, &c->node);
	}
	for (m = mount_propagation_next(to, to); m; m = mount_propagation_next(m, to))
		if (m->ns) {
			m->receiver = NULL;
			m->ns->nr_coming = 0;
		}
	while (err && !list_empty(placed)) {
		c = list_last(placed, struct mount, node);
		list_del_init(&c->node);
		mount_drop_tree(c);
	}
	return err;
}

/* ---- attaching ---- */

/* In a namespace of other rights than the mounter's: flags stay, and what is covered stays covered. */
void mount_lock_tree(struct mount *top)
{
	for (struct mount *m = top; m; m = mount_next(m, top)) {
		m->locked_flags |= m->flags & (MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC);
		m->locked_flags |= MS_NOATIME;          /* stands for all rules of access times */
		if (m != top)
			m->is_locked = true;
	}
}

/* A copy onto its receiver, below what stands there already. */
static void place_copy(struct mount *c, struct dentry *at, const struct ns *mounter)
{
	struct mount *m = c->receiver, *over = mount_find_locked(m, at);

	c->receiver = NULL;
	if (m->ns->ns.owner != mounter)
		mount_lock_tree(c);
	c->is_locked = false;
	mount_enter_ns_locked(c, m->ns);
	fetch_or_release(&at->flags, DENTRY_MOUNTED);   /* the original stands there; pairs with walks' look at flags */
	if (over) {
		mount_place_below_locked(c, over);
	} else {
		mount_get(m);
		dentry_get(at);
		mount_place_locked(c, m, at);
	}
}

int mount_attach_tree(struct mount *top, const struct path *where, bool moving)
{
	struct mount *to = where->mnt, *m, *c, *over;
	struct list placed = LIST_INIT(placed);
	unsigned nr = tree_size(top);
	int err;

	if (!moving && mnt_ns_has_room_locked(to->ns, nr))
		return -ENOSPC;
	err = mountpoint_mark(where->dentry);
	if (err)
		return err;
	if (mount_is_shared(to)) {
		/* Made before the copies, so that they are peers. A move that then fails keeps them: harmless, they are alone. */
		for (m = top; m; m = mount_next(m, top))
			mount_group_make(m);
		to->ns->nr_coming = moving ? 0 : nr;
		err = mount_propagate(to, where->dentry, top, &placed);
		to->ns->nr_coming = 0;
		if (err) {
			mountpoint_unmark_locked(where->dentry);
			return err;
		}
	}
	mount_detach_locked(top);
	mount_enter_ns_locked(top, to->ns);
	fetch_or_release(&where->dentry->flags, DENTRY_MOUNTED);        /* if it stood there itself */
	over = mount_find_locked(to, where->dentry);
	if (over) {                                                     /* MOVE_MOUNT_BENEATH */
		mount_place_below_locked(top, over);
	} else {
		path_get(where);
		mount_place_locked(top, to, where->dentry);
	}
	while (!list_empty(&placed)) {
		c = list_first(&placed, struct mount, node);
		list_del_init(&c->node);
		place_copy(c, where->dentry, ns_current(NS_MNT)->owner);
	}
	return 0;
}
