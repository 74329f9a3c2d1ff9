/* Which signals leave a core file, with which limits, and what stands in its way. */
#include "core.h"

static void by_signal(void *arg) { raise((int)(intptr_t)arg); }
static void with_limit(void *arg)
{
	limit_set(RLIMIT_CORE, (rlim_t)(uintptr_t)arg);
	abort();
}
static void with_small_files(void *arg)
{
	limit_set(RLIMIT_FSIZE, (rlim_t)(uintptr_t)arg);
	abort();
}

static void core_show(const char *what)
{
	struct stat st;

	if (lstat("core", &st))
		say("%s: %s\n", what, strerror(errno));
	else
		say("%s: mode %o, %u links, owner %u, %s\n", what, st.st_mode, (unsigned)st.st_nlink, st.st_uid,
		    !st.st_size ? "empty" : st.st_size % PAGE ? "ends within a page" : "whole pages");
}

int main(void)
{
	static const int signals[] = { SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGXCPU, SIGXFSZ, SIGSYS,
				       SIGTERM, SIGKILL, SIGHUP, SIGPIPE, SIGALRM, SIGUSR1 };
	static const unsigned long limits[] = { 0, 1, 4095, 4096, 8192 };
	siginfo_t info;
	struct stat st;
	char name[64];
	pid_t pid;

	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
		snprintf(name, sizeof name, "signal %d", signals[i]);
		status_show(name, child(by_signal, (void *)(intptr_t)signals[i]));
		core_show(name);
		unlink("core");
	}
	for (unsigned i = 0; i < sizeof limits / sizeof *limits; i++) {
		snprintf(name, sizeof name, "limit %lu", limits[i]);
		status_show(name, child(with_limit, (void *)limits[i]));
		if (stat("core", &st))
			say("no file\n");
		else
			say("a file%s\n", (unsigned long)st.st_size <= limits[i] ? "" : ", too long");
		unlink("core");
	}
	status_show("files of 10000 bytes", child(with_small_files, (void *)10000));
	say("%s\n", stat("core", &st) ? "no file" : st.st_size <= 10000 ? "a file" : "a long file");
	unlink("core");

	close(open("target", O_CREAT | O_WRONLY, 0644));
	if (symlink("target", "core"))
		return 1;
	status_show("a symlink there", child(abort_now, NULL));
	core_show("the symlink");
	say("its target: %s\n", stat("target", &st) || st.st_size ? "written" : "empty still");
	if (link("core", "again"))
		return 1;
	status_show("a file with two links there", child(abort_now, NULL));
	core_show("new");
	unlink("core");
	mkdir("core", 0755);
	status_show("a directory there", child(abort_now, NULL));
	rmdir("core");

	pid = fork();
	if (!pid) {
		limit_set(RLIMIT_CORE, RLIM_INFINITY);
		abort();
	}
	waitid(P_PID, pid, &info, WEXITED);
	say("waitid: %s, status %d\n", info.si_code == CLD_DUMPED ? "CLD_DUMPED" : "other", info.si_status);
	umask(0777);
	status_show("umask 0777", child(abort_now, NULL));
	return 0;
}
