/* rseq.c - the system call of restartable sequences. */
#include <base/err.h>
#include <syscall/define.h>
#include <task/rseq.h>
#include <linux/rseq.h>

SYSCALL(rseq, uaddr_t area, uint32_t len, int flags, uint32_t sig)
{
	if (flags == RSEQ_FLAG_UNREGISTER)
		return rseq_unregister(area, len, sig);
	return flags ? -EINVAL : rseq_register(area, len, sig);
}
