/* The init of a pid namespace: what passes it by, what it takes in, what ends with it. */
#include "ns.h"

static void on_term(int sig) { say("  init: signal %d\n", sig); }

static void signals(void)
{
	pid_t pid = fork_with(CLONE_NEWPID);

	if (!pid) {
		pid_t child;

		show("  SIGTERM to itself", kill(1, SIGTERM));
		show("  SIGKILL to itself", kill(1, SIGKILL));
		show("  SIGSTOP to itself", kill(1, SIGSTOP));
		raise(SIGSEGV);
		say("  lives\n");
		signal(SIGTERM, on_term);
		child = fork();
		if (!child) {
			show("  SIGKILL from a child", kill(1, SIGKILL));
			kill(1, SIGTERM);
			_exit(0);
		}
		while (waitpid(child, NULL, 0) != child)
			;
		_exit(7);
	}
	say("signals: %s\n", wait_for(pid));
}

static void orphans(void)
{
	pid_t pid = fork_with(CLONE_NEWPID);

	if (!pid) {
		int p[2], status;
		pid_t child, got;
		char c;

		pipe(p);
		child = fork();
		if (!child) {
			if (!fork()) {
				(void)!read(p[0], &c, 1);
				say("  orphan %d of %d\n", getpid(), getppid());
				_exit(5);
			}
			_exit(4);
		}
		waitpid(child, &status, 0);
		say("  child %d: %s\n", child, ending(status));
		(void)!write(p[1], "x", 1);
		got = wait(&status);
		say("  taken in: %d: %s\n", got, ending(status));
		show("  nobody left", wait(NULL));
		_exit(0);
	}
	say("orphans: %s\n", wait_for(pid));
}

static void end_of_all(void)
{
	int p[2], status;
	pid_t pid;
	char c;

	pipe(p);
	pid = fork_with(CLONE_NEWPID);
	if (!pid) {
		for (int i = 0; i < 5; i++)
			if (!fork()) {
				if (i & 1)
					setsid();
				signal(SIGTERM, SIG_IGN);
				if (!fork())
					pause();
				(void)!write(p[1], "x", 1);
				pause();
			}
		for (int i = 0; i < 3; i++)
			(void)!read(p[0], &c, 1);
		_exit(9);
	}
	waitpid(pid, &status, 0);
	say("end of all: %s\n", ending(status));
	close(p[1]);
	while (read(p[0], &c, 1) == 1)
		;
	say("all ends of the pipe are closed\n");
}

static void no_more(void)
{
	pid_t pid;

	show("unshare", unshare(CLONE_NEWPID));
	judge("children's namespace is not there yet", !ns_ino("self", "pid_for_children"));
	pid = fork();
	if (!pid) {
		say("  first: %d\n", getpid());
		_exit(0);
	}
	wait_for(pid);
	show("fork after init's end", fork());
	show("unshare again", unshare(CLONE_NEWPID));
	judge("ours is as it was", getpid() > 1);
	_exit(0);
}

static void killed_from_above(void)
{
	int p[2];
	pid_t pid, inner;

	pipe(p);
	pid = fork_with(CLONE_NEWPID);
	if (!pid) {
		close(p[0]);
		if (!fork())
			pause();
		pause();
	}
	close(p[1]);
	inner = pid;
	show("SIGKILL from above", kill(inner, SIGKILL));
	say("%s, then end of file: %d\n", wait_for(pid), (int)read(p[0], &(char){ 0 }, 1));
}

int main(void)
{
	signals();
	orphans();
	end_of_all();
	in_child("no more", no_more);
	killed_from_above();
	return 0;
}
