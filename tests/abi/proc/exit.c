/* exit(2), exit_group(2): statuses, leaders that go first, what others in the group give. */
#include "../show.h"
#include <pthread.h>

static void run(const char *what, void (*f)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		f();
		syscall(SYS_exit, 99);
	}
	waitpid(pid, &status, 0);
	say("%s: %#x %s\n", what, status, ending(status));
}

static void *late(void *arg)
{
	sleep_ms(40);
	syscall((long)arg, 21);
	return NULL;
}
static void *sleeper(void *arg) { (void)arg; sleep_ms(2000); return NULL; }

static void e256(void) { syscall(SYS_exit_group, 256); }
static void e_minus(void) { syscall(SYS_exit_group, -1); }
static void e_big(void) { syscall(SYS_exit, 0x12345); }
static void leader_first(void) { pthread_t t; pthread_create(&t, NULL, late, (void *)(long)SYS_exit); syscall(SYS_exit, 5); }
static void leader_first_group(void) { pthread_t t; pthread_create(&t, NULL, late, (void *)(long)SYS_exit_group); syscall(SYS_exit, 5); }
static void group_ends_others(void) { pthread_t t; pthread_create(&t, NULL, sleeper, NULL); sleep_ms(5); syscall(SYS_exit_group, 6); }
static void killed_with_threads(void) { pthread_t t; pthread_create(&t, NULL, sleeper, NULL); sleep_ms(5); kill(getpid(), SIGTERM); pause(); }
static void *killer(void *arg) { (void)arg; sleep_ms(10); syscall(SYS_tkill, syscall(SYS_gettid), SIGUSR1); return NULL; }
static void killed_by_thread(void) { pthread_t t; pthread_create(&t, NULL, killer, NULL); for (;;) pause(); }

static void leader_state(void)
{
	pid_t pid = fork();
	char path[64], text[256] = "", *p;
	siginfo_t si = { 0 };
	int fd;

	if (!pid) {
		pthread_t t;

		pthread_create(&t, NULL, sleeper, NULL);
		syscall(SYS_exit, 5);
	}
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	do {
		sleep_ms(10);
		fd = open(path, O_RDONLY);
		(void)!read(fd, text, sizeof text - 1);
		close(fd);
		p = strrchr(text, ')');
	} while (p && p[2] != 'Z');
	say("leader's state %c\n", p ? p[2] : '?');
	show("not yet a zombie to wait for", waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG));
	say("si_pid %d\n", si.si_pid);
	show("it can still be signalled", kill(pid, SIGKILL));
	waitid(P_PID, (id_t)pid, &si, WEXITED);
	say("code %d status %d\n", si.si_code, si.si_status);
}

int main(void)
{
	run("256", e256);
	run("-1", e_minus);
	run("0x12345", e_big);
	run("leader first", leader_first);
	run("leader first, then exit_group", leader_first_group);
	run("group", group_ends_others);
	run("killed", killed_with_threads);
	run("a thread killed", killed_by_thread);
	leader_state();
}
