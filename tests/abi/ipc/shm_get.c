/* shmget(2): keys, sizes, flags and their errors. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/shm.h>

#define KEY 0x7700

int main(void)
{
	int id = shmget(KEY, 5000, IPC_CREAT | 0640);

	show_ok("create", id);
	judge("found again", shmget(KEY, 0, 0) == id);
	judge("found smaller", shmget(KEY, 100, 0600) == id);
	show("found larger", shmget(KEY, 5001, 0));
	show("exclusive", shmget(KEY, 100, IPC_CREAT | IPC_EXCL | 0600));
	show("unknown key", shmget(KEY + 1, 100, 0600));
	show("size 0", shmget(KEY + 1, 0, IPC_CREAT | 0600));
	show("size huge", shmget(KEY + 1, ~0ul, IPC_CREAT | 0600));
	show("exclusive without create", shmget(KEY + 1, 1, IPC_EXCL));
	judge("private ones differ", shmget(IPC_PRIVATE, 1, 0600) != shmget(IPC_PRIVATE, 1, 0600));
	show("remove", shmctl(id, IPC_RMID, NULL));
	show("gone by key", shmget(KEY, 0, 0));
	show("gone by id", shmctl(id, IPC_RMID, NULL));
	show("negative id", shmctl(-1, IPC_RMID, NULL));
	show("unknown id", shmctl(0x7fffffff, IPC_RMID, NULL));
	show("bad command", shmctl(id, 99, NULL));
	show("negative command", shmctl(id, -1, NULL));
	return 0;
}
