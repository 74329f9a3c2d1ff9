/* membarrier.c - MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ: registration, flags. */
#include <linux/membarrier.h>
#include "../show.h"

static long barrier(int cmd, unsigned flags, int cpu) { return syscall(SYS_membarrier, cmd, flags, cpu); }

int main(void)
{
	show("query", barrier(MEMBARRIER_CMD_QUERY, 0, 0));
	show("unregistered", barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 0, 0));
	show("register with flag", barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 1, 0));
	show("register", barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0));
	show("registrations", barrier(1 << 9, 0, 0));
	show("all", barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 0, 0));
	show("cpu 0", barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, MEMBARRIER_CMD_FLAG_CPU, 0));
	show("cpu 100000", barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, MEMBARRIER_CMD_FLAG_CPU, 100000));
	show("cpu -1", barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, MEMBARRIER_CMD_FLAG_CPU, -1));
	show("flag 2", barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 2, 0));
	show("flag with another command", barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, MEMBARRIER_CMD_FLAG_CPU, 0));
	return 0;
}
