/* getcpu.c - the vDSO's getcpu() on each CPU, after fork and exec. */
#include "vdso.h"
#include <sched.h>

static long (*get)(unsigned *, unsigned *, void *);

static void each_cpu(void)
{
	unsigned cpu, node, cpu2, node2;
	bool right = true, same = true;
	cpu_set_t s;
	int n = 0;

	for (int i = 0; i < 64; i++) {
		CPU_ZERO(&s);
		CPU_SET(i, &s);
		if (sched_setaffinity(0, sizeof s, &s))
			continue;
		n++;
		for (int k = 0; k < 200; k++) {
			get(&cpu, &node, NULL);
			syscall(SYS_getcpu, &cpu2, &node2, NULL);
			right &= cpu == (unsigned)i && cpu2 == cpu;
			same &= node == node2;
		}
	}
	judge("some CPUs", n > 0);
	judge("right", right);
	judge("same node", same);
}

int main(void)
{
	get = vdso_function("__vdso_getcpu");
	say("NULL: %ld\n", get(NULL, NULL, NULL));
	each_cpu();
	in_child("fork", each_cpu);
	return 0;
}
