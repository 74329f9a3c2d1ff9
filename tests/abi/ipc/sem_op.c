/* semop(2): several operations at once, waiting, time-outs, errors. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/sem.h>

static int id;

static void values(void)
{
	unsigned short v[3];

	semctl(id, 0, GETALL, v);
	say("values %d %d %d\n", v[0], v[1], v[2]);
}

int main(void)
{
	struct sembuf up = { 0, 3, 0 }, two[2] = { { 0, -1, 0 }, { 1, -1, IPC_NOWAIT } }, both[2] = { { 1, 2, 0 }, { 1, -1, 0 } };
	struct sembuf zero = { 2, 0, 0 }, big = { 2, 32767, 0 }, more = { 2, 1, 0 }, far = { 3, 1, 0 }, many[501];
	struct timespec t = { 0, 20000000 }, bad = { 0, 1000000000 };
	int64_t start;

	id = semget(IPC_PRIVATE, 3, 0600);
	show("up", semop(id, &up, 1));
	show("two, the second blocked", semop(id, two, 2));
	values();
	show("in order", semop(id, both, 2));
	values();
	show("now both", semop(id, two, 2));
	values();
	show("zero", semop(id, &zero, 1));
	show("to the top", semop(id, &big, 1));
	show("over it", semop(id, &more, 1));
	zero.sem_flg = IPC_NOWAIT;
	show("not zero", semop(id, &zero, 1));
	zero.sem_flg = 0;
	start = now_ns();
	show("timed out", semtimedop(id, &zero, 1, &t));
	judge("after the time", now_ns() - start >= 20000000);
	show("bad time", semtimedop(id, &zero, 1, &bad));
	show("no such", semop(id, &far, 1));
	show("none", semop(id, &up, 0));
	memset(many, 0, sizeof many);
	show("too many", semop(id, many, 501));
	show("from nowhere", syscall(SYS_semop, id, KERNEL_ADDRESS, 1));
	show("bad id", semop(-1, &up, 1));
	show("bad id, too many", semop(-1, many, 501));
	return 0;
}
