/*
 * rights.c - who may look: another user's files of /proc/PID, after a change of ids, and of a process that is not dumpable.
 */
#include "text.h"
#include <sys/prctl.h>

static const char *const names[] = { "auxv", "cmdline", "comm", "cwd", "environ", "exe", "fd", "fdinfo", "io", "limits", "maps", "ns",
	"personality", "root", "smaps", "stack", "stat", "status", "syscall", "timers", "wchan", NULL };

static void look(pid_t pid)
{
	for (int i = 0; names[i]; i++) {
		char path[64], buf[16];
		struct stat st;
		int fd, err = 0;

		snprintf(path, sizeof path, "/proc/%d/%s", pid, names[i]);
		if (!lstat(path, &st) && S_ISLNK(st.st_mode)) {
			if (readlink(path, buf, 16) < 0)
				err = errno;
		} else {
			fd = open(path, O_RDONLY);
			if (fd < 0 || (read(fd, buf, 16) < 0 && errno != EISDIR))
				err = errno;
			close(fd);
		}
		say("  %s: %s, owner %u\n", names[i], err ? errno_name(err) : "ok", st.st_uid);
	}
}

static void user(void)
{
	pid_t root = getppid(), other;
	int p[2];
	char c;

	(void)!pipe(p);
	if (setgid(1000) || setuid(1000))
		fatal("setuid");
	say("root's, by a user\n");
	look(root);
	other = fork();
	if (other == 0) {
		prctl(PR_SET_DUMPABLE, 0);
		(void)!write(p[1], "x", 1);
		pause();
	}
	(void)!read(p[0], &c, 1);
	say("own, not dumpable\n");
	look(other);
	kill(other, SIGKILL), wait(NULL);
	other = fork();
	if (other == 0) {
		execl("/proc/self/exe", "rights", "pause", NULL);
		_exit(1);
	}
	sleep_ms(50);
	say("own, after exec\n");
	look(other);
	kill(other, SIGKILL), wait(NULL);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		pause();
	in_child("user", user);
	return 0;
}
