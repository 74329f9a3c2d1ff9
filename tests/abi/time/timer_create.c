/* timer_create.c - which clocks have timers, how they are numbered and listed; timer_create(2), timer_delete(2). */
#include "../show.h"

static long create(const char *what, int clock, struct sigevent *e)
{
	int id = -1;
	long err = syscall(SYS_timer_create, clock, e, &id);

	say("%s: %s, id %d\n", what, err ? errno_name(errno) : "ok", id);
	return id;
}

static void list(void)
{
	char text[4096], *line, *pid;
	int fd = open("/proc/self/timers", O_RDONLY), n = read(fd, text, sizeof text - 1);

	text[n < 0 ? 0 : n] = 0;
	close(fd);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		pid = strstr(line, "id.");
		if (pid)
			say("  %.*s%s\n", (int)(pid + 3 - line), line, atoi(pid + 3) == getpid() ? "self" : "other");
		else
			say("  %s\n", line);
	}
}

int main(void)
{
	static const struct { const char *name; int id; } clocks[] = {
		{ "REALTIME", 0 }, { "MONOTONIC", 1 }, { "PROCESS_CPUTIME", 2 }, { "THREAD_CPUTIME", 3 }, { "RAW", 4 },
		{ "REALTIME_COARSE", 5 }, { "MONOTONIC_COARSE", 6 }, { "BOOTTIME", 7 }, { "REALTIME_ALARM", 8 },
		{ "BOOTTIME_ALARM", 9 }, { "10", 10 }, { "TAI", 11 }, { "16", 16 }, { "-1", -1 }, { "-5", -5 },
	};
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };

	for (unsigned i = 0; i < sizeof clocks / sizeof clocks[0]; i++)
		create(clocks[i].name, clocks[i].id, NULL);
	list();
	e.sigev_value.sival_ptr = (void *)0x1234567890;
	create("with value", 1, &e);
	e.sigev_signo = 0;
	create("signal 0", 1, &e);
	e.sigev_signo = 65;
	create("signal 65", 1, &e);
	e.sigev_signo = 64;
	create("signal 64", 1, &e);
	e.sigev_notify = SIGEV_NONE, e.sigev_signo = 0;
	create("none", 1, &e);
	e.sigev_notify = SIGEV_THREAD, e.sigev_signo = SIGUSR2;
	create("SIGEV_THREAD", 1, &e);
	e.sigev_notify = 3;
	create("notify 3", 1, &e);
	e.sigev_notify = SIGEV_NONE | SIGEV_THREAD_ID;
	create("notify none|thread id", 1, &e);
	e.sigev_notify = SIGEV_THREAD_ID, e.sigev_notify_thread_id = getpid();
	create("thread id self", 1, &e);
	e.sigev_notify_thread_id = 1 << 22;
	create("thread id nobody's", 1, &e);
	e.sigev_notify_thread_id = 1;
	create("thread id of init", 1, &e);
	show("event at a bad address", syscall(SYS_timer_create, 1, KERNEL_ADDRESS, &e));
	show("id to a bad address", syscall(SYS_timer_create, 1, NULL, KERNEL_ADDRESS));
	for (int id = 0; id < 24; id++)
		if (!syscall(SYS_timer_delete, id))
			say("deleted %d\n", id);
	show("delete again", syscall(SYS_timer_delete, 1));
	show("delete -1", syscall(SYS_timer_delete, -1));
	create("the next", 1, NULL);
	list();
	return 0;
}
