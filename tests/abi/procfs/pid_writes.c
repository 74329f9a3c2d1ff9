/*
 * pid_writes.c - writes into files of /proc/PID: what counts as a number, places, lengths; who logged in; maps of ids; how other
 * users and the owner open each file.
 */
#include "text.h"
#include <sched.h>
#include <sys/prctl.h>

static void put(const char *path, const char *text, size_t len, off_t at)
{
	int fd = open(path, at < 0 ? O_WRONLY | O_APPEND : O_WRONLY);
	ssize_t n;

	for (size_t i = 0; i < len && i < 40; i++)
		say(text[i] < ' ' ? "\\%o" : "%c", text[i]);
	if (fd < 0) {
		say(": open %s\n", errno_name(errno));
		return;
	}
	n = at > 0 ? lseek(fd, at, SEEK_SET), write(fd, text, len) : write(fd, text, len);
	if (n < 0)
		say(": %s", errno_name(errno));
	else
		say(": %ld", (long)n);
	close(fd);
	slurp(path);
	proc_text[strcspn(proc_text, "\n")] = 0;
	say(", now %s\n", proc_text);
}
#define PUT(text) put(path, text, sizeof text - 1, 0)

static void number(const char *path)
{
	static char big[5000];

	say("%s\n", path);
	PUT(""), PUT("\n"), PUT(" "), PUT("0"), PUT("7"), PUT("+7"), PUT("-7"), PUT("- 7"), PUT("0x7"), PUT("0X7"), PUT("010"), PUT("08");
	PUT(" 7"), PUT("7 "), PUT("7\n"), PUT("7\n\n"), PUT("7\0"), PUT("7\0008"), PUT("7x"), PUT("7 8"), PUT("0x"), PUT("-"), PUT("+"), PUT("++7"), PUT("+-7");
	PUT("000000000007"), PUT("0000000000007"), PUT("           7"), PUT("            7"), PUT("7           "), PUT("7            x");
	PUT("2147483647"), PUT("2147483648"), PUT("-2147483648"), PUT("4294967294"), PUT("4294967295"), PUT("4294967296");
	PUT("18446744073709551615"), PUT("18446744073709551616"), PUT("1000"), PUT("1001"), PUT("-1000"), PUT("-1001");
	put(path, "7", 1, 3);
	put(path, "7", 1, -1);
	memset(big, '0', sizeof big);
	big[0] = '7';
	memset(big + 1, ' ', sizeof big - 1);
	put(path, big, 4095, 0), put(path, big, 4096, 0), put(path, big, 5000, 0);
	memset(big, '0', sizeof big);
	put(path, big, 34, 0), put(path, big, 35, 0), put(path, big, 66, 0), put(path, big, 67, 0), put(path, big, 5000, 0);
}

static void name(void)
{
	static char big[70000];
	const char *path = "/proc/self/comm";

	memset(big, 'n', sizeof big);
	PUT("abc"), PUT(""), PUT("a\nb"), PUT("a\0b"), PUT("\n"), PUT("0123456789abcde"), PUT("0123456789abcdef");
	put(path, big, 4096, 0), put(path, big, 70000, 0);
	put(path, "X", 1, 2);
	put(path, "Y", 1, -1);
	path = "/proc/1/comm";
	PUT("other");
}

static void login(void)
{
	const char *path = "/proc/self/loginuid";
	char other[64];
	pid_t parent = getpid();

	PUT("4294967295");
	PUT("1000"), PUT("1001"), PUT("4294967295"), PUT("1000");
	slurp("/proc/self/sessionid");
	judge("a session", strcmp(proc_text, "4294967295"));
	if (!fork()) {
		slurp("/proc/self/loginuid");
		say("child: %s\n", proc_text);
		snprintf(other, sizeof other, "/proc/%d/loginuid", parent);
		path = other;
		put(other, "7", 1, 0);
		path = "/proc/self/loginuid";
		if (setgid(1000) || setuid(1000))
			fatal("setuid");
		prctl(PR_SET_DUMPABLE, 1);
		PUT("7");
		unshare(CLONE_NEWUSER);
		slurp("/proc/self/loginuid");
		say("without a map: %s\n", proc_text);
		_exit(0);
	}
	wait(NULL);
}

static void maps(void)
{
	static const char *const files[] = { "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/projid_map", "/proc/self/setgroups" };
	static char big[5000];

	for (int i = 0; i < 4; i++) {
		const char *path = files[i];

		say("%s\n", path);
		if (!fork()) {
			unshare(CLONE_NEWUSER);
			PUT(""), PUT("\n"), PUT("0 0"), PUT("x"), PUT("allow"), PUT("allow\n"), PUT("allowed"), PUT("deny  x"), PUT("deny   "), PUT("deny"), PUT("deny\0");
			put(path, "0 0 1", 5, 1);
			put(path, "deny", 4, 1);
			memset(big, ' ', sizeof big);
			big[0] = '0', big[2] = '0', big[4] = '1';
			put(path, big, 4096, 0);
			put(path, big, 4095, 0);
			PUT("0 0 1");
			_exit(0);
		}
		wait(NULL);
	}
}

static void open_all(const char *who, pid_t pid)
{
	static const char *const names[] = {
		"auxv", "cgroup", "cmdline", "comm", "coredump_filter", "cpuset", "environ", "gid_map", "io", "limits", "loginuid", "maps", "mem",
		"mountinfo", "mounts", "mountstats", "numa_maps", "oom_adj", "oom_score", "oom_score_adj", "pagemap", "personality", "projid_map",
		"schedstat", "sessionid", "setgroups", "smaps", "smaps_rollup", "stack", "stat", "statm", "status", "syscall", "timers",
		"timerslack_ns", "uid_map", "wchan", "task", "fd", "fdinfo", "ns", "cwd", "root", "exe", "fd/0", "fdinfo/0", "ns/uts", NULL };
	static const int ways[] = { O_RDONLY, O_WRONLY, O_RDWR };
	struct stat st;
	char path[64], c;

	say("%s\n", who);
	for (int i = 0; names[i]; i++) {
		snprintf(path, sizeof path, "/proc/%d/%s", pid, names[i]);
		say("  %s:", names[i]);
		for (int w = 0; w < 3; w++) {
			int fd = open(path, ways[w] | O_NONBLOCK);

			say(" %s", fd < 0 ? errno_name(errno) : "ok");
			if (fd >= 0 && ways[w] != O_WRONLY && read(fd, &c, 1) < 0)
				say("/%s", errno_name(errno));
			if (fd >= 0 && ways[w] != O_RDONLY && strcmp(names[i], "mem") && write(fd, "x", !strncmp(names[i], "fd", 2)) < 0)
				say("/w %s", errno_name(errno));
			close(fd);
		}
		say(" stat %s", stat(path, &st) ? errno_name(errno) : "ok");
		say(" %d\n", lstat(path, &st) ? -1 : (int)st.st_uid);
	}
}

static void user(int id)
{
	if (setgid(id) || setuid(id))
		fatal("setuid");
}

static void opens(void)
{
	pid_t pid, other;
	int fd;

	fd = open("/dev/null", O_RDWR);
	dup2(fd, 0);
	for (int dumpable = 1; dumpable >= 0; dumpable--) {
		pid = fork();
		if (!pid) {
			user(1000);
			prctl(PR_SET_DUMPABLE, dumpable);
			for (;;)
				pause();
		}
		sleep_ms(30);
		say("dumpable %d\n", dumpable);
		open_all("root", pid);
		for (int id = 1000; id <= 1001; id++) {
			other = fork();
			if (!other) {
				user(id);
				open_all(id == 1000 ? "owner" : "another", pid);
				_exit(0);
			}
			waitpid(other, NULL, 0);
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

int main(void)
{
	number("/proc/self/oom_score_adj");
	number("/proc/self/oom_adj");
	number("/proc/self/coredump_filter");
	number("/proc/self/timerslack_ns");
	put("/proc/self/oom_score_adj", "0", 1, 0);
	name();
	login();
	maps();
	opens();
	return 0;
}
