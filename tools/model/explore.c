/*
 * explore.c - which execution graphs are tried: each consistent one once.
 *
 * The search is TruSt's (Kokologiannakis and others, POPL 2022): the threads run in
 * the order of their numbers, each event is added to the graph
 *
 *   load    once for every store that it may read
 *   store   once for every place among the stores of its location; and for every load
 *           already there that could have read it: back to the graph in which
 *           that load was last, with this store and what led to it added ("revisit")
 *
 * A revisit is made only from the one graph, among those that it may come from, in
 * which everything it throws away was added in the maximal way: loads read the last
 * store, stores came last, choices took the first alternative. So no graph is met twice.
 *
 * Threads cannot be taken back, so a piece of work is a graph to be re-executed from
 * the start: given events return what the graph says, in any order that respects rf;
 * when all are done the lowest-numbered thread that can run adds the next.
 *
 * Coherence, per load and store: nothing older than what happened before. Atomicity:
 * no store between what a read-modify-write read and what it wrote. The rest is axioms.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine.h"

#define NONE (-2)

struct work { struct work *next; int n; struct event e[]; };

struct graph g;
struct counts counts;
struct step steps[EVENTS];
int nr_steps;
int mode;

static struct work *todo;
static size_t todo_bytes;

/* Derived, of what has been executed in this run. */
static vclock hbs[EVENTS], porf[EVENTS], given_away[EVENTS];    /* given_away: what an acquiring reader gets */
vclock now[THREADS];
static vclock porf_now[THREADS], at_release_fence[THREADS], for_acquire_fence[THREADS];
static bool done[EVENTS];
static int nr_done, nr_given;
static int number[THREADS][EVENTS];             /* event of a thread by index, NONE */

static struct view whole = { &g, hbs };

/* ---- work ---- */

static void push(const struct graph *from)
{
	size_t size = sizeof(struct work) + (size_t)from->n * sizeof(struct event);
	struct work *w = malloc(size);

	if (!w)
		abort();
	w->n = from->n;
	memcpy(w->e, from->e, (size_t)from->n * sizeof(struct event));
	w->next = todo;
	todo = w;
	todo_bytes += size;
}

size_t explore_memory(void) { return todo_bytes; }

void explore_reset(void)
{
	static struct graph empty;

	while (todo) {
		struct work *w = todo;

		todo = w->next;
		free(w);
	}
	todo_bytes = 0;
	memset(&counts, 0, sizeof counts);
	push(&empty);
}

bool explore_next(void)
{
	struct work *w = todo;

	if (!w)
		return false;
	todo = w->next;
	todo_bytes -= sizeof(struct work) + (size_t)w->n * sizeof(struct event);
	g.n = w->n;
	memcpy(g.e, w->e, (size_t)w->n * sizeof(struct event));
	free(w);
	return true;
}

void explore_begin_run(void)
{
	memset(now, 0, sizeof now);
	memset(porf_now, 0, sizeof porf_now);
	memset(at_release_fence, 0, sizeof at_release_fence);
	memset(for_acquire_fence, 0, sizeof for_acquire_fence);
	for (int t = 0; t < THREADS; t++)
		for (int i = 0; i < EVENTS && number[t][i] != NONE; i++)
			number[t][i] = NONE;
	for (int i = 0; i < g.n; i++) {
		number[g.e[i].tid][g.e[i].idx] = i;
		done[i] = false;
	}
	nr_done = nr_steps = 0;
	nr_given = g.n;
	counts.runs++;
}

static __attribute__((constructor)) void start(void)
{
	for (int t = 0; t < THREADS; t++)
		for (int i = 0; i < EVENTS; i++)
			number[t][i] = NONE;
}

bool explore_has_next(int tid) { return number[tid][now[tid].t[tid]] != NONE; }
bool explore_given_done(void) { return nr_done == g.n; }
const struct event *explore_given(int tid)
{
	int id = number[tid][now[tid].t[tid]];

	return id == NONE ? NULL : &g.e[id];
}

/* ---- one event ---- */

static void set_read_value(struct graph *gr, struct event *e, int rf, uint64_t initial)
{
	e->rf = (int16_t)rf;
	e->value = rf < 0 ? initial : gr->e[rf].value;
	e->exclusive = e->rmw == RMW_ALWAYS || (e->rmw == RMW_CAS && e->value == e->expected);
}

/* The clocks of event id, the next of its thread. */
static void set_clocks(int id)
{
	const struct event *e = &g.e[id];
	vclock h = now[e->tid], p = porf_now[e->tid], out = { { 0 } };
	bool strong = mode == MODE_TSO;         /* there every load acquires, every store releases */

	h.t[e->tid] = p.t[e->tid] = (uint16_t)(e->idx + 1);
	if (e->kind == KIND_READ && e->rf >= 0) {
		join(&p, &porf[e->rf]);
		if (strong || is_acquire(order_of(e)))
			join(&h, &given_away[e->rf]);
	} else if (e->kind == KIND_FENCE && is_acquire(e->order)) {
		join(&h, &for_acquire_fence[e->tid]);
	} else if (e->kind == KIND_WRITE) {
		out = strong || is_release(e->order) ? h : at_release_fence[e->tid];
		if (e->exclusive) {
			int read = number[e->tid][e->idx - 1];

			if (g.e[read].rf >= 0)
				join(&out, &given_away[g.e[read].rf]);
		}
	}
	hbs[id] = h;
	porf[id] = p;
	given_away[id] = out;
}

static void execute(int id)
{
	struct event *e = &g.e[id];

	set_clocks(id);
	now[e->tid] = hbs[id];
	porf_now[e->tid] = porf[id];
	if (e->kind == KIND_READ && e->rf >= 0)
		join(&for_acquire_fence[e->tid], &given_away[e->rf]);
	if (e->kind == KIND_FENCE && is_release(e->order))
		at_release_fence[e->tid] = hbs[id];
	done[id] = true;
	nr_done++;
	steps[nr_steps].id = id;
	steps[nr_steps].e = *e;
	steps[nr_steps].rf_tid = e->kind == KIND_READ && e->rf >= 0 ? g.e[e->rf].tid : -1;
	steps[nr_steps++].rf_idx = e->kind == KIND_READ && e->rf >= 0 ? g.e[e->rf].idx : -1;
}

/* The oldest store, by rank, that event id (in the graph, clocks set) may read or follow. */
static int oldest(const struct view *v, int id)
{
	int low = 0;

	for (int i = 0; i < v->g->n; i++)
		if (i != id && same_place(&v->g->e[i], &v->g->e[id]) && hb(v, i, id)) {
			int r = rank_of(v->g, &v->g->e[i]);

			if (r > low)
				low = r;
		}
	return low;
}

static bool in_prefix(const vclock *prefix, const struct event *e) { return prefix->t[e->tid] > e->idx; }

/* The read-modify-write's store that reads from the store of rank r, -1. */
static int exclusive_after(const struct graph *gr, const struct event *place, int r, int but)
{
	for (int i = 0; i < gr->n; i++)
		if (i != but && gr->e[i].kind == KIND_READ && gr->e[i].exclusive && same_place(&gr->e[i], place) && rank_of(gr, &gr->e[i]) == r) {
			for (int j = 0; j < gr->n; j++)
				if (gr->e[j].tid == gr->e[i].tid && gr->e[j].idx == gr->e[i].idx + 1)
					return j;
		}
	return -1;
}

static void add_read(int id, uint64_t initial)
{
	struct event *e = &g.e[id];
	int low, first = NONE, first_rank = -1;
	static int16_t from[EVENTS];
	int n = 0;

	e->rf = -1;
	set_read_value(&g, e, -1, initial);
	hbs[id] = now[e->tid];                  /* what it may read depends on what came before it only */
	hbs[id].t[e->tid] = (uint16_t)(e->idx + 1);
	low = oldest(&whole, id);
	for (int i = -1; i < id; i++) {
		int r = i < 0 ? 0 : g.e[i].co, ex;

		if (i >= 0 && (g.e[i].kind != KIND_WRITE || !same_place(&g.e[i], e)))
			continue;
		if (r < low)
			continue;
		set_read_value(&g, e, i, initial);
		/* Another read-modify-write has it: only if that one can be made to read us. */
		if (e->exclusive && (ex = exclusive_after(&g, e, r, id)) >= 0 && in_prefix(&porf_now[e->tid], &g.e[ex]))
			continue;
		set_clocks(id);
		if (e->exclusive && exclusive_after(&g, e, r, id) >= 0) {
			if (i >= 0 && in_prefix(&porf[i], &g.e[exclusive_after(&g, e, r, id)]))
				continue;
		}
		/* The last store's reader has nothing behind it, so no cycle leads through it. */
		if (!explore_is_latest(id) && !axioms_hold(&whole))
			continue;
		from[n++] = (int16_t)i;
		if (r > first_rank)
			first = i, first_rank = r;
	}
	if (first == NONE)
		abandon();
	for (int k = 0; k < n; k++)
		if (from[k] != first) {
			set_read_value(&g, e, from[k], initial);
			push(&g);
		}
	set_read_value(&g, e, first, initial);
}

/* Give the store id the rank r. */
static void insert(struct graph *gr, int id, int r)
{
	for (int i = 0; i < gr->n; i++)
		if (i != id && gr->e[i].kind == KIND_WRITE && same_place(&gr->e[i], &gr->e[id]) && gr->e[i].co >= r)
			gr->e[i].co++;
	gr->e[id].co = (uint16_t)r;
}
static void take_out(struct graph *gr, int id)
{
	for (int i = 0; i < gr->n; i++)
		if (i != id && gr->e[i].kind == KIND_WRITE && same_place(&gr->e[i], &gr->e[id]) && gr->e[i].co > gr->e[id].co)
			gr->e[i].co--;
	gr->e[id].co = 0;
}

static int nr_stores(const struct graph *gr, int id)
{
	int n = 0;

	for (int i = 0; i < gr->n; i++)
		n += i != id && gr->e[i].kind == KIND_WRITE && same_place(&gr->e[i], &gr->e[id]);
	return n;
}

/* May the store id stand right behind the store of rank r? */
static bool fits_behind(const struct view *v, int id, int r)
{
	const struct event *e = &v->g->e[id];
	int read = -1;

	if (e->exclusive) {
		for (int i = 0; i < v->g->n; i++)
			if (v->g->e[i].tid == e->tid && v->g->e[i].idx == e->idx - 1)
				read = i;
		if (rank_of(v->g, &v->g->e[read]) != r)
			return false;
	}
	return exclusive_after(v->g, e, r, read) < 0;
}

/* Every allowed rank of the store id: push each, but keep the last in the graph if `keep`. True when one was found. */
static bool place_store(const struct view *v, int id, int load, bool keep)
{
	int low = oldest(v, id), n, best = -1;

	v->g->e[id].co = 0;
	n = nr_stores(v->g, id);
	for (int r = low; r <= n; r++) {
		bool good;

		if (!fits_behind(v, id, r))
			continue;
		insert(v->g, id, r + 1);
		good = (load < 0 || oldest(v, load) <= r + 1) && (r == n || axioms_hold(v));      /* the last: as with loads */
		if (good && keep && best >= 0) {
			take_out(v->g, id);
			insert(v->g, id, best + 1);
			push(v->g);
			take_out(v->g, id);
			best = r;
			continue;
		}
		if (good && !keep)
			push(v->g);
		if (good)
			best = r;
		take_out(v->g, id);
	}
	if (keep && best >= 0)
		insert(v->g, id, best + 1);
	return best >= 0;
}

/* Was event e added in the maximal way, seen from the revisit of `load` by store w? */
static bool is_maximal(int e, int w)
{
	const struct event *x = &g.e[e];
	int r;

#define before(i) ((i) != w && ((i) <= e || in_prefix(&porf[w], &g.e[i])))
	if (x->kind == KIND_FENCE)
		return true;
	if (x->kind == KIND_CHOICE)
		return x->value == 0;
	if (x->kind == KIND_READ && x->rf >= 0 && !before(x->rf))
		return false;
	r = rank_of(&g, x);
	for (int i = 0; i < g.n; i++) {
		if (!before(i))
			continue;
		if (g.e[i].kind == KIND_WRITE && same_place(&g.e[i], x) && g.e[i].co > r)
			return false;
		if (x->kind == KIND_WRITE && g.e[i].kind == KIND_READ && g.e[i].rf == e)
			return false;
	}
#undef before
	return true;
}

/* The graph in which the load reads the store w, without what came after the load and did not lead to w. */
static void revisit(int load, int w)
{
	static struct graph old;
	static vclock old_hb[EVENTS];
	static int16_t map[EVENTS];
	struct view v = { &old, old_hb };
	int n = 0, l, s;
	vclock before = { { 0 } };

	for (int i = 0; i < g.n; i++) {
		bool keep = i <= load || i == w || in_prefix(&porf[w], &g.e[i]);

		map[i] = -1;
		if (!keep)
			continue;
		old.e[n] = g.e[i];
		old_hb[n] = hbs[i];
		map[i] = (int16_t)n++;
	}
	old.n = n;
	l = map[load];
	s = map[w];
	for (int i = 0; i < n; i++) {
		struct event *e = &old.e[i];

		if (e->kind == KIND_READ && e->rf >= 0)
			e->rf = map[e->rf];
		/* Ranks close up. */
		if (e->kind == KIND_WRITE && i != s) {
			int r = 1;

			for (int j = 0; j < g.n; j++)
				if (map[j] >= 0 && j != w && g.e[j].kind == KIND_WRITE && same_place(&g.e[j], e) && g.e[j].co < e->co)
					r++;
			e->co = (uint16_t)r;
		}
	}
	old.e[s].co = 0;
	set_read_value(&old, &old.e[l], s, 0);
	/* Its clock: that of the event before it, and what the store gives. */
	for (int i = 0; i < n; i++)
		if (old.e[i].tid == old.e[l].tid && old.e[i].idx + 1 == old.e[l].idx)
			before = old_hb[i];
	before.t[old.e[l].tid] = (uint16_t)(old.e[l].idx + 1);
	old_hb[l] = before;
	if (mode == MODE_TSO || is_acquire(order_of(&old.e[l])))
		join(&old_hb[l], &given_away[w]);
	(void)place_store(&v, s, l, false);
}

static void add_write(int id)
{
	set_clocks(id);
	for (int r = 0; r < id; r++) {
		bool maximal = true;

		if (g.e[r].kind != KIND_READ || !same_place(&g.e[r], &g.e[id]) || in_prefix(&porf[id], &g.e[r]))
			continue;
		for (int i = r; i < id && maximal; i++)
			if (i == r || !in_prefix(&porf[id], &g.e[i]))
				maximal = is_maximal(i, id);
		if (maximal)
			revisit(r, id);
	}
	if (!place_store(&whole, id, -1, true))
		abandon();
}

static void add_choice(int id)
{
	for (int i = g.e[id].co - 1; i > 0; i--) {
		g.e[id].value = (uint64_t)i;
		push(&g);
	}
	g.e[id].value = 0;
}

static int add(struct event *want)
{
	int id = g.n;

	if (id >= EVENTS - 1)
		out_of_bounds("more than %d events in one execution", EVENTS);
	g.e[g.n++] = *want;
	number[want->tid][want->idx] = id;
	done[id] = false;
	if ((unsigned long)g.n > counts.most_events)
		counts.most_events = (unsigned long)g.n;
	switch (want->kind) {
	case KIND_READ: add_read(id, want->value); break;
	case KIND_WRITE: add_write(id); break;
	case KIND_FENCE:
		set_clocks(id);
		break;
	case KIND_CHOICE: add_choice(id); break;
	}
	return id;
}

int explore_step(struct event *want)
{
	int id;

	want->tid = (uint8_t)me;
	for (;;) {
		want->idx = now[me].t[me];
		id = number[me][want->idx];
		if (id != NONE) {
			struct event *e = &g.e[id];

			if (e->kind != want->kind || e->addr != want->addr || e->epoch != want->epoch || e->size != want->size)
				out_of_bounds("the test does not repeat itself: thread %d, event %d, kind %d/%d, {a:%lx}/{a:%lx}, epoch %u/%u at {p:%lx}",
					      me, want->idx, e->kind, want->kind, e->addr, want->addr, e->epoch, want->epoch, want->pc);
			if (e->kind == KIND_READ && e->rf >= 0 && !done[e->rf]) {
				wait_for_turn();
				continue;
			}
			/* What a revisit, or a mutant's replay, may have left open. */
			e->pc = want->pc;
			if (e->kind == KIND_READ) {
				e->expected = want->expected;
				set_read_value(&g, e, e->rf, want->value);
			} else if (e->kind == KIND_WRITE) {
				e->value = want->value;
			}
			break;
		}
		if (nr_done == g.n && lowest_runnable() == me) {
			id = add(want);
			break;
		}
		wait_for_turn();
	}
	execute(id);
	*want = g.e[id];
	return id;
}

bool explore_is_latest(int id)
{
	for (int i = 0; i < g.n; i++)
		if (g.e[i].kind == KIND_WRITE && same_place(&g.e[i], &g.e[id]) && g.e[i].co > rank_of(&g, &g.e[id]))
			return false;
	return true;
}

/* Of the stores of that place that were executed, is e the last? */
bool place_is_last(const struct event *e)
{
	for (int i = 0; i < g.n; i++)
		if (done[i] && g.e[i].kind == KIND_WRITE && same_place(&g.e[i], e) && g.e[i].co > e->co)
			return false;
	return true;
}

/* ---- replay ---- */

void explore_save(const char *path, const char *test)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return;
	fprintf(f, "test %s mode %d events %d\n", test, mode, g.n);
	for (int i = 0; i < g.n; i++) {
		const struct event *e = &g.e[i];

		fprintf(f, "%d %d %d %d %d %d %d %d %d %d %u %lx %lx %lx %lx\n", e->tid, e->kind, e->size, e->order, e->fail_order, e->rmw,
			e->exclusive, e->idx, e->rf, e->co, e->epoch, e->addr, e->pc, e->value, e->expected);
	}
	fclose(f);
}

void explore_load(const char *path)
{
	FILE *f = fopen(path, "r");
	char name[128];

	if (!f || fscanf(f, "test %127s mode %d events %d", name, &mode, &g.n) != 3 || g.n > EVENTS) {
		fprintf(stderr, "%s: no recorded execution\n", path);
		exit(2);
	}
	for (int i = 0; i < g.n; i++) {
		int v[10];
		struct event *e = &g.e[i];

		if (fscanf(f, "%d %d %d %d %d %d %d %d %d %d %u %lx %lx %lx %lx", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7],
			   &v[8], &v[9], &e->epoch, &e->addr, &e->pc, &e->value, &e->expected) != 15 || v[0] >= THREADS || v[8] >= g.n) {
			fprintf(stderr, "%s: cut short\n", path);
			exit(2);
		}
		e->tid = (uint8_t)v[0], e->kind = (uint8_t)v[1], e->size = (uint8_t)v[2], e->order = (uint8_t)v[3];
		e->fail_order = (uint8_t)v[4], e->rmw = (uint8_t)v[5], e->exclusive = v[6], e->idx = (uint16_t)v[7];
		e->rf = (int16_t)v[8], e->co = (uint16_t)v[9];
	}
	fclose(f);
}

/* ---- the search's own test ---- */

static uint64_t mix(uint64_t h, uint64_t v) { return (h ^ v) * 0x9e3779b97f4a7c15ul ^ h >> 29; }

/* The same for the same graph, in whatever order it was built. */
uint64_t explore_fingerprint(void)
{
	uint64_t h = 1;

	for (int t = 0; t < THREADS; t++)
		for (int i = 0; i < EVENTS && number[t][i] != NONE; i++) {
			const struct event *e = &g.e[number[t][i]];

			h = mix(mix(h, (uint64_t)t << 32 | (uint64_t)i << 8 | e->kind), e->addr);
			if (e->kind == KIND_READ)
				h = mix(h, e->rf < 0 ? 0 : (uint64_t)g.e[e->rf].tid << 32 | g.e[e->rf].idx | 1ul << 60);
			else
				h = mix(h, e->kind == KIND_WRITE ? e->co : e->value);
		}
	return h;
}
