/* Who may look into a process may not look into what it executes with another's rights: not even while it does. */
#include "../cred/privileged.h"
#include <sched.h>
#include <sys/prctl.h>
#include <sys/uio.h>

#define PLACE "/tmp/vm_exec"
#define PROGRAM PLACE "/program"
#define ROUNDS 30
#define NOBODY 65534

static volatile uint64_t word = 0x1111;                 /* in the program that is privileged: 0x2222, at the same place */

static int spy(pid_t pid)
{
	uint64_t got = 0;
	struct iovec l = { &got, sizeof got }, r = { (void *)&word, sizeof word };
	void *address = (void *)&word;
	int status = -1;

	if (syscall(SYS_process_vm_readv, pid, &l, 1, &r, 1, 0) == sizeof got && got == 0x2222)
		return 1;
	(void)!syscall(SYS_move_pages, pid, 1, &address, NULL, &status, 0);
	return 0;
}

static void attack(mode_t mode, const char *what)
{
	int leaks = 0, ran = 0;

	privileged_begin(PLACE, PROGRAM, mode);
	if (fork() == 0) {
		if (setgid(NOBODY) || setuid(NOBODY) || prctl(PR_SET_DUMPABLE, 1))
			fatal("setuid");
		for (int i = 0; i < ROUNDS; i++) {
			int status, pipes[2];
			pid_t pid;
			char c;

			(void)!pipe(pipes);
			pid = fork();
			if (pid == 0) {
				dup2(pipes[1], 3);
				execl(PROGRAM, "x", "run", NULL);
				_exit(1);
			}
			close(pipes[1]);
			fcntl(pipes[0], F_SETFL, O_NONBLOCK);
			do
				leaks += spy(pid);
			while (read(pipes[0], &c, 1) < 0);
			waitpid(pid, &status, 0);
			ran += WIFEXITED(status) && WEXITSTATUS(status) == 7;
			close(pipes[0]);
		}
		say("%s: ran %d, leaks %d\n", what, ran, leaks);
		_exit(0);
	}
	wait(NULL);
	umount(PLACE);
	rmdir(PLACE);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		word = 0x2222;
		for (int i = 0; i < 3; i++)
			sched_yield();
		(void)!write(3, "x", 1);
		return 7;
	}
	attack(04755, "of another user");
	attack(0711, "not to be read");
	return 0;
}
