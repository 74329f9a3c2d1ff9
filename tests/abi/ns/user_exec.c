/* exec in a user namespace: capabilities of its root, set-user-ID files whose owner it knows or not. */
#include "user.h"
#include <sys/auxv.h>

static void report(void)
{
	say("    uid %d %d gid %d %d, AT_UID %ld AT_EUID %ld AT_SECURE %ld\n", getuid(), geteuid(), getgid(), getegid(), getauxval(AT_UID),
	    getauxval(AT_EUID), getauxval(AT_SECURE));
	say("    %s\n", line_of("/proc/self/status", "CapEff:"));
	_exit(0);
}

static void copy_to(const char *to, uid_t owner, mode_t mode)
{
	char buf[65536];
	int in = open("/proc/self/exe", O_RDONLY), out = open(to, O_CREAT | O_WRONLY | O_TRUNC, 0755);
	ssize_t n;

	while ((n = read(in, buf, sizeof buf)) > 0)
		(void)!write(out, buf, n);
	close(in);
	fchown(out, owner, owner);
	fchmod(out, mode);
	close(out);
}

static void run(const char *what, const char *file)
{
	pid_t pid = fork();

	if (!pid) {
		execl(file, file, "report", NULL);
		_exit(99);
	}
	say("  %s: %s\n", what, wait_for(pid));
}

static void all(const char *when)
{
	say("%s:\n", when);
	run("plain", "/tmp/nsx/plain");
	run("set-id to 1000", "/tmp/nsx/same");
	run("set-id to 0", "/tmp/nsx/root");
	run("set-id to 2000", "/tmp/nsx/other");
}

int main(int argc, char **argv)
{
	if (argc > 1)
		report();
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))       /* /tmp changes for this program alone */
		fatal("a mount namespace");
	mkdir("/tmp/nsx", 0755);
	copy_to("/tmp/nsx/plain", 0, 0755);
	copy_to("/tmp/nsx/same", 1000, 06755);
	copy_to("/tmp/nsx/root", 0, 06755);
	copy_to("/tmp/nsx/other", 2000, 06755);
	mount("x", "/tmp/nsx/plain", NULL, MS_REMOUNT | MS_BIND, NULL);
	mount(NULL, "/tmp", NULL, MS_REMOUNT | MS_BIND, NULL);
	become_user();
	all("outside");
	unshare(CLONE_NEWUSER);
	all("without maps");
	map_self("0 1000 1", "0 1000 1");
	all("as root of it");
	return 0;
}
