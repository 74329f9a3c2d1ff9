/* setpriority(2) and ioprio_set(2) over a group and over a user: who is reached, whose refusal is told. */
#include "attr.h"

#define BE(n) (2 << 13 | (n))

static long set(int which, int who, int nice) { return syscall(SYS_setpriority, which, who, nice); }
static long get(int which, int who) { return syscall(SYS_getpriority, which, who); }
static long io_set(int which, int who, int value) { return syscall(SYS_ioprio_set, which, who, value); }
static long io_get(int which, int who) { return syscall(SYS_ioprio_get, which, who); }

static pid_t kids[4];

/* A sleeper of that user and group. */
static pid_t sleeper(uid_t uid, pid_t pgrp)
{
	int p[2];
	char c;
	pid_t pid;

	(void)!pipe(p);
	pid = fork();
	if (!pid) {
		setpgid(0, pgrp);
		if (setresuid(uid, uid, uid))
			_exit(1);
		(void)!write(p[1], "x", 1);
		for (;;)
			pause();
	}
	(void)!read(p[0], &c, 1);
	close(p[0]), close(p[1]);
	return pid;
}

static void look(const char *what)
{
	say("%s:", what);
	for (int i = 0; i < 4; i++)
		say(" %ld/%ld", get(PRIO_PROCESS, kids[i]), io_get(1, kids[i]));
	say("\n");
}

static void group_and_user(void)
{
	kids[0] = sleeper(2001, 0);
	for (int i = 1; i < 4; i++)
		kids[i] = sleeper(i == 2 ? 2002 : 2001, kids[0]);
	look("at first");
	show("a group", set(PRIO_PGRP, kids[0], 3));
	look("a group");
	show("a user", set(PRIO_USER, 2001, 5));
	look("a user");
	show("io: a group", io_set(2, kids[0], BE(2)));
	look("io: a group");
	show("io: a user", io_set(3, 2002, BE(1)));
	look("io: a user");
	show("io: best of a group", io_get(2, kids[0]));
	show("io: best of a user", io_get(3, 2001));
	show("io: none set", io_set(1, kids[1], 0));
	show("io: its own", io_get(1, kids[1]));
	set(PRIO_PROCESS, kids[1], -20);
	show("io: best of a user, by nice", io_get(3, 2001));
	set(PRIO_PROCESS, kids[1], 5);
}

/* As one of the users: some may be changed, some not. */
static void as_user(void)
{
	if (setresuid(2001, 2001, 2001))
		_exit(1);
	show("group, weaker", set(PRIO_PGRP, kids[0], 9));
	look("group, weaker");
	show("group, stronger", set(PRIO_PGRP, kids[0], 7));
	look("group, stronger");
	show("one's own", set(PRIO_USER, 0, 10));
	look("one's own");
	show("another's", set(PRIO_USER, 2002, 11));
	show("io: group", io_set(2, kids[0], BE(6)));
	look("io: group");
	show("io: user 0", io_set(3, 0, BE(7)));
	show("io: user 0", io_get(3, 0));
	show("io: own user", io_set(3, 2001, BE(5)));
	look("io: own user");
	show("io: another's", io_set(3, 2002, BE(5)));
	show("io: real-time", io_set(3, 2002, 1 << 13));
	show("io: empty group", io_set(2, 4000000, BE(5)));
	show("io: user of none", io_set(3, 55555, BE(5)));
	show("io: kind before class", io_set(9, 0, 7 << 13));
	show("io: kind", io_set(9, 0, BE(1)));
	show("io: negative kind", io_set(-1, 0, BE(1)));
}

/* Members leave and come again: the walk goes by when they joined. */
static void order(void)
{
	pid_t g = kids[0];

	if (setresuid(2002, 2002, 2002))
		_exit(1);
	show("others'", set(PRIO_PGRP, g, 19));
	show("others', stronger", set(PRIO_PGRP, g, -1));
	show("io", io_set(2, g, BE(3)));
}

int main(void)
{
	group_and_user();
	in_child("user 2001", as_user);
	in_child("user 2002", order);
	look("then");
	kill(kids[3], SIGKILL);
	usleep(30000);
	show("a zombie", set(PRIO_PROCESS, kids[3], 1));
	show("a zombie", get(PRIO_PROCESS, kids[3]));
	show("io: a zombie", io_set(1, kids[3], BE(3)));
	show("io: a zombie", io_get(1, kids[3]));
	show("negative", set(PRIO_PROCESS, -1, 1));
	show("negative", set(PRIO_PGRP, -kids[0], 1));
	show("negative", get(PRIO_USER, -1));
	for (int i = 0; i < 4; i++)
		kill(kids[i], SIGKILL);
	return 0;
}
