/* A set-user-ID program on a mount of another mount namespace is a program like any other. */
#include "../cred/privileged.h"
#include <sched.h>

#define FILE_NAME "/tmp/se/show"

int main(int argc, char **argv)
{
	int ready[2], go[2], fd;
	char path[64], c;
	pid_t pid;

	(void)argc;
	if (!strcmp(argv[0], "tell")) {
		say("euid %d\n", geteuid());
		return 0;
	}
	(void)!pipe(ready), (void)!pipe(go);
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
			fatal("unshare");
		privileged_begin("/tmp/se", FILE_NAME, 04755);
		(void)!write(ready[1], "x", 1);
		(void)!read(go[0], &c, 1);
		_exit(0);
	}
	(void)!read(ready[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/root" FILE_NAME, pid);
	fd = open(path, O_PATH);
	if (!fork()) {
		r_setresuid(1000, 1000, 1000);
		syscall(SYS_execveat, fd, "", (char *[]){ "tell", NULL }, (char *[]){ NULL }, AT_EMPTY_PATH);
		fatal("execveat");
	}
	wait(NULL);
	(void)!write(go[1], "x", 1);
	waitpid(pid, NULL, 0);
	rmdir("/tmp/se");
	return 0;
}
