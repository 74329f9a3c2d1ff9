/*
 * sigqueue.c - pending signals and tables of actions; signals posted from interrupts.
 *
 * A signal is pending when its bit is set. What came with it (siginfo) is queued beside,
 * if there was memory and allowance; a bit without an entry yields a plain siginfo.
 *   I1  an entry is queued only while its bit is set
 *   I2  signals below SIGRTMIN have at most one entry per queue, not counting those of timers
 * Everything on a queue: sig_lock of its process.
 *
 * Posts: an interrupt pushes the post on a stack (lock-free: takes effect at the cas) and
 * unparks the posting thread, which sends in task context. The post holds its process.
 */
#include <task/signal.h>
#include <task/cred.h>
#include <sched/sched.h>
#include <mm/slab.h>
#include <time/alarm.h>
#include <time/clock.h>
#include <time/timer.h>
#include <lib/string.h>
#include <trace/klog.h>
#include "signal_priv.h"

static struct slab_cache *queued_cache __ro_after_init, *sighand_cache __ro_after_init;

struct sighand sighand_none = { .refs = { 1 }, .share_lock = SPINLOCK_INIT(RANK_TASK) };

void sigqueue_init(struct sigqueue *q)
{
	q->set = 0;
	list_init(&q->queued);
	q->spare = NULL;
}

static void queued_uncharge(struct queued_signal *qs)
{
	account_drop_signal(qs->account);
	account_put(qs->account);
}

static void queued_free(struct queued_signal *qs)
{
	if (unlikely(qs->timer)) {
		list_init(&qs->node);           /* the timer's: may be queued again */
		posix_timer_signal_put(qs);
		return;
	}
	queued_uncharge(qs);
	slab_free(queued_cache, qs);
}

/*
 * Queue info for t's process at q. 0, or -EAGAIN at the limit of pending signals (unless
 * override) or without memory. sig_lock held.
 */
int sigqueue_add(struct sigqueue *q, struct task *t, const siginfo_t *info, bool override)
{
	struct user_account *account;
	struct queued_signal *qs;
	uint64_t limit = load_relaxed(&t->process->rlim[RLIMIT_SIGPENDING].rlim_cur);

	rcu_read_lock();
	account = rcu_load(t->cred)->account;
	account_get(account);                   /* alive: its cred is, for this grace period */
	rcu_read_unlock();
	if (!account_add_signal(account, limit) && !override)
		goto refuse;
	qs = q->spare;
	if (likely(qs))
		q->spare = NULL;
	else if (!(qs = slab_alloc(queued_cache, 0)))
		goto refuse;
	qs->info = *info;
	qs->account = account;
	qs->timer = NULL;
	list_append(&q->queued, &qs->node);
	return 0;
refuse:
	account_drop_signal(account);
	account_put(account);
	return -EAGAIN;
}

void sigqueue_flush(struct sigqueue *q)
{
	struct queued_signal *qs, *next;

	q->set = 0;
	if (q->spare) {
		slab_free(queued_cache, q->spare);
		q->spare = NULL;
	}
	if (list_empty(&q->queued))
		return;
	list_for_each_safe(qs, next, &q->queued, node)
		queued_free(qs);
	list_init(&q->queued);
}

void sigqueue_remove(struct sigqueue *q, sigset64_t mask)
{
	struct queued_signal *qs, *next;

	if (!(q->set & mask))
		return;
	q->set &= ~mask;
	list_for_each_safe(qs, next, &q->queued, node) {
		if (SIGMASK(qs->info.si_signo) & mask) {
			list_del(&qs->node);
			queued_free(qs);
		}
	}
}

void sigqueue_remove_code(struct sigqueue *q, int code)
{
	struct queued_signal *qs, *next;
	sigset64_t removed = 0, left = 0;

	if (list_empty(&q->queued))
		return;
	list_for_each_safe(qs, next, &q->queued, node) {
		if (qs->info.si_code != code) {
			left |= SIGMASK(qs->info.si_signo);
			continue;
		}
		removed |= SIGMASK(qs->info.si_signo);
		list_del(&qs->node);
		queued_free(qs);
	}
	q->set &= ~(removed & ~left);
}

bool signal_peek(struct task *t, bool shared, uint64_t nth, siginfo_t *out)
{
	struct process *p = t->process;
	struct sigqueue *q = shared ? &p->shared_pending : &t->pending;
	struct queued_signal *qs;
	bool found = false;

	spin_lock(&p->sig_lock);
	list_for_each(qs, &q->queued, node) {
		if (nth--)
			continue;
		*out = qs->info;
		found = true;
		break;
	}
	spin_unlock(&p->sig_lock);
	return found;
}

/* Lowest number first, but what an instruction of this thread caused comes before all. */
static int sigset_next(sigset64_t ready)
{
	if (ready & SIGSET_SYNCHRONOUS)
		ready &= SIGSET_SYNCHRONOUS;
	return ready ? __builtin_ctzll(ready) + 1 : 0;
}

static void sigqueue_take(struct sigqueue *q, int sig, siginfo_t *info)
{
	struct queued_signal *qs, *first = NULL;
	bool more = false;

	list_for_each(qs, &q->queued, node) {
		if (qs->info.si_signo != sig)
			continue;
		if (first) {
			more = true;
			break;
		}
		first = qs;
	}
	if (!more)
		q->set &= ~SIGMASK(sig);
	if (!first) {
		memset(info, 0, sizeof *info);
		info->si_signo = sig;
		info->si_code = SI_USER;
		return;
	}
	*info = first->info;
	list_del(&first->node);
	if (unlikely(first->timer))
		posix_timer_signal_taken_locked(first, info);
	if (unlikely(first->timer) || q->spare) {
		queued_free(first);
		return;
	}
	queued_uncharge(first);
	q->spare = first;
}

/* SIGALRM of p was taken: ITIMER_REAL goes on from there, past what went by meanwhile. sig_lock held. */
static __noinline void real_timer_go_on_locked(struct process *p)
{
	uint64_t interval = load_relaxed(&p->real_interval_ns), at = p->real_timer.expires_ns;

	/* relaxed: it is armed under sig_lock alone. Its fn may still run, and has then posted what was taken here */
	if (!interval || load_relaxed(&p->real_timer.queued))
		return;
	(void)alarm_forward(&at, clock_monotonic_ns(), interval);
	timer_arm(&p->real_timer, at);
}

int signal_dequeue_locked(struct task *t, sigset64_t blocked, siginfo_t *info)
{
	struct sigqueue *q = &t->pending;
	int sig = sigset_next(q->set & ~blocked);

	if (!sig) {
		q = &t->process->shared_pending;
		sig = sigset_next(q->set & ~blocked);
	}
	if (!sig)
		return 0;
	sigqueue_take(q, sig, info);
	if (unlikely(sig == SIGALRM) && q != &t->pending)
		real_timer_go_on_locked(t->process);
	if (SIGMASK(sig) & SIGSET_STOP)
		t->jobctl |= JOB_STOP_DEQUEUED;
	return sig;
}

/* ---- actions ---- */

struct sighand *sighand_alloc(void)
{
	struct sighand *h = slab_alloc(sighand_cache, 0);

	if (!h)
		return NULL;
	refcount_set(&h->refs, 1);
	spin_init(&h->share_lock, RANK_TASK);
	return h;
}

void sighand_copy(struct sighand *to, const struct sighand *from)
{
	memcpy(to->action, from->action, sizeof to->action);
	to->touched = from->touched;
}

void sighand_put(struct sighand *h)
{
	if (h != &sighand_none && refcount_put(&h->refs))
		slab_free(sighand_cache, h);
}

static bool sighand_is_shared(struct sighand *h)
{
	return unlikely(refcount_read(&h->refs) > 1);
}

void signal_action_read(struct process *p, int sig, struct sigaction_k *out)
{
	struct sighand *h = process_sighand(p);

	if (sighand_is_shared(h)) {
		spin_lock(&h->share_lock);
		*out = h->action[sig - 1];
		spin_unlock(&h->share_lock);
		return;
	}
	*out = h->action[sig - 1];
}

void signal_action_write(struct process *p, int sig, const struct sigaction_k *in)
{
	struct sighand *h = process_sighand(p);

	if (sighand_is_shared(h)) {
		spin_lock(&h->share_lock);
		h->action[sig - 1] = *in;
		h->touched |= SIGMASK(sig);
		spin_unlock(&h->share_lock);
		return;
	}
	h->action[sig - 1] = *in;
	h->touched |= SIGMASK(sig);
}

/* ---- watching ---- */

#define SIGNAL_WAITQS 64
static struct waitq signal_waitqs[SIGNAL_WAITQS] __cacheline_aligned;   /* by process; a shared one wakes in vain */

struct waitq *signal_waitq(const struct process *p) { return &signal_waitqs[(uint64_t)p->tgid % SIGNAL_WAITQS]; }

/* ---- posts from interrupts ---- */

static struct signal_post *posted;          /* a: stack of queued posts */
static struct thread *post_thread;          /* const after bring-up */
static struct waitq settle_wait = WAITQ_INIT(settle_wait);

void signal_post_init(struct signal_post *post, struct process *p, int sig)
{
	post->process = p;
	post->sig = sig;
	post->send = NULL;
	post->queued = false;
	post->is_sending = false;
}

bool signal_post(struct signal_post *post)
{
	struct signal_post *top;

	if (exchange_acquire(&post->queued, true))      /* pairs with the release in post_send() */
		return false;
	if (!refcount_try_get(&post->process->refs))
		return false;                   /* reaped: stays queued for ever, nobody looks */
	top = load_relaxed(&posted);
	do {
		post->next = top;
	} while (!cas_release(&posted, &top, post));    /* pairs with exchange_acquire() in posts_run() */
	unpark(post_thread);
	return true;
}

static void post_send(struct signal_post *post)
{
	struct process *p = post->process;

	store_relaxed(&post->is_sending, true);
	store_release(&post->queued, false);    /* from here an interrupt may post it again; pairs with signal_post_settle() */
	if (post->send) {
		post->send(post);               /* it may be gone now */
	} else {
		signal_send_process_kernel(p, post->sig);
		store_relaxed(&post->is_sending, false);
		waitq_wake_all(&settle_wait);
	}
	process_put(p);
}

void signal_post_settle(struct signal_post *post)
{
	wait_event(&settle_wait, !load_acquire(&post->queued) && !load_acquire(&post->is_sending));
}

static void posts_run(void *arg)
{
	(void)arg;
	for (;;) {
		struct signal_post *list, *next, *oldest = NULL;

		park_begin(PARK_UNINTERRUPTIBLE);
		if (!load_relaxed(&posted))     /* relaxed: unpark() orders it */
			(void)park(PARK_UNINTERRUPTIBLE, ~0ull);
		park_end();
		list = exchange_acquire(&posted, NULL);
		for (; list; list = next) {
			next = list->next;
			list->next = oldest;
			oldest = list;
		}
		for (; oldest; oldest = next) {
			next = oldest->next;
			post_send(oldest);
		}
	}
}

void signal_init(void)
{
	for (unsigned i = 0; i < SIGNAL_WAITQS; i++)
		waitq_init(&signal_waitqs[i]);
	queued_cache = slab_cache_create("sigqueue", sizeof(struct queued_signal), CACHELINE);
	sighand_cache = slab_cache_create("sighand", sizeof(struct sighand), CACHELINE);
}

void signal_start_thread(void)
{
	if (kthread_start("ksignald", posts_run, NULL, -1, &post_thread))
		panic("signal: no memory for the posting thread\n");
}
