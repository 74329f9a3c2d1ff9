/*
 * futex.c - sleeping on a word of user memory until another thread says so.
 *
 * Waiters stand in hashed buckets. A waker whose bucket is empty does one load.
 *
 * How waiters and wakers do not miss each other: futex_bucket.h.
 *
 * Tasks are RCU-freed, as futex_wake_taken() wants it. Page faults cannot be served under the bucket's lock: the
 * word is read without faulting, and on failure everything is undone, the page brought in, retried.
 * Many waiters are woken or moved in steps, with the bucket held (futex_bucket.h): a woken one that waits again stands
 * behind the call that woke it.
 * Locks: bucket's hold (two: by address), bucket lock (two: by address). Context: task, may sleep.
 */
#include <ipc/futex.h>
#include <sched/sched.h>
#include <task/task.h>
#include <task/pid.h>
#include <time/clock.h>
#include <mm/futex_key.h>
#include <mm/space.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <arch/usercopy.h>
#include <lib/hash.h>
#include <base/err.h>
#include <trace/klog.h>
#include "futex_priv.h"
#include <linux/futex.h>

static struct futex_bucket *buckets;            /* const after bring-up */
static unsigned bucket_mask;

struct futex_bucket *futex_bucket_of(const struct futex_key *k)
{
	uint64_t h = hash_u64(k->a ^ hash_u64(k->b));

	return &buckets[h & bucket_mask];
}

static __always_inline int key_get(uaddr_t word, bool is_private, bool write, struct futex_key *out)
{
	struct space *s = task_current()->space;

	if (word.v & 3)
		return -EINVAL;
	if (!user_range_ok(word, 4))
		return -EFAULT;
	if (!is_private)
		return write ? space_futex_key_writable(s, word.v, out) : space_futex_key(s, word.v, out);
	*out = (struct futex_key){ .a = (uint64_t)s, .b = word.v };
	return 0;
}

int futex_key_get(uaddr_t word, bool is_private, struct futex_key *out) { return key_get(word, is_private, false, out); }
int futex_key_get_writable(uaddr_t word, bool is_private, struct futex_key *out) { return key_get(word, is_private, true, out); }

/* ---- waiting ---- */

int futex_waiter_enqueue(struct futex_waiter *w, uaddr_t word, bool is_private, uint32_t expected)
{
	struct futex_bucket *b;
	uint32_t value;
	int err;

	for (;;) {
		err = futex_key_get(word, is_private, &w->key);
		if (err)
			return err;
		b = futex_bucket_of(&w->key);
		futex_bucket_enter(b);
		err = user_load_u32_nofault(word, &value);
		if (!err && value == expected) {
			futex_bucket_queue(b, w);
			return 0;
		}
		futex_bucket_abandon(b);
		if (!err)
			return -EAGAIN;
		if (user_load_u32(word, &value))
			return -EFAULT;
	}
}

/* The clock may be set meanwhile: then the end is elsewhere. */
int futex_sleep_realtime(bool (*is_woken)(const void *arg), const void *arg, uint64_t ns)
{
	struct waitq *q = clock_set_queue();

	for (;;) {
		unsigned changes = clock_realtime_changes();
		uint64_t now = clock_realtime_ns();
		int err = wait_event_deadline(q, is_woken(arg) || clock_realtime_changes() != changes,
					      clock_monotonic_ns() + (ns > now ? ns - now : 0));

		if (err || is_woken(arg))
			return err;
	}
}

long futex_wait(uaddr_t word, bool is_private, uint32_t expected, struct futex_deadline deadline, uint32_t bitset)
{
	struct thread *t = thread_current();
	struct futex_waiter w = { .thread = t, .bitset = bitset, .prio = (uint8_t)sched_effective_prio(t) };
	int err;

	if (!bitset)
		return -EINVAL;
	err = futex_waiter_enqueue(&w, word, is_private, expected);
	if (err)
		return err;
	err = futex_sleep(futex_sleeper_is_woken, &w, deadline);
	if (futex_waiter_is_woken(&w) || futex_waiter_leave(&w))
		return 0;
	return err;
}

/* ---- waking ---- */

static __noinline long wake_many(struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset)
{
	bool stands;
	long done = -EINVAL;

	hold_begin(&b->hold, &b->lock);
	spin_lock(&b->lock);
	stands = b->nr_pi && pi_stands_locked(b, key);
	spin_unlock(&b->lock);
	if (!stands)
		done = futex_bucket_wake_held(b, key, n, bitset);
	hold_end(&b->hold, &b->lock);
	return done;
}

/* How many, or -EINVAL: waiters of the key are not to be woken so. */
static long wake_key(const struct futex_key *key, unsigned n, uint32_t bitset)
{
	struct futex_bucket *b = futex_bucket_of(key);
	struct list taken = LIST_INIT(taken);
	long done = -EINVAL;

	if (futex_bucket_is_empty(b))
		return 0;
	spin_lock_unheld(&b->lock, &b->hold);
	if (unlikely(!futex_bucket_is_short_locked(b, key, n, bitset))) {
		spin_unlock(&b->lock);
		return wake_many(b, key, n, bitset);
	}
	rcu_read_lock();
	if (likely(!b->nr_pi) || !n || !pi_stands_locked(b, key))
		done = futex_bucket_take_locked(b, key, n, bitset, &taken);
	spin_unlock(&b->lock);
	futex_wake_taken(&taken);
	rcu_read_unlock();
	return done;
}

long futex_wake(uaddr_t word, bool is_private, unsigned n, uint32_t bitset)
{
	struct futex_key key;
	int err;

	if (!bitset)
		return -EINVAL;
	err = futex_key_get(word, is_private, &key);
	return err ? err : wake_key(&key, n, bitset);
}

int futex_wake_user(uaddr_t word, bool is_private, unsigned n)
{
	long done = futex_wake(word, is_private, n, FUTEX_BITSET_MATCH_ANY);

	return done < 0 ? 0 : (int)done;
}

/* ---- two words ---- */

struct requeue {
	struct futex_key key, to_key;
	struct futex_bucket *from, *to;
	uaddr_t word;                           /* of `from` */
	const uint32_t *cmp;                    /* what it must hold, or NULL */
	unsigned n_wake, n_move;
};

/* May the waiters be moved? 1, -EINVAL, -EAGAIN: the word has changed; -EFAULT: fault it in. Both locked. */
static int requeue_check_locked(const struct requeue *r)
{
	uint32_t value;

	if (r->cmp && user_load_u32_nofault(r->word, &value))
		return -EFAULT;
	if (r->cmp && value != *r->cmp)
		return -EAGAIN;
	return unlikely(r->from->nr_pi) && pi_stands_locked(r->from, &r->key) ? -EINVAL : 1;
}

/* Both are held: as if at once for all others, the wake-ups included. */
static long requeue_held(const struct requeue *r)
{
	long done;

	futex_buckets_lock(r->from, r->to);
	done = requeue_check_locked(r);
	futex_buckets_unlock(r->from, r->to);
	if (done < 0)
		return done;
	done = futex_bucket_wake_held(r->from, &r->key, r->n_wake, FUTEX_BITSET_MATCH_ANY);
	return done + futex_bucket_move_held(r->from, r->to, &r->key, &r->to_key, r->n_move);
}

static __noinline long requeue_many(const struct requeue *r)
{
	long done;

	hold_begin_pair(&r->from->hold, &r->from->lock, &r->to->hold, &r->to->lock);
	done = requeue_held(r);
	hold_end_pair(&r->from->hold, &r->from->lock, &r->to->hold, &r->to->lock);
	return done;
}

/* How many were woken or moved, or why none: requeue_check_locked(). */
static long requeue_try(const struct requeue *r)
{
	struct list taken = LIST_INIT(taken);
	long done;

	futex_buckets_lock_unheld(r->from, r->to);
	if (unlikely(load_relaxed(&r->from->nr_waiters) > FUTEX_STEP)) {        /* relaxed: the lock orders */
		futex_buckets_unlock(r->from, r->to);
		return requeue_many(r);
	}
	rcu_read_lock();
	done = requeue_check_locked(r);
	if (done > 0) {
		done = futex_bucket_take_locked(r->from, &r->key, r->n_wake, FUTEX_BITSET_MATCH_ANY, &taken);
		done += futex_bucket_move_locked(r->from, r->to, &r->key, &r->to_key, r->n_move);
	}
	futex_buckets_unlock(r->from, r->to);
	futex_wake_taken(&taken);
	rcu_read_unlock();
	return done;
}

long futex_requeue(uaddr_t from, uaddr_t to, bool is_private, unsigned n_wake, unsigned n_move, const uint32_t *cmp)
{
	struct requeue r = { .word = from, .cmp = cmp, .n_wake = n_wake, .n_move = n_move };
	uint32_t value;
	long done;
	int err;

	do {
		err = futex_key_get(from, is_private, &r.key);
		if (!err)
			err = futex_key_get(to, is_private, &r.to_key);
		if (err)
			return err;
		r.from = futex_bucket_of(&r.key);
		r.to = futex_bucket_of(&r.to_key);
		/* Those who are to be moved must be seen by wakers of `to` from the moment they can be there. */
		fetch_add_relaxed(&r.to->nr_waiters, 1);
		fence_seq_cst();
		done = requeue_try(&r);
		fetch_sub_relaxed(&r.to->nr_waiters, 1);
	} while (done == -EFAULT && !user_load_u32(from, &value));
	return done;
}

/* Apply the operation encoded in op to *word; *old is the value before. 0, -EFAULT, -ENOSYS. */
static int word_apply(uaddr_t word, uint32_t op, uint32_t *old)
{
	uint32_t kind = op >> 28 & 7, value, seen, next;
	int32_t arg = (int32_t)(op << 8) >> 20;

	if (op >> 28 & FUTEX_OP_OPARG_SHIFT)
		arg = (int32_t)(1u << (arg & 31));
	if (kind > FUTEX_OP_XOR)
		return -ENOSYS;
	if (user_load_u32(word, &value))
		return -EFAULT;
	for (;;) {
		switch (kind) {
		case FUTEX_OP_SET:  next = (uint32_t)arg; break;
		case FUTEX_OP_ADD:  next = value + (uint32_t)arg; break;
		case FUTEX_OP_OR:   next = value | (uint32_t)arg; break;
		case FUTEX_OP_ANDN: next = value & ~(uint32_t)arg; break;
		default:            next = value ^ (uint32_t)arg; break;        /* FUTEX_OP_XOR */
		}
		if (user_cas_u32(word, value, next, &seen))
			return -EFAULT;
		if (seen == value)
			break;
		value = seen;
	}
	*old = value;
	return 0;
}

/* 1 or 0: does the old value compare as op says; -ENOSYS. */
static int word_compares(int32_t old, uint32_t op)
{
	int32_t arg = (int32_t)(op << 20) >> 20;

	switch (op >> 24 & 15) {
	case FUTEX_OP_CMP_EQ: return old == arg;
	case FUTEX_OP_CMP_NE: return old != arg;
	case FUTEX_OP_CMP_LT: return old < arg;
	case FUTEX_OP_CMP_GE: return old >= arg;
	case FUTEX_OP_CMP_LE: return old <= arg;
	case FUTEX_OP_CMP_GT: return old > arg;
	default: return -ENOSYS;
	}
}

/*
 * The word changes before the buckets are looked at, not under their locks: whoever queues in
 * between saw the new value and may be woken for nothing, which futex(2) allows; whoever queued
 * before stands ahead of it.
 */
long futex_wake_op(uaddr_t first, uaddr_t second, bool is_private, unsigned n, unsigned n2, uint32_t op)
{
	struct futex_key key, key2;
	uint32_t old;
	long done, more;
	int err;

	err = futex_key_get(first, is_private, &key);
	if (!err)
		err = futex_key_get_writable(second, is_private, &key2);
	if (!err)
		err = word_apply(second, op, &old);
	if (err)
		return err;
	err = word_compares((int32_t)old, op);
	if (err < 0)
		return err;
	done = wake_key(&key, n, FUTEX_BITSET_MATCH_ANY);
	if (!err || done < 0)
		return done;
	more = wake_key(&key2, n2, FUTEX_BITSET_MATCH_ANY);
	return more < 0 ? more : done + more;
}

/* ---- robust futexes ---- */

/* The owner of word dies: mark it so and wake one waiter. False on a bad address. */
static bool word_owner_died(struct task *t, uaddr_t word, bool is_pi, bool is_pending)
{
	uint32_t value, seen;

	if (word.v & 3 || user_load_u32(word, &value))
		return false;
	for (;; value = seen) {
		if (is_pending && !is_pi && !(value & FUTEX_TID_MASK))
			break;                  /* it was unlocked, but the wake-up was still to come */
		if ((value & FUTEX_TID_MASK) != (uint32_t)pid_seen(t->pid))
			return true;
		if (user_cas_u32(word, value, (value & FUTEX_WAITERS) | FUTEX_OWNER_DIED, &seen))
			return false;
		if (seen != value)
			continue;
		if (is_pi || !(value & FUTEX_WAITERS))
			return true;
		break;
	}
	futex_wake_user(word, false, 1);
	return true;
}

static bool entry_read(uaddr_t at, uint64_t *entry, bool *is_pi)
{
	if (user_read(entry, at))
		return false;
	*is_pi = *entry & 1;
	*entry &= ~1ull;
	return true;
}

void futex_exit_robust(struct task *t)
{
	struct robust_list_head head;
	uint64_t entry, next, pending;
	bool is_pi, next_is_pi, pending_is_pi;
	uaddr_t list = t->robust_list;

	if (uaddr_is_null(list))
		return;
	t->robust_list = UADDR(0);
	if (user_read(&head, list))
		return;
	pending = (uint64_t)head.list_op_pending & ~1ull;
	pending_is_pi = (uint64_t)head.list_op_pending & 1;
	entry = (uint64_t)head.list.next & ~1ull;
	is_pi = (uint64_t)head.list.next & 1;
	for (unsigned limit = ROBUST_LIST_LIMIT; entry != list.v && limit; limit--) {
		/* Read on before the entry may vanish under a new owner. */
		bool has_next = entry_read(UADDR(entry), &next, &next_is_pi);

		if (entry != pending &&
		    !word_owner_died(t, UADDR(entry + (uint64_t)head.futex_offset), is_pi, false))
			return;
		if (!has_next)
			return;
		entry = next;
		is_pi = next_is_pi;
	}
	if (pending)
		(void)word_owner_died(t, UADDR(pending + (uint64_t)head.futex_offset), pending_is_pi, true);
}

void futex_init(void)
{
	unsigned n = 64;

	while (n < 32 * nr_cpus)
		n *= 2;
	buckets = n * sizeof *buckets <= 65536 ? kmalloc(n * sizeof *buckets, ALLOC_ZERO)
					       : vmalloc(n * sizeof *buckets, ALLOC_ZERO);
	if (!buckets)
		panic("futex: no memory for %u buckets\n", n);
	bucket_mask = n - 1;
	for (unsigned i = 0; i < n; i++)
		futex_bucket_init(&buckets[i]);
}
