/* IPC namespaces: objects and keys are their own, and end with them. */
#include "../show.h"
#include <sched.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/sem.h>

int main(void)
{
	int outer = shmget(0x7770, 100, IPC_CREAT | 0600), inner, first = open("/proc/self/ns/ipc", O_RDONLY);
	char *p = shmat(outer, NULL, 0);
	struct shmid_ds d;

	strcpy(p, "outer");
	show("unshare", unshare(CLONE_NEWIPC));
	show("key", shmget(0x7770, 0, 0));
	show("id", shmctl(outer, IPC_STAT, &d));
	say("still mapped: %s\n", p);
	inner = shmget(0x7770, 200, IPC_CREAT | 0600);
	show_ok("own", inner);
	char *q = shmat(inner, NULL, 0);
	strcpy(q, "inner");
	show("detach the outer one", shmdt(p));
	show("back", setns(first, 0));
	say("mapped yet: %s\n", q);
	show("detach the inner one", shmdt(q));
	shmctl(outer, IPC_STAT, &d);
	say("size %lu attached %lu\n", d.shm_segsz, (unsigned long)d.shm_nattch);
	if (!fork()) {
		show("clone flags", syscall(SYS_clone, CLONE_NEWIPC | CLONE_SYSVSEM | SIGCHLD, 0, 0, 0, 0));
		setuid(99);
		show("without rights", unshare(CLONE_NEWIPC));
		show("setns without rights", setns(first, 0));
		_exit(0);
	}
	wait(NULL);
	return 0;
}
