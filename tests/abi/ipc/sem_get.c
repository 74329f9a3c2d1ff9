/* semget(2) and the values of semctl(2). */
#include "../show.h"
#include <sys/ipc.h>
#include <sched.h>
#include <sys/sem.h>

int main(void)
{
	unsigned short v[4] = { 1, 2, 3, 40000 };
	struct semid_ds d;
	struct seminfo info;
	int id;

	/* What others left behind counts in the figures below: begin with none. */
	show("own namespace", unshare(CLONE_NEWIPC));
	id = semget(0x7740, 4, IPC_CREAT | 0600);
	show_ok("create", id);
	show("more than there are", semget(0x7740, 5, 0));
	judge("fewer", semget(0x7740, 2, 0) == id);
	show("none", semget(IPC_PRIVATE, 0, 0600));
	show("negative", semget(IPC_PRIVATE, -1, 0600));
	show("too many", semget(IPC_PRIVATE, 32001, 0600));
	show("getval", semctl(id, 0, GETVAL));
	show("setval", semctl(id, 1, SETVAL, 7));
	show("getval", semctl(id, 1, GETVAL));
	judge("getpid", semctl(id, 1, GETPID) == getpid());
	show("setval large", semctl(id, 1, SETVAL, 32768));
	show("setval negative", semctl(id, 1, SETVAL, -1));
	show("index", semctl(id, 4, GETVAL));
	show("negative index", semctl(id, -1, GETVAL));
	show("setval index", semctl(id, 4, SETVAL, 1));
	show("setall", semctl(id, 0, SETALL, v));
	v[3] = 4;
	show("setall", semctl(id, 0, SETALL, v));
	memset(v, 0, sizeof v);
	show("getall", semctl(id, 0, GETALL, v));
	say("%d %d %d %d\n", v[0], v[1], v[2], v[3]);
	show("getall to nowhere", semctl(id, 0, GETALL, KERNEL_ADDRESS));
	show("getncnt", semctl(id, 0, GETNCNT));
	show("getzcnt", semctl(id, 0, GETZCNT));
	show("stat", semctl(id, 0, IPC_STAT, &d));
	say("nsems %lu mode %o otime %ld\n", (unsigned long)d.sem_nsems, d.sem_perm.mode, (long)d.sem_otime);
	d.sem_perm.mode = 0444;
	show("set", semctl(id, 0, IPC_SET, &d));
	show("info", semctl(0, 0, IPC_INFO, &info));
	say("%d %d %d %d %d %d %d %d %d %d\n", info.semmap, info.semmni, info.semmns, info.semmnu, info.semmsl, info.semopm, info.semume,
	    info.semusz, info.semvmx, info.semaem);
	show("usage", semctl(0, 0, SEM_INFO, &info));
	say("%d %d\n", info.semusz, info.semaem);
	judge("stat by slot", semctl(0, 0, SEM_STAT, &d) == id);
	show("unknown command", semctl(id, 0, 77));
	show("remove", semctl(id, 0, IPC_RMID));
	show("again", semctl(id, 0, IPC_RMID));
	return 0;
}
