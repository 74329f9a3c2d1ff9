/*
 * peak.c - VmPeak of /proc/PID/status: the most that was ever mapped, of a process, its child and the next program.
 */
#include "text.h"

static long kb(const char *key)
{
	char *at;

	slurp("/proc/self/status");
	at = strstr(proc_text, key);
	return at ? strtol(at + strlen(key) + 1, NULL, 10) : -1;
}

static void tell(const char *when)
{
	long peak = kb("VmPeak"), size = kb("VmSize");

	say("%s: VmPeak is %s\n", when, peak < size ? "less than VmSize" : peak - size > 60000 ? "much more than VmSize" : peak == size ? "VmSize" : "more than VmSize");
}

int main(int argc, char **argv)
{
	void *m;

	(void)argv;
	if (argc > 1) {
		tell("the next program");
		return 0;
	}
	tell("at first");
	m = mmap(NULL, 64 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	tell("mapped");
	munmap(m, 64 << 20);
	tell("unmapped");
	if (!fork()) {
		tell("child");
		execl("/proc/self/exe", "peak", "x", NULL);
		_exit(1);
	}
	wait(NULL);
	m = mmap(NULL, 32 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	tell("half of it mapped again");
	return 0;
}
