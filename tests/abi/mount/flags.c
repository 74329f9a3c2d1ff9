/* What the flags of a mount forbid, and how remounting changes them. */
#include "mount.h"
#include <sys/sysmacros.h>
#include <sys/statvfs.h>

static const char *program = "/proc/self/exe";

static void copy_program(const char *to)
{
	char buf[65536];
	int in = open(program, O_RDONLY), out = open(to, O_CREAT | O_WRONLY | O_TRUNC, 0755);
	ssize_t n;

	while ((n = read(in, buf, sizeof buf)) > 0)
		(void)!write(out, buf, n);
	close(in);
	close(out);
	chmod(to, 04755);
}

static void probe(const char *when)
{
	struct statvfs s;
	struct stat before, after;
	int fd, status;
	pid_t pid;
	void *p;

	say("%s:\n", when);
	try_create("w");
	show("  chmod", chmod("w/dev", 0666));
	fd = open("w/dev", O_RDWR);
	show_ok("  device", fd);
	close(fd);
	fd = open("w/prog", O_RDONLY);
	p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	say("  map to execute: %s\n", p == MAP_FAILED ? errno_name(errno) : "ok");
	close(fd);
	pid = fork();
	if (!pid) {
		if (setresuid(1000, 1000, 1000))
			_exit(98);
		execl("w/prog", "prog", "id", NULL);
		_exit(errno == EACCES ? 77 : 78);
	}
	waitpid(pid, &status, 0);
	say("  exec: %s\n", ending(status));
	show("  access X", access("w/prog", X_OK));
	show("  access W", access("w/prog", W_OK));
	stat("w/old", &before);
	fd = open("w/old", O_RDONLY);
	(void)!read(fd, &(char){ 0 }, 1);
	close(fd);
	stat("w/old", &after);
	say("  access time %s\n", before.st_atime == after.st_atime ? "stays" : "moves");
	fd = open("w/link", O_RDONLY);
	show_ok("  symlink", fd);
	close(fd);
	statvfs("w", &s);
	say("  statvfs %lx\n", s.f_flag & ~4096ul);
}

static void set(const char *when, unsigned long flags)
{
	struct timespec t[2] = { { 1000, 0 }, { 2000, 0 } };

	show(when, mount(NULL, "w", NULL, MS_REMOUNT | MS_BIND | flags, NULL));
	utimensat(AT_FDCWD, "s/old", t, 0);
	probe(when);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return geteuid() ? 11 : 10;
	begin();
	dirs("s", "w", NULL);
	mknod("s/dev", S_IFCHR | 0666, makedev(1, 3));
	touch("s/old", "old");
	symlink("old", "s/link");
	copy_program("s/prog");
	show("bind", mount("s", "w", NULL, MS_BIND, NULL));
	set("plain", 0);
	set("ro", MS_RDONLY);
	set("nodev", MS_NODEV);
	set("nosuid", MS_NOSUID);
	set("noexec", MS_NOEXEC);
	set("noatime", MS_NOATIME);
	set("strictatime", MS_STRICTATIME);
	set("nosymfollow", 256);
	set("all", MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME);
	try_create("s");
	table("table");
	show("remount without bind", mount(NULL, "w", NULL, MS_REMOUNT | MS_RDONLY, NULL));
	try_create("s");
	show("back", mount(NULL, AT, NULL, MS_REMOUNT, NULL));
	try_create("s");
	table("table");
	show("not a mount", mount(NULL, "s", NULL, MS_REMOUNT | MS_BIND, NULL));
	show("not a mount either", mount(NULL, "s", NULL, MS_REMOUNT, NULL));
	return 0;
}
