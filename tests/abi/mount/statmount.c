/* statmount, listmount: arguments and their order, numbers, strings and their room, propagation, what a root hides. */
#include "mount.h"
#include <linux/stat.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

struct req { uint32_t size, spare; uint64_t id, param, ns_id, more; };
struct sm {
	uint32_t size, opts;
	uint64_t mask;
	uint32_t major, minor;
	uint64_t magic;
	uint32_t sb_flags, fs_type;
	uint64_t id, parent;
	uint32_t old_id, old_parent;
	uint64_t attr, propagation, group, master, from;
	uint32_t root, point;
	uint64_t ns_id, spare[49];
	char str[1024];
};

static struct sm buf;
static uint64_t ids[64];

static long stat_req(struct req *r, void *to, size_t size, unsigned flags) { return syscall(457, r, to, size, flags); }
static long list_req(struct req *r, void *to, size_t nr, unsigned flags) { return syscall(458, r, to, nr, flags); }

static uint64_t unique(const char *path)
{
	char x[256];
	uint64_t id;

	if (syscall(SYS_statx, AT_FDCWD, path, AT_NO_AUTOMOUNT, 0x4000, x))
		fatal("statx %s", path);
	memcpy(&id, x + 0x90, 8);
	return id;
}

static void tell(const char *what, uint64_t id, uint64_t mask)
{
	struct req r = { 24, 0, id, mask, 0, 0 };

	memset(&buf, 0x55, sizeof buf);
	if (show(what, stat_req(&r, &buf, sizeof buf, 0)))
		return;
	say("  size %u mask %#lx magic %#lx sb %#x attr %#lx prop %#lx group %d master %d from %d\n", buf.size - 512, buf.mask, buf.magic,
	    buf.sb_flags, buf.attr, buf.propagation, !!buf.group, !!buf.master, !!buf.from);
	if (buf.mask & 2)
		judge("  numbers", buf.id == id && (buf.parent == unique(AT) || buf.id == unique(AT)) && buf.old_id && buf.old_parent);
	if (buf.mask & 0x20)
		say("  type %s", buf.str + buf.fs_type);
	if (buf.mask & 8)
		say("  root %s", buf.str + buf.root);
	if (buf.mask & 0x10)
		say("  point %s", buf.str + buf.point);
	if (buf.mask & 0x80)
		say("  options %s", buf.str + buf.opts);
	say("\n");
}

static void arguments(uint64_t id)
{
	struct req r = { 24, 0, id, 2, 0, 0 }, old = r, *end;
	char *edge = page_edge();
	static const uint32_t sizes[] = { 0, 23, 24, 25, 32, 40, 4096, 4097 };
	char what[32];

	show("flags", stat_req((void *)edge, edge, 0, 1));
	show("bad request", stat_req((void *)edge, edge, 512, 0));
	for (int i = 0; i < 8; i++) {
		char big[4096] = { 0 };

		r.size = sizes[i];
		memcpy(big, &r, sizeof r);
		snprintf(what, sizeof what, "size %u", r.size);
		show(what, stat_req((void *)big, &buf, 512, 0));
		big[sizes[i] > 33 ? 39 : 32] = 1;
		show("  and a byte", stat_req((void *)big, &buf, 512, 0));
	}
	r = old, r.size = 40, r.more = 1;
	show("more", stat_req(&r, &buf, 512, 0));
	r = old, r.spare = 1;
	show("spare", stat_req(&r, &buf, 512, 0));
	end = (void *)(edge - 24);
	memcpy(end, &old, 24);
	show("at the edge", stat_req(end, &buf, 512, 0));
	end->size = 32;
	show("over the edge", stat_req(end, &buf, 512, 0));
	for (uint64_t bad = 0; bad < 4; bad++) {
		static const uint64_t v[] = { 0, 5, 1ull << 31, 1ull << 62 };

		r = old, r.id = v[bad];
		snprintf(what, sizeof what, "id %#lx", v[bad]);
		show(what, stat_req(&r, &buf, 512, 0));
		show("  list", list_req(&r, ids, 64, 0));
	}
	r = old, r.id = -1ul;
	show("id -1", stat_req(&r, &buf, 512, 0));
	r = old;
	show("bad buffer", stat_req(&r, edge, 512, 0));
	show("kernel buffer", stat_req(&r, DIRECT_ADDRESS, 512, 0));
	show("no room", stat_req(&r, edge, 0, 0));
	memset(&buf, 0x55, sizeof buf);
	show("16 bytes", stat_req(&r, &buf, 16, 0));
	say("  size %u mask %#lx then %#x\n", buf.size, buf.mask, buf.major);
	show("511", stat_req(&r, &buf, 511, 0));
	say("  size %u\n", buf.size);
	r.param = 0x20;
	for (int n = 500; n < 522; n++) {
		snprintf(what, sizeof what, "type, %d", n);
		show(what, stat_req(&r, &buf, n, 0));
	}
	r.param = 1ull << 63 | 1 << 20 | 2;
	show("unknown masks", stat_req(&r, &buf, 512, 0));
	say("  mask %#lx\n", buf.mask);
	r = old;
	show("list, flags", list_req((void *)edge, NULL, 2000000, 2));
	show("list, too many", list_req((void *)edge, NULL, 1000001, 0));
	show("list, kernel", list_req((void *)edge, DIRECT_ADDRESS, 10, 0));
	show("list, bad request", list_req((void *)edge, ids, 10, 0));
	r.param = 7;
	show("list, behind 7", list_req(&r, ids, 10, 0));
	r.param = 0;
	show("list, bad buffer", list_req(&r, edge, 10, 0));
	show("list none", list_req(&r, edge, 0, 0));
	r.ns_id = 12345, r.size = 32;
	show("another namespace", stat_req(&r, &buf, 512, 0));
	show("list another namespace", list_req(&r, ids, 10, 0));
}

static void list(const char *what, uint64_t id, uint64_t after, size_t nr, unsigned flags)
{
	struct req r = { 24, 0, id, after, 0, 0 };
	long n = list_req(&r, ids, nr, flags);

	show(what, n);
	for (long i = 0; i < n; i++) {
		struct req one = { 24, 0, ids[i], 0x10, 0, 0 };

		say("  %s", stat_req(&one, &buf, sizeof buf, 0) ? errno_name(errno) : buf.mask & 0x10 ? buf.str + buf.point : "(nowhere)");
	}
	say("\n");
}

static void chrooted(void)
{
	uint64_t out = unique("ro"), in = unique("a");

	if (chroot("a") || chdir("/"))
		fatal("chroot");
	list("root", -1ul, 0, 60, 0);
	tell("outside", out, 1 | 0x10);
	setresuid(65534, 65534, 65534);
	list("root as nobody", -1ul, 0, 60, 0);
	tell("outside, as nobody", out, 0x10);
	tell("inside, as nobody", in, 0x10 | 8);
	list("inside, as nobody", in, 0, 60, 0);
	list("outside, as nobody", out, 0, 60, 0);
}

int main(void)
{
	uint64_t base;

	begin();
	dirs("a", "a/in", "ro", "bind", "s", "t", "with space", NULL);
	base = unique(AT);
	mount("one", "a", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,mode=700");
	dirs("a/in", "a/in/deep", NULL);
	mount("two", "a/in", "tmpfs", MS_NOEXEC | MS_NOATIME | MS_NODIRATIME, "size=128k,nr_inodes=9");
	dirs("a/in/deep", NULL);
	mount("ro", "ro", "tmpfs", MS_RDONLY | MS_STRICTATIME, NULL);
	mount("a", "bind", NULL, MS_BIND, NULL);
	mount("a/in/deep", "with space", NULL, MS_BIND, NULL);
	mount("p", "s", "proc", 0, NULL);
	mount(NULL, "a", NULL, MS_SHARED, NULL);
	mount("a", "t", NULL, MS_BIND, NULL);
	mount(NULL, "t", NULL, MS_SLAVE, NULL);
	mount(NULL, "ro", NULL, MS_UNBINDABLE, NULL);
	arguments(base);
	tell("base", base, 0xbf & ~0x80);
	tell("a", unique("a"), 0xbf);
	tell("a/in, no strings", unique("a/in"), 7);
	tell("ro", unique("ro"), 0xbf);
	tell("bind", unique("bind"), 0xb8);
	tell("with space", unique("with space"), 0x18);
	tell("proc", unique("s"), 0xb9);
	tell("slave", unique("t"), 0x17);
	tell("nothing", base, 0);
	list("all", base, 0, 60, 0);
	list("three", base, 0, 3, 0);
	list("the rest", base, ids[2], 60, 0);
	list("reverse", base, 0, 60, 1);
	list("reverse, behind the third", base, ids[2], 60, 1);
	list("below a", unique("a"), 0, 60, 0);
	list("below ro", unique("ro"), 0, 60, 0);
	judge("the root's list has more", list_req(&(struct req){ 24, 0, -1ul, 0, 0, 0 }, ids, 64, 0) > 9);
	in_child("chroot", chrooted);
	return 0;
}
