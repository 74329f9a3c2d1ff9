/*
 * futex.c - futex(2) and robust lists: decoding, and waiting again after a signal. futex2.c: the newer calls.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <ipc/futex.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/time_types.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/inspect.h>
#include <task/pid.h>
#include <task/process.h>
#include <task/user_ns.h>
#include <time/clock.h>
#include "futex_priv.h"

#define FAR_FUTURE (~0ull / 2)

int futex_deadline_read(uaddr_t timeout, int cmd, bool is_realtime, struct futex_deadline *out)
{
	struct __kernel_timespec ts;
	uint64_t ns;

	*out = (struct futex_deadline){ .ns = FUTEX_NO_DEADLINE_NS };
	if (uaddr_is_null(timeout))
		return 0;
	if (user_read(&ts, timeout))
		return -EFAULT;
	if (ts.tv_sec < 0 || (uint64_t)ts.tv_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	ns = (uint64_t)ts.tv_sec >= FAR_FUTURE / NSEC_PER_SEC ? FAR_FUTURE
							       : (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
	if (cmd == FUTEX_WAIT)
		ns += clock_monotonic_ns();
	*out = (struct futex_deadline){ .ns = ns, .is_realtime = cmd != FUTEX_WAIT && is_realtime };
	return 0;
}

static long wait_restart(struct task *t);

static long wait_call(uaddr_t word, bool is_private, uint32_t value, struct futex_deadline deadline, uint32_t bitset)
{
	struct task *t = task_current();
	long err = futex_wait(word, is_private, value, deadline, bitset);

	if (err != -ERESTARTSYS || deadline.ns == FUTEX_NO_DEADLINE_NS)
		return err;
	/* A relative timeout must not begin anew: the restarted call keeps the deadline. */
	t->restart_fn = wait_restart;
	t->restart_arg[0] = word.v;
	t->restart_arg[1] = is_private;
	t->restart_arg[2] = value;
	t->restart_arg[3] = deadline.ns;
	t->restart_arg[4] = bitset;
	t->restart_arg[5] = deadline.is_realtime;
	return -ERESTART_RESTARTBLOCK;
}

static long wait_restart(struct task *t)
{
	const uint64_t *a = t->restart_arg;

	return wait_call(UADDR(a[0]), a[1], (uint32_t)a[2], (struct futex_deadline){ a[3], a[5] }, (uint32_t)a[4]);
}

SYSCALL(futex, uaddr_t word, int op, uint32_t val, uaddr_t timeout, uaddr_t word2, uint32_t val3)
{
	bool is_private = op & FUTEX_PRIVATE_FLAG, is_realtime = op & FUTEX_CLOCK_REALTIME;
	int cmd = op & FUTEX_CMD_MASK, err;
	unsigned val2 = (unsigned)timeout.v;
	struct futex_deadline deadline;

	if (is_realtime && cmd != FUTEX_WAIT_BITSET && cmd != FUTEX_WAIT_REQUEUE_PI && cmd != FUTEX_LOCK_PI2) {
		err = cmd == FUTEX_WAIT || cmd == FUTEX_LOCK_PI ? futex_deadline_read(timeout, cmd, is_realtime, &deadline) : 0;
		return err ? err : -ENOSYS;
	}
	switch (cmd) {
	case FUTEX_WAIT:
		val3 = FUTEX_BITSET_MATCH_ANY;
		/* fall through */
	case FUTEX_WAIT_BITSET:
		err = futex_deadline_read(timeout, cmd, is_realtime, &deadline);
		return err ? err : wait_call(word, is_private, val, deadline, val3);
	case FUTEX_WAKE:
		val3 = FUTEX_BITSET_MATCH_ANY;
		/* fall through */
	case FUTEX_WAKE_BITSET:
		return futex_wake(word, is_private, (int)val > 0 ? val : 1, val3);
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
		if ((int)val < 0 || (int)val2 < 0)
			return -EINVAL;
		return futex_requeue(word, word2, is_private, val, val2, cmd == FUTEX_CMP_REQUEUE ? &val3 : NULL);
	case FUTEX_WAKE_OP:
		return futex_wake_op(word, word2, is_private, (int)val > 0 ? val : 1, (int)val2 > 0 ? val2 : 1, val3);
	case FUTEX_LOCK_PI:
		is_realtime = true;             /* always, without being asked */
		/* fall through */
	case FUTEX_LOCK_PI2:
		err = futex_deadline_read(timeout, cmd, is_realtime, &deadline);
		return err ? err : futex_lock_pi(word, is_private, deadline, false);
	case FUTEX_TRYLOCK_PI:
		return futex_lock_pi(word, is_private, (struct futex_deadline){ .ns = FUTEX_NO_DEADLINE_NS }, true);
	case FUTEX_UNLOCK_PI:
		return futex_unlock_pi(word, is_private);
	case FUTEX_WAIT_REQUEUE_PI:
		err = futex_deadline_read(timeout, cmd, is_realtime, &deadline);
		return err ? err : futex_wait_requeue_pi(word, is_private, val, deadline, word2);
	case FUTEX_CMP_REQUEUE_PI:
		if ((int)val < 0 || (int)val2 < 0 || val != 1)
			return -EINVAL;
		return futex_cmp_requeue_pi(word, word2, is_private, val2, val3);
	default:
		return -ENOSYS;
	}
}

SYSCALL(set_robust_list, uaddr_t head, size_t len)
{
	struct task *t = task_current();

	if (len != sizeof(struct robust_list_head))
		return -EINVAL;
	t->robust_list = head;
	t->robust_list_len = len;
	return 0;
}

SYSCALL(get_robust_list, int tid, uaddr_t head_out, uaddr_t len_out)
{
	struct task *t = tid ? task_lookup(tid) : task_current();
	size_t len = sizeof(struct robust_list_head);
	uint64_t head;
	bool may;

	if (!t)
		return -ESRCH;
	may = task_may_inspect(t, false);
	head = t->robust_list.v;
	if (tid)
		task_put(t);
	if (!may)
		return -EPERM;
	return user_write(len_out, &len) || user_write(head_out, &head) ? -EFAULT : 0;
}
