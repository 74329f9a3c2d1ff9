/*
 * profile.c - mode=profile: which calls led to the instructions of a set.
 *
 * A node is a chain of calls: its parent's, and the place of one call more. The function that
 * runs is told by the instruction's own address, so that a jump to another function (a tail
 * call) is seen, too. A shadow stack per guest stack holds the nodes to come back to:
 *
 *   - CALL stores its return address, RET loads it; where tells which frame is meant. Frames
 *     below that are dead. Task switches and abandoned frames thus need no special care.
 *   - A kernel stack is known by its 16 KiB; all of user mode has one stack, and a task that comes
 *     back to user mode the node that it left with.
 *   - Entering the kernel is a call from the last user instruction.
 *   - User mode's part begins with the function that opened the window.
 *
 * At the end of a set, of the windows that no interrupt came into (all, if there are none):
 *   "windows N"
 *   "node ID PARENT SITE"            parent 0: nothing is known about who called
 *   "count ID ADDRESS N"             executed at ADDRESS with this chain of calls
 * The guest has one vCPU.
 */
#include "guest.h"

struct node { uint64_t site; uint32_t parent, child, sibling, depth; };
struct frame { uint64_t at, site; uint32_t node; };
struct stack { uint64_t key, window; uint32_t resume; size_t nr, room; struct frame *frames; struct stack *next; };
struct tally { uint32_t node; const struct place *place; uint64_t now, clean, all; struct tally *next; };

#define STACK_SHIFT  14
#define DEPTH_MAX    200                        /* a chain that is longer was led astray: it begins anew */
#define NR_BUCKETS   (1u << 16)

static struct node *nodes;                      /* 0: the root */
static uint32_t nr_nodes = 1, node_room;
static struct stack user_stack, *kernel_stacks, *stack = &user_stack;
static uint32_t current, left_with;             /* node; node that user mode was left with */
static bool in_kernel, is_same_task;            /* since user mode was left */
static const struct place *last_user;
static struct tally *tallies[NR_BUCKETS];
static unsigned windows_clean, windows_all;
static uint64_t window_number = 1;

static uint32_t node_child(uint32_t parent, uint64_t site)
{
	uint32_t n;

	if (nr_nodes > 1 && nodes[parent].depth >= DEPTH_MAX)
		parent = 0;
	if (nr_nodes >= node_room) {
		node_room = node_room ? 2 * node_room : 4096;
		nodes = need(realloc(nodes, node_room * sizeof *nodes));
		if (nr_nodes == 1)
			nodes[0] = (struct node){ 0 };
	}
	for (n = nodes[parent].child; n; n = nodes[n].sibling)
		if (nodes[n].site == site)
			return n;
	n = nr_nodes++;
	nodes[n] = (struct node){ .site = site, .parent = parent, .sibling = nodes[parent].child, .depth = nodes[parent].depth + 1 };
	nodes[parent].child = n;
	return n;
}

/* ---- stacks ---- */

/* The stack that holds `at`, and no frame in it below. */
static struct stack *stack_select(uint64_t at)
{
	uint64_t key = at >> STACK_SHIFT;
	struct stack *s = &user_stack;

	if (in_kernel) {
		for (s = kernel_stacks; s && s->key != key; s = s->next)
			;
		if (!s) {
			s = need(calloc(1, sizeof *s));
			s->key = key;
			s->next = kernel_stacks;
			kernel_stacks = s;
		}
	}
	while (s->nr && s->frames[s->nr - 1].at < at)
		s->nr--;
	return s;
}

static void called(unsigned cpu, mem_info info, uint64_t at, void *data)
{
	const struct place *p = data;

	(void)cpu;
	if (is_read(info))
		return;                         /* of CALL [memory] */
	stack = stack_select(at);
	if (stack->nr && stack->frames[stack->nr - 1].at == at)
		stack->nr--;
	if (in_kernel && is_same_task) {
		stack->resume = left_with;
		stack->window = window_number;
	}
	if (stack->nr == stack->room) {
		stack->room = stack->room ? 2 * stack->room : 64;
		stack->frames = need(realloc(stack->frames, stack->room * sizeof *stack->frames));
	}
	stack->frames[stack->nr++] = (struct frame){ at, p->pc, current };
	current = node_child(current, p->pc);
}

static void returned(unsigned cpu, mem_info info, uint64_t at, void *data)
{
	struct stack *s;
	const struct frame *top;

	(void)cpu;
	(void)data;
	if (is_write(info))
		return;
	s = stack_select(at);
	if (in_kernel && s != stack)
		is_same_task = false;
	stack = s;
	top = s->nr ? &s->frames[s->nr - 1] : NULL;
	if (top && top->at == at) {
		current = top->node;
		s->nr--;
	} else {
		/* A call that was not seen: this is the function that the frame above called. */
		current = top ? node_child(top->node, top->site) : 0;
	}
}

/* A block of code begins. */
static void entered(unsigned cpu, void *data)
{
	const struct place *p = data;

	(void)cpu;
	if (is_kernel(p->pc) == in_kernel) {
		if (!in_kernel)
			last_user = p;
		return;
	}
	in_kernel = !in_kernel;
	if (in_kernel) {
		left_with = current;
		is_same_task = true;
		current = node_child(current, last_user ? last_user->pc : PC_OTHER_PROGRAM);
	} else {
		current = is_same_task ? left_with : stack->window == window_number ? stack->resume : 0;
		last_user = p;
	}
}

static void translate(struct qemu_plugin_insn *insn, struct place *p, const struct decoded *d, bool is_first)
{
	if (is_first)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, entered, CB_NO_REGS, p);
	if (d->kind == CALL)
		qemu_plugin_register_vcpu_mem_cb(insn, called, CB_NO_REGS, MEM_BOTH, p);
	else if (d->kind == RET)
		qemu_plugin_register_vcpu_mem_cb(insn, returned, CB_NO_REGS, MEM_BOTH, p);
}

/* ---- counts ---- */

static void counted(struct place *p)
{
	struct tally **bucket = &tallies[((uintptr_t)p / 16 * 31 + current * 0x9e3779b1u) % NR_BUCKETS], *t;

	for (t = *bucket; t && (t->place != p || t->node != current); t = t->next)
		;
	if (!t) {
		t = need(calloc(1, sizeof *t));
		t->place = p;
		t->node = current;
		t->next = *bucket;
		*bucket = t;
	}
	t->now++;
}

#define FOR_EACH_TALLY(t) \
	for (unsigned b_ = 0; b_ < NR_BUCKETS; b_++) \
		for (struct tally *t = tallies[b_]; t; t = t->next)

/* Chains begin with the function that opened the window. */
static void window_begin(unsigned cpu)
{
	(void)cpu;
	current = left_with = 0;
	user_stack.nr = 0;
	window_number++;
	FOR_EACH_TALLY(t)
		t->now = 0;
}

static void window_end(unsigned cpu)
{
	bool clean = !windows[cpu].irqs;

	windows_all++;
	windows_clean += clean;
	FOR_EACH_TALLY(t) {
		t->all += t->now;
		t->clean += clean ? t->now : 0;
	}
}

static void discard(void)
{
	windows_all = windows_clean = 0;
	FOR_EACH_TALLY(t)
		t->now = t->clean = t->all = 0;
}

static void set_end(void)
{
	bool *is_used;

	if (!windows_all)
		return;
	is_used = need(calloc(nr_nodes, sizeof *is_used));
	fprintf(out, "windows %u\n", windows_clean ? windows_clean : windows_all);
	FOR_EACH_TALLY(t) {
		uint64_t count = windows_clean ? t->clean : t->all;

		if (count)
			fprintf(out, "count %u %lx %lu\n", t->node, t->place->pc, count);
		for (uint32_t n = t->node; count && n && !is_used[n]; n = nodes[n].parent)
			is_used[n] = true;
	}
	for (uint32_t n = 1; n < nr_nodes; n++)
		if (is_used[n])
			fprintf(out, "node %u %u %lx\n", n, nodes[n].parent, nodes[n].site);
	free(is_used);
	discard();
}

const struct mode mode_profile = {
	.counts = true, .translate = translate, .counted = counted, .window_begin = window_begin, .window_end = window_end,
	.set_end = set_end, .discard = discard,
};
