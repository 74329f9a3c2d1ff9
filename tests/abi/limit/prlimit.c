/* getrlimit(2), setrlimit(2), prlimit64(2): every limit's first value, order of checks, others' limits. */
#include "../show.h"
#include <sys/resource.h>

struct lim { uint64_t cur, max; };
static long pr(int pid, unsigned res, const struct lim *n, struct lim *o) { return syscall(SYS_prlimit64, pid, res, n, o); }

static void user(void)
{
	struct lim l = { 100, 200 }, up = { 100, 300 }, over = { 201, 200 }, out;

	(void)!setuid(1000);
	show("lower", pr(0, RLIMIT_NOFILE, &l, NULL));
	show("raise the hard one", pr(0, RLIMIT_NOFILE, &up, NULL));
	show("soft above hard", pr(0, RLIMIT_NOFILE, &over, NULL));
	l.cur = 200;
	show("soft up to hard", pr(0, RLIMIT_NOFILE, &l, &out));
	say("before: %lu %lu\n", out.cur, out.max);
	show("another's", pr(1, RLIMIT_NOFILE, NULL, &out));
	show("another's, set", pr(1, RLIMIT_NOFILE, &l, NULL));
}

int main(void)
{
	char *edge = page_edge();
	struct lim l, big;
	pid_t pid;

	for (unsigned r = 0; r < RLIM_NLIMITS; r++) {
		pr(0, r, NULL, &l);
		if (r == RLIMIT_NPROC || r == RLIMIT_SIGPENDING)
			judge("  depends on memory", l.cur == l.max && l.cur > 100);
		else
			say("%u: %ld %ld\n", r, (long)l.cur, (long)l.max);
	}
	show("unknown", pr(0, RLIM_NLIMITS, NULL, &l));
	show("unknown, setrlimit", syscall(SYS_setrlimit, 99, &l));
	show("nobody", pr(4000000, 0, NULL, &l));
	show("pid -1", pr(-1, 0, NULL, &l));
	show("nothing to do", pr(0, 0, NULL, NULL));
	show("bad new", pr(0, 0, (void *)edge, NULL));
	show("bad old", pr(0, 0, NULL, (void *)edge));
	l = (struct lim){ 5, 4 };
	show("soft above hard", pr(0, RLIMIT_CORE, &l, NULL));
	l = (struct lim){ 2000000, 2000000 };
	show("files above nr_open", pr(0, RLIMIT_NOFILE, &l, NULL));
	l = (struct lim){ ~0ull, ~0ull };
	show("files without limit", pr(0, RLIMIT_NOFILE, &l, NULL));
	l = (struct lim){ 5000, 5000 };
	show("root raises the hard one", pr(0, RLIMIT_NOFILE, &l, &big));
	show("getrlimit to nowhere", syscall(SYS_getrlimit, 0, edge));
	show("setrlimit from nowhere", syscall(SYS_setrlimit, 0, edge));
	pid = fork();
	if (!pid) {
		for (;;)
			pause();
	}
	l = (struct lim){ 11, 12 };
	show("a child's", pr(pid, RLIMIT_MEMLOCK, &l, NULL));
	memset(&l, 0, sizeof l);
	show("read back", pr(pid, RLIMIT_MEMLOCK, NULL, &l));
	say("%lu %lu\n", l.cur, l.max);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	in_child("user", user);
}
