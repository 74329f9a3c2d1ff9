/* model: */
#include <model/model.h>
#include <percpu/lifo.h>
#include <sync/deque.h>
#include <sync/mpsc.h>
#include <sync/ring.h>
#include <sync/wstack.h>

/* ---- stack ---- */

struct item { struct stack_node node; unsigned value; };
static struct item items[4];
static struct stack stack;
static atomic_uint sum, nr_empty;

static void push(unsigned i)
{
	items[i].value = i + 1;                 /* plain: published by the push */
	if (stack_push(&stack, &items[i].node))
		fetch_add_relaxed(&nr_empty, 1);
}
static void take(struct stack_node *n)
{
	for (; n; n = n->next)
		fetch_add_relaxed(&sum, container_of(n, struct item, node)->value);
}
static void push_0(void) { push(0); }
static void push_1(void) { push(1); }
static void push_01(void) { push(0); push(1); }
static void take_all(void) { take(stack_take_all(&stack)); }
static void stack_finish(void)
{
	take_all();
	model_assert(sum == 3);
}
static void first_told(void)
{
	model_assert(nr_empty == 1);
	stack_finish();
}
MODEL_TEST(stack_push, .claim = "two pushes: both are there, exactly one found the stack empty",
	   .threads = { push_0, push_1 }, .finish = first_told);
MODEL_TEST(stack_take_all, .claim = "taken beside pushes: each node once, its content whole",
	   .threads = { push_01, take_all }, .finish = stack_finish);
MODEL_TEST(stack_three, .claim = "two producers and a taker", .threads = { push_0, push_1, take_all }, .finish = stack_finish);
MODEL_TEST(stack_two_takers, .claim = "two takers share without doubling", .threads = { push_01, take_all, take_all },
	   .finish = stack_finish);

static void pop_one(void)
{
	struct stack_node *n = stack_pop(&stack);

	if (n)
		fetch_add_relaxed(&sum, container_of(n, struct item, node)->value);
}
static void pop_two(void) { pop_one(); pop_one(); }
MODEL_TEST(stack_pop, .claim = "one popper beside a producer: each node once", .threads = { push_01, pop_two }, .finish = stack_finish);
MODEL_TEST(stack_pop_three, .claim = "... beside two producers", .threads = { push_0, push_1, pop_two }, .finish = stack_finish);

/* The only taker: each node once, and of what one producer pushed the later first. */
static struct stack_node *below;
static unsigned newest;                         /* what it knows to be pushed last, when it takes */
static atomic_uint nr_pushed;

static void push_told(void)
{
	for (unsigned i = 0; i < 3; i++) {
		push(i);
		store_release(&nr_pushed, i + 1);
	}
}
static void pop_own(void)
{
	unsigned known = load_acquire(&nr_pushed);
	struct stack_node *n = stack_pop_own(&stack, &below);
	unsigned v = n ? container_of(n, struct item, node)->value : 0;

	model_assert(n || !known || newest);
	model_assert(!n || known <= newest || v > newest);      /* something new is there: it comes first */
	if (v > newest)
		newest = v;
	sum += v;
}
static void pop_own_two(void) { pop_own(); pop_own(); }
static void own_finish(void)
{
	for (unsigned i = 0; i < 3; i++)
		pop_own();
	model_assert(sum == 6 && !stack_pop_own(&stack, &below));
}
MODEL_TEST(stack_pop_own, .claim = "the only taker gets each node once, the last pushed first", .threads = { push_told, pop_own_two },
	   .finish = own_finish);

/* ---- wait-free stack ---- */

struct witem { struct wstack_node node; unsigned value; };
static struct wstack wstack;

static void wsetup(void) { wstack_init(&wstack); }
static void wpush(unsigned i)
{
	struct witem *w = model_alloc(sizeof *w);

	w->value = i + 1;
	wstack_node_init(&w->node);
	(void)wstack_push(&wstack, &w->node);
}
static void wpush_0(void) { wpush(0); }
static void wpush_1(void) { wpush(1); }
static void wtake(void)
{
	struct wstack_node *n = wstack_take_all(&wstack), *next;

	for (; n; n = next) {
		struct witem *w = container_of(n, struct witem, node);

		fetch_add_relaxed(&sum, w->value);
		next = wstack_next(n);
		model_free(w);                  /* its producer is done with it */
	}
}
static void wfinish(void)
{
	wtake();
	model_assert(sum == 3);
}
MODEL_TEST(wstack, .claim = "two producers and a taker, that waits for a half-linked node: each node once, whole",
	   .setup = wsetup, .threads = { wpush_0, wpush_1, wtake }, .finish = wfinish);

/* ---- queue ---- */

static struct mpsc queue;
static unsigned last;

static void qsetup(void) { mpsc_init(&queue, 1); }      /* its consumer: the second thread */
static void qsetup_anywhere(void) { mpsc_init(&queue, MPSC_NO_CPU); }
static void qpush_012(void)
{
	for (unsigned i = 0; i < 3; i++) {
		items[i].value = i + 1;
		(void)mpsc_push(&queue, &items[i].node);
	}
}
static void qpush_3(void)
{
	items[3].value = 10;
	(void)mpsc_push(&queue, &items[3].node);
}
static void qpop(void)
{
	struct stack_node *n = mpsc_pop(&queue);
	unsigned v;

	if (!n)
		return;
	v = container_of(n, struct item, node)->value;
	if (v < 10) {
		model_assert(v == last + 1);
		last = v;
	}
	fetch_add_relaxed(&sum, v);
}
static void qpop_two(void) { qpop(); qpop(); }
static void qfinish(void)
{
	for (unsigned i = 0; i < 4; i++)
		qpop();
	model_assert(sum == 6 || sum == 16);
	model_assert(!mpsc_pop(&queue));
}
MODEL_TEST(mpsc, .claim = "what one producer pushed comes out in its order", .setup = qsetup,
	   .threads = { qpush_012, qpop_two }, .finish = qfinish);
MODEL_TEST(mpsc_two, .claim = "... also beside another producer", .setup = qsetup_anywhere,
	   .threads = { qpush_012, qpush_3, qpop_two }, .finish = qfinish, .long_run = true);

/* The consumer pushes as well, without an atomic. Of what it knows to be in the queue, nothing may come behind its own. */
static atomic_uint pushed;
static bool before_own[3], own_popped;

static void qpush_told(void)
{
	for (unsigned i = 0; i < 2; i++) {
		items[i].value = i + 1;
		(void)mpsc_push(&queue, &items[i].node);
		store_release(&pushed, i + 1);
	}
}
static void qpop_checked(void)
{
	struct stack_node *n = mpsc_pop(&queue);
	unsigned i;

	if (!n)
		return;
	i = (unsigned)(container_of(n, struct item, node) - items);
	if (i == 2) {
		model_assert(!own_popped && items[i].value == 3);
		own_popped = true;
	} else {
		model_assert(items[i].value == i + 1 && i == last);
		model_assert(!(own_popped && before_own[i]));
		last++;
	}
}
static void qown(void)
{
	unsigned n = load_acquire(&pushed);

	for (unsigned i = 0; i < n; i++)
		before_own[i] = true;
	items[2].value = 3;
	(void)mpsc_push(&queue, &items[2].node);
	qpop_checked();
	qpop_checked();
}
static void qpop_own(void) { qpop_checked(); qown(); }
static void qown_finish(void)
{
	for (unsigned i = 0; i < 3; i++)
		qpop_checked();
	model_assert(own_popped && last == 2 && !mpsc_pop(&queue));
}
MODEL_TEST(mpsc_own, .claim = "what the consumer itself pushes stands behind all that it knows to be pushed, before what comes later",
	   .setup = qsetup, .threads = { qpush_told, qown }, .finish = qown_finish);
MODEL_TEST(mpsc_own_rest, .claim = "... also when it has begun to eat", .setup = qsetup,
	   .threads = { qpush_told, qpop_own }, .finish = qown_finish);

/* ---- ring ---- */

static struct ring ring;
static uintptr_t slots[2];
static unsigned passed[4];                      /* plain: what the words stand for */
static unsigned nr_put, nr_got;

static void ring_setup(void) { ring_init(&ring, slots, 2); }
static void putter(void)
{
	for (unsigned i = 0; i < 3; i++) {
		passed[i] = i + 5;
		if (!ring_put(&ring, i))
			break;
		nr_put++;
	}
}
static void getter(void)
{
	uintptr_t v;

	for (unsigned i = 0; i < 3; i++)
		if (ring_get(&ring, &v)) {
			model_assert(v == nr_got && passed[v] == v + 5);
			nr_got++;
		}
}
static void ring_finish(void)
{
	uintptr_t v;

	model_assert(nr_got <= nr_put);
	while (ring_get(&ring, &v)) {
		model_assert(v == nr_got);
		nr_got++;
	}
	model_assert(nr_got == nr_put);
}
MODEL_TEST(ring, .claim = "words come out in order, with what they stand for; a slot is not written before it was read",
	   .setup = ring_setup, .threads = { putter, getter }, .finish = ring_finish);

/* ---- deque ---- */

static struct deque deque;
static void *deque_slots[2];
static unsigned things[3];
static atomic_uint times[3];

static void deque_setup(void) { deque_init(&deque, deque_slots, 2); }
static void got(unsigned *thing)
{
	if (!thing)
		return;
	model_assert(*thing == 9);
	fetch_add_relaxed(&times[thing - things], 1);
}
static void dpush(unsigned i)
{
	things[i] = 9;                          /* plain: published by the push */
	if (!deque_push(&deque, &things[i]))
		got(&things[i]);
}
static void owner_pop(void) { dpush(0); dpush(1); got(deque_pop(&deque)); got(deque_pop(&deque)); }
static void owner_one(void) { dpush(0); got(deque_pop(&deque)); }
static void owner_reuses(void) { dpush(0); dpush(1); got(deque_pop(&deque)); dpush(2); }
static void thief(void) { got(deque_steal(&deque)); }
static void thief_twice(void) { thief(); thief(); }
static void deque_finish(void)
{
	for (unsigned *t; (t = deque_pop(&deque)); )
		got(t);
	for (unsigned i = 0; i < 3; i++)
		model_assert(times[i] == (things[i] ? 1 : 0));
}
MODEL_TEST(deque_last, .claim = "the last item goes to the owner or to a thief, not to both",
	   .setup = deque_setup, .threads = { owner_one, thief }, .finish = deque_finish);
MODEL_TEST(deque_two, .claim = "two items, owner and a thief that takes two: each once",
	   .setup = deque_setup, .threads = { owner_pop, thief_twice }, .finish = deque_finish);
MODEL_TEST(deque_thieves, .claim = "two thieves and the owner at the last item", .long_run = true,
	   .setup = deque_setup, .threads = { owner_one, thief, thief }, .finish = deque_finish);
MODEL_TEST(deque_reuse, .claim = "a slot written again is not stolen for what stood there", .long_run = true,
	   .setup = deque_setup, .threads = { owner_reuses, thief_twice }, .finish = deque_finish);

/* ---- a CPU's own cache: others look at its count only ---- */

LIFO_TYPE(cache, 2);
static struct cache cache;

static void cache_owner(void)
{
	model_assert(lifo_put(&cache, &things[0]) && lifo_put(&cache, &things[1]) && !lifo_put(&cache, &things[2]));
	model_assert(lifo_take(&cache) == &things[1] && lifo_take(&cache) == &things[0] && !lifo_take(&cache));
}
static void cache_peeker(void) { model_assert(load_relaxed(&cache.n) <= 2); }
MODEL_TEST(lifo, .claim = "last in, first out; a peek at the count is no race", .threads = { cache_owner, cache_peeker });
