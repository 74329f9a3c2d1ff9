/* litmus: */
#include "litmus.h"

/* Two threads: store buffering, message passing, load buffering, coherence, R, S, 2+2W. */

#define ALL2 "0,0 0,1 1,0 1,1"
#define NO00 "0,1 1,0 1,1"
#define NO10 "0,0 0,1 1,1"
#define NO11 "0,0 0,1 1,0"

/* SB: both loads may miss the other's store, until both sides are seq_cst or fenced. */
#define SB(id, c11, tso, so, lo, f, so2, lo2, f2) \
	SHAPE2(id, 2, 0, c11, tso, ST(X, 1, so); f; R[0] = LD(Y, lo), ST(Y, 1, so2); f2; R[1] = LD(X, lo2))
SB(sb_rlx, ALL2, ALL2, RLX, RLX, , RLX, RLX, );
SB(sb_rel_acq, ALL2, ALL2, REL, ACQ, , REL, ACQ, );
SB(sb_sc, NO00, NO00, SC, SC, , SC, SC, );
SB(sb_sc_half, ALL2, ALL2, SC, SC, , REL, ACQ, );
SB(sb_fences, NO00, NO00, RLX, RLX, FENCE(SC), RLX, RLX, FENCE(SC));
SB(sb_fence_half, ALL2, ALL2, RLX, RLX, FENCE(SC), RLX, RLX, );
SB(sb_fences_weak, ALL2, ALL2, RLX, RLX, FENCE(AR), RLX, RLX, FENCE(AR));
/* seq_cst accesses on one side, on the other a fence before a seq_cst load. */
SB(sb_fence_sc, NO00, NO00, SC, SC, , RLX, SC, FENCE(SC));
/* seq_cst stores, relaxed loads: C11 allows it, an xchg does not. */
SB(sb_sc_stores, ALL2, NO00, SC, RLX, , SC, RLX, );
SHAPE2(sb_rmw, 2, 0, ALL2, NO00, XCHG(X, 1, AR); R[0] = LD(Y, ACQ), XCHG(Y, 1, AR); R[1] = LD(X, ACQ));
/* Not even as loads do they stand for fences in C11: each may come right behind the initial value, before the other's store. */
SHAPE2(sb_rmw_loads, 2, 0, ALL2, NO00, ST(X, 1, REL); R[0] = ADD(Y, 0, AR), ST(Y, 1, REL); R[1] = ADD(X, 0, AR));

/* MP: the flag without the data, until release meets acquire. */
#define MP(id, c11, tso, so, f, lo, f2) \
	SHAPE2(id, 2, 0, c11, tso, ST(X, 1, RLX); f; ST(Y, 1, so), R[0] = LD(Y, lo); f2; R[1] = LD(X, RLX))
MP(mp_rlx, ALL2, NO10, RLX, , RLX, );
MP(mp_rel_acq, NO10, NO10, REL, , ACQ, );
MP(mp_rel_rlx, ALL2, NO10, REL, , RLX, );
MP(mp_rlx_acq, ALL2, NO10, RLX, , ACQ, );
MP(mp_sc, NO10, NO10, SC, , SC, );
MP(mp_fences, NO10, NO10, RLX, FENCE(REL), RLX, FENCE(ACQ));
MP(mp_fence_acq, NO10, NO10, RLX, FENCE(REL), ACQ, );
MP(mp_rel_fence, NO10, NO10, REL, , RLX, FENCE(ACQ));
MP(mp_wrong_fences, ALL2, NO10, RLX, FENCE(ACQ), RLX, FENCE(REL));
MP(mp_fence_only_w, ALL2, NO10, RLX, FENCE(SC), RLX, );
MP(mp_sc_fences, NO10, NO10, RLX, FENCE(SC), RLX, FENCE(SC));
/* C++20: a later relaxed store of the same thread is not of the release sequence. 0,* or 2,0 2,1; X stored before Y := 1. */
SHAPE2(mp_same_thread, 2, 0, "0,0 0,1 1,1 2,0 2,1", "0,0 0,1 1,1 2,1",
       ST(X, 1, RLX); ST(Y, 1, REL); ST(Y, 2, RLX), R[0] = LD(Y, ACQ); R[1] = LD(X, RLX));
SHAPE2(mp_same_thread_rmw, 2, 0, "0,0 0,1 1,1 2,1", "0,0 0,1 1,1 2,1",
       ST(X, 1, RLX); ST(Y, 1, REL); ADD(Y, 1, RLX), R[0] = LD(Y, ACQ); R[1] = LD(X, RLX));

/* LB: RC11 and TSO forbid it in all strengths. */
SHAPE2(lb_rlx, 2, 0, NO11, NO11, R[0] = LD(X, RLX); ST(Y, 1, RLX), R[1] = LD(Y, RLX); ST(X, 1, RLX));
SHAPE2(lb_rel_acq, 2, 0, NO11, NO11, R[0] = LD(X, ACQ); ST(Y, 1, REL), R[1] = LD(Y, ACQ); ST(X, 1, REL));
SHAPE2(lb_rmw, 2, 0, NO11, NO11, R[0] = ADD(X, 0, RLX); ST(Y, 1, RLX), R[1] = LD(Y, RLX); ST(X, 1, RLX));

/* Coherence. */
SHAPE2(corr, 2, 0, "0,0 0,1 1,1", "0,0 0,1 1,1", ST(X, 1, RLX), R[0] = LD(X, RLX); R[1] = LD(X, RLX));
SHAPE2(corr_two, 2, 0, "0,0 0,1 0,2 1,1 1,2 2,2", "0,0 0,1 0,2 1,1 1,2 2,2", ST(X, 1, RLX); ST(X, 2, RLX), R[0] = LD(X, RLX); R[1] = LD(X, RLX));
SHAPE2(coww, 0, 1, "2", "2", ST(X, 1, RLX); ST(X, 2, RLX), (void)0);
SHAPE2(cowr, 1, 1, "1,1 1,2 2,2", "1,1 1,2 2,2", ST(X, 1, RLX); R[0] = LD(X, RLX), ST(X, 2, RLX));
SHAPE2(corw, 1, 1, "0,1 0,2 2,1", "0,1 0,2 2,1", R[0] = LD(X, RLX); ST(X, 1, RLX), ST(X, 2, RLX));
SHAPE2(corw1, 1, 1, "0,1", "0,1", R[0] = LD(X, RLX); ST(X, 1, RLX), (void)0);

/* R: X := 1; Y := 1 | Y := 2; read X. Outcome: what was read, X, Y at the end; 0 with Y = 2 needs a full fence to be forbidden. */
#define RSHAPE(id, c11, tso, o, f, o2, lo, f2) \
	SHAPE2(id, 1, 2, c11, tso, ST(X, 1, o); f; ST(Y, 1, o), ST(Y, 2, o2); f2; R[0] = LD(X, lo))
RSHAPE(r_rlx, "0,1,1 0,1,2 1,1,1 1,1,2", "0,1,1 0,1,2 1,1,1 1,1,2", RLX, , RLX, RLX, );
RSHAPE(r_rel_acq, "0,1,1 0,1,2 1,1,1 1,1,2", "0,1,1 0,1,2 1,1,1 1,1,2", REL, , REL, ACQ, );
RSHAPE(r_sc, "0,1,1 1,1,1 1,1,2", "0,1,1 1,1,1 1,1,2", SC, , SC, SC, );
RSHAPE(r_fences, "0,1,1 1,1,1 1,1,2", "0,1,1 1,1,1 1,1,2", RLX, FENCE(SC), RLX, RLX, FENCE(SC));
RSHAPE(r_fence_second, "0,1,1 0,1,2 1,1,1 1,1,2", "0,1,1 1,1,1 1,1,2", RLX, , RLX, RLX, FENCE(SC));

/* S: X := 2; Y := 1 | read Y; X := 1. Reading 1 and X = 2 at the end is forbidden once release meets acquire. */
#define SSHAPE(id, c11, tso, so, lo) \
	SHAPE2(id, 1, 1, c11, tso, ST(X, 2, RLX); ST(Y, 1, so), R[0] = LD(Y, lo); ST(X, 1, RLX))
SSHAPE(s_rlx, "0,1 0,2 1,1 1,2", "0,1 0,2 1,1", RLX, RLX);
SSHAPE(s_rel_acq, "0,1 0,2 1,1", "0,1 0,2 1,1", REL, ACQ);

/* 2+2W: X := 1; Y := 2 | Y := 1; X := 2. X = 1 and Y = 1 at the end is the weak one. */
#define W22(id, c11, tso, o, f) SHAPE2(id, 0, 2, c11, tso, ST(X, 1, o); f; ST(Y, 2, o), ST(Y, 1, o); f; ST(X, 2, o))
W22(w22_rlx, "1,1 1,2 2,1 2,2", "1,2 2,1 2,2", RLX, );
W22(w22_rel, "1,1 1,2 2,1 2,2", "1,2 2,1 2,2", REL, );
W22(w22_sc, "1,2 2,1 2,2", "1,2 2,1 2,2", SC, );
W22(w22_fences, "1,2 2,1 2,2", "1,2 2,1 2,2", RLX, FENCE(SC));

/* Read-modify-writes. */
SHAPE2(rmw_both, 2, 1, "0,1,2 1,0,2", "0,1,2 1,0,2", R[0] = ADD(X, 1, RLX), R[1] = ADD(X, 1, RLX));
SHAPE2(cas_one, 2, 1, "0,1,2 1,0,1", "0,1,2 1,0,1", R[0] = CAS(X, 0, 1, RLX), R[1] = CAS(X, 0, 2, RLX));
SHAPE2(rmw_store, 1, 1, "0,2 2,3", "0,2 2,3", R[0] = ADD(X, 1, RLX), ST(X, 2, RLX));
/* A failing compare-and-exchange stores nothing and, relaxed, orders nothing; on x86 it is a fence. */
SHAPE2(sb_cas_fails, 2, 0, ALL2, NO00, ST(X, 1, RLX); CAS(Z, 7, 8, SC); R[0] = LD(Y, RLX), ST(Y, 1, RLX); CAS(Z, 7, 8, SC); R[1] = LD(X, RLX));
