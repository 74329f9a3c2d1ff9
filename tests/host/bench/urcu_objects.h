/* urcu_objects.h - what the RCU workloads of every flavour of liburcu read and give up; included behind the flavour's header. */
#pragma once
#include <stdlib.h>
#include "bench.h"

struct object { unsigned long value; struct rcu_head rcu; };
static struct object object = { .value = 3 }, *shared = &object;
static struct object *pool[2];

static void called(struct rcu_head *h) { caa_container_of(h, struct object, rcu)->value++; }

static void call_setup(unsigned threads)
{
	for (unsigned i = 0; i < threads; i++)
		pool[i] = calloc(UPDATES, sizeof *pool[i]);
}

static void call_teardown(void)
{
	free(pool[0]);
	free(pool[1]);
	pool[0] = pool[1] = NULL;
}
