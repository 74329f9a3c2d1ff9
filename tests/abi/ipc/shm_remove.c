/* IPC_RMID: a segment lives on while it is attached, without its key, and ends with the last detachment or exit. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/shm.h>

int main(void)
{
	struct shmid_ds d;
	int id = shmget(0x7711, PAGE, IPC_CREAT | 0600), again, status, ends[2];
	char *p = shmat(id, NULL, 0), c;

	strcpy(p, "still here");
	show("remove", shmctl(id, IPC_RMID, NULL));
	say("%s\n", p);
	show("stat", shmctl(id, IPC_STAT, &d));
	say("mode %o key %x\n", d.shm_perm.mode, d.shm_perm.__key);
	again = shmget(0x7711, PAGE, IPC_CREAT | IPC_EXCL | 0600);
	judge("another by the key", again >= 0 && again != id);
	show("detach", shmdt(p));
	show("stat after", shmctl(id, IPC_STAT, &d));
	p = shmat(again, NULL, 0);
	(void)!pipe(ends);
	if (!fork()) {
		(void)!read(ends[0], &c, 1);
		_exit(0);
	}
	shmdt(p);
	shmctl(again, IPC_RMID, NULL);
	show("stat while a child has it", shmctl(again, IPC_STAT, &d));
	(void)!write(ends[1], "x", 1);
	wait(&status);
	show("stat after its exit", shmctl(again, IPC_STAT, &d));
	return 0;
}
