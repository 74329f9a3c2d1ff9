/*
 * axioms.c - the cycles that the memory models forbid.
 *
 * C11 as repaired by RC11 (Lahav and others, 2017), release sequences as of C++20: psc is acyclic. Only SC
 * accesses and fences are its nodes. eco between two accesses of one place is a
 * comparison: a store has the key 2 * co, a load 2 * co + 1 of what it reads.
 *
 * x86-TSO: program order but for store-load, rfe, co, fr and the fences, acyclic. A
 * locked instruction has a fence before and behind it; a seq_cst store is an xchg.
 */
#include <string.h>
#include "engine.h"

#define NODES 256

static int key(const struct graph *g, const struct event *e)
{
	return 2 * rank_of(g, e) + (e->kind == KIND_READ);
}
static bool hb_eq(const struct view *v, int a, int b) { return a == b || hb(v, a, b); }

static bool is_sc(const struct event *e) { return e->kind <= KIND_FENCE && order_of(e) == __ATOMIC_SEQ_CST; }

/* a before b by one of co, fr. */
static bool co_or_fr(const struct graph *g, const struct event *a, const struct event *b)
{
	return same_place(a, b) && b->kind == KIND_WRITE && key(g, a) < key(g, b);
}
static bool sb(const struct event *a, const struct event *b) { return a->tid == b->tid && a->idx < b->idx; }

/* Number of the event idx of a thread, -1. */
static int at[THREADS][EVENTS];
static int len[THREADS];
static void index_threads(const struct graph *g)
{
	memset(len, 0, sizeof len);
	for (int i = 0; i < g->n; i++) {
		at[g->e[i].tid][g->e[i].idx] = i;
		if (g->e[i].idx >= len[g->e[i].tid])
			len[g->e[i].tid] = g->e[i].idx + 1;
	}
}

static bool scb(const struct view *v, int a, int b)
{
	const struct graph *g = v->g;
	const struct event *x = &g->e[a], *y = &g->e[b];

	if (sb(x, y) || co_or_fr(g, x, y) || (same_place(x, y) && hb(v, a, b)))
		return true;
	/* sb to another place, hb, sb from another place */
	for (int i = x->idx + 1; i < len[x->tid]; i++) {
		int first = at[x->tid][i];

		if (same_place(x, &g->e[first]))
			continue;
		for (int j = y->idx - 1; j >= 0; j--) {
			int last = at[y->tid][j];

			if (!same_place(y, &g->e[last]))
				return hb(v, first, last);
		}
		return false;
	}
	return false;
}

/* Per SC event: by place, the least key behind it and the greatest before it (0 none; keys here are one more). */
#define PLACES 512
static struct { uint16_t least[PLACES], most[PLACES], most_store[PLACES]; } reach_of[NODES];
static int place[EVENTS], nr_places, first_of[PLACES];

static void find_places(const struct graph *g)
{
	nr_places = 0;
	for (int i = 0; i < g->n; i++) {
		int p;

		place[i] = -1;
		if (g->e[i].kind > KIND_WRITE)
			continue;
		for (p = 0; p < nr_places && !same_place(&g->e[first_of[p]], &g->e[i]); p++)
			;
		if (p == PLACES)
			out_of_bounds("more than %d places", PLACES);
		if (p == nr_places)
			first_of[nr_places++] = i;
		place[i] = p;
	}
}

static void find_reach(const struct view *v, int node, int k)
{
	const struct graph *g = v->g;

	for (int p = 0; p < nr_places; p++)
		reach_of[k].least[p] = 0xffff, reach_of[k].most[p] = reach_of[k].most_store[p] = 0;
	for (int i = 0; i < g->n; i++) {
		int p = place[i], key_1;

		if (p < 0)
			continue;
		key_1 = key(g, &g->e[i]) + 1;
		if (hb(v, node, i)) {
			if (key_1 < reach_of[k].least[p])
				reach_of[k].least[p] = (uint16_t)key_1;
		} else if (hb(v, i, node)) {
			if (key_1 > reach_of[k].most[p])
				reach_of[k].most[p] = (uint16_t)key_1;
			if (g->e[i].kind == KIND_WRITE && key_1 > reach_of[k].most_store[p])
				reach_of[k].most_store[p] = (uint16_t)key_1;
		}
	}
}

/* An access of the same place between, in hb. */
static bool same_place_between(const struct view *v, int a, int b, int p)
{
	for (int i = 0; i < v->g->n; i++)
		if (place[i] == p && hb(v, a, i) && hb(v, i, b))
			return true;
	return false;
}

/* psc between SC events a, b, the nodes m and n. psc_F and psc_base of two fences: hb, or hb; eco; hb. */
static bool psc(const struct view *v, int a, int b, int m, int n)
{
	const struct graph *g = v->g;
	const struct event *x = &g->e[a], *y = &g->e[b];
	bool fence_a = x->kind == KIND_FENCE, fence_b = y->kind == KIND_FENCE;

	if (!fence_a && !fence_b)
		return scb(v, a, b);
	if (fence_a && fence_b) {
		if (hb(v, a, b))
			return true;
		for (int p = 0; p < nr_places; p++)
			if (reach_of[m].least[p] < reach_of[n].most[p])
				return true;
		return false;
	}
	if (sb(x, y))
		return true;
	if (fence_b) {
		/* scb; hb?: by what is behind a in its thread, by a later access of the place, by a later store. */
		return v->hb[b].t[x->tid] >= x->idx + 2 || reach_of[n].most_store[place[a]] > key(g, x) + 1 ||
			same_place_between(v, a, b, place[a]);
	}
	if (y->idx > 0 && hb_eq(v, a, at[y->tid][y->idx - 1]))
		return true;
	return (y->kind == KIND_WRITE && reach_of[m].least[place[b]] < key(g, y) + 1) || same_place_between(v, a, b, place[b]);
}

static bool psc_acyclic(const struct view *v)
{
	static uint64_t reach[NODES][NODES / 64];
	int words;
	int node[NODES], n = 0;

	for (int i = 0; i < v->g->n; i++)
		if (is_sc(&v->g->e[i])) {
			if (n == NODES)
				out_of_bounds("more than %d seq_cst accesses and fences", NODES);
			node[n++] = i;
		}
	if (n < 2)
		return true;
	words = (n + 63) / 64;
	index_threads(v->g);
	find_places(v->g);
	for (int i = 0; i < n; i++)
		if (v->g->e[node[i]].kind == KIND_FENCE)
			find_reach(v, node[i], i);
	for (int i = 0; i < n; i++) {
		memset(reach[i], 0, (size_t)words * 8);
		for (int j = 0; j < n; j++)
			if (i != j && psc(v, node[i], node[j], i, j))
				reach[i][j / 64] |= 1ull << j % 64;
	}
	for (int k = 0; k < n; k++)
		for (int i = 0; i < n; i++)
			if (reach[i][k / 64] >> k % 64 & 1)
				for (int w = 0; w < words; w++)
					reach[i][w] |= reach[k][w];
	for (int i = 0; i < n; i++)
		if (reach[i][i / 64] >> i % 64 & 1)
			return false;
	return true;
}

/* ---- x86-TSO ---- */

/* Nodes: events; EVENTS + event: the fence before it; 2 * EVENTS + event: the fence behind it. */
#define TSO_NODES (3 * EVENTS)
static struct { int to[24], n; } edges[TSO_NODES];
static uint8_t color[TSO_NODES];

static void edge(int a, int b) { if (a >= 0 && edges[a].n < 24) edges[a].to[edges[a].n++] = b; }

static bool cyclic_from(int a)
{
	color[a] = 1;
	for (int i = 0; i < edges[a].n; i++) {
		int b = edges[a].to[i];

		if (color[b] == 1 || (!color[b] && cyclic_from(b)))
			return true;
	}
	color[a] = 2;
	return false;
}

static void fence_node(int f, int *read, int *write, int *fence)
{
	edge(*read, f);
	edge(*write, f);
	edge(*fence, f);
	*read = *write = -1;
	*fence = f;
}

static bool tso_acyclic(const struct view *v)
{
	struct graph *g = v->g;
	int n = g->n;

	index_threads(g);
	for (int k = 0; k < 3; k++)
		for (int i = 0; i < n; i++)
			edges[k * EVENTS + i].n = 0, color[k * EVENTS + i] = 0;
	for (int t = 0; t < THREADS; t++) {
		int read = -1, write = -1, fence = -1;

		for (int i = 0; i < len[t]; i++) {
			int id = at[t][i];
			struct event *e = &g->e[id];

			if (e->kind == KIND_READ) {
				if (e->rmw)
					fence_node(EVENTS + id, &read, &write, &fence);
				edge(read >= 0 ? read : fence, id);
				read = id;
				if (e->rmw && !e->exclusive)
					fence_node(2 * EVENTS + id, &read, &write, &fence);
			} else if (e->kind == KIND_WRITE) {
				edge(read, id);
				edge(write, id);
				edge(fence, id);
				write = id;
				if (e->exclusive || e->order == __ATOMIC_SEQ_CST)
					fence_node(2 * EVENTS + id, &read, &write, &fence);
			} else if (e->kind == KIND_FENCE && e->order == __ATOMIC_SEQ_CST) {
				fence_node(2 * EVENTS + id, &read, &write, &fence);
			}
		}
	}
	for (int i = 0; i < n; i++) {
		struct event *e = &g->e[i];
		int next = -1;

		if (e->kind > KIND_WRITE)
			continue;
		if (e->kind == KIND_READ && e->rf >= 0 && g->e[e->rf].tid != e->tid)
			edge(e->rf, i);
		for (int j = 0; j < n; j++)
			if (g->e[j].kind == KIND_WRITE && same_place(e, &g->e[j]) && g->e[j].co == rank_of(g, e) + 1)
				next = j;
		if (next >= 0)
			edge(i, next);
	}
	for (int k = 0; k < 3; k++)
		for (int i = 0; i < n; i++)
			if (!color[k * EVENTS + i] && cyclic_from(k * EVENTS + i))
				return false;
	return true;
}

bool axioms_hold(const struct view *v)
{
	return mode == MODE_TSO ? tso_acyclic(v) : psc_acyclic(v);
}
