/* SEM_UNDO: exit gives back what a process took; setting a value forgets. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/sem.h>

static int id;

static void child(const struct sembuf *ops, int n, bool set)
{
	if (!fork()) {
		for (int i = 0; i < n; i++)
			semop(id, (struct sembuf *)&ops[i], 1);
		say("in the child %d\n", semctl(id, 0, GETVAL));
		if (set)
			semctl(id, 0, SETVAL, 9);
		_exit(0);
	}
	wait(NULL);
	say("after it %d\n", semctl(id, 0, GETVAL));
}

int main(void)
{
	struct sembuf up = { 0, 3, SEM_UNDO }, down = { 0, -2, SEM_UNDO }, plain = { 0, 1, 0 };
	struct sembuf mixed[3] = { up, down, plain }, big = { 0, 32767, SEM_UNDO };
	int waiter, status;

	id = semget(IPC_PRIVATE, 1, 0600);
	semctl(id, 0, SETVAL, 5);
	child(&up, 1, false);
	child(&down, 1, false);
	child(mixed, 3, false);
	child(mixed, 3, true);
	semctl(id, 0, SETVAL, 0);
	show("most", semop(id, &big, 1));
	semctl(id, 0, SETVAL, 5);
	if (!fork()) {
		semop(id, &down, 1);
		if (!fork()) {
			_exit(0);
		}
		wait(NULL);
		say("a grandchild owes nothing: %d\n", semctl(id, 0, GETVAL));
		/* and exec keeps the debt: tested by exit alone */
		_exit(0);
	}
	wait(NULL);
	semctl(id, 0, SETVAL, 1);
	if (!fork()) {
		struct sembuf d = { 0, -1, SEM_UNDO };

		semop(id, &d, 1);
		if (!(waiter = fork())) {
			d.sem_flg = 0;
			_exit(semop(id, &d, 1) ? 1 : 42);
		}
		while (semctl(id, 0, GETNCNT) != 1)
			sleep_ms(1);
		_exit(0);
	}
	wait(&status);
	for (int i = 0; i < 500 && semctl(id, 0, GETNCNT); i++)
		sleep_ms(1);
	show("woken by an exit", semctl(id, 0, GETVAL));
	return 0;
}
