/* prctl(2): machine checks, speculation, memory merging, performance counters, what other machines have: each with odd arguments. */
#include "../show.h"
#include <sys/prctl.h>

#define p(o, a, b, c, d) syscall(SYS_prctl, o, a, b, c, d)

static void mce_get(void) { show("mce", p(PR_MCE_KILL_GET, 0, 0, 0, 0)); }
static void child(void (*fn)(void))
{
	if (!fork()) {
		fn();
		_exit(0);
	}
	wait(NULL);
}

int main(void)
{
	static const int elsewhere[] = { 5, 6, 9, 10, 11, 12, 17, 18, 19, 20, 43, 44, 45, 46, 50, 51, 54, 55, 56, 60, 61, 62, 63, 64, 69, 70, 71, 72, 73 };

	mce_get();
	for (unsigned long a = 0; a < 3; a++)
		for (unsigned long b = 0; b < 4; b++) {
			say("%lu %lu ", a, b);
			show("mce set", p(PR_MCE_KILL, a, b, 0, 0));
			mce_get();
		}
	show("mce, odd rest", p(PR_MCE_KILL, PR_MCE_KILL_SET, 1, 1, 0));
	show("mce, odd rest", p(PR_MCE_KILL, PR_MCE_KILL_SET, 1, 0, 1));
	p(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0);
	child(mce_get);
	show("clear", p(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 0, 0, 0));
	mce_get();
	show("perf off", p(PR_TASK_PERF_EVENTS_DISABLE, 1, 2, 3, 4));
	show("perf on", p(PR_TASK_PERF_EVENTS_ENABLE, 1, 2, 3, 4));
	for (unsigned long a = 0; a < 5; a++) {
		show("speculation", p(PR_GET_SPECULATION_CTRL, a, 0, 0, 0));
		for (unsigned long b = 0; b < 10; b++)
			show(" set", p(PR_SET_SPECULATION_CTRL, a, b, 0, 0));
		show(" odd rest", p(PR_GET_SPECULATION_CTRL, a, 0, 0, 1));
		show(" set, odd rest", p(PR_SET_SPECULATION_CTRL, a, 2, 0, 1));
	}
	show("merge", p(68, 0, 0, 0, 0));
	show("set 5", p(67, 5, 0, 0, 0));
	show("merge", p(68, 0, 0, 0, 0));
	show("odd rest", p(68, 1, 0, 0, 0));
	show("set, odd rest", p(67, 0, 0, 1, 0));
	if (!fork()) {
		show("child: merge", p(68, 0, 0, 0, 0));
		_exit(0);
	}
	wait(NULL);
	show("set 0", p(67, 0, 0, 0, 0));
	show("merge", p(68, 0, 0, 0, 0));
	for (unsigned i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
		say("%d ", elsewhere[i]);
		show("elsewhere", p(elsewhere[i], 1, 0, 0, 0));
	}
	for (int i = 0; i < 4; i++)
		show("core scheduling", p(62, i, 0, 0, 0));
}
