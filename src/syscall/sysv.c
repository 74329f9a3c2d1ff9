/*
 * sysv.c - system calls of System V shared memory, semaphores and message queues.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <ipc/sysv.h>
#include <linux/time_types.h>
#include <syscall/define.h>
#include <time/clock.h>

SYSCALL(shmget, int key, size_t size, int flags) { return shm_get(key, size, flags); }
SYSCALL(shmat, int id, uint64_t addr, int flags) { return shm_attach(id, addr, flags); }
SYSCALL(shmdt, uint64_t addr) { return shm_detach(addr); }
SYSCALL(shmctl, int id, int cmd, uaddr_t buf) { return shm_control(id, cmd, buf); }

SYSCALL(semget, int key, int n, int flags) { return sem_get(key, n, flags); }
SYSCALL(semctl, int id, int index, int cmd, uint64_t arg) { return sem_control(id, index, cmd, arg); }
SYSCALL(semop, int id, uaddr_t ops, unsigned n) { return sem_operate(id, ops, n, ~0ull); }

SYSCALL(semtimedop, int id, uaddr_t ops, unsigned n, uaddr_t timeout)
{
	struct __kernel_timespec t;
	uint64_t ns, deadline;

	if (uaddr_is_null(timeout))
		return sem_operate(id, ops, n, ~0ull);
	if (user_read(&t, timeout))
		return -EFAULT;
	if (t.tv_sec < 0 || (uint64_t)t.tv_nsec >= NSEC_PER_SEC)
		return sem_operate(-1, ops, n, 0);      /* what is wrong with the operations comes first; else EINVAL */
	if (__builtin_mul_overflow((uint64_t)t.tv_sec, NSEC_PER_SEC, &ns) || __builtin_add_overflow(ns, (uint64_t)t.tv_nsec, &ns) ||
	    __builtin_add_overflow(clock_monotonic_ns(), ns, &deadline))
		deadline = ~0ull;
	return sem_operate(id, ops, n, deadline);
}

SYSCALL(msgget, int key, int flags) { return msg_get(key, flags); }
SYSCALL(msgsnd, int id, uaddr_t msg, size_t size, int flags) { return msg_send(id, msg, size, flags); }
SYSCALL(msgrcv, int id, uaddr_t msg, size_t size, long type, int flags) { return msg_receive(id, msg, size, type, flags); }
SYSCALL(msgctl, int id, int cmd, uaddr_t buf) { return msg_control(id, cmd, buf); }
