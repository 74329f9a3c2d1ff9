/* register.c - registering and unregistering a thread's rseq area: rules and errors. */
#include "rseq.h"

static struct area a = { .cpu_id = -1u }, b;
static char bytes[128] __attribute__((aligned(64)));

static void child(void)
{
	show("child: again", rseq(&a, 32, 0, SIG));
	judge("child: cpu", a.cpu_id < 64);
	show("child: unregister", rseq(&a, 32, 1, SIG));
}

int main(void)
{
	show("flags 2", rseq(&a, 32, 2, SIG));
	show("flags 3", rseq(&a, 32, 3, SIG));
	show("unregister first", rseq(&a, 32, 1, SIG));
	show("len 20", rseq(&a, 20, 0, SIG));
	show("len 28", rseq(&a, 28, 0, SIG));
	show("len 31", rseq(&a, 31, 0, SIG));
	show("misaligned", rseq(bytes + 8, 32, 0, SIG));
	show("misaligned, longer", rseq(bytes + 8, 64, 0, SIG));
	show("kernel address", rseq(KERNEL_ADDRESS, 32, 0, SIG));
	show("NULL", rseq(NULL, 32, 0, SIG));
	show("register", rseq(&a, 32, 0, SIG));
	judge("cpu", a.cpu_id < 64 && a.cpu_id_start == a.cpu_id);
	say("node %u mm_cid %u cs %lu flags %u\n", a.node_id, a.mm_cid, (long)a.cs, a.flags);
	show("again", rseq(&a, 32, 0, SIG));
	show("again, another signature", rseq(&a, 32, 0, SIG + 1));
	show("again, another length", rseq(&a, 64, 0, SIG));
	show("again, another area", rseq(&b, 32, 0, SIG));
	show("unregister, another area", rseq(&b, 32, 1, SIG));
	show("unregister, another length", rseq(&a, 64, 1, SIG));
	show("unregister, another signature", rseq(&a, 32, 1, SIG + 1));
	in_child("fork", child);
	show("unregister", rseq(&a, 32, 1, SIG));
	say("cpu_id_start %u cpu_id %d node %u mm_cid %u\n", a.cpu_id_start, (int)a.cpu_id, a.node_id, a.mm_cid);
	show("unregister again", rseq(&a, 32, 1, SIG));
	show("a longer area", rseq(bytes + 64, 64, 0, 0));
	show("unregister", rseq(bytes + 64, 64, 1, 0));
	return 0;
}
