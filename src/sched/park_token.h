/*
 * park_token.h - the word that decides between sleeping and being woken; the argument is in park.c.
 *
 *   NONE    running, nobody called           token_begin(), or the waker's call was consumed
 *   SET     running, or woken: called        token_call(), always by an exchange
 *   PARKED  off its CPU, or on its way       token_park(), by a compare-and-exchange from NONE
 *
 * Cost: 1 atomic each, 1 line.
 */
#pragma once
#include <base/atomic.h>

enum { TOKEN_NONE, TOKEN_SET, TOKEN_PARKED };

/* The thread is about to look at its condition: calls from here on count. */
static inline void token_begin(atomic_uint *token) { (void)exchange_acquire(token, (unsigned)TOKEN_NONE); }    /* C, pairs with B */

/* Call the thread. True when it is parked: the caller, and nobody else, makes it runnable. */
static inline bool token_call(atomic_uint *token) { return exchange_acq_rel(token, (unsigned)TOKEN_SET) == TOKEN_PARKED; }     /* B, pairs with C and D */

/* Go to sleep, unless called since token_begin(). */
static inline bool token_park(atomic_uint *token)
{
	unsigned none = TOKEN_NONE;

	return cas_release(token, &none, (unsigned)TOKEN_PARKED);      /* D, pairs with B: who makes it runnable finds it whole */
}
/* Parked, but there is work after all: not, if a caller was faster. */
static inline bool token_take_back(atomic_uint *token)
{
	unsigned parked = TOKEN_PARKED;

	return cas_relaxed(token, &parked, (unsigned)TOKEN_NONE);      /* relaxed: both were ours */
}
static inline bool token_is_parked(const atomic_uint *token) { return load_acquire(token) == TOKEN_PARKED; }    /* pairs with D: its mode */
