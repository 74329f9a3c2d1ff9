/* A full queue, an empty one, removal and signals while waiting; IPC_SET; IPC_INFO. */
#include "../show.h"
#include <sys/ipc.h>
#include <sched.h>
#include <sys/msg.h>

static int id;
static struct { long type; char text[8192]; } m = { .type = 1 };

static void on_alarm(int s) { (void)s; }

int main(void)
{
	struct sigaction a = { .sa_handler = on_alarm };
	struct msqid_ds d;
	struct msginfo info;
	int status, removed;

	/* What others left behind counts in the figures below: begin with none. */
	show("own namespace", unshare(CLONE_NEWIPC));
	id = msgget(IPC_PRIVATE, 0600);
	show("full message", msgsnd(id, &m, 8192, 0));
	show("second", msgsnd(id, &m, 8192, 0));
	show("third", msgsnd(id, &m, 1, IPC_NOWAIT));
	show("empty one", msgsnd(id, &m, 0, IPC_NOWAIT));
	if (!fork())
		_exit(msgsnd(id, &m, 100, 0) ? 1 : 7);
	sleep_ms(20);
	show("receive", msgrcv(id, &m, 8192, 0, 0));
	wait(&status);
	say("sender: %s\n", ending(status));
	msgctl(id, IPC_STAT, &d);
	say("count %lu bytes %lu\n", (unsigned long)d.msg_qnum, (unsigned long)d.__msg_cbytes);
	d.msg_qbytes = 100;
	show("set", msgctl(id, IPC_SET, &d));
	show("no room", msgsnd(id, &m, 1, IPC_NOWAIT));
	while (msgrcv(id, &m, 8192, 0, IPC_NOWAIT) >= 0)
		;
	if (!fork()) {
		ssize_t n = msgrcv(id, &m, 8192, 5, 0);

		_exit(n == 3 ? 8 : 1);
	}
	sleep_ms(20);
	m.type = 4;
	msgsnd(id, &m, 2, 0);
	m.type = 5;
	msgsnd(id, &m, 3, 0);
	wait(&status);
	say("receiver: %s\n", ending(status));
	sigaction(SIGALRM, &a, NULL);
	tick_every(20);
	show("interrupted", msgrcv(id, &m, 10, 9, 0));
	tick_every(0);
	if (!fork()) {
		show("receiver", msgrcv(id, &m, 10, 9, 0));
		_exit(0);
	}
	sleep_ms(20);
	show("info", msgctl(0, IPC_INFO, (void *)&info));
	say("max %d mnb %d mni %d ssz %d seg %d map %d tql %d pool %d\n", info.msgmax, info.msgmnb, info.msgmni, info.msgssz, info.msgseg,
	    info.msgmap, info.msgtql, info.msgpool);
	show("usage", msgctl(0, MSG_INFO, (void *)&info));
	say("queues %d messages %d bytes %d\n", info.msgpool, info.msgmap, info.msgtql);
	/* Told after the receiver: it ends in parallel. */
	removed = msgctl(id, IPC_RMID, NULL);
	wait(NULL);
	show("remove", removed);
	return 0;
}
