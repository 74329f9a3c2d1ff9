/*
 * proc_hidepid.c - mounts of proc that hide the processes of others: hidepid and gid, by number and by name, changed by a remount;
 * subset=pid; options there are none of.
 */
#include "../show.h"
#include <dirent.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

static pid_t others;

static void options(void)
{
	static char text[65536];
	int fd = open("p/self/mounts", O_RDONLY);
	ssize_t n = 0, m;
	char *at;

	while ((m = read(fd, text + n, sizeof text - 1 - n)) > 0)
		n += m;
	text[n] = 0;
	close(fd);
	at = strstr(text, "/p proc ");
	say("  %.*s\n", at ? (int)strcspn(at, "\n") : 4, at ? at + 1 : "none");
}

static bool is_listed(const char *dir, const char *name)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool found = false;

	while (d && (e = readdir(d)))
		found |= !strcmp(e->d_name, name);
	if (d)
		closedir(d);
	return found;
}

static void way(const char *what, const char *name)
{
	char path[64], buf[8];
	struct stat st;
	int fd;

	snprintf(path, sizeof path, "p/%d%s", others, name);
	say("    %s:", what);
	fd = open(path, O_RDONLY);
	say(" open %s", fd < 0 ? errno_name(errno) : read(fd, buf, 1) < 0 && errno != EISDIR ? "no read" : "ok");
	close(fd);
	say(" stat %s", stat(path, &st) ? errno_name(errno) : "ok");
	say(" access %s", access(path, R_OK) ? errno_name(errno) : "ok");
	say(" chmod %s\n", chmod(path, 0) ? errno_name(errno) : "ok");
}

static void look(const char *who)
{
	char name[16], path[32];
	struct stat st;

	snprintf(name, sizeof name, "%d", others);
	snprintf(path, sizeof path, "p/%d", others);
	say("  %s: listed %d\n", who, is_listed("p", name));
	say("    mode %o\n", stat(path, &st) ? 0 : st.st_mode);
	way("dir", "");
	way("stat", "/stat");
	way("nothing", "/nothing");
	way("task", "/task");
	say("    chdir %s\n", chdir(path) ? errno_name(errno) : "ok"), (void)!chdir("/tmp/hide");
	say("    self %d, 1 %d, meminfo %d, sys %d, listed: self %d meminfo %d\n", !access("p/self/stat", R_OK), !access("p/1", F_OK),
	    !access("p/meminfo", R_OK), !access("p/sys/kernel", F_OK), is_listed("p", "self"), is_listed("p", "meminfo"));
}

static void by(const char *who, int uid, int gid, int group)
{
	gid_t groups[1] = { group };

	if (fork()) {
		wait(NULL);
		return;
	}
	if (setgroups(group >= 0, groups) || setgid(gid) || setuid(uid))
		fatal("setuid");
	look(who);
	_exit(0);
}

static void try(const char *text)
{
	say("%s: ", text);
	if (mount("proc", "p", "proc", 0, text)) {
		say("%s\n", errno_name(errno));
		return;
	}
	say("ok\n");
	options();
	umount("p");
}

static void all(void)
{
	options();
	by("its user", 1000, 1000, -1);
	by("another", 1001, 1001, -1);
	by("one of group 77", 1001, 1001, 77);
	by("one of group 0", 1001, 0, -1);
}

int main(void)
{
	static const char *const texts[] = {
		"hidepid=0", "hidepid=1", "hidepid=2", "hidepid=3", "hidepid=4", "hidepid=5", "hidepid=off", "hidepid=noaccess", "hidepid=invisible",
		"hidepid=ptraceable", "hidepid=x", "hidepid=", "hidepid", "hidepid=0x2", "hidepid=01", "hidepid=-1", "hidepid=1,hidepid=2", "gid=77",
		"gid=x", "gid=-1", "gid=0", "gid=4294967295", "gid", "subset=pid", "subset=x", "subset=", "subset", "subset=pid,hidepid=2,gid=5", "nonsense", "nonsense=1",
		"hidepid=1,nonsense", ",,", "", NULL };
	char opt[64];

	mkdir("/tmp/hide", 0755);
	(void)!chdir("/tmp/hide");
	unshare(CLONE_NEWNS);
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	mkdir("p", 0755);
	for (int i = 0; texts[i]; i++)
		try(texts[i]);
	others = fork();
	if (!others) {
		if (setgroups(0, NULL) || setgid(1000) || setuid(1000))
			fatal("setuid");
		prctl(PR_SET_DUMPABLE, 1);
		for (;;)
			pause();
	}
	sleep_ms(50);
	for (int hide = 0; hide <= 4; hide += hide == 2 ? 2 : 1) {
		snprintf(opt, sizeof opt, "hidepid=%d,gid=77", hide);
		say("%s\n", opt);
		show("mount", mount("proc", "p", "proc", 0, opt));
		look("root");
		all();
		umount("p");
	}
	say("remounts\n");
	show("mount", mount("proc", "p", "proc", 0, ""));
	by("another", 1001, 1001, -1);
	show("remount", mount(NULL, "p", NULL, MS_REMOUNT, "hidepid=2"));
	by("another", 1001, 1001, -1);
	show("remount", mount(NULL, "p", NULL, MS_REMOUNT, "gid=77"));
	options();
	show("remount", mount(NULL, "p", NULL, MS_REMOUNT, "nonsense"));
	show("remount", mount(NULL, "p", NULL, MS_REMOUNT, "subset=pid"));
	look("root");
	show("remount", mount(NULL, "p", NULL, MS_REMOUNT, "hidepid=0,gid=0"));
	options();
	by("another", 1001, 1001, -1);
	umount("p");
	kill(others, SIGKILL);
	wait(NULL);
	return 0;
}
