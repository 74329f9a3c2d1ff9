/* The core bit: which signals, and what keeps it away. */
#include "raw.h"
#include <sys/prctl.h>
#include <sys/resource.h>

static void probe(const char *what, int sig, int dumpable)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		prctl(PR_SET_DUMPABLE, dumpable);
		raw_mask(SIG_SETMASK, 0, NULL);
		kill(getpid(), sig);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	say("%s %d: %s, core %d\n", what, sig, ending(status), WIFSIGNALED(status) && WCOREDUMP(status));
}

int main(void)
{
	static const int sigs[] = { SIGQUIT, SIGILL, SIGABRT, SIGFPE, SIGSEGV, SIGBUS, SIGSYS, SIGTRAP, SIGXCPU, SIGXFSZ, SIGTERM, SIGKILL, 40 };
	struct rlimit l = { 0, RLIM_INFINITY };

	setrlimit(RLIMIT_CORE, &l);
	for (unsigned i = 0; i < sizeof sigs / sizeof sigs[0]; i++)
		probe("no core allowed", sigs[i], 1);
}
