/* ids.h - who one is, printed. */
#ifndef IDS_H
#define IDS_H
#include "../show.h"
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>

/* Past the C library, which keeps the threads alike. */
#define r_setuid(a) syscall(SYS_setuid, a)
#define r_setreuid(a, b) syscall(SYS_setreuid, a, b)
#define r_setresuid(a, b, c) syscall(SYS_setresuid, a, b, c)
#define r_setgid(a) syscall(SYS_setgid, a)
#define r_setregid(a, b) syscall(SYS_setregid, a, b)
#define r_setresgid(a, b, c) syscall(SYS_setresgid, a, b, c)

static inline void uids(const char *what)
{
	unsigned r, e, s;

	syscall(SYS_getresuid, &r, &e, &s);
	say("%s: %d %d %d fs %d\n", what, (int)r, (int)e, (int)s, (int)syscall(SYS_setfsuid, -1));
}
static inline void gids(const char *what)
{
	unsigned r, e, s;

	syscall(SYS_getresgid, &r, &e, &s);
	say("%s: %d %d %d fs %d\n", what, (int)r, (int)e, (int)s, (int)syscall(SYS_setfsgid, -1));
}

struct caps { uint64_t e, p, i; };
static inline long caps_get(int pid, struct caps *c)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, pid };
	struct __user_cap_data_struct d[2];
	long r = syscall(SYS_capget, &h, d);

	c->e = d[0].effective | (uint64_t)d[1].effective << 32;
	c->p = d[0].permitted | (uint64_t)d[1].permitted << 32;
	c->i = d[0].inheritable | (uint64_t)d[1].inheritable << 32;
	return r;
}
static inline long caps_set(uint64_t e, uint64_t p, uint64_t i)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = {
		{ (uint32_t)e, (uint32_t)p, (uint32_t)i }, { (uint32_t)(e >> 32), (uint32_t)(p >> 32), (uint32_t)(i >> 32) },
	};

	return syscall(SYS_capset, &h, d);
}
static inline void caps(const char *what)
{
	struct caps c;
	uint64_t amb = 0, bnd = 0;

	caps_get(0, &c);
	for (int n = 0; n < 64; n++) {
		amb |= prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, n, 0, 0) == 1 ? 1ull << n : 0;
		bnd |= prctl(PR_CAPBSET_READ, n) == 1 ? 1ull << n : 0;
	}
	say("%s: e %#lx p %#lx i %#lx ambient %#lx bounding %#lx\n", what, c.e, c.p, c.i, amb, bnd);
}
#define CAP(x) (1ull << (x))
#endif
