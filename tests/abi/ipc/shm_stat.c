/* shmctl(2): IPC_STAT, IPC_SET, SHM_LOCK, SHM_STAT, IPC_INFO, SHM_INFO; /proc/sysvipc/shm and maps. */
#include "../show.h"
#include <sys/ipc.h>
#include <sched.h>
#include <sys/shm.h>

static void grep(const char *path, const char *word, int skip)
{
	FILE *f = fopen(path, "r");
	char line[512];

	while (fgets(line, sizeof line, f))
		if (strstr(line, word))
			say("%s", (int)strlen(line) > skip ? line + skip : line);
	fclose(f);
}

int main(void)
{
	struct shmid_ds d;
	struct shminfo info;
	struct shm_info usage;
	int id, top;
	char *p, want[40];

	/* What others left behind counts in the figures below: begin with none. */
	show("own namespace", unshare(CLONE_NEWIPC));
	id = shmget(0x7722, 10000, IPC_CREAT | 0644);
	shmctl(id, IPC_STAT, &d);
	say("size %lu mode %o uid %u attached %lu\n", d.shm_segsz, d.shm_perm.mode, d.shm_perm.uid, (unsigned long)d.shm_nattch);
	judge("creator", d.shm_cpid == getpid() && d.shm_lpid == 0);
	judge("times", d.shm_ctime > 0 && !d.shm_atime && !d.shm_dtime);
	p = shmat(id, NULL, SHM_EXEC);
	p[0] = 1;
	shmctl(id, IPC_STAT, &d);
	judge("attach noted", d.shm_lpid == getpid() && d.shm_atime > 0 && !d.shm_dtime);
	grep("/proc/self/maps", "SYSV", 25);
	shmdt(p);
	shmctl(id, IPC_STAT, &d);
	judge("detach noted", d.shm_dtime > 0);
	d.shm_perm.mode = 07777;
	d.shm_perm.uid = 12;
	d.shm_perm.gid = 34;
	show("set", shmctl(id, IPC_SET, &d));
	shmctl(id, IPC_STAT, &d);
	say("mode %o uid %u gid %u cuid %u\n", d.shm_perm.mode, d.shm_perm.uid, d.shm_perm.gid, d.shm_perm.cuid);
	d.shm_perm.uid = -1;
	show("set no uid", shmctl(id, IPC_SET, &d));
	show("lock", shmctl(id, SHM_LOCK, NULL));
	shmctl(id, IPC_STAT, &d);
	say("mode %o\n", d.shm_perm.mode);
	show("unlock", shmctl(id, SHM_UNLOCK, NULL));
	show("stat to nowhere", syscall(SYS_shmctl, id, IPC_STAT, KERNEL_ADDRESS));
	show("set from nowhere", syscall(SYS_shmctl, id, IPC_SET, KERNEL_ADDRESS));
	top = shmctl(0, IPC_INFO, (void *)&info);
	judge("highest slot", top == 0);
	say("max %lu min %lu mni %lu seg %lu all %lu\n", info.shmmax, info.shmmin, info.shmmni, info.shmseg, info.shmall);
	show("usage", shmctl(0, SHM_INFO, (void *)&usage));
	say("used %d total %lu\n", usage.used_ids, usage.shm_tot);
	judge("stat by slot", shmctl(top, SHM_STAT, &d) == id);
	judge("stat any", shmctl(top, 15, &d) == id);
	show("stat by no slot", shmctl(77, SHM_STAT, &d));
	snprintf(want, sizeof want, "%10d %10d", 0x7722, id);
	grep("/proc/sysvipc/shm", "perms", 0);
	shmctl(id, IPC_RMID, NULL);
	return 0;
}
