/* sched_setaffinity(2), sched_getaffinity(2): lengths, empty sets, where one then runs. */
#include "attr.h"

static long set(int pid, unsigned len, const void *m) { return syscall(SYS_sched_setaffinity, pid, len, m); }
static long get(int pid, unsigned len, void *m) { return syscall(SYS_sched_getaffinity, pid, len, m); }

int main(void)
{
	unsigned long m[16] = { 0 }, old[16] = { 0 }, here;
	char *edge = page_edge();
	unsigned cpu = 99, node = 99;

	judge("length is that of the machine", get(0, sizeof m, old) > 0);
	show("get, 0", get(0, 0, m));
	show("get, 4", get(0, 4, m));
	show("get, 12", get(0, 12, m));
	show("get, bad", get(0, 128, edge));
	show("get, nobody", get(4000000, 128, m));
	show("get, -1", get(-1, 128, m));
	show("set, empty", (memset(m, 0, sizeof m), set(0, sizeof m, m)));
	show("set, length 0", set(0, 0, m));
	m[0] = 1ul << 63;
	show("set, no such CPU", set(0, 8, m));
	show("set, bad", set(0, 8, edge));
	show("set, nobody", set(4000000, 8, old));
	show("set, -1", set(-1, 8, old));
	m[0] = 1;
	show("set, first CPU, one byte", set(0, 1, m));
	get(0, sizeof m, m);
	say("%#lx\n", m[0]);
	show("getcpu", syscall(SYS_getcpu, &cpu, &node, NULL));
	say("cpu %u node %u\n", cpu, node);
	if (!fork()) {
		get(0, sizeof m, m);
		say("a child has %#lx\n", m[0]);
		_exit(0);
	}
	wait(NULL);
	for (int i = 0; i < 64; i++) {
		if (!(old[0] >> i & 1))
			continue;
		here = 1ul << i;
		if (set(0, 8, &here))
			fatal("set");
		syscall(SYS_getcpu, &cpu, NULL, NULL);
		if (cpu != (unsigned)i)
			say("on %u instead of %d\n", cpu, i);
	}
	m[0] = ~0ul;
	show("all, and more", set(0, 8, m));
	memset(m, 0, sizeof m);
	get(0, sizeof m, m);
	judge("those that are", m[0] == old[0]);
	show("getcpu to nowhere", syscall(SYS_getcpu, edge, NULL, NULL));
	show("getcpu, node to nowhere", syscall(SYS_getcpu, NULL, edge, NULL));
	show("getcpu, nothing", syscall(SYS_getcpu, NULL, NULL, NULL));
	(void)!setuid(1000);
	show("user: another's", set(1, 8, old));
	show("user: look at another's", get(1, 128, m) > 0);
	show("user: own", set(0, 8, old));
}
