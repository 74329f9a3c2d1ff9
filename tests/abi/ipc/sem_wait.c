/* Waiting for semaphores: counts, order, removal, signals. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/sem.h>

static int id;
static void on_alarm(int s) { (void)s; }

static void until(int cmd, int n)
{
	for (int i = 0; i < 1000 && semctl(id, 0, cmd) != n; i++)
		sleep_ms(1);
	show(cmd == GETNCNT ? "waiting for more" : "waiting for zero", semctl(id, 0, cmd));
}

static pid_t waiter(int op, int code)
{
	pid_t pid = fork();

	if (!pid) {
		struct sembuf b = { 0, op, 0 };
		int r = semop(id, &b, 1);

		_exit(r ? errno : code);
	}
	return pid;
}

static void ended(pid_t pid)
{
	int status;

	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
}

int main(void)
{
	struct sembuf up = { 0, 1, 0 }, down = { 0, -1, 0 };
	struct sigaction a = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	pid_t p, q;

	id = semget(IPC_PRIVATE, 1, 0600);
	p = waiter(-2, 1);
	until(GETNCNT, 1);
	q = waiter(-1, 2);
	until(GETNCNT, 2);
	show("up", semop(id, &up, 1));
	ended(q);
	semctl(id, 0, SETVAL, 2);
	ended(p);
	show("value", semctl(id, 0, GETVAL));
	semctl(id, 0, SETVAL, 1);
	p = waiter(0, 3);
	until(GETZCNT, 1);
	show("down", semop(id, &down, 1));
	ended(p);
	sigaction(SIGALRM, &a, NULL);
	tick_every(20);
	show("interrupted", semop(id, &down, 1));
	tick_every(0);
	p = waiter(-1, 4);
	until(GETNCNT, 1);
	show("remove", semctl(id, 0, IPC_RMID));
	ended(p);
	return 0;
}
