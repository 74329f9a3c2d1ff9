/* bench.h - one workload, twice: on our structures and on liburcu's. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct side {
	void (*setup)(unsigned threads);
	uint64_t (*work)(unsigned thread, unsigned threads);    /* returns what it read: compared between the sides, summed over threads */
	void (*teardown)(void);
};

#define READS   1000000ul
#define UPDATES 50000ul
#define MOVES   300000ul
#define BATCH   64u
#define KEYS    16384u
#define LOOKUPS 200000ul
#define CHANGES 100000ul

extern const struct side our_read, our_call, our_queue, our_stack, our_wstack, our_pop, our_find, our_change;
extern const struct side memb_read, qsbr_read, memb_call, qsbr_call, wfcq_queue, lfs_stack, wfs_stack, lfs_pop, lfht_find, lfht_change;

/* Of one producer and one consumer, the first is at most so far ahead: they meet, however the machine runs them. */
#define WINDOW 4096ul
extern unsigned long bench_consumed;            /* a line of its own */
static inline void bench_produce(unsigned long i)
{
	while (i % 256 == 0 && i > __atomic_load_n(&bench_consumed, __ATOMIC_RELAXED) + WINDOW)
		__builtin_ia32_pause();
}
static inline void bench_consume(unsigned long left)
{
	if (left % 256 == 0)
		__atomic_store_n(&bench_consumed, MOVES - left, __ATOMIC_RELAXED);
}

static inline unsigned long key_hash(unsigned long key) { return key * 0x9e3779b97f4a7c15ul >> 24; }
static inline unsigned long key_next(unsigned long k) { return k * 6364136223846793005ul + 1442695040888963407ul; }
/* How many of n operations thread t of threads does. */
static inline unsigned long share(unsigned long n, unsigned threads) { return n / threads; }
