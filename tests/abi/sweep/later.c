/*
 * limit: 120
 * full
 * calls that came late, and policies of memory, swept (sweep.h).
 */
#include "world.h"

static const struct call calls[] = {
	{ "set_mempolicy", 238, D|T, "polmode nodes nodemax" },
	{ "get_mempolicy", 239, T, "pbuf pbuf nodemax 0,1 nums" },
	{ "get_mempolicy.addr", 239, T|M, "pbuf pbuf 65,1025 maddr 2,3,0,6" },
	{ "mbind", 237, D|T|M, "maddr mlen polmode nodes nodemax nums" },
	{ "set_mempolicy_home_node", 450, D|T|M, "maddr mlen 0,1,-1,1024 0,1,-1" },
	{ "migrate_pages", 256, T, "pid nodemax nodes nodes" },
	{ "move_pages", 279, T|M, "pid 1,0,2,-1 pagelist 0+nodelist pbuf 2,0,1,4,8,-1" },
	{ "process_madvise", 440, 0, "fd iov nums 20,21,3,4,25,0,-1 bits" },
	{ "process_mrelease", 448, 0, "fd bits" },
	{ "futex_waitv", 449, T|V, "waitv 1,2,0,128,129,-1 0,1,-1 ts 1,0,2,-1" },
	{ "futex_wake", 454, T, "fut 1,0,-1,0xffffffff,0x100000000 int futflags" },
	{ "futex_wait", 455, T|V, "fut 0,1,0xffffffff,0x100000000 1,0,0xffffffff,0x100000000 futflags ts 1,0,2,-1" },
	{ "futex_requeue", 456, T, "waitv 0,1,-1 int int" },
	{ "cachestat", 451, 0, "fd crange pbuf 0,1,-1" },
	{ "ustat", 136, V, "0,0x12345,-1 pbuf" },
	{ "sysfs", 139, V|P, "0,1,4,5,-1 pbuf pbuf" },
	{ "map_shadow_stack", 453, T, "maddr mlen 0,1,2,-1" },
};

int main(int argc, char **argv)
{
	static const uint64_t modes[] = { 2, 0, 1, 3, 4, 5, 6, 7, 0x8002, 0x4002, 0xc002, 0x2002, 0x2001, 0xa005, 0x8001, 0x8004, 0x12, 0xffffffff, 0x100000002 };
	static const uint64_t max[] = { 65, 0, 1, 2, 64, 66, 1024, 1025, 1026, 32769, 32770, -1ul };
	char n[24];

	values_make();
	for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++)
		snprintf(n, sizeof n, "%#lx", modes[i]), add("polmode", n, modes[i]);
	for (unsigned i = 0; i < sizeof max / sizeof *max; i++)
		snprintf(n, sizeof n, "%lu", max[i]), add("nodemax", n, max[i]);
	PUT("nodes", "0", 1, 0, 0);
	PUT("nodes", "none", 0, 0, 0);
	PUT("nodes", "1", 2, 0, 0);
	PUT("nodes", "0,1", 3, 0, 0);
	PUT("nodes", "0,64", 1, 1, 0);
	add("nodes", "NULL", 0);
	add_bad_pointers("nodes");
	static const struct { const char *name; uint64_t at; } addr[] = {
		{ "map", MAPPED }, { "0", 0 }, { "map+1", MAPPED + 1 }, { "map+4096", MAPPED + 4096 }, { "end-4096", MAPPED + 7 * 4096 },
		{ "end", MAPPED + 8 * 4096 }, { "hole", MAPPED + 0x100000 }, { "kernel", 0xffff888000000000 }, { "nonc", 0x800000000000 },
	};
	for (unsigned i = 0; i < sizeof addr / sizeof *addr; i++)
		add("maddr", addr[i].name, addr[i].at);
	add("mlen", "4096", 4096);
	add("mlen", "0", 0);
	add("mlen", "1", 1);
	add("mlen", "32k", 32768);
	add("mlen", "64k", 65536);
	add("mlen", "-4096", -4096ul);
	add("mlen", "-1", -1ul);
	PUT("pagelist", "map", MAPPED, MAPPED + 4096);
	PUT("pagelist", "bad", 0, 0xffff888000000000);
	add_bad_pointers("pagelist");
	PUT("nodelist", "0,0", 0);
	PUT("nodelist", "0,1", 1ull << 32);
	PUT("nodelist", "-1", -1ul);
	add_bad_pointers("nodelist");
	PUT("fut", "0", 0);
	PUT("fut", "1", 1);
	add("fut", "odd", ARENA + 1);
	add("fut", "rdonly", RDONLY);
	add("fut", "edge-4", EDGE + 4092);
	add_bad_pointers("fut");
	static const unsigned flags[] = { 0x82, 2, 0, 1, 3, 4, 6, 0x80, 0x102, 0x86, 0x80000002 };
	for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
		snprintf(n, sizeof n, "%#x", flags[i]), add("futflags", n, flags[i]);
	uint64_t word = PUT(NULL, "", 5), word2 = PUT(NULL, "", 6);
	PUT("waitv", "good", 5, word, 2, 6, word2, 2);
	PUT("waitv", "private", 5, word, 0x82, 6, word2, 0x82);
	PUT("waitv", "other", 6, word, 2, 6, word2, 2);
	PUT("waitv", "mixed", 5, word, 2, 6, word2, 0x82);
	PUT("waitv", "reserved", 5, word, 2 | 1ull << 32, 6, word2, 2);
	PUT("waitv", "flags", 5, word, 2, 6, word2, 0x12);
	PUT("waitv", "wide", 1ull << 32, word, 2, 6, word2, 2);
	PUT("waitv", "odd", 5, word, 2, 6, word2 + 1, 2);
	PUT("waitv", "kernel", 5, word, 2, 6, 0xffff888000000000, 2);
	PUT("waitv", "NULLs", 5, 0, 2, 6, 0, 2);
	add("waitv", "NULL", 0);
	add_bad_pointers("waitv");
	PUT("crange", "all", 0, 0);
	PUT("crange", "page", 0, 4096);
	PUT("crange", "second", 4096, 1);
	PUT("crange", "wraps", -4096ul, 8192);
	PUT("crange", "far", 1ull << 62, 0);
	add_bad_pointers("crange");
	return SWEEP(calls);
}
