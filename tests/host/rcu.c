/* host: what readers reach is never freed under them; callbacks, barrier, expedited form, deferred free. */
#include <host/host.h>
#include <sync/defer.h>
#include <sync/rcu.h>
#include <sync/waitq.h>
#include <stdio.h>
#include <stdlib.h>

#define WORKERS 4
#define SLOTS   8
#define ALIVE   0x600dul

struct object { unsigned long state, copy; struct rcu_head rcu; struct defer defer; };
static struct object *slots[SLOTS];
static atomic_ulong freed, made, read_ok;

static struct object *object_new(void)
{
	struct object *o = malloc(sizeof *o);

	o->state = o->copy = ALIVE;
	fetch_add_relaxed(&made, 1);
	return o;
}

static void object_free(struct object *o)
{
	check(o->state == ALIVE);
	o->state = 0;
	free(o);
	fetch_add_relaxed(&freed, 1);
}

static void free_rcu(struct rcu_head *h) { object_free(container_of(h, struct object, rcu)); }
static void free_deferred(struct defer *d) { object_free(container_of(d, struct object, defer)); }

static void replace(unsigned i, unsigned how)
{
	struct object *o = exchange_acq_rel(&slots[i], object_new());

	switch (how) {
	case 0: rcu_synchronize(); object_free(o); break;
	case 1: rcu_synchronize_expedited(); object_free(o); break;
	case 2: case 3: defer_call(&o->defer, free_deferred); break;
	default: rcu_call(&o->rcu, free_rcu); break;
	}
}

static void worker(unsigned cpu)
{
	unsigned seed = cpu + 1;
	unsigned long good = 0;

	for (unsigned i = 0; !load_relaxed(&host_stop); i++) {
		seed = seed * 1103515245 + 12345;
		rcu_read_lock();
		for (unsigned k = 0; k < SLOTS; k++) {
			struct object *o = rcu_load(slots[(seed + k) % SLOTS]);

			check(o->state == ALIVE && o->copy == ALIVE);
			good++;
		}
		rcu_read_unlock();
		if (i % 16 == 0)
			replace(seed % SLOTS, seed / 64 % 64);
		host_poll();
	}
	fetch_add_relaxed(&read_ok, good);
}

int main(int argc, char **argv)
{
	host_begin(WORKERS);
	for (unsigned i = 0; i < SLOTS; i++)
		slots[i] = object_new();
	host_run_for(worker, host_budget_ns(argc, argv, 1200));
	for (unsigned i = 0; i < SLOTS; i++)
		rcu_call(&exchange_acq_rel(&slots[i], (struct object *)NULL)->rcu, free_rcu);
	rcu_barrier();
	for (unsigned i = 0; load_relaxed(&freed) != load_relaxed(&made) && i < 1000; i++) {
		host_poll();
		(void)park(PARK_UNINTERRUPTIBLE, sync_now_ns() + 1000000);
	}
	check(freed == made);
	printf("rcu: %lu reads, %lu objects freed\n", read_ok, freed);
	return host_end();
}
