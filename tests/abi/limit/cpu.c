/* limit: 40 */
/* RLIMIT_CPU: SIGXCPU each second past the soft limit, SIGKILL at the hard one. */
#include "../show.h"
#include <sys/resource.h>

static volatile int caught;
static void handler(int sig) { (void)sig; caught++; }

static void run(const char *what, rlim_t soft, rlim_t hard, bool handle)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct rlimit l = { soft, hard }, none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGXCPU, handle ? handler : SIG_DFL);
		setrlimit(RLIMIT_CPU, &l);
		for (;;)
			;
	}
	waitpid(pid, &status, 0);
	say("%s: %s\n", what, ending(status));
}

int main(void)
{
	struct rlimit l = { 0, RLIM_INFINITY }, now;

	run("1 second, default", 1, 5, false);
	run("hard limit of 1, handled", 1, 1, true);
	setrlimit(RLIMIT_CPU, &l);
	getrlimit(RLIMIT_CPU, &now);
	say("0 reads back as %ld\n", (long)now.rlim_cur);
}
