/*
 * pid_values.c - what files of /proc/PID say after one has done what they tell of: io, status, stat, children, task, personality, wchan.
 */
#include "text.h"
#include <dirent.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>

static char pid_path[320];
static int go[2], on[2];

static const char *of(pid_t pid, const char *name)
{
	snprintf(pid_path, sizeof pid_path, "/proc/%d/%s", pid, name);
	return pid_path;
}

static long word(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtol(at + strlen(key), NULL, 10) : -1;
}

static void io(void)
{
	static char before[4096], buf[1000];
	int fd, p[2];

	(void)!pipe(p);
	fd = open("/tmp/io", O_RDWR | O_CREAT, 0600);
	slurp("/proc/self/io");
	strcpy(before, proc_text);
	(void)!write(fd, buf, 1000);
	(void)!pwrite(fd, buf, 10, 0);
	(void)!writev(fd, (struct iovec[]){ { buf, 3 }, { buf, 4 } }, 2);
	(void)!pread(fd, buf, 100, 0);
	(void)!pread(fd, buf, 100, 100000);
	(void)!write(-1, buf, 10);
	(void)!write(fd, KERNEL_ADDRESS, 10);
	(void)!write(p[1], buf, 50);
	(void)!read(p[0], buf, 50);
	slurp("/proc/self/io");
	say("rchar %ld wchar %ld syscr %ld syscw %ld\n", word(proc_text, "rchar: ") - word(before, "rchar: ") - (long)strlen(before),
	    word(proc_text, "wchar: ") - word(before, "wchar: "), word(proc_text, "syscr: ") - word(before, "syscr: "),
	    word(proc_text, "syscw: ") - word(before, "syscw: "));
	if (!fork()) {
		slurp("/proc/self/io");
		say("child begins with wchar %ld syscw %ld\n", word(proc_text, "wchar: "), word(proc_text, "syscw: "));
		(void)!write(fd, buf, 500);
		_exit(0);
	}
	wait(NULL);
	strcpy(before, proc_text);
	slurp("/proc/self/io");
	judge("a child that has been waited for counts", word(proc_text, "wchar: ") - word(before, "wchar: ") > 500);
	close(fd), close(p[0]), close(p[1]);
}

static void lines(const char *path, const char *const *keys)
{
	slurp(path);
	for (char *line = strtok(proc_text, "\n"); line; line = strtok(NULL, "\n"))
		for (int i = 0; keys[i]; i++)
			if (!strncmp(line, keys[i], strlen(keys[i])))
				say("  %.*s\n", strncmp(line, "SigQ", 4) ? 200 : (int)strcspn(line, "/"), line);
}

static void nothing(int sig) { (void)sig; }

static void *thread(void *arg)
{
	sigset_t s;

	prctl(PR_SET_NAME, "second");
	sigemptyset(&s), sigaddset(&s, SIGUSR1), sigaddset(&s, SIGRTMAX);
	pthread_sigmask(SIG_BLOCK, &s, NULL);
	*(pid_t *)arg = gettid();
	(void)!write(on[1], "t", 1);
	(void)!read(go[0], &(char){ 0 }, 1);
	return NULL;
}

static void busy_child(void)
{
	static const gid_t groups[] = { 5, 1, 70000 };
	pthread_t t;
	sigset_t s;
	pid_t tid;

	umask(0123);
	setgroups(3, groups);
	signal(SIGUSR2, SIG_IGN), signal(SIGINT, nothing), signal(SIGRTMIN + 3, nothing);
	sigemptyset(&s), sigaddset(&s, SIGTERM), sigaddset(&s, SIGRTMIN + 2);
	sigprocmask(SIG_BLOCK, &s, NULL);
	kill(getpid(), SIGTERM);
	sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ 0 }), sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ 0 });
	syscall(SYS_tgkill, getpid(), gettid(), SIGTERM);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	personality(ADDR_NO_RANDOMIZE | UNAME26);
	setpriority(PRIO_PROCESS, 0, 5);
	setpgid(0, 0);
	dup2(go[0], 300);
	close(300);
	mlock(page_edge() - PAGE, PAGE);
	pthread_create(&t, NULL, thread, &tid);
	(void)!read(go[0], &(char){ 0 }, 1);
	_exit(0);
}

static void values(void)
{
	static const char *const keys[] = { "Name", "Umask", "State", "TracerPid", "Uid", "Gid", "FDSize", "Groups", "VmLck", "Threads", "Sig", "Shd", "Cap",
		"NoNew", "Seccomp", NULL }, *const few[] = { "Name", "State", "Threads", "Sig", "Shd", "NoNew", NULL };
	char name[300], c;
	pid_t pid = fork();
	struct dirent *e;
	struct stat st;
	DIR *d;
	int n = 0;

	if (!pid)
		busy_child();
	(void)!read(on[0], &c, 1);
	sleep_ms(30);
	lines(of(pid, "status"), keys);
	d = opendir(of(pid, "task"));
	while ((e = readdir(d)))
		if (*e->d_name != '.' && atoi(e->d_name) != pid) {
			say("another thread\n");
			snprintf(name, sizeof name, "task/%s/status", e->d_name);
			lines(of(pid, name), few);
			snprintf(name, sizeof name, "task/%s/comm", e->d_name);
			slurp(of(pid, name));
			say("  %s", proc_text);
			snprintf(name, sizeof name, "%s", e->d_name);
			say("  found below /proc: %d\n", !access(of(atoi(name), "stat"), F_OK));
			slurp(of(atoi(name), "status"));
			judge("  Tgid is the group's", word(proc_text, "Tgid:") == pid);
		}
	closedir(d);
	stat(of(pid, "task"), &st);
	say("links of task: %d\n", (int)st.st_nlink);
	slurp(of(pid, "personality"));
	say("personality %s", proc_text);
	slurp(of(pid, "wchan"));
	judge("wchan", isalpha((unsigned char)*proc_text) && !strchr(proc_text, '\n'));
	slurp(of(pid, "stack"));
	judge("stack", !strncmp(proc_text, "[<0>] ", 6) && strstr(proc_text, "+0x"));
	slurp(of(pid, "syscall"));
	say("syscall %ld\n", strtol(proc_text, NULL, 10));
	slurp(of(pid, "stat"));
	for (char *p = strtok(strrchr(proc_text, ')') + 2, " "); p; p = strtok(NULL, " ")) {
		n++;
		if (n == 1 || n == 5 || n == 6 || n == 16 || n == 17 || n == 18 || (n >= 29 && n <= 32) || n == 36 || n == 38 || n == 39)
			say("stat %d: %s\n", n + 2, p);
	}
	if (!fork()) {
		if (setgid(1000) || setuid(1000))
			fatal("setuid");
		slurp(of(pid, "wchan"));
		say("another's wchan %s\n", proc_text);
		_exit(0);
	}
	(void)!wait(NULL);
	(void)!write(go[1], "xx", 2);
	waitpid(pid, NULL, 0);
}

static void children(void)
{
	pid_t a = fork(), b, c;
	int x, y, z;

	if (!a)
		pause(), _exit(0);
	b = fork();
	if (!b)
		pause(), _exit(0);
	c = fork();
	if (!c)
		_exit(0);
	sleep_ms(20);
	slurp("/proc/thread-self/children");
	judge("children in order, with the dead", sscanf(proc_text, "%d %d %d", &x, &y, &z) == 3 && x == a && y == b && z == c);
	kill(a, SIGKILL), kill(b, SIGKILL);
	while (wait(NULL) > 0)
		;
}

static void states(void)
{
	pid_t pid = fork();
	char *at;
	int s;

	if (!pid)
		for (;;)
			sched_yield();
	sched_setscheduler(pid, SCHED_BATCH, &(struct sched_param){ 0 });
	for (int i = 0; i < 5; i++) {
		slurp(of(pid, "stat"));
		at = strrchr(proc_text, ')');
		say("%c", at[2]);
		slurp(of(pid, "status"));
		at = strstr(proc_text, "State:");
		say(" %.*s\n", (int)strcspn(at, "\n"), at);
		if (i == 0)
			kill(pid, SIGSTOP), waitpid(pid, &s, WUNTRACED);
		else if (i == 1)
			kill(pid, SIGCONT), sleep_ms(10);
		else if (i == 2)
			syscall(SYS_ptrace, 16, pid, 0, 0), waitpid(pid, &s, 0);
		else if (i == 3)
			kill(pid, SIGKILL), sleep_ms(20);
	}
	waitpid(pid, NULL, 0);
}

int main(void)
{
	(void)!pipe(go);
	(void)!pipe(on);
	io();
	values();
	children();
	states();
	return 0;
}
