/*
 * waits.c - wait4 and waitid, zombies, orphans, stop and continue, vfork,
 * exit codes, SIGCHLD, process groups as targets.
 */
#include "show.h"
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static volatile int nr_chld;
static siginfo_t chld;
static void on_chld(int sig, siginfo_t *si, void *c) { (void)sig, (void)c; nr_chld++; chld = *si; }

static pid_t child_exit(int code)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(code);
	return pid;
}

static pid_t child_pause(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

static void basics(void)
{
	int status;
	pid_t pid;

	show("wait without children", wait(&status));
	pid = child_pause();
	show("WNOHANG, child alive", waitpid(-1, &status, WNOHANG));
	kill(pid, SIGTERM);
	judge("wait", waitpid(pid, &status, 0) == pid);
	say("%s\n", ending(status));
	show("wait again", waitpid(pid, &status, 0));
	for (int code = 0; code <= 256; code += 64) {
		waitpid(child_exit(code), &status, 0);
		say("exit(%d): status %#x\n", code, status);
	}
	pid = child_exit(3);
	sleep_ms(20);
	judge("kill of a zombie", kill(pid, 0) == 0 && kill(pid, SIGKILL) == 0);
	judge("its group is still known", getpgid(pid) == getpgid(0));
	waitpid(pid, &status, 0);
	say("zombie: %s\n", ending(status));
	show("kill of a reaped one", kill(pid, 0));
}

static void stops(void)
{
	int status;
	pid_t pid = child_pause();

	kill(pid, SIGSTOP);
	show("WNOHANG without WUNTRACED", (sleep_ms(30), waitpid(pid, &status, WNOHANG)));
	judge("WUNTRACED", waitpid(pid, &status, WUNTRACED) == pid);
	say("%s\n", ending(status));
	show("reported once", waitpid(pid, &status, WUNTRACED | WNOHANG));
	kill(pid, SIGCONT);
	judge("WCONTINUED", waitpid(pid, &status, WCONTINUED) == pid);
	say("%s, status %#x\n", ending(status), status);
	show("reported once", waitpid(pid, &status, WCONTINUED | WNOHANG));
	kill(pid, SIGTSTP);
	show("TSTP in an orphaned group", (sleep_ms(30), waitpid(pid, &status, WUNTRACED | WNOHANG)));
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	say("%s\n", ending(status));
	kill(pid, SIGTERM);
	show("TERM while stopped", (sleep_ms(30), waitpid(pid, &status, WNOHANG)));
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
}

static void infos(void)
{
	siginfo_t si = { 0 };
	pid_t pid = child_exit(42);

	show("waitid NOWAIT", waitid(P_PID, pid, &si, WEXITED | WNOWAIT));
	say("signal %d, code %d, status %d, pid %s\n", si.si_signo, si.si_code, si.si_status, si.si_pid == pid ? "right" : "WRONG");
	show("waitid", waitid(P_ALL, 0, &si, WEXITED));
	show("waitid, none left", waitid(P_ALL, 0, &si, WEXITED));
	pid = child_pause();
	kill(pid, SIGSTOP);
	show("waitid STOPPED", waitid(P_PID, pid, &si, WSTOPPED));
	say("code %d, status %d\n", si.si_code, si.si_status);
	kill(pid, SIGCONT);
	show("waitid CONTINUED", waitid(P_PID, pid, &si, WCONTINUED));
	say("code %d, status %d\n", si.si_code, si.si_status);
	memset(&si, 0xff, sizeof si);
	show("waitid NOHANG", waitid(P_PID, pid, &si, WEXITED | WNOHANG));
	say("pid field %d\n", si.si_pid);
	kill(pid, SIGKILL);
	show("waitid killed", waitid(P_PID, pid, &si, WEXITED));
	say("code %d, status %d\n", si.si_code, si.si_status);
}

static void groups(void)
{
	pid_t a = child_pause(), b = child_pause(), got;
	int status;

	setpgid(a, a);
	setpgid(b, a);
	kill(-a, SIGTERM);
	got = waitpid(-a, &status, 0);
	judge("wait for a group", got == a || got == b);
	got = waitpid(-a, &status, 0);
	judge("and the second", got == a || got == b);
	show("group is empty", waitpid(-a, &status, 0));
	a = child_pause();
	setpgid(a, a);
	show("wait for own group", waitpid(0, &status, WNOHANG));
	kill(a, SIGKILL);
	wait(NULL);
}

static void chld_signals(void)
{
	struct sigaction sa = { .sa_sigaction = on_chld, .sa_flags = SA_SIGINFO | SA_RESTART };
	pid_t pid;
	int status;

	sigaction(SIGCHLD, &sa, NULL);
	nr_chld = 0;
	pid = child_exit(7);
	while (!nr_chld)
		sched_yield();
	say("SIGCHLD: code %d, status %d, pid %s\n", chld.si_code, chld.si_status, chld.si_pid == pid ? "right" : "WRONG");
	waitpid(pid, &status, 0);
	pid = child_pause();
	nr_chld = 0;
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	sleep_ms(30);
	say("SIGCHLD on stop: %d, code %d\n", nr_chld, chld.si_code);
	kill(pid, SIGCONT);
	waitpid(pid, &status, WCONTINUED);
	sleep_ms(30);
	say("SIGCHLD on continue: %d, code %d\n", nr_chld, chld.si_code);
	sa.sa_flags |= SA_NOCLDSTOP;
	sigaction(SIGCHLD, &sa, NULL);
	nr_chld = 0;
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	show("SIGCHLD on stop with NOCLDSTOP", nr_chld);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	signal(SIGCHLD, SIG_IGN);
	pid = child_exit(1);
	show("wait with SIGCHLD ignored", waitpid(pid, &status, 0));
	signal(SIGCHLD, SIG_DFL);
}

static void orphans(void)
{
	int p[2];
	pid_t seen[2];
	int status;

	(void)!pipe(p);
	if (fork() == 0) {
		if (fork() == 0) {
			seen[0] = getppid();
			sleep_ms(60);
			seen[1] = getppid();
			(void)!write(p[1], seen, sizeof seen);
			_exit(0);
		}
		sleep_ms(20);
		_exit(0);
	}
	wait(NULL);
	(void)!read(p[0], seen, sizeof seen);
	show("parent of an orphan", seen[1]);
	show("child subreaper", prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
	if (fork() == 0) {
		if (fork() == 0) {
			sleep_ms(40);
			_exit(9);
		}
		_exit(0);
	}
	wait(&status);
	say("child: %s\n", ending(status));
	say("adopted grandchild: %s\n", wait(&status) > 0 ? ending(status) : errno_name(errno));
	prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

static volatile int shared_by_vfork;

static void vforks(void)
{
	int64_t start = now_ns();
	int status;
	pid_t pid;

	shared_by_vfork = 1;
	pid = vfork();
	if (pid == 0) {
		struct timespec t = { 0, 50000000 };

		nanosleep(&t, NULL);
		shared_by_vfork = 2;
		_exit(4);
	}
	judge("parent waited for its child", now_ns() - start >= 49000000);
	show("memory is shared", shared_by_vfork);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
	start = now_ns();
	pid = vfork();
	if (pid == 0) {
		execl("/bin/busybox", "sleep", "0.5", NULL);
		_exit(1);
	}
	judge("exec lets the parent go on", now_ns() - start < 400000000);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
	pid = vfork();
	if (pid == 0) {
		kill(getpid(), SIGKILL);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	say("killed child of vfork: %s\n", ending(status));
}

static void many(void)
{
	long n = 0, sum = 0;
	int status;

	for (int i = 0; i < 200; i++)
		child_exit(i % 100);
	while (wait(&status) > 0) {
		n++;
		sum += WEXITSTATUS(status);
	}
	say("%ld children, codes add up to %ld\n", n, sum);
}

/* The child touches 2 MiB: Linux's count of resident pages is off by some dozens per CPU. */
static void usage(void)
{
	size_t size = 2 << 20;
	struct rusage ru;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (size_t i = 0; i < size; i += PAGE)
			p[i] = 1;
		getrusage(RUSAGE_SELF, &ru);
		judge("own largest size", ru.ru_maxrss >= 1024 && ru.ru_maxrss < 16384);
		judge("own faults", ru.ru_minflt >= (long)(size / PAGE) && ru.ru_majflt == 0);
		_exit(0);
	}
	judge("wait4 with usage", wait4(pid, &status, 0, &ru) == pid);
	judge("the child's largest size", ru.ru_maxrss >= 1024 && ru.ru_maxrss < 16384);
	judge("the child's faults", ru.ru_minflt >= (long)(size / PAGE) && ru.ru_majflt == 0);
	getrusage(RUSAGE_CHILDREN, &ru);
	judge("all children's faults", ru.ru_minflt >= (long)(size / PAGE));
}

int main(void)
{
	basics();
	stops();
	infos();
	groups();
	chld_signals();
	orphans();
	vforks();
	many();
	usage();
	return 0;
}
