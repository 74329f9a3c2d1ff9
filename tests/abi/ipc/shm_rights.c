/* Rights on System V objects: owner, group, others, and who may control. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/sem.h>
#include <sys/msg.h>
#include <grp.h>

static int shm, sem, msg;

static void try(void)
{
	struct shmid_ds d;
	struct sembuf up = { 0, 1, 0 }, zero = { 0, 0, IPC_NOWAIT };
	struct { long type; char c; } m = { 1, 'x' };

	show_ok("shmat", (long)shmat(shm, NULL, 0));
	show_ok("shmat read", (long)shmat(shm, NULL, SHM_RDONLY));
	show_ok("shmget rw", shmget(0x7733, 0, 0600));
	show_ok("shmget r", shmget(0x7733, 0, 0400));
	show_ok("shm stat", shmctl(shm, IPC_STAT, &d));
	show("shm rmid", shmctl(shm, IPC_RMID, NULL));
	show("shm lock", shmctl(shm, SHM_LOCK, NULL));
	show("sem up", semop(sem, &up, 1));
	show("sem zero", semop(sem, &zero, 1));
	show("sem getval", semctl(sem, 0, GETVAL) >= 0 ? 0 : -1);
	show("sem setval", semctl(sem, 0, SETVAL, 1));
	show("sem rmid", semctl(sem, 0, IPC_RMID));
	show("send", msgsnd(msg, &m, 1, IPC_NOWAIT));
	show("receive", msgrcv(msg, &m, 1, 0, IPC_NOWAIT));
	show("msg rmid", msgctl(msg, IPC_RMID, NULL));
}

static void as(int uid, int gid)
{
	say("-- uid %d gid %d\n", uid, gid);
	if (!fork()) {
		setgroups(0, NULL);
		setgid(gid);
		setuid(uid);
		try();
		_exit(0);
	}
	wait(NULL);
}

int main(void)
{
	if (!fork()) {
		setgid(50);
		setuid(50);
		shm = shmget(0x7733, 100, IPC_CREAT | 0640);
		sem = semget(0x7733, 1, IPC_CREAT | 0640);
		msg = msgget(0x7733, IPC_CREAT | 0620);
		_exit(0);
	}
	wait(NULL);
	shm = shmget(0x7733, 0, 0);
	sem = semget(0x7733, 0, 0);
	msg = msgget(0x7733, 0);
	as(60, 50);
	as(60, 60);
	as(50, 60);
	return 0;
}
