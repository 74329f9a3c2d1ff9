/* Who may leave a core: PR_SET_DUMPABLE, other ids, /proc/sys/fs/suid_dumpable. */
#include "core.h"

#define SUID "/proc/sys/fs/suid_dumpable"
static char absolute[256];

static void says_no(void *arg)
{
	prctl(PR_SET_DUMPABLE, 0);
	abort_now(arg);
}
static void other_ids(void *arg)
{
	if (setgid(1001) || setuid(1000))
		_exit(3);
	say("PR_GET_DUMPABLE %d\n", prctl(PR_GET_DUMPABLE));
	abort_now(arg);
}
static void filter_inherited(void *arg)
{
	char text[32];
	int fd;

	setting_write("/proc/self/coredump_filter", "7");
	if (!fork()) {
		fd = open("/proc/self/coredump_filter", O_RDONLY);
		text[read(fd, text, sizeof text - 1)] = 0;
		say("a child's filter %s", text);
		execl("/bin/cat", "cat", "/proc/self/coredump_filter", NULL);
		_exit(1);
	}
	wait(NULL);
	_exit(0);
	(void)arg;
}

static void facts(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		say("  no file\n");
	else
		say("  mode %o owner %u group %u\n", st.st_mode, st.st_uid, st.st_gid);
	unlink(path);
}

static void rounds(const char *what, const char *path)
{
	say("== %s\n", what);
	status_show("as itself", child(abort_now, NULL));
	facts(path);
	status_show("not dumpable", child(says_no, NULL));
	facts(path);
	status_show("other ids", child(other_ids, NULL));
	facts(path);
}

static void value_show(const char *text)
{
	char got[16];
	int fd = open(SUID, O_RDWR);

	say("suid_dumpable <- %s: %s", text, write(fd, text, strlen(text)) < 0 ? strerror(errno) : "taken");
	lseek(fd, 0, SEEK_SET);
	got[read(fd, got, sizeof got - 1)] = 0;
	say(", %s", got);
	close(fd);
}

int main(void)
{
	if (!getcwd(absolute, 200))
		return 1;
	chmod(".", 0777);
	strcat(absolute, "/absolute");
	rounds("suid_dumpable 0", "core");
	value_show("1");
	rounds("suid_dumpable 1", "core");
	value_show("2");
	rounds("suid_dumpable 2", "core");
	setting_write(PATTERN, absolute);
	rounds("suid_dumpable 2, absolute", absolute);
	close(open(absolute, O_CREAT | O_WRONLY, 0600));
	rounds("suid_dumpable 2, absolute, there", absolute);
	setting_write(PATTERN, "core");
	value_show("3");
	value_show("-1");
	value_show("0");
	status_show("filter", child(filter_inherited, NULL));
	return 0;
}
