/* getpriority(2), setpriority(2), RLIMIT_NICE; ioprio; round-robin intervals. */
#include "attr.h"

static long get(int which, int who) { return syscall(SYS_getpriority, which, who); }
static long set(int which, int who, int nice) { return syscall(SYS_setpriority, which, who, nice); }

static void user(void)
{
	struct rlimit l = { 15, 15 };

	set(PRIO_PROCESS, 0, 10);
	setrlimit(RLIMIT_NICE, &l);
	(void)!setuid(1000);
	show("up to the limit", set(PRIO_PROCESS, 0, 5));
	show("beyond it", set(PRIO_PROCESS, 0, 4));
	show("down", set(PRIO_PROCESS, 0, 12));
	show("another's", set(PRIO_PROCESS, 1, 5));
	show("a user's that is not me", set(PRIO_USER, 0, 19));
	show("the user 2000", set(PRIO_USER, 2000, 19));
	say("%ld\n", get(PRIO_PROCESS, 0));
}

int main(void)
{
	struct timespec ts = { -1, -1 };
	char *edge = page_edge();
	pid_t pid;

	setpgid(0, 0);
	show("get", get(PRIO_PROCESS, 0));
	show("set", set(PRIO_PROCESS, 0, 7));
	show("get", get(PRIO_PROCESS, 0));
	show("too nice", set(PRIO_PROCESS, 0, 99));
	show("get", get(PRIO_PROCESS, 0));
	show("not nice at all", set(PRIO_PROCESS, 0, -99));
	show("get", get(PRIO_PROCESS, 0));
	set(PRIO_PROCESS, 0, 3);
	show("unknown kind", get(3, 0));
	show("unknown kind", set(-1, 0, 0));
	show("nobody", get(PRIO_PROCESS, 4000000));
	show("nobody", set(PRIO_PROCESS, 4000000, 0));
	show("no group", get(PRIO_PGRP, 4000000));
	show("no user", get(PRIO_USER, 12345));
	show("group", get(PRIO_PGRP, 0));
	pid = fork();
	if (!pid) {
		show("a child", get(PRIO_PROCESS, 0));
		set(PRIO_PROCESS, 0, -5);
		for (;;)
			pause();
	}
	while (get(PRIO_PROCESS, pid) != 25)
		sleep_ms(1);
	show("group: the highest", get(PRIO_PGRP, 0));
	show("set the group", set(PRIO_PGRP, 0, 8));
	show("child", get(PRIO_PROCESS, pid));
	kill(pid, SIGKILL);
	sleep_ms(20);
	show("a zombie", get(PRIO_PROCESS, pid));
	waitpid(pid, NULL, 0);
	in_child("user", user);
	show("rr interval, normal", syscall(SYS_sched_rr_get_interval, 0, &ts));
	judge("less than a second", ts.tv_sec == 0 && ts.tv_nsec >= 0);   /* in ticks: a short one may be none */
	set_policy(0, SCHED_FIFO, 1);
	show("rr interval, fifo", syscall(SYS_sched_rr_get_interval, 0, &ts));
	say("%ld %ld\n", ts.tv_sec, ts.tv_nsec);
	set_policy(0, SCHED_RR, 1);
	show("rr interval, rr", syscall(SYS_sched_rr_get_interval, 0, &ts));
	say("%ld %ld\n", ts.tv_sec, ts.tv_nsec);
	show("rr interval, nobody", syscall(SYS_sched_rr_get_interval, 4000000, &ts));
	show("rr interval, -1", syscall(SYS_sched_rr_get_interval, -1, &ts));
	show("rr interval, bad", syscall(SYS_sched_rr_get_interval, 0, edge));
	set_policy(0, SCHED_OTHER, 0);
	set(PRIO_PROCESS, 0, 0);
	show("ioprio of oneself", syscall(SYS_ioprio_get, 1, 0));
	show("ioprio set best effort 6", syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6));
	show("ioprio get", syscall(SYS_ioprio_get, 1, 0));
	show("ioprio set level 9", syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 9));
	show("ioprio set idle", syscall(SYS_ioprio_set, 1, 0, 3 << 13));
	show("ioprio set class 7", syscall(SYS_ioprio_set, 1, 0, 7 << 13));
	show("ioprio set none 3", syscall(SYS_ioprio_set, 1, 0, 3));
	show("ioprio kind 9", syscall(SYS_ioprio_get, 9, 0));
	show("ioprio nobody", syscall(SYS_ioprio_get, 1, 4000000));
}
