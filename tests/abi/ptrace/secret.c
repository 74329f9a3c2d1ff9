/* A program that its tracer may not read is no more readable when it runs; and one with more rights than its parent gives itself to nobody. */
#include "../cred/privileged.h"
#include <sys/ptrace.h>
#include <sys/user.h>

#define FILE_NAME "/tmp/pss/show"

static void user(void)
{
	struct user_regs_struct r;
	char path[64];
	pid_t pid;
	long w;

	r_setresgid(1000, 1000, 1000), r_setresuid(1000, 1000, 1000), prctl(PR_SET_DUMPABLE, 1);
	say("open it: %s\n", open(FILE_NAME, O_RDONLY) < 0 ? errno_name(errno) : "ok");
	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execl(FILE_NAME, "wait", NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	say("registers: %ld\n", ptrace(PTRACE_GETREGS, pid, 0, &r));
	errno = 0;
	w = ptrace(PTRACE_PEEKTEXT, pid, r.rip & ~7ul, 0);
	say("peek: %s\n", errno ? errno_name(errno) : w ? "something" : "zero");
	say("poke: %s\n", ptrace(PTRACE_POKEDATA, pid, r.rsp & ~7ul, 0) ? errno_name(errno) : "ok");
	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	say("mem: %s\n", open(path, O_RDONLY) < 0 ? errno_name(errno) : "ok");
	ptrace(PTRACE_CONT, pid, 0, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void with_more_rights(void)
{
	int go[2];
	char c;

	(void)!pipe(go);
	if (!fork()) {
		(void)!read(go[0], &c, 1);
		say("traced by its parent: %s\n", ptrace(PTRACE_TRACEME, 0, 0, 0) ? errno_name(errno) : "yes");
		_exit(0);
	}
	r_setresgid(1000, 1000, 1000), r_setresuid(1000, 1000, 1000);
	(void)!write(go[1], "x", 1);
	wait(NULL);
}

int main(int argc, char **argv)
{
	pid_t pid;

	(void)argc;
	if (!strcmp(argv[0], "wait"))
		pause();
	privileged_begin("/tmp/pss", FILE_NAME, 0711);
	pid = fork();
	if (!pid) {
		user();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	pid = fork();
	if (!pid) {
		with_more_rights();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	umount2("/tmp/pss", MNT_DETACH);
}
