/* /proc/sysvipc: one row an object. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/sem.h>
#include <sys/msg.h>

/* Words of the row with this key, numbers that vary masked. */
static void row(const char *path, int key, unsigned long mask)
{
	FILE *f = fopen(path, "r");
	char line[512], *word;

	while (fgets(line, sizeof line, f)) {
		int n = 0;

		if (!strstr(line, "perms") && atoi(line) != key)
			continue;
		if (strstr(line, "perms")) {
			say("%s", line);
			continue;
		}
		for (word = strtok(line, " \n"); word; word = strtok(NULL, " \n"), n++)
			say("%s ", mask >> n & 1 ? "*" : word);
		say("\n");
	}
	fclose(f);
}

int main(void)
{
	struct { long type; char c[4]; } m = { 1, "abc" };
	struct sembuf up = { 1, 1, 0 };
	int shm = shmget(0x7760, 9000, IPC_CREAT | 0604), sem = semget(0x7760, 3, IPC_CREAT | 0640), msg = msgget(0x7760, IPC_CREAT | 0660);

	*(char *)shmat(shm, NULL, 0) = 1;
	semop(sem, &up, 1);
	msgsnd(msg, &m, 3, 0);
	row("/proc/sysvipc/shm", 0x7760, 1 << 1 | 1 << 4 | 1 << 5 | 7 << 11);
	row("/proc/sysvipc/sem", 0x7760, 1 << 1 | 3 << 8);
	row("/proc/sysvipc/msg", 0x7760, 1 << 1 | 3 << 5 | 7 << 11);
	return 0;
}
