/* litmus: */
#include "litmus.h"

/* Three and four threads: causality, independent readers, release sequences. */

/* WRC: X := 1 | read X; Y := 1 | read Y, X. 1,1,0 is the weak one. */
#define WRC_ALL "0,0,0 0,0,1 0,1,0 0,1,1 1,0,0 1,0,1 1,1,0 1,1,1"
#define WRC_NOT "0,0,0 0,0,1 0,1,0 0,1,1 1,0,0 1,0,1 1,1,1"
#define WRC(id, c11, so, lo) \
	SHAPE3(id, 3, 0, c11, WRC_NOT, ST(X, 1, RLX), R[0] = LD(X, lo); ST(Y, 1, so), R[1] = LD(Y, lo); R[2] = LD(X, RLX))
WRC(wrc_rlx, WRC_ALL, RLX, RLX);
WRC(wrc_rel_acq, WRC_NOT, REL, ACQ);
/* The first load need not acquire: the store of X is read before the release, coherence does the rest. */
SHAPE3(wrc_first_rlx, 3, 0, WRC_NOT, WRC_NOT, ST(X, 1, RLX), R[0] = LD(X, RLX); ST(Y, 1, REL), R[1] = LD(Y, ACQ); R[2] = LD(X, RLX));

/* IRIW: two writers, two readers that disagree on the order: 1,0,1,0. */
#define IRIW_NOT "0,0,0,0 0,0,0,1 0,0,1,0 0,0,1,1 0,1,0,0 0,1,0,1 0,1,1,0 0,1,1,1 1,0,0,0 1,0,0,1 1,0,1,1 1,1,0,0 1,1,0,1 1,1,1,0 1,1,1,1"
#define IRIW_ALL IRIW_NOT " 1,0,1,0"
#define IRIW(id, c11, so, lo, f) \
	SHAPE4(id, 4, 0, c11, IRIW_NOT, ST(X, 1, so), ST(Y, 1, so), R[0] = LD(X, lo); f; R[1] = LD(Y, lo), R[2] = LD(Y, lo); f; R[3] = LD(X, lo))
IRIW(iriw_rlx, IRIW_ALL, RLX, RLX, );
IRIW(iriw_rel_acq, IRIW_ALL, REL, ACQ, );
IRIW(iriw_sc, IRIW_NOT, SC, SC, );
IRIW(iriw_sc_loads, IRIW_ALL, REL, SC, );
IRIW(iriw_fences, IRIW_NOT, RLX, RLX, FENCE(SC));
IRIW(iriw_acq_fences, IRIW_ALL, RLX, RLX, FENCE(ACQ));

/* ISA2: X := 1; Y := 1 | read Y; Z := 1 | read Z, X. 1,1,0. */
#define ISA2(id, c11, so, lo) \
	SHAPE3(id, 3, 0, c11, WRC_NOT, ST(X, 1, RLX); ST(Y, 1, so), R[0] = LD(Y, lo); ST(Z, 1, so), R[1] = LD(Z, lo); R[2] = LD(X, RLX))
ISA2(isa2_rlx, WRC_ALL, RLX, RLX);
ISA2(isa2_rel_acq, WRC_NOT, REL, ACQ);
ISA2(isa2_sc, WRC_NOT, SC, SC);

/* RWC: X := 1 | read X, Y | Y := 1; read X. 1,0,0. */
#define RWC_NOT "0,0,0 0,0,1 0,1,0 0,1,1 1,0,1 1,1,0 1,1,1"
#define RWC_ALL RWC_NOT " 1,0,0"
#define RWC(id, c11, tso, o, lo, f, f2) \
	SHAPE3(id, 3, 0, c11, tso, ST(X, 1, o), R[0] = LD(X, lo); f; R[1] = LD(Y, lo), ST(Y, 1, o); f2; R[2] = LD(X, lo))
RWC(rwc_rlx, RWC_ALL, RWC_ALL, RLX, RLX, , );
RWC(rwc_rel_acq, RWC_ALL, RWC_ALL, REL, ACQ, , );
RWC(rwc_sc, RWC_NOT, RWC_NOT, SC, SC, , );
RWC(rwc_fences, RWC_NOT, RWC_NOT, RLX, RLX, FENCE(SC), FENCE(SC));
RWC(rwc_fence_last, RWC_ALL, RWC_NOT, RLX, RLX, , FENCE(SC));

/* W+RWC: X := 1; Y := 1 | read Y, Z | Z := 1; read X. 1,0,0: RC11 allows it with release and acquire, not with fences. */
#define WRWC(id, c11, tso, so, lo, f, f2) \
	SHAPE3(id, 3, 0, c11, tso, ST(X, 1, RLX); ST(Y, 1, so), R[0] = LD(Y, lo); f; R[1] = LD(Z, RLX), ST(Z, 1, RLX); f2; R[2] = LD(X, RLX))
WRWC(w_rwc_rel_acq, RWC_ALL, RWC_ALL, REL, ACQ, , );
WRWC(w_rwc_fences, RWC_NOT, RWC_NOT, REL, ACQ, FENCE(SC), FENCE(SC));

/*
 * Z6.U (RC11 paper): seq_cst and release-acquire mixed. 1,3,0 was forbidden by C11, though the compilation to
 * Power allows it; RC11 allows it. x86 has a fence behind each seq_cst store.
 */
SHAPE3(z6_u, 3, 0,
       "0,1,0 0,1,1 0,3,0 0,3,1 1,2,0 1,2,1 1,3,0 1,3,1 3,1,0 3,1,1 3,4,0 3,4,1", "0,1,0 0,1,1 0,3,0 0,3,1 1,2,0 1,2,1 1,3,1 3,1,0 3,1,1 3,4,0 3,4,1",
       ST(X, 1, SC); ST(Y, 1, REL), R[0] = ADD(Y, 1, SC); R[1] = LD(Y, RLX), ST(Y, 3, SC); R[2] = LD(X, SC));

/* Release sequences: a read-modify-write of another thread goes on with it; a store does not. */
#define RS(id, c11, tso, op) \
	SHAPE3(id, 2, 0, c11, tso, ST(X, 1, RLX); ST(Y, 1, REL), op, R[0] = LD(Y, ACQ); R[1] = LD(X, RLX))
RS(rs_rmw, "0,0 0,1 1,1 2,0 2,1 3,1", "0,0 0,1 1,1 2,0 2,1 3,1", ADD(Y, 2, RLX));
RS(rs_cas, "0,0 0,1 1,1 2,1", "0,0 0,1 1,1 2,1", CAS(Y, 1, 2, RLX));
RS(rs_store, "0,0 0,1 1,1 2,0 2,1", "0,0 0,1 1,1 2,0 2,1", ST(Y, 2, RLX));
/* Fences synchronise through a read-modify-write as well. */
SHAPE3(rs_fence, 2, 0, "0,0 0,1 1,1 2,1", "0,0 0,1 1,1 2,1",
       ST(X, 1, RLX); FENCE(REL); ST(Y, 1, RLX), CAS(Y, 1, 2, RLX), R[0] = LD(Y, RLX); FENCE(ACQ); R[1] = LD(X, RLX));
/* Two chained fences: a relaxed read and a store between two fences pass on what was seen. */
SHAPE3(fence_chain, 3, 0, WRC_NOT, WRC_NOT,
       ST(X, 1, RLX); FENCE(REL); ST(Y, 1, RLX), R[0] = LD(Y, RLX); FENCE(AR); ST(Z, 1, RLX), R[1] = LD(Z, RLX); FENCE(ACQ); R[2] = LD(X, RLX));

/* Three stores' order is one order: two readers agree on it. */
SHAPE4(corr_agree, 4, 0,
       "0,0,0,0 0,0,0,1 0,0,0,2 0,0,1,1 0,0,1,2 0,0,2,1 0,0,2,2 0,1,0,0 0,1,0,1 0,1,0,2 0,1,1,1 0,1,1,2 0,1,2,1 0,1,2,2 "
       "0,2,0,0 0,2,0,1 0,2,0,2 0,2,1,1 0,2,1,2 0,2,2,1 0,2,2,2 1,1,0,0 1,1,0,1 1,1,0,2 1,1,1,1 1,1,1,2 1,1,2,1 1,1,2,2 "
       "1,2,0,0 1,2,0,1 1,2,0,2 1,2,1,1 1,2,1,2 1,2,2,2 2,1,0,0 2,1,0,1 2,1,0,2 2,1,1,1 2,1,2,1 2,1,2,2 "
       "2,2,0,0 2,2,0,1 2,2,0,2 2,2,1,1 2,2,1,2 2,2,2,1 2,2,2,2",
       "0,0,0,0 0,0,0,1 0,0,0,2 0,0,1,1 0,0,1,2 0,0,2,1 0,0,2,2 0,1,0,0 0,1,0,1 0,1,0,2 0,1,1,1 0,1,1,2 0,1,2,1 0,1,2,2 "
       "0,2,0,0 0,2,0,1 0,2,0,2 0,2,1,1 0,2,1,2 0,2,2,1 0,2,2,2 1,1,0,0 1,1,0,1 1,1,0,2 1,1,1,1 1,1,1,2 1,1,2,1 1,1,2,2 "
       "1,2,0,0 1,2,0,1 1,2,0,2 1,2,1,1 1,2,1,2 1,2,2,2 2,1,0,0 2,1,0,1 2,1,0,2 2,1,1,1 2,1,2,1 2,1,2,2 "
       "2,2,0,0 2,2,0,1 2,2,0,2 2,2,1,1 2,2,1,2 2,2,2,1 2,2,2,2",
       ST(X, 1, RLX), ST(X, 2, RLX), R[0] = LD(X, RLX); R[1] = LD(X, RLX), R[2] = LD(X, RLX); R[3] = LD(X, RLX));

/* Dekker with three: everyone may miss everyone, until fenced. */
SHAPE3(sb3_fences, 3, 0, "0,0,1 0,1,0 0,1,1 1,0,0 1,0,1 1,1,0 1,1,1", "0,0,1 0,1,0 0,1,1 1,0,0 1,0,1 1,1,0 1,1,1",
       ST(X, 1, RLX); FENCE(SC); R[0] = LD(Y, RLX), ST(Y, 1, RLX); FENCE(SC); R[1] = LD(Z, RLX), ST(Z, 1, RLX); FENCE(SC); R[2] = LD(X, RLX));
