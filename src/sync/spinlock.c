/*
 * spinlock.c - the contended side of spinlocks: a queue that a sleeping vCPU cannot block.
 *
 * The word:    31 ................. 10 9 8      7 ... 0
 *              | tail CPU + 1       | slot |    locked |      tail 0: nobody queues
 *
 * A waiter first tries to take the lock as it comes by (steal), a bounded
 * number of times; then it queues with a node of its own CPU and spins on that
 * node only. The head of the queue, and it alone, spins on the word.
 *
 * A hypervisor may stop the head, or anyone before us, for milliseconds while
 * the lock is free. So a waiter that has been patient long enough looks at the
 * word again and may take a free lock out of turn; its node stays in the queue,
 * marked LEFT, until the headship reaches it and skips it. Fairness is thus
 * bounded by patience, and no waiter depends on another waiter being run.
 *
 *   node states   FREE -> WAITING -> HEAD -> FREE      in turn
 *                           `-----> LEFT ----> FREE    out of turn; freed by who skips it
 *   I1  a node that is not FREE belongs to one place in one queue
 *   I2  WAITING is left by exactly one compare-and-exchange: the predecessor's
 *       (HEAD) or the owner's (LEFT)
 *   I3  only who holds the lock passes the headship on
 *
 * Linearization: taking is the CAS that sets the locked byte, releasing the byte
 * store. Progress: blocking, but only behind the holder. Nodes: static, per CPU.
 * Context: any but NMI, preemption off. A CPU may wait at several levels at once
 * (task, interrupt): one slot each; without a slot it just keeps stealing.
 */
#include <sync/spinlock.h>
#include <sync/debug.h>
#include <sync/tuning.h>
#include <arch/cpu.h>

#define LOCKED      0xffu
#define TAIL_SHIFT  8
#define SLOT_BITS   2
#define NR_SLOTS    (1u << SLOT_BITS)

enum { NODE_FREE, NODE_WAITING, NODE_HEAD, NODE_LEFT };

struct node {
	struct node *next;                      /* a: set by the successor      */
	atomic_uint state;                      /* a                            */
	uint32_t tail;                          /* how the word names this node */
};
struct spin_cpu {
	struct node nodes[NR_SLOTS];            /* successors and predecessors write; owner queues */
	unsigned depth;                         /* own: levels waiting now */
};
DEFINE_PERCPU_ALIGNED(struct spin_cpu, spin_cpu);

void spin_init(struct spinlock *l, enum lock_rank rank)
{
	*l = (struct spinlock)SPINLOCK_INIT(rank);
}

static struct node *node_of_tail(uint32_t tail)
{
	return &cpu_ptr(spin_cpu, (tail >> SLOT_BITS) - 1)->nodes[tail & (NR_SLOTS - 1)];
}

/* Set the locked byte if it is clear, whatever the queue. */
static bool steal(struct spinlock *l)
{
	unsigned w = load_relaxed(&l->word);    /* relaxed: the CAS checks it */

	return !(w & LOCKED) && cas_acquire(&l->word, &w, w | 1);   /* pairs with the releasing store */
}

static bool steal_bounded(struct spinlock *l, unsigned tries)
{
	while (tries--) {
		if (steal(l))
			return true;
		cpu_relax();
	}
	return false;
}

/* Enter the queue; returns the tail before us, 0 when we are its head. */
static uint32_t enqueue(struct spinlock *l, struct node *n)
{
	unsigned w = load_relaxed(&l->word);

	/* acq_rel: our node is initialised before others see it; the predecessor's is before we touch it. */
	while (!cas_acq_rel(&l->word, &w, (w & LOCKED) | n->tail << TAIL_SHIFT))
		;
	return w >> TAIL_SHIFT;
}

/* Wait for our turn. True when we took the lock out of turn instead, and the node is left behind. */
static bool wait_turn(struct spinlock *l, struct node *n)
{
	unsigned waiting = NODE_WAITING;

	for (unsigned spins = 1; load_relaxed(&n->state) == NODE_WAITING; spins++) {   /* relaxed: a turn, no data; steal() acquires */
		if (spins % SPIN_PATIENCE == 0 && steal(l)) {
			/* Either we leave, or the headship came meanwhile and we hold the lock as the head. */
			return cas_relaxed(&n->state, &waiting, NODE_LEFT);
		}
		cpu_relax();
	}
	while (!steal(l))
		cpu_relax();
	return false;
}

/* The head n holds the lock: the first of its successors that still waits becomes the head. */
static void pass_on(struct spinlock *l, struct node *n)
{
	for (;;) {
		unsigned alone = n->tail << TAIL_SHIFT | 1, waiting = NODE_WAITING;
		struct node *next;

		if (load_relaxed(&l->word) == alone && cas_relaxed(&l->word, &alone, 1u)) {
			store_release(&n->state, NODE_FREE);    /* pairs with the load in spin_lock_slow() */
			return;
		}
		spin_until(load_acquire(&n->next));     /* it is in the word, about to link itself */
		next = n->next;
		store_release(&n->state, NODE_FREE);
		if (cas_relaxed(&next->state, &waiting, NODE_HEAD))    /* relaxed: as in wait_turn() */
			return;
		n = next;                               /* LEFT: I2 makes it ours to skip */
	}
}

static void wait_queued(struct spinlock *l, struct node *n, uint32_t tail)
{
	uint32_t before;

	n->tail = tail;
	n->next = NULL;
	store_relaxed(&n->state, NODE_WAITING);     /* relaxed: published by enqueue() */
	before = enqueue(l, n);
	if (before) {
		store_release(&node_of_tail(before)->next, n);    /* pairs with pass_on() */
		if (wait_turn(l, n))
			return;
	} else {
		while (!steal(l))
			cpu_relax();
	}
	pass_on(l, n);
}

void spin_lock_slow(struct spinlock *l)
{
	struct spin_cpu *c = this_cpu_ptr(spin_cpu);
	unsigned slot;

	if (steal_bounded(l, SPIN_STEAL_TRIES))
		return;
	slot = c->depth++;
	barrier();                                  /* an interrupt from here on uses the next slot */
	/* acquire: who freed the node is done with it */
	if (slot < NR_SLOTS && load_acquire(&c->nodes[slot].state) == NODE_FREE)
		wait_queued(l, &c->nodes[slot], (cpu_id() + 1) << SLOT_BITS | slot);
	else
		while (!steal(l))
			cpu_relax();
	barrier();
	c->depth--;
}

bool spin_trylock(struct spinlock *l)
{
	unsigned free = 0;

	preempt_disable();
	if (load_relaxed(&l->word) == 0 && cas_acquire(&l->word, &free, 1u)) {
		spin_debug_try(l, false);
		return true;
	}
	preempt_enable();
	return false;
}
