/*
 * tuning.h - how long who waits for what before trying the next thing, and how much is done at a time. Correctness does not
 * hang on these; models shadow the file with numbers small enough that every path is taken.
 */
#pragma once

#define SPIN_STEAL_TRIES 32u                    /* at a spinlock, before queueing */
#define SPIN_PATIENCE    4096u                  /* spins in the queue between looks at the word */
#define MUTEX_SPIN_MAX   2000u                  /* while a mutex's owner runs */
#define RCU_HASTE_SPINS  128u                   /* between looks at the CPUs, when a grace period is waited for */
#define FUTEX_STEP       64u                    /* waiters, under one hold of their bucket's lock */
