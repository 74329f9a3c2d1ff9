/*
 * strict.c - strict mode: four calls pass, any other kills; filters and it exclude each other.
 */
#include "../show.h"
#include <linux/seccomp.h>
#include <sys/prctl.h>

static void run(const char *what, void (*then)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0)) {
			say("%s: %s\n", what, strerror(errno));
			_exit(1);
		}
		then();
		syscall(SYS_exit, 3);
	}
	waitpid(pid, &status, 0);
	say("%s: %s %d\n", what, WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void nothing(void) { }
static void do_write(void) { (void)!write(1, "still writes\n", 13); }
static void do_getpid(void) { syscall(SYS_getpid); }
static void do_exit_group(void) { syscall(SYS_exit_group, 4); }
static void do_open(void) { syscall(SYS_open, "/", 0); }

int main(void)
{
	say("flags: %ld %s\n", syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, 0), strerror(errno));
	say("argument: %ld %s\n", syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, 1), strerror(errno));
	say("mode: %d %s\n", prctl(PR_SET_SECCOMP, 5, 0, 0, 0), strerror(errno));
	run("nothing", nothing);
	run("write", do_write);
	run("getpid", do_getpid);
	run("exit_group", do_exit_group);
	run("open", do_open);
	return 0;
}
