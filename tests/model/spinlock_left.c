/* model: */
#include <model/model.h>
#include "../../src/sync/spinlock.c"

/*
 * Out of turn: CPU 0 is the head of the queue, its vCPU stopped before it took the lock, which is free (setup).
 * CPU 1 queues behind it, loses patience, takes the lock, and leaves its node to whoever passes the headship on.
 */
static struct spinlock lock;
static unsigned x;                              /* plain: guarded by lock */

static uint32_t tail_of(unsigned cpu) { return (cpu + 1) << SLOT_BITS; }
static void setup(void)
{
	struct node *n = &cpu_ptr(spin_cpu, 0)->nodes[0];

	spin_init(&lock, RANK_TASK);
	n->tail = tail_of(0);
	n->next = NULL;
	store_relaxed(&n->state, NODE_WAITING);
	model_assert(enqueue(&lock, n) == 0);
}
static void section(void)
{
	x++;
	spin_unlock(&lock);
}
static void stopped_head(void)
{
	while (!steal(&lock))
		cpu_relax();
	pass_on(&lock, &this_cpu_ptr(spin_cpu)->nodes[0]);
	section();
}
/* Twice, from the same slot: its node is used again only when it was given back. */
static void queue_behind(void)
{
	wait_queued(&lock, &this_cpu_ptr(spin_cpu)->nodes[0], tail_of(1));
	section();
	spin_lock(&lock);
	section();
}
static void queue_once(void)
{
	wait_queued(&lock, &this_cpu_ptr(spin_cpu)->nodes[0], tail_of(cpu_id()));
	section();
}
static void three_done(void)
{
	model_assert(x == 3 && !spin_is_locked(&lock));
	for_each_cpu(cpu)
		model_assert(cpu_ptr(spin_cpu, cpu)->nodes[0].state == NODE_FREE);
}
MODEL_TEST(spin_left_free, .claim = "a node left behind is skipped, given back once, and used again only then",
	   .setup = setup, .threads = { stopped_head, queue_behind }, .finish = three_done);
MODEL_TEST(spin_left_two, .claim = "two wait behind the stopped head: each leaves or gets its turn", .long_run = true,
	   .setup = setup, .threads = { stopped_head, queue_once, queue_once }, .finish = three_done);

/* CPU 1 has left its node between those of CPU 0, the stopped head, and CPU 2; it wants the lock again. */
static void place(unsigned cpu, unsigned state)
{
	struct node *n = &cpu_ptr(spin_cpu, cpu)->nodes[0];
	uint32_t before;

	n->tail = tail_of(cpu);
	n->next = NULL;
	store_relaxed(&n->state, state);
	before = enqueue(&lock, n);
	if (before)
		store_relaxed(&node_of_tail(before)->next, n);
}
static void setup_between(void)
{
	spin_init(&lock, RANK_TASK);
	place(0, NODE_WAITING);
	place(1, NODE_LEFT);
	place(2, NODE_WAITING);
}
static void again(void)
{
	spin_lock(&lock);
	section();
}
static void last_in_queue(void)
{
	struct node *n = &this_cpu_ptr(spin_cpu)->nodes[0];

	if (!wait_turn(&lock, n))
		pass_on(&lock, n);
	section();
}
MODEL_TEST(spin_left_between, .claim = "a node left in the middle of the queue is used again only when it was skipped", .long_run = true,
	   .setup = setup_between, .threads = { stopped_head, again, last_in_queue }, .finish = three_done);
