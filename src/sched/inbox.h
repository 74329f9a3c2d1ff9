/*
 * inbox.h - threads handed to another CPU, and when that CPU must be interrupted to look for them.
 *
 * They are pushed to the CPU's inbox, a stack (sync/stack.h), which is emptied under the lock of its queue. A CPU looks
 * by itself when it polls, before it halts, when it switches, and at a fast tick; so only a halted one, one without a
 * fast tick, and one that runs something less urgent, is interrupted.
 *
 *   the CPU                                      the waker
 *   state = POLLING, and look again and again    push
 *   state = HALTED                               a full fence                     (G)
 *   a full fence                     (H)         state HALTED: interrupt
 *   look; halt until an interrupt                state POLLING: no interrupt
 *   state = 0                                    tick not fast: interrupt
 *   the queue's lock: a full fence   (K)
 *   look; run what is there
 *   tick turned down
 *   a full fence                     (T)
 *   look
 *
 * H, K, T (time/tick.h) each pair with G: the CPU sees what was pushed, or the waker sees what the CPU has become.
 * The stack: who is woken while still on its way off its CPU (on_cpu set) goes to that CPU's inbox, which is emptied
 * after the switch. Otherwise on_cpu was read 0 (F, pairs with E): any CPU will do.
 * Cost: a push 1 atomic, the inbox's line, and a look at the state's. Tests: tests/model/inbox.c.
 */
#pragma once
#include <sync/stack.h>

/* The state: bits. The CPU sets the first two, wakers add the third. */
#define IDLE_POLLING 1u                     /* looks at its inbox: no interrupt needed */
#define IDLE_HALTED  2u
#define IDLE_CLAIMED 4u                     /* a waker chose this CPU already          */

/* Any CPU. The caller looks at the state, or the tick, next. */
static inline void inbox_push(struct stack *inbox, struct stack_node *n)
{
	(void)stack_push(inbox, n);
	fence_after_rmw();                      /* G, pairs with H, K, T */
}
/* relaxed: ordered by G. A claim that comes too late only lets two wakers choose one CPU. */
static inline unsigned idle_state_of(const atomic_uint *state) { return load_relaxed(state); }

/* The CPU itself. relaxed: who sees it late interrupts in vain. */
static inline void idle_polls(atomic_uint *state) { store_relaxed(state, IDLE_POLLING); }
static inline void idle_halts(atomic_uint *state)
{
	(void)exchange_relaxed(state, IDLE_HALTED);
	fence_after_rmw();                      /* H, pairs with G */
}
static inline void idle_is_over(atomic_uint *state) { store_relaxed(state, 0u); }
/* The queue's lock was taken just now: a look at the inbox misses nothing that idle_polls() is to see. */
static inline void inbox_locked(void) { fence_after_rmw(); }    /* K, pairs with G */

/* E: the stack that we came from is at rest. On the next thread's stack. */
static inline void on_cpu_clear(atomic_uint *on_cpu) { store_release(on_cpu, 0u); }
/* F, pairs with E: what the thread did on its way off is behind us. */
static inline bool on_cpu_is_clear(const atomic_uint *on_cpu) { return !load_acquire(on_cpu); }
