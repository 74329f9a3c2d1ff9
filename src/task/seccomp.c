/*
 * seccomp.c - filters on system calls: loading, checking and running classic BPF; attaching.
 *
 * A program is checked once, so that running it needs no bounds: jumps go forward and stay
 * inside, loads are aligned words of struct seccomp_data, scratch words are stored before they
 * are read, the last instruction returns. Linux's rules (Documentation/userspace-api/seccomp_filter.rst).
 *   I1  a chain's links are const once it is attached; a reference on one holds those before
 * Context: task. Loading may sleep; running not.
 */
#include <arch/trace.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <sched/sched.h>
#include <sync/refcount.h>
#include <task/process.h>
#include <task/seccomp.h>
#include <task/user_ns.h>
#include <asm/unistd.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#define PROGRAM_MAX  BPF_MAXINSNS
#define CHAIN_MAX    ((1u << 18) / sizeof(struct sock_filter))     /* instructions, with a penalty of 4 a filter */

struct seccomp {
	refcount_t refs;
	struct seccomp *older;
	unsigned total;                         /* instructions of the chain, penalties included */
	unsigned nr_filters;
	struct seccomp_listener *listener;      /* const: a reference, or NULL */
	struct rcu_head rcu;
	bool log;                               /* as it was asked for; a tracer may want to know */
	unsigned short len;
	struct sock_filter code[];
};

struct seccomp seccomp_strict = { .refs = { 1 } };
static struct seccomp seccomp_left = { .refs = { 1 } };     /* of a task that makes no more calls */
const struct seccomp_listener_ops *seccomp_listener_ops __ro_after_init;

static bool is_counted(const struct seccomp *s) { return s && s != &seccomp_strict && s != &seccomp_left; }

static void seccomp_free_rcu(struct rcu_head *head) { kfree(container_of(head, struct seccomp, rcu)); }

void seccomp_put(struct seccomp *s)
{
	while (is_counted(s) && refcount_put(&s->refs)) {
		struct seccomp *older = s->older;

		if (s->listener)
			seccomp_listener_ops->orphan(s->listener);
		rcu_call(&s->rcu, seccomp_free_rcu);
		s = older;
	}
}

static void seccomp_get(struct seccomp *s)
{
	if (is_counted(s))
		refcount_get(&s->refs);
}

/* ---- checking ---- */

static bool load_is_valid(const struct sock_filter *i)
{
	switch (BPF_MODE(i->code)) {
	case BPF_ABS: return !(i->k & 3) && i->k < sizeof(struct seccomp_data) && i->code == (BPF_LD | BPF_W | BPF_ABS);
	case BPF_IMM:
	case BPF_LEN: return BPF_SIZE(i->code) == BPF_W;
	case BPF_MEM: return BPF_SIZE(i->code) == BPF_W && i->k < BPF_MEMWORDS;
	default:      return false;
	}
}

static bool alu_is_valid(const struct sock_filter *i)
{
	bool by_k = BPF_SRC(i->code) == BPF_K;

	switch (BPF_OP(i->code)) {
	case BPF_DIV:
		return !by_k || i->k;
	case BPF_LSH:
	case BPF_RSH:
		return !by_k || i->k < 32;
	case BPF_NEG:
		return i->code == (BPF_ALU | BPF_NEG);
	case BPF_ADD: case BPF_SUB: case BPF_MUL: case BPF_OR: case BPF_AND: case BPF_XOR:
		return true;
	default:
		return false;
	}
}

/* Instruction at of len: does it exist, and stay inside? */
static bool insn_is_valid(const struct sock_filter *i, unsigned at, unsigned len)
{
	unsigned left = len - at - 1;           /* instructions behind it */

	switch (BPF_CLASS(i->code)) {
	case BPF_LD:
	case BPF_LDX:
		return load_is_valid(i) && (BPF_CLASS(i->code) == BPF_LD || BPF_MODE(i->code) != BPF_ABS);
	case BPF_ST:
	case BPF_STX:
		return i->code == BPF_CLASS(i->code) && i->k < BPF_MEMWORDS;
	case BPF_ALU:
		return !(i->code & ~0xffu) && alu_is_valid(i);
	case BPF_JMP:
		switch (BPF_OP(i->code)) {
		case BPF_JA:
			return i->code == (BPF_JMP | BPF_JA) && i->k < left;
		case BPF_JEQ: case BPF_JGT: case BPF_JGE: case BPF_JSET:
			return !(i->code & ~0xffu) && i->jt < left && i->jf < left;
		default:
			return false;
		}
	case BPF_RET:
		return i->code == (BPF_RET | BPF_K) || i->code == (BPF_RET | BPF_A);
	default:
		return i->code == (BPF_MISC | BPF_TAX) || i->code == (BPF_MISC | BPF_TXA);
	}
}

static bool is_scratch_load(const struct sock_filter *i)
{
	return (BPF_CLASS(i->code) == BPF_LD || BPF_CLASS(i->code) == BPF_LDX) && BPF_MODE(i->code) == BPF_MEM;
}

/* Every path stores a scratch word before it loads it. known[n]: words stored on all ways to n. */
static bool scratch_is_valid(const struct seccomp *s, uint16_t *known)
{
	uint16_t stored = 0;

	memset(known, 0xff, s->len * sizeof *known);
	for (unsigned n = 0; n < s->len; n++) {
		const struct sock_filter *i = &s->code[n];

		stored &= known[n];
		if (BPF_CLASS(i->code) == BPF_ST || BPF_CLASS(i->code) == BPF_STX) {
			stored |= (uint16_t)(1u << i->k);
		} else if (is_scratch_load(i) && !(stored & 1u << i->k)) {
			return false;
		} else if (i->code == (BPF_JMP | BPF_JA)) {
			known[n + 1 + i->k] &= stored;
			stored = 0xffff;
		} else if (BPF_CLASS(i->code) == BPF_JMP) {
			known[n + 1 + i->jt] &= stored;
			known[n + 1 + i->jf] &= stored;
			stored = 0xffff;
		}
	}
	return true;
}

static int program_check(const struct seccomp *s)
{
	uint16_t *known;
	bool valid;

	for (unsigned n = 0; n < s->len; n++) {
		if (!insn_is_valid(&s->code[n], n, s->len))
			return -EINVAL;
	}
	if (BPF_CLASS(s->code[s->len - 1].code) != BPF_RET)
		return -EINVAL;
	known = kmalloc(s->len * sizeof *known, 0);
	if (!known)
		return -ENOMEM;
	valid = scratch_is_valid(s, known);
	kfree(known);
	return valid ? 0 : -EINVAL;
}

int seccomp_load(uaddr_t from, bool log, struct seccomp **out)
{
	struct sock_fprog prog;
	struct seccomp *s;
	int err;

	if (user_read(&prog, from))
		return -EFAULT;
	if (!prog.len || prog.len > PROGRAM_MAX)
		return -EINVAL;
	if (!load_relaxed(&task_current()->no_new_privs) && !capable_here(CAP_SYS_ADMIN))
		return -EACCES;
	s = kmalloc(sizeof *s + prog.len * sizeof s->code[0], 0);
	if (!s)
		return -ENOMEM;
	*s = (struct seccomp){ .refs = { 1 }, .log = log, .len = prog.len };
	err = user_copy_in(s->code, UADDR((uint64_t)prog.filter), prog.len * sizeof s->code[0]) ? -EFAULT : program_check(s);
	if (err) {
		kfree(s);
		return err;
	}
	*out = s;
	return 0;
}

/* ---- running ---- */

static uint32_t alu(uint16_t op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_ADD: return a + b;
	case BPF_SUB: return a - b;
	case BPF_MUL: return a * b;
	case BPF_DIV: return a / b;
	case BPF_OR:  return a | b;
	case BPF_AND: return a & b;
	case BPF_XOR: return a ^ b;
	case BPF_LSH: return a << (b & 31);
	case BPF_RSH: return a >> (b & 31);
	default:      return -a;
	}
}

static bool compare(uint16_t op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_JEQ: return a == b;
	case BPF_JGT: return a > b;
	case BPF_JGE: return a >= b;
	default:      return a & b;
	}
}

static uint32_t load(const struct sock_filter *i, const struct seccomp_data *data, const uint32_t *scratch)
{
	switch (BPF_MODE(i->code)) {
	case BPF_ABS: return *(const uint32_t *)((const char *)data + i->k);
	case BPF_MEM: return scratch[i->k];
	case BPF_LEN: return sizeof *data;
	default:      return i->k;
	}
}

static uint32_t program_run(const struct seccomp *s, const struct seccomp_data *data)
{
	uint32_t a = 0, x = 0, scratch[BPF_MEMWORDS];

	for (const struct sock_filter *i = s->code;; i++) {
		uint32_t b = BPF_SRC(i->code) == BPF_X ? x : i->k;

		switch (BPF_CLASS(i->code)) {
		case BPF_LD:
			a = load(i, data, scratch);
			break;
		case BPF_LDX:
			x = load(i, data, scratch);
			break;
		case BPF_ST:
			scratch[i->k] = a;
			break;
		case BPF_STX:
			scratch[i->k] = x;
			break;
		case BPF_ALU:
			if (BPF_OP(i->code) == BPF_DIV && !b)
				return 0;       /* as Linux: the program ends, and 0 kills */
			a = alu(BPF_OP(i->code), a, b);
			break;
		case BPF_JMP:
			i += BPF_OP(i->code) == BPF_JA ? i->k : compare(BPF_OP(i->code), a, b) ? i->jt : i->jf;
			break;
		case BPF_RET:
			return BPF_RVAL(i->code) == BPF_A ? a : i->k;
		default:
			if (BPF_MISCOP(i->code) == BPF_TAX)
				x = a;
			else
				a = x;
		}
	}
}

uint32_t seccomp_run(const struct seccomp *s, const struct seccomp_data *data, const struct seccomp **match)
{
	uint32_t verdict = SECCOMP_RET_ALLOW;

	*match = s;
	if (s == &seccomp_strict) {
		bool allowed = data->nr == __NR_read || data->nr == __NR_write || data->nr == __NR_exit ||
			       data->nr == __NR_rt_sigreturn;

		return allowed ? SECCOMP_RET_ALLOW : SECCOMP_RET_KILL_THREAD;
	}
	for (; s; s = s->older) {
		uint32_t one = program_run(s, data);

		/* The most severe wins, the newest among equals: the smallest as a signed number. */
		if ((int32_t)(one & SECCOMP_RET_ACTION_FULL) < (int32_t)(verdict & SECCOMP_RET_ACTION_FULL)) {
			verdict = one;
			*match = s;
		}
	}
	return verdict;
}

unsigned seccomp_mode(const struct task *t, unsigned *nr_filters)
{
	const struct seccomp *s;

	rcu_read_lock();
	s = load_acquire(&t->seccomp);          /* pairs with chain_set() */
	*nr_filters = s ? s->nr_filters : 0;
	rcu_read_unlock();
	return !s ? SECCOMP_MODE_DISABLED : s == &seccomp_strict ? SECCOMP_MODE_STRICT : SECCOMP_MODE_FILTER;
}

/* ---- attaching ---- */

static bool is_ancestor(const struct seccomp *old, const struct seccomp *s)
{
	for (; s; s = s->older) {
		if (s == old)
			return true;
	}
	return !old;
}

/* The chain becomes t's; the reference moves. What was there stays referenced by the chain. sig_lock held. */
static void chain_set(struct task *t, struct seccomp *s)
{
	store_release(&t->seccomp, s);
	if (t == task_current())
		return;
	thread_set_work(&t->thread, WORK_TRACE);
	sched_kick(&t->thread);                 /* it looks at its own limit before it is in user mode again */
}

/* Every other thread takes over our chain. sig_lock held. Id of one that cannot, or 0. */
static int others_check(struct process *p, struct task *self)
{
	struct task *t;

	list_for_each(t, &p->threads, group_node) {
		if (t != self && !(t->flags & TASK_EXITING) && !is_ancestor(t->seccomp, self->seccomp))
			return t->tid;
	}
	return 0;
}

static int others_prepare(struct process *p, struct task *self)
{
	struct task *t;

	list_for_each(t, &p->threads, group_node) {
		if (t != self && context_watch_prepare(&t->thread.ctx))
			return -ENOMEM;
	}
	return 0;
}

static void others_follow(struct process *p, struct task *self, struct seccomp *s)
{
	struct task *t;

	list_for_each(t, &p->threads, group_node) {
		struct seccomp *old = t->seccomp;

		if (t == self || (t->flags & TASK_EXITING))     /* makes no more calls */
			continue;
		if (load_relaxed(&self->no_new_privs))
			store_relaxed(&t->no_new_privs, true);  /* before it runs under filters that nobody privileged gave it */
		seccomp_get(s);
		chain_set(t, s);
		seccomp_put(old);
	}
}

/* Does one of the chain have a listener that is there? */
static bool has_listener(const struct seccomp *s)
{
	for (; s; s = s->older)
		if (s->listener && seccomp_listener_ops->is_open(s->listener))
			return true;
	return false;
}

int seccomp_attach(struct seccomp *filter, bool all)
{
	struct task *t = task_current();
	struct process *p = t->process;
	int err = context_watch_calls(&t->thread.ctx, true);

	if (err)
		return err;
	if (all && mutex_lock_interruptible(&p->exec_lock))     /* an exec under way gains rights: not under filters it has not judged */
		return -ERESTARTNOINTR;
	spin_lock(&p->sig_lock);
	if (filter != &seccomp_strict) {
		struct seccomp *older = t->seccomp;

		filter->nr_filters = older ? older->nr_filters + 1 : 1;
		filter->total = filter->len + (older ? older->total + 4 : 0);
		err = older == &seccomp_strict ? -EINVAL : filter->listener && has_listener(older) ? -EBUSY : 0;
		if (!err)
			err = filter->total > CHAIN_MAX ? -ENOMEM : all ? others_check(p, t) : 0;
		if (!err && all)
			err = others_prepare(p, t);
		if (!err)
			filter->older = older;          /* its reference moves into the chain */
	}
	if (!err) {
		chain_set(t, filter);
		if (all)
			others_follow(p, t, filter);
	}
	spin_unlock(&p->sig_lock);
	if (all)
		mutex_unlock(&p->exec_lock);
	return err;
}

void seccomp_fork_locked(struct task *child, const struct task *parent)
{
	seccomp_get(parent->seccomp);
	child->seccomp = parent->seccomp;
	if (load_relaxed(&parent->no_new_privs))        /* may have come with the filters just now */
		child->no_new_privs = true;
	thread_set_work(&child->thread, WORK_TRACE);
}

void seccomp_set_listener(struct seccomp *filter, struct seccomp_listener *l) { filter->listener = l; }

struct seccomp_listener *seccomp_listener_of(const struct seccomp *s) { return s->listener; }

void seccomp_leave(void)
{
	struct task *t = task_current();
	struct seccomp *s;

	spin_lock(&t->process->sig_lock);
	s = t->seccomp;
	if (s != &seccomp_strict)
		store_release(&t->seccomp, &seccomp_left);      /* for /proc it stays a filtered one */
	spin_unlock(&t->process->sig_lock);
	seccomp_put(s);
}

/* ---- for tracers ---- */

static int nth_filter_get(struct task *t, uint64_t nth, struct seccomp **out)
{
	struct seccomp *s;
	int err = 0;

	spin_lock(&t->process->sig_lock);
	s = t->seccomp;
	if (!is_counted(s)) {
		err = -EINVAL;
	} else if (nth >= s->nr_filters) {
		err = -ENOENT;
	} else {
		for (uint64_t skip = s->nr_filters - 1 - nth; skip; skip--)
			s = s->older;
		seccomp_get(s);
		*out = s;
	}
	spin_unlock(&t->process->sig_lock);
	return err;
}

long seccomp_inspect(struct task *t, uint64_t nth, uaddr_t code, bool *log)
{
	struct seccomp *s;
	long ret = nth_filter_get(t, nth, &s);

	if (ret)
		return ret;
	*log = s->log;
	ret = s->len;
	if (!uaddr_is_null(code) && user_copy_out(code, s->code, s->len * sizeof s->code[0]))
		ret = -EFAULT;
	seccomp_put(s);
	return ret;
}
