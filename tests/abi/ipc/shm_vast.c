/* shm_vast.c - shmget(2) of sizes about 2^63: below what SHMMAX forbids, yet no file has them. */
#include "../show.h"
#include <sys/ipc.h>
#include <sys/shm.h>

static void make(uint64_t size, int flags)
{
	int id = (int)syscall(SYS_shmget, IPC_PRIVATE, size, flags | 0600);
	void *at;

	say("%lx %x: ", size, flags);
	show("get", id < 0 ? -1 : 0);
	if (id < 0)
		return;
	at = shmat(id, NULL, 0);
	show("  attach", at == (void *)-1 ? -1 : 0);
	shmctl(id, IPC_RMID, NULL);
}

int main(void)
{
	static const uint64_t sizes[] = { 1ul << 47, INT64_MAX - 4095, INT64_MAX, 1ul << 63, (1ul << 63) + 5, ~0ul - (1ul << 24), ~0ul };

	for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		make(sizes[i], 0);
		make(sizes[i], SHM_NORESERVE);
	}
	return 0;
}
