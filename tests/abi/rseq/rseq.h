/* rseq.h - rseq(2) by hand: the test programs' C library does not register. */
#include "../show.h"

struct area { uint32_t cpu_id_start, cpu_id; uint64_t cs; uint32_t flags, node_id, mm_cid, end[1]; } __attribute__((aligned(32)));
struct cs { uint32_t version, flags; uint64_t start_ip, post_commit_offset, abort_ip; } __attribute__((aligned(32)));
#define SIG 0x53053053u

static inline long rseq(void *area, unsigned len, int flags, unsigned sig) { return syscall(334, area, len, flags, sig); }
