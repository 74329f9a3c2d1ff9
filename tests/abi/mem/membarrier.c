/*
 * membarrier.c - membarrier(2): commands, registration, flags.
 */
#include "../show.h"
#include <linux/membarrier.h>

static void mb(const char *what, int cmd, unsigned flags, int cpu) { show(what, syscall(SYS_membarrier, cmd, flags, cpu)); }

static void child(void)
{
	mb("child, expedited", MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	mb("child, registrations", 512, 0, 0);
}

int main(void)
{
	mb("query", MEMBARRIER_CMD_QUERY, 0, 0);
	mb("query, flag", MEMBARRIER_CMD_QUERY, 1, 0);
	mb("global", MEMBARRIER_CMD_GLOBAL, 0, 0);
	mb("global, flag", MEMBARRIER_CMD_GLOBAL, 1, 0);
	mb("unknown", 1 << 20, 0, 0);
	mb("two at once", MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0);
	mb("global expedited", MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0);
	mb("private, not registered", MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	mb("sync core, not registered", MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	mb("registrations", 512, 0, 0);
	mb("register private", MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
	mb("private", MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	mb("private, flag", MEMBARRIER_CMD_PRIVATE_EXPEDITED, 1, 0);
	mb("registrations", 512, 0, 0);
	mb("register sync core", MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	mb("sync core", MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	mb("register global", MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0);
	mb("registrations", 512, 0, 0);
	mb("rseq, not registered", 128, 0, 0);
	mb("register rseq", 256, 0, 0);
	mb("rseq", 128, 0, 0);
	mb("rseq, one CPU", 128, 1, 0);
	mb("rseq, no such CPU", 128, 1, 9999);
	mb("rseq, bad flag", 128, 2, 0);
	mb("registrations", 512, 0, 0);
	in_child("fork", child);
	return 0;
}
