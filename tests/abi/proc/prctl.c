/* prctl(2): each option that libraries use: values, unused arguments, what is refused. */
#include "../show.h"
#include <sys/prctl.h>

#ifndef PR_SET_THP_DISABLE
#define PR_SET_THP_DISABLE 41
#define PR_GET_THP_DISABLE 42
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif
#define p(o, a, b, c, d) syscall(SYS_prctl, o, a, b, c, d)

int main(void)
{
	char name[17], *edge = page_edge();
	int v = -1;

	show("unknown", p(9999, 0, 0, 0, 0));
	show("-1", p(-1, 0, 0, 0, 0));
	show("dumpable", p(PR_GET_DUMPABLE, 0, 0, 0, 0));
	show("set 0", p(PR_SET_DUMPABLE, 0, 0, 0, 0));
	show("dumpable", p(PR_GET_DUMPABLE, 0, 0, 0, 0));
	show("set 2", p(PR_SET_DUMPABLE, 2, 0, 0, 0));
	show("set -1", p(PR_SET_DUMPABLE, -1, 0, 0, 0));
	show("set 1", p(PR_SET_DUMPABLE, 1, 0, 0, 0));
	show("keepcaps", p(PR_GET_KEEPCAPS, 0, 0, 0, 0));
	show("set 1", p(PR_SET_KEEPCAPS, 1, 0, 0, 0));
	show("keepcaps", p(PR_GET_KEEPCAPS, 0, 0, 0, 0));
	show("timing", p(PR_GET_TIMING, 0, 0, 0, 0));
	show("set statistical", p(PR_SET_TIMING, PR_TIMING_STATISTICAL, 0, 0, 0));
	show("set timestamp", p(PR_SET_TIMING, PR_TIMING_TIMESTAMP, 0, 0, 0));
	show("timer slack", p(PR_GET_TIMERSLACK, 0, 0, 0, 0));
	show("set 7", p(PR_SET_TIMERSLACK, 7, 0, 0, 0));
	show("timer slack", p(PR_GET_TIMERSLACK, 0, 0, 0, 0));
	show("set 0: the default", p(PR_SET_TIMERSLACK, 0, 0, 0, 0));
	show("timer slack", p(PR_GET_TIMERSLACK, 0, 0, 0, 0));
	show("set name", p(PR_SET_NAME, "a name longer than fits", 0, 0, 0));
	memset(name, 'x', sizeof name);
	show("get name", p(PR_GET_NAME, name, 0, 0, 0));
	say("[%.15s] ends: %d, beyond: %c\n", name, name[15], name[16]);
	strcpy(edge - 3, "ab");
	show("name at the edge", p(PR_SET_NAME, edge - 3, 0, 0, 0));
	p(PR_GET_NAME, name, 0, 0, 0);
	say("[%s]", name);
	for (int i = 0; i < 16; i++)
		say("%d", !!name[i]);
	say("\n");
	show("bad name", p(PR_SET_NAME, edge, 0, 0, 0));
	show("get name to nowhere", p(PR_GET_NAME, edge, 0, 0, 0));
	show("tsc", p(PR_GET_TSC, &v, 0, 0, 0));
	say("%d\n", v);
	show("tsc to nowhere", p(PR_GET_TSC, edge, 0, 0, 0));
	show("set tsc 9", p(PR_SET_TSC, 9, 0, 0, 0));
	show("endian", p(PR_GET_ENDIAN, &v, 0, 0, 0));
	show("unaligned", p(PR_GET_UNALIGN, &v, 0, 0, 0));
	show("fpemu", p(PR_GET_FPEMU, &v, 0, 0, 0));
	show("fpexc", p(PR_GET_FPEXC, &v, 0, 0, 0));
	show("mce kill", p(PR_MCE_KILL_GET, 0, 0, 0, 0));
	show("mce kill, odd rest", p(PR_MCE_KILL_GET, 1, 0, 0, 0));
	show("thp", p(PR_GET_THP_DISABLE, 0, 0, 0, 0));
	show("thp, odd rest", p(PR_GET_THP_DISABLE, 1, 0, 0, 0));
	show("set thp", p(PR_SET_THP_DISABLE, 1, 0, 0, 0));
	show("thp", p(PR_GET_THP_DISABLE, 0, 0, 0, 0));
	show("set thp, odd rest", p(PR_SET_THP_DISABLE, 1, 0, 1, 0));
	show("seccomp", p(PR_GET_SECCOMP, 0, 0, 0, 0));
	show("seccomp 9", p(PR_SET_SECCOMP, 9, 0, 0, 0));
	show("ptracer any", p(PR_SET_PTRACER, -1, 0, 0, 0));
	show("mm, unknown", p(PR_SET_MM, 99, 0, 0, 0));
	show("io flusher", p(PR_GET_IO_FLUSHER, 0, 0, 0, 0));
	show("tagged addresses", p(PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0));
	show("vma name, unmapped", p(PR_SET_VMA, PR_SET_VMA_ANON_NAME, 4096, 4096, 0));
	show("vma, unknown", p(PR_SET_VMA, 9, 0, 0, 0));
}
