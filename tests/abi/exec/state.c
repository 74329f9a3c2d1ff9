/* What exec keeps and what it resets. */
#include "run.h"
#include <linux/futex.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/timerfd.h>

static void tell(void)
{
	struct itimerval it;
	struct rlimit l;
	char name[16], cwd[64];
	void *head = NULL;
	size_t len;
	int v = -1;
	timer_t id = (timer_t)0;
	struct itimerspec ts;

	prctl(PR_GET_NAME, name);
	say("name %s, cwd %s, umask %o\n", name, getcwd(cwd, sizeof cwd), umask(0));
	getitimer(ITIMER_REAL, &it);
	say("interval timer %s\n", it.it_value.tv_sec > 50 ? "runs" : "stopped");
	say("POSIX timer: %s\n", timer_gettime(id, &ts) ? errno_name(errno) : "there");
	getrlimit(RLIMIT_NOFILE, &l);
	say("limit %ld, nice %d, policy %d\n", (long)l.rlim_cur, getpriority(PRIO_PROCESS, 0), (int)syscall(SYS_sched_getscheduler, 0));
	prctl(PR_GET_PDEATHSIG, &v);
	say("pdeathsig %d, keepcaps %d, dumpable %d, no_new_privs %d, timerslack %d, subreaper ", v, prctl(PR_GET_KEEPCAPS),
	    prctl(PR_GET_DUMPABLE), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_TIMERSLACK));
	prctl(PR_GET_CHILD_SUBREAPER, &v);
	say("%d\n", v);
	syscall(SYS_get_robust_list, 0, &head, &len);
	say("robust list %s, personality %#x\n", head ? "there" : "none", personality(0xffffffff));
	say("descriptors:");
	for (int i = 20; i < 24; i++)
		say(" %d", fcntl(i, F_GETFD) == -1 ? 0 : 1);
	say("\n");
}

int main(int argc, char **argv)
{
	struct itimerval it = { { 0, 0 }, { 100, 0 } };
	struct rlimit l = { 77, 78 };
	static struct robust_list_head head;
	timer_t id;

	if (argc > 1) {
		tell();
		return 0;
	}
	(void)!chdir("/proc");
	umask(031);
	setitimer(ITIMER_REAL, &it, NULL);
	timer_create(CLOCK_MONOTONIC, NULL, &id);
	setrlimit(RLIMIT_NOFILE, &l);
	(void)!nice(3);
	prctl(PR_SET_NAME, "changed");
	prctl(PR_SET_PDEATHSIG, SIGHUP);
	prctl(PR_SET_KEEPCAPS, 1);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_TIMERSLACK, 12345);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	syscall(SYS_set_robust_list, &head, sizeof head);
	personality(ADDR_NO_RANDOMIZE);
	for (int i = 20; i < 24; i++)
		dup2(0, i);
	fcntl(21, F_SETFD, FD_CLOEXEC);
	syscall(SYS_close_range, 23, 23, 4);
	tell();
	put_self("/tmp/a_rather_long_program_name_2", 0755);
	execv("/tmp/a_rather_long_program_name_2", (char *[]){ argv[0], "x", NULL });
	fatal("exec");
}
