/*
 * args.c - values for described arguments: typed, at boundaries, stale, or simply wrong.
 *
 * Structures are built in the task's scratch memory; now and then they are moved so that they end exactly at, or
 * cross, the edge to an unmapped page, or the pointer is replaced by a bad one. Memory that calls write to is the
 * program's arena (program.c), whose pages are writable, read-only, inaccessible or unmapped.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "fuzz.h"

static const char *const paths[] = {
	"a", "b", "c", "d", "a", "b", "c", "d", "dir", "dir/a", "dir/b", "dir/sub", "dir/sub/a", "dir2", "dir2/x", "link", "link/a", "loop", "fifo", "sock",
	"./a", "dir/../a", "../w/a", "a/", "dir/", "dir//a", ".", "..", "", "/", "//", "nothing/there", "self",
	"/proc/self/maps", "/proc/self/status", "/proc/self/mem", "/proc/self/fd", "/proc/self/fd/3", "/proc/self/fd/5", "/proc/self/exe", "/proc/self/cwd", "/proc/self/root",
	"/proc/self/ns/ipc", "/proc/self/environ", "/proc/self/cmdline", "/proc/self/task", "/proc/self/stat", "/proc/self/auxv", "/proc/self/oom_score_adj",
	"/proc/self/smaps", "/proc/self/pagemap", "/proc/self/limits", "/proc/self/mountinfo", "/proc/self/fdinfo/3", "/proc/self/comm", "/proc/self/clear_refs",
	"/proc/thread-self/stat", "/proc/meminfo", "/proc/slabinfo", "/proc/stat", "/proc/1/stat", "/proc/1/mem", "/proc/2/maps", "/proc/sys/kernel/pid_max",
	"/proc/sys/kernel/hostname", "/proc/sysvipc/shm", "/proc/sysvipc/msg", "/proc/sysvipc/sem", "/proc/mounts", "/proc", "/proc/interrupts",
	"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts/0", "/dev/kmsg", "/dev/console", "/dev",
	"/dev/shm/fz", "/dev/shm", "/sys", "/sys/kernel", "/tmp", "/bin/busybox", "/etc/passwd", "/proc/self/attr/current", "/proc/9999999",
};

static const char *const strings[] = {
	"", "a", "user.a", "user.b", "user.", "security.x", "trusted.x", "system.posix_acl_access", "tmpfs", "proc", "sysfs", "devpts", "size=1m", "size=-1,nr_inodes=0",
	"/q", "/fzq1", "/fzq2", "fzq3", "/", "name", "size=4k,mode=7777,uid=-1",
};

static const char *const fs_types[] = { "tmpfs", "tmpfs", "proc", "sysfs", "devpts", "mqueue", "devtmpfs", "ramfs", "nofs" };
static const char *const fs_keys[] = { "size", "mode", "uid", "nr_inodes", "source", "ro", "hidepid", "newinstance", "nosuch", "" };
static const char *const fs_values[] = { "1m", "700", "0", "64k", "fuzz", "-1", "x", "" };
static const char *const queues[] = { "fzq1", "fzq2", "fzq3", "fzq1", "/q", "." };
static const char *const empty[] = { "" };

static const char *const attributes[] = { "user.a", "user.b", "user.c", "user.a", "user.b", "security.x", "trusted.x", "user.", "a" };

static const uint64_t lengths[] = {
	0, 1, 2, 7, 8, 9, 15, 16, 24, 63, 64, 100, 128, 255, 256, 512, 1000, 4095, 4096, 4097, 8192, 12288, 65535, 65536, 65537, 1 << 20,
	0x7fffffff, 0x7ffff000, 0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000, -1ul, -4096ul, -4095ul,
};
static const uint64_t offsets[] = {
	0, 1, 7, 4095, 4096, 4097, 8192, 65536, 1 << 20, (1 << 20) + 1, 16 << 20, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 1ul << 40, 0x7ffffffffffff000,
	0x7fffffffffffffff, 0x8000000000000000, -1ul, -4096ul, -8ul,
};
static const uint64_t integers[] = { 0, 1, 2, 3, 4, 5, 8, 10, 16, 31, 32, 33, 63, 64, 65, 100, 127, 128, 255, 256, 1000, 1023, 1024, 1025, 4096, 32767, 32768,
	65535, 65536, 1 << 20, 0x7fffffff, 0x80000000, 0xffffffff, -1ul, -2ul, -100ul, 0x7fffffffffffffff, 0x8000000000000000 };
static const uint64_t bad_pointers[] = {
	0, 1, 8, 0xfff, 0x1000, 0x7fffffffe000, 0x7fffffffeff8, 0x7ffffffff000, 0x7ffffffffff8, 0x7fffffffffff, 0x800000000000, 0x800000000001, 0x8000000000000000,
	0xffff800000000000, 0xffff888000000000, 0xffffea0000000000, 0xffffffff80000000, 0xffffffff80100000, 0xffffffffff600000, 0xfffffffffffff000, 0xfffffffffffffff8, -1ul,
};

static uint64_t one_of(struct ctx *c, const uint64_t *set, unsigned n) { return set[below(c, n)]; }
#define ONE_OF(set) one_of(c, set, NELEM(set))

static const struct { const char *const *text; unsigned nr; } texts[TEXTS] = {
	[T_ANY] = { strings, NELEM(strings) }, [T_EMPTY] = { empty, 1 }, [T_FSTYPE] = { fs_types, NELEM(fs_types) },
	[T_FSKEY] = { fs_keys, NELEM(fs_keys) }, [T_FSVALUE] = { fs_values, NELEM(fs_values) }, [T_QUEUE] = { queues, NELEM(queues) },
};

static void *scratch_take(struct ctx *c, size_t size)
{
	size_t at = (c->used + 15) & ~15ul;

	if (at + size > SCRATCH)
		at = 0;
	c->used = at + size;
	return c->scratch + at;
}

/* Somewhere in the arena, or nowhere. Room for n bytes is likely, not sure. */
static uint64_t pointer(struct ctx *c)
{
	char *arena = c->p->arena;

	switch (below(c, 24)) {
	case 0: return ONE_OF(bad_pointers);
	case 1: return (uint64_t)arena + below(c, ARENA_PAGES) * PAGE + PAGE - below(c, 64);          /* across an edge */
	case 2: return (uint64_t)arena + below(c, ARENA_PAGES * PAGE);                                /* unaligned */
	case 3: return (uint64_t)arena + below(c, ARENA_PAGES) * PAGE;
	case 4: case 5:
		if (c->p->nr_maps) {
			unsigned i = below(c, NELEM(c->p->maps));

			return c->p->maps[i].addr + below(c, 3) * PAGE;
		}
		/* fallthrough */
	default: return (uint64_t)arena + below(c, 4) * PAGE + below(c, 32) * 8;
	}
}

/* A built structure's address: as it is, moved to an edge, or spoilt. */
static uint64_t place(struct ctx *c, void *built, size_t size)
{
	char *edge = c->scratch + SCRATCH;

	switch (below(c, 48)) {
	case 0: return ONE_OF(bad_pointers);
	case 1: return pointer(c);
	case 2: case 3:                                                  /* ends at the hole behind */
		if (size < PAGE) {
			memmove(edge - size, built, size);
			return (uint64_t)(edge - size);
		}
		return (uint64_t)built;
	case 4:                                                          /* its last bytes stand in the hole */
		if (size > 1 && size < PAGE) {
			size_t cut = 1 + below(c, size - 1);

			memmove(edge - size + cut, built, size - cut);
			return (uint64_t)(edge - size + cut);
		}
		return (uint64_t)built;
	case 5: return (uint64_t)built + below(c, 8);
	default: return (uint64_t)built;
	}
}

static void fill(struct ctx *c, char *at, const struct desc *d)
{
	memset(at, 0, d->size);
	for (unsigned i = 0; i < d->nr; i++) {
		uint64_t v = arg_make(c, &d->fields[i].arg);

		memcpy(at + d->fields[i].offset, &v, d->fields[i].size < 8 ? d->fields[i].size : 8);
	}
	if (one_in(c, 40))                                               /* a byte that nobody expects */
		at[below(c, d->size)] ^= 1u << below(c, 8);
}

static uint64_t make_struct(struct ctx *c, const struct desc *d, unsigned most)
{
	unsigned n = most ? 1 + below(c, most) : 1;
	char *at;

	if (one_in(c, 14))
		return 0;
	at = scratch_take(c, (size_t)d->size * n);
	for (unsigned i = 0; i < n; i++)
		fill(c, at + (size_t)i * d->size, d);
	return place(c, at, (size_t)d->size * n);
}

static uint64_t make_flags(struct ctx *c, const struct arg *a)
{
	uint64_t v = 0;

	switch (below(c, 16)) {
	case 0: return 1ul << below(c, 64);
	case 1: return one_in(c, 2) ? rnd(c) : rnd(c) & 0xffffffff;
	case 2: return one_of(c, a->set, a->nr) | 1u << below(c, 32);
	case 3: case 4: case 5: case 6: case 7: return one_of(c, a->set, a->nr);
	default:
		for (unsigned n = 1 + below(c, 3); n; n--)
			v |= one_of(c, a->set, a->nr);
		return v;
	}
}

static uint64_t make_enum(struct ctx *c, const struct arg *a)
{
	if (one_in(c, 40))
		return one_in(c, 2) ? below(c, 64) : rnd(c);
	return one_of(c, a->set, a->nr);
}

static uint64_t make_string(struct ctx *c, const char *text)
{
	size_t n = strlen(text) + 1;
	char *at;

	if (one_in(c, 60)) {                                             /* too long, or not ended before the hole */
		n = one_of(c, (const uint64_t[]){ 255, 256, 257, 4095, 4096, 4097, 5000 }, 7);
		at = scratch_take(c, n);
		memset(at, 'n', n);
		if (one_in(c, 2))
			for (size_t i = 100; i < n; i += 101)
				at[i] = '/';
		at[n - 1] = one_in(c, 4) ? 'n' : 0;
		return place(c, at, n);
	}
	at = scratch_take(c, n);
	memcpy(at, text, n);
	return place(c, at, n);
}

static uint64_t make_socket_address(struct ctx *c)
{
	struct sockaddr_un *u;

	if (one_in(c, 6))
		return 0;
	u = scratch_take(c, sizeof *u);
	memset(u, 0, sizeof *u);
	u->sun_family = one_in(c, 12) ? (int)below(c, 20) : AF_UNIX;
	switch (below(c, 4)) {
	case 0: memcpy(u->sun_path, "sock", 5); break;
	case 1: u->sun_path[1] = 'a' + below(c, 3); break;               /* abstract */
	case 2: memcpy(u->sun_path, "dir/s", 6); break;
	default: memcpy(u->sun_path, paths[below(c, 20)], 3);
	}
	return place(c, u, sizeof *u);
}

/* Ancillary data: rights, credentials, something else; lengths right or not. */
static uint64_t make_control(struct ctx *c)
{
	char *at;
	size_t used = 0;

	if (one_in(c, 3))
		return 0;
	at = scratch_take(c, 256);
	memset(at, 0, 256);
	for (unsigned n = 1 + below(c, 3); n && used < 128; n--) {
		struct cmsghdr *h = (struct cmsghdr *)(at + used);
		unsigned nr = 1 + below(c, 4);
		int *data = (int *)CMSG_DATA(h);

		h->cmsg_level = one_in(c, 10) ? (int)below(c, 8) : SOL_SOCKET;
		h->cmsg_type = one_in(c, 8) ? 2 + (int)below(c, 4) : SCM_RIGHTS;
		h->cmsg_len = one_in(c, 10) ? one_of(c, lengths, NELEM(lengths)) : CMSG_LEN(nr * 4);
		for (unsigned i = 0; i < nr; i++)
			data[i] = h->cmsg_type == SCM_RIGHTS ? fd_pick(c, FD_ANY) : SYS(39 /* getpid */);
		used += CMSG_SPACE(nr * 4);
	}
	return place(c, at, 256);
}

static uint64_t make_pid(struct ctx *c)
{
	struct prog *p = c->p;

	switch (below(c, 16)) {
	case 0: return -1ul;
	case 1: return one_of(c, integers, NELEM(integers));
	case 2: return 1;
	case 3: case 4: case 5: return 0;
	case 6: case 7: return (uint32_t)SYS(186 /* gettid */);
	case 8: return (uint32_t)SYS(110 /* getppid */);
	case 9: return p->single ? 0 : (uint32_t)p->worker->slots[below(c, SLOTS)].tid;
	case 10: return p->nr_pids ? -(uint64_t)p->pids[below(c, NELEM(p->pids))] : 0;
	default: return p->nr_pids ? (uint64_t)p->pids[below(c, p->nr_pids < NELEM(p->pids) ? p->nr_pids : NELEM(p->pids))] : 0;
	}
}

static uint64_t make_address(struct ctx *c)
{
	struct prog *p = c->p;

	switch (below(c, 20)) {
	case 0: return ONE_OF(bad_pointers);
	case 1: return (uint64_t)p->arena + below(c, ARENA_PAGES) * PAGE;
	case 2: return 0x10000 + below(c, 64) * PAGE;
	case 3: return 0;
	default:
		if (!p->nr_maps)
			return 0x100000000 + below(c, 64) * PAGE;
		unsigned i = below(c, p->nr_maps < NELEM(p->maps) ? p->nr_maps : NELEM(p->maps));

		return p->maps[i].addr + (one_in(c, 2) ? 0 : below(c, 16) * PAGE) + (one_in(c, 40) ? 8 : 0);
	}
}

uint64_t arg_make(struct ctx *c, const struct arg *a)
{
	switch (a->kind) {
	case K_NONE: return one_in(c, 8) ? rnd(c) : 0;
	case K_CONST: return a->set[0];
	case K_FLAGS: return make_flags(c, a);
	case K_ENUM: return make_enum(c, a);
	case K_FD: return (uint64_t)(int64_t)fd_pick(c, a->of);
	case K_PATH: return make_string(c, paths[one_in(c, 3) ? below(c, NELEM(paths)) : below(c, 24)]);
	case K_XATTR: return make_string(c, attributes[below(c, NELEM(attributes))]);
	case K_STRING: return make_string(c, texts[a->of].text[below(c, texts[a->of].nr)]);
	case K_IN: case K_OUT: return pointer(c);
	case K_LEN: return one_in(c, 5) ? ONE_OF(lengths) : lengths[below(c, 20)];
	case K_SMALL: return one_in(c, 12) ? ONE_OF(integers) : below(c, 9);
	case K_INT: return one_in(c, 3) ? below(c, 64) : ONE_OF(integers);
	case K_LONG: return one_in(c, 4) ? pointer(c) : ONE_OF(integers);
	case K_OFF: return one_in(c, 3) ? ONE_OF(offsets) : below(c, 8) * (one_in(c, 2) ? PAGE : 1000);
	case K_ADDR: return make_address(c);
	case K_MLEN: return one_in(c, 16) ? ONE_OF(lengths) : one_in(c, 30) ? 2ul << 20 : (1 + below(c, 16)) * PAGE - (one_in(c, 8) ? below(c, PAGE) : 0);
	case K_PID: return make_pid(c);
	case K_SIG: return one_in(c, 12) ? ONE_OF(integers) : one_in(c, 6) ? SIGSTOP : one_in(c, 6) ? SIGCONT : 1 + below(c, 64);
	case K_UID: return one_in(c, 3) ? -1ul : one_in(c, 3) ? ONE_OF(integers) : (uint64_t)SYS(102 /* getuid */);
	case K_ID: return one_in(c, 8) || !c->p->nr_ids ? one_of(c, integers, NELEM(integers)) : (uint64_t)c->p->ids[below(c, NELEM(c->p->ids))];
	case K_SEC: return one_in(c, 10) ? ONE_OF(integers) : 0;
	case K_NSEC: return one_in(c, 12) ? ONE_OF(integers) : below(c, 2000000);
	case K_USEC: return one_in(c, 12) ? ONE_OF(integers) : below(c, 2000);
	case K_STRUCT: return make_struct(c, a->desc, 0);
	case K_ARRAY: return make_struct(c, a->desc, a->nr);
	case K_HANDLER: return one_in(c, 12) ? pointer(c) : one_in(c, 4) ? below(c, 3) : (uint64_t)handler;
	case K_RESTORER: return one_in(c, 30) ? pointer(c) : (uint64_t)restorer;
	case K_SOCKADDR: return make_socket_address(c);
	case K_CONTROL: return make_control(c);
	case K_CPUMASK: {
		uint64_t *m = scratch_take(c, 8);

		*m = one_in(c, 8) ? rnd(c) : 1 + below(c, 15);
		return place(c, m, 8);
	}
	case K_SIGSET: return one_in(c, 4) ? rnd(c) : one_in(c, 3) ? 0 : 1ul << below(c, 64);
	case K_DEVICE: return one_in(c, 2) ? below(c, 16) << 8 | below(c, 16) : ONE_OF(integers);
	case K_FDPAIR: return pointer(c);
	default: return rnd(c);
	}
}
