/* shmat(2) and shmdt(2): addresses, rights, sharing over fork, errors. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/shm.h>

static void attached(int id)
{
	struct shmid_ds d;

	shmctl(id, IPC_STAT, &d);
	say("attached %lu\n", (unsigned long)d.shm_nattch);
}

int main(void)
{
	int id = shmget(IPC_PRIVATE, 3 * PAGE, 0600), status;
	char *p = shmat(id, NULL, 0), *q, *r;

	show_ok("attach", (long)p);
	attached(id);
	strcpy(p, "parent");
	if (!fork()) {
		attached(id);
		say("child sees %s\n", p);
		strcpy(p, "child");
		_exit(0);
	}
	wait(&status);
	say("parent sees %s\n", p);
	attached(id);
	q = shmat(id, NULL, SHM_RDONLY);
	say("read only: %s\n", q);
	attached(id);
	show("write to read only", read(open("/dev/zero", O_RDONLY), q, 1));
	show("mprotect", mprotect(q, PAGE, PROT_READ | PROT_WRITE));
	show("mprotect exec", mprotect(p, PAGE, PROT_READ | PROT_EXEC));
	attached(id);
	show("mprotect back", mprotect(p, PAGE, PROT_READ | PROT_WRITE));
	attached(id);
	show("unmap the middle", munmap(p + PAGE, PAGE));
	attached(id);
	show("detach inside", shmdt(p + PAGE));
	show("detach", shmdt(p));
	show("detach twice", shmdt(p));
	attached(id);
	r = mmap(NULL, 8 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	show("occupied", (long)shmat(id, r, 0));
	judge("remap", shmat(id, r, SHM_REMAP) == r);
	show("odd address", (long)shmat(id, r + 5, 0));
	judge("rounded", shmat(id, r + 4 * PAGE + 5, SHM_RND | SHM_REMAP) == r + 4 * PAGE);
	show("remap nowhere", (long)shmat(id, NULL, SHM_REMAP));
	attached(id);
	show("odd detach", shmdt(r + 1));
	show("detach nothing", shmdt(NULL));
	show("bad id", (long)shmat(-1, NULL, 0));
	show("remove", shmctl(id, IPC_RMID, NULL));
	attached(id);
	judge("attach one that is to go", shmat(id, NULL, 0) != (void *)-1);
	shmctl(id, IPC_STAT, &(struct shmid_ds){ 0 });
	return 0;
}
