/* urcu_memb.c - the RCU workloads on urcu-memb; one flavour for each file, for their headers map the same names. */
#define _LGPL_SOURCE
#define _GNU_SOURCE
#include <urcu/urcu-memb.h>
#include "urcu_objects.h"

static uint64_t memb_read_work(unsigned thread, unsigned threads)
{
	uint64_t sum = 0;

	urcu_memb_register_thread();
	for (unsigned long i = share(READS, threads); i--; ) {
		urcu_memb_read_lock();
		sum += rcu_dereference(shared)->value;
		urcu_memb_read_unlock();
	}
	urcu_memb_unregister_thread();
	return sum;
}
const struct side memb_read = { .work = memb_read_work };

static uint64_t memb_call_work(unsigned thread, unsigned threads)
{
	unsigned long n = share(UPDATES, threads);
	uint64_t sum = 0;

	urcu_memb_register_thread();
	for (unsigned long i = 0; i < n; i++)
		urcu_memb_call_rcu(&pool[thread][i].rcu, called);
	urcu_memb_barrier();
	for (unsigned long i = 0; i < n; i++)
		sum += pool[thread][i].value;
	urcu_memb_unregister_thread();
	return sum;
}
const struct side memb_call = { call_setup, memb_call_work, call_teardown };
