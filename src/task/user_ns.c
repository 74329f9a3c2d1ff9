/*
 * user_ns.c - user namespaces: maps of ids, and what capabilities reach.
 *
 *   I1  a map is written once: its extents stand before its number does, and stay until the namespace ends
 *   I2  extents hold kernel ids, so that no look at a parent's map is needed
 *   I3  a namespace's parent (ns.owner) outlives it
 * user_ns_lock: writing of maps and of setgroups_denied; a mutex, nothing is taken inside but memory.
 */
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <sync/mutex.h>
#include <task/user_ns.h>

#define LEVELS_MAX 33

static struct mutex user_ns_lock = MUTEX_INIT(user_ns_lock, RANK_MUTEX_LEAF);
static struct id_extent everything[] = { { 0, 0, 0, ID_NONE } };
static const struct ns_type user_type;
struct user_ns user_ns_initial = { .uid = { 1, everything }, .gid = { 1, everything }, .project = { 1, everything }, .maker_had_setfcap = true };
bool user_ns_in_use;

bool user_ns_is_inside(const struct user_ns *child, const struct user_ns *top)
{
	while (child->level > top->level)
		child = user_ns_of(child->ns.owner);
	return child == top;
}

/* ---- ids ---- */

uint32_t id_to_kernel_slow(const struct id_map *m, uint32_t id)
{
	unsigned nr = load_acquire(&m->nr);             /* pairs with map_write_locked() */

	for (unsigned i = 0; i < nr; i++)
		if (id - m->extents[i].inside < m->extents[i].count)
			return m->extents[i].kernel + (id - m->extents[i].inside);
	return ID_NONE;
}

uint32_t id_from_kernel_slow(const struct id_map *m, uint32_t id)
{
	unsigned nr = load_acquire(&m->nr);             /* pairs with map_write_locked() */

	for (unsigned i = 0; i < nr; i++)
		if (id - m->extents[i].kernel < m->extents[i].count)
			return m->extents[i].inside + (id - m->extents[i].kernel);
	return ID_NONE;
}

static uint32_t shown(const struct id_map *m, uint32_t id)
{
	uint32_t name = id_from_kernel_slow(m, id);

	return name == ID_NONE ? ID_OVERFLOW : name;
}

uint32_t uid_shown_in(const struct user_ns *u, uint32_t uid) { return shown(&u->uid, uid); }
uint32_t uid_shown_slow(uint32_t uid) { return shown(&user_ns_current()->uid, uid); }
uint32_t gid_shown_slow(uint32_t gid) { return shown(&user_ns_current()->gid, gid); }
uint32_t uid_taken_slow(uint32_t uid) { return id_to_kernel_slow(&user_ns_current()->uid, uid); }
uint32_t gid_taken_slow(uint32_t gid) { return id_to_kernel_slow(&user_ns_current()->gid, gid); }
uint32_t user_ns_root(const struct user_ns *u) { return id_to_kernel_slow(&u->uid, 0); }

bool user_ns_knows(const struct user_ns *u, uint32_t uid, uint32_t gid)
{
	return id_from_kernel_slow(&u->uid, uid) != ID_NONE && id_from_kernel_slow(&u->gid, gid) != ID_NONE;
}

bool ids_are_known(const struct cred *c, uint32_t uid, uint32_t gid) { return user_ns_knows(c->user_ns, uid, gid); }

/* ---- capabilities ---- */

bool cred_capable_in(const struct cred *c, const struct user_ns *u, unsigned cap)
{
	for (;; u = user_ns_of(u->ns.owner)) {
		if (u == c->user_ns)
			return c->cap_effective & CAP_BIT(cap);
		if (u->level <= c->user_ns->level)
			return false;
		if (u->ns.owner == &c->user_ns->ns && u->owner_uid == c->euid)
			return true;            /* its maker may do everything there */
	}
}

bool user_ns_is_made_by(const struct user_ns *u, const struct cred *c)
{
	for (; u != &user_ns_initial; u = user_ns_of(u->ns.owner))
		if (u->ns.owner == &c->user_ns->ns && u->owner_uid == c->euid)
			return true;
	return false;
}

/* ---- birth, change, end ---- */

void user_ns_cred_enter(struct cred *c, struct user_ns *u)
{
	user_ns_get(u);
	user_ns_put(c->user_ns);
	c->user_ns = u;
	c->securebits = 0;
	c->cap_inheritable = c->cap_ambient = 0;
	c->cap_permitted = c->cap_effective = c->cap_bounding = CAP_ALL;
}

int user_ns_make(struct cred *c)
{
	struct user_ns *parent = c->user_ns, *u;

	if (parent->level >= LEVELS_MAX)
		return -ENOSPC;
	if (!ids_are_known(c, c->euid, c->egid))
		return -EPERM;
	u = kzalloc(sizeof *u);
	if (!u)
		return -ENOMEM;
	store_relaxed(&user_ns_in_use, true);           /* relaxed: members look after they joined */
	ns_init(&u->ns, &user_type, &parent->ns);
	u->level = parent->level + 1;
	u->owner_uid = c->euid;
	u->owner_gid = c->egid;
	mutex_lock(&user_ns_lock);
	u->setgroups_denied = parent->setgroups_denied;
	mutex_unlock(&user_ns_lock);
	u->maker_had_setfcap = cred_capable_here(c, CAP_SETFCAP);
	user_ns_cred_enter(c, u);
	user_ns_put(u);
	return 0;
}

static void user_free(struct ns *n)
{
	struct user_ns *u = user_ns_of(n);

	kfree(u->uid.extents);
	kfree(u->gid.extents);
	kfree(u->project.extents);
	kfree(u);
}

/* ---- uid_map, gid_map, projid_map, setgroups ---- */

static struct id_map *map_of(struct user_ns *u, enum id_kind k) { return k == ID_UID ? &u->uid : k == ID_GID ? &u->gid : &u->project; }

static int number_parse(const char **s, uint32_t *out)
{
	uint64_t v;
	int err;

	while (**s == ' ' || **s == '\t')
		++*s;
	err = str_parse_u64(s, 10, &v);
	if (err || v > 0xffffffffull)
		return -EINVAL;
	*out = (uint32_t)v;
	return 0;
}

static bool overlaps(uint32_t a, uint32_t na, uint32_t b, uint32_t nb) { return a <= b + (nb - 1) && b <= a + (na - 1); }

static int extent_check(const struct id_extent *e, unsigned nr)
{
	const struct id_extent *x = &e[nr];

	if (x->inside == ID_NONE || x->below == ID_NONE || !x->count || x->inside + x->count <= x->inside || x->below + x->count <= x->below)
		return -EINVAL;
	for (unsigned i = 0; i < nr; i++)
		if (overlaps(e[i].inside, e[i].count, x->inside, x->count) || overlaps(e[i].below, e[i].count, x->below, x->count))
			return -EINVAL;
	return 0;
}

/* Lines of three numbers. Extents read, or -EINVAL. */
static int map_parse(const char *s, struct id_extent *e)
{
	int nr = 0;

	for (;;) {
		if (nr == ID_EXTENTS_MAX)
			return -EINVAL;
		if (number_parse(&s, &e[nr].inside) || (*s != ' ' && *s != '\t') || number_parse(&s, &e[nr].below) ||
		    (*s != ' ' && *s != '\t') || number_parse(&s, &e[nr].count))
			return -EINVAL;
		while (*s == ' ' || *s == '\t')
			s++;
		if ((*s && *s != '\n') || extent_check(e, (unsigned)nr))
			return -EINVAL;
		nr++;
		if (!*s || !s[1])
			return nr;
		s++;
	}
}

/* May an unprivileged writer, or one with rights over the parent, give this map? */
static bool map_is_permitted(struct user_ns *u, enum id_kind k, const struct id_extent *e, unsigned nr, const struct cred *opener)
{
	struct user_ns *parent = user_ns_of(u->ns.owner);
	unsigned cap = k == ID_UID ? CAP_SETUID : CAP_SETGID;
	const struct id_map *m = map_of(parent, k);

	if (k == ID_PROJECT)
		return true;
	if (k == ID_UID) {
		/* The parent's root inside: only by who could give files its capabilities. */
		for (unsigned i = 0; i < nr; i++)
			if (!e[i].below && !(opener->user_ns == u ? u->maker_had_setfcap : cred_capable_in(opener, parent, CAP_SETFCAP)))
				return false;
	}
	if (nr == 1 && e->count == 1 && u->owner_uid == opener->euid) {
		uint32_t id = id_to_kernel_slow(m, e->below);

		if (k == ID_UID ? id == opener->euid : u->setgroups_denied && id == opener->egid)
			return true;
	}
	return capable_in(parent, cap) && cred_capable_in(opener, parent, cap);
}

/* Kernel's number of the first of n ids; ID_NONE unless one extent has them all: what lies between two need not be the map's. */
static uint32_t range_to_kernel(const struct id_map *m, uint32_t id, uint32_t n)
{
	for (unsigned i = 0; i < m->nr; i++) {
		const struct id_extent *e = &m->extents[i];

		if (id - e->inside < e->count && n <= e->count - (id - e->inside))
			return e->kernel + (id - e->inside);
	}
	return ID_NONE;
}

static int map_write_locked(struct user_ns *u, enum id_kind k, struct id_extent *e, const char *text, const struct cred *opener)
{
	const struct id_map *up = map_of(user_ns_of(u->ns.owner), k);
	struct id_map *m = map_of(u, k);
	int nr;

	if (m->nr)
		return -EPERM;
	if (k != ID_PROJECT && !cred_capable_in(opener, u, CAP_SYS_ADMIN))
		return -EPERM;
	nr = map_parse(text, e);
	if (nr < 0)
		return nr;
	if (!map_is_permitted(u, k, e, (unsigned)nr, opener))
		return -EPERM;
	for (int i = 0; i < nr; i++) {
		e[i].kernel = range_to_kernel(up, e[i].below, e[i].count);
		if (e[i].kernel == ID_NONE)
			return -EPERM;
	}
	m->extents = kmalloc((size_t)nr * sizeof *e, 0);
	if (!m->extents)
		return -ENOMEM;
	memcpy(m->extents, e, (size_t)nr * sizeof *e);
	store_release(&m->nr, (unsigned)nr);            /* I1; pairs with the loads of look-ups */
	return 0;
}

int id_map_write(struct user_ns *u, enum id_kind k, const char *text, const struct cred *opener)
{
	const struct user_ns *by = opener->user_ns;
	struct id_extent *e;
	int err;

	if (u == &user_ns_initial || (by != u && &by->ns != u->ns.owner))
		return -EPERM;
	if (!text)
		return -EINVAL;
	e = kmalloc(ID_EXTENTS_MAX * sizeof *e, 0);
	if (!e)
		return -ENOMEM;
	mutex_lock(&user_ns_lock);
	err = map_write_locked(u, k, e, text, opener);
	mutex_unlock(&user_ns_lock);
	kfree(e);
	return err;
}

bool id_map_line(struct user_ns *u, enum id_kind k, unsigned i, struct user_ns *by, uint32_t line[3])
{
	const struct id_map *m = map_of(u, k);

	if (i >= load_acquire(&m->nr))                  /* pairs with map_write_locked() */
		return false;
	/* Who is inside sees what the parent calls them; others what they call them. */
	if (by == u && u != &user_ns_initial)
		by = user_ns_of(u->ns.owner);
	line[0] = m->extents[i].inside;
	line[1] = id_from_kernel_slow(map_of(by, k), m->extents[i].kernel);
	line[2] = m->extents[i].count;
	return true;
}

int user_ns_setgroups_write(struct user_ns *u, const char *text, const struct cred *opener)
{
	bool deny = !strncmp(text, "deny", 4);
	const char *rest = text + (deny ? 4 : 5);
	int err = 0;

	if (!cred_capable_in(opener, u, CAP_SYS_ADMIN))
		return -EPERM;
	if (!deny && strncmp(text, "allow", 5))
		return -EINVAL;
	while (*rest == ' ' || *rest == '\t' || *rest == '\n')
		rest++;
	if (*rest)
		return -EINVAL;
	mutex_lock(&user_ns_lock);
	if (deny ? u->gid.nr != 0 : u->setgroups_denied)
		err = -EPERM;
	else
		store_relaxed(&u->setgroups_denied, deny);      /* relaxed: looked at before a map was written counts for nothing */
	mutex_unlock(&user_ns_lock);
	return err;
}

static const struct ns_type user_type = {
	.name = "user", .flag = CLONE_NEWUSER, .initial = &user_ns_initial.ns, .initial_ino = 0xeffffffd, .free = user_free,
};

void user_ns_init(void) { ns_register(NS_USER, &user_type); }
